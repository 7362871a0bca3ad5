"""Text inside shapes, drawn: wrapped, aligned and turned as the shape says, in the fonts that are there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageDraw

from smartnotes.engines.slides.canvas import Canvas, Face, Font, font
from smartnotes.engines.slides.colours import Colour, Theme
from smartnotes.engines.slides.matrix import Matrix
from smartnotes.engines.slides.shapes import Shape
from smartnotes.engines.slides.text import A, P, attribute, is_mono, soft_lines, style_chain

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_EMU_PER_PT = 12_700
_INSETS = (("lIns", 91_440), ("tIns", 45_720), ("rIns", 91_440), ("bIns", 45_720))
_LEADING = 1.17  # of the font size, from one baseline to the next
_SMALLEST = 0.55  # text that does not fit is made smaller down to this share
_TURNS = {"vert": 90.0, "vert270": 270.0, "eaVert": 90.0, "wordArtVert": 90.0, "wordArtVertRtl": 90.0}
_MOST_LETTERS, _LARGEST_PT = 5_000, 400.0


class _Words(NamedTuple):
    """Letters in one style; `size` is in points."""

    text: str
    size: float
    bold: bool
    mono: bool
    colour: tuple[int, int, int]


class _Line(NamedTuple):
    words: tuple[_Words, ...]
    align: str
    indent: float


def draw_text(canvas: Canvas, shape: Shape, *, theme: Theme, area: tuple[float, float, float, float]) -> None:
    """Draw the text of a shape into `area` of its own box (left, top, right, bottom in EMU)."""
    body = shape.element.find(f"{P}txBody")
    if body is None:
        return
    lines = list(_lines(body, shape, theme))
    if not any(words.text.strip() for line in lines for words in line.words):
        return
    properties = body.find(f"{A}bodyPr")
    kind = properties.get("vert", "horz") if properties is not None else "horz"
    matrix = shape.matrix
    if matrix.is_mirrored:  # letters never are
        matrix = matrix.after(Matrix(a=-1.0, e=shape.size[0]))
    across, down = math.hypot(matrix.a, matrix.b) or 1.0, math.hypot(matrix.c, matrix.d) or 1.0
    inset = [_number(properties, name, usual) for name, usual in _INSETS]
    left, right = area[0] + inset[0] / across, area[2] - inset[2] / across
    top, bottom = area[1] + inset[1] / down, area[3] - inset[3] / down
    wide, high = max(1.0, right - left) * across, max(1.0, bottom - top) * down
    spin = _TURNS.get(kind, 0.0)
    tile = _tile(
        lines,
        size=(canvas.pixels(high), canvas.pixels(wide)) if spin else (canvas.pixels(wide), canvas.pixels(high)),
        unit=canvas.pixels(_EMU_PER_PT),
        anchor=properties.get("anchor", "t") if properties is not None else "t",
        wraps=properties is None or properties.get("wrap", "square") != "none",
    )
    corner = {90.0: (right, top), 270.0: (left, bottom)}.get(spin, (left, top))
    canvas.tile(tile, _spun(matrix, corner, spin))


def _spun(matrix: Matrix, corner: tuple[float, float], spin: float) -> Matrix:
    """Return the matrix of text that starts at a corner and runs down (90 degrees) or up (270)."""
    x, y = matrix(corner)
    quarter = {90.0: Matrix(0.0, 1.0, -1.0, 0.0), 270.0: Matrix(0.0, -1.0, 1.0, 0.0)}.get(spin, Matrix())
    return matrix.after(quarter)._replace(e=x, f=y)


def _lines(body: _Element, shape: Shape, theme: Theme) -> Iterator[_Line]:
    properties = body.find(f"{A}bodyPr")
    fitted = properties.find(f"{A}normAutofit") if properties is not None else None
    share = _number(fitted, "fontScale", 100_000) / 100_000 or 1.0
    style = shape.element.find(f"{P}style")
    own = theme.colour(style.find(f"{A}fontRef") if style is not None else None)
    usual = own or theme.named("tx1")
    left = _MOST_LETTERS
    for paragraph in body.iterchildren(f"{A}p"):
        sources = style_chain(body, paragraph, shape.styles)
        align = attribute("algn", sources) or "l"
        indent = float(attribute("marL", sources) or 0) / _EMU_PER_PT
        defaults = [found for source in sources if (found := source.find(f"{A}defRPr")) is not None]
        for runs in soft_lines(paragraph):
            words = []
            for run in runs:
                chain = [run.properties, *defaults] if run.properties is not None else defaults
                inked = chain if own is None else [one for one in chain if body in one.iterancestors()]
                text, left = run.text[:left], left - len(run.text[:left])
                size = min(_LARGEST_PT, float(attribute("sz", chain) or 1800) / 100) * share
                small = attribute("baseline", chain) not in (None, "0")
                bold = attribute("b", chain) in ("1", "true")
                words.append(
                    _Words(text, size * (0.66 if small else 1), bold, is_mono(chain), _ink(inked, theme, usual))
                )
            yield _Line(tuple(words), align, indent)


def _ink(chain: Sequence[_Element], theme: Theme, usual: Colour) -> tuple[int, int, int]:
    for source in chain:
        fill = theme.fill(source)
        if fill is not None and fill.colours:
            return fill.colours[0][:3]
    return usual[:3]


def _tile(lines: Sequence[_Line], *, size: tuple[float, float], unit: float, anchor: str, wraps: bool) -> Image.Image:
    """Return the text on a transparent tile of that size (pixels); `unit` are the pixels of a point."""
    share = 1.0
    rows = _wrapped(lines, size[0], unit, wraps=wraps)
    while _height(rows, unit, share) > size[1] * 1.05 and share > _SMALLEST:
        share -= 0.08
        rows = _wrapped(lines, size[0], unit * share, wraps=wraps)
    high = _height(rows, unit, share)
    tile = Image.new("RGBA", (max(1, round(size[0])), max(1, round(size[1]))), (0, 0, 0, 0))
    draw = ImageDraw.Draw(tile)
    y = {"ctr": (tile.height - high) / 2, "b": tile.height - high}.get(anchor, 0.0)
    for row in rows:
        tall = _row_height(row, unit * share)
        long = sum(_width(words, unit * share) for words in row.words)
        room = tile.width - row.indent * unit * share
        x = row.indent * unit * share + {"ctr": (room - long) / 2, "r": room - long}.get(row.align, 0.0)
        for words in row.words:
            base = y + tall * 0.8
            draw.text((x, base), words.text, font=_font(words, unit * share), fill=(*words.colour, 255), anchor="ls")
            x += _width(words, unit * share)
        y += tall
    return tile


def _wrapped(lines: Sequence[_Line], width: float, unit: float, *, wraps: bool) -> list[_Line]:
    rows: list[_Line] = []
    for line in lines:
        room = max(1.0, width - line.indent * unit)
        row: list[_Words] = []
        used = 0.0
        for words in line.words:
            for piece in _pieces(words.text):
                one = words._replace(text=piece)
                long = _width(one._replace(text=piece.rstrip()), unit)
                if wraps and row and used + long > room * 1.02 and piece.strip():
                    rows.append(line._replace(words=_trimmed(row)))
                    row, used = [], 0.0
                row.append(one)
                used += _width(one, unit)
        rows.append(line._replace(words=_trimmed(row) if row else line.words))
    return rows


def _pieces(text: str) -> list[str]:
    """Return words with the space after them."""
    found: list[str] = []
    for part in text.replace("\t", "    ").split(" "):
        found += [part + " "]
    if found:
        found[-1] = found[-1][:-1]
    return [piece for piece in found if piece]


def _trimmed(row: list[_Words]) -> tuple[_Words, ...]:
    return (*row[:-1], row[-1]._replace(text=row[-1].text.rstrip()))


def _height(rows: Sequence[_Line], unit: float, share: float) -> float:
    return sum(_row_height(row, unit * share) for row in rows)


def _row_height(row: _Line, unit: float) -> float:
    return max((words.size for words in row.words), default=18.0) * _LEADING * unit


def _width(words: _Words, unit: float) -> float:
    return float(_font(words, unit).getlength(words.text)) if words.text else 0.0


def _font(words: _Words, unit: float) -> Font:
    return font(Face(round(words.size * unit), words.bold, words.mono))


def _number(element: _Element | None, name: str, usual: float) -> float:
    try:
        value = float((element.get(name) if element is not None else None) or usual)
    except ValueError:
        return usual
    return value if abs(value) < 1e9 else usual
