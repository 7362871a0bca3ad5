"""Vectors of chunks: one for the whole chunk (dense), one for each token (late interaction)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from smartnotes.core.events import Emit, Progress, ignore
from smartnotes.core.model import Chunk
from smartnotes.core.ports import Embedder, TokenEncoder, TokenVectors, Vectors

_BATCH = 32  # chunks between two progress events; an engine makes smaller batches of them


class Embedded(NamedTuple):
    """The vectors of chunks, in their order: `vectors` (chunks, dimension), `tokens` one matrix a chunk."""

    vectors: Vectors
    tokens: tuple[TokenVectors, ...]


def embed_chunks(
    chunks: Sequence[Chunk], *, embedder: Embedder | None, encoder: TokenEncoder, emit: Emit = ignore
) -> Embedded:
    """Return the vectors of the chunks, context line included; a progress event for every 32 chunks.

    Without an embedder there are token vectors only, and `vectors` has no row.

    Raises what the engines raise, and `Cancelled` through `emit`.
    """
    vectors: list[Vectors] = []
    tokens: list[TokenVectors] = []
    emit(Progress(step="embed", done=0, total=len(chunks), unit="chunks"))
    for start in range(0, len(chunks), _BATCH):
        texts = [chunk.indexed_text for chunk in chunks[start : start + _BATCH]]
        if embedder is not None:
            vectors.append(embedder.embed_passages(texts))
        tokens += encoder.encode_passages(texts)
        emit(Progress(step="embed", done=start + len(texts), total=len(chunks), unit="chunks"))
    none = np.zeros((0, embedder.dimension if embedder else 0), dtype=np.float32)
    return Embedded(np.concatenate(vectors) if vectors else none, tuple(tokens))
