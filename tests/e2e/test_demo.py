"""The demo: what a new user sees first."""

from __future__ import annotations

import json
import re
import zipfile

from pypdf import PdfReader


def test_the_demo_answers_two_questions_with_sources_refuses_the_third_and_leaves_three_files(shell):
    out = shell("demo", "--output", "demo").out
    answers = re.split(r"^Q: ", out, flags=re.MULTILINE)[1:]
    cited = [bool(re.search(r"^\[1\] lecture\.pdf, p\. \d+: ", answer, re.MULTILINE)) for answer in answers]
    assert cited == [True, True, False], out
    folder = shell.folder / "demo"
    assert len(PdfReader(folder / "quiz.pdf").pages) >= 2
    assert len(json.loads((folder / "cards.json").read_text(encoding="utf-8"))["cards"]) >= 10
    assert zipfile.ZipFile(folder / "cheatsheet.docx").testzip() is None


def test_the_demo_again_reads_nothing_anew(shell):
    shell("demo", "--output", "demo")
    again = shell("--notebook", "demo/notebook", "lecture", "list", "--json").json()
    assert [one["pages"] for one in again] == [15]
    shell("demo", "--output", "demo")
    assert shell("--notebook", "demo/notebook", "lecture", "list", "--json").json() == again
