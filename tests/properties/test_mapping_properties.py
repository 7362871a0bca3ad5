"""Nothing of the notes is lost on the way into batches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smartnotes.core.teaching.mapping import batches
from tests.builders import a_hit

TEXTS = st.lists(st.text(alphabet="ab cd.\n é9日", min_size=1, max_size=400).filter(str.strip), min_size=0, max_size=8)


@given(texts=TEXTS, room=st.integers(min_value=64, max_value=400))
def test_every_character_of_every_chunk_is_in_exactly_one_batch(texts: list[str], room: int) -> None:
    chunks = [a_hit(text, page=page).chunk for page, text in enumerate(texts, start=1)]
    shown = [item.hit.chunk for batch in batches(chunks, names={}, room=room) for item in batch]
    for chunk in chunks:
        pieces = [piece for piece in shown if piece.page == chunk.page]
        assert "".join(piece.text for piece in pieces) == chunk.text
        assert [piece.start for piece in pieces] == [chunk.start, *(piece.end for piece in pieces[:-1])]
    assert [piece.page for piece in shown] == sorted(piece.page for piece in shown)
