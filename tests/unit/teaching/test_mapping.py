"""Batches: every chunk in exactly one, none too large; what fails is told."""

from __future__ import annotations

import pytest

from smartnotes.core.errors import BadModelOutput, Cancelled, EngineTimeout, PromptTooLong, Unavailable
from smartnotes.core.events import ignore
from smartnotes.core.promptsize import most_tokens, prompt_tokens
from smartnotes.core.teaching.mapping import batches, map_batches, room_of, told_failures
from smartnotes.core.teaching.replies import HeardLlm
from tests.builders import a_hit
from tests.fakes import ScriptedLlm


def chunks(count: int, words: int = 60):
    text = "A heap keeps its smallest key at the root. " * (words // 9)
    return [a_hit(text.strip(), page=number).chunk for number in range(1, count + 1)]


def test_a_chunk_is_in_exactly_one_batch_in_the_order_of_the_notes():
    made = chunks(20)
    parts = batches(made, names={}, room=300)
    assert [item.hit.chunk for part in parts for item in part] == made
    assert len(parts) > 2


def test_markers_are_issued_anew_in_each_batch():
    for part in batches(chunks(9), names={}, room=300):
        assert [item.marker for item in part] == [f"E{number}" for number in range(1, len(part) + 1)]


def test_a_chunk_larger_than_a_batch_is_cut_and_its_pieces_make_up_the_whole():
    long = a_hit("A heap keeps its smallest key at the root. " * 60).chunk
    pieces = [item.hit.chunk for part in batches([long], names={}, room=120) for item in part]
    assert "".join(piece.text for piece in pieces) == long.text
    assert [piece.start for piece in pieces[1:]] == [piece.end for piece in pieces[:-1]]
    assert all(most_tokens(piece.text) <= 120 for piece in pieces)


def test_room_leaves_place_for_the_reply_and_its_correction():
    for context in (2_048, 8_192, 131_072):
        room = room_of(ScriptedLlm(context=context))
        assert 64 <= room.batch <= 3_000
        assert context < 2_000 or room.batch + 2 * room.reply < context


def test_failures_of_one_batch_do_not_stop_the_others():
    parts = batches(chunks(6), names={}, room=100)
    wrong = parts[1]

    def work(batch, beat):
        if batch is wrong:
            raise BadModelOutput("no JSON")
        return len(batch)

    mapped = map_batches(parts, work, model="m", emit=ignore)
    assert [batch for batch, _ in mapped.failed] == [wrong]
    assert len(mapped.done) == len(parts) - 1
    [notice] = told_failures(mapped, model="m", instead="which are left out")
    assert f"1 of {len(parts)} parts" in notice


def test_a_batch_that_is_too_long_after_all_is_halved():
    [whole] = batches(chunks(4), names={}, room=3_000)
    asked = []

    def work(batch, beat):
        asked.append(len(batch))
        if len(batch) > 1:
            raise PromptTooLong("too long")
        return batch

    mapped = map_batches([whole], work, model="m", emit=ignore)
    assert [item for batch, _ in mapped.done for item in batch] == list(whole)
    assert asked == [4, 2, 1, 1, 2, 1, 1]


@pytest.mark.parametrize(("error", "calls"), [(Unavailable("away"), 1), (EngineTimeout("silent"), 3)])
def test_a_model_that_is_away_is_not_asked_for_every_batch(error, calls):
    asked = []

    def work(batch, beat):
        asked.append(batch)
        raise error

    parts = batches(chunks(8), names={}, room=100)
    mapped = map_batches(parts, work, model="m", emit=ignore)
    assert len(asked) == calls
    assert [batch for batch, _ in mapped.failed] == parts


def test_work_is_cancelled_between_batches():
    seen = []

    def emit(event):
        if len(seen) == 2:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        map_batches(
            batches(chunks(8), names={}, room=100), lambda batch, beat: seen.append(batch), model="m", emit=emit
        )
    assert len(seen) == 2


def test_a_prompt_is_counted_rather_too_long_than_too_short():
    assert most_tokens("日本語の文章です") >= 8
    assert prompt_tokens("word " * 100, system="", max_tokens=50) >= 150


def test_work_under_way_is_cancelled_while_the_model_writes():
    def emit(event):
        told.append(event)
        if len(told) == 4:
            raise Cancelled("enough")

    told: list[object] = []
    llm = HeardLlm(ScriptedLlm("word " * 400), beat=lambda: emit(None))
    with pytest.raises(Cancelled):
        list(llm.stream("?", system="", max_tokens=5))


def test_the_work_is_given_what_tells_the_same_place_again():
    told = []
    parts = batches(chunks(2), names={}, room=3_000)
    map_batches(parts, lambda batch, beat: beat(), model="m", emit=told.append)
    assert [(event.done, event.total) for event in told] == [(0, 1), (0, 1), (1, 1)]
