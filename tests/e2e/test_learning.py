"""Reviewing, taking quizzes and statistics from the command line, in scripts and on a terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time

import pytest

from tests.e2e.conftest import PROGRAM

NOTES = """# Cells

A mitochondrion is an organelle that makes the energy of a cell.

A ribosome is a particle that builds proteins from amino acids.

Osmosis is the movement of water through a membrane that lets water pass.
"""
LONGEST_S = 30.0


@pytest.fixture
def taught(shell):
    (shell.folder / "cells.md").write_text(NOTES)
    shell("ingest", "cells.md", "--subject", "Biology")
    shell("cards", "make")
    shell("quiz", "make", "-n", "3")
    return shell


class Terminal:
    """The command on a terminal of its own."""

    def __init__(self, shell, *words):
        self.ours, theirs = pty.openpty()
        environment = shell.environment | {"TERM": "xterm", "COLUMNS": "100", "LINES": "40", "NO_COLOR": "1"}
        self.process = subprocess.Popen(
            [str(PROGRAM), *words], cwd=shell.folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.text = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.ours)
        self.process.kill()
        self.process.wait()

    def wait_for(self, text):
        """Read until the text stands behind what was waited for before."""
        until = time.monotonic() + LONGEST_S
        while text not in self.text:
            assert time.monotonic() < until, self.text
            assert self._read(), self.text
        _, _, self.text = self.text.partition(text)

    def press(self, keys):
        os.write(self.ours, keys.encode())

    def rest(self):
        """Read until the command ends; return what it printed and its exit code."""
        until = time.monotonic() + LONGEST_S
        while self._read():
            assert time.monotonic() < until, self.text
        return self.text, self.process.wait(LONGEST_S)

    def _read(self):
        try:
            if select.select([self.ours], [], [], 1.0)[0]:
                self.text += os.read(self.ours, 4096).decode(errors="replace")
        except OSError:  # the other end is closed
            return False
        return True


def test_a_script_reviews_and_takes_back(taught):
    due = taught("review", "due", "--json").json()
    card = due["cards"][0]["id"]
    entry = taught("review", "rate", card, "good", "--id", "mine", "--json").json()
    assert entry["after"]["interval_days"] == 1
    assert taught("review", "rate", card[:15], "again", "--id", "mine", "--json").json() == entry
    assert card not in {one["id"] for one in taught("review", "due", "--json").json()["cards"]}
    taught("review", "undo")
    assert taught("review", "due", "--json").json()["cards"] == due["cards"]
    assert [one["undone"] for one in taught("review", "log", "--json").json()] == [True]
    taught("review", "undo", code=4)


def test_without_a_terminal_review_says_what_scripts_do(taught):
    for words in (("review",), ("review", "--limit", "3")):
        assert "review rate" in taught(*words, code=2).err


def test_a_card_is_edited_suspended_and_deleted(taught):
    card = taught("cards", "show", "--json").json()[0]["id"]
    taught("cards", "edit", card, "--front", "What makes energy?")
    taught("cards", "suspend", card)
    shown = taught("cards", "show", "--json").json()[0]
    assert (shown["front"], shown["suspended"]) == ("What makes energy?", True)
    assert card not in {one["id"] for one in taught("review", "due", "--json").json()["cards"]}
    taught("cards", "resume", card)
    taught("cards", "delete", card, code=2)
    taught("cards", "delete", card, "--yes")
    taught("cards", "edit", card, "--front", "x", code=4)


def test_answers_from_a_file_are_graded_with_their_pages(taught):
    made = taught("quiz", "list", "--json").json()[0]["id"]
    quiz = json.loads(taught("quiz", "export", made, "-f", "json", "-o", "-").out)
    answers = {question["id"]: question["answer"] for question in quiz["questions"][:-1]}
    (taught.folder / "answers.json").write_text(json.dumps(answers))
    (taught.folder / "answers.txt").write_text("\n".join(answers.values()))
    for name in ("answers.json", "answers.txt"):
        attempt = taught("quiz", "take", "--answers", name, "--json").json()
        assert [grade["right"] for grade in attempt["grades"]] == [True] * len(answers) + [False]
        assert all(grade["source"]["page"] >= 1 for grade in attempt["grades"])
    assert len(taught("quiz", "attempts", "--json").json()) == 2
    taught("quiz", "take", "--json", code=2)
    (taught.folder / "broken.json").write_text('{"a": 1}')
    taught("quiz", "take", "--answers", "broken.json", code=2)


def test_statistics_have_what_was_done_and_the_sessions_it_was_done_in(taught):
    card = taught("review", "due", "--json").json()["cards"][0]["id"]
    taught("review", "rate", card, "again")
    (taught.folder / "answers.txt").write_text("")
    taught("quiz", "take", "--answers", "answers.txt")
    taught("chat", "What is osmosis?", "--model", "none")
    stats = taught("stats", "--json").json()
    assert (stats["retention"], stats["quiz_score"], stats["streak_days"]) == (0, 0, 1)
    assert stats["weak"]
    assert {one["kind"] for one in taught("stats", "--sessions", "--json").json()} == {"quiz", "chat"}
    shown = taught("stats")
    assert "1 learning" in shown.out
    assert "cells.md" in shown.out


def test_cards_are_reviewed_on_a_terminal(taught):
    with Terminal(taught, "review") as terminal:
        for rating in ("1", "3"):
            terminal.wait_for("1 of")
            terminal.press(f" {rating}")
            terminal.wait_for("cells.md, p. ")
            terminal.wait_for("due again")
            if rating == "1":
                terminal.press("u")
                terminal.wait_for("taken back")
        terminal.wait_for("2 of")
        terminal.press("q")
        text, code = terminal.rest()
    assert code == 0
    assert "1 card in" in text
    assert [one["rating"] for one in taught("review", "log", "--json").json() if not one["undone"]] == ["good"]
    [session] = taught("stats", "--sessions", "--json").json()
    assert (session["kind"], session["items"], session["score"]) == ("review", 1, 1)


def test_a_card_that_was_forgotten_comes_again_until_it_is_known(taught):
    with Terminal(taught, "review", "--limit", "1") as terminal:
        terminal.wait_for("1 of 1")
        terminal.press(" 1 1 3")
        terminal.wait_for("got it")
        _, code = terminal.rest()
    assert code == 0
    assert [one["rating"] for one in taught("review", "log", "--json").json()] == ["again"]


def test_a_card_is_edited_in_the_middle_of_a_review(taught):
    with Terminal(taught, "review", "--limit", "1") as terminal:
        terminal.wait_for("space: answer")
        terminal.press("e")
        terminal.wait_for("Front")
        terminal.press("What is mine?\n")
        terminal.wait_for("Back")
        terminal.press("\n")
        terminal.wait_for("What is mine?")
        terminal.press("q")
        terminal.rest()
    assert taught("cards", "show", "--json").json()[0]["front"] == "What is mine?"


def test_a_quiz_is_taken_on_a_terminal(taught):
    made = taught("quiz", "list", "--json").json()[0]["id"]
    quiz = json.loads(taught("quiz", "export", made, "-f", "json", "-o", "-").out)
    with Terminal(taught, "quiz", "take") as terminal:
        for number, question in enumerate(quiz["questions"], start=1):
            terminal.wait_for(f"{number} of {len(quiz['questions'])}")
            terminal.wait_for("> ")
            terminal.press(f"{question['answer']}\n")
            terminal.wait_for("right")
            terminal.wait_for("cells.md, p. ")
        text, code = terminal.rest()
    assert code == 0
    assert "100" in text
    assert taught("quiz", "attempts", "--json").json()[0]["score"] == 1
