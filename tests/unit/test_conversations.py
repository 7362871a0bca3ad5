"""Titles of conversations, and which answers may be given again."""

from __future__ import annotations

import pytest

from smartnotes.core.answering.keptanswers import KEPT, WEB_KEPT, answer_key, lifetime, may_be_kept, pieces
from smartnotes.core.conversations import LONGEST_TITLE, title_of
from smartnotes.core.options import ChatOptions
from smartnotes.core.study import Answer, AnswerSentence
from tests.builders import a_hit

HITS = [a_hit("A hash table maps keys to buckets.")]
PLAIN = ChatOptions()


def key(question="What is a hash table?", hits=HITS, options=PLAIN, model="llama3"):
    return answer_key(question, hits, options=options, model=model)


@pytest.mark.parametrize(
    ("question", "title"),
    [("\n  What is\ta heap?\nand more", "What is a heap?"), ("  ", "Untitled"), ("a\x1b[31mb", "a[31mb")],
)
def test_a_title_is_the_first_line(question, title):
    assert title_of(question) == title


@pytest.mark.parametrize("question", ["word " * 50, "x" * 500])
def test_a_long_title_is_cut(question):
    assert len(title_of(question)) <= LONGEST_TITLE
    assert title_of(question).endswith("\u2026")


def test_the_same_question_has_the_same_key_however_it_is_typed():
    assert key("  what is a HASH table? ") == key()
    assert key(options=ChatOptions(keep=False, fresh=True, conversation_id="conv_1", turn_id="t")) == key()


@pytest.mark.parametrize(
    "other",
    [
        {"question": "What is a heap?"},
        {"hits": [a_hit("A hash table maps keys to slots.")]},
        {"hits": []},
        {"model": ""},
        {"options": ChatOptions(max_characters=200)},
        {"options": ChatOptions(web=True)},
    ],
)
def test_another_question_evidence_model_or_option_is_another_key(other):
    assert key(**other) != key()


def test_answers_from_the_web_live_for_an_hour():
    assert lifetime(ChatOptions(web=True)) == WEB_KEPT
    assert lifetime(PLAIN) == KEPT


@pytest.mark.parametrize(
    ("answer", "model", "kept"),
    [
        (Answer(question="q", text="t", covered=True, model="llama3"), "llama3", True),
        (Answer(question="q", text="t", covered=True), "", True),
        (Answer(question="q", text="t", covered=False), "llama3", True),
        (Answer(question="q", text="t", covered=True, notices=("llama3 could not answer",)), "llama3", False),
    ],
)
def test_what_stood_in_for_a_model_that_failed_is_not_kept(answer, model, kept):
    assert may_be_kept(answer, model=model, options=PLAIN) is kept


def test_the_pieces_of_an_answer_are_its_text():
    sentences = (AnswerSentence(text="One."), AnswerSentence(text="Two."))
    answer = Answer(question="q", text="One. Two.\nend", covered=True, sentences=sentences)
    assert list(pieces(answer)) == ["One.", " Two.", "\nend"]
    assert list(pieces(Answer(question="q", text="", covered=True))) == []
