"""The measurement behind figure 2: how two hash functions spread 2,000 user names over 64 buckets, and its picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from source.slides import BLUE, GREY, INK, RED, Colour

BUCKETS = 64
KEYS = tuple(f"user{number:04}" for number in range(2_000))
SCALE_TOP = 150


def sum_of_codes(key: str) -> int:
    """A bad hash function: the order of the characters does not count."""
    return sum(key.encode())


def fnv1a(key: str) -> int:
    """FNV-1a with 32 bits (Fowler, Noll, Vo)."""
    value = 0x811C9DC5
    for byte in key.encode():
        value = (value ^ byte) * 0x01000193 % 2**32
    return value


def counts(function: Callable[[str], int]) -> list[int]:
    """Return how many of the keys fall into each bucket."""
    found = [0] * BUCKETS
    for key in KEYS:
        found[function(key) % BUCKETS] += 1
    return found


def draw(path: Path, *, font: Path) -> None:
    """Write the picture: two bar charts side by side, with axes."""
    image = Image.new("RGB", (1620, 800), "white")
    pen = ImageDraw.Draw(image)
    _chart(pen, 90, title="Sum of the character codes", values=counts(sum_of_codes), colour=RED, font=font)
    _chart(pen, 900, title="FNV-1a", values=counts(fnv1a), colour=BLUE, font=font)
    image.quantize(32).save(path, optimize=True)


def _chart(pen: ImageDraw.ImageDraw, left: int, *, title: str, values: list[int], colour: Colour, font: Path) -> None:
    words, small = ImageFont.truetype(font, 38), ImageFont.truetype(font, 30)
    top, bottom, width = 90, 680, 10
    pen.text((left + 320, 20), title, fill=INK, font=words, anchor="mt")
    for level in range(0, SCALE_TOP + 1, 50):
        y = bottom - (bottom - top) * level // SCALE_TOP
        pen.line((left, y, left + BUCKETS * width, y), fill=(215, 220, 226), width=2)
        pen.text((left - 12, y), str(level), fill=GREY, font=small, anchor="rm")
    for index, value in enumerate(values):
        y = bottom - (bottom - top) * value // SCALE_TOP
        if value:
            pen.rectangle((left + index * width, y, left + index * width + width - 3, bottom), fill=colour)
    pen.line((left, bottom, left + BUCKETS * width, bottom), fill=INK, width=3)
    for index in (0, 16, 32, 48, 63):
        pen.text((left + index * width + 4, bottom + 12), str(index), fill=GREY, font=small, anchor="mt")
    pen.text((left + 320, bottom + 60), "bucket number", fill=INK, font=small, anchor="mt")
