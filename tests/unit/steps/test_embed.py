from __future__ import annotations

import pytest

from smartnotes.core.errors import Cancelled
from smartnotes.core.events import Progress
from smartnotes.core.steps.embed import embed_chunks
from tests.builders import a_hit
from tests.fakes import WordEmbedder, WordEncoder

CHUNKS = [a_hit(f"words of chunk {number}", start=number).chunk for number in range(40)]


def test_every_chunk_gets_a_vector_and_token_vectors_in_order() -> None:
    made = embed_chunks(CHUNKS, embedder=WordEmbedder(), encoder=WordEncoder())
    assert made.vectors.shape == (40, 64)
    assert len(made.tokens) == 40
    assert (made.vectors[39] == WordEmbedder().embed_query(CHUNKS[39].indexed_text)).all()


def test_progress_counts_chunks() -> None:
    events: list[Progress] = []
    embed_chunks(CHUNKS, embedder=WordEmbedder(), encoder=WordEncoder(), emit=events.append)
    assert [(event.done, event.total) for event in events] == [(0, 40), (32, 40), (40, 40)]


def test_it_can_be_cancelled() -> None:
    def emit(event: Progress) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        embed_chunks(CHUNKS, embedder=WordEmbedder(), encoder=WordEncoder(), emit=emit)


def test_no_chunks_no_vectors() -> None:
    assert embed_chunks([], embedder=WordEmbedder(), encoder=WordEncoder()).vectors.shape == (0, 64)
