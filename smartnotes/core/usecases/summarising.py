"""Summaries of the notes: finding what is meant, and going through all of it."""

from __future__ import annotations

from collections.abc import Sequence

from smartnotes.core.answering.fences import new_nonce
from smartnotes.core.answering.summaries import meant_chunks, wished
from smartnotes.core.events import Emit, Progress
from smartnotes.core.model import Chunk, Lecture, Page
from smartnotes.core.options import ChatOptions
from smartnotes.core.ports import ChunkFilter, Engines, Llm, Stores
from smartnotes.core.steps.summary import summarise
from smartnotes.core.study import Answer
from smartnotes.core.teaching.passages import teaches


def summarise_notes(
    question: str,
    lectures: Sequence[Lecture],
    *,
    options: ChatOptions,
    engines: Engines,
    llm: Llm | None,
    stores: Stores,
    emit: Emit,
) -> Answer | None:
    """Return the summary that a question asks for, None where it asks for something else.

    It goes through all pages of the lectures (those of the options' scope) that the question means.
    """
    rest = wished(question)
    if rest is None or not lectures:
        return None
    first, last = (options.scope.pages.first, options.scope.pages.last) if options.scope.pages else (1, None)
    material = [(lecture, stores.lectures.pages(lecture.id, first=first, last=last)) for lecture in lectures]
    subjects = {subject.id: subject.name for subject in stores.subjects.all()}
    chunks = meant_chunks(rest, teaching_chunks(material, stores=stores), lectures=lectures, subjects=subjects)
    if not chunks:
        return None
    emit(Progress(step="summary", message="Going through the notes"))
    names = {lecture.id: lecture.name for lecture in lectures}
    answer = summarise(question, chunks, names=names, llm=llm, encoder=engines.encoder, emit=emit, nonce=new_nonce())
    return answer if answer.sentences else None


def teaching_chunks(material: Sequence[tuple[Lecture, Sequence[Page]]], *, stores: Stores) -> list[Chunk]:
    """Return all chunks of those pages that teach something, in the order of the notes."""
    found: list[Chunk] = []
    for lecture, pages in material:
        numbers = {page.number for page in pages if teaches(page)}
        chunks = stores.chunks.where(ChunkFilter(subject_ids=(lecture.subject_id,), lecture_ids=(lecture.id,)))
        found += [chunk for chunk in chunks if chunk.page in numbers]
    return found
