"""Pages that were turned to be read, put back as they are shown."""

from __future__ import annotations

from smartnotes.core.model import BBox, Page


def as_shown(page: Page, *, turns: int) -> Page:
    """Return a page with its boxes on the page as shown; it was turned clockwise by quarter `turns` to be read."""
    turns %= 4
    if not turns:
        return page
    words = tuple(word.model_copy(update={"box": turned_back(word.box, turns=turns)}) for word in page.words)
    regions = tuple(
        region.model_copy(update={"box": turned_back(region.box, turns=turns)}) if region.box else region
        for region in page.regions
    )
    figures = tuple(figure.model_copy(update={"box": turned_back(figure.box, turns=turns)}) for figure in page.figures)
    size = (page.height_pt, page.width_pt) if turns % 2 else (page.width_pt, page.height_pt)
    return page.model_copy(
        update={"words": words, "regions": regions, "figures": figures, "width_pt": size[0], "height_pt": size[1]}
    )


def turned_back(box: BBox, *, turns: int) -> BBox:
    """Return where a box stood before the page was turned clockwise by quarter `turns`."""
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    for _ in range(turns % 4):
        x0, y0, x1, y1 = y0, 1 - x1, y1, 1 - x0
    return BBox.clipped(x0, y0, x1, y1)
