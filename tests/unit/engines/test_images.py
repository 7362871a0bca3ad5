from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from smartnotes.core.errors import DamagedFile, TooLarge
from smartnotes.core.model import TextSource
from smartnotes.core.options import IngestOptions, Limits
from smartnotes.core.ports import RecognisedWord
from smartnotes.engines.images import ImageFile
from smartnotes.engines.pictures import decode, open_picture


class SizeOcr:
    """Reads the size of what it is shown."""

    name = "size 1"

    def languages(self) -> frozenset[str]:
        return frozenset({"eng"})

    def recognise(self, image: Image.Image, *, languages: Sequence[str], dpi: int) -> list[RecognisedWord]:
        box = (10, 10, 60, 24)
        return [RecognisedWord("wide" if image.width > image.height else "tall", box, 0.9, 1, 1, 1)]


def picture(size: tuple[int, int] = (300, 200)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for row in range(20, size[1] - 20, 20):
        for x in range(20, size[0] - 40, 16):
            draw.rectangle((x, row, x + 10, row + 7), fill="black")
    return image


def opened(path: Path, *, limits: Limits | None = None) -> ImageFile:
    return ImageFile(path, options=IngestOptions(limits=limits or Limits()), ocr=SizeOcr())


@pytest.mark.parametrize(
    ("suffix", "media_type"), [("png", "image/png"), ("jpg", "image/jpeg"), ("webp", "image/webp")]
)
def test_a_picture_is_one_recognised_page(tmp_path: Path, suffix: str, media_type: str) -> None:
    picture().save(tmp_path / f"page.{suffix}")
    with closing(opened(tmp_path / f"page.{suffix}")) as source:
        page = source.read_page(1).page
        assert source.info().media_type == media_type
        assert source.info().pages == 1
    assert page.text == "wide"
    assert page.source is TextSource.OCR
    assert page.ocr_reason == "an image"
    assert page.confidence == pytest.approx(0.9)


def test_every_picture_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    picture().save(path, save_all=True, append_images=[picture((200, 300))])
    with closing(opened(path)) as source:
        assert source.info().pages == 2
        assert [source.read_page(number).page.text for number in (1, 2)] == ["wide", "tall"]


def test_a_photo_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to show
    picture().save(path, exif=exif)
    page = opened(path).read_page(1).page
    assert page.width_pt < page.height_pt


def test_the_size_of_the_page_is_that_of_paper(tmp_path: Path) -> None:
    picture((850, 1100)).save(tmp_path / "plain.png")
    picture((850, 1100)).save(tmp_path / "scan.png", dpi=(100, 100))
    for name in ("plain.png", "scan.png"):
        page = opened(tmp_path / name).read_page(1).page
        assert (page.width_pt, page.height_pt) == pytest.approx((612, 792), rel=0.01)


def test_without_an_engine_the_page_is_empty_rather_than_lost(tmp_path: Path) -> None:
    picture().save(tmp_path / "page.png")
    page = ImageFile(tmp_path / "page.png", options=IngestOptions(), ocr=None).read_page(1).page
    assert page.text == ""
    assert page.source is TextSource.NONE


def test_too_many_pixels_are_refused_before_decoding(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    path = tmp_path / "bomb.png"
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b""))
    with pytest.raises(TooLarge, match="image_pixels"):
        opened(path)


def test_the_limit_names_what_was_found(tmp_path: Path) -> None:
    picture().save(tmp_path / "page.png")
    with pytest.raises(TooLarge, match=r"300 x 200 = 60,000 pixels; the limit image_pixels is 50,000"):
        opened(tmp_path / "page.png", limits=Limits(image_pixels=50_000))


def test_a_large_page_is_made_smaller_for_recognition(tmp_path: Path) -> None:
    picture().save(tmp_path / "page.png")
    page = opened(tmp_path / "page.png", limits=Limits(page_pixels=15_000)).read_page(1).page
    assert page.width_pt / page.height_pt == pytest.approx(1.5, rel=0.02)


def test_a_truncated_picture_is_damaged(tmp_path: Path) -> None:
    whole = tmp_path / "whole.png"
    picture((900, 900)).save(whole)
    cut = tmp_path / "cut.png"
    cut.write_bytes(whole.read_bytes()[:600])
    with closing(opened(cut)) as source, pytest.raises(DamagedFile, match=r"cut\.png"):
        source.read_page(1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_is_read(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("page.tif" if mode in ("CMYK", "I;16") else "page.png")
    picture().convert("L" if mode == "I;16" else mode).convert(mode).save(path)
    assert opened(path).read_page(1).page.text == "wide"


def test_a_picture_larger_than_a_page_may_be_is_made_smaller_as_it_is_decoded(tmp_path: Path) -> None:
    """Before it is turned and converted: those copies would not fit into the memory of a child."""
    for mode, suffix in (("RGB", "png"), ("RGB", "jpg"), ("1", "tiff"), ("P", "png")):
        path = tmp_path / f"{mode}.{suffix}"
        Image.new(mode, (600, 400)).save(path)
        image = decode(open_picture(path, name=path.name, limits=Limits()), name=path.name, most_pixels=60_000)
        assert image.width * image.height <= 60_000
        assert abs(image.width / image.height - 1.5) < 0.02
