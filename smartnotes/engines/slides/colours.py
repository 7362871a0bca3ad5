"""Colours, fills and lines of shapes, resolved through the theme (DrawingML, ISO/IEC 29500-1, 20.1.2.3 and 20.1.8)."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import ImageColor
from pptx.oxml import parse_xml

from smartnotes.engines.slides.text import A, P

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

Colour = tuple[int, int, int, int]
"""Red, green, blue, opacity: 0-255."""

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_COLOURS = tuple(f"{A}{name}" for name in ("srgbClr", "schemeClr", "sysClr", "prstClr", "scrgbClr", "hslClr"))
_FILLS = tuple(f"{A}{name}" for name in ("noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill"))
_MAP = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
_OFFICE = {
    "dk1": "000000", "lt1": "FFFFFF", "dk2": "44546A", "lt2": "E7E6E6", "accent1": "4472C4", "accent2": "ED7D31",
    "accent3": "A5A5A5", "accent4": "FFC000", "accent5": "5B9BD5", "accent6": "70AD47", "hlink": "0563C1",
    "folHlink": "954F72",
}  # fmt: skip
_DEFAULT_LINE = 9_525  # EMU
_BLACK: Colour = (0, 0, 0, 255)
_WHITE: Colour = (255, 255, 255, 255)


class Fill(NamedTuple):
    """What a shape is filled with: colours from start to end (one: plain), along `angle_deg`, or a picture."""

    colours: tuple[Colour, ...] = ()
    angle_deg: float = 90.0
    picture: str = ""


class Stroke(NamedTuple):
    """How a shape is outlined; `width` is in EMU, the ends are kinds of arrow heads ("" for none)."""

    colour: Colour
    width: float
    dashed: bool = False
    head: str = ""
    tail: str = ""


class Styles(NamedTuple):
    """What the numbers of styles stand for: fills, fills of backgrounds, lines (elements of the theme)."""

    fills: tuple[_Element, ...] = ()
    backgrounds: tuple[_Element, ...] = ()
    lines: tuple[_Element, ...] = ()


class Theme:
    """The colours that the names on a slide stand for."""

    def __init__(self, colours: Mapping[str, str], mapping: Mapping[str, str], styles: Styles | None = None) -> None:
        self._colours = {**_OFFICE, **colours}
        self._map = {**_MAP, **mapping}
        self._styles = styles or Styles()

    def colour(self, holder: _Element | None, *, base: Colour | None = None) -> Colour | None:
        """Return the colour that stands inside an element, None where none does; `base` is what "phClr" means."""
        element = next((child for child in holder if child.tag in _COLOURS), None) if holder is not None else None
        if element is None:
            return None
        found = self._named(element, base)
        return _changed(found, element) if found is not None else None

    def fill(self, properties: _Element | None, style: _Element | None = None) -> Fill | None:
        """Return what shape properties (``p:spPr``) fill with, else what the shape's style (``p:style``) does."""
        for child in properties if properties is not None else ():
            if child.tag in _FILLS:
                return self._fill(child, properties)
        return self._styled(style.find(f"{A}fillRef") if style is not None else None)

    def stroke(self, properties: _Element | None, style: _Element | None = None) -> Stroke | None:
        """Return the line of shape properties, with what the style adds."""
        line = properties.find(f"{A}ln") if properties is not None else None
        reference = style.find(f"{A}lnRef") if style is not None else None
        index = int(_digits(reference.get("idx")) or 0) if reference is not None else 0
        own = self._line_colour(line)
        if own is None and (line is None or line.find(f"{A}noFill") is None) and index:
            own = self.colour(reference)
            own = self._line_colour(_chosen(self._styles.lines, index), base=own) or own
        if own is None or own[3] == 0:
            return None
        pattern = _chosen(self._styles.lines, index)
        usual = float(_digits(pattern.get("w")) or _DEFAULT_LINE) if pattern is not None else _DEFAULT_LINE
        if line is None:
            return Stroke(own, usual)
        dash = line.find(f"{A}prstDash")
        dashed = line.find(f"{A}custDash") is not None or (dash is not None and dash.get("val") != "solid")
        ends = [_end(line.find(f"{A}{name}")) for name in ("headEnd", "tailEnd")]
        return Stroke(own, float(_digits(line.get("w")) or usual), dashed, *ends)

    def background(self, roots: tuple[_Element, ...]) -> Fill:
        """Return what the first of slide, layout and master that has a background fills it with; white for none."""
        for root in roots:
            holder = root.find(f"{P}cSld/{P}bg")
            if holder is None:
                continue
            found = self.fill(holder.find(f"{P}bgPr"))
            return found or self._styled(holder.find(f"{P}bgRef")) or Fill((_WHITE,))  # a transparent one shows paper
        return Fill((_WHITE,))

    def named(self, name: str) -> Colour:
        """Return a colour of the theme, black for an unknown name."""
        value = self._colours.get(self._map.get(name, name), "")
        return _rgb(value) or _BLACK

    def _styled(self, reference: _Element | None) -> Fill | None:
        """Return the fill a style names: those of backgrounds count from 1001."""
        index = int(_digits(reference.get("idx")) or 0) if reference is not None else 0
        if index in (0, 1000):
            return None
        base = self.colour(reference)
        known = _chosen(self._styles.backgrounds, index - 1000) if index > 1000 else _chosen(self._styles.fills, index)
        found = self._fill(known, None, base=base) if known is not None and known.tag != f"{A}blipFill" else None
        return found or _plain(base)

    def _fill(self, element: _Element, properties: _Element | None, *, base: Colour | None = None) -> Fill | None:
        kind = element.tag.removeprefix(A)
        if kind == "solidFill":
            return _plain(self.colour(element, base=base))
        if kind == "gradFill":
            stops = sorted(element.iter(f"{A}gs"), key=lambda stop: float(_digits(stop.get("pos")) or 0))
            colours = tuple(colour for stop in stops if (colour := self.colour(stop, base=base)) is not None)
            line = element.find(f"{A}lin")
            return Fill(colours, float(_digits(line.get("ang")) or 0) / 60_000 if line is not None else 90.0)
        if kind == "blipFill":
            blip = element.find(f"{A}blip")
            return Fill(picture=blip.get(f"{R}embed", "")) if blip is not None else None
        if kind == "pattFill":
            return _plain(self.colour(element.find(f"{A}bgClr")))
        if kind == "grpFill" and properties is not None:
            group = next(properties.iterancestors(f"{P}grpSp"), None)
            return self.fill(group.find(f"{P}grpSpPr")) if group is not None else None
        return None

    def _line_colour(self, line: _Element | None, *, base: Colour | None = None) -> Colour | None:
        if line is None:
            return None
        for name in ("solidFill", "pattFill"):
            found = line.find(f"{A}{name}")
            if found is not None:
                return self.colour(found if name == "solidFill" else found.find(f"{A}fgClr"), base=base)
        gradient = line.find(f"{A}gradFill")
        stop = next(gradient.iter(f"{A}gs"), None) if gradient is not None else None
        return self.colour(stop, base=base)

    def _named(self, element: _Element, base: Colour | None) -> Colour | None:
        kind, value = element.tag.removeprefix(A), element.get("val", "")
        if kind == "schemeClr":
            return (base or _BLACK) if value == "phClr" else self.named(value)
        if kind == "sysClr":
            return _rgb(element.get("lastClr", "")) or (_WHITE if value == "window" else _BLACK)
        if kind == "prstClr":
            return _preset(value)
        if kind == "scrgbClr":
            red, green, blue = (_share(element.get(name)) for name in "rgb")
            return round(255 * red), round(255 * green), round(255 * blue), 255
        if kind == "hslClr":
            hue = float(_digits(element.get("hue")) or 0) / 21_600_000
            parts = colorsys.hls_to_rgb(hue, _share(element.get("lum")), _share(element.get("sat")))
            return _clipped(parts, 255)
        return _rgb(value)


def theme_of(slide: Any) -> Theme:
    """Return the theme of a slide: its master's colours, by the names its own colour map gives them."""
    master = slide.slide_layout.slide_master
    colours: dict[str, str] = {}
    styles = Styles()
    for relation in master.part.rels.values():
        if relation.reltype.endswith("/theme") and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            scheme = root.find(f".//{A}clrScheme")
            for entry in scheme if scheme is not None else ():
                for colour in entry:
                    colours[entry.tag.removeprefix(A)] = colour.get("lastClr") or colour.get("val") or ""
            lists = (root.find(f".//{A}{name}StyleLst") for name in ("fill", "bgFill", "ln"))
            styles = Styles(*(tuple(found) if found is not None else () for found in lists))
    mapping = dict(found.attrib) if (found := master.element.find(f"{P}clrMap")) is not None else {}
    for owner in (slide.slide_layout, slide):
        override = owner.element.find(f"{P}clrMapOvr/{A}overrideClrMapping")
        mapping |= dict(override.attrib) if override is not None else {}
    return Theme(colours, mapping, styles)


def _chosen(elements: tuple[_Element, ...], index: int) -> _Element | None:
    return elements[min(index, len(elements)) - 1] if elements and index > 0 else None


def _plain(colour: Colour | None) -> Fill | None:
    return Fill((colour,)) if colour is not None and colour[3] else None


def _changed(colour: Colour, element: _Element) -> Colour:
    """Apply what changes a colour (ISO/IEC 29500-1, 20.1.2.3: lumMod, tint, alpha, ...), in order."""
    red, green, blue = (value / 255 for value in colour[:3])
    alpha = colour[3]
    for change in element:
        kind, share = str(change.tag).removeprefix(A), _share(change.get("val"))
        if kind == "alpha":
            alpha = round(255 * share)
        elif kind == "tint":
            red, green, blue = (1 - (1 - value) * share for value in (red, green, blue))
        elif kind == "shade":
            red, green, blue = (value * share for value in (red, green, blue))
        elif kind in ("lumMod", "lumOff", "satMod", "satOff"):
            hue, light, full = colorsys.rgb_to_hls(red, green, blue)
            if kind.startswith("lum"):
                light = light * share if kind == "lumMod" else light + share
            else:
                full = full * share if kind == "satMod" else full + share
            red, green, blue = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), min(1.0, max(0.0, full)))
        elif kind == "inv":
            red, green, blue = 1 - red, 1 - green, 1 - blue
        elif kind == "gray":
            red = green = blue = 0.3 * red + 0.59 * green + 0.11 * blue
    return _clipped((red, green, blue), alpha)


def _clipped(parts: tuple[float, float, float], alpha: int) -> Colour:
    red, green, blue = (round(255 * min(1.0, max(0.0, value))) for value in parts)
    return red, green, blue, min(255, max(0, alpha))


def _rgb(value: str) -> Colour | None:
    try:
        number = int(value, 16) if len(value) == 6 else -1
    except ValueError:
        return None
    return (number >> 16, number >> 8 & 255, number & 255, 255) if number >= 0 else None


def _preset(name: str) -> Colour | None:
    long = (
        name.replace("dk", "dark").replace("lt", "light").replace("med", "medium")
        if name[:2] in ("dk", "lt", "me")
        else name
    )
    try:
        red, green, blue = ImageColor.getrgb(long.lower())[:3]
    except ValueError:
        return None
    return red, green, blue, 255


def _share(value: str | None) -> float:
    """Return a percentage, in thousandths or with its sign, as a fraction."""
    text = value or "0"
    try:
        share = float(text[:-1]) / 100 if text.endswith("%") else float(text) / 100_000
    except ValueError:
        return 0.0
    return share if abs(share) < 1e6 else 0.0


def _digits(value: str | None) -> str:
    """Return a whole number as text, "" where the attribute is missing or broken."""
    text = (value or "").strip()
    return text if text.lstrip("-").isdigit() else "0" if text else ""


def _end(element: _Element | None) -> str:
    kind = element.get("type", "none") if element is not None else "none"
    return "" if kind == "none" else str(kind)
