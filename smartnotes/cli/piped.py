"""Text that another program sends to standard input."""

from __future__ import annotations

import os
import select
import stat
import sys

from smartnotes.cli.render import warn

_FIRST_BYTE_S = 5.0
"""How long a pipe is waited for beside a question: one that nobody closes must not hold up the answer."""

_MOST_BYTES = 1_000_000


def piped_text(*, required: bool) -> str:
    """Return what was piped or redirected into this process, "" where nothing was.

    Unless `required`, a pipe that stays silent for some seconds is given up with a warning: programs start others with
    pipes that they never use. Raises `OptionsError` for what is no text or endless.
    """
    from smartnotes.core.errors import OptionsError

    try:
        descriptor = sys.stdin.fileno()
        mode = os.fstat(descriptor).st_mode
    except (AttributeError, OSError, ValueError):  # no standard input at all
        return ""
    if not (stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)):
        return ""
    if not required and not stat.S_ISREG(mode) and not _has_something(descriptor):
        warn("nothing came on standard input within 5 s; the question is asked without it.")
        return ""
    data = sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise OptionsError(
            "Standard input has more than a question can bring along.",
            hint="Read the file into the notebook instead: smartnotes ingest FILE --subject NAME",
        )
    try:
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise OptionsError(
            "Standard input is no text (UTF-8).",
            hint="Read PDF, pictures and the like into the notebook: smartnotes ingest FILE --subject NAME",
        ) from error


def _has_something(descriptor: int) -> bool:
    if os.name == "nt":  # select is for sockets only there
        return True
    ready, _, _ = select.select([descriptor], [], [], _FIRST_BYTE_S)
    return bool(ready)


def joined(question: str | None) -> str | None:
    """Return the question with what was piped in below it; that alone is the question where there is no other.

    None where there is neither: somebody sits at a terminal.
    """
    from smartnotes.core.errors import OptionsError

    if sys.stdin is not None and sys.stdin.isatty():
        return question
    text = piped_text(required=question is None)
    if question is None and not text:
        raise OptionsError("There is no question.", hint='For example: smartnotes chat "What is a hash table?"')
    return "\n\n".join(part for part in (question, text) if part)
