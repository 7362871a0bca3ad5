"""Charts drawn from their data: bars, lines, areas, points and pies with axes and a legend, plain as a textbook's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw

from smartnotes.engines.slides.canvas import Face, font
from smartnotes.engines.slides.charts import C, Chart, Series
from smartnotes.engines.slides.colours import Theme
from smartnotes.engines.slides.scales import Scale, mark_of, scale_over

_FINER = 2
_GRID, _INK = (222, 222, 222), (60, 60, 60)
_Colour = tuple[int, int, int]
_Box = tuple[float, float, float, float]


def draw_chart(chart: Chart, *, theme: Theme, width: int, height: int) -> Image.Image | None:
    """Return a picture of a chart in that many pixels; None where it holds no numbers."""
    series = [one for one in chart.series if one.numbers]
    if not series:
        return None
    return _Plot(chart._replace(series=tuple(series)), theme, width * _FINER, height * _FINER).image()


class _Run(NamedTuple):
    """Values to be drawn, by their point: from `lows` to `highs`."""

    lows: Sequence[float]
    highs: Mapping[int, float]
    colour: _Colour


class _Plot:
    def __init__(self, chart: Chart, theme: Theme, width: int, height: int) -> None:
        self._chart = chart
        self._image = Image.new("RGB", (width, height), "white")
        self._draw = ImageDraw.Draw(self._image)
        self._size = max(14, round(min(width, height) / 24))
        self._font = font(Face(self._size))
        self._colours = [_colour(one, number, theme) for number, one in enumerate(chart.series)]
        self._theme = theme
        self._points = max((max(one.numbers) for one in chart.series), default=0) + 1
        self._labels = max((one.labels for one in chart.series), key=len, default={})

    def image(self) -> Image.Image:
        area = self._frame()
        kinds = {one.kind for one in self._chart.series}
        if kinds == {"pie"}:
            self._pie(area)
        elif self._chart.by_x:
            self._by_x(area)
        elif kinds == {"radar"}:
            self._radar(area)
        else:
            self._by_category(area)
        size = self._image.width // _FINER, self._image.height // _FINER
        return self._image.resize(size, Image.Resampling.BOX)

    def _frame(self) -> _Box:
        """Write title, axis titles and legend; return what is left."""
        left, top = 0.5 * self._size, 0.5 * self._size
        right, bottom = self._image.width - self._size, self._image.height - 0.5 * self._size
        if self._chart.title:
            large = font(Face(round(self._size * 1.3), bold=True))
            self._draw.text((self._image.width / 2, top), self._chart.title[:80], _INK, font=large, anchor="mt")
            top += 2.0 * self._size
        kinds = {one.kind for one in self._chart.series}
        entries = [one.name for one in self._chart.series]
        if kinds == {"pie"}:
            entries = [self._labels.get(at, str(at + 1)) for at in range(self._points)]
        if len(entries) > 1:
            bottom = self._legend(entries[:24], bottom)
        under, beside = self._chart.label, " / ".join(self._chart.values)
        if self._chart.horizontal:
            under, beside = beside, under
        if under:
            self._draw.text(((left + right) / 2, bottom), under[:80], _INK, font=self._font, anchor="mb")
            bottom -= 1.6 * self._size
        if beside:
            tile = Image.new("L", (round(bottom - top), round(1.5 * self._size)))
            middle = tile.width / 2, tile.height / 2
            ImageDraw.Draw(tile).text(middle, beside[:80], 255, font=self._font, anchor="mm")
            turned = tile.rotate(90, expand=True)
            self._image.paste(_INK, (round(left), round(top)), turned)
            left += 1.8 * self._size
        return left, top, right, bottom

    def _legend(self, entries: Sequence[str], bottom: float) -> float:
        """Write the legend in rows at the bottom; return where it begins."""
        x = 2.0 * self._size
        rows: list[list[tuple[float, int]]] = [[]]
        for number, entry in enumerate(entries):
            wide = self._long(entry[:40]) + 2.5 * self._size
            if x + wide > self._image.width and rows[-1]:
                x = 2.0 * self._size
                rows.append([])
            rows[-1].append((x, number))
            x += wide
        top = bottom - 1.5 * self._size * len(rows)
        for place, row in enumerate(rows):
            y = top + (place + 0.75) * 1.5 * self._size
            for x, number in row:
                half = self._size * 0.35
                self._draw.rectangle((x, y - half, x + 2 * half, y + half), fill=self._paint(number))
                self._draw.text((x + self._size, y), entries[number][:40], _INK, font=self._font, anchor="lm")
        return top - 0.3 * self._size

    def _paint(self, number: int) -> _Colour:
        if {one.kind for one in self._chart.series} == {"pie"}:
            return self._theme.named(f"accent{number % 6 + 1}")[:3]
        return self._colours[number % len(self._colours)]

    def _pie(self, area: _Box) -> None:
        numbers = self._chart.series[0].numbers
        total = sum(abs(value) for value in numbers.values()) or 1.0
        radius = min(area[2] - area[0], area[3] - area[1]) / 2 - self._size / 2
        x, y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
        angle = -90.0
        for at in sorted(numbers):
            sweep = 360 * abs(numbers[at]) / total
            box = (x - radius, y - radius, x + radius, y + radius)
            self._draw.pieslice(box, angle, angle + sweep, fill=self._paint(at), outline="white", width=3)
            if sweep > 15:
                middle = math.radians(angle + sweep / 2)
                place = x + 0.65 * radius * math.cos(middle), y + 0.65 * radius * math.sin(middle)
                self._draw.text(place, self._chart.series[0].values[at], "white", font=self._font, anchor="mm")
            angle += sweep

    def _by_x(self, area: _Box) -> None:
        xs = [x for one in self._chart.series for x in _xs(one)]
        across, up = scale_over(xs, zero=False), scale_over(_all(self._chart.series), zero=False)
        box = self._axes(area, up, across)
        for one, colour in zip(self._chart.series, self._colours, strict=True):
            pairs = [(x, one.numbers[at]) for x, at in zip(_xs(one), one.numbers, strict=True)]
            points = [self._at(box, across.share(x), up.share(y)) for x, y in pairs]
            style = one.element.find(f"{C}spPr")
            hidden = style is not None and any(str(part.tag).endswith("}noFill") for part in style.iter())
            if one.kind == "scatter" and len(points) > 1 and not hidden:
                self._draw.line(points, fill=colour, width=max(2, self._size // 8), joint="curve")
            self._dots(points, colour)

    def _by_category(self, area: _Box) -> None:
        chart = self._chart
        stacked = "tacked" in chart.grouping
        bars = [number for number, one in enumerate(chart.series) if one.kind == "bar"]
        whole = chart.grouping == "percentStacked"
        sums = [
            sum(abs(one.numbers.get(at, 0.0)) for one in chart.series) if whole else 1.0 for at in range(self._points)
        ]
        reach = [0.0, 1.0] if whole else _reach(chart.series, self._points) if stacked else _all(chart.series)
        scale = scale_over(reach, zero=bool(bars) or stacked)
        box = self._axes(area, scale, None)
        base = [0.0] * self._points
        for number, one in enumerate(chart.series):
            points = dict.fromkeys(range(self._points), 0.0) if one.kind == "area" else {}
            values = {at: value / (sums[at] or 1.0) for at, value in (points | dict(one.numbers)).items()}
            lows = list(base) if stacked else [max(0.0, scale.low)] * self._points
            highs = {at: (base[at] if stacked else 0.0) + value for at, value in values.items()}
            if one.kind == "bar":
                slot = (0, 1) if stacked else (bars.index(number), len(bars))
                self._bars(box, scale, _Run(lows, highs, self._colours[number]), slot=slot)
            else:
                self._run(box, scale, _Run(lows, highs, self._colours[number]), area=one.kind == "area")
            if stacked:
                base = [base[at] + values.get(at, 0.0) for at in range(self._points)]

    def _bars(self, box: _Box, scale: Scale, run: _Run, *, slot: tuple[int, int]) -> None:
        place, count = slot
        wide = 0.7 / self._points / count
        for at, value in run.highs.items():
            start = (at + 0.15) / self._points + place * wide
            one = self._at(box, start, scale.share(run.lows[at]))
            two = self._at(box, start + wide, scale.share(value))
            corners = (min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1]))
            self._draw.rectangle(corners, fill=run.colour)

    def _run(self, box: _Box, scale: Scale, run: _Run, *, area: bool) -> None:
        """Draw a line or an area; where a value is missing it stops."""
        middle = [(at + 0.5) / self._points for at in range(self._points)]
        part: list[int] = []
        for at in [*range(self._points), -1]:
            if at in run.highs:
                part.append(at)
                continue
            points = [self._at(box, middle[place], scale.share(run.highs[place])) for place in part]
            if area and len(points) > 1:
                under = [self._at(box, middle[place], scale.share(run.lows[place])) for place in reversed(part)]
                self._draw.polygon([*points, *under], fill=run.colour)
            elif len(points) > 1:
                self._draw.line(points, fill=run.colour, width=max(3, self._size // 6), joint="curve")
            if not area and self._points <= 40:
                self._dots(points, run.colour)
            part = []

    def _radar(self, area: _Box) -> None:
        scale = scale_over(_all(self._chart.series), zero=True)
        x, y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
        radius = min(area[2] - area[0], area[3] - area[1]) / 2 - 1.5 * self._size

        def place(at: int, share: float) -> tuple[float, float]:
            angle = math.tau * at / self._points - math.pi / 2
            return x + radius * share * math.cos(angle), y + radius * share * math.sin(angle)

        for mark in scale.marks():
            ring = [place(at, scale.share(mark)) for at in range(self._points)]
            self._draw.line([*ring, ring[0]], fill=_GRID, width=2)
        for at in range(self._points):
            self._draw.text(place(at, 1.1), self._labels.get(at, "")[:24], _INK, font=self._font, anchor="mm")
        for one, colour in zip(self._chart.series, self._colours, strict=True):
            points = [place(at, scale.share(value)) for at, value in sorted(one.numbers.items())]
            self._draw.line([*points, points[0]], fill=colour, width=max(3, self._size // 6), joint="curve")

    def _axes(self, area: _Box, scale: Scale, across: Scale | None) -> _Box:
        """Draw the grid with its marks; return the box inside. Bars may lie: then values run to the right."""
        marks = [mark_of(value, scale) for value in scale.marks()]
        names = [self._labels.get(at, str(at + 1))[:24] for at in range(self._points)]
        if across is not None:
            names = [mark_of(value, across) for value in across.marks()]
        lying = self._chart.horizontal and across is None
        side = max(map(self._long, names if lying else marks), default=0.0) + 0.6 * self._size
        box = area[0] + side, area[1] + self._size / 2, area[2], area[3] - 1.6 * self._size
        for value, mark in zip(scale.marks(), marks, strict=True):
            one, two = self._at(box, 0.0, scale.share(value)), self._at(box, 1.0, scale.share(value))
            self._draw.line((one, two), fill=_GRID, width=2)
            if lying:
                self._draw.text((one[0], box[3] + 0.4 * self._size), mark, _INK, font=self._font, anchor="mt")
            else:
                self._draw.text((box[0] - 0.4 * self._size, one[1]), mark, _INK, font=self._font, anchor="rm")
        zero = scale.share(min(max(0.0, scale.low), scale.high))
        self._draw.line((self._at(box, 0.0, zero), self._at(box, 1.0, zero)), fill=_INK, width=2)
        if across is not None:
            for value, name in zip(across.marks(), names, strict=True):
                x, y = self._at(box, across.share(value), 0.0)
                self._draw.text((x, y + 0.4 * self._size), name, _INK, font=self._font, anchor="mt")
            return box
        each = (box[3] - box[1] if lying else box[2] - box[0]) / self._points
        needed = 1.2 * self._size if lying else max(map(self._long, names), default=1.0) + 0.5 * self._size
        for at in range(0, self._points, max(1, math.ceil(needed / each))):
            x, y = self._at(box, (at + 0.5) / self._points, 0.0)
            if lying:
                self._draw.text((x - 0.4 * self._size, y), names[at], _INK, font=self._font, anchor="rm")
            else:
                self._draw.text((x, box[3] + 0.4 * self._size), names[at], _INK, font=self._font, anchor="mt")
        return box

    def _at(self, box: _Box, along: float, up: float) -> tuple[float, float]:
        """Return the place of a share along the categories and one along the values."""
        if self._chart.horizontal and not self._chart.by_x:
            return box[0] + up * (box[2] - box[0]), box[3] - along * (box[3] - box[1])
        return box[0] + along * (box[2] - box[0]), box[3] - up * (box[3] - box[1])

    def _dots(self, points: Sequence[tuple[float, float]], colour: _Colour) -> None:
        half = max(3.0, self._size / 4)
        for x, y in points:
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=colour)

    def _long(self, text: str) -> float:
        return float(self._font.getlength(text))


def _colour(one: Series, number: int, theme: Theme) -> _Colour:
    properties = one.element.find(f"{C}spPr")
    fill = theme.fill(properties)
    if fill is not None and fill.colours:
        return fill.colours[0][:3]
    stroke = theme.stroke(properties)
    return stroke.colour[:3] if stroke is not None else theme.named(f"accent{number % 6 + 1}")[:3]


def _xs(one: Series) -> list[float]:
    return [one.places.get(at, float(at + 1)) for at in one.numbers]


def _all(series: Sequence[Series]) -> list[float]:
    return [value for one in series for value in one.numbers.values() if math.isfinite(value)]


def _reach(series: Sequence[Series], points: int) -> list[float]:
    """Return how high and how low the stacks of values are."""
    columns = [[one.numbers.get(at, 0.0) for one in series] for at in range(points)]
    return [sum(value for value in column if value * sign > 0) for column in columns for sign in (1, -1)]
