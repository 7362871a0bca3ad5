"""Flashcards as a table for spreadsheets and other card programs (RFC 4180, UTF-8 with a byte order mark)."""

from __future__ import annotations

import csv
import io

from smartnotes.core.study import Deck

COLUMNS = (
    "front", "back", "kind", "lecture", "page", "tags", "due", "interval_days", "ease", "repetitions", "lapses", "id",
)  # fmt: skip


def deck_csv(deck: Deck) -> bytes:
    """Return a row for each card; a text that a spreadsheet would take for a formula gets an apostrophe in front."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for card in deck.cards:
        state = card.review
        texts = (card.front, card.back, card.kind.value, card.source.lecture_name)
        scheduling = (state.due.isoformat(), state.interval_days, state.ease, state.repetitions, state.lapses, card.id)
        tags = _inert(" ".join(tag.replace(" ", "_") for tag in card.tags))
        writer.writerow((*map(_inert, texts), card.source.page, tags, *scheduling))
    # the mark makes Excel read UTF-8; every other reader of CSV skips it
    return out.getvalue().encode("utf-8-sig")


def _inert(text: str) -> str:
    """Return the text so that no spreadsheet runs it (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
