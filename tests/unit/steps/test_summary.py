"""A summary goes through everything, and every line of it is cited."""

from __future__ import annotations

from smartnotes.core.errors import Unavailable
from smartnotes.core.events import ignore
from smartnotes.core.steps.summary import summarise
from tests.builders import a_hit
from tests.fakes import ScriptedLlm, WordEncoder

SECTIONS = (
    ("Heaps", "A heap is a tree whose smallest key stands at the root. See the next slide."),
    ("Stacks", "A stack gives back the element that was pushed last. Why is that so?"),
    ("Queues", "A queue gives back the element that waits longest. It is fair."),
)
CHUNKS = [
    a_hit(text, page=page, headings=("Structures", heading)).chunk
    for page, (heading, text) in enumerate(SECTIONS, start=1)
]


def summary(llm=None, emit=ignore):
    return summarise("Summarise", CHUNKS, names={}, llm=llm, encoder=WordEncoder(), emit=emit)


def verbatim(answer):
    texts = {chunk.page: (chunk.start, chunk.text) for chunk in CHUNKS}
    for made in answer.citations:
        start, text = texts[made.page]
        assert text[made.start - start : made.end - start] == made.quote
    return all(sentence.citations for sentence in answer.sentences)


def test_without_a_model_every_section_is_told_by_its_key_sentence():
    pieces = []
    answer = summary(emit=lambda event: pieces.append(event.delta))
    assert verbatim(answer)
    assert [made.page for made in answer.citations] == [1, 2, 3]
    assert "smallest key" in answer.text
    assert "".join(pieces) == answer.text
    assert answer.model == ""


def test_every_batch_is_shown_to_the_model_and_each_line_is_cited():
    replies = [f"{text.split('. ')[0]}. [E1]" for _, text in SECTIONS]
    llm = ScriptedLlm(*replies, context=900)
    answer = summary(llm)
    shown = "".join(llm.prompts)
    assert all(chunk.text in shown for chunk in CHUNKS)
    assert verbatim(answer)
    assert answer.model == "scripted"


def test_sentences_the_notes_do_not_support_are_left_out_and_told():
    said = "A stack gives back the element that was pushed last. [E2]\nUnicorns invented computing in 1623. [E1]"
    answer = summary(ScriptedLlm(said))
    assert verbatim(answer)
    assert "Unicorns" not in answer.text
    assert any("1 sentence" in notice for notice in answer.notices)


def test_where_the_model_fails_the_key_sentences_stand_in():
    answer = summary(ScriptedLlm(Unavailable("Ollama does not run.", hint="Start it.")))
    assert verbatim(answer)
    assert len(answer.sentences) == 3
    assert answer.model == ""
    assert "Ollama does not run. Start it." in answer.notices[0]
