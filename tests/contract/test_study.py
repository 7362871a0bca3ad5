"""Finding and making, whichever notebook holds the lectures."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from smartnotes import (
    CardsOptions,
    ChatOptions,
    ChunkKind,
    DocumentKind,
    NotFound,
    OptionsError,
    PageRange,
    Quiz,
    QuizOptions,
    Scope,
    SearchMode,
    SearchOptions,
)


def quoted(notebook, citation):
    page = notebook.pages(citation.lecture_id, pages=PageRange(first=citation.page, last=citation.page))[0]
    return page.text[citation.start : citation.end]


def test_search_finds_pages_by_words_and_by_meaning(studied):
    for mode in SearchMode:
        hits = studied.search("load factor", options=SearchOptions(mode=mode, limit=5))
        assert any("load factor" in hit.chunk.text.lower() for hit in hits[:3]), mode
        assert all(0 <= hit.score <= 1 for hit in hits)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_highlights_lie_in_the_chunk_and_mark_the_words(studied):
    hit = studied.search("collision")[0]
    marked = [hit.chunk.text[span.start : span.end].lower() for span in hit.highlights]
    assert marked
    assert all(word.startswith("collision") for word in marked)


def test_search_keeps_to_its_scope(studied):
    pages = Scope(pages=PageRange(first=2, last=4))
    assert {hit.chunk.page for hit in studied.search("hash", options=SearchOptions(scope=pages))} <= {2, 3, 4}
    code = Scope(kinds=(ChunkKind.CODE,))
    assert all(hit.chunk.kind is ChunkKind.CODE for hit in studied.search("hash", options=SearchOptions(scope=code)))
    with pytest.raises(NotFound):
        studied.search("hash", options=SearchOptions(scope=Scope(subject="Chemistry")))


@pytest.mark.parametrize("query", ["", "   ", "x" * 2001])
def test_an_empty_or_endless_query_is_refused(studied, query):
    with pytest.raises(OptionsError):
        studied.search(query)


def test_an_answer_cites_words_that_stand_on_the_page(studied):
    deltas = []
    answer = studied.ask("What is the load factor of a hash table?", emit=lambda event: deltas.append(event.delta))
    assert answer.covered
    assert answer.citations
    assert all(quoted(studied, citation) == citation.quote for citation in answer.citations)
    assert any(deltas)


def test_what_the_notes_do_not_cover_is_said_so(studied):
    answer = studied.ask("Who won the football world cup in 1998?", options=ChatOptions())
    assert not answer.covered
    assert answer.citations == ()
    assert "not in your notes" in answer.text.lower()


def test_a_quiz_is_grounded_kept_and_rendered(studied):
    quiz = studied.make_quiz(options=QuizOptions(count=8)).result()
    assert quiz.questions
    for question in quiz.questions:
        assert quoted(studied, question.source) == question.source.quote
        if question.options:
            assert question.options.count(question.answer) == 1
            assert len(set(question.options)) == len(question.options)
    assert quiz.id in {document.id for document in studied.documents(kind=DocumentKind.QUIZ)}
    assert studied.render(quiz.id, format="pdf").startswith(b"%PDF")
    assert Quiz.model_validate_json(studied.render(quiz.id, format="json")) == quiz


def test_the_same_seed_gives_the_same_questions(studied):
    first, second = (studied.make_quiz(options=QuizOptions(count=5, seed=7)).result() for _ in range(2))
    assert [question.prompt for question in first.questions] == [question.prompt for question in second.questions]


def test_cards_carry_their_source_and_schedule(studied):
    deck = studied.make_cards(options=CardsOptions(count=10)).result()
    assert 0 < len(deck.cards) <= 10
    assert len({card.fingerprint for card in deck.cards}) == len(deck.cards)
    for card in deck.cards:
        assert quoted(studied, card.source) == card.source.quote
        assert card.review.ease == 2.5
    assert json.loads(studied.render(deck.id, format="json"))["cards"]


def test_a_cheat_sheet_is_a_word_file(studied):
    sheet = studied.make_cheatsheet().result()
    assert sheet.sections
    data = studied.render(sheet.id, format="docx")
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_an_unknown_format_names_those_there_are(studied):
    deck = studied.make_cards(options=CardsOptions(count=2)).result()
    with pytest.raises(OptionsError, match="no format") as caught:
        studied.render(deck.id, format="docx")
    assert "json" in caught.value.hint


def test_nothing_to_work_from_is_said_so(notebook):
    with pytest.raises(OptionsError, match="empty"):
        notebook.make_quiz().result()
