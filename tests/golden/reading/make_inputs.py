"""Makes the inputs of the reading cases from the text below, through LibreOffice: ``python make_inputs.py``.

Needs `soffice` on the path. The PDF files are kept beside this script, so that tests need no office program.
"""

from __future__ import annotations

import itertools
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent

BUILD = [
    "Phospholipid bilayer keeps the inside and the outside of every living cell apart",
    "Proteins move inside the bilayer",
    "Cholesterol regulates fluidity",
]
LEFT = ["No nucleus", "Small ribosomes", "Single circular chromosome", "Divide by binary fission"]
RIGHT = ["Nucleus with envelope", "Larger ribosomes", "Several linear chromosomes", "Divide by mitosis and meiosis"]
CHAIN = ["DNA", "RNA", "Protein"]
DOGMA = "Information flows from nucleic acid to protein, and never back again."
CELLS = [
    ["Organelle", "Function", "Membranes"],
    ["Mitochondrion", "Makes ATP", "2"],
    ["Ribosome", "Makes proteins", "0"],
    ["Lysosome", "Digests waste", "1"],
]
FOOT = "Introductory Biology, Week 3"
TITLE = "On the sampling of signals that last for a limited time only"
SECTIONS = {
    "1 Sampling": [
        "A signal whose spectrum ends at a highest frequency is determined by its samples, provided that they are "
        "taken at "
        "more than twice that frequency. The theorem is usually named after Nyquist and Shannon, although others "
        "had found "
        "it before them, and it is the reason why music is stored with forty-four thousand samples each second.",
        "Nothing in nature lasts for ever, so no real signal has a spectrum that ends. What is sampled is therefore "
        "filtered first, and the filter decides how much of the unwanted part is folded back into the band of "
        "interest. "
        "The steeper the filter, the longer it rings; the compromise is an engineering decision.",
    ],
    "2 Windows": [
        "A piece cut out of a longer signal has edges that were not there before. Multiplying the piece by a "
        "window that "
        "falls to zero at both ends removes them, at the price of a wider main lobe. Rectangular, triangular, Hann and "
        "Hamming windows differ in how they share out that price between the lobes.",
        "For the measurement of amplitudes a flat window is preferred, and for the separation of neighbouring lines a "
        "narrow one. No window is best for everything, which is the usual state of affairs in signal processing.",
    ],
    "3 Transforms": [
        "The fast transform needs a number of operations proportional to the length times its logarithm. Its "
        "invention, "
        "or rather its rediscovery, by Cooley and Tukey made spectral analysis an everyday tool. It works on "
        "lengths that "
        "have small factors, and the power of two is the most convenient of these.",
        "Where only a few frequencies matter, the algorithm of Goertzel is cheaper. Telephone exchanges used it for "
        "decades in order to recognise the tones of the keys, with a few multiplications for every sample.",
    ],
}


def _slides(path: Path) -> None:
    from pptx import Presentation  # noqa: PLC0415
    from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE  # noqa: PLC0415
    from pptx.util import Inches  # noqa: PLC0415

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.33), Inches(7.5)
    titles = ["The cell membrane"] * 3 + [
        "Comparing prokaryotes and eukaryotes",
        "Protein synthesis",
        "Organelles at a glance",
    ]
    for number, title in enumerate(titles, 1):
        slide = deck.slides.add_slide(deck.slide_layouts[{4: 3, 5: 5, 6: 5}.get(number, 1)])
        slide.shapes.title.text = title
        if number <= 3:
            _fill(slide.placeholders[1], BUILD[:number])
        elif number == 4:
            _fill(slide.placeholders[1], LEFT)
            _fill(slide.placeholders[2], RIGHT)
        elif number == 5:
            boxes = []
            for place, word in enumerate(CHAIN):
                box = slide.shapes.add_shape(
                    MSO_SHAPE.ROUNDED_RECTANGLE, Inches(1.5 + place * 3.5), Inches(3), Inches(2), Inches(1)
                )
                box.text = word
                boxes.append(box)
            for one, two in itertools.pairwise(boxes):
                middle = one.top + one.height // 2
                slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, one.left + one.width, middle, two.left, middle)
            _text(slide, DOGMA, place=(1.5, 5, 9), size=20)
        else:
            table = slide.shapes.add_table(4, 3, Inches(1), Inches(2), Inches(10), Inches(3)).table
            for row, cells in enumerate(CELLS):
                for column, cell in enumerate(cells):
                    table.cell(row, column).text = cell
        _text(slide, FOOT, place=(0.5, 7, 4), size=10)
        _text(slide, str(number), place=(12.3, 7, 0.8), size=10)
    deck.save(str(path))


def _fill(placeholder, lines) -> None:  # type: ignore[no-untyped-def]
    placeholder.text_frame.text = lines[0]
    for one in lines[1:]:
        placeholder.text_frame.add_paragraph().text = one


def _text(slide, text, *, place, size) -> None:  # type: ignore[no-untyped-def]
    from pptx.util import Inches, Pt  # noqa: PLC0415

    x, y, width = (Inches(value) for value in place)
    frame = slide.shapes.add_textbox(x, y, width, Inches(0.4)).text_frame
    frame.text = text
    frame.paragraphs[0].font.size = Pt(size)


def _paper(path: Path) -> None:
    import docx  # noqa: PLC0415
    from docx.enum.section import WD_SECTION  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    document = docx.Document()
    document.add_heading(TITLE, 0)
    section = document.add_section(WD_SECTION.CONTINUOUS)
    section._sectPr.xpath("./w:cols")[0].set(qn("w:num"), "2")
    for heading, paragraphs in SECTIONS.items():
        document.add_heading(heading, 2)
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
    document.save(str(path))


def main() -> None:
    """Make both documents and turn them into PDF."""
    office = shutil.which("soffice")
    if office is None:
        raise SystemExit("soffice is not on the path")
    sources = [HERE / "slides.pptx", HERE / "paper.docx"]
    _slides(sources[0])
    _paper(sources[1])
    subprocess.run([office, "--headless", "--convert-to", "pdf", "--outdir", HERE, *sources], check=True)
    for source in sources:
        source.unlink()


if __name__ == "__main__":
    main()
