"""How fast lectures are read, against the bare libraries underneath, in one run.

    python bench/reading.py [--born-digital FILE ...] [--scans FILE ...] [--rounds 3]

Born-digital: pages/s of the sandboxed reader (text, regions, figures cropped) against pypdfium2's text extraction
alone, in this process. Scans: seconds a page of the reader against page rendering at the same DPI and tesserocr in
two processes, nothing else. Rounds alternate; medians and their ratio are printed. Start of the children is included on
both sides.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--born-digital", nargs="*", type=Path, default=[EXAMPLES / "lecture.pdf"])
    parser.add_argument("--scans", nargs="*", type=Path, default=[EXAMPLES / "lecture-scan.pdf"])
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    mine, bare, ratio = compare(
        lambda: read(chosen.born_digital), lambda: bare_text(chosen.born_digital), rounds=chosen.rounds
    )
    print(f"born-digital: {1 / mine:.1f} pages/s, bare pypdfium2 text {1 / bare:.1f}: {ratio:.1f} times its time")
    mine, bare, ratio = compare(lambda: read(chosen.scans), lambda: bare_ocr(chosen.scans), rounds=chosen.rounds)
    print(f"scanned: {mine:.2f} s/page, bare tesserocr in two processes {bare:.2f}: {ratio:.2f} times its time")


if __name__ == "__main__":
    main()
