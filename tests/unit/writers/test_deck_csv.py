"""Cards as a table."""

from __future__ import annotations

import csv
import io

from smartnotes.core.model import Provenance
from smartnotes.core.study import CardKind, Citation, Deck, Flashcard, ReviewState
from smartnotes.writers.deck_csv import COLUMNS, deck_csv
from tests.builders import NOON


def rows_of(front: str, back: str) -> list[dict[str, str]]:
    source = Citation(lecture_id="lec_1", lecture_name="caches.pdf", page=7, start=0, end=1, quote="x")
    card = Flashcard(
        id="card_1",
        fingerprint="fpr_1",
        kind=CardKind.BASIC,
        front=front,
        back=back,
        source=source,
        tags=("Cache lines", "Misses"),
        review=ReviewState(due=NOON),
    )
    deck = Deck(id="deck_1", title="t", cards=(card,), created_at=NOON, provenance=Provenance(pipeline="1"))
    return list(csv.DictReader(io.StringIO(deck_csv(deck).decode("utf-8-sig"), newline="")))


def test_a_card_is_a_row_with_its_source_and_its_schedule() -> None:
    (row,) = rows_of('What is "δ", β?', "one\ntwo")
    assert tuple(row) == COLUMNS
    assert (row["front"], row["back"], row["page"]) == ('What is "δ", β?', "one\ntwo", "7")
    assert (row["tags"], row["due"], row["ease"]) == ("Cache_lines Misses", "2026-03-01T12:00:00+00:00", "2.5")


def test_no_cell_is_run_as_a_formula() -> None:
    (row,) = rows_of("=1+1", "@cmd")
    assert (row["front"], row["back"]) == ("'=1+1", "'@cmd")
