from __future__ import annotations

import math

import pytest
from lxml import etree

from smartnotes.engines.slides.paths import freeform
from smartnotes.engines.slides.preset_lines import LINES
from smartnotes.engines.slides.presets import NAMES, preset

MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"


@pytest.mark.parametrize("name", sorted(NAMES - {"wedgeRectCallout"}))
def test_named_shapes_stay_about_their_box_at_every_size(name: str) -> None:
    for width, height in ((100.0, 50.0), (10.0, 400.0), (0.0, 50.0), (50.0, 0.0), (0.0, 0.0)):
        for outline in preset(name, width=width, height=height, adjusted={}):
            for x, y in outline.points:
                assert math.isfinite(x)
                assert math.isfinite(y)
                assert -max(width, height) <= x <= width + max(width, height)
                assert -max(width, height) <= y <= height + max(width, height)


@pytest.mark.parametrize("name", sorted(LINES))
def test_lines_are_never_filled(name: str) -> None:
    assert not any(outline.filled for outline in preset(name, width=10, height=10, adjusted={}))


def test_an_unknown_name_is_a_rectangle() -> None:
    (outline,) = preset("somethingNew", width=4, height=2, adjusted={})
    assert outline.points == ((0, 0), (4, 0), (4, 2), (0, 2))


def test_freeforms_follow_their_formulas_and_scale_to_their_box() -> None:
    geometry = etree.fromstring(
        f'<a:custGeom xmlns:a="{MAIN}"><a:avLst><a:gd name="adj" fmla="val 25000"/></a:avLst>'
        '<a:gdLst><a:gd name="x1" fmla="*/ w adj 100000"/></a:gdLst><a:pathLst>'
        '<a:path w="100" h="100"><a:moveTo><a:pt x="x1" y="0"/></a:moveTo><a:lnTo><a:pt x="100" y="100"/></a:lnTo>'
        '<a:arcTo wR="50" hR="50" stAng="0" swAng="5400000"/><a:close/></a:path></a:pathLst></a:custGeom>'
    )
    (outline,) = freeform(geometry, width=200, height=50, adjusted={})
    assert outline.closed
    assert outline.points[0] == pytest.approx((50, 0))
    assert outline.points[1] == pytest.approx((200, 50))
    assert outline.points[-1] == pytest.approx((100, 75))
    (changed,) = freeform(geometry, width=200, height=50, adjusted={"adj": 75_000})
    assert changed.points[0] == pytest.approx((150, 0))
