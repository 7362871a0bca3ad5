"""How many read a file together is decided before the first page is done, where its size tells that pages take long."""

from __future__ import annotations

from pathlib import Path

import pytest

from smartnotes.core.ports import SourceInfo
from smartnotes.engines.formats import PDF, PPTX
from smartnotes.engines.sandbox_run import expected_page_s


def file_of(folder: Path, size: int) -> Path:
    path = folder / "lecture"
    path.write_bytes(bytes(size))
    return path


def test_a_pdf_whose_pages_are_as_large_as_pictures_takes_long(tmp_path: Path) -> None:
    info = SourceInfo(media_type=PDF, pages=4)
    assert expected_page_s(file_of(tmp_path, 4 * 70_000), info) > 0.3


@pytest.mark.parametrize(
    ("media_type", "size"),
    [pytest.param(PDF, 4 * 5_000, id="text"), pytest.param(PPTX, 4 * 70_000, id="slides are not recognised")],
)
def test_of_other_files_nothing_is_expected(tmp_path: Path, media_type: str, size: int) -> None:
    info = SourceInfo(media_type=media_type, pages=4)
    assert expected_page_s(file_of(tmp_path, size), info) == 0.0
