"""Making quizzes, flashcards and cheat sheets from lectures, and keeping them."""

from __future__ import annotations

from datetime import datetime

from smartnotes.core.answering.fences import new_nonce
from smartnotes.core.errors import OptionsError
from smartnotes.core.events import Emit, Progress
from smartnotes.core.model import Chunk, Lecture, Page
from smartnotes.core.options import CardsOptions, CheatSheetOptions, QuizOptions, Scope, SearchOptions
from smartnotes.core.ports import Engines, Llm, Stores
from smartnotes.core.steps.cheatsheet import make_cheatsheet
from smartnotes.core.steps.flashcards import make_cards
from smartnotes.core.steps.mapping import write_cards, write_items, write_questions
from smartnotes.core.steps.quiz import make_quiz
from smartnotes.core.study import CheatSheet, Deck, Document, DocumentKind, Quiz
from smartnotes.core.usecases.finding import search_notes
from smartnotes.core.usecases.learning import keep_deck
from smartnotes.core.usecases.library import find_subject, lectures_in, only_subject
from smartnotes.core.usecases.summarising import teaching_chunks

TOPIC_CHUNKS = 40
"""How many chunks a topic may draw on."""

Material = list[tuple[Lecture, list[Page]]]


def generate_quiz(
    options: QuizOptions,
    *,
    document_id: str,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    now: datetime,
    llm: Llm | None = None,
) -> Quiz:
    """Make a quiz and keep it; with a model, from what it writes on all of the notes.

    Raises `OptionsError` where the scope holds nothing to ask about.
    """
    material, title, subject_id = gather(options.scope, options.topic, engines=engines, stores=stores, emit=emit)
    emit(Progress(step="write", message="Writing questions"))
    written = None
    if llm is not None:
        chunks, names = _teaching(material, stores=stores)
        written = write_questions(
            chunks, names=names, llm=llm, kinds=options.kinds, count=options.count, emit=emit, nonce=new_nonce()
        )
    quiz = make_quiz(
        material,
        options=options,
        quiz_id=document_id,
        title=title,
        now=now,
        embedder=engines.embedder,
        written=written,
    )
    _keep(quiz, DocumentKind.QUIZ, subject_id=subject_id, material=material, stores=stores)
    return quiz


def generate_cards(
    options: CardsOptions,
    *,
    document_id: str,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    now: datetime,
    llm: Llm | None = None,
) -> Deck:
    """Make flashcards and keep them; with a model, from what it writes on all of the notes.

    Raises `OptionsError` where the scope holds nothing to learn.
    """
    material, title, subject_id = gather(options.scope, options.topic, engines=engines, stores=stores, emit=emit)
    emit(Progress(step="write", message="Writing cards"))
    written = None
    if llm is not None:
        chunks, names = _teaching(material, stores=stores)
        written = write_cards(chunks, names=names, llm=llm, count=options.count, emit=emit, nonce=new_nonce())
    made = make_cards(material, options=options, deck_id=document_id, title=title, now=now, written=written)
    deck = keep_deck(made, subject_id=subject_id, stores=stores)
    _keep(deck, DocumentKind.CARDS, subject_id=subject_id, material=material, stores=stores)
    return deck


def generate_cheatsheet(
    options: CheatSheetOptions,
    *,
    document_id: str,
    engines: Engines,
    stores: Stores,
    emit: Emit,
    now: datetime,
    llm: Llm | None = None,
) -> CheatSheet:
    """Make a cheat sheet and keep it; with a model, from what it writes on all of the notes.

    Raises `OptionsError` where the scope holds nothing to print.
    """
    material, title, subject_id = gather(options.scope, options.topic, engines=engines, stores=stores, emit=emit)
    emit(Progress(step="write", message="Choosing what to print"))
    written = None
    if llm is not None:
        chunks, names = _teaching(material, stores=stores)
        written = write_items(chunks, names=names, llm=llm, emit=emit, nonce=new_nonce())
    sheet = make_cheatsheet(material, options=options, sheet_id=document_id, title=title, now=now, written=written)
    _keep(sheet, DocumentKind.CHEATSHEET, subject_id=subject_id, material=material, stores=stores)
    return sheet


def gather(scope: Scope, topic: str, *, engines: Engines, stores: Stores, emit: Emit) -> tuple[Material, str, str]:
    """Return the lectures with the pages that scope and topic mean, a title, and the subject's id.

    One document is about one subject: the one in the scope, or the only one there is.
    """
    subject = find_subject(scope.subject, stores=stores) if scope.subject else only_subject(stores=stores)
    whole = scope.model_copy(update={"subject": subject.id})
    lectures = lectures_in(whole, stores=stores)
    emit(Progress(step="load", message="Opening the notes"))
    wanted = _pages_on(topic, whole, engines=engines, stores=stores) if topic.strip() else None
    material = []
    for lecture in lectures:
        first, last = (scope.pages.first, scope.pages.last) if scope.pages else (1, None)
        pages = stores.lectures.pages(lecture.id, first=first, last=last)
        if wanted is not None:
            pages = [page for page in pages if (lecture.id, page.number) in wanted]
        if pages:
            material.append((lecture, pages))
    if not material:
        raise OptionsError("There are no pages to work from.", hint="Check --subject, --lecture, --pages and --topic.")
    title = material[0][0].title or material[0][0].name if len(lectures) == 1 else subject.name
    return material, f"{title}: {topic.strip()}" if topic.strip() else title, subject.id


def _teaching(material: Material, *, stores: Stores) -> tuple[list[Chunk], dict[str, str]]:
    """Return what a model is shown, and the lectures' names by id."""
    return teaching_chunks(material, stores=stores), {lecture.id: lecture.name for lecture, _ in material}


def _pages_on(topic: str, scope: Scope, *, engines: Engines, stores: Stores) -> set[tuple[str, int]]:
    hits = search_notes(topic, options=SearchOptions(scope=scope, limit=TOPIC_CHUNKS), engines=engines, stores=stores)
    # Search always returns its limit; what scores under half of the best is about something else.
    best = max((hit.score for hit in hits), default=0.0)
    return {(hit.chunk.lecture_id, hit.chunk.page) for hit in hits if hit.score >= best / 2}


def _keep(
    value: Quiz | Deck | CheatSheet, kind: DocumentKind, *, subject_id: str, material: Material, stores: Stores
) -> None:
    blob = stores.blobs.put(value.model_dump_json().encode())
    stores.documents.add(
        Document(
            id=value.id,
            kind=kind,
            subject_id=subject_id,
            lectures=tuple(lecture.id for lecture, _ in material),
            title=value.title,
            blob=blob,
            created_at=value.created_at,
        )
    )
