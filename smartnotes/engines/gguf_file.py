"""What a GGUF file says of the model in it, read from its first bytes.

The format is described at https://github.com/ggml-org/ggml/blob/master/docs/gguf.md: magic, version, counts, then pairs
of a name and a typed value. Versions 2 and 3 are little-endian with 64-bit lengths.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO, NamedTuple

from smartnotes.core.errors import EngineError, NotFound

_MAGIC = b"GGUF"
_FORMATS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
_MOST_PAIRS = 10_000
_LONGEST_TEXT = 1 << 20  # bytes; a chat template has some thousand
_LONGEST_ARRAY = 1 << 24  # elements; a vocabulary has some hundred thousand

Scalar = str | int | float | bool


class GgufInfo(NamedTuple):
    """A model: its own name ("" for none), architecture, context in tokens (0: not told) and size in bytes."""

    name: str
    architecture: str
    context: int
    size_bytes: int


def read_gguf(path: Path) -> GgufInfo:
    """Return what the file says. Raises `NotFound` where there is none, `EngineError` for one that is no GGUF file."""
    try:
        with path.open("rb") as file:
            pairs = _pairs(file)
            size = path.stat().st_size
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFound(f"There is no model file {path}.", hint="Set llm.file to a .gguf file.") from error
    except OSError as error:
        raise EngineError(f"The model file {path} cannot be read: {error.strerror}.") from error
    except (ValueError, struct.error, UnicodeDecodeError) as error:
        raise EngineError(
            f"{path} cannot be loaded: it is no GGUF file, or damaged ({error}).", hint="Download it again."
        ) from error
    architecture = str(pairs.get("general.architecture", ""))
    context = pairs.get(f"{architecture}.context_length", 0)
    return GgufInfo(str(pairs.get("general.name", "")), architecture, context if isinstance(context, int) else 0, size)


def _pairs(file: BinaryIO) -> dict[str, Scalar]:
    """Return the pairs whose value is a single one. Raises `ValueError` for what is no GGUF."""
    if file.read(4) != _MAGIC:
        raise ValueError("its first bytes are others")
    version, _, count = struct.unpack("<IQQ", _exactly(file, 20))
    if version not in (2, 3):
        raise ValueError(f"version {version} is not known")
    if count > _MOST_PAIRS:
        raise ValueError("it has too many entries")
    found: dict[str, Scalar] = {}
    for _ in range(count):
        name = _text(file)
        value = _value(file, _number(file, "<I"))
        if value is not None:
            found[name] = value
    return found


def _value(file: BinaryIO, kind: int) -> Scalar | None:
    """Return a value, None for an array, which is passed over."""
    if kind == _STRING:
        return _text(file)
    if kind == _ARRAY:
        element, length = _number(file, "<I"), _number(file, "<Q")
        if length > _LONGEST_ARRAY:
            raise ValueError("a list in it is too long")
        if element in _FORMATS:
            file.seek(struct.calcsize(_FORMATS[element]) * length, 1)
        elif element == _STRING:
            for _ in range(length):
                file.seek(_number(file, "<Q"), 1)
        else:
            raise ValueError(f"a list in it is of an unknown kind {element}")
        return None
    if kind not in _FORMATS:
        raise ValueError(f"a value is of an unknown kind {kind}")
    [value] = struct.unpack(_FORMATS[kind], _exactly(file, struct.calcsize(_FORMATS[kind])))
    return value if isinstance(value, (bool, int, float)) else None


def _text(file: BinaryIO) -> str:
    length = _number(file, "<Q")
    if length > _LONGEST_TEXT:
        raise ValueError("a text in it is too long")
    return _exactly(file, length).decode(errors="replace")


def _number(file: BinaryIO, form: str) -> int:
    [value] = struct.unpack(form, _exactly(file, struct.calcsize(form)))
    return int(value)


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    if len(data) < length:
        raise ValueError("it ends too early")
    return data
