"""Values of the student's side: what is found, answered, asked and learned.

Scores are 0-1, higher is better. Pages count from 1, spans are half-open ranges into `Page.text`, times are aware UTC,
durations are seconds (`_s`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from smartnotes.core.kinds import QuestionKind as QuestionKind
from smartnotes.core.kinds import Rating as Rating
from smartnotes.core.model import Chunk, Fraction, Lecture, Offset, PageNumber, Provenance, Span, Value


class Hit(Value):
    """A chunk that was found. `highlights` are spans into `chunk.text` (not the page) that match the query's words."""

    chunk: Chunk
    lecture_name: str
    score: Fraction
    highlights: tuple[Span, ...] = ()


class Evidence(Value):
    """What a question is answered from: a hit under an opaque marker (E1, E2, ...) that we issued."""

    marker: str
    hit: Hit


class Citation(Value):
    """Where words stand: ``page.text[start:end] == quote`` on page `page` of the lecture."""

    lecture_id: str
    lecture_name: str
    page: PageNumber
    start: Offset
    end: Offset
    quote: str


class AnswerSentence(Value):
    """One sentence or line of an answer; `citations` are indices into the answer's own, () where unsupported.

    `claim` is False for what says nothing that could be true or false ("In summary:", a heading): it needs no support.
    """

    text: str
    citations: tuple[Annotated[int, Field(ge=0)], ...] = ()
    claim: bool = True


class WebCitation(Value):
    """Where words stand on the web: ``text[start:end] == quote`` in the text of the page when it was fetched."""

    url: str
    title: str
    start: Offset
    end: Offset
    quote: str
    fetched_at: AwareDatetime


class WebAnswer(Value):
    """What the web says to a question, apart from the notes; `model` is "" where these are the pages' own words."""

    text: str
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[WebCitation, ...] = ()
    model: str = ""


class Answer(Value):
    """The answer to a question.

    `covered` is False where the notes do not answer it: `text` then says so and `nearest` holds the closest pages.
    `model` is the language model's name, "" for an extractive answer. `notices` are remarks for the reader (no model
    reachable, ...). `searched_for` is a follow-up question in words that stand on their own, "" where it was asked so;
    `searched_too` are other ways to say the question, from a model, that were searched for as well.
    `cached` says that it was written for the same question and evidence before. `conversation_id` is where it is kept,
    "" where it is not. `web` is what the web says, where it was asked and has an answer; nothing of it is in `text`.
    """

    question: str
    text: str
    covered: bool
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Hit, ...] = ()
    model: str = ""
    notices: tuple[str, ...] = ()
    searched_for: str = ""
    searched_too: tuple[str, ...] = ()
    cached: bool = False
    conversation_id: str = ""
    web: WebAnswer | None = None


class Question(Value):
    """A quiz question.

    `options` are the choices of a multiple choice question (exactly one equals `answer`), ("True", "False") for
    true/false, empty otherwise. `accept` are further answers that count as right ("name the ..." accepts each item of
    the list). `source` is the place that supports the answer.
    """

    id: str
    kind: QuestionKind
    prompt: str
    answer: str
    options: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    explanation: str = ""
    source: Citation


class Rejection(Value):
    """Generated items that were thrown away, by reason."""

    reason: str
    count: Annotated[int, Field(ge=1)]


class Quiz(Value):
    """Questions on one subject, in order."""

    id: str
    title: str
    questions: tuple[Question, ...]
    rejected: tuple[Rejection, ...] = ()
    notices: tuple[str, ...] = ()
    created_at: AwareDatetime
    provenance: Provenance


class ReviewState(Value):
    """Where a card stands in its schedule (SM-2, Wozniak 1990): repetitions in a row, interval in days, ease factor."""

    algorithm: str = "sm2"
    repetitions: Annotated[int, Field(ge=0)] = 0
    lapses: Annotated[int, Field(ge=0)] = 0
    interval_days: Annotated[float, Field(ge=0)] = 0.0
    ease: Annotated[float, Field(ge=1.3)] = 2.5
    due: AwareDatetime
    last_review: AwareDatetime | None = None


class CardKind(StrEnum):
    """Basic: front and back. Cloze: the front has a gap written as ``{{...}}``; the back is what fills it."""

    BASIC = "basic"
    CLOZE = "cloze"


class Flashcard(Value):
    """A card with its source and its place in the schedule. `figure` is the blob id of a picture that helps, or None.

    `id` survives edits; `fingerprint` is derived from the source, so generating again finds the card it made before.
    `subject_id` is "" until the card is kept; a suspended card is never due.
    """

    id: str
    subject_id: str = ""
    fingerprint: str
    kind: CardKind
    front: str
    back: str
    source: Citation
    figure: str | None = None
    tags: tuple[str, ...] = ()
    suspended: bool = False
    review: ReviewState


class Deck(Value):
    """Flashcards of one subject."""

    id: str
    title: str
    cards: tuple[Flashcard, ...]
    rejected: tuple[Rejection, ...] = ()
    notices: tuple[str, ...] = ()
    created_at: AwareDatetime
    provenance: Provenance


class SheetItem(Value):
    """One line of a cheat sheet. `term` is set in bold before the text where the item is a definition.

    `figure` is the blob id of a picture to print instead of text, with `text` as its caption. Each item points to its
    page. `figure_width_pt` is how wide the picture stands on its page. `weight` says how much the item is needed, 0-1:
    what does not fit is left out from the lightest up.
    """

    text: str
    term: str = ""
    figure: str | None = None
    figure_width_pt: Annotated[float, Field(gt=0)] | None = None
    code: bool = False
    level: Annotated[int, Field(ge=0)] = 0
    weight: Fraction = 0.5
    source: Citation


class SheetSection(Value):
    """A heading of the cheat sheet with its items; without items it is the name of the lecture that follows."""

    heading: str
    items: tuple[SheetItem, ...]


class CheatSheet(Value):
    """A cheat sheet's content in the order of the notes; the writer keeps the weightiest that fits into `max_pages`.

    `left_out` counts the items that did not fit.
    """

    id: str
    title: str
    max_pages: Annotated[int, Field(ge=1)]
    sections: tuple[SheetSection, ...]
    left_out: Annotated[int, Field(ge=0)] = 0
    notices: tuple[str, ...] = ()
    created_at: AwareDatetime
    provenance: Provenance


class DocumentKind(StrEnum):
    """What was generated."""

    QUIZ = "quiz"
    CARDS = "cards"
    CHEATSHEET = "cheatsheet"


class Document(Value):
    """A generated artefact kept in the notebook; its value (Quiz, Deck, CheatSheet) is stored as JSON under `blob`.

    `lectures` are the ids of those it was made from.
    """

    id: str
    kind: DocumentKind
    subject_id: str
    lectures: tuple[str, ...] = ()
    title: str
    blob: str
    created_at: AwareDatetime


class Ingested(Value):
    """What an ingest did: the lecture, whether it was already there unchanged, and how much had to be read anew."""

    lecture: Lecture
    unchanged: bool = False
    pages_read: Annotated[int, Field(ge=0)] = 0
    pages_reused: Annotated[int, Field(ge=0)] = 0
    duration_s: Annotated[float, Field(ge=0)] = 0.0
