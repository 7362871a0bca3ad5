"""Working through a long lecture with a model of short memory: batches that fit, every one of them done or told.

A lecture is never cut off to fit a prompt. Its chunks are put into batches, each chunk in exactly one; the work is done
for every batch, and what a batch's failure leaves out is known to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from smartnotes.core.answering.fences import issued
from smartnotes.core.errors import EngineError, EngineMissing, NotFound, PromptTooLong, SmartNotesError, Unavailable
from smartnotes.core.events import Emit, Level, Progress
from smartnotes.core.language.sentences import sentence_spans
from smartnotes.core.model import Chunk
from smartnotes.core.ports import Llm
from smartnotes.core.promptsize import most_tokens
from smartnotes.core.study import Evidence, Hit

T = TypeVar("T")

Batch = tuple[Evidence, ...]
"""Chunks that are shown together, under markers numbered in their order."""

LONGEST_REPLY = 1_200  # tokens
_LARGEST = 3_000
"""Tokens of a batch, also where the model holds more: models overlook what stands in the middle of long prompts."""
_SMALLEST = 64
_INSTRUCTIONS = 700
"""Tokens kept free for what is asked, the schema in words, and a reply that is shown again with its error."""
_EXCERPT_FRAME = 24
_PATIENCE = 3
"""After so many failures one after another the model is not asked again: each may take minutes."""


class Room(NamedTuple):
    """How many tokens of a model's context a batch may fill, and how many its reply."""

    batch: int
    reply: int


class Mapped(NamedTuple, Generic[T]):
    """What came of the batches that were done, and those that were not with the reason, each in order."""

    done: tuple[tuple[Batch, T], ...]
    failed: tuple[tuple[Batch, SmartNotesError], ...]


def room_of(llm: Llm) -> Room:
    """Return how the model's context is shared out. Raises what `Llm.context_tokens` raises."""
    context = llm.context_tokens()
    reply = min(LONGEST_REPLY, context // 4)
    # A reply that does not fit its schema is shown to the model again.
    return Room(min(_LARGEST, max(_SMALLEST, context - 2 * reply - _INSTRUCTIONS)), reply)


def batches(chunks: Sequence[Chunk], *, names: Mapping[str, str], room: int, nonce: str = "E") -> list[Batch]:
    """Return the chunks in order, in batches of at most `room` tokens; every chunk is in exactly one.

    `names` are the lectures' names by id; markers begin with the `nonce` (see `fences`). A chunk that is larger than a
    batch is cut between sentences, or within one that is larger too; its pieces, which are chunks with a span of their
    own, go to batches one after another.
    """
    found: list[list[Chunk]] = []
    used = room + 1
    for chunk in chunks:
        for piece in _pieces(chunk, room):
            size = _size(piece)
            if used + size > room:
                found.append([])
                used = 0
            found[-1].append(piece)
            used += size
    return [_marked(group, names, nonce) for group in found]


def map_batches(
    parts: Sequence[Batch],
    work: Callable[[Batch, Callable[[], None]], T],
    *,
    model: str,
    emit: Emit,
    step: str = "write",
) -> Mapped[T]:
    """Do the work for every batch; `emit`, called between them, may end it.

    The work is also given what to call while it goes on: that reports the same again, and may end it too.

    A batch that is too long for the model after all is halved. Of other failures the batch is returned with its error;
    where the model is away, or fails again and again, the rest is not tried and has that error too.
    """
    done: list[tuple[Batch, T]] = []
    failed: list[tuple[Batch, SmartNotesError]] = []
    waiting = list(parts)
    total, in_a_row = len(waiting), 0
    while waiting:
        place = Progress(
            step=step, done=total - len(waiting), total=total, unit="parts", message=f"{model} reads and writes"
        )
        emit(place)
        batch = waiting.pop(0)
        try:
            done.append((batch, work(batch, partial(emit, place))))
            in_a_row = 0
        except PromptTooLong as error:
            halves = _halved(batch)
            if not halves:
                failed.append((batch, error))
            waiting[:0] = halves
            total += max(0, len(halves) - 1)
        except (EngineError, EngineMissing, NotFound, Unavailable) as error:
            failed.append((batch, error))
            in_a_row += 1
            emit(Progress(step=step, message=f"{model} failed: {error.message}", level=Level.WARNING))
            if in_a_row == _PATIENCE or not isinstance(error, EngineError):
                failed += [(rest, error) for rest in waiting]
                break
    emit(Progress(step=step, done=total, total=total, unit="parts"))
    return Mapped(tuple(done), tuple(failed))


def told_failures(mapped: Mapped[T], *, model: str, instead: str) -> tuple[str, ...]:
    """Return the notice about the batches that failed, () where none did; `instead` says what was done for them."""
    if not mapped.failed:
        return ()
    count, total = len(mapped.failed), len(mapped.failed) + len(mapped.done)
    error = mapped.failed[0][1]
    hint = f" {error.hint}" if error.hint else ""
    return (f"{model} failed at {count} of {total} parts of the notes, {instead}. {error.message}{hint}",)


def _pieces(chunk: Chunk, room: int) -> Iterator[Chunk]:
    if _size(chunk) <= room:
        yield chunk
        return
    starts = [span.start for span in sentence_spans(chunk.text)][1:]
    first = fits = 0
    for cut in [*starts, len(chunk.text)]:
        if fits > first and _text_size(chunk, first, cut) > room:
            yield from _cut(chunk, first, fits, room)
            first = fits
        fits = cut
    yield from _cut(chunk, first, len(chunk.text), room)


def _cut(chunk: Chunk, first: int, end: int, room: int) -> Iterator[Chunk]:
    """Yield characters ``[first, end)``, halved as long as they are too many: one sentence without an end."""
    if _text_size(chunk, first, end) <= room or end - first < 2:
        text = chunk.text[first:end]
        yield chunk.model_copy(update={"start": chunk.start + first, "end": chunk.start + end, "text": text})
        return
    middle = (first + end) // 2
    blank = chunk.text.rfind(" ", first + 1, middle)
    middle = blank if blank > first else middle
    yield from _cut(chunk, first, middle, room)
    yield from _cut(chunk, middle, end, room)


def _text_size(chunk: Chunk, first: int, end: int) -> int:
    headings = " > ".join(chunk.headings)
    return most_tokens(chunk.text[first:end]) + most_tokens(headings) + _EXCERPT_FRAME


def _size(chunk: Chunk) -> int:
    return _text_size(chunk, 0, len(chunk.text))


def _halved(batch: Batch) -> list[Batch]:
    """Return the batch in two, with its markers as they are; [] where it is one chunk."""
    middle = len(batch) // 2
    return [batch[:middle], batch[middle:]] if middle else []


def _marked(group: Sequence[Chunk], names: Mapping[str, str], nonce: str) -> Batch:
    hits = [Hit(chunk=chunk, lecture_name=names.get(chunk.lecture_id, ""), score=1.0) for chunk in group]
    return tuple(issued(hits, nonce=nonce))
