"""Asking the web beside the notes."""

from __future__ import annotations

from smartnotes.core.answering.fences import issued, new_nonce
from smartnotes.core.errors import SmartNotesError, Unavailable
from smartnotes.core.events import Emit, Progress
from smartnotes.core.options import ChatOptions
from smartnotes.core.ports import Engines, Llm
from smartnotes.core.ports.web import WebSearch
from smartnotes.core.steps.answer import answer_question
from smartnotes.core.steps.web import as_web_answer, web_hits
from smartnotes.core.study import Answer, WebAnswer

PAGES = 3
"""Pages that are fetched for a question."""

WEB_HEADING = "From the web:"


def with_web(
    answer: Answer,
    question: str,
    *,
    options: ChatOptions,
    engines: Engines,
    llm: Llm | None,
    web: WebSearch,
    emit: Emit,
) -> Answer:
    """Return the answer from the notes with what the web says beside it.

    The model is shown the web's pages by themselves, never together with notes: neither can speak for the other. A web
    that cannot be searched is a notice, for the notes have answered already. Raises `EngineMissing`.
    """
    emit(Progress(step="web", message="Searching the web"))
    try:
        pages = web.pages(question, limit=PAGES)
    except Unavailable as error:
        return _with_notices(answer, f"The web could not be searched: {_told(error)}")
    hits = web_hits(question, pages, encoder=engines.encoder, limit=options.evidence)
    nonce = new_nonce()
    evidence = issued(hits, nonce=nonce)
    found = answer_question(
        question,
        evidence,
        llm=llm,
        encoder=engines.encoder,
        options=options,
        emit=_headed(emit),
        source="the web",
        nonce=nonce,
    )
    told = as_web_answer(found, pages)
    if told is None:
        return _with_notices(answer, "The pages found on the web do not answer this.")
    return _with_notices(answer.model_copy(update={"web": told}), *found.notices)


def _headed(emit: Emit) -> Emit:
    """Return what emits an answer as the part of the web: its heading before the first words."""
    began = False

    def headed(event: Progress) -> None:
        nonlocal began
        if event.delta:
            text = event.delta if began else f"\n\n{WEB_HEADING}\n{event.delta}"
            began = True
            event = Progress(step="web", delta=text)
        emit(event)

    return headed


def emit_web(told: WebAnswer, *, emit: Emit) -> None:
    """Emit the web's part of an answer that was kept as one piece with its heading."""
    emit(Progress(step="web", delta=f"\n\n{WEB_HEADING}\n{told.text}"))


def _with_notices(answer: Answer, *notices: str) -> Answer:
    new = [notice for notice in notices if notice not in answer.notices]
    return answer.model_copy(update={"notices": (*answer.notices, *new)})


def _told(error: SmartNotesError) -> str:
    return f"{error.message} {error.hint}".strip()
