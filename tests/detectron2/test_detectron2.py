"""A real forward pass of LayoutParser and Detectron2 through our engine, with a tiny model of random weights.

Runs in an environment of its own (``nox -s detectron2``): labels, scores and bounds are checked, never exact boxes.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from detectron2.config import get_cfg
from detectron2.modeling import build_model
from PIL import Image, ImageDraw

from smartnotes.core.errors import EngineError, EngineMissing
from smartnotes.core.events import ignore
from smartnotes.core.model import RegionKind
from smartnotes.core.options import IngestOptions, LayoutEngine, LocalModels, OcrMode
from smartnotes.core.ports import PageRead
from smartnotes.engines.detectron2 import Detectron2Detector
from smartnotes.engines.inline import InlineReader

LABELS = ("text", "title", "list", "table", "figure")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LocalModels:
    """A Faster R-CNN on a very thin ResNet, with the weights that it is made with (seed 0)."""
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(0)
    cfg = get_cfg()
    cfg.MODEL.DEVICE = "cpu"
    cfg.MODEL.META_ARCHITECTURE = "GeneralizedRCNN"
    cfg.MODEL.BACKBONE.NAME = "build_resnet_backbone"
    cfg.MODEL.RESNETS.DEPTH = 50
    cfg.MODEL.RESNETS.STEM_OUT_CHANNELS = 8
    cfg.MODEL.RESNETS.RES2_OUT_CHANNELS = 16
    cfg.MODEL.RESNETS.WIDTH_PER_GROUP = 8
    cfg.MODEL.RESNETS.OUT_FEATURES = ["res4"]
    cfg.MODEL.RPN.HEAD_NAME = "StandardRPNHead"
    cfg.MODEL.RPN.POST_NMS_TOPK_TEST = 20
    cfg.MODEL.ROI_HEADS.NAME = "StandardROIHeads"
    cfg.MODEL.ROI_HEADS.NUM_CLASSES = len(LABELS)
    cfg.MODEL.ROI_BOX_HEAD.NAME = "FastRCNNConvFCHead"
    cfg.MODEL.ROI_BOX_HEAD.NUM_FC = 1
    cfg.MODEL.ROI_BOX_HEAD.FC_DIM = 16
    cfg.MODEL.ROI_BOX_HEAD.POOLER_RESOLUTION = 4
    cfg.MODEL.MASK_ON = False
    cfg.INPUT.MIN_SIZE_TEST, cfg.INPUT.MAX_SIZE_TEST = 160, 240
    network = build_model(cfg)
    with torch.no_grad():  # every box is surely a figure, so that all of them come out
        network.roi_heads.box_predictor.cls_score.weight.zero_()
        network.roi_heads.box_predictor.cls_score.bias.copy_(torch.tensor([0.0, 0.0, 0.0, 0.0, 8.0, -8.0]))
    torch.save({"model": network.state_dict()}, folder / "tiny.pth")
    (folder / "tiny.yaml").write_text(cfg.dump(), encoding="utf-8")
    return LocalModels(
        layout_config=str(folder / "tiny.yaml"), layout_weights=str(folder / "tiny.pth"), layout_labels=LABELS
    )


def page() -> Image.Image:
    image = Image.new("RGB", (600, 800), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((100, 300, 500, 600), fill="navy")
    for row in range(8):
        draw.text((60, 60 + 25 * row), "Words that stand above the figure", fill="black")
    return image


def detector(model: LocalModels) -> Detectron2Detector:
    return Detectron2Detector(config=model.layout_config, weights=model.layout_weights, labels=model.layout_labels)


def test_a_model_of_ones_own_finds_regions_on_a_page(model: LocalModels) -> None:
    found = detector(model).detect(page())
    assert found
    for region in found:
        assert region.kind is RegionKind.FIGURE
        assert 0.5 <= region.score <= 1
        x0, y0, x1, y1 = region.box
        assert 0 <= x0 <= x1 <= 1
        assert 0 <= y0 <= y1 <= 1


def test_the_same_page_gives_the_same_regions(model: LocalModels) -> None:
    one = detector(model)
    assert one.detect(page()) == one.detect(page())


def test_a_file_is_read_with_it(model: LocalModels, tmp_path: Path) -> None:
    page().save(tmp_path / "page.png")
    options = IngestOptions(layout=LayoutEngine.DETECTRON2, ocr=OcrMode.ALWAYS)
    reader = InlineReader(models=model)
    info = reader.inspect(tmp_path / "page.png", options=options)
    (result,) = reader.read(tmp_path / "page.png", info, numbers=[1], options=options, emit=ignore)
    assert isinstance(result, PageRead), result
    assert all(figure.blob in result.crops for figure in result.page.figures)
    assert "stand above the figure" in result.page.text


def test_a_missing_file_is_named(model: LocalModels) -> None:
    with pytest.raises(EngineMissing, match=r"reading\.layout_weights"):
        Detectron2Detector(config=model.layout_config, weights="/nowhere.pth", labels=LABELS).detect(page())


def test_a_broken_configuration_is_our_error(model: LocalModels, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("MODEL: [", encoding="utf-8")
    with pytest.raises(EngineError, match="could not be loaded"):
        Detectron2Detector(config=str(tmp_path / "broken.yaml"), weights=model.layout_weights, labels=LABELS).detect(
            page()
        )
