"""Pages of our own files spoilt as scanners and phones spoil them, and how many of their characters are read wrongly.

What a page says is taken from the page as it was drawn, read by its text layer, so that only recognition is measured.
Everything random has a fixed seed.
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from smartnotes.bootstrap import build_reader
from smartnotes.core.events import ignore
from smartnotes.core.model import PageWarning
from smartnotes.core.options import IngestOptions, Isolation

_ROOT = Path(__file__).parent.parent
PAGES = (
    (_ROOT / "examples/lecture.pdf", (2, 3, 5, 9)),
    (_ROOT / "examples/past-paper.pdf", (1,)),
    (_ROOT / "tests/golden/reading/paper.pdf", (1,)),
)
"""Slides with boxes and a table, a page of questions, a page of two columns."""
_OPTIONS = IngestOptions(languages=("eng",))
_SIGNS = str.maketrans("‘’“”–—‐−", "''\"\"----")  # noqa: RUF001 - what these are written as


class Kind(NamedTuple):
    """A way to spoil a page that is drawn at `dpi`, and how finely and hard the result is kept (JPEG; None: a fax)."""

    name: str
    dpi: int
    spoil: Callable[[Image.Image, np.random.Generator], Image.Image]
    quality: int | None
    aim: str
    paper: bool = True
    """Whether the file tells the size of the paper; a phone's does not."""


def _gray(image: Image.Image) -> NDArray[np.float32]:
    return np.asarray(image.convert("L"), dtype=np.float32)


def _image(values: NDArray[np.float32]) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def scanned(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Lay the page on the glass up to 1.5 degrees askew, with grain."""
    turned = image.convert("L").rotate(rng.uniform(-1.5, 1.5), Image.Resampling.BICUBIC, fillcolor=255)
    values = _gray(turned.filter(ImageFilter.GaussianBlur(0.8)))
    return _image(values * 0.95 + 8 + rng.normal(0, 6, values.shape).astype(np.float32))


def faxed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return black and white, with specks."""
    values = _gray(scanned(image, rng)) + rng.normal(0, 14, (image.height, image.width))
    specks = rng.random(values.shape)
    values = np.where(specks < 0.0006, 0, np.where(specks > 0.9994, 255, values))
    return _image(np.where(values > 175, 255, 0).astype(np.float32)).convert("1")


def photographed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Look at a flat page from aside, under a lamp that stands on one side, on a dark table."""
    return _taken(image, rng, curl=0.0, blur=0.0)


def curled(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Photograph a page that bends up to the fold of a book: lines of text are arcs."""
    return _taken(image, rng, curl=rng.uniform(0.02, 0.045) * rng.choice((-1, 1)), blur=0.0)


def unsharp(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Photograph a page that is in focus on one side only."""
    return _taken(image, rng, curl=0.0, blur=3.2)


def _taken(image: Image.Image, rng: np.random.Generator, *, curl: float, blur: float) -> Image.Image:
    """Return a photo of a page; `curl` is the height of the arcs over the height of the page, `blur` in pixels."""
    page = _gray(image)
    high, wide = page.shape
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) + rng.uniform(-0.03, 0.03, (4, 2))
    across, down = np.meshgrid(np.linspace(-0.06, 1.06, wide), np.linspace(-0.06, 1.06, high))
    u, v = _seen(across, down, corners)
    v = v + curl * (1 - (2 * u - 1) ** 2) * (1.3 - 0.6 * v) + 0.3 * curl * (u - 0.5)
    values = _sampled(page, u, v)
    inside = (u >= 0) & (u <= 1) & (v >= 0) & (v <= 1)
    lamp = 0.55 + 0.4 * across + 0.08 * down
    bend = 1 - 3.5 * abs(curl) * np.abs(2 * u - 1)
    seen = np.where(inside, 20 + 0.85 * values, 70) * np.clip(lamp * bend, 0.2, 1.0)
    photo = _image(seen).filter(ImageFilter.GaussianBlur(1.0))
    if blur:
        soft = photo.filter(ImageFilter.GaussianBlur(blur))
        share = np.clip(1.4 - 2.2 * across, 0, 1)
        seen = _gray(soft) * share + _gray(photo) * (1 - share)
        photo = _image(seen)
    return _image(_gray(photo) + rng.normal(0, 4, page.shape).astype(np.float32))


def _seen(
    across: NDArray[np.float64], down: NDArray[np.float64], corners: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return which point of the page is seen where, through the homography that moves its corners to `corners`."""
    rows, right = [], []
    for (x, y), (u, v) in zip(corners, ((0, 0), (1, 0), (1, 1), (0, 1)), strict=True):
        rows += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
        right += [u, v]
    a, b, c, d, e, f, g, h = np.linalg.solve(np.array(rows), np.array(right))
    depth = g * across + h * down + 1
    return (a * across + b * down + c) / depth, (d * across + e * down + f) / depth


def _sampled(page: NDArray[np.float32], u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the page's values at fractions `u`, `v` of it, between its pixels."""
    high, wide = page.shape
    x, y = np.clip(u * (wide - 1), 0, wide - 1.001), np.clip(v * (high - 1), 0, high - 1.001)
    left, top = x.astype(np.intp), y.astype(np.intp)
    x, y = (x - left).astype(np.float32), (y - top).astype(np.float32)
    upper = page[top, left] * (1 - x) + page[top, left + 1] * x
    lower = page[top + 1, left] * (1 - x) + page[top + 1, left + 1] * x
    found: NDArray[np.float32] = upper * (1 - y) + lower * y
    return found


KINDS = (
    Kind("scans at 300 DPI", 300, scanned, 50, "<= .030"),
    Kind("150 DPI", 150, scanned, 35, "<= .030"),
    Kind("fax", 200, faxed, None, "<= .045"),
    Kind("photo", 220, photographed, 60, "<= .045", paper=False),
    Kind("curled photo", 220, curled, 60, "<= .20", paper=False),
    Kind("photo out of focus", 220, unsharp, 60, "<= .20", paper=False),
)


def make_degraded(kind: Kind, path: Path) -> None:
    """Write a PDF of pictures: every page of `PAGES`, spoilt."""
    images = []
    for index, page in enumerate(_drawn(kind.dpi)):
        images.append(kind.spoil(page, np.random.default_rng(index)))
    options = {} if kind.quality is None else {"quality": kind.quality}
    resolution = kind.dpi if kind.paper else 72
    images[0].save(path, save_all=True, append_images=images[1:], resolution=resolution, **options)


def _drawn(dpi: int) -> Iterator[Image.Image]:
    for path, numbers in PAGES:
        with pypdfium2.PdfDocument(path) as document:
            for number in numbers:
                yield document[number - 1].render(scale=dpi / 72).to_pil()


def truth() -> list[str]:
    """Return what stands on the pages, by their text layers."""
    return [text for path, numbers in PAGES for text in texts(path, numbers)]


def texts(path: Path, numbers: tuple[int, ...] = ()) -> list[str]:
    """Return the texts of pages (all where none are named) as an ingest reads them."""
    reader = build_reader(Isolation.SANDBOX)
    info = reader.inspect(path, options=_OPTIONS)
    wanted = numbers or tuple(range(1, info.pages + 1))
    found = {}
    for one in reader.read(path, info, numbers=wanted, options=_OPTIONS, emit=ignore):
        assert not isinstance(one, PageWarning), one
        found[one.page.number] = one.page.body
    return [found[number] for number in wanted]


def character_error(right: str, read: str) -> float:
    """Return the edits it takes to make the text that was read right, over the length of the right one, at most 1."""
    a, b = (_points(text) for text in (right, read))
    if not a.size or not b.size:
        return float(a.size != b.size)
    places = np.arange(b.size + 1)
    row = places
    for index, character in enumerate(a, 1):
        changed = np.minimum(row[1:] + 1, row[:-1] + (b != character))
        row = np.minimum.accumulate(np.concatenate(([index], changed)) - places) + places
    return min(1.0, float(row[-1]) / a.size)


def _points(text: str) -> NDArray[np.int64]:
    plain = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    plain = re.sub(r"[•●○▪■*#|]|(?<!\S)-(?!\S)", " ", plain)
    return np.array([ord(character) for character in " ".join(plain.split())])


def score_degraded() -> Iterator[tuple[Kind, float]]:
    """Yield the mean character error over the pages for each way to spoil them."""
    right = truth()
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            path = Path(folder) / f"{kind.spoil.__name__}{kind.dpi}.pdf"
            make_degraded(kind, path)
            yield kind, float(np.mean([character_error(*pair) for pair in zip(right, texts(path), strict=True)]))
