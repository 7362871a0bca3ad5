"""Tables, charts and SmartArt of slides as text, read from their XML so that no odd type is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smartnotes.core.model import RegionKind
from smartnotes.core.pages.blocks import Block
from smartnotes.core.pages.raw import Box
from smartnotes.core.pages.tables import table_text
from smartnotes.engines.slides.charts import chart_table, extended_chart_table, read_chart
from smartnotes.engines.slides.text import A, paragraphs

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"


def table_block(table: _Element, *, box: Box | None) -> Block:
    """Return a table (``a:tbl``); cells swallowed by a merged neighbour are empty."""
    rows = [[_cell_text(cell) for cell in row.iterchildren(f"{A}tc")] for row in table.iterchildren(f"{A}tr")]
    return Block(RegionKind.TABLE, table_text(rows), box=box)


def _cell_text(cell: _Element) -> str:
    if cell.get("hMerge") in ("1", "true") or cell.get("vMerge") in ("1", "true"):
        return ""
    body = cell.find(f"{A}txBody")
    return " ".join(paragraph.text for paragraph in paragraphs(body, ())) if body is not None else ""


def chart_blocks(root: _Element, *, box: Box | None) -> list[Block]:
    """Return a chart's title and its data as a table."""
    chart = read_chart(root)
    return [Block(RegionKind.CAPTION, chart.title, box=box), Block(RegionKind.TABLE, chart_table(chart), box=box)]


def extended_chart_blocks(root: _Element, *, box: Box | None) -> list[Block]:
    """Return the title and the data of a chart of the newer kind."""
    title, table = extended_chart_table(root)
    return [Block(RegionKind.CAPTION, title, box=box), Block(RegionKind.TABLE, table, box=box)]


def diagram_blocks(data: _Element, *, box: Box | None) -> list[Block]:
    """Return the texts of a SmartArt drawing (its ``dgm:dataModel``) as a list nested like its outline.

    ISO/IEC 29500-1, 21.4: points are joined by connections; those without a type say who is whose parent.
    """
    texts: dict[str, str] = {}
    root = ""
    for point in data.iter(f"{DGM}pt"):
        kind, identity = point.get("type", "node"), point.get("modelId", "")
        if kind == "doc":
            root = identity
        body = point.find(f"{DGM}t")
        if kind in ("node", "asst") and body is not None:
            texts[identity] = " ".join(paragraph.text for paragraph in paragraphs(body, ()))
    children: dict[str, list[tuple[int, str]]] = {}
    for link in data.iter(f"{DGM}cxn"):
        if link.get("type", "parOf") == "parOf":
            order = int(link.get("srcOrd", "0"))
            children.setdefault(link.get("srcId", ""), []).append((order, link.get("destId", "")))
    outline = list(_walk(root, children, depth=0, seen=set()))
    reached = {identity for identity, _ in outline}
    outline += [(identity, 0) for identity in texts if identity not in reached]
    return [
        Block(RegionKind.LIST, texts[identity], level=level, box=box)
        for identity, level in outline
        if texts.get(identity)
    ]


def _walk(
    parent: str, children: dict[str, list[tuple[int, str]]], *, depth: int, seen: set[str]
) -> Iterator[tuple[str, int]]:
    for _, child in sorted(children.get(parent, [])):
        if child not in seen and depth < 16:  # a damaged file may hold a circle
            seen.add(child)
            yield child, depth
            yield from _walk(child, children, depth=depth + 1, seen=seen)
