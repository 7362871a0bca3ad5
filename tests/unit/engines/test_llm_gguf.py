"""What a GGUF file says of its model; what is none is told before it gets to llama.cpp."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from smartnotes.core.errors import EngineError, NotFound
from smartnotes.engines.gguf import GgufLlm
from smartnotes.engines.gguf_file import read_gguf
from smartnotes.engines.models import GgufModels


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def pair(name: str, kind: int, value: bytes) -> bytes:
    return text(name) + struct.pack("<I", kind) + value


def gguf(*pairs: bytes, version: int = 3, count: int | None = None) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, 0, len(pairs) if count is None else count) + b"".join(pairs)


GOOD = gguf(
    pair("general.architecture", 8, text("llama")),
    pair("tokenizer.ggml.tokens", 9, struct.pack("<IQ", 8, 2) + text("a") + text("b")),
    pair("tokenizer.ggml.scores", 9, struct.pack("<IQ", 6, 2) + struct.pack("<ff", 0.5, 1)),
    pair("general.name", 8, text("Small")),
    pair("llama.context_length", 4, struct.pack("<I", 2048)),
)


def test_name_architecture_and_context_are_read(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(GOOD)
    found = read_gguf(tmp_path / "m.gguf")
    assert found == ("Small", "llama", 2048, len(GOOD))
    assert GgufLlm(tmp_path / "m.gguf", context=8192).context_tokens() == 2048
    assert GgufLlm(tmp_path / "m.gguf", context=1024).context_tokens() == 1024
    [model] = GgufModels(tmp_path / "m.gguf", context=8192).models()
    assert (model.name, model.details, model.context_tokens) == ("m.gguf", "Small llama", 2048)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a model",
        GOOD[:-3],
        GOOD[:40],
        gguf(version=99),
        gguf(count=2**60),
        gguf(pair("x", 8, struct.pack("<Q", 2**62))),
        gguf(pair("x", 9, struct.pack("<IQ", 8, 2**62))),
        gguf(pair("x", 77, b"")),
    ],
)
def test_what_is_no_gguf_file_is_told_at_once(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "m.gguf").write_bytes(data)
    with pytest.raises(EngineError, match="cannot be loaded"):
        list(GgufLlm(tmp_path / "m.gguf").stream("?", system="", max_tokens=4))


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gguf", tmp_path):
        with pytest.raises(NotFound, match="no model file"):
            read_gguf(path)
