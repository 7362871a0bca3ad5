from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from smartnotes.core.errors import EngineMissing
from smartnotes.engines.ocr import TesserocrEngine, default_engine, parse_tsv
from smartnotes.engines.ocr_languages import data_folders, language_code, language_files


def printed(text: str, *, size: int = 40) -> Image.Image:
    image = Image.new("L", (1200, 120), 255)
    ImageDraw.Draw(image).text((30, 30), text, fill=0, font=ImageFont.load_default(size))
    return image


@pytest.fixture(scope="module")
def engine() -> TesserocrEngine:
    return TesserocrEngine()


@pytest.mark.parametrize(
    ("name", "code"),
    [("eng", "eng"), ("en", "eng"), ("fr", "fra"), ("fre", "fra"), ("DE", "deu"), ("zh", "chi_sim"), ("xyz", "xyz")],
)
def test_languages_may_be_named_in_the_usual_ways(name: str, code: str) -> None:
    assert language_code(name) == code


def test_words_come_with_place_and_confidence(engine: TesserocrEngine) -> None:
    words = engine.recognise(printed("Energy is conserved"), languages=["en"], dpi=225)
    assert [word.text for word in words] == ["Energy", "is", "conserved"]
    assert all(0.6 < word.confidence <= 1 for word in words)
    assert words[0].box[0] < words[1].box[0] < words[2].box[0]


def test_the_engine_says_its_version(engine: TesserocrEngine) -> None:
    assert engine.name.startswith("tesserocr 2.")


def test_a_missing_language_is_named_with_what_there_is_and_how_to_get_it(engine: TesserocrEngine) -> None:
    with pytest.raises(EngineMissing, match=r"no OCR data for tlh\. Available: .*eng") as caught:
        engine.recognise(printed("x"), languages=["eng", "tlh"], dpi=225)
    assert "tesseract-ocr-tlh" in caught.value.hint
    assert "tlh.traineddata" in caught.value.hint


def test_the_default_engine_for_a_language_nobody_has_says_so() -> None:
    with pytest.raises(EngineMissing, match="tlh"):
        default_engine(["tlh"])


def test_the_embedded_engine_comes_first() -> None:
    assert default_engine(["eng"]).name.startswith("tesserocr")


def test_a_folder_of_ones_own_comes_before_all_others(tmp_path: Path) -> None:
    (tmp_path / "eng.traineddata").touch()
    (tmp_path / "osd.traineddata").touch()
    files = language_files([tmp_path])
    assert files["eng"].parent == tmp_path
    assert "osd" not in files


def test_a_folder_named_in_the_environment_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert data_folders()[0] == tmp_path


def test_languages_in_several_folders_are_read_together(tmp_path: Path) -> None:
    original = language_files()["eng"]
    (tmp_path / "own.traineddata").write_bytes(original.read_bytes())
    words = TesserocrEngine(folders=[tmp_path]).recognise(printed("Potential"), languages=["eng", "own"], dpi=225)
    assert [word.text for word in words] == ["Potential"]


def rows(*cells: Sequence[object]) -> str:
    return "\n".join("\t".join(map(str, row)) for row in cells)


def test_only_words_of_the_table_count() -> None:
    tsv = rows(
        [
            "level",
            "page_num",
            "block_num",
            "par_num",
            "line_num",
            "word_num",
            "left",
            "top",
            "width",
            "height",
            "conf",
            "text",
        ],
        [1, 1, 0, 0, 0, 0, 0, 0, 800, 600, -1, ""],
        [4, 1, 2, 1, 3, 0, 10, 20, 300, 20, -1, ""],
        [5, 1, 2, 1, 3, 1, 10, 20, 30, 15, 96.5, "Hello"],
        [5, 1, 2, 1, 3, 2, 50, 20, 30, 15, 41, " "],
    )
    (word,) = parse_tsv(tsv)
    assert word.text == "Hello"
    assert word.box == (10, 20, 40, 35)
    assert word.confidence == pytest.approx(0.965)
    assert (word.block, word.paragraph, word.line) == (2, 1, 3)
