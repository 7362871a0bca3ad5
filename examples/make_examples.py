"""Make the example files of this folder. They are committed; run this after a change in `source/`.

    pip install --group examples
    python examples/make_examples.py

The same versions of the libraries give the same bytes: dates are fixed and noise has a seed.
"""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

from source.buckets import draw
from source.fonts import font_file
from source.paper import write_paper
from source.pdf import write_pdf
from source.pptx_deck import write_pptx
from source.scan import write_scan

FOLDER = Path(__file__).parent
PACKAGED = FOLDER.parent / "smartnotes" / "data" / "lecture.pdf"
"""The copy that `smartnotes demo` reads; a test checks that it is the same file."""


def main() -> None:
    """Write every file and say how large it is."""
    draw(FOLDER / "buckets.png", font=font_file())
    write_pdf(FOLDER / "lecture.pdf")
    copyfile(FOLDER / "lecture.pdf", PACKAGED)
    write_pptx(FOLDER / "lecture.pptx")
    write_scan(FOLDER / "lecture-scan.pdf", lecture=FOLDER / "lecture.pdf")
    write_paper(FOLDER / "past-paper.pdf")
    for path in sorted(FOLDER.glob("*.p*")):
        print(f"{path.stat().st_size:9,}  {path.name}")


if __name__ == "__main__":
    main()
