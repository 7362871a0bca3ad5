from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Emu, Inches, Pt

from smartnotes.core.errors import DamagedFile, EmptyFile, TooLarge
from smartnotes.core.model import Page, RegionKind
from smartnotes.core.options import IngestOptions, Limits
from smartnotes.core.ports import PageRead, RecognisedWord
from smartnotes.engines.slides.deck import SlideDeck
from smartnotes.engines.slides.parts import diagram_blocks

TITLE_ONLY, BLANK, CONTENT = 5, 6, 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deck.pptx"


def read(path: Path, deck: Deck, *, number: int = 1) -> PageRead:
    deck.save(str(path))
    return SlideDeck(path, options=IngestOptions()).read_page(number)


def parts(page: Page) -> list[tuple[RegionKind, int, str]]:
    return [(region.kind, region.level, page.slice(region)) for region in page.regions]


def content_slide(deck: Deck, title: str, items: Sequence[tuple[int, str]]) -> Slide:
    slide = deck.slides.add_slide(deck.slide_layouts[CONTENT])
    slide.shapes.title.text = title
    frame = slide.placeholders[1].text_frame
    for index, (level, text) in enumerate(items):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    return slide


def text_box(slide: Slide, text: str, *, left: float, top: float, width: float = 3.0, size: float = 0) -> None:
    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(0.5))
    box.text_frame.text = text
    if size:
        box.text_frame.paragraphs[0].runs[0].font.size = Pt(size)


def png(colour: str = "red", size: tuple[int, int] = (400, 300)) -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "PNG")
    data.seek(0)
    return data


def test_titles_and_bullets_with_their_nesting(path: Path) -> None:
    deck = Presentation()
    content_slide(deck, "Enzymes", [(0, "speed up reactions"), (1, "without being used up"), (0, "are proteins")])
    assert parts(read(path, deck).page) == [
        (RegionKind.TITLE, 1, "Enzymes"),
        (RegionKind.LIST, 0, "speed up reactions"),
        (RegionKind.LIST, 1, "without being used up"),
        (RegionKind.LIST, 0, "are proteins"),
    ]


def test_notes_come_last_and_hidden_slides_are_marked(path: Path) -> None:
    deck = Presentation()
    slide = content_slide(deck, "Enzymes", [(0, "are proteins")])
    slide.notes_slide.notes_text_frame.text = "Ask about pepsin."
    slide.element.set("show", "0")
    page = read(path, deck).page
    assert page.notes == "Ask about pepsin."
    assert page.body == "Enzymes\nare proteins"
    assert page.hidden


def test_numbered_paragraphs_keep_their_numbers(path: Path) -> None:
    deck = Presentation()
    slide = content_slide(deck, "Steps", [(0, "mix"), (1, "gently"), (0, "heat"), (0, "wait")])
    kinds = ["arabicPeriod", "alphaLcParenR", "arabicPeriod", "arabicPeriod"]
    for paragraph, kind in zip(slide.placeholders[1].text_frame.paragraphs, kinds, strict=True):
        etree.SubElement(
            paragraph._p.get_or_add_pPr(), "{http://schemas.openxmlformats.org/drawingml/2006/main}buAutoNum", type=kind
        )
    page = read(path, deck).page
    assert page.text.splitlines()[1:] == ["1. mix", "a) gently", "2. heat", "3. wait"]


def test_bold_and_italic_runs_are_emphasis(path: Path) -> None:
    deck = Presentation()
    slide = content_slide(deck, "Terms", [(0, "A ")])
    run = slide.placeholders[1].text_frame.paragraphs[0].add_run()
    run.text, run.font.bold = "substrate", True
    page = read(path, deck).page
    assert [page.slice(span) for span in page.emphasis] == ["substrate"]


def test_paragraphs_in_a_fixed_width_font_are_code(path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(4), Inches(1))
    for index, line in enumerate(("if x:", "    print(x)")):
        paragraph = box.text_frame.paragraphs[0] if index == 0 else box.text_frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.name = line, "Consolas"
    assert parts(read(path, deck).page) == [(RegionKind.CODE, 0, "if x:\n    print(x)")]


def test_tables_are_rows_of_cells_and_swallowed_ones_are_empty(path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    table = slide.shapes.add_table(3, 2, Inches(1), Inches(1), Inches(4), Inches(2)).table
    for row, texts in enumerate([("Enzyme", "pH"), ("pepsin", "2"), ("trypsin", "8")]):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 1).merge(table.cell(2, 1))
    (part,) = parts(read(path, deck).page)
    assert part[0] is RegionKind.TABLE
    assert part[2].splitlines()[0] == "Enzyme\tpH"
    assert part[2].splitlines()[2] == "trypsin"


def test_the_data_of_charts_is_a_table(path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    data = CategoryChartData()
    data.categories = ["pH 5", "pH 7"]
    data.add_series("Rate", (1.2, 3.4))
    place = (Inches(1), Inches(1), Inches(5), Inches(3))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Reaction rate"
    assert read(path, deck).page.text == "Reaction rate\n\tRate\npH 5\t1.2\npH 7\t3.4"


def test_three_dimensional_and_scatter_charts_are_read_too(path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    data = CategoryChartData()
    data.categories = ["a"]
    data.add_series("S", (5,))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(0), Inches(0), Inches(4), Inches(2), data)
    flat = next(frame.chart._chartSpace.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}barChart"))
    flat.tag = flat.tag.replace("barChart", "bar3DChart")
    points = XyChartData()
    points.add_series("T").add_data_point(1.5, 2.5)
    slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, Inches(0), Inches(4), Inches(4), Inches(2), points)
    text = read(path, deck).page.text
    assert "a\t5" in text
    assert "1.5\t2.5" in text


def test_columns_are_read_one_after_the_other(path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    for row in range(3):
        text_box(slide, f"right {row}", left=6, top=2 + row * 0.5)
        text_box(slide, f"left {row}", left=0.5, top=2 + row * 0.5)
    assert read(path, deck).page.text.split("\n") == ["left 0", "left 1", "left 2", "right 0", "right 1", "right 2"]


def test_without_a_title_placeholder_the_largest_text_at_the_top_is_the_title(path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    text_box(slide, "Something about enzymes", left=1, top=3, size=18)
    text_box(slide, "Enzymes", left=1, top=0.3, size=36)
    assert read(path, deck).page.title == "Enzymes"


def test_groups_place_their_shapes_on_the_slide(path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_group_shape()
    box = inner.shapes.add_textbox(Inches(1), Inches(1), Inches(2), Inches(1))
    box.text_frame.text = "deep inside"
    group.left, group.top, group.width, group.height = Inches(5), Inches(4), Inches(4), Inches(2)
    (region,) = read(path, deck).page.regions
    assert region.box is not None
    assert (region.box.x0, region.box.y0) == pytest.approx((0.5, 4 / 7.5), abs=0.01)
    assert region.box.x1 - region.box.x0 == pytest.approx(0.4, abs=0.01)


def test_pictures_are_kept_as_cropped(path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    picture = slide.shapes.add_picture(png(), Inches(2), Inches(2), Inches(5), Inches(3))
    picture.crop_left = 0.25
    picture.crop_bottom = 0.5
    found = read(path, deck)
    (figure,) = found.page.figures
    assert (figure.width_px, figure.height_px) == (300, 150)
    assert figure.box.x0 == pytest.approx(0.2)
    assert found.crops[figure.blob].startswith(b"\x89PNG")


def test_icons_backgrounds_and_repeated_logos_are_no_figures(path: Path) -> None:
    deck = Presentation()
    for number in range(4):
        slide = content_slide(deck, f"Slide {number}", [(0, "text")])
        slide.shapes.add_picture(png("blue"), Inches(7), Inches(6), Inches(2.5), Inches(1.2))  # on every slide
        slide.shapes.add_picture(png("green", (64 + number, 64)), Inches(1), Inches(6), Inches(0.5), Inches(0.5))
    slide.shapes.add_picture(png("white", (800, 600)), 0, 0, deck.slide_width, deck.slide_height)
    assert read(path, deck, number=4).page.figures == ()


class LabelOcr:
    """Reads one sure and one doubtful word in every picture."""

    name = "label 1"

    def languages(self) -> frozenset[str]:
        return frozenset({"eng"})

    def recognise(self, image: Image.Image, *, languages: Sequence[str], dpi: int) -> list[RecognisedWord]:
        sure = RecognisedWord("mitochondrion", (10, 10, 110, 30), 0.95, 1, 1, 1)
        return [sure, RecognisedWord("zzqj", (10, 60, 60, 80), 0.3, 1, 1, 2)]


def test_text_inside_a_picture_is_read_at_its_place(path: Path) -> None:
    image = Image.new("RGB", (600, 400), "white")
    for y in range(40, 360, 40):
        image.paste((0, 0, 0), (40, y, 400, y + 12))
    data = io.BytesIO()
    image.save(data, "PNG")
    data.seek(0)
    deck = Presentation()
    slide = content_slide(deck, "The cell", [(0, "has organelles")])
    slide.shapes.add_picture(data, Inches(2), Inches(4), Inches(5), Inches(3))
    deck.save(str(path))
    page = SlideDeck(path, options=IngestOptions(), ocr=LabelOcr()).read_page(1).page
    assert page.figures[0].text == "mitochondrion"
    assert "mitochondrion" in page.text
    assert "zzqj" not in page.text


def test_a_shape_that_cannot_be_read_costs_only_itself(path: Path) -> None:
    deck = Presentation()
    slide = content_slide(deck, "Kept", [(0, "kept too")])
    data = CategoryChartData()
    data.categories = ["a"]
    data.add_series("S", (1,))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.PIE, Inches(1), Inches(4), Inches(3), Inches(2), data)
    chart = next(frame._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"))
    chart.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", "rId999")
    assert read(path, deck).page.text == "Kept\nkept too"


def test_a_picture_beyond_the_limit_costs_only_itself(path: Path) -> None:
    deck = Presentation()
    slide = content_slide(deck, "Kept", [(0, "kept too")])
    slide.shapes.add_picture(png(size=(400, 300)), Inches(2), Inches(4), Inches(5), Inches(3))
    deck.save(str(path))
    page = SlideDeck(path, options=IngestOptions(limits=Limits(image_pixels=50_000))).read_page(1).page
    assert page.text == "Kept\nkept too"
    assert page.figures == ()


def test_symbol_fonts_are_written_out(path: Path) -> None:
    deck = Presentation()
    content_slide(deck, "Arrows", [(0, "A \uf0e0 B")])
    assert read(path, deck).page.text == "Arrows\nA → B"


def test_smartart_is_a_list_nested_like_its_outline() -> None:
    space = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"

    def point(identity: str, text: str) -> str:
        return f'<d:pt modelId="{identity}"><d:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></d:t></d:pt>'

    data = etree.fromstring(
        f'<d:dataModel xmlns:d="{space}" xmlns:a="{drawing}"><d:ptLst><d:pt modelId="0" type="doc"/>'
        + point("1", "Cell") + point("2", "Nucleus") + point("3", "Wall")
        + '</d:ptLst><d:cxnLst><d:cxn srcId="0" destId="1" srcOrd="0"/><d:cxn srcId="1" destId="3" srcOrd="1"/>'
        '<d:cxn srcId="1" destId="2" srcOrd="0"/><d:cxn srcId="3" destId="1" srcOrd="0"/></d:cxnLst></d:dataModel>'
    )  # fmt: skip
    blocks = diagram_blocks(data, box=None)
    assert [(block.level, block.text) for block in blocks] == [(0, "Cell"), (1, "Nucleus"), (1, "Wall")]


def test_the_deck_is_named_by_its_first_slide(path: Path) -> None:
    deck = Presentation()
    content_slide(deck, "Enzyme kinetics", [(0, "x")])
    deck.core_properties.title = "PowerPoint Presentation"
    deck.save(str(path))
    info = SlideDeck(path, options=IngestOptions()).info()
    assert (info.title, info.pages) == ("Enzyme kinetics", 1)


def test_a_deck_without_slides_is_empty(path: Path) -> None:
    Presentation().save(str(path))
    with pytest.raises(EmptyFile):
        SlideDeck(path, options=IngestOptions())


def test_too_many_slides_name_the_limit(path: Path) -> None:
    deck = Presentation()
    for _ in range(3):
        deck.slides.add_slide(deck.slide_layouts[BLANK])
    deck.save(str(path))
    with pytest.raises(TooLarge, match=r"3 slides; the limit pages is 2"):
        SlideDeck(path, options=IngestOptions(limits=Limits(pages=2)))


@pytest.mark.parametrize("part", ["ppt/presentation.xml", "ppt/slideLayouts/slideLayout2.xml", "[Content_Types].xml"])
def test_a_deck_with_a_broken_part_is_damaged(path: Path, tmp_path: Path, part: str) -> None:
    deck = Presentation()
    content_slide(deck, "One", [(0, "x")])
    deck.save(str(path))
    broken = tmp_path / "broken.pptx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(broken, "w") as target:
        for item in source.infolist():
            target.writestr(item, b"<broken" if item.filename == part else source.read(item))
    with pytest.raises(DamagedFile, match=r"broken\.pptx"):
        SlideDeck(broken, options=IngestOptions())


def test_a_missing_slide_costs_only_itself(path: Path) -> None:
    deck = Presentation()
    for title in ("One", "Two"):
        content_slide(deck, title, [(0, "x")])
    first = next(deck.element.iter("{http://schemas.openxmlformats.org/presentationml/2006/main}sldId"))
    first.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", "rId999")
    deck.save(str(path))
    source = SlideDeck(path, options=IngestOptions())
    with pytest.raises(DamagedFile, match="Slide 1"):
        source.read_page(1)
    assert source.read_page(2).page.title == "Two"


def test_coloured_text_and_empty_slides_do_no_harm(path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    box = slide.shapes.add_textbox(Emu(0), Emu(0), Emu(0), Emu(0))
    box.text_frame.text = "tiny"
    box.text_frame.paragraphs[0].runs[0].font.color.rgb = RGBColor(255, 0, 0)
    deck.slides.add_slide(deck.slide_layouts[BLANK])
    assert read(path, deck).page.text == "tiny"
    assert read(path, deck, number=2).page.text == ""


@pytest.mark.parametrize("kind", ["slideshow", "template"])
def test_shows_and_templates_are_read_like_decks(path: Path, tmp_path: Path, kind: str) -> None:
    deck = Presentation()
    content_slide(deck, "One", [(0, "x")])
    deck.save(str(path))
    other = tmp_path / "show.ppsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(
                name, data.replace(b"presentationml.presentation.main", f"presentationml.{kind}.main".encode())
            )
    assert SlideDeck(other, options=IngestOptions()).read_page(1).page.title == "One"
