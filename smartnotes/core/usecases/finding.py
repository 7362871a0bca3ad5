"""Searching the notes and asking them."""

from __future__ import annotations

from smartnotes.core.errors import OptionsError
from smartnotes.core.events import Emit, Progress
from smartnotes.core.options import ChatOptions, SearchOptions
from smartnotes.core.ports import Engines, Llm, Stores
from smartnotes.core.steps.answer import answer_question
from smartnotes.core.steps.retrieve import retrieve
from smartnotes.core.study import Answer, Evidence, Hit
from smartnotes.core.usecases.library import chunk_filter, lectures_in

LONGEST_QUERY = 2_000
"""Characters in a query or question."""


def search_notes(query: str, *, options: SearchOptions, engines: Engines, stores: Stores) -> list[Hit]:
    """Return what fits the query, best first; nothing where the scope holds no lectures.

    Raises `OptionsError` for an empty or endless query, `NotFound` for an unknown subject or lecture.
    """
    _check(query)
    lectures = lectures_in(options.scope, stores=stores)
    if not lectures:
        return []
    return retrieve(
        query,
        options=options,
        embedder=engines.embedder,
        encoder=engines.encoder,
        chunks=stores.chunks,
        vectors=stores.vectors,
        chosen=chunk_filter(options.scope, lectures),
        lectures={lecture.id: lecture.name for lecture in lectures},
    )


def ask_notes(
    question: str, *, options: ChatOptions, engines: Engines, llm: Llm | None, stores: Stores, emit: Emit
) -> Answer:
    """Answer a question from the notes, with citations; says so where they do not cover it.

    Raises like `search_notes`. Pieces of the answer are emitted as they are written.
    """
    emit(Progress(step="search", message="Searching the notes"))
    wanted = SearchOptions(scope=options.scope, limit=options.evidence, rerank=True)
    hits = search_notes(question, options=wanted, engines=engines, stores=stores)
    evidence = [Evidence(marker=f"E{number}", hit=hit) for number, hit in enumerate(hits, start=1)]
    return answer_question(question, evidence, llm=llm, encoder=engines.encoder, options=options, emit=emit)


def _check(query: str) -> None:
    if not query.strip():
        raise OptionsError("The query is empty.", hint='For example: smartnotes search "hash table"')
    if len(query) > LONGEST_QUERY:
        raise OptionsError(f"A query may have {LONGEST_QUERY:,} characters; this one has {len(query):,}.")
