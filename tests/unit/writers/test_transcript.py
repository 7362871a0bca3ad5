"""Conversations as Markdown."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from smartnotes.core.conversations import Conversation, Transcript, Turn
from smartnotes.core.study import Answer, AnswerSentence, Citation
from smartnotes.writers.transcript import transcript_markdown
from tests.builders import NOON


def a_transcript(*texts: str, question: str = "What is it?") -> Transcript:
    turns = []
    for number, text in enumerate(texts, start=1):
        quote = Citation(lecture_id="lec_1", lecture_name="week_1.pdf", page=number, start=0, end=len(text), quote=text)
        sentence = AnswerSentence(text=text, citations=(0,))
        answer = Answer(question=question, text=text, covered=True, sentences=(sentence,), citations=(quote,))
        turns.append(Turn(id=f"turn_{number}", at=NOON, answer=answer))
    conversation = Conversation(id="conv_1", title="On *it*", created_at=NOON, updated_at=NOON, turns=len(turns))
    return Transcript(conversation=conversation, turns=tuple(turns))


def test_every_citation_is_a_footnote_with_lecture_page_and_quote():
    written = transcript_markdown(a_transcript("First fact.", "Second fact."))
    assert "First fact.[^1]" in written
    assert "Second fact.[^2]" in written
    assert "[^2]: week\\_1.pdf, page 2: \u201cSecond fact.\u201d" in written
    used, defined = re.findall(r"\[\^(\d+)\](?!:)", written), re.findall(r"^\[\^(\d+)\]:", written, re.MULTILINE)
    assert used == defined == ["1", "2"]


def test_what_was_said_is_shown_as_it_is():
    text = "1. # *a* <b> [c](d) `e` 3.5 - f"
    shown = MarkdownIt().render(transcript_markdown(a_transcript(text, question="# <script>\nmore | than")))
    for tag in ("<b>", "<script>", "<code>", "<a ", "<ol>"):
        assert tag not in shown
    assert "1. # *a* &lt;b&gt; [c](d) `e` 3.5 - f" in shown


def test_how_an_answer_came_about_is_told():
    first = a_transcript("A fact.").turns[0]
    answer = first.answer.model_copy(
        update={
            "searched_for": "the cost? (table)",
            "searched_too": ("price of a table", "lookup time"),
            "model": "llama3:8b",
            "notices": ("One is unsupported.",),
        }
    )
    transcript = a_transcript().model_copy(update={"turns": (first.model_copy(update={"answer": answer}),)})
    written = transcript_markdown(transcript)
    assert "*Searched for: the cost? (table)*" in written
    assert "*Searched as well for: price of a table; lookup time*" in written
    assert "llama3:8b" in written
    assert "One is unsupported." in written
