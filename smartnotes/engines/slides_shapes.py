"""The shapes of a slide: found through groups and alternatives, with the place and styles they inherit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from smartnotes.core.raw import Box
from smartnotes.engines.slides_text import A, P

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]
    from pptx.slide import Slide

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_TITLES = ("title", "ctrTitle")
_FURNITURE = ("dt", "ftr", "sldNum", "hdr")
_MAX_DEPTH = 32


class Shape(NamedTuple):
    """A shape that is not a group.

    `box` is in fractions of the slide, None where no place is known. `placeholder` is its type ("" for none, "obj" for
    one without a type). `styles` are the list styles its text inherits, nearest first. `turn_deg` is its rotation,
    clockwise.
    """

    element: _Element
    box: Box | None
    placeholder: str
    styles: tuple[_Element, ...]
    turn_deg: float = 0.0

    @property
    def is_title(self) -> bool:
        """Whether it is the slide's title."""
        return self.placeholder in _TITLES

    @property
    def is_furniture(self) -> bool:
        """Whether it is a date, footer or slide number."""
        return self.placeholder in _FURNITURE


class _Frame(NamedTuple):
    """How coordinates of a group become fractions of the slide: ``value * scale + shift``, for x and y."""

    scale_x: float
    scale_y: float
    shift_x: float
    shift_y: float

    def box(self, x: float, y: float, width: float, height: float) -> Box:
        left, top = x * self.scale_x + self.shift_x, y * self.scale_y + self.shift_y
        return left, top, left + width * self.scale_x, top + height * self.scale_y


class Inherited:
    """What a slide's placeholders take from its layout and master."""

    def __init__(self, slide: Slide, *, default: _Element | None) -> None:
        layout = slide.slide_layout
        master = layout.slide_master
        self._layout = _placeholders(layout.element)
        self._master = _placeholders(master.element)
        styles = master.element.find(f"{P}txStyles")
        self._styles = (
            {name: styles.find(f"{P}{name}Style") for name in ("title", "body")} if styles is not None else {}
        )
        self._default = default

    def counterparts(self, kind: str, index: str) -> list[_Element]:
        """Return the placeholder's counterparts on layout and master, as far as they exist."""
        same = [element for (_, other), element in self._layout.items() if other == index and index]
        found = same[:1] or [element for (other, _), element in self._layout.items() if _alike(other, kind)][:1]
        base = _placeholder(found[0])[0] if found else kind
        return found + [element for (other, _), element in self._master.items() if _alike(other, base)][:1]

    def styles(self, kind: str, index: str) -> tuple[_Element, ...]:
        """Return the list styles for text of a placeholder, or of a text box where `kind` is ""."""
        chain = [element.find(f"{P}txBody/{A}lstStyle") for element in self.counterparts(kind, index)] if kind else []
        if kind in _TITLES:
            chain.append(self._styles.get("title"))
        elif kind and kind not in _FURNITURE:
            chain.append(self._styles.get("body"))
        else:
            chain.append(self._default)
        return tuple(style for style in chain if style is not None)


def _alike(kind: str, other: str) -> bool:
    """Whether two placeholder types inherit from one another: both kinds of title, and everything with a body."""
    bodies = ("body", "obj", "subTitle", "tbl", "chart", "dgm", "media", "clipArt", "pic")
    return kind == other or (kind in _TITLES and other in _TITLES) or (kind in bodies and other in bodies)


def _placeholders(root: _Element) -> dict[tuple[str, str], _Element]:
    found: dict[tuple[str, str], _Element] = {}
    for element in root.iter(f"{P}sp", f"{P}pic", f"{P}graphicFrame"):
        kind, index = _placeholder(element)
        if kind:
            found.setdefault((kind, index), element)
    return found


def _placeholder(element: _Element) -> tuple[str, str]:
    """Return (type, index) of a placeholder, ("", "") for any other shape."""
    mark = element.find(f"./*/{P}nvPr/{P}ph")
    return (mark.get("type", "obj"), mark.get("idx", "")) if mark is not None else ("", "")


def shapes(slide: Slide, *, width: int, height: int, default: _Element | None) -> Iterator[Shape]:
    """Yield the visible shapes of a slide in drawing order. `width` and `height` are the slide's size in EMU."""
    tree = slide.element.find(f"{P}cSld/{P}spTree")
    if tree is not None:
        frame = _Frame(1 / max(1, width), 1 / max(1, height), 0.0, 0.0)
        yield from _walk(tree, frame, Inherited(slide, default=default), depth=0)


def _walk(tree: _Element, frame: _Frame, inherited: Inherited, *, depth: int) -> Iterator[Shape]:
    for element in tree:
        if element.tag == f"{P}grpSp":
            if depth < _MAX_DEPTH and not _is_hidden(element):
                yield from _walk(element, _inner(element, frame), inherited, depth=depth + 1)
        elif element.tag == f"{MC}AlternateContent":
            chosen = element.find(f"{MC}Choice")
            chosen = element.find(f"{MC}Fallback") if chosen is None or not len(chosen) else chosen
            if chosen is not None and depth < _MAX_DEPTH:
                yield from _walk(chosen, frame, inherited, depth=depth + 1)
        elif element.tag in (f"{P}sp", f"{P}pic", f"{P}graphicFrame", f"{P}cxnSp") and not _is_hidden(element):
            kind, index = _placeholder(element)
            place = _transform(element)
            if place is None and kind:
                found = (_transform(other) for other in inherited.counterparts(kind, index))
                place = next((other for other in found if other is not None), None)
            box = frame.box(*place[:4]) if place is not None else None
            yield Shape(element, box, kind, inherited.styles(kind, index), place[4] if place is not None else 0.0)


def _is_hidden(element: _Element) -> bool:
    properties = next((child for child in element.iter(f"{P}cNvPr")), None)
    return properties is not None and properties.get("hidden") in ("1", "true")


def _transform(element: _Element) -> tuple[float, float, float, float, float] | None:
    """Return x, y, width, height (EMU of the parent) and clockwise degrees."""
    holder = element.find(f"{P}xfrm") if element.tag == f"{P}graphicFrame" else element.find(f"{P}spPr/{A}xfrm")
    if holder is None:
        return None
    offset, extent = holder.find(f"{A}off"), holder.find(f"{A}ext")
    if offset is None or extent is None:
        return None
    turn = _number(holder.get("rot")) / 60_000
    return (*_pair(offset, "x", "y"), *_pair(extent, "cx", "cy"), turn)


def _inner(group: _Element, frame: _Frame) -> _Frame:
    """Return the frame of a group's children (ISO/IEC 29500-1, 20.1.7.5: child extents are scaled to the group's)."""
    holder = group.find(f"{P}grpSpPr/{A}xfrm")
    if holder is None:
        return frame
    parts = [holder.find(f"{A}{name}") for name in ("off", "ext", "chOff", "chExt")]
    if any(part is None for part in parts):
        return frame
    (x, y), (child_x, child_y) = _pair(parts[0], "x", "y"), _pair(parts[2], "x", "y")
    (w, h), (child_w, child_h) = _pair(parts[1], "cx", "cy"), _pair(parts[3], "cx", "cy")
    by_x, by_y = (w / child_w if child_w else 1.0), (h / child_h if child_h else 1.0)
    return _Frame(
        frame.scale_x * by_x,
        frame.scale_y * by_y,
        frame.shift_x + (x - child_x * by_x) * frame.scale_x,
        frame.shift_y + (y - child_y * by_y) * frame.scale_y,
    )


def _pair(element: _Element, first: str, second: str) -> tuple[float, float]:
    return _number(element.get(first)), _number(element.get(second))


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def in_reading_order(found: Sequence[Shape]) -> list[Shape]:
    """Return the title first, then the others by a recursive cut along the widest gaps (rows and columns)."""
    titles = [shape for shape in found if shape.is_title]
    placed = [shape for shape in found if not shape.is_title and shape.box is not None]
    unplaced = [shape for shape in found if not shape.is_title and shape.box is None]
    return titles + _cut(placed, depth=0) + unplaced


def _cut(placed: list[Shape], *, depth: int) -> list[Shape]:
    if len(placed) < 2 or depth > 20:
        return placed
    rows, row_gap = _split(placed, axis=1)
    columns, column_gap = _split(placed, axis=0)
    if len(rows) < 2 and len(columns) < 2:
        return sorted(placed, key=lambda shape: (round(shape.box[1], 2), shape.box[0]) if shape.box else (0.0, 0.0))
    parts = columns if len(rows) < 2 or (len(columns) > 1 and column_gap > row_gap) else rows
    return [shape for part in parts for shape in _cut(part, depth=depth + 1)]


def _split(placed: list[Shape], *, axis: int) -> tuple[list[list[Shape]], float]:
    """Split where no shape crosses; return the parts and the widest gap. Overlaps of 1 % do not count."""
    ordered = sorted(placed, key=lambda shape: shape.box[axis] if shape.box else 0.0)
    parts: list[list[Shape]] = []
    end, widest = 0.0, -1.0
    for shape in ordered:
        low, high = (shape.box[axis], shape.box[axis + 2]) if shape.box else (0.0, 0.0)
        if parts and low < end - 0.01:
            parts[-1].append(shape)
            end = max(end, high)
        else:
            widest = max(widest, low - end) if parts else widest
            parts.append([shape])
            end = high
    return parts, widest
