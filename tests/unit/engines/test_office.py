from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.text.paragraph import Paragraph
from PIL import Image

from smartnotes.core.errors import DamagedFile, EmptyFile, TooLarge
from smartnotes.core.model import Page, RegionKind
from smartnotes.core.options import IngestOptions, Limits
from smartnotes.engines.office import WordFile


def opened(path: Path, document: WordDocument) -> WordFile:
    document.save(str(path))
    return WordFile(path, options=IngestOptions())


def pages(path: Path, document: WordDocument) -> list[Page]:
    source = opened(path, document)
    return [source.read_page(number).page for number in range(1, source.info().pages + 1)]


def parts(page: Page) -> list[tuple[RegionKind, int, str]]:
    return [(region.kind, region.level, page.slice(region)) for region in page.regions]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "notes.docx"


def test_headings_lists_and_tables_keep_their_kind_and_level(path: Path) -> None:
    document = Document()
    document.add_heading("Cells", 0)
    document.add_heading("Membranes", 1)
    document.add_paragraph("lipids", style="List Bullet")
    document.add_paragraph("phospholipids", style="List Bullet 2")
    document.add_paragraph("mix", style="List Number")
    document.add_paragraph("heat", style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells], ["Part", "Role", "wall", "support"], strict=True
    ):
        cell.text = text
    (page,) = pages(path, document)
    assert parts(page) == [
        (RegionKind.TITLE, 1, "Cells"),
        (RegionKind.TITLE, 2, "Membranes"),
        (RegionKind.LIST, 0, "lipids"),
        (RegionKind.LIST, 1, "phospholipids"),
        (RegionKind.LIST, 0, "1. mix"),
        (RegionKind.LIST, 0, "2. heat"),
        (RegionKind.TABLE, 0, "Part\tRole\nwall\tsupport"),
    ]


def test_the_title_is_that_of_the_document(path: Path) -> None:
    document = Document()
    document.add_heading("Cells", 0)
    assert opened(path, document).info().title == "Cells"


def test_bold_words_are_emphasis(path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("The ")
    paragraph.add_run("nucleus").bold = True
    paragraph.add_run(" holds DNA.")
    (page,) = pages(path, document)
    assert page.text == "The nucleus holds DNA."
    assert [page.slice(span) for span in page.emphasis] == ["nucleus"]


def test_paragraphs_in_a_fixed_width_font_are_one_block_of_code(path: Path) -> None:
    document = Document()
    for line in ("def f():", "    return 1"):
        document.add_paragraph().add_run(line).font.name = "Courier New"
    (page,) = pages(path, document)
    assert parts(page) == [(RegionKind.CODE, 0, "def f():\n    return 1")]


def test_explicit_page_breaks_part_pages(path: Path) -> None:
    document = Document()
    document.add_paragraph("one")
    document.add_page_break()
    document.add_paragraph("two")
    assert [page.text for page in pages(path, document)] == ["one", "two"]


def test_breaks_that_word_drew_are_where_pages_end(path: Path) -> None:
    document = Document()
    document.add_paragraph("one")
    run = document.add_paragraph("").add_run("")
    run._r.append(OxmlElement("w:lastRenderedPageBreak"))
    run.add_text("two")
    split = document.add_paragraph("three starts here ").add_run("")
    split._r.append(OxmlElement("w:lastRenderedPageBreak"))
    split.add_text("and goes on")
    document.add_paragraph("four")
    assert [page.text for page in pages(path, document)] == ["one", "two\nthree starts here and goes on", "four"]


def test_long_documents_without_breaks_are_parted_between_paragraphs(path: Path) -> None:
    document = Document()
    for number in range(10):
        document.add_heading(f"Part {number}", 1)
        document.add_paragraph("A sentence about it. " * 60)
    found = pages(path, document)
    assert len(found) == 5
    assert all(region.kind is RegionKind.TITLE for region in (page.regions[0] for page in found))


def test_pictures_become_figures_with_their_caption(path: Path, tmp_path: Path) -> None:
    Image.new("RGB", (300, 200), "red").save(tmp_path / "p.png")
    document = Document()
    document.add_picture(str(tmp_path / "p.png"))
    document.add_paragraph("Figure 1: A membrane", style="Caption")
    source = opened(path, document)
    read = source.read_page(1)
    (figure,) = read.page.figures
    assert figure.caption == "Figure 1: A membrane"
    assert (figure.width_px, figure.height_px) == (300, 200)
    assert read.crops[figure.blob].startswith(b"\x89PNG")


def test_deleted_text_is_gone_and_inserted_text_is_there(path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("kept")
    for tag, inner, text in (("w:del", "w:delText", " gone"), ("w:ins", "w:t", " new")):
        change, run, content = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(inner)
        content.text = text
        run.append(content)
        change.append(run)
        paragraph._p.append(change)
    (page,) = pages(path, document)
    assert page.text == "kept new"


def test_line_breaks_inside_a_paragraph_are_spaces(path: Path) -> None:
    document = Document()
    run = document.add_paragraph().add_run("one")
    run.add_break(WD_BREAK.LINE)
    run.add_text("two")
    assert pages(path, document)[0].text == "one two"


def test_an_empty_document_says_so(path: Path) -> None:
    with pytest.raises(EmptyFile):
        opened(path, Document())


def test_a_broken_document_is_damaged(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document")
    with pytest.raises(DamagedFile, match=r"notes\.docx") as caught:
        WordFile(path, options=IngestOptions())
    assert caught.value.hint


def test_xml_that_would_not_fit_into_memory_is_refused_unread(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", " " * 2_000_000)
    with pytest.raises(TooLarge, match="memory_bytes"):
        WordFile(path, options=IngestOptions(limits=Limits(memory_bytes=10_000_000)))


def test_xml_that_goes_too_deep_is_refused_by_the_name_of_the_limit(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a>" * 300 + "</a>" * 300)
    with pytest.raises(TooLarge, match=r"300 elements inside one another; the limit xml_depth is 256"):
        WordFile(path, options=IngestOptions())


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def with_notes(document: WordDocument, *, footnotes: Sequence[str], endnotes: Sequence[str] = ()) -> None:
    """Add the parts that hold notes; note n has the id n."""
    for kind, texts in (("footnote", footnotes), ("endnote", endnotes)):
        notes = "".join(
            f'<w:{kind} w:id="{number}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{kind}>'
            for number, text in enumerate(texts, 1)
        )
        data = f'<w:{kind}s xmlns:w="{W}">{notes}</w:{kind}s>'.encode()
        kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml"
        part = Part(PackURI(f"/word/{kind}s.xml"), f"{kinds}.{kind}s+xml", data, document.part.package)
        document.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s")


def refer(paragraph: Paragraph, kind: str, number: int) -> None:
    paragraph.add_run()._r.append(parse_xml(f'<w:{kind}Reference xmlns:w="{W}" w:id="{number}"/>'))


def test_footnotes_stand_below_the_page_that_refers_to_them_and_endnotes_at_the_end(path: Path) -> None:
    document = Document()
    refer(document.add_paragraph("Enzymes are proteins"), "footnote", 2)
    refer(document.add_paragraph("Some are not"), "endnote", 1)
    document.add_page_break()
    refer(document.add_paragraph("Pepsin works in acid"), "footnote", 1)
    with_notes(document, footnotes=["At pH 2.", "Nearly all of them."], endnotes=["Ribozymes."])
    first, second = pages(path, document)
    assert first.text == "Enzymes are proteins¹\nSome are not[i]\n¹ Nearly all of them."
    assert second.text == "Pepsin works in acid²\n² At pH 2.\n[i] Ribozymes."


def test_formulas_are_written_as_a_line(path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("Energy: ")
    paragraph._p.append(
        parse_xml(
            f'<m:oMath xmlns:m="{M}"><m:r><m:t>E=m</m:t></m:r><m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e>'
            "<m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>"
        )
    )
    assert pages(path, document)[0].text == "Energy: E=mc²"


def test_raised_digits_stay_raised_and_hidden_text_is_left_out(path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("10")
    paragraph.add_run("-9").font.superscript = True
    paragraph.add_run(" m")
    paragraph.add_run(" secret").font.hidden = True
    assert pages(path, document)[0].text == "10⁻⁹ m"


def test_a_picture_that_is_missing_costs_only_itself_and_is_said(path: Path, tmp_path: Path) -> None:
    image = tmp_path / "cell.png"
    Image.new("RGB", (200, 150), "green").save(image)
    document = Document()
    document.add_paragraph("kept")
    document.add_picture(str(image))
    blip = next(document.element.body.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"))
    blip.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed", "rId99")
    (page,) = pages(path, document)
    assert page.text == "kept"
    assert page.figures == ()
    assert page.unread == ("a picture is left out: it is linked to or missing, not in the file",)


def test_text_boxes_are_read_once_with_their_pictures(path: Path, tmp_path: Path) -> None:
    image = tmp_path / "cell.png"
    Image.new("RGB", (200, 150), "green").save(image)
    document = Document()
    inner = document.add_paragraph()
    inner.add_run("in the box")
    inner.add_run().add_picture(str(image))
    outer = document.add_paragraph("outside")
    holder = parse_xml(
        f'<w:r xmlns:w="{W}"><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="wps"><w:drawing><w:txbxContent/></w:drawing></mc:Choice>'
        "<mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>in the box</w:t></w:r></w:p></w:txbxContent></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )
    next(holder.iter(f"{{{W}}}txbxContent")).append(inner._p)
    outer._p.append(holder)
    (page,) = pages(path, document)
    assert page.text == "outside\nin the box"
    assert len(page.figures) == 1


def test_templates_and_files_with_macros_are_read_like_documents(path: Path, tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("kept")
    document.save(str(path))
    other = tmp_path / "notes.docm"
    kind = b"application/vnd.ms-word.document.macroEnabled.main+xml"
    usual = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(usual, kind))
    assert WordFile(other, options=IngestOptions()).read_page(1).page.text == "kept"
