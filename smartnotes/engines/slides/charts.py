"""Charts: what they show as data (their cached values, as shown), so that no odd type is lost.

ISO/IEC 29500-1, 21.2. A chart keeps the values it shows beside the references into its workbook, which may be missing.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from smartnotes.core.pages.tables import table_text
from smartnotes.engines.slides.text import A

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"

_MAX_POINTS = 200
"""Rows of a chart's data that become text; a sensor log of 10,000 points teaches nobody."""
_MOST_POINTS = 5_000  # that are read of a series
_BY_X = ("scatter", "bubble")
_DATE = re.compile(r"[dy]|mmm|m/|/m", re.I)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


class Series(NamedTuple):
    """A series: names of its points (categories, or x), values (y) and sizes of bubbles, as shown, by point number.

    `kind` is bar, line, pie, scatter, ... `numbers` and `places` are values and x as numbers, `element` is ``c:ser``.
    """

    kind: str
    name: str
    labels: Mapping[int, str]
    values: Mapping[int, str]
    numbers: Mapping[int, float]
    places: Mapping[int, float]
    sizes: Mapping[int, str]
    element: _Element


class Chart(NamedTuple):
    """A chart's data. `label` and `values` are the titles of its axes, "" where they have none."""

    title: str
    series: tuple[Series, ...]
    label: str
    values: tuple[str, ...]
    horizontal: bool
    grouping: str

    @property
    def by_x(self) -> bool:
        """Whether points have an x, a number, rather than a category."""
        return any(one.kind in _BY_X for one in self.series)


class _Points(NamedTuple):
    shown: dict[int, str]
    numbers: dict[int, float]


def read_chart(root: _Element) -> Chart:
    """Return the data of a chart part (``c:chartSpace``)."""
    later = root.find(f"{C}date1904") is not None and root.find(f"{C}date1904").get("val", "1") in ("1", "true")
    plots = [plot for plot in root.iterfind(f".//{C}plotArea/*") if str(plot.tag).endswith("Chart")]
    series = [_series(element, _kind(plot), later=later) for plot in plots for element in plot.iterfind(f"{C}ser")]
    area = root.find(f".//{C}plotArea")
    names = [name for tag in ("catAx", "dateAx", "serAx") for name in _axis_titles(area, tag)]
    values = _axis_titles(area, "valAx")
    if not names and any(one.kind in _BY_X for one in series):
        names, values = values[:1], values[1:]
    bars = next((plot for plot in plots if _kind(plot) == "bar"), None)
    direction = bars.find(f"{C}barDir") if bars is not None else None
    grouping = next((found for plot in plots if (found := plot.find(f"{C}grouping")) is not None), None)
    return Chart(
        title=_text(root.find(f".//{C}chart/{C}title")),
        series=tuple(series),
        label=names[0] if names else "",
        values=tuple(values),
        horizontal=direction is not None and direction.get("val") == "bar",
        grouping=grouping.get("val", "") if grouping is not None else "",
    )


def chart_table(chart: Chart) -> str:
    """Return a chart's data as a table: a column for each series, a row for each category or x."""
    rows = _rows_by_x(chart) if chart.by_x else _rows(chart)
    named = any(one.name for one in chart.series) or chart.label
    return table_text(rows if named else rows[1:])


def extended_chart_table(chart: _Element) -> tuple[str, str]:
    """Return the title and the data of a chart of the newer kind (treemap, waterfall, box plot, ...)."""
    columns: list[dict[int, str]] = []
    for dimension in chart.iter(f"{CX}strDim", f"{CX}numDim"):
        levels = reversed(dimension.findall(f"{CX}lvl"))  # the innermost level of a hierarchy comes first
        columns += [
            {int(p.get("idx", "0")): shown(p.text or "", level.get("formatCode", "")) for p in level.iter(f"{CX}pt")}
            for level in levels
        ]
    points = sorted({index for column in columns for index in column})[:_MAX_POINTS]
    title = " ".join(
        text for element in chart.iter(f"{CX}title") for run in element.iter(f"{A}t") if (text := run.text)
    )
    return title, table_text([[column.get(point, "") for column in columns] for point in points])


def shown(text: str, code: str) -> str:
    """Return a value as its number format shows it: dates, percentages; numbers without the noise of fractions."""
    try:
        value = float(text)
    except ValueError:
        return text
    bare = _QUOTED.sub("", code).split(";")[0]
    if "%" in bare:
        digits = len(bare.partition(".")[2].partition("%")[0])
        return f"{100 * value:.{min(digits, 6)}f}%"
    if _DATE.search(bare) and "e" not in bare.lower().replace("general", "") and 0 < value < 2_958_466:
        return _date(value)
    return f"{value:.10g}" if len(text) > 10 else text


def _date(value: float) -> str:
    """Return a day number of a workbook as a date (day 60 is one that never was: ISO/IEC 29500-1, 18.17.4.1)."""
    moment = datetime.datetime(1899, 12, 30) + datetime.timedelta(days=value + (1 if value < 60 else 0))
    return moment.date().isoformat() if not value % 1 else moment.isoformat(" ", "minutes")


def _series(element: _Element, kind: str, *, later: bool) -> Series:
    """Return a series; `later` says that its days count from 1904."""
    name = " ".join(value.text or "" for value in element.findall(f"{C}tx//{C}v"))
    labels = _points(element.find(f"{C}cat"), later=later)
    if not labels.shown:
        labels = _points(element.find(f"{C}xVal"), later=later)
    values = _points(element.find(f"{C}val"), later=later)
    if not values.shown:
        values = _points(element.find(f"{C}yVal"), later=later)
    sizes = _points(element.find(f"{C}bubbleSize"), later=later)
    return Series(kind, name, labels.shown, values.shown, values.numbers, labels.numbers, sizes.shown, element)


def _points(holder: _Element | None, *, later: bool) -> _Points:
    if holder is None:
        return _Points({}, {})
    levels = list(holder.iter(f"{C}lvl"))
    if levels:
        return _Points(_levelled([_raw(level) for level in levels]), {})
    code = holder.findtext(f".//{C}formatCode") or ""
    numbers: dict[int, float] = {}
    found: dict[int, str] = {}
    for index, text in _raw(holder).items():
        try:
            numbers[index] = float(text)
        except ValueError:
            found[index] = text
            continue
        if not math.isfinite(numbers[index]):
            del numbers[index]
            continue
        own = text if not (later and _DATE.search(code)) else str(numbers[index] + 1462)
        found[index] = shown(own, code)
    return _Points(found, numbers)


def _raw(holder: _Element) -> dict[int, str]:
    found: dict[int, str] = {}
    for point in holder.iter(f"{C}pt"):
        index = point.get("idx", "")
        if index.isdigit() and int(index) < _MOST_POINTS:
            found[int(index)] = " ".join((point.findtext(f"{C}v") or "").split())
    return found


def _levelled(levels: Sequence[Mapping[int, str]]) -> dict[int, str]:
    """Return names of several levels, the outermost first; an outer name holds until the next of its level."""
    inner = levels[0]
    found = dict(inner)
    for level in levels[1:]:
        for index in inner:
            start = max((place for place in level if place <= index), default=None)
            if start is not None:
                found[index] = f"{level[start]} {found[index]}"
    return found


def _rows(chart: Chart) -> list[list[str]]:
    labels = max((one.labels for one in chart.series), key=len, default={})
    points = sorted({index for one in chart.series for index in one.values} | set(labels))[:_MAX_POINTS]
    head = [chart.label, *_names(chart)]
    return [head, *([labels.get(at, str(at + 1)), *(one.values.get(at, "") for one in chart.series)] for at in points)]


def _rows_by_x(chart: Chart) -> list[list[str]]:
    """Return a row for each x; series have points at places of their own."""
    head, columns = [chart.label], []
    for name, one in zip(_names(chart), chart.series, strict=True):
        head.append(name)
        columns.append({at: (one.labels.get(at, str(at + 1)), value) for at, value in one.values.items()})
        if one.sizes:
            head.append(f"{name} (size)")
            columns.append({at: (one.labels.get(at, str(at + 1)), value) for at, value in one.sizes.items()})
    rows: list[tuple[float, list[str]]] = []
    for column, points in enumerate(columns):
        for x, value in points.values():
            home = next((cells for _, cells in rows if cells[0] == x and not cells[column + 1]), None)
            if home is None:
                home = [x, *[""] * len(columns)]
                rows.append((_order(x), home))
            home[column + 1] = value
            if len(rows) > 5 * _MAX_POINTS:
                break
    return [head, *[cells for _, cells in sorted(rows, key=lambda row: row[0])][:_MAX_POINTS]]


def _order(text: str) -> float:
    try:
        return float(text.rstrip("%"))
    except ValueError:
        return 0.0


def _names(chart: Chart) -> list[str]:
    return [one.name or f"Series {number}" for number, one in enumerate(chart.series, 1)]


def _kind(plot: _Element) -> str:
    name = str(plot.tag).removeprefix(C).removesuffix("Chart").removesuffix("3D")
    return {"doughnut": "pie", "ofPie": "pie", "surface": "line", "stock": "line"}.get(name, name)


def _axis_titles(area: _Element | None, tag: str) -> list[str]:
    found = area.iterfind(f"{C}{tag}/{C}title") if area is not None else ()
    return [text for title in found if (text := _text(title))]


def _text(element: _Element | None) -> str:
    if element is None:
        return ""
    return " ".join("".join(run.text or "" for run in element.iter(f"{A}t", f"{C}v")).split())
