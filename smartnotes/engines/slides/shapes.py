"""The shapes of a slide: found through groups and alternatives, with the place and styles they inherit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from smartnotes.core.pages.raw import Box
from smartnotes.engines.slides.matrix import Matrix, Place, bounds, corners, placing, scaling
from smartnotes.engines.slides.text import A, P

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]
    from pptx.slide import Slide

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_TITLES = ("title", "ctrTitle")
_FURNITURE = ("dt", "ftr", "sldNum", "hdr")
_MAX_DEPTH = 32
_LARGEST = 1e11
_SHAPES = (f"{P}sp", f"{P}pic", f"{P}graphicFrame", f"{P}cxnSp")


class Shape(NamedTuple):
    """A shape that is not a group.

    `box` is in fractions of the slide, None where no place is known. `placeholder` is its type ("" for none, "obj" for
    one without a type). `styles` are the list styles its text inherits, nearest first. `matrix` maps its own box,
    `size` large (EMU), to the slide (EMU). `group` numbers the outermost group it belongs to, 0 for none.
    """

    element: _Element
    box: Box | None
    placeholder: str = ""
    styles: tuple[_Element, ...] = ()
    matrix: Matrix = Matrix()
    size: tuple[float, float] = (0.0, 0.0)
    group: int = 0

    @property
    def is_title(self) -> bool:
        """Whether it is the slide's title."""
        return self.placeholder in _TITLES

    @property
    def is_furniture(self) -> bool:
        """Whether it is a date, footer or slide number."""
        return self.placeholder in _FURNITURE


class _Frame(NamedTuple):
    """How coordinates inside a group become those of the slide; `group` numbers the outermost group."""

    matrix: Matrix
    group: int = 0


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
        walk = _Walk(width, height, Inherited(slide, default=default), default)
        yield from walk.shapes(tree, _Frame(Matrix()), depth=0)


def shapes_of(tree: _Element, *, width: int, height: int, matrix: Matrix, default: _Element | None) -> Iterator[Shape]:
    """Yield the shapes of a tree that inherits nothing (``p:spTree``), placed on the slide by `matrix`."""
    yield from _Walk(width, height, None, default).shapes(tree, _Frame(matrix), depth=0)


class _Walk:
    """Goes through the shapes of a tree."""

    def __init__(self, width: int, height: int, inherited: Inherited | None, default: _Element | None) -> None:
        self._unit = scaling(1 / max(1, width), 1 / max(1, height))
        self._inherited = inherited
        self._default = (default,) if default is not None else ()
        self._groups = 0

    def shapes(self, tree: _Element, frame: _Frame, *, depth: int) -> Iterator[Shape]:
        for element in tree:
            if element.tag == f"{P}grpSp":
                if depth < _MAX_DEPTH and not _is_hidden(element):
                    yield from self.shapes(element, self._inner(element, frame), depth=depth + 1)
            elif element.tag == f"{MC}AlternateContent":
                chosen = _chosen(element)
                if chosen is not None and depth < _MAX_DEPTH:
                    yield from self.shapes(chosen, frame, depth=depth + 1)
            elif element.tag in _SHAPES and not _is_hidden(element):
                yield self._shape(element, frame)

    def _shape(self, element: _Element, frame: _Frame) -> Shape:
        kind, index = _placeholder(element)
        place = _transform(element)
        styles = self._default
        if self._inherited is not None:
            styles = self._inherited.styles(kind, index)
            if place is None and kind:
                found = (_transform(other) for other in self._inherited.counterparts(kind, index))
                place = next((other for other in found if other is not None), None)
        if place is None:
            return Shape(element, None, kind, styles, group=frame.group)
        matrix = frame.matrix.after(placing(place))
        size = place.width, place.height
        on_slide = self._unit.after(matrix)
        box = bounds(on_slide(corner) for corner in corners(*size))
        return Shape(element, box, kind, styles, matrix, size, frame.group)

    def _inner(self, group: _Element, frame: _Frame) -> _Frame:
        """Return the frame of a group's children: their extents are scaled to the group's, which may be turned."""
        if not frame.group:
            self._groups += 1
        number = frame.group or self._groups
        holder = group.find(f"{P}grpSpPr/{A}xfrm")
        place = _place(holder)
        first, extent = (holder.find(f"{A}{name}") if holder is not None else None for name in ("chOff", "chExt"))
        if place is None or first is None or extent is None:
            return _Frame(frame.matrix, number)
        (x, y), (w, h) = _pair(first, "x", "y"), _pair(extent, "cx", "cy")
        by_x, by_y = (place.width / w if w else 1.0), (place.height / h if h else 1.0)
        own = placing(place).after(Matrix(a=by_x, d=by_y, e=-x * by_x, f=-y * by_y))
        return _Frame(frame.matrix.after(own), number)


def _chosen(alternatives: _Element) -> _Element | None:
    """Return the first alternative with a shape that is known here; ink has a picture to fall back on."""
    known = (*_SHAPES, f"{P}grpSp")
    options = (*alternatives.iterfind(f"{MC}Choice"), *alternatives.iterfind(f"{MC}Fallback"))
    return next((option for option in options if any(child.tag in known for child in option)), None)


def _is_hidden(element: _Element) -> bool:
    properties = next((child for child in element.iter(f"{P}cNvPr")), None)
    return properties is not None and properties.get("hidden") in ("1", "true")


def _transform(element: _Element) -> Place | None:
    """Return where a shape says it stands, in the coordinates of its parent."""
    return _place(element.find(f"{P}xfrm") if element.tag == f"{P}graphicFrame" else element.find(f"{P}spPr/{A}xfrm"))


def _place(holder: _Element | None) -> Place | None:
    if holder is None:
        return None
    offset, extent = holder.find(f"{A}off"), holder.find(f"{A}ext")
    if offset is None or extent is None:
        return None
    turn = _number(holder.get("rot")) / 60_000
    flips = [holder.get(name) in ("1", "true") for name in ("flipH", "flipV")]
    return Place(*_pair(offset, "x", "y"), *_pair(extent, "cx", "cy"), turn, *flips)


def _pair(element: _Element, first: str, second: str) -> tuple[float, float]:
    return _number(element.get(first)), _number(element.get(second))


def _number(text: str | None) -> float:
    """Return a number of EMU or of 1/60,000 degrees; 0 for what is none, or larger than any slide."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if abs(value) < _LARGEST else 0.0  # NaN is not smaller either
