"""Pictures of untrusted files: opened within the pixel limit, turned upright, cut, and kept as PNG."""

from __future__ import annotations

import io
import math
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from smartnotes.core.errors import DamagedFile, TooLarge
from smartnotes.core.options import Limits, how_to_raise

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
"""What a lecture may be as a picture."""

EMBEDDED_FORMATS = (*FORMATS, "GIF", "BMP")
"""What may stand inside an Office file; drawings (EMF, WMF, SVG) are not pictures."""


def open_picture(source: Path | bytes, *, name: str, limits: Limits, formats: tuple[str, ...] = FORMATS) -> Image.Image:
    """Return the picture with its header read and its pixels not yet.

    Raises `TooLarge` for more pixels than the limit, `DamagedFile` for what is no picture of these formats.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of bombs and odd metadata; our own limit follows
            image = Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=formats)
    except Image.DecompressionBombError as error:
        raise TooLarge(
            f"{name} has too many pixels: {error}; the limit image_pixels is {limits.image_pixels:,}.",
            hint=how_to_raise("image_pixels", instead="Save it smaller"),
        ) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise _damaged(name, error) from error
    try:
        check_pixels(image, name=name, limits=limits)
    except TooLarge:
        image.close()
        raise
    return image


def check_pixels(image: Image.Image, *, name: str, limits: Limits) -> None:
    """Raise `TooLarge` where decoding would give more pixels than the limit."""
    pixels = image.width * image.height
    if pixels > limits.image_pixels:
        raise TooLarge(
            f"{name} has {image.width:,} x {image.height:,} = {pixels:,} pixels; "
            f"the limit image_pixels is {limits.image_pixels:,}.",
            hint=how_to_raise("image_pixels", instead="Save it smaller"),
        )


def decode(
    image: Image.Image, *, name: str, reduce_to_px: int | None = None, most_pixels: int | None = None
) -> Image.Image:
    """Return the pixels, upright as its EXIF data says, on white where it is transparent, in mode L or RGB.

    `reduce_to_px` lets JPEG decode at a half, quarter or eighth while both sides stay that long. A picture of more than
    `most_pixels` is made that small before anything else is done with it: it may fit into the memory only once. Raises
    `DamagedFile` where the data is broken.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if reduce_to_px is not None and image.format == "JPEG":
                image.draft(None, (reduce_to_px, reduce_to_px))
            if most_pixels is not None and image.width * image.height > most_pixels:
                scale = (most_pixels / (image.width * image.height)) ** 0.5
                size = max(1, int(image.width * scale)), max(1, int(image.height * scale))
                if image.mode in ("1", "P"):
                    image = image.convert("L" if image.mode == "1" else "RGB")
                image.thumbnail(size, Image.Resampling.LANCZOS)
            image.load()
            upright = ImageOps.exif_transpose(image)
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        TypeError,
        MemoryError,
        Image.DecompressionBombError,
    ) as error:
        raise _damaged(name, error) from error
    return _plain(upright)


def _plain(image: Image.Image) -> Image.Image:
    if image.mode in ("I;16", "I;16B", "I;16L", "I;16N", "I", "F"):
        low, high = (float(value) for value in image.convert("F").getextrema())  # type: ignore[arg-type]
        scale = 255 / (high - low) if high > low else 1.0
        return image.convert("F").point(lambda value: value * scale - low * scale).convert("L")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        full = image.convert("RGBA")
        paper = Image.new("RGBA", full.size, "white")
        return Image.alpha_composite(paper, full).convert("RGB")
    return image.convert("L") if image.mode in ("1", "L") else image.convert("RGB")


def cut(image: Image.Image, *, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """Return what is left after cutting these fractions off each side (negative ones, a margin, are ignored)."""
    width, height = image.size
    box = (
        min(width - 1, math.floor(max(0.0, left) * width)),
        min(height - 1, math.floor(max(0.0, top) * height)),
        max(1, math.ceil((1 - max(0.0, right)) * width)),
        max(1, math.ceil((1 - max(0.0, bottom)) * height)),
    )
    if box[0] >= box[2] or box[1] >= box[3] or box == (0, 0, width, height):
        return image
    return image.crop(box)


def shrunk(image: Image.Image, *, longest_px: int) -> Image.Image:
    """Return the image with its longer side at most that long."""
    if max(image.size) <= longest_px:
        return image
    small = image.copy()
    small.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    return small


def _damaged(name: str, error: BaseException) -> DamagedFile:
    return DamagedFile(
        f"{name} cannot be read as a picture: {error}.",
        hint="It may have been cut off: copy or download it again, or save it as PNG.",
    )
