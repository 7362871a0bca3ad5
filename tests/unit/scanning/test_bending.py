"""Bent pages are made flat, and flat ones are left as they are."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from smartnotes.core.scanning.bending import Bend, find_bend, is_bent
from smartnotes.core.scanning.skew import ink_mask, text_angle
from smartnotes.core.scanning.straightening import Straightened

BEND = Bend((0.0, 0.15, 0.0, 0.0, 0.02, 0.0, 0.0))


def page() -> Image.Image:
    """Return a page of lines of words: dashes of several lengths."""
    image = Image.new("L", (900, 1200), 255)
    draw, lengths = ImageDraw.Draw(image), np.random.default_rng(2).integers(20, 70, 400).tolist()
    for y in range(120, 1080, 30):
        x = 90
        while x < 760:
            length = lengths.pop()
            draw.rectangle((x, y, x + length, y + 11), fill=0)
            x += length + 14
    return image


def bent(image: Image.Image, bend: Bend) -> Image.Image:
    """Return a flat page with its lines bent."""
    against = Bend(tuple(-factor for factor in bend.factors))
    return against.flattened(image, fill=255)


def test_a_bent_page_is_found_and_flattened() -> None:
    image = bent(page(), BEND)
    assert is_bent(ink_mask(image), angle_deg=text_angle(ink_mask(image)))
    found = find_bend(ink_mask(image))
    assert found is not None
    apart = np.asarray(found.flattened(image, fill=255), dtype=float) - np.asarray(page(), dtype=float)
    before = np.asarray(image, dtype=float) - np.asarray(page(), dtype=float)
    assert np.abs(apart).mean() < 0.35 * np.abs(before).mean()


@pytest.mark.parametrize("angle", [0.0, 1.4])
def test_a_flat_page_is_not_bent_even_where_it_leans(angle: float) -> None:
    image = page().rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    assert not is_bent(ink_mask(image), angle_deg=text_angle(ink_mask(image)))


def test_a_page_without_lines_has_no_bend() -> None:
    image = Image.new("L", (900, 1200), 255)
    ImageDraw.Draw(image).ellipse((100, 100, 800, 900), outline=0, width=6)
    assert find_bend(ink_mask(image)) is None


def test_boxes_get_back_onto_the_curve() -> None:
    frame = Straightened((900, 1200), (900, 1200), 3.0, bend=BEND)
    assert not frame.unchanged
    at_left, middle = frame.back((0.0, 0.5, 0.02, 0.51)), frame.back((0.49, 0.5, 0.51, 0.51))
    assert middle == pytest.approx((0.49, 0.5, 0.51, 0.51), abs=1e-3)
    x = np.array([0.0, 0.02])
    lower = BEND.moved(x, np.full(2, 0.5))
    assert at_left[1] == pytest.approx(0.5 + lower.min(), abs=2e-3)


def test_a_wide_box_gets_back_around_the_whole_curve() -> None:
    frame = Straightened((900, 1200), (900, 1200), 3.0, bend=BEND)
    narrow, wide = frame.back((0.49, 0.5, 0.51, 0.51)), frame.back((0.05, 0.5, 0.95, 0.51))
    assert wide[3] - wide[1] > 2 * (narrow[3] - narrow[1])
