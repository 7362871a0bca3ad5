"""What the PDF engine sees on a page: words, pictures, drawings, in fractions of the page as shown."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from smartnotes.core.errors import DamagedFile, EmptyFile, EncryptedFile, OptionsError, TooLarge
from smartnotes.core.ids import sha256_hex
from smartnotes.core.model import BBox
from smartnotes.core.options import IngestOptions, Limits
from smartnotes.core.pages.raw import RawPage
from smartnotes.engines import ENGINES, load
from smartnotes.engines.crops import cut
from smartnotes.engines.pdf import PdfFile, extract, open_document, render
from tests.pdf_making import make_pdf, stream, text


def pages_of(data: bytes, *, limits: Limits | None = None) -> list[RawPage]:
    with pypdfium2.PdfDocument(data) as document:
        return [extract(page, number=number, limits=limits or Limits()) for number, page in enumerate(document, 1)]


def page_of(data: bytes) -> RawPage:
    return pages_of(data)[0]


def words_of(page: RawPage) -> list[str]:
    return [word.text for line in page.lines for word in line.words]


def test_words_have_boxes_sizes_and_fonts() -> None:
    page = page_of(make_pdf(text("Cells divide", y=696) + text("print", x=306, y=396, size=20, font="F2")))
    assert (page.width_pt, page.height_pt) == (612, 792)
    cells, divide, code = [word for line in page.lines for word in line.words]
    assert (cells.text, divide.text, code.text) == ("Cells", "divide", "print")
    assert cells.box[0] == pytest.approx(72 / 612, abs=0.002)
    assert cells.box[3] == pytest.approx(96 / 792, abs=0.004)
    assert cells.box[2] < divide.box[0]
    assert (cells.size_pt, cells.bold, cells.mono) == (12, False, False)
    assert (code.size_pt, code.bold, code.mono) == (20, True, True)


def test_a_size_set_by_the_text_matrix_counts() -> None:
    page = page_of(make_pdf("BT /F1 1 Tf 24 0 0 24 72 700 Tm (Title) Tj ET"))
    assert page.lines[0].words[0].size_pt == pytest.approx(24)


def test_lines_on_different_baselines_are_apart() -> None:
    page = page_of(make_pdf(text("first line", y=700) + text("second line", y=680)))
    assert [line.text for line in page.lines] == ["first line", "second line"]


@pytest.mark.parametrize(
    ("turns", "box"),
    [
        (0, (0.1, 0.2, 0.3, 0.25)),
        (90, (0.75, 0.1, 0.8, 0.3)),
        (180, (0.7, 0.75, 0.9, 0.8)),
        (270, (0.2, 0.7, 0.25, 0.9)),
    ],
)
def test_boxes_are_those_of_the_page_as_turned(turns: int, box: tuple[float, ...]) -> None:
    drawing = "1 0 0 rg 100 1500 200 100 re f"  # of 1000 x 2000
    page = page_of(make_pdf(drawing, page=f"/MediaBox [0 0 1000 2000] /Rotate {turns}"))
    assert page.paths[0].box == pytest.approx(box, abs=0.002)
    assert (page.width_pt, page.height_pt) == ((1000, 2000) if turns % 180 == 0 else (2000, 1000))


def test_boxes_are_those_of_the_crop_box() -> None:
    content = "1 0 0 rg 150 250 50 50 re f " + text("outside", x=10, y=10)
    page = page_of(make_pdf(content, page="/MediaBox [0 0 600 800] /CropBox [100 200 300 400]"))
    assert page.paths[0].box == pytest.approx((0.25, 0.5, 0.5, 0.75), abs=0.005)
    assert (page.width_pt, page.height_pt) == (200, 200)
    assert not page.lines


@pytest.mark.parametrize(
    ("drawing", "seen"),
    [
        ("0 0 1 rg 10 10 100 100 re f", 1),
        ("1 1 1 rg 10 10 100 100 re f", 0),
        ("10 10 100 100 re n", 0),
        ("0 0 0.3 rg 0 0 612 792 re f 1 1 1 rg 10 10 100 100 re f", 2),
        ("0 0 0.3 rg 0 0 612 792 re f 10 10 100 100 re f", 1),
        ("1 0 0 RG 10 10 100 100 re S", 1),
        ("q 0 0 50 50 re W n 0 0 1 rg 200 200 100 100 re f Q", 0),
    ],
    ids=["blue", "white on white", "nothing painted", "white on blue", "blue on blue", "outline", "clipped away"],
)
def test_only_drawings_that_can_be_seen_count(drawing: str, seen: int) -> None:
    assert len(page_of(make_pdf(drawing)).paths) == seen


def test_a_clip_cuts_a_drawings_box() -> None:
    page = page_of(make_pdf("q 0 396 306 396 re W n 0 0 1 rg 0 0 612 792 re f Q"))
    assert page.paths[0].box == pytest.approx((0, 0, 0.5, 0.5), abs=0.01)


def test_drawings_and_pictures_inside_forms_are_placed_on_the_page() -> None:
    picture = stream(
        bytes(12), "/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    )
    inner = "/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Resources << /XObject << /I 10 0 R >> >>"
    form = stream(b"1 0 0 rg 0 0 50 50 re f q 50 0 0 50 50 50 cm /I Do Q", inner)
    page = page_of(
        make_pdf(
            "q 2 0 0 2 200 300 cm /X Do Q",
            page="/MediaBox [0 0 1000 1000]",
            resources="/XObject << /X 11 0 R >>",
            extra=[picture, form],
        )
    )
    assert page.paths[0].box == pytest.approx((0.2, 0.6, 0.3, 0.7), abs=0.005)
    assert page.images[0].box == pytest.approx((0.3, 0.5, 0.4, 0.6), abs=0.005)
    assert (page.images[0].width_px, page.images[0].height_px) == (2, 2)


def test_equal_pictures_have_equal_digests() -> None:
    entries = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    pictures = [stream(colour, entries) for colour in (b"\xff\0\0", b"\xff\0\0", b"\0\xff\0")]
    draw = "".join(f"q 90 0 0 90 {100 * index} 0 cm /I{index} Do Q " for index in range(3))
    names = " ".join(f"/I{index} {10 + index} 0 R" for index in range(3))
    first, second, third = page_of(make_pdf(draw, resources=f"/XObject << {names} >>", extra=pictures)).images
    assert first.digest == second.digest != third.digest


def test_ligatures_are_written_out_and_private_characters_kept() -> None:
    """A reader further on must be able to tell that a text layer is useless."""
    codes = (
        b"1 begincodespacerange <00> <ff> endcodespacerange 3 beginbfchar <61> <FB01> <62> <E062> <63> <00AD> endbfchar"
    )
    table = b"/CIDInit begincmap " + codes + b" endcmap"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 10 0 R >>"
    content = "BT /F3 12 Tf 72 700 Td (abc) Tj ET"
    data = make_pdf(content, extra=[stream(table), font]).replace(b"/Font << /F1", b"/Font << /F3 11 0 R /F1")
    shifted = data[: data.rindex(b"startxref")] + b"startxref\n0\n%%EOF\n"  # the table is off now; readers rebuild it
    assert words_of(page_of(shifted)) == ["fi\ue062-"]


def test_a_page_with_too_many_characters_is_refused() -> None:
    with pytest.raises(TooLarge, match="page_characters"):
        pages_of(make_pdf(text("word " * 50)), limits=Limits(page_characters=100))


def test_a_page_is_drawn_within_the_pixel_limit() -> None:
    with pypdfium2.PdfDocument(make_pdf(text("poster"), page="/MediaBox [0 0 14400 14400]")) as document:
        image = render(document[0], dpi=300, limits=Limits(page_pixels=1_000_000))
        gray = render(document[0], dpi=1, limits=Limits(), gray=True)
    assert image.mode == "RGB"
    assert 900_000 < image.width * image.height <= 1_002_000
    assert gray.mode == "L"


def test_the_title_is_the_files_own(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(text("one"), text("two")))
    file = PdfFile(path, options=IngestOptions(), ocr=None)
    assert (file.info().title, file.info().pages) == ("Made by hand", 2)
    file.close()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (make_pdf(text("x"))[:200], DamagedFile),
        (b"%PDF-1.7\nnothing here", DamagedFile),
        (make_pdf(), EmptyFile),
    ],
    ids=["cut off", "only a header", "no pages"],
)
def test_files_that_cannot_be_read_say_why(tmp_path: Path, data: bytes, error: type[Exception]) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(error):
        PdfFile(path, options=IngestOptions(), ocr=None)


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(*(text(str(number)) for number in range(5))))
    with pytest.raises(TooLarge, match="limit pages is 4"):
        PdfFile(path, options=IngestOptions(limits=Limits(pages=4)), ocr=None)


def test_a_password_is_asked_for_and_used(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("student", "owner", algorithm="RC4-128")
    path = tmp_path / "a.pdf"
    writer.write(path)
    with pytest.raises(EncryptedFile) as caught:
        open_document(path, password=None)
    assert "--password" in caught.value.hint
    with pytest.raises(EncryptedFile):
        open_document(path, password="wrong")
    assert len(open_document(path, password="student")) == 1


@pytest.mark.parametrize("turns", [0, 90, 180, 270])
def test_an_area_of_a_page_is_drawn_as_within_the_whole(turns: int) -> None:
    drawing = "1 0 0 rg 20 30 50 60 re f 0 0 1 rg 120 230 30 40 re f"
    area = BBox(x0=0.1, y0=0.2, x1=0.7, y1=0.9)
    with pypdfium2.PdfDocument(make_pdf(drawing, page=f"/MediaBox [0 0 200 300] /Rotate {turns}")) as document:
        whole = render(document[0], dpi=144, limits=Limits())
        part = render(document[0], dpi=144, limits=Limits(), area=area)
    expected = cut(whole, area)
    difference = ImageChops.difference(part, expected.resize(part.size)).convert("L").point(lambda value: value > 128)
    assert abs(part.width - expected.width) <= 1
    assert abs(part.height - expected.height) <= 1
    assert difference.histogram()[1] < 0.01 * part.width * part.height


def test_a_figure_is_cut_out_where_its_box_says(tmp_path: Path) -> None:
    entries = "/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    picture = stream(b"\xff\0\0" * 4, entries)
    content = text("A slide with a red picture below", y=700) + "q 300 0 0 300 150 200 cm /I Do Q"
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(content, resources="/XObject << /I 10 0 R >>", extra=[picture]))
    read = PdfFile(path, options=IngestOptions(), ocr=None).read_page(1)
    (figure,) = read.page.figures
    image = Image.open(io.BytesIO(read.crops[figure.blob])).convert("RGB")
    assert (figure.width_px, figure.height_px) == image.size
    assert image.getpixel((image.width // 2, image.height // 2)) == (255, 0, 0)
    assert figure.box.x0 == pytest.approx(150 / 612, abs=0.02)
    assert sha256_hex(read.crops[figure.blob]) == figure.blob


@pytest.mark.parametrize("kind", sorted(ENGINES))
def test_every_engine_that_has_a_name_can_be_loaded(kind: str) -> None:
    for name in ENGINES[kind]:
        assert isinstance(load(kind, name), type)


def test_an_engine_nobody_knows_is_an_options_error() -> None:
    with pytest.raises(OptionsError, match="fortune-teller"):
        load("ocr", "fortune-teller")
