"""Flashcards and their reviews: what is due, rating, taking back, editing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from smartnotes.core.days import check_aware, day_of, start_of
from smartnotes.core.errors import Conflict, NotFound, OptionsError
from smartnotes.core.learning import CardCounts, CardText, DueList, Review, SubjectCards
from smartnotes.core.model import Lecture, Page
from smartnotes.core.options import DueOptions
from smartnotes.core.ports import Stores
from smartnotes.core.steps.review import review_card, undo_review
from smartnotes.core.study import CardKind, Citation, Deck, Document, DocumentKind, Flashcard, Rating
from smartnotes.core.usecases.library import find_subject

CARD_ID_LENGTH = len("card_") + 24


def keep_deck(deck: Deck, *, subject_id: str, stores: Stores) -> Deck:
    """Keep a deck's cards; return the deck with the cards as they are, those made before with their history."""
    cards = stores.cards.keep(deck.id, subject_id=subject_id, cards=deck.cards, now=deck.created_at)
    return deck.model_copy(update={"cards": tuple(cards)})


def current_deck(deck: Deck, *, stores: Stores) -> Deck:
    """Return a deck with its cards as they are now: edited, reviewed, and without those that were deleted."""
    cards = stores.cards.all(deck_id=deck.id)
    # Decks from before cards were rows have none.
    return deck.model_copy(update={"cards": tuple(cards)}) if cards else deck


def list_cards(*, subject: str | None, deck: str | None, stores: Stores) -> list[Flashcard]:
    """Return the cards of a subject or deck (or all), in the order they were made. Raises `NotFound`, `Conflict`."""
    subject_id = find_subject(subject, stores=stores).id if subject else None
    deck_id = only_deck(deck, stores.documents.all()).id if deck is not None else None
    return stores.cards.all(subject_id=subject_id, deck_id=deck_id)


def only_deck(ref: str, documents: Sequence[Document]) -> Document:
    """Return the deck that a beginning of an id means. Raises `NotFound`."""
    fits = [one for one in documents if one.kind is DocumentKind.CARDS and ref and one.id.startswith(ref)]
    if len(fits) != 1:
        raise NotFound(f"There is no deck {ref!r}.", hint="See: smartnotes cards list")
    return fits[0]


def find_card(ref: str, *, stores: Stores) -> Flashcard:
    """Return the card with this id or an unambiguous beginning of it. Raises `NotFound`, `Conflict`."""
    found = [ref] if len(ref) >= CARD_ID_LENGTH else stores.cards.beginning(ref) if ref else []
    return stores.cards.get(only_card(ref, found))


def only_card(ref: str, ids: list[str]) -> str:
    """Return the only one of the ids that a reference fits. Raises `NotFound`, `Conflict`."""
    if len(ids) > 1:
        raise Conflict(f"{ref!r} may mean several cards.", hint="Use more of the id.")
    if not ids:
        raise NotFound(f"There is no card {ref!r}.", hint="See: smartnotes cards show")
    return ids[0]


def edit_card(ref: str, *, change: CardText, stores: Stores) -> Flashcard:
    """Change a card's words or suspend it; its history stays. Raises `NotFound`, `OptionsError` for empty sides."""
    for name, text in (("front", change.front), ("back", change.back)):
        if text is not None and not text.strip():
            raise OptionsError(f"The {name} of a card may not be empty.")
    card = find_card(ref, stores=stores)
    if card.kind is CardKind.CLOZE and change.front is not None and "{{...}}" not in change.front:
        raise OptionsError("This card has a gap, written {{...}}; its front needs one.")
    return stores.cards.change(card.id, change)


def delete_card(ref: str, *, stores: Stores) -> Flashcard:
    """Delete a card with its history; return what it was. Raises `NotFound`."""
    card = find_card(ref, stores=stores)
    stores.cards.delete(card.id)
    return card


def review(
    ref: str, *, rating: Rating, review_id: str, duration_s: float | None, now: datetime, stores: Stores
) -> Review:
    """Rate how well a card was remembered and return the log's entry; sent twice under one id it counts once.

    Raises `NotFound`, `Conflict` where the id belongs to another card's review, `ValueError` for a naive time.
    """
    check_aware(now)
    card = find_card(ref, stores=stores)

    def apply(current: Flashcard) -> tuple[Flashcard, Review]:
        return review_card(current, rating, review_id=review_id, now=now, duration_s=duration_s)

    entry, _ = stores.reviews.add(card.id, review_id, apply)
    return entry


def take_back(review_id: str | None, *, now: datetime, stores: Stores) -> Review:
    """Take back a review, the last one where none is named; the card's schedule is what it was before.

    Raises `NotFound`, `Conflict` where the card was reviewed again since.
    """
    check_aware(now)
    if review_id is None:
        last = stores.reviews.last()
        if last is None:
            raise NotFound("There is no review to take back.")
        review_id = last.id
    return stores.reviews.undo(review_id, now=now, restore=undo_review)


def list_reviews(*, subject: str | None, card: str | None, limit: int, stores: Stores) -> list[Review]:
    """Return the latest reviews, newest first, also those that were taken back. Raises `NotFound`, `Conflict`."""
    subject_id = find_subject(subject, stores=stores).id if subject else None
    card_id = find_card(card, stores=stores).id if card else None
    return stores.reviews.all(subject_id=subject_id, card_id=card_id, limit=limit, undone=True)


def due_cards(options: DueOptions, *, now: datetime, stores: Stores) -> DueList:
    """Return what is to be reviewed on the student's day: cards due by its end, then new ones, within its limits.

    Raises `NotFound`, `Conflict`, `ValueError` for a naive time.
    """
    check_aware(now)
    subject_id = find_subject(options.subject, stores=stores).id if options.subject else None
    today = day_of(now, utc_offset_min=options.utc_offset_min)
    start = start_of(today, utc_offset_min=options.utc_offset_min)
    end = start_of(today + timedelta(days=1), utc_offset_min=options.utc_offset_min)
    done = stores.reviews.all(since=start, subject_id=subject_id)
    seen = sum(entry.before.last_review is None for entry in done)
    new_left = max(0, options.new_per_day - seen)
    reviews_left = max(0, options.reviews_per_day - (len(done) - seen))
    cards = stores.cards.due(before=end, subject_id=subject_id, limit=min(options.limit, reviews_left))
    cards += stores.cards.new(subject_id=subject_id, limit=min(options.limit - len(cards), new_left))
    return DueList(
        cards=tuple(cards),
        counts=count_subjects(subject_id, before=end, stores=stores),
        new_left=new_left,
        reviews_left=reviews_left,
    )


def count_subjects(subject_id: str | None, *, before: datetime, stores: Stores) -> tuple[SubjectCards, ...]:
    """Return the counts of the subject, or of every subject that has cards, by name."""
    counts = stores.cards.counts(before=before)
    return tuple(
        SubjectCards(subject_id=subject.id, subject=subject.name, cards=counts.get(subject.id, CardCounts()))
        for subject in stores.subjects.all()
        if subject.id == subject_id or (subject_id is None and subject.id in counts)
    )


def follow_words(lecture: Lecture, pages: list[Page], *, stores: Stores) -> None:
    """Point the cards of a lecture that was read anew to where their words stand now.

    A card whose words are gone is suspended: what the notes no longer say is not to be learned. It keeps its history.
    """
    by_number = {page.number: page for page in pages}
    for card in stores.cards.all(lecture_id=lecture.id):
        source = card.source
        page = by_number.get(source.page)
        stands = source.lecture_id == lecture.id and page is not None
        if stands and page is not None and page.text[source.start : source.end] == source.quote:
            continue
        near = sorted(pages, key=lambda page: abs(page.number - source.page))
        stores.cards.place(card.id, next((found for page in near if (found := _found(source, lecture, page))), None))


def _found(source: Citation, lecture: Lecture, page: Page) -> Citation | None:
    start = page.text.find(source.quote)
    if start < 0:
        return None
    return Citation(
        lecture_id=lecture.id,
        lecture_name=lecture.name,
        page=page.number,
        start=start,
        end=start + len(source.quote),
        quote=source.quote,
    )
