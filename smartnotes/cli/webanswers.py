"""How what the web says looks on a terminal: under a heading of its own, with addresses instead of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartnotes.cli.render import console

if TYPE_CHECKING:
    from smartnotes.core.study import WebAnswer

MARK = "w"
"""Before the numbers of the web's sources, so that nobody takes one for a page of the notes."""


def print_web(told: WebAnswer) -> None:
    """Print the web's part of an answer, with [w1] after each supported sentence, and its sources below."""
    from rich.text import Text

    from smartnotes.cli.answers import numbered

    out = console()
    out.print()
    out.print(Text("From the web:", style="bold"))
    out.print(Text(numbered(told.text, told.sentences, mark=MARK)))
    if told.citations:
        out.print()
    for number, citation in enumerate(told.citations, start=1):
        source = Text(f"[{MARK}{number}] {citation.title}", style="bold")
        source.append(f" <{citation.url}>", style="not bold")
        out.print(source.append(f": \u201c{' '.join(citation.quote.split())}\u201d", style="not bold"))
