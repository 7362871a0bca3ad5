from __future__ import annotations

from pathlib import Path

import pytest

from smartnotes.core.errors import TooLarge
from smartnotes.core.model import Page, RegionKind
from smartnotes.core.options import IngestOptions, Limits
from smartnotes.engines.text import TextFile, decode
from smartnotes.engines.text_markdown import markdown_flow
from smartnotes.engines.text_plain import plain_flow


def pages(path: Path, content: str | bytes, *, limits: Limits | None = None) -> list[Page]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    source = TextFile(path, options=IngestOptions(limits=limits or Limits()))
    return [source.read_page(number).page for number in range(1, source.info().pages + 1)]


def parts(page: Page) -> list[tuple[RegionKind, int, str]]:
    return [(region.kind, region.level, page.slice(region)) for region in page.regions]


MARKDOWN = """\
# Thermodynamics

Heat is **energy** in *transit*.

## First law

- Energy is conserved
  - always
1. first
2. second

```python
du = q + w
```

| Symbol | Meaning |
|--------|---------|
| q      | heat    |

## Second law

$$ dS \\ge 0 $$
"""


def test_markdown_has_a_page_for_each_section(tmp_path: Path) -> None:
    found = pages(tmp_path / "notes.md", MARKDOWN)
    assert [page.title for page in found] == ["Thermodynamics", "First law", "Second law"]


def test_markdown_keeps_lists_code_and_tables(tmp_path: Path) -> None:
    page = pages(tmp_path / "notes.md", MARKDOWN)[1]
    assert parts(page) == [
        (RegionKind.TITLE, 1, "First law"),
        (RegionKind.LIST, 0, "Energy is conserved"),
        (RegionKind.LIST, 1, "always"),
        (RegionKind.LIST, 0, "1. first"),
        (RegionKind.LIST, 0, "2. second"),
        (RegionKind.CODE, 0, "du = q + w"),
        (RegionKind.TABLE, 0, "Symbol\tMeaning\nq\theat"),
    ]


def test_markdown_emphasis_becomes_spans(tmp_path: Path) -> None:
    page = pages(tmp_path / "notes.md", MARKDOWN)[0]
    assert [page.slice(span) for span in page.emphasis] == ["energy", "transit"]


def test_display_formulas_are_formulas() -> None:
    (item,) = markdown_flow("$$ E = m c^2 $$")
    assert item.block.kind is RegionKind.FORMULA


def test_slides_in_markdown_are_parted_at_their_rulers(tmp_path: Path) -> None:
    content = "---\nmarp: true\n---\n# One\n\na\n\n---\n\n# Two\n\nb\n"
    assert [page.title for page in pages(tmp_path / "deck.md", content)] == ["One", "Two"]


def test_front_matter_and_html_tags_are_no_text(tmp_path: Path) -> None:
    content = "---\nauthor: me\n---\n# Cells\n\n<div align='center'>membranes</div>\n"
    assert pages(tmp_path / "notes.md", content)[0].text == "Cells\nmembranes"


def test_lines_of_a_paragraph_are_one_line_of_text(tmp_path: Path) -> None:
    text = (
        "A force is an inter-\naction that changes the mo-\ntion of a body\nunless opposed.\n\nSecond paragraph here."
    )
    assert pages(tmp_path / "a.txt", text)[0].text == (
        "A force is an interaction that changes the motion of a body unless opposed.\nSecond paragraph here."
    )


def test_form_feeds_are_page_breaks(tmp_path: Path) -> None:
    assert [page.text for page in pages(tmp_path / "a.txt", "first page\f\nsecond page\n")] == [
        "first page",
        "second page",
    ]


def test_a_short_line_before_a_longer_paragraph_is_a_heading() -> None:
    flow = plain_flow("Osmosis\n\nWater moves through a membrane towards the side that holds more solute.")
    assert [item.block.kind for item in flow] == [RegionKind.TITLE, RegionKind.TEXT]


def test_underlined_lines_are_headings() -> None:
    blocks = [item.block for item in plain_flow("Chapter\n=======\n\nPart\n----\ntext of it")]
    assert [(block.kind, block.level) for block in blocks[:2]] == [(RegionKind.TITLE, 1), (RegionKind.TITLE, 2)]
    assert blocks[2].text == "text of it"


def test_plain_lists_keep_nesting_and_numbers() -> None:
    blocks = [item.block for item in plain_flow("1. mix\n   well\n2. heat\n   - slowly")]
    assert [(block.level, block.text) for block in blocks] == [(0, "1. mix well"), (0, "2. heat"), (1, "slowly")]


def test_indented_paragraphs_are_code() -> None:
    (item,) = plain_flow("    x = 1\n      y = 2\n")
    assert (item.block.kind, item.block.text) == (RegionKind.CODE, "x = 1\n  y = 2")


def test_long_texts_are_parted_between_paragraphs(tmp_path: Path) -> None:
    paragraph = "The cell is the smallest unit of life. " * 20
    found = pages(tmp_path / "a.txt", "\n\n".join([paragraph.strip()] * 12))
    assert len(found) == 4
    assert all(len(page.text) <= 3000 for page in found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(encoding: str) -> None:
    text = "Größe: «énergie», €"
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    assert decode(mark + text.encode(encoding)) == text


def test_bytes_without_a_meaning_in_windows_are_latin() -> None:
    assert decode(b"caf\xe9 \x81") == "café \x81"


def test_a_file_of_too_many_pages_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="the limit pages is 2"):
        pages(tmp_path / "a.txt", "word " * 6000, limits=Limits(pages=2))


def test_the_same_file_and_options_give_the_same_ids(tmp_path: Path) -> None:
    first, second = (pages(tmp_path / "a.txt", "one\ftwo") for _ in range(2))
    assert [page.id for page in first] == [page.id for page in second]
    assert first[0].id != first[1].id
