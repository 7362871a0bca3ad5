"""Tables of slides as shapes, cell by cell, so that they can be drawn like everything else."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from pptx.oxml import parse_xml

from smartnotes.engines.slides.matrix import Place, placing
from smartnotes.engines.slides.shapes import Shape
from smartnotes.engines.slides.text import A, P

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_NAMES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_BARE = ("{2D5ABB26-0587-4C30-8999-92F81FD0307C}", "{5940675A-B579-460E-94D1-54222C63F5DA}")
"""The styles that fill no cell: "No Style, No Grid" and "No Style, Table Grid"."""
_MOST_CELLS = 2_000
_FILLS = tuple(f"{A}{name}" for name in ("solidFill", "gradFill", "pattFill", "noFill"))


def cell_shapes(frame: Shape, table: _Element) -> list[Shape]:
    """Return the cells of a table (``a:tbl``) in its frame as shapes with fill, lines and text.

    Of the table's style, which few files carry, only the usual look is known: a coloured head, banded rows.
    """
    columns = [_integer(column.get("w")) for column in table.iterfind(f"{A}tblGrid/{A}gridCol")]
    rows = list(table.iterfind(f"{A}tr"))
    heights = [_integer(row.get("h")) for row in rows]
    wide, high = sum(columns) or 1, sum(heights) or 1
    by_x, by_y = frame.size[0] / wide, frame.size[1] / high
    found: list[Shape] = []
    for number, row in enumerate(rows):
        for at, cell in enumerate(row.iterfind(f"{A}tc")):
            if at >= len(columns) or len(found) >= _MOST_CELLS or _is_swallowed(cell):
                continue
            span, deep = max(1, _integer(cell.get("gridSpan"), 1)), max(1, _integer(cell.get("rowSpan"), 1))
            x, y = sum(columns[:at]) * by_x, sum(heights[:number]) * by_y
            size = sum(columns[at : at + span]) * by_x, sum(heights[number : number + deep]) * by_y
            matrix = frame.matrix.after(placing(Place(x, y, *size)))
            found.append(Shape(_cell(cell, table, number), frame.box, "", frame.styles, matrix, size))
    return found


def _cell(cell: _Element, table: _Element, row: int) -> _Element:
    """Return a cell as a shape's element."""
    properties, look = cell.find(f"{A}tcPr"), table.find(f"{A}tblPr")
    own = next((child for child in properties if child.tag in _FILLS), None) if properties is not None else None
    style = look.findtext(f"{A}tableStyleId") if look is not None else None
    bare = style in _BARE or look is None
    head = row == 0 and look is not None and look.get("firstRow") in ("1", "true") and not bare
    colour = "tx1" if bare else "lt1" if head else "dk1"
    ink = f'<a:fontRef idx="minor"><a:schemeClr val="{colour}"/></a:fontRef>'
    line = "tx1" if bare else "lt1"
    shape = parse_xml(
        f'<p:sp {_NAMES}><p:spPr><a:prstGeom prst="rect"/>{"" if own is not None or bare else _usual(head, row)}'
        f'<a:ln w="9525"><a:solidFill><a:schemeClr val="{line}"/></a:solidFill></a:ln></p:spPr>'
        f"<p:style>{ink}</p:style><p:txBody><a:bodyPr/></p:txBody></p:sp>"
    )
    if own is not None:
        shape.find(f"{P}spPr").insert(1, deepcopy(own))
    body = shape.find(f"{P}txBody")
    if properties is not None and properties.get("anchor"):
        body.find(f"{A}bodyPr").set("anchor", properties.get("anchor"))
    for paragraph in _paragraphs(cell):
        copy = deepcopy(paragraph)
        for run in copy.iter(f"{A}rPr") if head else ():
            run.set("b", run.get("b", "1"))
        body.append(copy)
    return shape


def _usual(head: bool, row: int) -> str:
    change = "" if head else f'<a:tint val="{20_000 if row % 2 else 10_000}"/>'
    return f'<a:solidFill><a:schemeClr val="accent1">{change}</a:schemeClr></a:solidFill>'


def _paragraphs(cell: _Element) -> Iterator[_Element]:
    body = cell.find(f"{A}txBody")
    if body is not None:
        yield from body.iterfind(f"{A}p")


def _is_swallowed(cell: _Element) -> bool:
    return cell.get("hMerge") in ("1", "true") or cell.get("vMerge") in ("1", "true")


def _integer(text: str | None, usual: int = 0) -> int:
    return int(text) if text is not None and text.isdigit() else usual
