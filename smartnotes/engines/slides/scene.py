"""One slide taken apart: what on it is a figure, what is text, what is furniture, and in which order it is read."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, NamedTuple

from smartnotes.core.errors import SmartNotesError
from smartnotes.core.model import Figure
from smartnotes.core.pages.blocks import to_bbox, to_box
from smartnotes.engines.metafile import text_of
from smartnotes.engines.slides.charts import C
from smartnotes.engines.slides.figures import SlideFigures, SlidePage
from smartnotes.engines.slides.groups import Drawing, find_drawings
from smartnotes.engines.slides.order import in_reading_order
from smartnotes.engines.slides.outline import DGM, R, Thing, find_captions, find_title, part_root, texts
from smartnotes.engines.slides.pictures import is_figure_sized, picture_part
from smartnotes.engines.slides.shapes import Shape
from smartnotes.engines.slides.text import A, P

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_FOOTER_WORDS = 12

_log = logging.getLogger(__name__)


class Scene:
    """The shapes of a slide (in drawing order) and what they are."""

    def __init__(
        self,
        found: Sequence[Shape],
        slide: SlidePage,
        *,
        figures: SlideFigures,
        furniture: Furniture,
        unread: list[str],
    ) -> None:
        self._shapes, self._slide, self._figures = found, slide, figures
        self._furniture, self._unread = furniture, unread
        self._title = find_title(in_reading_order(found))

    @property
    def crops(self) -> dict[str, bytes]:
        """The PNGs of the figures by blob id."""
        return self._figures.crops

    def things(self) -> list[Thing]:
        """Return what stands on the slide in reading order, the title first."""
        left_out = {index for index, shape in enumerate(self._shapes) if self._is_apart(shape)}
        things: list[Thing] = []
        taken: set[int] = set()
        for drawing in self._drawings(left_out):
            figure = self._drawn(drawing, left_out)
            if figure is not None:
                taken.update(drawing.members)
                things.append(Thing(to_box(figure.box), figure=figure))
        for index, shape in enumerate(self._shapes):
            if index not in taken and (thing := self._thing(shape)) is not None:
                things.append(thing)
        return in_reading_order(things)

    def _thing(self, shape: Shape) -> Thing | None:
        """Return a shape that says or shows something, with the figure it is, if it is one."""
        figure = self._figure(shape)
        if figure is not None:
            return Thing(to_box(figure.box), shape, figure)
        if (said := self._said(shape)) and shape.box is not None:
            return Thing(to_box(to_bbox(shape.box)), shape, said=said)
        if shape.element.tag == f"{P}graphicFrame" or (lines := texts(shape)):
            if shape is not self._title and not shape.placeholder and self._furniture.holds(shape):
                short = sum(len(line.text.split()) for line in lines) <= _FOOTER_WORDS
                shape = shape._replace(placeholder="ftr") if short and _at_edge(shape) else shape
            return Thing(shape.box, shape, is_title=shape is self._title)
        return None

    def _drawings(self, left_out: AbstractSet[int]) -> list[Drawing]:
        try:
            return find_drawings(self._shapes, theme=self._slide.paper.theme, slide=self._slide.size, left_out=left_out)
        except Exception as error:  # noqa: BLE001 - shapes can be odd in any way; their text is still there
            _log.warning("slide %d: drawings were not told apart: %s", self._slide.number, error)
            return []

    def _drawn(self, drawing: Drawing, left_out: AbstractSet[int]) -> Figure | None:
        below = [
            index
            for index, shape in enumerate(self._shapes)
            if not texts(shape) and index not in drawing.members and not shape.placeholder and index not in left_out
        ]
        try:
            return self._figures.drawing(drawing, self._shapes, self._slide, below=below)
        except Exception as error:  # noqa: BLE001 - what cannot be drawn must not cost the slide
            _log.warning("slide %d: a drawing was left out: %s", self._slide.number, error)
            self._unread.append("a drawing could not be drawn; its text is kept")
            return None

    def _figure(self, shape: Shape) -> Figure | None:
        """Return the figure that a picture, chart, SmartArt or embedded object is."""
        try:
            if next(shape.element.iter(f"{DGM}relIds"), None) is not None:
                return self._figures.smartart(shape, self._slide)
            table = next(shape.element.iter(f"{A}tbl"), None)
            if table is not None:
                return self._figures.table(shape, table, self._slide)
            chart = next(shape.element.iter(f"{C}chart"), None)
            if chart is not None:
                return self._figures.chart(shape, part_root(self._slide.part, chart.get(f"{R}id", "")), self._slide)
            return self._picture(shape)
        except SmartNotesError as error:
            self._unread.append(f"a picture is left out: {error.message}")
        except Exception as error:  # noqa: BLE001 - one bad picture must not cost the slide
            _log.warning("slide %d: a picture was left out: %s", self._slide.number, error)
            self._unread.append("a picture could not be read and is left out")
        return None

    def _picture(self, shape: Shape) -> Figure | None:
        target = picture_part(shape.element, self._slide.part)
        if target is None:
            self._miss(shape)
        elif str(target.partname) not in self._furniture.pictures and not self._is_background(shape):
            return self._figures.picture(shape, target, self._slide)
        return None

    def _said(self, shape: Shape) -> str:
        """Return what a drawing in a format of its own (EMF) writes; where it is shown, its figure has that."""
        target = picture_part(shape.element, self._slide.part)
        if target is None or str(target.partname) in self._furniture.pictures:
            return ""
        return text_of(bytes(target.blob))

    def _miss(self, shape: Shape) -> None:
        """Say that a picture is not in the file."""
        shows = shape.element.tag == f"{P}pic" and next(shape.element.iter(f"{A}blip"), None) is not None
        if shows and shape.box is not None and is_figure_sized(shape.box):
            self._unread.append("a picture is linked to or missing, not in the file")

    def _is_apart(self, shape: Shape) -> bool:
        """Whether a shape can be no part of a drawing: the title, furniture, what stands on most slides."""
        if shape is self._title or shape.is_furniture or self._furniture.holds(shape):
            return True
        target = picture_part(shape.element, self._slide.part) if shape.element.tag == f"{P}pic" else None
        return target is not None and str(target.partname) in self._furniture.pictures

    def _is_background(self, shape: Shape) -> bool:
        """Whether a picture is the slide's background: it fills the slide and text stands on it."""
        box = shape.box
        if box is None or (min(1.0, box[2]) - max(0.0, box[0])) * (min(1.0, box[3]) - max(0.0, box[1])) < 0.9:
            return False
        return any(other.element.find(f"{P}txBody") is not None and not other.is_furniture for other in self._shapes)


def captioned(things: Sequence[Thing]) -> tuple[Figure, ...]:
    """Return the figures among things in reading order, with their captions."""
    captions = find_captions(things)
    found = []
    for index, thing in enumerate(things):
        if thing.figure is None:
            continue
        shape = things[captions[index]].shape if index in captions else None
        caption = " ".join(line.text for line in texts(shape)) if shape is not None else thing.figure.caption
        found.append(thing.figure.model_copy(update={"caption": caption}))
    return tuple(found)


class Furniture(NamedTuple):
    """What stands on so many slides that it belongs to their design: pictures by name, shapes by fingerprint.

    `often` are on most slides, `always` on nearly all: the parts of a drawing that is built up over some slides are
    neither.
    """

    pictures: frozenset[str]
    often: frozenset[str]
    always: frozenset[str]

    def holds(self, shape: Shape) -> bool:
        """Whether a shape is furniture: on most slides and at an edge of them, or on nearly all."""
        if not self.often:
            return False
        known = fingerprint(shape.element)
        return known in self.always or (known in self.often and _at_edge(shape))


def find_furniture(parts: Sequence[Any]) -> Furniture:
    """Return the furniture of slides, from their parts."""
    pictures: Counter[str] = Counter()
    shapes: Counter[str] = Counter()
    for part in parts:
        rels = part.rels.values()
        pictures.update(
            {str(one.target_part.partname) for one in rels if not one.is_external and "image" in one.reltype}
        )
        root = getattr(part, "_element", None)
        if root is not None:
            shapes.update({fingerprint(element) for element in root.iter(f"{P}sp", f"{P}cxnSp")})

    def at_least(count: Counter[str], least: int, share: float) -> frozenset[str]:
        return frozenset(one for one, times in count.items() if times >= max(least, share * len(parts)))

    return Furniture(at_least(pictures, 3, 0.3), at_least(shapes, 3, 0.5), at_least(shapes, 6, 0.75))


def _at_edge(shape: Shape) -> bool:
    """Whether a shape stands in the margin of a slide, or covers most of it."""
    if shape.box is None:
        return False
    x0, y0, x1, y1 = shape.box
    covers = (x1 - x0) * (y1 - y0) > 0.6
    return covers or y1 < 0.2 or y0 > 0.85 or x1 < 0.12 or x0 > 0.88


def fingerprint(element: _Element) -> str:
    """Return a digest of what a shape shows and where: its properties, style and text."""
    digest = hashlib.sha256(element.tag.encode())
    for child in element:
        if not str(child.tag).startswith(f"{P}nv"):
            for one in child.iter():
                if not isinstance(one.tag, str):
                    continue
                text = (one.text or "").strip() if one.tag == f"{A}t" else ""
                digest.update(repr((one.tag, sorted(one.attrib.items()), text)).encode())
    return digest.hexdigest()
