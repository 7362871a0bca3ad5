"""Run smartnotes over a folder of samples and write what it made of them, for the samples' own scorer.

    python bench/score_samples.py --samples DIR --out OUT.json [--only slides notes] [--no-answers]
    python DIR/tools/score.py OUT.json

The schema is in the scorer's docstring. Lectures go through the public interface, as a user's would: one notebook, made
in a temporary folder, with a subject for the files that questions are about and one for all others. Files named
``fr_...`` are read in French.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import smartnotes
from smartnotes import (
    ChatOptions,
    FigureKind,
    IngestOptions,
    Notebook,
    Scope,
    SearchOptions,
    SmartNotesError,
)

ASKED = ("slides", "pptx", "notes", "exams")
OTHERS = ("scans", "scanned", "hostile", "hostile_pptx")
TYPES = {".pdf", ".pptx", ".docx", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".md"}


def read(notebook: Notebook, path: Path, *, name: str, subject: str) -> dict[str, Any]:
    """Ingest a file and return it as the scorer wants it."""
    started = time.perf_counter()
    languages = ("fra",) if path.name.startswith("fr_") else ("eng",)
    try:
        job = notebook.ingest(path, subject=subject, name=name, options=IngestOptions(languages=languages))
        lecture = job.result().lecture
    except SmartNotesError as error:
        print(f"{name}: {type(error).__name__}: {error.message}")
        return {"file": name, "seconds": time.perf_counter() - started, "error": f"{error.code}: {error.message}"}
    seconds = time.perf_counter() - started
    print(f"{name}: {lecture.pages} pages in {seconds:.1f} s{''.join(f'; {one.message}' for one in lecture.warnings)}")
    pages = [
        {
            "page": page.number,
            "text": page.body,
            "notes": page.notes,
            "figures": [
                {"box": [one.box.x0, one.box.y0, one.box.x1, one.box.y1], "kind": one.kind.value}
                for one in page.figures
                if one.kind is not FigureKind.FORMULA  # the truth counts figures and tables only
            ],
        }
        for page in notebook.pages(lecture.id)
    ]
    return {"file": name, "seconds": seconds, "error": None, "pages": pages}


def ask(notebook: Notebook, question: dict[str, Any]) -> dict[str, Any]:
    """Answer a question from everything in the asked subject."""
    scope = Scope(subject="asked")
    answer = notebook.ask(question["question"], options=ChatOptions(scope=scope, model="none"))
    hits = notebook.search(question["question"], options=SearchOptions(scope=scope, limit=20))
    places = dict.fromkeys((hit.lecture_name, hit.chunk.page) for hit in hits)
    return {
        "id": question["id"],
        "answer": answer.text if answer.covered else "",
        "refused": not answer.covered,
        "citations": [{"file": one.lecture_name, "page": one.page} for one in answer.citations],
        "retrieved": [{"file": file, "page": page} for file, page in list(places)[:10]],
    }


def main() -> None:
    """Read, ask, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[*ASKED, *OTHERS], help="folders of the samples")
    parser.add_argument("--no-answers", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, smartnotes.connect(home) as notebook:
        documents = [
            read(notebook, path, name=f"{folder}/{path.name}", subject="asked" if folder in ASKED else "others")
            for folder in chosen.only
            for path in sorted((chosen.samples / folder).iterdir())
            if path.suffix.lower() in TYPES
        ]
        answers = []
        if not chosen.no_answers:
            questions = json.loads((chosen.samples / "truth" / "qa.json").read_text(encoding="utf-8"))
            answers = [ask(notebook, question) for question in questions]
    result = {"system": f"smartnotes {smartnotes.__version__}", "documents": documents, "answers": answers}
    chosen.out.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
