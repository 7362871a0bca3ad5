"""Questions in context and what is kept of them, whichever notebook is asked."""

from __future__ import annotations

import pytest

from smartnotes import ChatOptions, NotFound, OptionsError, Scope

FIRST = "What is open addressing?"
ALONE = ChatOptions(keep=False)


def talk(notebook, *questions, options=None):
    """Ask in one conversation; returns its answers."""
    answers = []
    wanted = options or ChatOptions()
    for question in questions:
        answers.append(notebook.ask(question, options=wanted))
        wanted = wanted.model_copy(update={"conversation_id": answers[-1].conversation_id})
    return answers


def test_questions_and_answers_are_kept_in_order(studied):
    first, second = talk(studied, FIRST, "What is rehashing?")
    assert first.conversation_id == second.conversation_id != ""
    kept = studied.conversation(first.conversation_id)
    assert kept.conversation.title == FIRST
    assert kept.conversation.turns == 2
    assert [turn.answer.text for turn in kept.turns] == [first.text, second.text]
    assert [turn.answer.question for turn in kept.turns] == [FIRST, "What is rehashing?"]
    assert kept.turns[0].answer.citations == first.citations


def test_a_follow_up_is_understood_from_what_was_asked_before(studied):
    _, second = talk(studied, FIRST, "why does it need tombstones?")
    assert second.question == "why does it need tombstones?"
    assert second.searched_for == "why does open addressing need tombstones?"
    assert any("tombstone" in citation.quote for citation in second.citations)


def test_a_new_topic_in_the_same_conversation_is_asked_as_it_stands(studied):
    alone = studied.ask("What is the load factor?", options=ALONE)
    _, second = talk(studied, FIRST, "What is the load factor?")
    assert second.searched_for == ""
    assert (second.text, second.citations) == (alone.text, alone.citations)


def test_what_shall_not_be_kept_is_not(studied):
    before = studied.conversations()
    answer = studied.ask(FIRST, options=ALONE)
    assert answer.conversation_id == ""
    assert studied.conversations() == before


def test_a_question_sent_twice_is_kept_once(studied):
    options = ChatOptions(turn_id="turn-of-mine")
    first, again = studied.ask(FIRST, options=options), studied.ask(FIRST, options=options)
    assert first.conversation_id == again.conversation_id
    assert studied.conversation(first.conversation_id).conversation.turns == 1


def test_the_latest_conversation_is_listed_first_renamed_exported_and_deleted(studied):
    (older,), (newer,) = talk(studied, FIRST), talk(studied, "What is rehashing?")
    assert [one.id for one in studied.conversations()[:2]] == [newer.conversation_id, older.conversation_id]
    renamed = studied.rename_conversation(newer.conversation_id, title="  Growing   tables ")
    assert renamed.title == "Growing tables"
    written = studied.export_conversation("growing").decode()
    assert written.startswith("# Growing tables\n")
    assert "[^1]: lecture.pdf, page" in written
    assert studied.delete_conversation(newer.conversation_id).id == newer.conversation_id
    with pytest.raises(NotFound):
        studied.conversation(newer.conversation_id)


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, "a\x00b"])
def test_an_impossible_title_is_refused(studied, title):
    (answer,) = talk(studied, FIRST)
    with pytest.raises(OptionsError):
        studied.rename_conversation(answer.conversation_id, title=title)


def test_a_conversation_that_is_not_there_is_an_error_before_anything_is_asked(studied):
    pieces = []
    with pytest.raises(NotFound):
        studied.ask(FIRST, options=ChatOptions(conversation_id="conv_none"), emit=pieces.append)
    assert not any(piece.delta for piece in pieces)


@pytest.mark.parametrize("question", ["", "  ", "x" * 8_001])
def test_an_empty_or_endless_question_is_refused(studied, question):
    before = studied.conversations()
    with pytest.raises(OptionsError):
        studied.ask(question)
    assert studied.conversations() == before


def test_a_question_may_bring_an_exercise_along(studied):
    exercise = "Solve this.\n\n" + "Insert the keys 15, 22, 8, 30 and 12 into seven buckets by linear probing. " * 60
    answer = studied.ask(exercise)
    assert answer.covered
    assert studied.conversation(answer.conversation_id).conversation.title == "Solve this."


def test_the_same_question_is_answered_from_what_was_kept_ready(studied):
    question = "What is the birthday paradox?"
    first = studied.ask(question, options=ChatOptions(fresh=True))
    pieces = []
    again = studied.ask("what is the  birthday paradox?", emit=lambda event: pieces.append(event.delta))
    assert (first.cached, again.cached) == (False, True)
    assert (again.text, again.citations) == (first.text, first.citations)
    assert "".join(pieces) == first.text
    assert not studied.ask(question, options=ChatOptions(fresh=True)).cached


def test_an_answer_is_written_anew_when_the_notes_change(notebook, tmp_path):
    def read(words):
        path = tmp_path / "notes.md"
        path.write_text(f"# Rivers\n\nA river is {words}.\n")
        notebook.ingest(path, subject="Geography").result()

    options = ChatOptions(scope=Scope(subject="Geography"), keep=False)
    read("water that flows to the sea")
    first = notebook.ask("What is a river?", options=options)
    assert notebook.ask("What is a river?", options=options).cached
    read("a large stream that flows to a lake")
    second = notebook.ask("What is a river?", options=options)
    assert not second.cached
    assert "sea" in first.text
    assert "lake" in second.text


def test_a_page_of_a_lecture_has_an_address(studied):
    lecture = studied.lecture("lecture")
    assert studied.page_link(lecture.id, page=3).endswith("#page=3")
