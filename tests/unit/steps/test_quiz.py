"""Quizzes: what is asked, what is not, and how it is chosen."""

from __future__ import annotations

from collections import Counter

import pytest

from smartnotes.core.kinds import QuestionKind
from smartnotes.core.language.wording import content_stems
from smartnotes.core.model import Page
from smartnotes.core.options import QuizOptions
from smartnotes.core.steps.quiz import make_quiz
from smartnotes.core.study import Question, Quiz
from tests.builders import NOON, a_deck_of_slides, a_lecture, a_slide
from tests.fakes import WordEmbedder


def quiz_of(pages: list[Page], **options: object) -> Quiz:
    chosen = QuizOptions.model_validate({"count": 30, **options})
    return make_quiz([(a_lecture(), pages)], options=chosen, quiz_id="quiz_1", title="Caches", now=NOON)


def all_questions(*lines: str, kind: QuestionKind, title: str = "Caches") -> list[Question]:
    pages = [
        a_slide(number, title if number == 1 else f"{title} {number}", line) for number, line in enumerate(lines, 1)
    ]
    found: dict[str, Question] = {}
    for seed in range(20):
        found |= {question.prompt: question for question in quiz_of(pages, seed=seed, kinds=(kind,)).questions}
    return list(found.values())


DEFINITIONS = (
    "- A cache is a small memory that keeps copies of data.",
    "- A register is a storage place that holds one word.",
    "- A bus is a set of wires that connects two devices.",
    "- A page fault is an interrupt that stops the program.",
)


def test_the_same_notes_and_seed_give_the_same_quiz_and_another_seed_another_one() -> None:
    pages = a_deck_of_slides()
    assert quiz_of(pages, count=5, seed=3) == quiz_of(pages, count=5, seed=3)
    prompts = {tuple(question.prompt for question in quiz_of(pages, count=5, seed=seed).questions) for seed in range(5)}
    assert len(prompts) > 1


def test_only_the_kinds_asked_for_are_made() -> None:
    for kind in QuestionKind:
        assert {question.kind for question in quiz_of(a_deck_of_slides(), kinds=(kind,)).questions} == {kind}


def test_kinds_are_mixed_and_questions_spread_over_the_pages() -> None:
    quiz = quiz_of(a_deck_of_slides(), count=8)
    assert len({question.kind for question in quiz.questions}) == len(QuestionKind)
    pages = Counter(question.source.page for question in quiz.questions)
    assert set(pages) == {2, 3, 4, 5}
    assert max(pages.values()) <= 4


def test_slides_that_do_not_teach_are_not_asked_about() -> None:
    assert not {question.source.page for question in quiz_of(a_deck_of_slides()).questions} & {1, 6, 7}


def test_wrong_options_are_definitions_of_other_things() -> None:
    questions = all_questions(*DEFINITIONS, kind=QuestionKind.MULTIPLE_CHOICE)
    assert questions
    texts = {"a small memory that keeps copies of data", "a storage place that holds one word"}
    texts |= {"a set of wires that connects two devices", "an interrupt that stops the program"}
    terms = {"cache", "register", "bus", "page fault"}
    for question in questions:
        assert {option[0].lower() + option[1:] for option in question.options} in (texts, terms)


def test_fewer_than_four_options_make_no_multiple_choice() -> None:
    assert all_questions(*DEFINITIONS[:3], kind=QuestionKind.MULTIPLE_CHOICE) == []


def test_a_false_statement_names_another_thing_with_its_article_and_the_key_names_the_right_one() -> None:
    questions = all_questions(*DEFINITIONS, kind=QuestionKind.TRUE_FALSE)
    wrong = [question for question in questions if question.answer == "False"]
    assert wrong
    for question in wrong:
        assert question.prompt.startswith(("A cache is", "A register is", "A bus is", "A page fault is"))
        assert question.explanation.startswith("It is a ")


def test_a_statement_the_notes_make_of_both_things_is_never_called_false() -> None:
    lines = ("- Stack → ordered, keeps the last element on top", "- Queue → ordered, keeps the first element on top")
    notes = "A queue keeps the last element on top as well and is ordered."
    questions = all_questions(*lines, notes, kind=QuestionKind.TRUE_FALSE)
    assert not [
        question
        for question in questions
        if question.answer == "False" and "last element" in question.prompt and "Queue" in question.prompt
    ]


def test_numbers_change_in_wrong_options_and_keep_their_form() -> None:
    (question,) = all_questions("Each lane generates ~150 million reads.", kind=QuestionKind.MULTIPLE_CHOICE)
    assert question.answer == "150"
    assert all(option.isdigit() for option in question.options)
    assert len(set(question.options)) == 4


def test_rows_ask_for_a_cell_with_cells_of_the_same_column() -> None:
    rows = "Country | Capital\nAustria | Vienna\nFinland | Helsinki\nCzechia | Prague\nDenmark | Copenhagen"
    pages = [a_slide(1, "Capitals", *rows.split("\n"))]
    questions = quiz_of(pages, kinds=(QuestionKind.MULTIPLE_CHOICE,)).questions
    assert questions
    for question in questions:
        capitals = {"Vienna", "Helsinki", "Prague", "Copenhagen"}
        assert set(question.options) in (capitals, {"Austria", "Finland", "Czechia", "Denmark"})


def test_an_item_of_the_same_list_is_never_a_wrong_option() -> None:
    pages = [
        a_slide(1, "Control flow", "- Control flow allows programs to:", "-- make decisions", "-- react to inputs"),
        a_slide(
            2, "Collections", "- Collections allow us to:", "-- store values", "-- loop over values", "-- sort data"
        ),
    ]
    for seed in range(10):
        for question in quiz_of(pages, seed=seed, kinds=(QuestionKind.MULTIPLE_CHOICE,)).questions:
            first = {"make decisions", "react to inputs"}
            assert len(first & set(question.options)) in (1, 3) or question.answer not in first


def test_naming_one_of_a_list_accepts_each_item() -> None:
    (question,) = quiz_of(
        [a_slide(1, "Lists", "- Lists can contain:", "-- numbers", "-- strings")], kinds=(QuestionKind.SHORT_ANSWER,)
    ).questions
    assert question.accept == ("numbers", "strings")
    assert question.answer == "numbers; strings"


@pytest.mark.parametrize("kind", [QuestionKind.CLOZE, QuestionKind.SHORT_ANSWER])
def test_no_prompt_gives_its_answer_away(kind: QuestionKind) -> None:
    questions = quiz_of(a_deck_of_slides(), kinds=(kind,)).questions
    assert questions
    for question in questions:
        answer = set(content_stems(question.answer))
        assert not answer or not answer <= set(content_stems(question.prompt))


def test_what_is_rejected_is_counted_with_its_reason() -> None:
    pages = [a_slide(1, "Memory", "- Cache memory: a memory that caches data of the main memory")]
    quiz = quiz_of(pages, kinds=(QuestionKind.CLOZE,))
    assert quiz.questions == ()
    assert [(one.reason, one.count) for one in quiz.rejected] == [("gives its answer away", 1)]


def test_too_little_material_gives_fewer_questions_and_a_notice() -> None:
    quiz = quiz_of([a_slide(1, "Caches", "- A cache is a small memory that keeps copies of data.")])
    assert 0 < len(quiz.questions) < 30
    assert quiz.notices
    empty = quiz_of([a_slide(1, "Thank you")])
    assert empty.questions == ()
    assert empty.notices


def test_plain_repetition_of_sentences_is_kept_rare() -> None:
    lines = [f"Processor {name} fetches instructions from memory very quickly." for name in "ABCDEFGHIJ"]
    pages = [a_slide(number, f"Part {number}", line) for number, line in enumerate(lines, 1)]
    quiz = quiz_of(pages, count=10, kinds=(QuestionKind.TRUE_FALSE,))
    assert len(quiz.questions) <= 1


def test_an_embedder_helps_to_choose_and_is_named() -> None:
    quiz = make_quiz(
        [(a_lecture(), a_deck_of_slides())],
        options=QuizOptions(count=5),
        quiz_id="quiz_1",
        title="Caches",
        now=NOON,
        embedder=WordEmbedder(),
    )
    assert len(quiz.questions) == 5
    assert "words 1" in quiz.provenance.engines
