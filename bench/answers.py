"""Measure retrieval, extractive answers and refusals on a folder of samples, with the samples' own scorer.

    python bench/answers.py --samples DIR [--questions MORE.json] [--lectures FOLDER] [--only NAME] [--home FOLDER]
        [--misses]

Lectures go through the public interface; `--home` keeps the notebook, so a second run starts at once. Questions are
those of DIR/truth/qa.json, and of MORE.json in the same form; then those of `bench/lectures`, asked in a subject
of their own, about the lectures there and about `kerberos.pdf` and `ledger.pdf` (see `bench/lectures/README.md`) where
FOLDER holds them. `--only` asks the files of questions with that name. Besides the scores it prints how many quotes
stand verbatim on their page, the seconds of a question, and where the scorer's text comparison failed (`--misses`).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from made_lectures import LECTURES, make_lectures

import smartnotes
from smartnotes import Answer, ChatOptions, Notebook, Scope, SearchOptions

FOLDERS = ("slides", "notes", "exams")
SUBJECT = "asked"
UNSEEN = "unseen"


def scorer(samples: Path) -> ModuleType:
    """Load the samples' scorer."""
    sys.path.insert(0, str(samples / "tools"))
    spec = importlib.util.spec_from_file_location("score", samples / "tools" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ingest(notebook: Notebook, samples: Path) -> None:
    """Read every lecture that questions are about, unless the notebook has it."""
    for folder in FOLDERS:
        for path in sorted((samples / folder).glob("*.pdf")):
            notebook.ingest(path, subject=SUBJECT, name=f"{folder}/{path.name}").result()


def ingest_unseen(notebook: Notebook, lectures: Path | None) -> set[str]:
    """Read the benchmark's own lectures and those of a folder, unless the notebook has them; return their names."""
    there = {lecture.name for lecture in notebook.lectures(subject=UNSEEN)} if _has(notebook, UNSEEN) else set()
    with tempfile.TemporaryDirectory() as folder:
        files = [*make_lectures(Path(folder)), *(sorted(lectures.glob("*.pdf")) if lectures else [])]
        for path in files:
            if path.name not in there:
                notebook.ingest(path, subject=UNSEEN, name=path.name).result()
    return {path.name for path in files}


def _has(notebook: Notebook, subject: str) -> bool:
    return any(one.name == subject for one in notebook.subjects())


def ask(notebook: Notebook, question: dict[str, Any], *, subject: str) -> tuple[dict[str, Any], Answer, float]:
    """Answer one question; return the scorer's row, the answer and the seconds it took."""
    scope = Scope(subject=subject)
    started = time.perf_counter()
    answer = notebook.ask(question["question"], options=ChatOptions(scope=scope, model="none", fresh=True))
    took = time.perf_counter() - started
    hits = notebook.search(question["question"], options=SearchOptions(scope=scope, limit=20, rerank=True))
    places = dict.fromkeys((hit.lecture_name, hit.chunk.page) for hit in hits)
    row = {
        "id": question["id"],
        "answer": answer.text if answer.covered else "",
        "refused": not answer.covered,
        "citations": [{"file": one.lecture_name, "page": one.page} for one in answer.citations],
        "retrieved": [{"file": file, "page": page} for file, page in list(places)[:10]],
    }
    return row, answer, took


def verbatim(notebook: Notebook, answers: Sequence[Answer]) -> tuple[int, int]:
    """Return how many citations there are, and how many of them resolve to their quote."""
    pages: dict[str, dict[int, str]] = {}
    total = good = 0
    for citation in (citation for answer in answers for citation in answer.citations):
        if citation.lecture_id not in pages:
            pages[citation.lecture_id] = {page.number: page.text for page in notebook.pages(citation.lecture_id)}
        total += 1
        good += pages[citation.lecture_id][citation.page][citation.start : citation.end] == citation.quote
    return total, good


def report(notebook: Notebook, samples: Path, asked: list[dict[str, Any]], *, subject: str, misses: bool) -> None:
    """Ask the questions of one file and print the scores."""
    rows, answers, seconds = [], [], []
    for question in asked:
        row, answer, took = ask(notebook, question, subject=subject)
        rows.append(row)
        answers.append(answer)
        seconds.append(took)
    score = scorer(samples)
    score.load = lambda *_: asked  # the scorer reads its own questions; these are the ones that were asked
    for name, value in score.score_qa(rows, str(samples)).items():
        print(f"  {name:22} {value:.3f}" if isinstance(value, float) else f"  {name:22} {value}")
    total, good = verbatim(notebook, answers)
    longest = max(len(answer.text) for answer in answers if answer.covered)
    print(f"  citations verbatim     {good} of {total}; longest answer {longest} characters")
    print(f"  seconds a question     {statistics.median(seconds):.2f} (median), {max(seconds):.2f} (longest)")
    if misses:
        for question, row in zip(asked, rows, strict=True):
            single = score_one(score, question, row, samples)
            if not single:
                print(f"  - {question['question']}\n    {row['answer'] or 'refused'}\n    wanted: {question['answer']}")


def score_one(score: ModuleType, question: dict[str, Any], row: dict[str, Any], samples: Path) -> bool:
    """Return whether one row is right: the answer contains the truth, or was refused where there is none."""
    if not question["answerable"]:
        return bool(row["refused"])
    score.load = lambda *_: [question]
    return bool(score.score_qa([row], str(samples))["answer_contains"])


def main() -> None:
    """Ingest, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--questions", type=Path, nargs="*", default=[])
    parser.add_argument("--lectures", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--misses", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, smartnotes.connect(chosen.home or temporary) as notebook:
        started = time.perf_counter()
        ingest(notebook, chosen.samples)
        print(f"reading: {time.perf_counter() - started:.1f} s")
        for questions in (chosen.samples / "truth" / "qa.json", *chosen.questions):
            if chosen.only in ("", questions.stem):
                print(questions.name)
                report(notebook, chosen.samples, _read(questions), subject=SUBJECT, misses=chosen.misses)
        there = ingest_unseen(notebook, chosen.lectures)
        for questions in sorted(LECTURES.glob("*.json")):
            if chosen.only in ("", questions.stem):
                asked = [question for question in _read(questions) if question["file"] in there]
                print(f"lectures/{questions.name}: {len(asked)} questions")
                report(notebook, chosen.samples, asked, subject=UNSEEN, misses=chosen.misses)


def _read(questions: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(questions.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    main()
