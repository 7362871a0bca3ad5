"""How well and how fast lectures are read, as a table of measures with their aims.

    python bench/reading.py [--samples DIR] [--born-digital FILE ...] [--scans FILE ...] [--rounds 3]

Quality needs a folder of samples with its scorer (``tools/score.py``); the cells of tables are judged on tables made
here (`made_tables`), recognition on our own pages spoilt here as well (`degraded`). Speed is measured against the bare
libraries underneath, in one run.

Born-digital: ms a page of the sandboxed reader (text, regions, figures cropped, text in pictures recognised) against
pypdfium2's text extraction alone, in this process, on files of about a hundred pages: the samples' slides and notes, or
the example repeated. Scans: seconds a page of the reader against page rendering at the same DPI and tesserocr in two
processes, nothing else. Rounds alternate; medians and their ratio are printed. Start of the children is included on
both sides; the peak is taken before any process but the readers' has run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from degraded import score_degraded
from made_tables import score_tables

from smartnotes.bootstrap import build_reader
from smartnotes.core.events import ignore
from smartnotes.core.model import PageWarning
from smartnotes.core.options import IngestOptions, Isolation

EXAMPLES = Path(__file__).parent.parent / "examples"
OPTIONS = IngestOptions()
_engines: list[Any] = []


def read(files: Sequence[Path]) -> int:
    """Read the files as an ingest does; return the number of pages."""
    reader = build_reader(Isolation.SANDBOX)
    done = 0
    for path in files:
        info = reader.inspect(path, options=OPTIONS)
        numbers = range(1, info.pages + 1)
        for page in reader.read(path, info, numbers=numbers, options=OPTIONS, emit=ignore):
            assert not isinstance(page, PageWarning), page
            done += 1
    return done


def bare_text(files: Sequence[Path]) -> int:
    """Extract the text of every page with pypdfium2."""
    import pypdfium2  # noqa: PLC0415

    done = 0
    for path in files:
        document = pypdfium2.PdfDocument(path)
        for page in document:
            page.get_textpage().get_text_range()
            done += 1
        document.close()
    return done


def bare_ocr(files: Sequence[Path]) -> int:
    """Render every page and give it to tesserocr, in two processes."""
    import pypdfium2  # noqa: PLC0415

    work = [(path, index) for path in files for index in range(len(pypdfium2.PdfDocument(path)))]
    with multiprocessing.get_context("spawn").Pool(2, initializer=_load) as pool:
        return sum(pool.imap_unordered(_recognise, work))


def _load() -> None:
    """Load the engine once a process, with one thread: Tesseract reads the variable when it starts."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    import tesserocr  # noqa: PLC0415

    from smartnotes.engines.ocr_languages import language_files  # noqa: PLC0415

    _engines.append(tesserocr.PyTessBaseAPI(path=str(language_files()["eng"].parent), lang="eng"))


def _recognise(work: tuple[Path, int]) -> int:
    import pypdfium2  # noqa: PLC0415

    path, index = work
    document = pypdfium2.PdfDocument(path)
    _engines[0].SetImage(document[index].render(scale=OPTIONS.dpi / 72, grayscale=True).to_pil())
    _engines[0].GetTSVText(0)
    document.close()
    return 1


def compare(ours: Callable[[], int], bare: Callable[[], int], *, rounds: int) -> tuple[float, float, float]:
    """Return seconds a page of both, as medians of alternating rounds, and the median ratio."""
    pairs = [(_seconds_a_page(ours), _seconds_a_page(bare)) for _ in range(rounds)]
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    return mine, other, statistics.median(one / two for one, two in pairs)


def _seconds_a_page(work: Callable[[], int]) -> float:
    start = time.perf_counter()
    pages = work()
    return (time.perf_counter() - start) / pages


QUALITY = (
    ("character error, scans at 300 DPI", ("text", "scans/scan300.pdf", "CER"), "<= .030"),
    ("150 DPI", ("text", "scans/scan150.pdf", "CER"), "<= .030"),
    ("fax", ("text", "scans/fax200.pdf", "CER"), "<= .045"),
    ("photo", ("text", "scans/photo.pdf", "CER"), "<= .045"),
    ("real scans", ("text", "real scans", "CER"), "<= .012"),
    ("phone photos", ("text", "real photos", "CER"), "<= .20"),
    ("born-digital reading order, character error", ("text", "born-digital (same pages)", "CER"), "<= .03"),
    ("figures at IoU 0.5, precision", ("figures", "precision"), ">= .85"),
    ("figures at IoU 0.5, recall", ("figures", "recall"), ">= .85"),
    ("tables of the samples found", ("figures", "recall_tables"), ">= .80"),
    ("pages without figures that stay clean", ("figures", "clean_pages_without_figures"), "all"),
    ("hostile files as expected", ("hostile", "as_expected"), "all"),
    ("of", ("hostile", "files"), "-"),
    ("slowest hostile file, seconds", ("hostile", "slowest_s"), "<= 30"),
)
"""Measure, where the scorer's JSON has it, aim."""


def scored(samples: Path) -> Any:
    """Read the samples as a user would, and return what their scorer says."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        ours = [sys.executable, str(Path(__file__).with_name("score_samples.py")), "--no-answers"]
        subprocess.run([*ours, "--samples", str(samples), "--out", str(out)], check=True, stdout=subprocess.DEVNULL)
        documents = json.loads(out.read_text(encoding="utf-8"))["documents"]
        hostile = [one["seconds"] for one in documents if one["file"].startswith("hostile")]
        scorer = [sys.executable, str(samples / "tools" / "score.py"), "--json", str(out)]
        result = json.loads(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)
        result["hostile"]["slowest_s"] = max(hostile, default=0.0)
        return result


def row(measure: str, aim: str, found: object) -> None:
    shown = f"{found:.4f}" if isinstance(found, float) else str(found)
    print(f"| {measure} | {aim} | {shown} |")


def long_files(folder: Path, *, samples: Path | None) -> list[list[Path]]:
    """Return groups of born-digital files, each of about a hundred pages: one long deck, then several files."""
    if samples is not None:
        slides, notes = (sorted((samples / name).glob("*.pdf")) for name in ("slides", "notes"))
        longest = max(slides, key=_pages)
        return [[longest], [one for one in (*slides, *notes) if one != longest]]
    return [[repeated(EXAMPLES / "lecture.pdf", folder / "long.pdf", pages=100)]]


def _pages(path: Path) -> int:
    import pypdfium2  # noqa: PLC0415

    with pypdfium2.PdfDocument(path) as document:
        return len(document)


def repeated(path: Path, out: Path, *, pages: int) -> Path:
    """Write a file with the pages of another one over and over."""
    import pypdfium2  # noqa: PLC0415

    with pypdfium2.PdfDocument(path) as source, pypdfium2.PdfDocument.new() as target:
        while len(target) < pages:
            target.import_pages(source)
        target.save(out)
    return out


def speed_born_digital(files: Sequence[Path], *, rounds: int) -> None:
    """Print the rows about speed of files with a text of their own."""
    mine, bare, ratio = compare(lambda: read(files), lambda: bare_text(files), rounds=rounds)
    pages = sum(map(_pages, files))
    row(f"born-digital, ms a page ({pages} pages in {len(files)} files)", "<= 15 at 100 pages", f"{1000 * mine:.1f}")
    row("the same, against pypdfium2's text alone", "-", f"{ratio:.1f} x ({1000 * bare:.1f} ms)")


def speed_scanned(files: Sequence[Path], *, rounds: int) -> None:
    """Print the rows about speed and memory of scans."""
    read(files)
    # Kilobytes on Linux, bytes on macOS; so far the readers are the only children that have ended.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    mine, bare, ratio = compare(lambda: read(files), lambda: bare_ocr(files), rounds=rounds)
    row("scanned, seconds a page", "<= 0.42", f"{mine:.2f}")
    row("the same, against bare tesserocr in two processes", "<= 1.15 x", f"{ratio:.2f} x ({bare:.2f} s)")
    row("peak memory of a worker, MB", "<= 250", f"{peak:.0f}")


def own_processes() -> list[int]:
    """Return the processes that this one has started and that still run (Linux)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            _, _, rest = status.read_text(encoding="utf-8", errors="replace").rpartition(")")
            state, parent = rest.split()[:2]
            # multiprocessing's own helper lives as long as this process
            tracker = b"resource_tracker" in (status.parent / "cmdline").read_bytes()
            if int(parent) == os.getpid() and state != "Z" and not tracker:
                found.append(int(status.parent.name))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path)
    parser.add_argument("--born-digital", nargs="*", type=Path)
    parser.add_argument("--scans", nargs="*", type=Path, default=[EXAMPLES / "lecture-scan.pdf"])
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    print("| measure | aim | here |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        files = [[one] for one in chosen.born_digital or ()] or long_files(Path(folder), samples=chosen.samples)
        for group in files:
            speed_born_digital(group, rounds=chosen.rounds)
    speed_scanned(chosen.scans, rounds=chosen.rounds)
    for kind, error in score_degraded():
        row(f"{kind.name}, made here, character error", kind.aim, error)
    found, cells = score_tables()
    row("tables made here, found", ">= .80", found)
    row("tables made here, cells right", ">= .90", cells)
    if chosen.samples is not None:
        result = scored(chosen.samples)
        for measure, place, aim in QUALITY:
            value = result
            for key in place:
                value = value.get(key, {})
            row(measure, aim, value if value != {} else "not scored")
    row("processes left behind", "0", len(own_processes()) if Path("/proc/self").exists() else "not known here")


if __name__ == "__main__":
    main()
