"""Summaries of a lecture or more: over all of it, by a model or by the key sentence of every section; each cited."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from smartnotes.core.answering.citing import Citations, cite_sentences
from smartnotes.core.answering.modeltext import addresses, harmless
from smartnotes.core.errors import EngineError, SmartNotesError
from smartnotes.core.events import Emit, Progress
from smartnotes.core.language.wording import content_stems
from smartnotes.core.model import Chunk
from smartnotes.core.ports import Llm, TokenEncoder
from smartnotes.core.study import Answer, AnswerSentence, Citation
from smartnotes.core.teaching.distractors import overlap
from smartnotes.core.teaching.keysentences import key_sentences
from smartnotes.core.teaching.mapping import Batch, batches, map_batches, room_of, told_failures
from smartnotes.core.teaching.replies import HeardLlm
from smartnotes.core.teaching.studyprompts import ABOUT_EXCERPTS, SUMMARY_SYSTEM, summary_prompt

_SENTENCES = 16
"""A summary has about so many sentences, and at least one for every batch."""
_MOST_OF_BATCH = 8
_SENTENCE_TOKENS = 60
_BULLET = re.compile(r"^\s*(?:[-*\u2022]|\d{1,2}[.)])\s+")
_SAME = 0.9
"""Lines that have so much of the shorter one's words in common are told once."""
_OUTLINE_ROOM = 1_000_000  # tokens: without a model everything is one batch

Line = tuple[str, Sequence[Citation]]


def summarise(
    question: str,
    chunks: Sequence[Chunk],
    *,
    names: Mapping[str, str],
    llm: Llm | None,
    encoder: TokenEncoder,
    emit: Emit,
    nonce: str = "E",
) -> Answer:
    """Return a summary of all the chunks, which are in the order of the notes; a line a sentence, each cited.

    With a model every batch of them is summarised and cited; sentences that the notes do not support are left out, and
    batches at which the model fails are told by their key sentences, both with a notice. Without one it is the outline:
    every heading with its key sentence.
    """
    if llm is None:
        [whole] = batches(chunks, names=names, room=_OUTLINE_ROOM) or [()]
        return _answer(question, _outline(whole), model="", notices=(), emit=emit)
    try:
        room = room_of(llm)
    except SmartNotesError as error:
        [whole] = batches(chunks, names=names, room=_OUTLINE_ROOM) or [()]
        hint = f" {error.hint}" if error.hint else ""
        notice = f"{llm.name} could not summarise, so this is an outline. {error.message}{hint}"
        return _answer(question, _outline(whole), model="", notices=(notice,), emit=emit)
    parts = batches(chunks, names=names, room=room.batch, nonce=nonce)
    each = max(1, min(_MOST_OF_BATCH, _SENTENCES // max(1, len(parts))))
    left_out = 0

    def write(batch: Batch, beat: Callable[[], None]) -> list[Line]:
        nonlocal left_out
        most = min(room.reply, each * _SENTENCE_TOKENS + _SENTENCE_TOKENS)
        heard = HeardLlm(llm, beat=beat)
        text = "".join(heard.stream(summary_prompt(batch, sentences=each), system=SUMMARY_SYSTEM, max_tokens=most))
        if not text.strip():
            raise EngineError(f"{llm.name} gave an empty summary.")
        lines, unsupported = _supported(text, batch, encoder=encoder)
        left_out += unsupported
        return lines or _outline(batch)

    mapped = map_batches(parts, write, model=llm.name, emit=emit, step="summary")
    order = {item.hit.chunk.id: place for place, part in enumerate(parts) for item in part}
    told = [(order[batch[0].hit.chunk.id], batch[0].hit.chunk.start, lines) for batch, lines in mapped.done if batch]
    told += [(order[batch[0].hit.chunk.id], batch[0].hit.chunk.start, _outline(batch)) for batch, _ in mapped.failed]
    lines = [line for _, _, part in sorted(told, key=lambda entry: entry[:2]) for line in part]
    notices = told_failures(mapped, model=llm.name, instead="which are told by their key sentences")
    if left_out:
        what = "1 sentence" if left_out == 1 else f"{left_out} sentences"
        notices += (f"Left out: {what} by {llm.name} that your notes do not support.",)
    return _answer(question, lines, model=llm.name if mapped.done else "", notices=notices, emit=emit)


def _supported(text: str, batch: Batch, *, encoder: TokenEncoder) -> tuple[list[Line], int]:
    """Return the model's sentences that the batch supports, and how many it does not."""
    known = addresses(item.hit.chunk.text for item in batch)
    sentences, citations = cite_sentences(harmless(text, known=known), batch, encoder=encoder)
    lines: list[Line] = [
        (_BULLET.sub("", sentence.text), [citations[index] for index in sentence.citations])
        for sentence in sentences
        if sentence.citations and not ABOUT_EXCERPTS.search(sentence.text)
    ]
    return lines, sum(sentence.claim and not sentence.citations for sentence in sentences)


def _outline(batch: Batch) -> list[Line]:
    lines: list[Line] = []
    for found in key_sentences(batch):
        said = set(content_stems(found.heading)) <= set(content_stems(found.text))
        lines.append((found.text if said else f"{found.heading}: {found.text}", [found.source]))
    return lines


def _answer(question: str, lines: Sequence[Line], *, model: str, notices: tuple[str, ...], emit: Emit) -> Answer:
    """Return the lines as an answer; what is told twice is told once."""
    citations = Citations()
    sentences: list[AnswerSentence] = []
    for text, places in lines:
        if any(overlap(text, other.text) >= _SAME for other in sentences):
            continue
        sentences.append(AnswerSentence(text=text, citations=tuple(citations.add(place) for place in places)))
        emit(Progress(step="answer", delta=text if len(sentences) == 1 else f"\n{text}"))
    return Answer(
        question=question,
        text="\n".join(sentence.text for sentence in sentences),
        covered=True,
        sentences=tuple(sentences),
        citations=citations.listed(),
        model=model,
        notices=notices,
    )
