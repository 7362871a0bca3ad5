"""From the start of a command to the first character of its answer: ``python bench/first_word.py --samples DIR``.

Fills a notebook with 20 lectures (`--home` keeps it): the PDF files under DIR/slides, DIR/notes and DIR/exams, and
Markdown made of their pages, in which some words are others, until there are enough. Then runs ``smartnotes chat
QUESTION --model none --fresh`` in new processes, files in the disk's cache, alternating with a bare program that loads
the same two models with onnxruntime and runs each once. Prints medians of wall-clock and processor time and their
ratio. `--search` measures ``smartnotes search`` instead.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import smartnotes
from smartnotes import Notebook
from smartnotes.engines.weights import models_folder

FOLDERS = ("slides", "notes", "exams")
SUBJECT = "asked"
LECTURES = 20
AIM_S = 2.0
QUESTIONS = ("What is a dictionary?", "How does a while loop end?", "What is RNA sequencing used for?")
OURS = "import sys; sys.argv[0] = 'smartnotes'; from smartnotes.cli.main import main; main()"
BARE = """
import sys
import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer
for folder in sys.argv[1:]:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(folder + "/model.onnx", options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(folder + "/tokenizer.json")
    tokenizer.no_padding()
    ids = np.array([tokenizer.encode("What is a dictionary?").ids])
    session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})
print("done", flush=True)
"""


class Took(NamedTuple):
    """Seconds until the first character came, and of processor time until the process had ended."""

    first_s: float
    busy_s: float


def fill(notebook: Notebook, samples: Path, *, folder: Path) -> None:
    """Bring the notebook to its 20 lectures, unless it has them."""
    there = {lecture.name for lecture in notebook.lectures()}
    files = [path for kind in FOLDERS for path in sorted((samples / kind).glob("*.pdf"))][:LECTURES]
    for path in files:
        if path.name not in there:
            notebook.ingest(path, subject=SUBJECT, name=path.name).result()
    originals = [lecture for lecture in notebook.lectures() if lecture.name.endswith(".pdf")]
    for number, lecture in zip(range(LECTURES - len(files)), cycle(originals), strict=False):
        name = f"made-{number}.md"
        if name not in there:
            text = "\n\n".join(page.text for page in notebook.pages(lecture.id))
            (folder / name).write_text(other_words(text, seed=number), encoding="utf-8")
            notebook.ingest(folder / name, subject=SUBJECT, name=name).result()


def other_words(text: str, *, seed: int) -> str:
    """Return the text with one word of eight replaced by another one of its words."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    words = sorted({word for word in text.split() if word.isalpha()}) or ["word"]
    lines = (line.split(" ") for line in text.splitlines())
    return "\n".join(
        " ".join(rng.choice(words) if word.isalpha() and not rng.randrange(8) else word for word in line)
        for line in lines
    )


def run(arguments: Sequence[str]) -> Took:
    """Run a Python program in a new process."""
    before, start = os.times(), time.perf_counter()
    line = [sys.executable, *arguments]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=installed()) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        came = process.stdout.read(1)
        first_s = time.perf_counter() - start
        process.stdout.read()
        if process.wait() or not came:
            sys.exit(process.stderr.read().decode())
    after = os.times()
    busy_s = after.children_user + after.children_system - before.children_user - before.children_system
    return Took(first_s, busy_s)


def installed() -> dict[str, str]:
    """Return the environment without what keeps Python from writing byte code, which an installed program has."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def asked(home: Path, *, search: bool) -> Iterator[list[str]]:
    """Yield command lines without end."""
    for question in cycle(QUESTIONS):
        rest = ["search", question] if search else ["chat", question, "--model", "none", "--fresh"]
        yield ["-c", OURS, "--notebook", str(home), *rest]


def show(name: str, took: Sequence[Took]) -> tuple[float, float]:
    """Print and return the medians."""
    first = [one.first_s for one in took]
    middle, busy = statistics.median(first), statistics.median(one.busy_s for one in took)
    print(f"{name}: {middle:.2f} s ({min(first):.2f} to {max(first):.2f}), processor time {busy:.2f} s")
    return middle, busy


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--search", action="store_true")
    chosen = parser.parse_args()
    bare_line = ["-c", BARE, *(str(models_folder() / name) for name in ("bge_small_en", "colbert"))]
    with tempfile.TemporaryDirectory() as temporary:
        home = (chosen.home or Path(temporary) / "notebook").absolute()
        with smartnotes.connect(home) as notebook:
            fill(notebook, chosen.samples, folder=Path(temporary))
            print(f"{len(notebook.lectures())} lectures; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        lines = asked(home, search=chosen.search)
        run(next(lines)), run(bare_line)  # once without measuring: byte code and the disk's cache
        pairs = [(run(next(lines)), run(bare_line)) for _ in range(chosen.runs)]
    ours, busy = show("first character", [one for one, _ in pairs])
    bare, bare_busy = show("both models, bare", [other for _, other in pairs])
    verdict = "met" if ours <= AIM_S else "MISSED"
    print(f"ratio {ours / bare:.2f}, of processor time {busy / bare_busy:.2f}; aim {AIM_S:.1f} s: {verdict}")


if __name__ == "__main__":
    main()
