"""Prints some pages of the lecture and scans them again, badly: turned, grey, noisy, JPEG, no text layer."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pypdfium2
from fpdf import FPDF
from PIL import Image, ImageFilter

from source.pdf import MADE

DPI = 150
PAGES = {3: 0.7, 7: -0.9, 9: 0.4, 11: -0.5}
"""Page of the lecture: how far it lies askew on the glass, degrees counter-clockwise."""


def _scanned(image: Image.Image, *, degrees: float, seed: int) -> bytes:
    """Return the page as a scanner with a dusty glass would see it."""
    random = np.random.default_rng(seed)
    grey = image.convert("L").rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    pixels = np.asarray(grey.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float32)
    shade = np.linspace(0.97, 0.9, pixels.shape[1], dtype=np.float32)
    pixels = 18 + pixels * shade * 0.93 + random.normal(0, 3.0, pixels.shape)
    dust = random.integers(0, pixels.size, 60)
    pixels.flat[dust] -= 120
    out = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=38, optimize=True)
    return out.getvalue()


def write_scan(path: Path, *, lecture: Path) -> None:
    """Write the scan of a few pages of the PDF `lecture`."""
    paper = FPDF(unit="in")
    paper.set_creation_date(MADE)
    paper.set_title("Scan")
    document = pypdfium2.PdfDocument(lecture)
    for number, degrees in PAGES.items():
        image = document[number - 1].render(scale=DPI / 72).to_pil()
        width, height = image.width / DPI, image.height / DPI
        paper.add_page(format=(height, width), orientation="landscape")
        paper.image(io.BytesIO(_scanned(image, degrees=degrees, seed=number)), 0, 0, width, height)
    document.close()
    paper.output(str(path))
