"""The reading steps composed: from what a reader sees on a page to a `Page`, and from pages to a lecture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from smartnotes.core.model import BBox, Figure, FigureKind, Page, RegionKind, TextSource
from smartnotes.core.options import LayoutEngine
from smartnotes.core.pageareas import find_areas
from smartnotes.core.pages.areas import Area
from smartnotes.core.pages.blocks import Block, assemble, disassemble, to_bbox, to_box, with_blocks
from smartnotes.core.pages.bullets import with_bullets
from smartnotes.core.pages.detection import DetectedRegion
from smartnotes.core.pages.elements import Element
from smartnotes.core.pages.geometry import around, scaled, shared_x, shared_y
from smartnotes.core.pages.lines import Line, group_lines
from smartnotes.core.pages.mentions import link_mentions
from smartnotes.core.pages.paragraphs import Paragraph, find_mark, is_mark
from smartnotes.core.pages.raw import Box, Crop, RawPage
from smartnotes.core.pages.tables import markdown_table
from smartnotes.core.steps.clean import find_builds, find_decoration, find_furniture
from smartnotes.core.steps.headings import body_size, find_headings
from smartnotes.core.steps.labels import figure_labels
from smartnotes.core.steps.layout import reading_order
from smartnotes.core.steps.ligatures import find_ligatures, mend_ligatures
from smartnotes.core.steps.paragraphs import goes_on, group_paragraphs
from smartnotes.core.steps.tables import table_rows
from smartnotes.core.steps.text import vocabulary, write_block
from smartnotes.core.steps.textboxes import find_text_boxes

_CAPTION_EM = 4.0  # a caption stands at most this many font sizes away from what it captions


class _Placed(NamedTuple):
    """A paragraph in reading order; `area` is the figure or table it is."""

    paragraph: Paragraph
    area: Area | None = None


def compose_page(
    raw: RawPage,
    *,
    page_id: str,
    source: TextSource,
    ocr_reason: str = "",
    layout: LayoutEngine = LayoutEngine.STRUCTURE,
    detected: Sequence[DetectedRegion] | None = None,
) -> tuple[Page, tuple[Crop, ...]]:
    """Return a page in reading order, and what is to be cut out of it as figures.

    `detected` is what a layout detector sees on the page, None where there is none.
    The figures come back through `attach_figures` once their images are stored.
    """
    lines = group_lines(raw)
    areas = find_areas(raw, lines, detected=detected) if layout is not LayoutEngine.NONE and not raw.ordered else []
    placed = _placed(raw, lines, areas)
    known = vocabulary(lines)
    stress = sum(line.bold * len(line.text) for line in lines) <= 0.5 * sum(len(line.text) for line in lines)
    blocks = [_block(one, raw, known=known, stress=stress) for one in placed]
    made = assemble(blocks)
    sure = [word.confidence for word in made.words if word.confidence is not None]
    page = Page(
        id=page_id,
        number=raw.number,
        text=made.text,
        source=source,
        width_pt=raw.width_pt,
        height_pt=raw.height_pt,
        words=made.words,
        regions=made.regions,
        emphasis=made.emphasis,
        ocr_reason=ocr_reason,
        confidence=sum(sure) / len(sure) if sure else None,
    )
    return page, _crops(raw, lines, placed, blocks) if layout is not LayoutEngine.NONE and not raw.ordered else ()


def attach_figures(page: Page, figures: Sequence[Figure]) -> Page:
    """Return the page with its figures.

    What was recognised inside a picture (a figure's `text`) becomes part of the page's text at the figure's place,
    where the page has none of it already.
    """
    page = page.model_copy(update={"figures": tuple(figures)})
    blocks = disassemble(page)
    changed = False
    for index, block in enumerate(blocks):
        if block.kind is not RegionKind.FIGURE or block.text or block.box is None:
            continue
        box = to_bbox(block.box)
        text = next((figure.text.strip() for figure in figures if figure.text and figure.box.iou(box) > 0.8), "")
        if text:
            blocks[index] = block._replace(text=text)
            changed = True
    return with_blocks(page, blocks) if changed else page


def finish_pages(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return the pages of a lecture, each cleaned with what the others tell about it.

    Running heads, page numbers and slide furniture leave the text (their regions stay, with empty spans), unreadable
    ligatures are written out, repeated logos leave the figures, figures know the sentences that mention them, and the
    last page of a build-up says which pages it stands for. Takes the pages as they were composed: what repeats is found
    from pages that still have it.
    """
    ligatures = find_ligatures(page.text for page in pages)
    readable = [_readable(page, ligatures) for page in pages]
    logos = find_decoration(readable)
    cleaned = [
        _without(page, furniture, logos) for page, furniture in zip(readable, find_furniture(readable), strict=True)
    ]
    builds = find_builds(cleaned)
    return link_mentions(
        [
            page.model_copy(update={"stands_for": builds[index]}) if index in builds else page
            for index, page in enumerate(cleaned)
        ]
    )


def _readable(page: Page, ligatures: Mapping[str, str]) -> Page:
    if not any(token in page.text for token in ligatures):
        return page
    return with_blocks(page, [mend_ligatures(block, ligatures) for block in disassemble(page)])


def _without(page: Page, furniture: Mapping[int, RegionKind], logos: AbstractSet[str]) -> Page:
    """Return a page without the text of its heads and feet, and without logos."""
    decoration = [to_box(figure.box) for figure in page.figures if figure.id in logos]
    if not furniture and not decoration:
        return page
    blocks = [
        block._replace(kind=furniture[index], level=0) if index in furniture else block
        for index, block in enumerate(disassemble(page))
        if block.kind is not RegionKind.FIGURE or block.box not in decoration
    ]
    figures = tuple(figure for figure in page.figures if figure.id not in logos)
    return with_blocks(page, blocks).model_copy(update={"figures": figures})


def _placed(raw: RawPage, lines: Sequence[Line], areas: Sequence[Area]) -> list[_Placed]:
    """Return everything on the page as paragraphs in reading order."""
    held = {index for one in areas for index in one.lines}
    free = [line for index, line in enumerate(lines) if index not in held]
    if raw.ordered:
        found = [_Placed(paragraph) for paragraph in group_paragraphs([(line,) for line in free])]
    else:
        free = with_bullets(raw, free)
        upright = [line for line in free if line.upright]
        boxes = find_text_boxes(raw, upright)
        found = _joined(_in_order(upright, areas, lines=lines, boxes=boxes, height_pt=raw.height_pt))
        # Turned lines beside the text (a stamp in the margin, a running head of a turned page) are no part of it.
        found += [_Placed(one) for line in free if not line.upright for one in group_paragraphs([(line,)])]
    plain = [one.paragraph for one in found if one.area is None]
    marked = iter(
        find_headings(
            plain, body=body_size(free), usual=body_size(lines), width_pt=raw.width_pt, height_pt=raw.height_pt
        )
    )
    return _title_first([one if one.area is not None else _Placed(next(marked)) for one in found], raw)


def _element(line: Line) -> Element:
    item = find_mark(line) is not None
    mark = len(line.words) == 1 and is_mark(line.text)
    return Element(line.box, line.size, line.order, len(line.words), item, mark)


def _title_first(placed: list[_Placed], raw: RawPage) -> list[_Placed]:
    """Return the page with its title before what stands beside it: a picture or a note in the corner next to it."""
    at = next((index for index, one in enumerate(placed) if _is_title(one.paragraph)), 0)
    if at == 0:
        return placed
    title = placed[at].paragraph.box
    boxes = [one.area.box if one.area is not None else one.paragraph.box for one in placed[:at]]
    if title[1] > 0.3 * raw.height_pt or any(shared_y(box, title) <= 0 for box in boxes):
        return placed
    return [placed[at], *placed[:at], *placed[at + 1 :]]


def _is_title(paragraph: Paragraph) -> bool:
    return paragraph.kind is RegionKind.TITLE and paragraph.level == 1


def _joined(placed: Sequence[_Placed]) -> list[_Placed]:
    """Return paragraphs that a column's end cut in two as one."""
    done: list[_Placed] = []
    for one in placed:
        if done and one.area is None and done[-1].area is None and goes_on(done[-1].paragraph, one.paragraph):
            last = done[-1].paragraph
            done[-1] = _Placed(last._replace(rows=last.rows + one.paragraph.rows))
        else:
            done.append(one)
    return done


def _in_order(
    free: Sequence[Line],
    areas: Sequence[Area],
    *,
    lines: Sequence[Line],
    boxes: Sequence[tuple[Box, tuple[int, ...]]],
    height_pt: float = 0.0,
) -> list[_Placed]:
    """Return lines, areas and text boxes in reading order, the content of each text box at the box's place."""
    boxed = {index for _, members in boxes for index in members}
    single = [line for index, line in enumerate(free) if index not in boxed]
    elements = [_element(line) for line in single]
    elements += [Element(one.box, body_size(lines) or 12.0, len(lines), 0) for one in areas]
    for _, members in boxes:
        content = [free[index] for index in members]
        elements.append(
            Element(around(line.box for line in content), content[0].size, min(line.order for line in content), 0)
        )
    found: list[_Placed] = []
    for column in reading_order(elements, height_pt=height_pt):
        rows: list[tuple[Line, ...]] = []
        for row in column:
            if row[0] < len(single):
                rows.append(tuple(single[index] for index in row))
                continue
            found += [_Placed(paragraph) for paragraph in group_paragraphs(rows)]
            rows = []
            place = row[0] - len(single)
            if place < len(areas):
                found.append(_Placed(_of_area(areas[place], lines), areas[place]))
            else:
                content = [free[index] for index in boxes[place - len(areas)][1]]
                found += _in_order(content, (), lines=lines, boxes=())
        found += [_Placed(paragraph) for paragraph in group_paragraphs(rows)]
    return found


def _block(one: _Placed, raw: RawPage, *, known: frozenset[str], stress: bool) -> Block:
    block = write_block(one.paragraph, width_pt=raw.width_pt, height_pt=raw.height_pt, known=known, stress=stress)
    if one.area is None:
        return block
    return block._replace(box=scaled(one.area.box, 1 / raw.width_pt, 1 / raw.height_pt))


def _of_area(area: Area, lines: Sequence[Line]) -> Paragraph:
    if area.kind is FigureKind.TABLE:
        return Paragraph(table_rows(area, lines), RegionKind.TABLE)
    return Paragraph(tuple((label,) for label in figure_labels(area, lines)), RegionKind.FIGURE)


def _crops(raw: RawPage, lines: Sequence[Line], placed: Sequence[_Placed], blocks: Sequence[Block]) -> tuple[Crop, ...]:
    captions = _captions(placed, blocks)
    crops = []
    for index, (one, block) in enumerate(zip(placed, blocks, strict=True)):
        if one.area is None and one.paragraph.kind is not RegionKind.FORMULA:
            continue
        area = one.area or Area(FigureKind.FORMULA, one.paragraph.box)
        x0, y0, x1, y1 = area.box
        box = BBox.clipped(x0 / raw.width_pt, y0 / raw.height_pt, x1 / raw.width_pt, y1 / raw.height_pt)
        text = block.text
        if area.kind is FigureKind.FIGURE:
            text = "\n".join(lines[line].text for line in area.lines)
        elif area.kind is FigureKind.TABLE:
            text = markdown_table(block.text)
        crops.append(Crop(box, area.kind, captions.get(index, ""), text))
    return tuple(crops)


def _captions(placed: Sequence[_Placed], blocks: Sequence[Block]) -> dict[int, str]:
    """Return captions by the place of the figure or table that each is nearest to."""
    found: dict[int, str] = {}
    areas = [(index, one.area) for index, one in enumerate(placed) if one.area is not None]
    for one, block in zip(placed, blocks, strict=True):
        if one.paragraph.kind is not RegionKind.CAPTION:
            continue
        box = one.paragraph.box
        near = [
            (-shared_y(box, area.box), index)
            for index, area in areas
            if shared_x(box, area.box) > 0 and -shared_y(box, area.box) < _CAPTION_EM * one.paragraph.size
        ]
        if near and min(near)[1] not in found:
            found[min(near)[1]] = block.text
    return found
