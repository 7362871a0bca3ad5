"""Paragraphs, list items, code and formulas from rows of lines that stand in reading order."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from smartnotes.core.model import RegionKind
from smartnotes.core.pages.formulas import has_relation, is_formula
from smartnotes.core.pages.geometry import around
from smartnotes.core.pages.lines import Line, merged
from smartnotes.core.pages.listings import listing_end
from smartnotes.core.pages.paragraphs import Mark, Paragraph, find_mark, is_mark, with_levels

Row = tuple[Line, ...]

_PITCH = 1.7  # lines of one paragraph are at most this many font sizes apart, or as far as is usual around them
_LOOSER = 1.3  # ... and at most this many times further apart than the two before
_SIZE = 0.12  # a change of font size larger than this share starts a paragraph
_MONO = 0.7
_ALL_MONO = 0.95  # a line of prose may be full of names in code; a line of code next to prose is nothing else
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")  # noqa: RUF001


def group_paragraphs(rows: Sequence[Row]) -> list[Paragraph]:
    """Return the paragraphs of one column, in order."""
    rows = [_with_mark(row) for row in rows]
    groups = _displayed(rows)
    settings = _settings(rows)
    paragraphs: list[Paragraph] = []
    current: list[Row] = []
    mark: Mark | None = None

    def close() -> None:
        nonlocal current, mark
        if current:
            paragraphs.append(_made(current, mark))
        current, mark = [], None

    for group in groups:
        if group.kind is not RegionKind.TEXT:
            close()
            paragraphs.append(group)
            continue
        row = group.rows[0]
        found = find_mark(row[0]) if _is_plain(row) else None
        if not current or found is not None or not _continues(current, row, mark=mark, settings=settings):
            close()
            mark = found
        elif len(current[-1]) > 1:  # marks in the margin and the like go to the paragraph's end
            row = (row[0], *current[-1][1:])
            current[-1] = current[-1][:1]
        current.append(row)
    close()
    return with_levels(_tables(_code(paragraphs)))


def goes_on(last: Paragraph, after: Paragraph) -> bool:
    """Say whether a paragraph goes on in the next column: its last line is full, and no sentence ends there."""
    if last.kind is not RegionKind.TEXT or after.kind is not RegionKind.TEXT or len(last.rows) < 2:
        return False
    end, start = last.rows[-1][0], after.rows[0][0]
    if len(after.rows[0]) > 1 or _differs(end, start) or start.box[1] >= end.box[1]:
        return False
    full = end.box[2] > last.box[2] - 2 * end.size
    return full and start.text[:1].islower() and not _SENTENCE_END.search(end.text)


def _with_mark(row: Row) -> Row:
    """Return a row whose first cell is only a list mark with that cell put before the next one."""
    if len(row) < 2 or not is_mark(row[0].text):
        return row
    first = merged(row[:2], box=row[0].box)
    return (first._replace(size=row[1].size, mono=row[1].mono), *row[2:])


def _is_plain(row: Row) -> bool:
    """Say whether a row may start a list item; code may not, unless its mark is set apart or is a bullet."""
    first = row[0].words[0]
    return row[0].mono < _MONO or len(first.text) == 1 or not first.mono


def _made(rows: list[Row], mark: Mark | None) -> Paragraph:
    if mark is None:
        kind = RegionKind.CODE if all(line.mono >= _MONO for row in rows for line in row) else RegionKind.TEXT
        return Paragraph(tuple(rows), kind)
    return Paragraph(tuple(rows), RegionKind.LIST, skip=mark.characters if mark.bullet else 0)


class _Setting(NamedTuple):
    """How the lines around a line are set: how far right they reach, and how far apart they are (points)."""

    right: float
    pitch: float


def _settings(rows: Sequence[Row]) -> dict[int, _Setting]:
    """Return, by each line's `order`, the setting of the lines like it: of one size, following each other closely."""
    settings: dict[int, _Setting] = {}
    run: list[Line] = []
    for row in [*rows, ()]:
        line = row[0] if row else None
        if run and (line is None or _differs(run[-1], line) or not 0 < _pitch(run[-1], line) < 2.6 * line.size):
            pitches = sorted(_pitch(a, b) for a, b in itertools.pairwise(run))
            usual = pitches[len(pitches) // 4] if pitches else 0.0
            setting = _Setting(max(one.box[2] for one in run), usual)
            settings.update({one.order: setting for one in run})
            run = []
        if line is not None:
            run.append(line)
    return settings


def _differs(a: Line, b: Line) -> bool:
    return abs(a.size - b.size) > _SIZE * max(a.size, b.size)


def _pitch(a: Line, b: Line) -> float:
    """Return the distance from one line to the next in points, from the bottoms and tops of their tight boxes."""
    return max(b.box[3] - a.box[3], b.box[1] - a.box[1])


def _continues(current: list[Row], row: Row, *, mark: Mark | None, settings: dict[int, _Setting]) -> bool:
    """Say whether a row goes on with the paragraph."""
    last, line = current[-1][0], row[0]
    if len(row) > 1 or not _set_alike(last, line) or not _is_close(current, line, settings):
        return False
    if len(current[-1]) > 1 and (
        len(current[-1]) > 2 or len(current[-1][1].words) > 3 or line.box[2] > last.box[2] + line.size
    ):
        return False
    within = all(one[0].mono >= _MONO for one in current)
    code = line.mono >= (_MONO if within else _ALL_MONO)
    if code != within and not _runs_into_code(last, line, settings=settings):
        return False
    if mark is not None:
        return _continues_item(last, line, mark=mark, first=current[0][0], settings=settings)
    if code and within:
        return True
    turns = (last.bold >= 0.95) != (line.bold >= 0.95) and (len(current) == 1 or _stands_out(current, line))
    return not turns and not _is_indented(current, line) and _was_broken(last, line, settings=settings)


def _set_alike(last: Line, line: Line) -> bool:
    """Say whether two lines may belong together by their direction, size and the source's own paragraphs."""
    # Recognition takes a short last line for a paragraph of its own; in the middle of a sentence none starts.
    goes_on = line.text[:1].islower() and not _SENTENCE_END.search(last.text)
    parted = line.block >= 0 and last.block >= 0 and line.block != last.block and not goes_on
    return line.upright and last.upright and not parted and not _differs(last, line)


def _is_close(current: list[Row], line: Line, settings: dict[int, _Setting]) -> bool:
    """Say whether a line is no further from the paragraph than its lines are from each other."""
    last = current[-1][0]
    pitch = _pitch(last, line)
    usual = settings[line.order].pitch if line.order in settings else 0.0
    limit = max(_PITCH * line.size, 1.2 * usual)
    if len(current) > 1:
        limit = min(limit, _LOOSER * _pitch(current[-2][0], last))
    return 0.2 * line.size <= pitch <= limit


def _runs_into_code(last: Line, line: Line, *, settings: dict[int, _Setting]) -> bool:
    """Say whether code inside a sentence (a name, an address) was broken over two lines."""
    if line.mono >= _MONO:
        return last.words[-1].mono and last.mono < _MONO and _was_broken(last, line, settings=settings)
    return line.words[0].mono and line.mono > 0 and last.mono >= _MONO and line.text[:1].islower()


def _stands_out(current: list[Row], line: Line) -> bool:
    """Say whether a paragraph was bold to its end and the line after it is not."""
    return all(row[0].bold >= 0.95 for row in current) and line.bold < 0.5


def _continues_item(last: Line, line: Line, *, mark: Mark, first: Line, settings: dict[int, _Setting]) -> bool:
    """Say whether a line goes on with a list item: it hangs below the item's text, or the line before was full."""
    if line.box[0] < first.box[0] - 0.5 * line.size:
        return False
    hangs = line.box[0] > first.box[0] + 0.3 * line.size and line.box[0] < mark.x + 1.2 * line.size
    return (hangs or line.box[0] <= mark.x) and _was_broken(last, line, settings=settings)


def _is_indented(current: list[Row], line: Line) -> bool:
    """Say whether a line starts a paragraph by its indent; a paragraph's own first line may be indented."""
    left = current[-1][0].box[0]
    if len(current) == 1:
        return False
    middle, before = (line.box[0] + line.box[2]) / 2, (current[-1][0].box[0] + current[-1][0].box[2]) / 2
    return 0.7 * line.size < line.box[0] - left < 4 * line.size and abs(middle - before) > 0.7 * line.size


def _was_broken(last: Line, line: Line, *, settings: dict[int, _Setting]) -> bool:
    """Say whether the line end was forced: the next word would not have fitted, or the sentence goes on."""
    first = line.words[0]
    share = (first.box[2] - first.box[0]) / max(1e-6, line.words[-1].box[2] - first.box[0])
    needed = share * (line.box[2] - line.box[0]) + 0.25 * line.size
    edge = settings[last.order].right if last.order in settings else last.box[2]
    if edge - last.box[2] < needed + 0.5 * line.size:
        return True
    return not _SENTENCE_END.search(last.text) and line.text[:1].islower()


def _code(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Join neighbouring pieces of code."""
    joined: list[Paragraph] = []
    for paragraph in paragraphs:
        before = joined[-1] if joined else None
        if before is not None and before.kind is paragraph.kind is RegionKind.CODE:
            a, b = before.lines[-1], paragraph.lines[0]
            if not _differs(a, b) and b.box[1] - a.box[3] < 2.5 * b.size:
                joined[-1] = before._replace(rows=before.rows + paragraph.rows)
                continue
        joined.append(paragraph)
    return joined


def _tables(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Join three or more rows of cells that follow each other to a table."""
    done: list[Paragraph] = []
    run: list[Paragraph] = []

    def close() -> None:
        if len(run) >= 3 and _aligned([paragraph.rows[0] for paragraph in run]):
            done.append(Paragraph(tuple(row for paragraph in run for row in paragraph.rows), RegionKind.TABLE))
        else:
            done.extend(run)
        run.clear()

    for paragraph in paragraphs:
        cells = paragraph.rows[0]
        near = not run or paragraph.box[1] - run[-1].box[3] < 1.5 * cells[0].size
        if paragraph.kind is RegionKind.TEXT and len(paragraph.rows) == 1 and len(cells) > 1 and near:
            run.append(paragraph)
            continue
        close()
        done.append(paragraph)
    close()
    return done


def _aligned(rows: Sequence[Row]) -> bool:
    """Say whether the second cells of rows start, end or centre at one place."""
    size = rows[0][0].size
    second = [row[1].box for row in rows]
    for values in (
        [box[0] for box in second],
        [box[2] for box in second],
        [(box[0] + box[2]) / 2 for box in second],
    ):
        usual = median(values)
        if sum(abs(value - usual) < size for value in values) >= 0.7 * len(values):
            return True
    return False


def _displayed(rows: Sequence[Row]) -> list[Paragraph]:
    """Return rows one by one, those of a displayed formula or of code with numbered lines together."""
    flags = [is_formula(row, rows) for row in rows]
    groups: list[Paragraph] = []
    index = 0
    while index < len(rows):
        end = listing_end(rows, index)
        if end > index:
            groups.append(Paragraph(tuple(rows[index:end]), RegionKind.CODE))
            index = end
            continue
        if not flags[index]:
            groups.append(Paragraph((rows[index],)))
            index += 1
            continue
        end = index + 1
        while end < len(rows) and flags[end] and _near(rows[end - 1], rows[end]):
            end += 1
        text = " ".join(line.text for row in rows[index:end] for line in row)
        if has_relation(text):
            groups.append(Paragraph(tuple(rows[index:end]), RegionKind.FORMULA))
        else:
            groups += [Paragraph((row,)) for row in rows[index:end]]
        index = end
    return groups


def _near(a: Row, b: Row) -> bool:
    return around(line.box for line in b)[1] - around(line.box for line in a)[3] < 1.6 * b[0].size
