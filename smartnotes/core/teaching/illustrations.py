"""Which figure of a page helps with a fact, and which say something by themselves."""

from __future__ import annotations

from smartnotes.core.language.phrases import has_address, words_of
from smartnotes.core.model import Figure, FigureKind, Page
from smartnotes.core.teaching.distractors import overlap
from smartnotes.core.teaching.passages import caption_text

_SMALLEST = 0.02
"""A picture that covers less of its page is an icon."""


def tells(figure: Figure) -> bool:
    """Return whether the figure has a caption that says what it shows."""
    text = caption_text(figure.caption)
    return 2 <= len(words_of(text)) <= 40 and not has_address(text) and figure.box.area >= _SMALLEST


def figure_for(page: Page, *, term: str) -> Figure | None:
    """Return the picture of the page that helps with a term, None where none surely does.

    It does where its caption names the term, or where it is the page's only picture and the page's title names the
    term.
    A table or formula of the page is text already.
    """
    pictures = [figure for figure in page.figures if figure.kind is FigureKind.FIGURE and figure.box.area >= _SMALLEST]
    for figure in pictures:
        if figure.caption and overlap(term, figure.caption) >= 1.0:
            return figure
    if len(pictures) == 1 and page.title and overlap(term, page.title) >= 1.0:
        return pictures[0]
    return None


def explains(figure: Figure) -> bool:
    """Return whether the picture is worth printing: it has a caption, or is a drawing with some words in it."""
    return tells(figure) or (figure.box.area >= _DRAWING and len(figure.text.split()) >= _DRAWING_WORDS)


_DRAWING, _DRAWING_WORDS = 0.08, 4
