"""Tables, charts and SmartArt of slides as text, read from their XML so that no odd type is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from smartnotes.core.blocks import Block
from smartnotes.core.model import RegionKind
from smartnotes.core.raw import Box
from smartnotes.core.tables import table_text
from smartnotes.engines.slides_text import A, paragraphs

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"

_MAX_POINTS = 200
"""Rows of a chart's data that become text; a sensor log of 10,000 points teaches nobody."""


def table_block(table: _Element, *, box: Box | None) -> Block:
    """Return a table (``a:tbl``); cells swallowed by a merged neighbour are empty."""
    rows = [[_cell_text(cell) for cell in row.iterchildren(f"{A}tc")] for row in table.iterchildren(f"{A}tr")]
    return Block(RegionKind.TABLE, table_text(rows), box=box)


def _cell_text(cell: _Element) -> str:
    if cell.get("hMerge") in ("1", "true") or cell.get("vMerge") in ("1", "true"):
        return ""
    body = cell.find(f"{A}txBody")
    return " ".join(paragraph.text for paragraph in paragraphs(body, ())) if body is not None else ""


def chart_blocks(chart: _Element, *, box: Box | None) -> list[Block]:
    """Return a chart's title and its data (cached values, as shown) as a table: a column for each series."""
    blocks = []
    title = chart.find(f".//{C}chart/{C}title")
    if title is not None:
        text = " ".join("".join(run.text or "" for run in title.iter(f"{A}t", f"{C}v")).split())
        blocks.append(Block(RegionKind.CAPTION, text, box=box))
    series = [_series(element) for element in chart.iter(f"{C}ser")]
    names = [name or f"Series {number}" for number, (name, _, _) in enumerate(series, 1)]
    labels = max((labels for _, labels, _ in series), key=len, default={})
    points = sorted({index for _, _, values in series for index in values} | set(labels))[:_MAX_POINTS]
    rows = [["", *names]] if any(name for name, _, _ in series) else []
    rows += [[labels.get(point, str(point + 1)), *(row.get(point, "") for _, _, row in series)] for point in points]
    blocks.append(Block(RegionKind.TABLE, table_text(rows), box=box))
    return blocks


def _series(element: _Element) -> tuple[str, dict[int, str], dict[int, str]]:
    """Return a series' name, and its categories and values (x and y of a scatter chart) by point number."""
    name = " ".join(value.text or "" for value in element.findall(f"{C}tx//{C}v"))
    return name, _points(element, ("cat", "xVal")), _points(element, ("val", "yVal", "bubbleSize"))


def _points(series: _Element, tags: Sequence[str]) -> dict[int, str]:
    for tag in tags:
        holder = series.find(f"{C}{tag}")
        if holder is not None:
            found: dict[int, str] = {}
            for point in holder.iter(f"{C}pt"):
                index = int(point.get("idx", "0"))
                value = _number(point.findtext(f"{C}v") or "")
                found[index] = f"{value} {found[index]}" if index in found else value  # outer levels come last
            if found:
                return found
    return {}


def _number(text: str) -> str:
    """Return a number without the noise of binary fractions (0.30000000000000004); other text as it is."""
    try:
        return f"{float(text):.10g}" if len(text) > 10 else text
    except ValueError:
        return text


def extended_chart_block(chart: _Element, *, box: Box | None) -> Block:
    """Return the data of a chart of the newer kind (treemap, waterfall, box plot, ...) as a table."""
    columns: list[dict[int, str]] = []
    for dimension in chart.iter(f"{CX}strDim", f"{CX}numDim"):
        levels = reversed(dimension.findall(f"{CX}lvl"))  # the innermost level of a hierarchy comes first
        columns += [{int(p.get("idx", "0")): _number(p.text or "") for p in level.iter(f"{CX}pt")} for level in levels]
    points = sorted({index for column in columns for index in column})[:_MAX_POINTS]
    names = " ".join(
        text for element in chart.iter(f"{CX}title") for run in element.iter(f"{A}t") if (text := run.text)
    )
    rows = [[names]] if names else []
    rows += [[column.get(point, "") for column in columns] for point in points]
    return Block(RegionKind.TABLE, table_text(rows), box=box)


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
