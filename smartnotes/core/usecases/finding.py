"""Searching the notes and answering questions from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from time import monotonic

from smartnotes.core.answering.fences import issued, new_nonce
from smartnotes.core.answering.keptanswers import answer_key, lifetime, may_be_kept, pieces
from smartnotes.core.answering.knownpassages import KnownPassages
from smartnotes.core.answering.neighbours import REACH, neighbours
from smartnotes.core.errors import OptionsError, SmartNotesError, Unavailable
from smartnotes.core.events import Emit, Progress, ignore
from smartnotes.core.model import Lecture
from smartnotes.core.options import ChatOptions, SearchOptions
from smartnotes.core.ports import Engines, Llm, Stores
from smartnotes.core.ports.web import WebSearch
from smartnotes.core.steps.answer import answer_question
from smartnotes.core.steps.phrase import other_phrasings
from smartnotes.core.steps.retrieve import retrieve
from smartnotes.core.study import Answer, Hit
from smartnotes.core.teaching.replies import HeardLlm
from smartnotes.core.usecases.browsing import emit_web, with_web
from smartnotes.core.usecases.library import chunk_filter, lectures_in
from smartnotes.core.usecases.searching import searched
from smartnotes.core.usecases.summarising import summarise_notes

LONGEST_QUERY = 2_000
"""Characters in a query."""

LONGEST_QUESTION = 8_000
"""Characters in a question, which may bring a whole exercise along."""


def search_notes(
    query: str, *, options: SearchOptions, engines: Engines, stores: Stores, emit: Emit = ignore
) -> list[Hit]:
    """Return what fits the query, best first; nothing where the scope holds no lectures.

    A warning is emitted where an index needs a model that is away, and is searched by words only.
    Raises `OptionsError` for an empty or endless query, `NotFound` for an unknown subject or lecture.
    """
    if not query.strip():
        raise OptionsError("The query is empty.", hint='For example: smartnotes search "hash table"')
    if len(query) > LONGEST_QUERY:
        raise OptionsError(f"A query may have {LONGEST_QUERY:,} characters; this one has {len(query):,}.")
    lectures = lectures_in(options.scope, stores=stores)
    return _found(query, lectures, options=options, engines=engines, stores=stores, emit=emit)


def ask_notes(
    question: str,
    *,
    options: ChatOptions,
    engines: Engines,
    llm: Llm | None,
    stores: Stores,
    emit: Emit,
    now: datetime,
    web: WebSearch | None = None,
    rewriter: Callable[[], Llm | None] | None = None,
) -> Answer:
    """Answer a question from the notes, with citations; says so where they do not cover it. `web` is asked as well.

    Where a model answers, the one that `rewriter` gives says the question in other ways, which are searched for too.
    Pieces of the answer are emitted as they are written. The same question on the same evidence is answered from what
    was kept ready. Raises like `search_notes`.
    """
    check_question(question)
    emit(Progress(step="search", message="Searching the notes"))
    wanted = SearchOptions(scope=options.scope, limit=options.evidence, rerank=True)
    lectures = lectures_in(options.scope, stores=stores)
    summary = summarise_notes(question, lectures, options=options, engines=engines, llm=llm, stores=stores, emit=emit)
    if summary is not None:
        notices = (*summary.notices, "Summaries are made from your notes alone: the web was not searched.")
        return summary if web is None else summary.model_copy(update={"notices": notices})
    encoder = KnownPassages(engines.encoder)
    engines = engines._replace(encoder=encoder)
    hits = _evidence(question, lectures, options=wanted, engines=engines, stores=stores, emit=emit)
    model = llm.name if llm else ""
    key = answer_key(question, hits, options=options, model=model)
    ready = _ready(question, key, options=options, stores=stores, emit=emit, now=now)
    if ready is not None:
        return ready
    too = _phrasings(question, rewriter=rewriter, emit=emit) if llm and rewriter and hits else ()
    if too:
        hits = _evidence(question, lectures, options=wanted, engines=engines, stores=stores, emit=ignore, phrasings=too)
    answer, cut = _answered(
        question, hits, options=options, encoder=encoder, llm=llm, stores=stores, emit=emit, too=too
    )
    if web is not None:
        answer = with_web(answer, question, options=options, engines=engines, llm=llm, web=web, emit=emit)
    if may_be_kept(answer, model=model, options=options) and not cut:
        with suppress(Unavailable):  # it is there, and only the next time would have been quicker
            stores.answers.put(key, answer, subject_id=_only_subject(lectures, options=options), now=now)
    return answer


def _answered(
    question: str,
    hits: Sequence[Hit],
    *,
    options: ChatOptions,
    encoder: KnownPassages,
    llm: Llm | None,
    stores: Stores,
    emit: Emit,
    too: tuple[str, ...],
) -> tuple[Answer, bool]:
    """Return the answer from the hits, which were found with the phrasings `too` as well, and whether it was cut off.

    The token vectors that were stored when the hits were read are not made again.
    """
    nonce = new_nonce()
    heard = HeardLlm(llm) if llm else None
    stored = stores.chunks.tokens([hit.chunk.id for hit in hits], encoder=encoder.name)
    encoder.learn({hit.chunk.indexed_text: stored[hit.chunk.id] for hit in hits if hit.chunk.id in stored})
    answer = answer_question(
        question,
        issued(hits, nonce=nonce),
        llm=heard,
        encoder=encoder,
        options=options,
        emit=emit,
        nonce=nonce,
        phrasings=too,
    ).model_copy(update={"searched_too": too})
    if heard is None or not heard.cut:
        return answer, False
    if answer.model:
        notice = f"{heard.name} reached the longest answer it may give: the end is missing."
        answer = answer.model_copy(update={"notices": (*answer.notices, notice)})
    return answer, True


def _ready(
    question: str, key: str, *, options: ChatOptions, stores: Stores, emit: Emit, now: datetime
) -> Answer | None:
    """Return the answer that was kept under the key, emitted like a new one; None where there is none."""
    if options.fresh:
        return None
    ready = stores.answers.get(key, since=now - lifetime(options), now=now)
    if ready is None:
        return None
    for piece in pieces(ready):
        emit(Progress(step="answer", delta=piece))
    if ready.web is not None:
        emit_web(ready.web, emit=emit)
    return ready.model_copy(update={"question": question, "cached": True})


def check_question(question: str) -> None:
    """Raise `OptionsError` for an empty or endless question."""
    if not question.strip():
        raise OptionsError("The question is empty.", hint='For example: smartnotes chat "What is a hash table?"')
    if len(question) > LONGEST_QUESTION:
        raise OptionsError(
            f"A question with what comes along may have {LONGEST_QUESTION:,} characters; this has {len(question):,}.",
            hint="Send the part that matters; a whole file is read with: smartnotes ingest FILE --subject NAME",
        )


def _phrasings(question: str, *, rewriter: Callable[[], Llm | None], emit: Emit) -> tuple[str, ...]:
    """Return other ways to say the question; () where there is no model for that, or one that cannot be had."""
    try:
        llm = rewriter()
    except SmartNotesError:
        return ()  # the question can be searched for as it is
    if llm is None:
        return ()
    emit(Progress(step="rewrite", message="Looking for other words for the question"))
    found = other_phrasings(question, llm=llm, clock=monotonic)
    if found:
        emit(Progress(step="rewrite", message=f"Searching as well for: {'; '.join(found)}"))
    return found


def _found(
    query: str,
    lectures: list[Lecture],
    *,
    options: SearchOptions,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    phrasings: Sequence[str] = (),
) -> list[Hit]:
    if not lectures:
        return []
    chosen = chunk_filter(options.scope, lectures)
    way = searched(query, options=options, chosen=chosen, engines=engines, stores=stores, emit=emit)
    return retrieve(
        query,
        options=way.options,
        embedder=way.embedder,
        encoder=engines.encoder,
        chunks=stores.chunks,
        vectors=way.vectors,
        chosen=chosen,
        lectures={one.id: one.name for one in sorted(lectures, key=lambda lecture: (lecture.created_at, lecture.id))},
        phrasings=phrasings,
    )


def _evidence(
    question: str,
    lectures: list[Lecture],
    *,
    options: SearchOptions,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    phrasings: Sequence[str] = (),
) -> list[Hit]:
    """Return what a question is answered from: what is found, and where the best of it goes on or comes from."""
    hits = _found(question, lectures, options=options, engines=engines, stores=stores, emit=emit, phrasings=phrasings)
    if not hits:
        return []
    best = hits[0].chunk
    chosen = chunk_filter(options.scope, lectures)
    near = chosen._replace(
        subject_ids=(best.subject_id,),
        lecture_ids=(best.lecture_id,),
        first_page=max(best.page - REACH, chosen.first_page or 1),
        last_page=min(best.page + REACH, chosen.last_page or best.page + REACH),
    )
    there = {hit.chunk.id for hit in hits}
    more = [chunk for chunk in neighbours(best, stores.chunks.where(near)) if chunk.id not in there]
    least = hits[-1].score
    return [*hits, *(Hit(chunk=chunk, lecture_name=hits[0].lecture_name, score=least) for chunk in more)]


def _only_subject(lectures: Sequence[Lecture], *, options: ChatOptions) -> str:
    """Return the subject whose lectures alone an answer depends on; "" where any lecture that comes may change it."""
    subjects = {lecture.subject_id for lecture in lectures}
    chosen = options.scope.subject or options.scope.lectures
    return subjects.pop() if chosen and len(subjects) == 1 else ""
