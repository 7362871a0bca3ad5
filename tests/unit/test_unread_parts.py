from __future__ import annotations

from smartnotes.core.model import Page
from smartnotes.core.usecases.publishing import unread_parts


def test_each_part_that_could_not_be_read_is_a_warning_with_its_page() -> None:
    pages = [Page(id="p1", number=1), Page(id="p2", number=2, unread=("a picture is missing", "the notes are broken"))]
    found = unread_parts(pages)
    assert [(one.page, one.code, one.message) for one in found] == [
        (2, "part_unread", "Page 2: a picture is missing"),
        (2, "part_unread", "Page 2: the notes are broken"),
    ]
