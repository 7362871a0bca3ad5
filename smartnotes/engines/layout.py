"""The embedded layout model: rapid-layout's CDLA detector (PP-PicoDet, Apache 2.0), whose weights come in its wheel."""

from __future__ import annotations

import importlib.metadata
import logging
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from smartnotes.core.errors import EngineError, EngineMissing
from smartnotes.core.model import RegionKind
from smartnotes.core.pages.detection import DetectedRegion

_KINDS = {
    "text": RegionKind.TEXT,
    "title": RegionKind.TITLE,
    "figure": RegionKind.FIGURE,
    "figure_caption": RegionKind.CAPTION,
    "table": RegionKind.TABLE,
    "table_caption": RegionKind.CAPTION,
    "header": RegionKind.HEADER,
    "footer": RegionKind.FOOTER,
    "reference": RegionKind.TEXT,
    "equation": RegionKind.FORMULA,
}
"""The classes of CDLA, as the regions they are."""

_LONGEST_PX = 1_200  # the model sees 800 x 608
_SCORE = 0.4


class RapidLayoutDetector:
    """Finds the regions of pages with a model of 7 MB. Loads on first use; one thread."""

    def __init__(self) -> None:
        try:
            self.name = f"rapid-layout {importlib.metadata.version('rapid-layout')}"
        except importlib.metadata.PackageNotFoundError:
            self.name = "rapid-layout missing"
        self._model: Any = None

    def detect(self, image: Image.Image) -> list[DetectedRegion]:
        """Return the regions of an upright image of a page. Raises `EngineMissing`, `EngineError`."""
        model = self._ready()
        small = image.convert("RGB")
        small.thumbnail((_LONGEST_PX, _LONGEST_PX), Image.Resampling.BOX)
        try:
            result = model(np.ascontiguousarray(np.asarray(small)[:, :, ::-1]))  # it expects blue first
        except Exception as error:
            raise EngineError(f"The layout model failed: {error}.") from error
        found = zip(result.boxes or (), result.class_names or (), result.scores or (), strict=True)
        return [
            DetectedRegion(_KINDS.get(name, RegionKind.TEXT), _fractions(box, small.size), float(score))
            for box, name, score in found
        ]

    def _ready(self) -> Any:
        if self._model is None:
            try:
                import rapid_layout  # noqa: PLC0415 - optional, and it loads OpenCV
            except ImportError as error:
                raise EngineMissing(
                    "The layout `learned` needs rapid-layout, which is not installed.",
                    hint="pip install 'smartnotes[layout]'",
                ) from error
            logging.getLogger("RapidLayout").setLevel(logging.WARNING)
            weights = Path(rapid_layout.__file__).parent / "models" / "layout_cdla.onnx"
            if not weights.is_file():  # without a file it would look for one on the network
                raise EngineMissing(
                    f"rapid-layout is installed without its model {weights.name}.",
                    hint="pip install --force-reinstall rapid-layout",
                )
            threads = {"intra_op_num_threads": 1, "inter_op_num_threads": 1}
            self._model = rapid_layout.RapidLayout(
                model_dir_or_path=str(weights), engine_cfg=threads, conf_thresh=_SCORE
            )
        return self._model


def _fractions(box: Any, size: tuple[int, int]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(value) for value in box)
    return x0 / size[0], y0 / size[1], x1 / size[0], y1 / size[1]
