"""A terminal that shows text and obeys none of it: what lectures, models and web pages say is no command to it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from typing_extensions import override

from smartnotes.core.language.visible import for_terminal

# DEL and C1, which steer a terminal, and marks that turn words around; JSON escapes the controls below space itself.
_STEERING = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Screen(Console):
    """A rich console whose text is without control characters, whatever renders it; its own styles stay."""

    @override
    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for text, style, control in super().render(renderable, options):
            yield Segment(text, style, control) if control else Segment(for_terminal(text), style)


def escaped_json(text: str) -> str:
    """Return JSON that says the same and steers no terminal."""
    return _STEERING.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
