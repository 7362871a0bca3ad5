"""Which shapes of a slide make a drawing: what is joined by groups, arrows and nearness, without its decoration."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, NamedTuple

from smartnotes.core.pages.captions import is_caption
from smartnotes.core.pages.geometry import area, around, common
from smartnotes.core.pages.raw import Box
from smartnotes.engines.slides.colours import Theme
from smartnotes.engines.slides.shapes import Shape
from smartnotes.engines.slides.text import A, P, Paragraph, paragraphs

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_NEAR = 0.04  # of the slide's width: shapes this close belong together
_SMALLEST = 0.012  # share of the slide
_AT_LINE = 0.012  # of the slide's width: a label so close to the end of a line is what it points at
_TAG_WORDS, _LABEL_WORDS, _MOST_WORDS = 4, 12, 20  # of a label, of a part of a drawing, of one that arrows lead to
_PANEL = 0.6  # a shape larger than this share of the slide is what others stand on
_MOST_NEAR = 500  # shapes that one is compared with: a slide of thousands is a drawing of one group mostly
_ICON = 0.03  # a picture smaller than this share of the slide is a sign
_RULE = 0.4  # a straight line longer than this share of a side parts the slide


class Part(NamedTuple):
    """A shape as a part of a drawing: what it is by itself. `code` says that its text is in a font of one width."""

    at: int
    shape: Shape
    box: Box
    drawn: bool
    line: bool
    picture: bool
    words: int
    code: bool

    @property
    def is_label(self) -> bool:
        """Whether it is a short text without a frame, no larger than labels are."""
        small = self.box[2] - self.box[0] < 0.2 and self.box[3] - self.box[1] < 0.12
        return not self.drawn and not self.picture and 0 < self.words <= _TAG_WORDS and small


class Drawing(NamedTuple):
    """Shapes (by their index, in drawing order) that make one figure, and the box around them."""

    members: tuple[int, ...]
    box: Box


def find_drawings(
    shapes: Sequence[Shape], *, theme: Theme, slide: tuple[int, int], left_out: AbstractSet[int]
) -> list[Drawing]:
    """Return the drawings of a slide. `left_out` are shapes that are furniture or something else already."""
    parts = [
        part
        for index, shape in enumerate(shapes)
        if index not in left_out and (part := _part(index, shape, theme)) is not None
    ]
    texts = [
        shape.box for shape in shapes if shape.placeholder and not shape.is_furniture and shape.box and _says(shape)
    ]
    ratio = slide[0] / max(1, slide[1])
    seen = [part for part in parts if not _is_decoration(part, parts, texts)]
    prose = [part for part in seen if _is_prose(part, seen, ratio)]
    apart = {part.at for part in prose}
    kept = [part for part in seen if part.at not in apart]
    found = [_with_labels(cluster, kept, ratio) for cluster in _clusters(kept, ratio)]
    figures = _merged([members for members in found if _is_figure(members, prose)])
    return [
        Drawing(tuple(sorted(part.at for part in members)), _cut(around(part.box for part in members)))
        for members in figures
    ]


def _part(index: int, shape: Shape, theme: Theme) -> Part | None:
    element = shape.element
    if shape.box is None or element.tag not in (f"{P}sp", f"{P}cxnSp", f"{P}pic"):
        return None
    if shape.placeholder and element.tag != f"{P}pic":
        return None
    picture = element.tag == f"{P}pic"
    properties, style = element.find(f"{P}spPr"), element.find(f"{P}style")
    drawn = not picture and (theme.stroke(properties, style) is not None or theme.fill(properties, style) is not None)
    lines = _lines(shape)
    words = sum(len(line.text.split()) for line in lines)
    code = bool(lines) and all(line.mono for line in lines)
    return Part(index, shape, shape.box, drawn, drawn and _is_line(element), picture, words, code)


def _is_prose(part: Part, parts: Sequence[Part], ratio: float) -> bool:
    """Whether a shape is a box with text or code in it, rather than a labelled part of a drawing."""
    if part.picture or part.shape.group or not (part.code or part.words > _LABEL_WORDS):
        return False
    if part.words > _MOST_WORDS:
        return True
    return not any(_is_arrow(other) and _touch(part.box, other.box, _AT_LINE, ratio) for other in parts)


def _merged(clusters: list[list[Part]]) -> list[list[Part]]:
    """Return clusters, those that lie over one another as one."""
    done: list[list[Part]] = []
    for members in clusters:
        box = around(part.box for part in members)
        for other in [one for one in done if _lie_over(box, around(part.box for part in one))]:
            done.remove(other)
            members = [*other, *(part for part in members if part.at not in {known.at for known in other})]  # noqa: PLW2901 - it grows
        done.append(members)
    return done


def _lie_over(one: Box, two: Box) -> bool:
    return common(one, two) > 0.3 * min(area(one), area(two))


def _is_line(element: _Element) -> bool:
    if element.tag == f"{P}cxnSp":
        return True
    named = element.find(f"{P}spPr/{A}prstGeom")
    return named is not None and named.get("prst", "").startswith(("line", "straightConn", "bentConn", "curvedConn"))


def _is_arrow(part: Part) -> bool:
    """Whether a shape points: a connector, a line with a head, a block arrow."""
    element = part.shape.element
    if element.tag == f"{P}cxnSp" and (next(element.iter(f"{A}stCxn", f"{A}endCxn"), None) is not None):
        return True
    if part.line:
        return any(end.get("type", "none") != "none" for end in element.iter(f"{A}headEnd", f"{A}tailEnd"))
    named = element.find(f"{P}spPr/{A}prstGeom")
    name = named.get("prst", "") if named is not None else ""
    return "Arrow" in name or "Callout" in name or "Connector" in name


def _is_free(part: Part) -> bool:
    return part.drawn and part.shape.element.find(f"{P}spPr/{A}custGeom") is not None


def _is_decoration(part: Part, parts: Sequence[Part], texts: Sequence[Box]) -> bool:
    """Whether a shape is a background, a panel behind text, a bar along an edge or a rule."""
    x0, y0, x1, y1 = _cut(part.box)
    wide, high = x1 - x0, y1 - y0
    if part.picture or not part.drawn:
        return part.picture and wide * high > 0.9
    if part.line and not _is_arrow(part) and not part.shape.group:
        alone = not any(_touch(part.box, other.box, 0.01, 1.0) for other in parts if other is not part and other.drawn)
        return min(wide, high) < 0.005 and (wide > _RULE or high > _RULE or alone)
    if part.words > 3 * _LABEL_WORDS and not part.shape.group:
        return False
    bar = (wide > 0.97 and high < 0.25) or (high > 0.97 and wide < 0.4)
    rule = min(wide, high) < 0.012 and max(wide, high) > 0.3 and not _is_arrow(part)
    behind = any(common((x0, y0, x1, y1), text) > 0.5 * area(text) for text in texts)
    return wide * high > _PANEL or bar or rule or behind


def _clusters(parts: Sequence[Part], ratio: float) -> list[list[Part]]:
    """Return parts that belong together: of one group, joined by connectors, or near one another."""
    grouped = {part.shape.group for part in parts if part.shape.group and (part.drawn or part.picture)}
    solid = [part for part in parts if part.drawn or part.picture or part.is_label or part.shape.group in grouped]
    solid.sort(key=lambda part: part.box[0])
    root = list(range(len(solid)))

    def home(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    first: dict[int, int] = {}
    for at, part in enumerate(solid):
        if part.shape.group:
            root[at] = home(first.setdefault(part.shape.group, at))
    near: list[int] = []  # those before that reach as far as this one
    for one, part in enumerate(solid):
        near = [two for two in near[-_MOST_NEAR:] if solid[two].box[2] + _NEAR >= part.box[0]]
        for two in near:
            if home(one) != home(two) and _belong(part, solid[two], ratio):
                root[home(one)] = home(two)
        near.append(one)
    found: dict[int, list[Part]] = {}
    for at, part in enumerate(solid):
        found.setdefault(home(at), []).append(part)
    return [members for members in found.values() if any(part.drawn or part.picture for part in members)]


def _belong(one: Part, two: Part, ratio: float) -> bool:
    if (one.picture and two.picture) or not (one.drawn or two.drawn):
        return False
    if one.picture or two.picture:
        small = area((one if one.picture else two).box) < _ICON
        return _touch(one.box, two.box, _NEAR / 2 if small else 0.005, ratio)
    if one.drawn and two.drawn:
        return _touch(one.box, two.box, _NEAR, ratio)
    return _touch(one.box, two.box, _AT_LINE, ratio)


def _with_labels(members: list[Part], parts: Sequence[Part], ratio: float) -> list[Part]:
    """Return a cluster with the short texts and pictures in it, and the texts at the ends of its lines."""
    known = {part.at for part in members}
    box = around(part.box for part in members)
    ends = [end for part in members if part.line for end in _ends(part)]
    found = list(members)
    for part in parts:
        if part.at in known or part.drawn or (part.words > _LABEL_WORDS) or _is_captioned(part):
            continue
        if not part.words and not part.picture:
            continue
        inside = common(part.box, box) > 0.6 * area(part.box)
        small = area(part.box) < 0.5 * area(box)
        at_line = small and any(_touch(part.box, (x, y, x, y), _AT_LINE, ratio) for x, y in ends)
        if inside or (at_line and not part.picture):
            found.append(part)
    return found


def _ends(part: Part) -> list[tuple[float, float]]:
    """Return the corners of a line's box that it ends at: two opposite ones, or where it is bent all four."""
    x0, y0, x1, y1 = part.box
    named = part.shape.element.find(f"{P}spPr/{A}prstGeom")
    if named is None or not named.get("prst", "").startswith(("line", "straight")):
        return [(x0, y0), (x1, y1), (x0, y1), (x1, y0)]
    falls = part.shape.matrix.is_mirrored
    return [(x0, y1), (x1, y0)] if falls else [(x0, y0), (x1, y1)]


def _is_captioned(part: Part) -> bool:
    lines = _lines(part.shape)
    return bool(lines) and is_caption(lines[0].text)


def _is_figure(members: Sequence[Part], prose: Sequence[Part]) -> bool:
    """Whether a cluster shows something: not a text in a box, cards with texts, or a picture by itself."""
    drawn = [part for part in members if part.drawn]
    pictures = [part for part in members if part.picture]
    box = _cut(around(part.box for part in members))
    if area(box) < _SMALLEST or min(box[2] - box[0], box[3] - box[1]) < 0.03 or not (drawn or pictures):
        return False
    if pictures:
        return bool(drawn) or len(pictures) > 1 or any(part.words for part in members)
    bodies = [part for part in drawn if not part.line]
    lengthy = [part for part in members if part.words > _LABEL_WORDS]
    if len(lengthy) > len(drawn) / 2 or _are_marks(drawn):
        return False
    if not bodies:
        return len(drawn) > 2 and not any(common(box, part.box) > 0.3 * area(box) for part in prose)
    if any(_is_arrow(part) or _is_free(part) for part in drawn):
        return len(drawn) > 1 or (_is_free(drawn[0]) and not lengthy)
    return _show_something(drawn, bodies)


def _show_something(drawn: Sequence[Part], bodies: Sequence[Part]) -> bool:
    """Whether shapes without an arrow among them are more than framed texts."""
    plain = {_kind(part) for part in bodies} <= {"rect", "roundRect"}
    if plain and any(part.words > _LABEL_WORDS for part in bodies):
        return False
    silent = sum(not part.words for part in bodies)
    return len(drawn) >= 3 or silent > 1 or (not plain and len(drawn) > 1)


def _are_marks(drawn: Sequence[Part]) -> bool:
    """Whether shapes are the bullets of a list: small, alike, apart from one another, in a row or a column."""
    if any(part.line or part.box[2] - part.box[0] > 0.12 or part.words > 2 for part in drawn):
        return False
    if len({_kind(part) for part in drawn}) > 1 or any(_is_arrow(part) or _is_free(part) for part in drawn):
        return False
    apart = not any(_touch(one.box, two.box, 0.005, 1.0) for one in drawn for two in drawn if one is not two)
    column = max(part.box[0] for part in drawn) - min(part.box[0] for part in drawn) < 0.02
    row = max(part.box[1] for part in drawn) - min(part.box[1] for part in drawn) < 0.02
    return apart and (column or row)


def _kind(part: Part) -> str:
    named = part.shape.element.find(f"{P}spPr/{A}prstGeom")
    return str(named.get("prst", "rect")) if named is not None else "rect"


def _says(shape: Shape) -> bool:
    return bool(_lines(shape))


def _lines(shape: Shape) -> list[Paragraph]:
    body = shape.element.find(f"{P}txBody")
    return list(paragraphs(body, shape.styles)) if body is not None else []


def _touch(one: Box, two: Box, gap: float, ratio: float) -> bool:
    """Whether two boxes are at most `gap` apart, a share of the slide's width; `ratio` is its width by its height."""
    return (
        one[0] - gap <= two[2]
        and two[0] - gap <= one[2]
        and one[1] - gap * ratio <= two[3]
        and two[1] - gap * ratio <= one[3]
    )


def _cut(box: Box) -> Box:
    x0, y0, x1, y1 = (min(1.0, max(0.0, value)) for value in box)
    return x0, y0, x1, y1
