"""Searching, asking and making study material from the command line."""

from __future__ import annotations

import json
import re
import zipfile
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def _plain(text):
    return " ".join(text.split())


def _texts(library, subject):
    pages = library("lecture", "text", "lecture", "--subject", subject, "--json").lines()
    return {page["number"]: page["text"] for page in pages}


@pytest.mark.parametrize(
    ("query", "page"),
    [("load factor", 10), ("What is a tombstone?", 9), ("birthday paradox", 7), ("secret random key", 14)],
)
def test_search_finds_the_page_first(library, query, page):
    hits = library("search", query, "--subject", "Slides", "--json").json()
    assert hits[0]["chunk"]["page"] == page


def test_search_keeps_to_its_pages(library):
    hits = library("search", "hash", "--subject", "Slides", "--pages", "3-5", "--json").json()
    assert {hit["chunk"]["page"] for hit in hits} <= {3, 4, 5}


@pytest.mark.parametrize(
    ("subject", "question", "words", "page"),
    [
        ("Slides", "What is the load factor?", "number of keys divided by the number of buckets", 10),
        ("Slides", "Why does open addressing need tombstones?", "a search does not stop at the gap", 9),
        ("Deck", "Who described hashing with chaining in 1953?", "Hans Peter Luhn", 4),
        ("Scan", "What is rehashing?", "moving all keys to a larger table", 4),
    ],
)
def test_an_answer_cites_words_that_stand_on_the_cited_page(library, subject, question, words, page):
    (answer,) = library("chat", question, "--subject", subject, "--model", "none", "--json").lines()
    assert answer["covered"]
    assert words in _plain(answer["text"])
    assert page in {citation["page"] for citation in answer["citations"]}
    pages = {
        one["number"]: one["text"] for one in library("lecture", "text", "lecture", "-s", subject, "--json").lines()
    }
    for citation in answer["citations"]:
        assert pages[citation["page"]][citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.parametrize(
    "question", ["How does quicksort choose its pivot?", "What is the capital of Australia?", "When was Mozart born?"]
)
def test_what_the_notes_do_not_cover_is_said_so(library, question):
    (answer,) = library("chat", question, "--subject", "Slides", "--model", "none", "--json").lines()
    assert (answer["covered"], answer["citations"]) == (False, [])


def test_the_quiz_is_a_pdf_with_an_answer_key(library, tmp_path):
    done = library("quiz", "make", "--subject", "Slides", "-o", tmp_path / "quiz.pdf")
    assert done.out.strip() == str(tmp_path / "quiz.pdf")
    text = _plain(" ".join(page.extract_text() for page in PdfReader(tmp_path / "quiz.pdf").pages))
    assert "answer" in text.lower()
    assert re.search(r"p(age|\.) ?\d+", text)


def test_quiz_questions_are_grounded(library):
    (quiz,) = library("quiz", "make", "--subject", "Slides", "--count", "12", "--json").lines()
    pages = {
        one["number"]: one["text"] for one in library("lecture", "text", "lecture", "-s", "Slides", "--json").lines()
    }
    assert len(quiz["questions"]) >= 8
    for question in quiz["questions"]:
        source = question["source"]
        assert pages[source["page"]][source["start"] : source["end"]] == source["quote"]
        if question["options"]:
            assert question["options"].count(question["answer"]) == 1
            assert len(set(question["options"])) == len(question["options"])


def test_cards_are_json_with_a_schedule(library, tmp_path):
    library("cards", "make", "--subject", "Slides", "-o", tmp_path / "cards.json")
    cards = json.loads((tmp_path / "cards.json").read_text(encoding="utf-8"))["cards"]
    assert len(cards) >= 10
    assert all(card["front"] and card["back"] and card["review"]["algorithm"] == "sm2" for card in cards)


def test_the_cheat_sheet_has_its_format(library, tmp_path):
    library("cheatsheet", "--subject", "Slides", "-o", tmp_path / "sheet.docx")
    with zipfile.ZipFile(tmp_path / "sheet.docx") as archive:
        document = ElementTree.fromstring(archive.read("word/document.xml"))  # noqa: S314 - our own file
        styles = archive.read("word/styles.xml").decode()
    margins = [element.attrib for element in document.iter(f"{WORD}pgMar")]
    assert margins
    assert {one[f"{WORD}{side}"] for one in margins for side in ("left", "right", "top", "bottom")} == {"720"}
    assert {one.get(f"{WORD}num") for one in document.iter(f"{WORD}cols")} == {"2"}
    assert {int(extent.get("cx")) for extent in document.iter(f"{DRAWING}extent")} == {round(3.2 * 914_400)}
    assert "Arial" in styles


def test_a_dash_writes_to_standard_output(library):
    process = library.start("cards", "make", "--subject", "Slides", "-f", "csv", "-o", "-")
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert len(out.splitlines()) > 10


def test_a_format_that_does_not_exist_is_a_usage_error(library):
    assert library("quiz", "make", "--subject", "Slides", "-f", "xls", "-o", "-", code=2).out == ""


def test_a_subject_without_lectures_says_what_to_do(shell):
    shell("subject", "create", "Empty")
    done = shell("quiz", "make", "--subject", "Empty", code=2)
    assert "hint: " in done.err


def test_subjects_are_named_by_a_beginning(library):
    pages = library("lecture", "list", "--subject", "sli", "--json").json()
    assert [one["name"] for one in pages] == ["lecture.pdf"]
