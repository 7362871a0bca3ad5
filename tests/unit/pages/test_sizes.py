"""Font sizes that a file does not tell are measured."""

from __future__ import annotations

from smartnotes.core.model import TextSource
from smartnotes.core.pages.raw import RawLine, RawPage, RawWord
from smartnotes.core.pages.sizes import with_sizes
from smartnotes.core.pipeline import compose_page
from tests.raw_pages import PAGE, column, line


def _shrunk(one: RawLine) -> RawLine:
    """Return a line as a font of bitmaps has it: the size is that of one dot."""
    return one._replace(words=tuple(word._replace(size_pt=0.12) for word in one.words))


def _sizes(page: RawPage) -> list[float]:
    return [word.size_pt for one in page.lines for word in one.words]


def test_lines_of_a_font_that_knows_no_size_are_one_paragraph() -> None:
    """With a size of nearly nothing every space was as wide as one between columns, and each word stood alone."""
    texts = ["a line of prose that goes on and", "on over the width of the column", "until it ends here."]
    page = RawPage(1, *PAGE, tuple(_shrunk(one) for one in column(texts, 50, 100)))
    read, _ = compose_page(page, page_id="1", source=TextSource.TEXT_LAYER)
    assert read.text == " ".join(texts)
    assert len(read.regions) == 1


def test_a_line_without_letters_that_go_down_has_the_size_of_the_lines_around_it() -> None:
    tall = [_shrunk(one) for one in column(["a line of prose that goes on and"] * 3, 50, 100)]
    words = tuple(RawWord("on", (0.1, 0.2, 0.12, 0.2075), 0.12) for _ in range(3))
    sizes = _sizes(with_sizes(RawPage(1, *PAGE, (*tall, RawLine(words, words[0].box)))))
    assert len(set(sizes)) == 1


def test_sizes_that_are_told_stay() -> None:
    page = RawPage(1, *PAGE, (line("as the file says", 50, 100, size=9.0), line("and here too", 50, 120, size=14.0)))
    assert with_sizes(page) is page
