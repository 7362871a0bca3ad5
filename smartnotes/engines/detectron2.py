"""LayoutParser with Detectron2: a layout model of one's own, from local files.

Neither comes with the package (docs/development.md says how to install them). Nothing is downloaded: configuration and
weights are files on this machine.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from smartnotes.core.errors import EngineError, EngineMissing, OptionsError
from smartnotes.core.model import RegionKind
from smartnotes.core.pages.detection import DetectedRegion

_PARTS = {
    "torch": ("PyTorch", "pip install torch"),
    "layoutparser": ("LayoutParser", "pip install 'smartnotes[detectron2]'"),
    "detectron2": (
        "Detectron2",
        "pip install 'git+https://github.com/facebookresearch/detectron2.git' (it is not on PyPI)",
    ),
}
_LONGEST_PX = 1_600
_SCORE = 0.5


class Detectron2Detector:
    """Finds the regions of pages with LayoutParser's Detectron2 model, on the CPU. Loads on first use.

    `labels` are the kinds of the model's classes, in order: "text", "title", "list", "table", "figure" and so on.
    """

    def __init__(self, *, config: str, weights: str, labels: Sequence[str]) -> None:
        self.name = f"detectron2 {_version('detectron2')}"
        self._config, self._weights = config, weights
        self._labels = tuple(labels)
        self._model: Any = None

    def detect(self, image: Image.Image) -> list[DetectedRegion]:
        """Return the regions of an upright image of a page.

        Raises `EngineMissing` naming the part or the file that is missing, `OptionsError` for a label that is no kind
        of region, `EngineError` where the model does not load or run.
        """
        model = self._ready()
        small = image.convert("RGB")
        small.thumbnail((_LONGEST_PX, _LONGEST_PX), Image.Resampling.BOX)
        try:
            blocks = list(model.detect(np.ascontiguousarray(np.asarray(small)[:, :, ::-1])))  # blue first
        except Exception as error:
            raise EngineError(f"The Detectron2 model failed: {error}.") from error
        found = []
        for block in blocks:
            x0, y0, x1, y1 = (float(value) for value in block.coordinates)
            box = (x0 / small.width, y0 / small.height, x1 / small.width, y1 / small.height)
            kind = RegionKind(block.type) if isinstance(block.type, str) else RegionKind.TEXT
            found.append(DetectedRegion(kind, box, float(block.score)))
        return found

    def _ready(self) -> Any:
        if self._model is not None:
            return self._model
        names = self._checked_labels()
        for module, (part, hint) in _PARTS.items():
            if importlib.util.find_spec(module) is None:
                raise EngineMissing(f"The layout `detectron2` needs {part}, which is not installed.", hint=hint)
        for setting, value in (("layout_config", self._config), ("layout_weights", self._weights)):
            if not value:
                raise EngineMissing(
                    f"The layout `detectron2` needs a model of your own: the setting reading.{setting} is empty.",
                    hint=f"Set reading.{setting} to a file on this machine.",
                )
            if not Path(value).is_file():
                raise EngineMissing(
                    f"There is no file {value} (the setting reading.{setting}).", hint="Correct the setting."
                )
        try:
            import layoutparser  # noqa: PLC0415 - optional, and it loads PyTorch

            model_class = layoutparser.models.detectron2.layoutmodel.Detectron2LayoutModel
            self._model = model_class(
                config_path=self._config,
                model_path=self._weights,
                label_map=dict(enumerate(names)),
                extra_config=["MODEL.ROI_HEADS.SCORE_THRESH_TEST", _SCORE],
                device="cpu",
            )
        except Exception as error:
            raise EngineError(f"The Detectron2 model could not be loaded: {error}.") from error
        return self._model

    def _checked_labels(self) -> list[str]:
        names = [label.strip().lower() for label in self._labels]
        known = {kind.value for kind in RegionKind}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise OptionsError(
                f"reading.layout_labels names {', '.join(unknown)}, no kind of region.",
                hint=f"Kinds are: {', '.join(sorted(known))}.",
            )
        return names


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "missing"
