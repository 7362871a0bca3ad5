"""Writers: values to the bytes of a file.

A table says which formats a kind of document has; the writers themselves, and the libraries they need, load on first
use.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from smartnotes.core.errors import OptionsError
from smartnotes.core.study import CheatSheet, Deck, DocumentKind, Quiz

Images = Callable[[str], bytes]
"""Gives the PNG of a figure by its blob id."""

_WRITERS: dict[tuple[DocumentKind, str], str] = {
    (DocumentKind.QUIZ, "pdf"): "quiz_pdf:quiz_pdf",
    (DocumentKind.QUIZ, "md"): "markdown:quiz_markdown",
    (DocumentKind.QUIZ, "json"): "value_json:value_json",
    (DocumentKind.CARDS, "json"): "value_json:value_json",
    (DocumentKind.CARDS, "csv"): "deck_csv:deck_csv",
    (DocumentKind.CHEATSHEET, "docx"): "cheatsheet_docx:cheatsheet_docx",
    (DocumentKind.CHEATSHEET, "md"): "markdown:cheatsheet_markdown",
    (DocumentKind.CHEATSHEET, "json"): "value_json:value_json",
}
"""(kind, format) -> "module:function"; the first format of a kind is its usual one."""

_WITH_IMAGES = frozenset({"cheatsheet_docx:cheatsheet_docx", "markdown:cheatsheet_markdown"})


def formats_of(kind: DocumentKind) -> tuple[str, ...]:
    """Return the formats a kind of document can be written in, the usual one first."""
    return tuple(form for of_kind, form in _WRITERS if of_kind is kind)


def kind_of(value: Quiz | Deck | CheatSheet) -> DocumentKind:
    """Return the kind of document that holds such a value."""
    if isinstance(value, Quiz):
        return DocumentKind.QUIZ
    return DocumentKind.CARDS if isinstance(value, Deck) else DocumentKind.CHEATSHEET


def write(value: Quiz | Deck | CheatSheet, *, format: str, images: Images) -> bytes:  # noqa: A002 - the word users type
    """Return the value as a file of this format; the same value gives the same bytes.

    Raises `OptionsError` for a format its kind does not have.
    """
    kind = kind_of(value)
    name = _WRITERS.get((kind, format))
    if name is None:
        raise OptionsError(f"A {kind} has no format {format!r}.", hint=f"It has: {', '.join(formats_of(kind))}.")
    module, function = name.split(":")
    writer: Callable[..., bytes] = getattr(import_module(f"smartnotes.writers.{module}"), function)
    return writer(value, images=images) if name in _WITH_IMAGES else writer(value)
