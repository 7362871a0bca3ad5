"""Study material written by a model: every batch of the notes is shown to it, and what it writes is checked by code.

An item is kept where the words it rests on stand in the notes and its answer is supported by them. What is not kept is
counted with the reason; batches at which the model fails are left to the rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from smartnotes.core.answering.modeltext import addresses, harmless
from smartnotes.core.errors import SmartNotesError
from smartnotes.core.events import Emit
from smartnotes.core.kinds import QuestionKind
from smartnotes.core.language.wording import content_stems, fold
from smartnotes.core.model import Chunk
from smartnotes.core.ports import Llm
from smartnotes.core.promptsize import most_tokens
from smartnotes.core.study import Citation
from smartnotes.core.teaching.facts import Fact, FactKind
from smartnotes.core.teaching.grounding import holds, place_of, states
from smartnotes.core.teaching.mapping import Batch, Mapped, batches, map_batches, room_of, told_failures
from smartnotes.core.teaching.questions import FALSE, GAP, TRUE, Draft
from smartnotes.core.teaching.replies import HeardLlm, Replied, complete_items
from smartnotes.core.teaching.studyprompts import (
    ABOUT_EXCERPTS,
    SYSTEM,
    CardReply,
    ItemReply,
    QuestionReply,
    cards_prompt,
    items_prompt,
    questions_prompt,
)
from smartnotes.core.teaching.written import Piece, Written

_SPARE = 1.6
"""So many times the items wanted are asked for: some will not stand the checks, some are about the same."""
_MOST = 8  # items of one batch; models repeat themselves beyond
_ITEMS_PER_TOKEN = 1 / 60
_ITEM_TOKENS = 140  # of a reply, the quote and JSON's own signs included
_GAP = re.compile(r"_{2,}|\[(?:blank|gap|\.{3}|…)\]|\{\{.*?\}\}|…{2,}")
_WRONG = (2, 3)
_OTHER_QUOTE = "its words are not in the notes"
_UNSUPPORTED = "not supported by its place in the notes"
_ABOUT_NOTES = "about the notes, not their subject"

AnyReply = TypeVar("AnyReply", bound=BaseModel)
AnyItem = TypeVar("AnyItem", Draft, Piece)


def write_questions(
    chunks: Sequence[Chunk],
    *,
    names: Mapping[str, str],
    llm: Llm,
    kinds: Sequence[QuestionKind],
    count: int,
    emit: Emit,
    nonce: str = "E",
) -> Written[Draft]:
    """Return questions on all the chunks, as drafts that still have to pass the checks of every quiz."""

    def check(reply: QuestionReply, batch: Batch) -> tuple[Draft | None, str]:
        return _checked_question(reply, batch, kinds)

    def prompt(batch: Batch, most: int) -> str:
        return questions_prompt(batch, count=most, kinds=kinds)

    asking = _Asking("questions", QuestionReply, prompt, check)
    return _write(chunks, names, llm, asking=asking, count=count, emit=emit, nonce=nonce)


def write_cards(
    chunks: Sequence[Chunk], *, names: Mapping[str, str], llm: Llm, count: int, emit: Emit, nonce: str = "E"
) -> Written[Piece]:
    """Return fronts and backs of cards on all the chunks."""
    asking = _Asking("cards", CardReply, lambda batch, most: cards_prompt(batch, count=most), _checked_card)
    return _write(chunks, names, llm, asking=asking, count=count, emit=emit, nonce=nonce)


def write_items(
    chunks: Sequence[Chunk], *, names: Mapping[str, str], llm: Llm, emit: Emit, nonce: str = "E"
) -> Written[Piece]:
    """Return terms and texts of lines of a cheat sheet on all the chunks."""
    asking = _Asking("items", ItemReply, lambda batch, most: items_prompt(batch, count=most), _checked_item)
    return _write(chunks, names, llm, asking=asking, count=None, emit=emit, nonce=nonce)


class _Asking(NamedTuple, Generic[AnyReply, AnyItem]):
    """What is asked of the model: a list under `field`, the prompt for a batch, and the check of one item."""

    field: str
    reply: type[AnyReply]
    prompt: Callable[[Batch, int], str]
    check: Callable[[AnyReply, Batch], tuple[AnyItem | None, str]]


def _write(
    chunks: Sequence[Chunk],
    names: Mapping[str, str],
    llm: Llm,
    *,
    asking: _Asking[AnyReply, AnyItem],
    count: int | None,
    emit: Emit,
    nonce: str,
) -> Written[AnyItem]:
    try:
        room = room_of(llm)
    except SmartNotesError as error:
        return _nothing(llm, error)
    parts = batches(chunks, names=names, room=room.batch, nonce=nonce)
    whole = sum(_tokens_of(part) for part in parts) or 1

    def ask(batch: Batch, beat: Callable[[], None]) -> Replied[AnyReply]:
        size = _tokens_of(batch)
        wanted = size * _ITEMS_PER_TOKEN if count is None else _SPARE * count * size / whole
        most = max(1, min(_MOST, round(wanted)))
        return complete_items(
            HeardLlm(llm, beat=beat),
            asking.prompt(batch, most),
            field=asking.field,
            item=asking.reply,
            system=SYSTEM,
            max_tokens=min(room.reply, most * _ITEM_TOKENS + _ITEM_TOKENS),
            most=most,
        )

    return _checked(map_batches(parts, ask, model=llm.name, emit=emit), llm, asking)


def _checked(mapped: Mapped[Replied[AnyReply]], llm: Llm, asking: _Asking[AnyReply, AnyItem]) -> Written[AnyItem]:
    items: list[AnyItem] = []
    rejected: Counter[str] = Counter()
    for batch, replied in mapped.done:
        known = addresses(item.hit.chunk.text for item in batch)
        rejected.update({"not in the form asked for": replied.unfit} if replied.unfit else {})
        for reply in replied.items:
            item, reason = asking.check(_harmless(reply, known), batch)
            if item is None:
                rejected[reason] += 1
            else:
                items.append(item)
    notices = told_failures(mapped, model=llm.name, instead="which are done by rules")
    return Written(llm.name, tuple(items), rejected, notices, _places(mapped))


def _harmless(reply: AnyReply, known: frozenset[str]) -> AnyReply:
    """Return the reply with its texts as a reader may see them; the quote is looked for, and never shown."""
    texts: dict[str, object] = {}
    for name, value in reply:
        if name not in ("kind", "excerpt", "quote"):
            texts[name] = (
                harmless(value, known=known)
                if isinstance(value, str)
                else tuple(harmless(str(one), known=known) for one in value)
            )
    return reply.model_copy(update=texts)


def _nothing(llm: Llm, error: SmartNotesError) -> Written[AnyItem]:
    hint = f" {error.hint}" if error.hint else ""
    return Written(
        llm.name, (), Counter(), (f"{llm.name} could not write, so this is by rules. {error.message}{hint}",)
    )


def _places(mapped: Mapped[Replied[AnyReply]]) -> frozenset[tuple[str, int]]:
    """Return the pages of which the model has read everything."""
    missing = _pages(batch for batch, _ in mapped.failed)
    return frozenset(_pages(batch for batch, _ in mapped.done) - missing)


def _pages(parts: Iterable[Batch]) -> set[tuple[str, int]]:
    return {(item.hit.chunk.lecture_id, item.hit.chunk.page) for part in parts for item in part}


def _tokens_of(batch: Batch) -> int:
    return sum(most_tokens(item.hit.chunk.text) for item in batch)


# Checks


def _checked_question(reply: QuestionReply, batch: Batch, kinds: Sequence[QuestionKind]) -> tuple[Draft | None, str]:
    kind = QuestionKind(reply.kind)
    prompt, answer = " ".join(reply.prompt.split()), " ".join(reply.answer.split())
    source = place_of(reply.quote, batch, marker=reply.excerpt)
    reason = _why_unusable(prompt, answer, kind=kind, kinds=kinds)
    if reason or source is None:
        return None, reason or _OTHER_QUOTE
    if kind is QuestionKind.TRUE_FALSE:
        return _true_or_false(prompt, answer, source, batch)
    if kind is QuestionKind.CLOZE:
        return _cloze(prompt, answer, batch)
    if not holds(source, answer):
        return None, _UNSUPPORTED
    if kind is QuestionKind.SHORT_ANSWER:
        return Draft(kind, prompt, answer, _fact(source, batch)), ""
    return _choice(prompt, answer, _wrong(reply.wrong, answer), source, batch)


def _why_unusable(prompt: str, answer: str, *, kind: QuestionKind, kinds: Sequence[QuestionKind]) -> str:
    if kind not in kinds:
        return "another kind than asked for"
    if not prompt or not answer:
        return "too long or empty"
    return _ABOUT_NOTES if ABOUT_EXCERPTS.search(prompt) else ""


def _cloze(prompt: str, answer: str, batch: Batch) -> tuple[Draft | None, str]:
    gapped = _GAP.sub(GAP, prompt)
    stated = states(batch, gapped.replace(GAP, answer)) if gapped.count(GAP) == 1 else None
    if stated is None or not holds(stated, answer):
        return None, _UNSUPPORTED
    return Draft(QuestionKind.CLOZE, gapped, answer, _fact(stated, batch)), ""


def _choice(prompt: str, answer: str, wrong: Sequence[str], source: Citation, batch: Batch) -> tuple[Draft | None, str]:
    if len(wrong) < _WRONG[0]:
        return None, "too few options"
    if any(content_stems(option) and holds(source, option) for option in wrong):
        return None, "another option may be right too"
    return Draft(QuestionKind.MULTIPLE_CHOICE, prompt, answer, _fact(source, batch), tuple(wrong[: _WRONG[1]])), ""


def _wrong(options: Sequence[str], answer: str) -> tuple[str, ...]:
    """Return the wrong options that are not the answer, each once."""
    plain = {fold(" ".join(option.split())).strip(" ."): " ".join(option.split()) for option in options}
    return tuple(text for key, text in plain.items() if key and key != fold(answer).strip(" ."))


def _true_or_false(prompt: str, answer: str, source: Citation, batch: Batch) -> tuple[Draft | None, str]:
    said = fold(answer).strip(" .")
    if said not in ("true", "false"):
        return None, "neither true nor false"
    stated = states(batch, prompt)
    if said == "true":
        if stated is None:
            return None, _UNSUPPORTED
        return Draft(QuestionKind.TRUE_FALSE, prompt, TRUE, _fact(stated, batch)), ""
    about = set(content_stems(prompt)) & set(content_stems(source.quote))
    if stated is not None or len(about) < 2:
        return None, "not shown to be false by the notes"
    quote = " ".join(source.quote.split())
    return Draft(QuestionKind.TRUE_FALSE, prompt, FALSE, _fact(source, batch), explanation=quote), ""


def _checked_card(reply: CardReply, batch: Batch) -> tuple[Piece | None, str]:
    front, back = " ".join(reply.front.split()), " ".join(reply.back.split())
    if not front or not back:
        return None, "too long or empty"
    if ABOUT_EXCERPTS.search(front):
        return None, _ABOUT_NOTES
    if set(content_stems(back)) <= set(content_stems(front)):
        return None, "gives its answer away"
    return _grounded(front, back, reply.quote, reply.excerpt, batch)


def _checked_item(reply: ItemReply, batch: Batch) -> tuple[Piece | None, str]:
    term, text = " ".join(reply.term.split()).rstrip(" :"), " ".join(reply.text.split())
    if not text:
        return None, "too long or empty"
    return _grounded(term, text, reply.quote, reply.excerpt, batch)


def _grounded(first: str, second: str, quote: str, marker: str, batch: Batch) -> tuple[Piece | None, str]:
    """Return what rests on a place of the notes that holds the second text."""
    source = place_of(quote, batch, marker=marker)
    if source is None:
        return None, _OTHER_QUOTE
    if not holds(source, second):
        return None, _UNSUPPORTED
    return Piece(first, second, source, _headings(source, batch)), ""


def _fact(source: Citation, batch: Batch) -> Fact:
    return Fact(FactKind.STATEMENT, " ".join(source.quote.split()), source, _headings(source, batch))


def _headings(source: Citation, batch: Batch) -> tuple[str, ...]:
    for item in batch:
        chunk = item.hit.chunk
        if (chunk.lecture_id, chunk.page) == (
            source.lecture_id,
            source.page,
        ) and chunk.start <= source.start < chunk.end:
            return chunk.headings
    return ()
