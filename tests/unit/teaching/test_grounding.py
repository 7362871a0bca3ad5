"""A quote is looked for and never believed; what is kept is the place where it stands."""

from __future__ import annotations

import pytest

from smartnotes.core.answering.fences import issued
from smartnotes.core.teaching.grounding import holds, place_of, states
from tests.builders import a_hit

TEXT = (
    "Separate chaining keeps a linked list in every bucket.\n"
    "Its load factor a may exceed 1, and a search takes 1 + a/2 steps on average.\n"
    "Open addressing never stores more than m keys in the table itself."
)
BATCH = issued([a_hit("Nothing of it stands here.", page=1), a_hit(TEXT, page=2)], nonce="E")


@pytest.mark.parametrize(
    "quote",
    [
        "keeps a linked list in every bucket",
        "KEEPS A LINKED LIST, in every bucket!",
        "separate chaining keeps\na linked   list",
        "Separate chaining keeps ... a linked list in every bucket",
        "te chaining keeps a linked list in every buck",
        "Separate chaining keeps a linked list",
    ],
)
def test_a_quote_stands_for_its_whole_sentence_however_it_was_copied(quote):
    found = place_of(quote, BATCH, marker="E1")
    assert found is not None
    assert (found.page, found.quote) == (2, TEXT.splitlines()[0])


@pytest.mark.parametrize(
    "quote", ["", "Cuckoo hashing keeps two tables in every bucket", "in every bucket there are 7 lists"]
)
def test_what_does_not_stand_there_has_no_place(quote):
    assert place_of(quote, BATCH) is None


def test_a_quote_over_two_sentences_stands_for_both():
    found = place_of("list in every bucket. Its load factor a may exceed 1", BATCH)
    assert found is not None
    assert found.quote == "\n".join(TEXT.splitlines()[:2])


def test_a_place_holds_an_answer_with_most_of_its_words_and_all_its_numbers():
    place = place_of("a search takes 1 + a/2 steps on average", BATCH)
    assert place is not None
    assert holds(place, "1 + a/2 steps")
    assert not holds(place, "3 steps on average")
    assert not holds(place, "a logarithmic number of comparisons")


def test_a_statement_is_said_or_it_is_not():
    assert states(BATCH, "Open addressing never stores more than m keys in the table.")
    assert states(BATCH, "Open addressing always stores more than m keys in the table.") is None
