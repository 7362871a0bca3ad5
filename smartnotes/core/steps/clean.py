"""What only the whole lecture shows: running heads, page numbers and slide furniture, by repetition at one place."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from smartnotes.core.model import BBox, Figure, Page, Region, RegionKind

_BAND = 0.13  # heads and feet stand in the upper or lower part of the page, of this height
_SIDE = 0.22  # side bars of slides are narrower than this share of their width
_SIDED = 0.5  # share of the pages that what stands in a side bar is on: a note beside a build-up is on fewer
_PLACE = 0.012  # the same place: corners no further apart than this share of the page
_FEW = 3  # pages on which something must stand to count as repeated
_SHARE = 0.25  # ... and share of the lecture's pages
_RUN = 0.4  # or share of the pages between its first and last (a chapter's running head)
_LOGO = 0.06  # share of the page that repeated decoration covers at most
_BAND_HEIGHT = 0.25  # and bands of decoration along an edge are at most this high,
_TOUCH = 0.02  # and this close to it
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(
    r"(?:[-–—|\s]*)(?:(?:page|slide|seite|folie|p\.|s\.)\s*)?#(?:\s*(?:/|of|von|sur|de|\|)\s*#)?(?:[-–—|.\s]*)",  # noqa: RUF001
    re.I,
)
_TEXT_KINDS = (RegionKind.TEXT, RegionKind.TITLE, RegionKind.FORMULA, RegionKind.LIST)


class _Seen(NamedTuple):
    page: int  # index into the lecture's pages
    region: int
    box: BBox
    digits: tuple[int, ...]


def find_furniture(pages: Sequence[Page]) -> list[dict[int, RegionKind]]:
    """Return, for each page, the regions (by index) that are running heads or feet, with the kind they get.

    A head or foot is a small text near the upper or lower edge that stands at the same place with the same words on
    several pages; numbers in it may count. On slides, what stands at a side on most of them is a bar with the talk's
    outline. Page titles that repeat are not furniture, unless nearly every page has
    the same one in small letters. Nothing is taken from a lecture of one or two pages.
    """
    found: list[dict[int, RegionKind]] = [{} for _ in pages]
    if len(pages) < _FEW:
        return found
    for text, seen in _candidates(pages).items():
        for group in _places(seen):
            if not _repeats(group, len(pages)) or not (_is_at_end(group[0].box) or _is_everywhere(group, len(pages))):
                continue
            if _NUMBER.fullmatch(text) and not _counts(group, pages):
                continue
            for one in group:
                if not _is_title(pages[one.page].regions[one.region]) or _is_small_everywhere(group, pages):
                    middle = (one.box.y0 + one.box.y1) / 2
                    found[one.page][one.region] = RegionKind.HEADER if middle < 0.5 else RegionKind.FOOTER
    return found


def _candidates(pages: Sequence[Page]) -> dict[str, list[_Seen]]:
    """Return the texts near the edges, numbers as #, with where they stand."""
    seen: defaultdict[str, list[_Seen]] = defaultdict(list)
    for index, page in enumerate(pages):
        for place, region in enumerate(page.regions):
            box = region.box
            if box is None or region.kind not in _TEXT_KINDS or region.end - region.start > 200:
                continue
            if not _is_at_end(box) and not _is_at_side(box, page):
                continue
            text = page.text[region.start : region.end]
            if text:
                digits = tuple(int(number[:9]) for number in _DIGITS.findall(text))
                seen[_DIGITS.sub("#", " ".join(text.split()))].append(_Seen(index, place, box, digits))
    return seen


def _is_at_end(box: BBox) -> bool:
    return box.y1 <= _BAND or box.y0 >= 1 - _BAND


def _is_at_side(box: BBox, page: Page) -> bool:
    return page.width_pt > page.height_pt and (box.x1 <= _SIDE or box.x0 >= 1 - _SIDE)


def _is_everywhere(group: Sequence[_Seen], pages: int) -> bool:
    return pages >= 2 * _FEW and len({one.page for one in group}) >= _SIDED * pages


def _places(seen: Sequence[_Seen]) -> list[list[_Seen]]:
    """Group what stands at one place: same height, and one of left edge, middle, right edge."""
    groups: list[list[_Seen]] = []
    for one in seen:
        home = next((group for group in groups if _same_place(group[0].box, one.box)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return groups


def _same_place(a: BBox, b: BBox) -> bool:
    if abs((a.y0 + a.y1) - (b.y0 + b.y1)) / 2 > _PLACE:
        return False
    return min(abs(a.x0 - b.x0), abs(a.x1 - b.x1), abs(a.x0 + a.x1 - b.x0 - b.x1) / 2) <= _PLACE


def _repeats(group: Sequence[_Seen], pages: int) -> bool:
    count = len({one.page for one in group})
    if count < _FEW:
        return False
    reach = group[-1].page - group[0].page + 1
    return count >= _SHARE * pages or (count > _FEW and count >= _RUN * reach)


def _counts(group: Sequence[_Seen], pages: Sequence[Page]) -> bool:
    """Say whether the numbers go up with the pages, as page numbers do."""
    steps = [
        (after.digits[0] - before.digits[0], pages[after.page].number - pages[before.page].number)
        for before, after in itertools.pairwise(group)
        if before.digits and after.digits
    ]
    up = sum(0 <= digits <= number for digits, number in steps)
    return up >= 0.6 * len(steps) and any(digits > 0 for digits, _ in steps)


def _is_title(region: Region) -> bool:
    return region.kind is RegionKind.TITLE and region.level == 1


def _is_small_everywhere(group: Sequence[_Seen], pages: Sequence[Page]) -> bool:
    """Say whether a repeated title is a head after all: on most pages of a longer lecture, no larger than the text."""
    if len(pages) < 2 * _FEW or len(group) < 0.6 * len(pages):
        return False
    small = 0
    for one in group:
        page = pages[one.page]
        region = page.regions[one.region]
        own = [word.box.y1 - word.box.y0 for word in page.words if region.start <= word.start < region.end]
        rest = [word.box.y1 - word.box.y0 for word in page.words if not region.start <= word.start < region.end]
        small += bool(own and rest) and median(own) < 1.1 * median(rest)
    return small >= 0.6 * len(group)


def find_decoration(pages: Sequence[Page]) -> frozenset[str]:
    """Return the ids of figures that are logos and the like, at the page's edge and repeated at one place.

    They are small, or bands along an edge, which must be on most pages.
    """
    seen: list[tuple[int, Figure]] = [
        (index, figure)
        for index, page in enumerate(pages)
        for figure in page.figures
        if _is_at_edge(figure.box) or _is_band(figure.box)
    ]
    groups: list[list[tuple[int, Figure]]] = []
    for index, figure in seen:
        home = next((group for group in groups if group[0][1].box.iou(figure.box) > 0.8), None)
        if home is None:
            groups.append([(index, figure)])
        else:
            home.append((index, figure))
    return frozenset(
        figure.id
        for group in groups
        if len({index for index, _ in group})
        >= (max(_FEW, _SHARE * len(pages)) if _is_at_edge(group[0][1].box) else max(_FEW + 1, _SIDED * len(pages)))
        for _, figure in group
    )


def _is_at_edge(box: BBox) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return box.area <= _LOGO and (min(x, 1 - x) < 0.15 or min(y, 1 - y) < 0.15)


def _is_band(box: BBox) -> bool:
    """Say whether a figure lies along an edge of the page, over most of that edge or over its corner."""
    flat = box.y1 - box.y0 <= _BAND_HEIGHT and min(box.y0, 1 - box.y1) < _TOUCH
    upright = box.x1 - box.x0 <= _BAND_HEIGHT and min(box.x0, 1 - box.x1) < _TOUCH
    return flat or upright


def find_builds(pages: Sequence[Page]) -> dict[int, tuple[int, ...]]:
    """Return, by the index of the last page of a build-up, the numbers of the pages that it stands for.

    A page is built upon by the next one where everything on it is there again, in the same order and at the same
    places, and at most something new is added.
    """
    found: dict[int, tuple[int, ...]] = {}
    run: list[int] = []
    for index in range(len(pages)):
        if index + 1 < len(pages) and _builds_on(pages[index], pages[index + 1]):
            run.append(pages[index].number)
            continue
        if run:
            found[index] = tuple(run)
        run = []
    return found


def _builds_on(page: Page, after: Page) -> bool:
    regions = [region for region in page.regions if region.end > region.start]
    if not regions or page.hidden != after.hidden or any(region.box is None for region in regions):
        return False
    drawn = [other.box for other in after.regions if other.kind is RegionKind.FIGURE and other.box is not None]
    for region in page.regions:
        box = region.box
        if region.kind is RegionKind.FIGURE and box is not None and not any(box.iou(other) > 0.5 for other in drawn):
            return False
    remaining = iter(region for region in after.regions if region.end > region.start)
    for region in regions:
        text = page.slice(region)
        if not any(_is_same(text, region, after.slice(other), other) for other in remaining):
            return False
    # With nothing but a title in common, another picture in the place of the first makes another page.
    kept = {figure.blob for figure in after.figures}
    return len(regions) > 1 or all(figure.blob in kept for figure in page.figures)


def _is_same(text: str, region: Region, later: str, other: Region) -> bool:
    """Say whether a region is there again; a piece of code may have grown, and numbering may have moved."""
    if region.box is None or other.box is None:
        return False
    near = abs(region.box.x0 - other.box.x0) < 0.02 and abs(region.box.y0 - other.box.y0) < 0.02
    if region.kind is other.kind is RegionKind.FIGURE:  # labels are added anywhere in a drawing
        return near and not Counter(text.split()) - Counter(later.split())
    return near and (later == text or (region.kind is other.kind and later.startswith(text + "\n")))
