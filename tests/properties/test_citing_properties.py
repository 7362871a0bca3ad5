from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from smartnotes.core.answering.citing import cite_sentences
from tests.builders import a_hit, some_evidence

SAID = "spring nut holds the two 3 not [E1] [E9] (E2) . ! \n bolt (e.g. steel"
WORDS = st.lists(st.sampled_from(SAID.split(" ")), max_size=30)


@given(WORDS, st.lists(WORDS, max_size=3))
def test_every_quote_stands_verbatim_where_its_citation_says(said: list[str], notes: list[list[str]]) -> None:
    hits = [a_hit(" ".join(words) or "x", page=number) for number, words in enumerate(notes, start=1)]
    sentences, citations = cite_sentences(" ".join(said), some_evidence(*hits))
    for one in citations:
        chunk = hits[one.page - 1].chunk
        assert chunk.text[one.start - chunk.start : one.end - chunk.start] == one.quote
    for sentence in sentences:
        assert all(index < len(citations) for index in sentence.citations)
        assert "[E" not in sentence.text
