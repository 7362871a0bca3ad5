"""Small values for tests, with everything that does not matter filled in."""

from __future__ import annotations

from datetime import UTC, datetime

from smartnotes.core.model import Lecture, Page, Provenance, Subject

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_page(number: int, text: str = "") -> Page:
    return Page(id=f"page_{number}", number=number, text=text or f"Text of page {number} on hash tables.")


def a_subject(name: str = "Biology") -> Subject:
    return Subject(id=f"sub_{name.lower()}", name=name, created_at=NOON)


def a_lecture(name: str = "lecture.pdf", *, subject: str = "sub_biology") -> Lecture:
    return Lecture(
        id=f"lec_{name}",
        subject_id=subject,
        name=name,
        media_type="application/pdf",
        blob="0" * 64,
        size_bytes=1,
        pages=1,
        created_at=NOON,
        provenance=Provenance(pipeline="1"),
    )
