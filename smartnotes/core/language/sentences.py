"""Sentences and lines: the spans a text is cut into when a whole paragraph is too much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nupunkt import sent_spans


class TextSpan(NamedTuple):
    """Characters ``[start, end)`` of a text, without blanks at either end."""

    start: int
    end: int


def trimmed(text: str, start: int, end: int) -> TextSpan:
    """Return the span without white space at its ends; an empty span stays where it starts."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return TextSpan(start, end)


def line_spans(text: str, *, start: int = 0, end: int | None = None) -> list[TextSpan]:
    """Return the lines of ``text[start:end]`` that are not blank, as spans into `text`."""
    spans: list[TextSpan] = []
    stop = len(text) if end is None else end
    while start < stop:
        cut = text.find("\n", start, stop)
        cut = stop if cut < 0 else cut
        span = trimmed(text, start, cut)
        if span.start < span.end:
            spans.append(span)
        start = cut + 1
    return spans


def sentence_spans(text: str, *, start: int = 0, end: int | None = None) -> list[TextSpan]:
    """Return the sentences of ``text[start:end]`` as spans into `text`.

    A sentence never crosses a line end, for a line of `Page.text` is a paragraph, a heading or a list item. Every
    character that is not white space is in exactly one span. Abbreviations are known to nupunkt's English model.
    """
    return [span for line in line_spans(text, start=start, end=end) for span in _sentences_of_line(text, line)]


def _sentences_of_line(text: str, line: TextSpan) -> Iterator[TextSpan]:
    for first, last in sent_spans(text[line.start : line.end]):
        span = trimmed(text, line.start + first, line.start + last)
        if span.start < span.end:
            yield span
