from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.chart.data import BubbleChartData, CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.util import Inches

from smartnotes.core.model import Page, RegionKind
from smartnotes.core.options import IngestOptions
from smartnotes.core.ports import PageRead
from smartnotes.engines.slides.charts import chart_table, read_chart, shown
from smartnotes.engines.slides.colours import Theme
from smartnotes.engines.slides.deck import SlideDeck
from smartnotes.engines.slides.plots import draw_chart

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
PLACE = (Inches(1), Inches(2), Inches(6), Inches(4))
FLAT = (XL_CHART_TYPE.COLUMN_CLUSTERED, XL_CHART_TYPE.BAR_STACKED_100, XL_CHART_TYPE.LINE_MARKERS)
OTHERS = (XL_CHART_TYPE.PIE, XL_CHART_TYPE.AREA_STACKED, XL_CHART_TYPE.RADAR, XL_CHART_TYPE.DOUGHNUT)


def numbers(values: Sequence[object], code: str = "General") -> str:
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(values) if value is not None
    )
    return f"<c:numRef><c:numCache><c:formatCode>{code}</c:formatCode>{points}</c:numCache></c:numRef>"


def chart(*plots: str, axes: str = "") -> etree._Element:
    return etree.fromstring(
        f'<c:chartSpace xmlns:c="{C}"><c:chart><c:plotArea>{"".join(plots)}{axes}</c:plotArea></c:chart></c:chartSpace>'
    )


def series(name: str, *, labels: str = "", values: str) -> str:
    return f"<c:ser><c:tx><c:v>{name}</c:v></c:tx><c:cat>{labels}</c:cat><c:val>{values}</c:val></c:ser>"


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("0.30000000000000004", "General", "0.3"),
        ("0.256", "0%", "26%"),
        ("0.256", "0.0%", "25.6%"),
        ("43831", "m/d/yyyy", "2020-01-01"),
        ("43831", 'dd"."mm"."yyyy', "2020-01-01"),
        ("12", '0" days"', "12"),
        ("1200", "#,##0.00", "1200"),
        ("x", "0%", "x"),
    ],
)
def test_values_are_shown_as_their_format_says(text: str, code: str, expected: str) -> None:
    assert shown(text, code) == expected


def test_levels_of_categories_are_one_name_and_the_outer_one_holds_on() -> None:
    levels = (
        "<c:multiLvlStrRef><c:multiLvlStrCache>"
        '<c:lvl><c:pt idx="0"><c:v>Q1</c:v></c:pt><c:pt idx="1"><c:v>Q2</c:v></c:pt><c:pt idx="2"><c:v>Q1</c:v></c:pt>'
        '</c:lvl><c:lvl><c:pt idx="0"><c:v>2020</c:v></c:pt><c:pt idx="2"><c:v>2021</c:v></c:pt></c:lvl>'
        "</c:multiLvlStrCache></c:multiLvlStrRef>"
    )
    root = chart(f"<c:barChart>{series('S', labels=levels, values=numbers([1, 2, 3]))}</c:barChart>")
    assert chart_table(read_chart(root)).splitlines()[1:] == ["2020 Q1\t1", "2020 Q2\t2", "2021 Q1\t3"]


def test_several_kinds_of_chart_in_one_are_one_table_and_missing_values_are_empty() -> None:
    root = chart(
        f"<c:barChart>{series('Rain', values=numbers([1, None, 3]))}</c:barChart>",
        f"<c:lineChart>{series('Sun', values=numbers([None, 5, 6]))}</c:lineChart>",
    )
    assert chart_table(read_chart(root)) == "\tRain\tSun\n1\t1\n2\t\t5\n3\t3\t6"


def test_points_by_x_keep_their_own_x(tmp_path: Path) -> None:
    data = XyChartData()
    for name, points in (("a", [(1, 10), (2, 20)]), ("b", [(1.5, 5), (2, 6)])):
        one = data.add_series(name)
        for x, y in points:
            one.add_data_point(x, y)
    text = slide_with(tmp_path, XL_CHART_TYPE.XY_SCATTER, data).page.text
    assert text.splitlines() == ["\ta\tb", "1\t10", "1.5\t\t5", "2\t20\t6"]


def test_bubbles_have_their_size(tmp_path: Path) -> None:
    data = BubbleChartData()
    data.add_series("a").add_data_point(1, 10, 3)
    assert slide_with(tmp_path, XL_CHART_TYPE.BUBBLE, data).page.text == "\ta\ta (size)\n1\t10\t3"


def test_a_huge_point_number_does_not_fill_the_memory() -> None:
    values = '<c:numRef><c:numCache><c:pt idx="4000000000"><c:v>1</c:v></c:pt></c:numCache></c:numRef>'
    assert read_chart(chart(f"<c:pieChart>{series('S', values=values)}</c:pieChart>")).series[0].values == {}


def slide_with(tmp_path: Path, kind: XL_CHART_TYPE, data: object, *, titled: bool = False) -> PageRead:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    made = slide.shapes.add_chart(kind, *PLACE, data).chart
    if titled:
        made.has_title = True
        made.chart_title.text_frame.text = "Harvest"
        made.value_axis.has_title = True
        made.value_axis.axis_title.text_frame.text = "Tons"
        made.category_axis.has_title = True
        made.category_axis.axis_title.text_frame.text = "Year"
    path = tmp_path / "deck.pptx"
    deck.save(str(path))
    return SlideDeck(path, options=IngestOptions()).read_page(1)


def categories() -> CategoryChartData:
    data = CategoryChartData()
    data.categories = ["2020", "2021", "2022"]
    data.add_series("wheat", (4, None, 6))
    data.add_series("rye", (-1, 2, 3))
    return data


@pytest.mark.parametrize("kind", [*FLAT, *OTHERS])
def test_every_kind_of_chart_is_a_figure_that_shows_something(tmp_path: Path, kind: XL_CHART_TYPE) -> None:
    found = slide_with(tmp_path, kind, categories())
    (figure,) = found.page.figures
    image = Image.open(io.BytesIO(found.crops[figure.blob])).convert("RGB")
    assert len(image.getcolors(100_000) or ()) > 5
    assert abs(image.width / image.height - 1.5) < 0.1


def test_the_titles_of_a_chart_and_its_axes_are_kept(tmp_path: Path) -> None:
    page = slide_with(tmp_path, XL_CHART_TYPE.COLUMN_CLUSTERED, categories(), titled=True).page
    (figure,) = page.figures
    assert figure.caption == "Harvest"
    assert [(region.kind, page.slice(region).split("\n")[0]) for region in page.regions] == [
        (RegionKind.FIGURE, "Year"),
        (RegionKind.CAPTION, "Harvest"),
        (RegionKind.TABLE, "Year\twheat\trye"),
    ]


def test_a_chart_without_numbers_gives_no_picture() -> None:
    empty = read_chart(chart("<c:barChart><c:ser/></c:barChart>"))
    assert draw_chart(empty, theme=Theme({}, {}), width=200, height=100) is None


DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
DSP = "http://schemas.microsoft.com/office/drawing/2008/diagram"
MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def smartart(tmp_path: Path, *, drawn: bool) -> PageRead:
    """Return a slide with a SmartArt of two points, with or without the shapes PowerPoint last drew."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    text = "<{0}><a:p><a:r><a:t>{1}</a:t></a:r></a:p></{0}>"
    points = "".join(f'<d:pt modelId="{n}">{text.format("d:t", word)}</d:pt>' for n, word in ((1, "Cell"), (2, "Wall")))
    data = (
        f'<d:dataModel xmlns:d="{DGM}" xmlns:a="{MAIN}"><d:ptLst><d:pt modelId="0" type="doc"/>{points}</d:ptLst>'
        "<d:cxnLst>"
        '<d:cxn srcId="0" destId="1"/><d:cxn srcId="1" destId="2"/></d:cxnLst></d:dataModel>'
    )
    shapes = "".join(
        f'<dsp:sp><dsp:spPr><a:xfrm><a:off x="{x}" y="0"/><a:ext cx="1000000" cy="1000000"/></a:xfrm>'
        '<a:prstGeom prst="ellipse"/><a:solidFill><a:srgbClr val="00AA00"/></a:solidFill></dsp:spPr>'
        f"{text.format('dsp:txBody', word)}</dsp:sp>"
        for x, word in ((0, "Cell"), (2_000_000, "Wall"))
    )
    drawing = f'<dsp:drawing xmlns:dsp="{DSP}" xmlns:a="{MAIN}"><dsp:spTree>{shapes}</dsp:spTree></dsp:drawing>'
    package = slide.part.package
    data_part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", package, data.encode())
    reference = slide.part.relate_to(data_part, f"{OFFICE}/diagramData")
    if drawn:
        part = Part(PackURI("/ppt/diagrams/drawing1.xml"), "application/xml", package, drawing.encode())
        slide.part.relate_to(part, "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing")
    slide.shapes._spTree.append(
        etree.fromstring(
            '<p:graphicFrame xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
            f'xmlns:a="{MAIN}" xmlns:r="{OFFICE}"><p:nvGraphicFramePr><p:cNvPr id="9" name="d"/></p:nvGraphicFramePr>'
            '<p:xfrm><a:off x="914400" y="914400"/><a:ext cx="3000000" cy="1000000"/></p:xfrm>'
            f'<a:graphic><a:graphicData uri="{DGM}"><d:relIds xmlns:d="{DGM}" r:dm="{reference}"/></a:graphicData>'
            "</a:graphic></p:graphicFrame>"
        )
    )
    path = tmp_path / "deck.pptx"
    deck.save(str(path))
    return SlideDeck(path, options=IngestOptions()).read_page(1)


def items(page: Page) -> list[tuple[int, str]]:
    return [(region.level, page.slice(region)) for region in page.regions if region.kind is RegionKind.LIST]


def test_smartart_is_its_outline_and_a_picture_as_it_was_last_drawn(tmp_path: Path) -> None:
    found = smartart(tmp_path, drawn=True)
    assert items(found.page) == [(0, "Cell"), (1, "Wall")]
    assert found.page.text == "Cell\nWall"
    (figure,) = found.page.figures
    image = Image.open(io.BytesIO(found.crops[figure.blob])).convert("RGB")
    assert image.getpixel((image.width // 6, image.height // 6)) == (0, 170, 0)
    assert image.getpixel((image.width // 2, image.height // 2)) == (255, 255, 255)


def test_smartart_that_was_never_drawn_is_its_outline(tmp_path: Path) -> None:
    page = smartart(tmp_path, drawn=False).page
    assert items(page) == [(0, "Cell"), (1, "Wall")]
    assert page.figures == ()
