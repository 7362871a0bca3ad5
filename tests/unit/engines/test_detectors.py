from __future__ import annotations

import pytest
from PIL import Image

from smartnotes.core.errors import EngineMissing, OptionsError
from smartnotes.core.options import LayoutEngine, LocalModels
from smartnotes.engines.detectron2 import Detectron2Detector
from smartnotes.engines.reading import make_detector

PAGE = Image.new("RGB", (60, 80), "white")


def test_layouts_without_a_model_have_no_detector() -> None:
    assert make_detector(LayoutEngine.STRUCTURE, models=LocalModels()) is None
    assert make_detector(LayoutEngine.NONE, models=LocalModels()) is None


def test_a_detector_loads_nothing_until_it_is_used() -> None:
    assert make_detector(LayoutEngine.DETECTRON2, models=LocalModels()) is not None
    assert make_detector(LayoutEngine.LEARNED, models=LocalModels()) is not None


def test_labels_that_are_no_regions_are_named() -> None:
    with pytest.raises(OptionsError, match="sidebar") as caught:
        Detectron2Detector(config="a", weights="b", labels=("text", "sidebar")).detect(PAGE)
    assert "figure" in caught.value.hint


def test_what_is_missing_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first part that is not there: PyTorch, LayoutParser, Detectron2, then the settings, then their files."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "detectron2" else object())
    detector = Detectron2Detector(config="model.yaml", weights="model.pth", labels=("text",))
    with pytest.raises(EngineMissing, match="Detectron2") as caught:
        detector.detect(PAGE)
    assert "not on PyPI" in caught.value.hint
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    with pytest.raises(EngineMissing, match=r"no file model\.yaml \(the setting reading\.layout_config\)"):
        detector.detect(PAGE)
    with pytest.raises(EngineMissing, match=r"reading\.layout_weights is empty") as caught:
        Detectron2Detector(config=__file__, weights="", labels=("text",)).detect(PAGE)
    assert "reading.layout_weights" in caught.value.hint
