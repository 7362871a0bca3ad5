"""Subjects and lectures: making, naming, finding, deleting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from smartnotes.core.errors import NotFound, OptionsError
from smartnotes.core.model import Lecture, Subject
from smartnotes.core.options import Scope
from smartnotes.core.ports import ChunkFilter, Stores
from smartnotes.core.refs import resolve
from smartnotes.core.study import Document

LONGEST_NAME = 200
"""Characters in the name of a subject or lecture."""


def create_subject(name: str, *, stores: Stores, subject_id: str, now: datetime) -> Subject:
    """Make a subject. Raises `OptionsError` for an impossible name, `Conflict` for one that is taken."""
    subject = Subject(id=subject_id, name=_checked(name, what="subject"), created_at=now)
    stores.subjects.add(subject)
    return subject


def find_subject(ref: str, *, stores: Stores) -> Subject:
    """Return the subject that `ref` (id, name or prefix) means. Raises `NotFound`, `Conflict`."""
    return resolve(ref, stores.subjects.all(), what="subject")


def only_subject(*, stores: Stores) -> Subject:
    """Return the subject of a notebook that has just one. Raises `OptionsError` otherwise."""
    subjects = stores.subjects.all()
    if len(subjects) == 1:
        return subjects[0]
    if not subjects:
        raise OptionsError("The notebook is empty.", hint="Read a lecture first: smartnotes ingest FILE --subject NAME")
    names = ", ".join(subject.name for subject in subjects[:8])
    raise OptionsError(f"Which subject? There are several: {names}.", hint="Name one with --subject NAME.")


def rename_subject(ref: str, name: str, *, stores: Stores) -> Subject:
    """Give a subject another name. Raises `NotFound`, `Conflict`, `OptionsError`."""
    return stores.subjects.rename(find_subject(ref, stores=stores).id, _checked(name, what="subject"))


def delete_subject(ref: str, *, stores: Stores) -> Subject:
    """Delete a subject with its lectures and documents; return what it was. Raises `NotFound`, `Conflict`."""
    subject = find_subject(ref, stores=stores)
    stores.blobs.delete(stores.subjects.delete(subject.id))
    # Vectors go last: one that is left over after a crash points to no chunk and is never shown.
    stores.vectors.delete_subject(subject.id)
    return subject


def find_lecture(ref: str, *, stores: Stores, subject: str | None = None) -> Lecture:
    """Return the lecture that `ref` (id, name or prefix) means, within a subject or anywhere.

    Raises `NotFound`, `Conflict`.
    """
    subject_id = find_subject(subject, stores=stores).id if subject else None
    return resolve(ref, stores.lectures.all(subject_id), what="lecture")


def rename_lecture(ref: str, name: str, *, stores: Stores, subject: str | None = None) -> Lecture:
    """Give a lecture another name. Raises `NotFound`, `Conflict`, `OptionsError`."""
    lecture = find_lecture(ref, stores=stores, subject=subject)
    return stores.lectures.rename(lecture.id, _checked(name, what="lecture"))


def delete_lecture(ref: str, *, stores: Stores, subject: str | None = None) -> Lecture:
    """Delete a lecture; return what it was. Raises `NotFound`, `Conflict`."""
    lecture = find_lecture(ref, stores=stores, subject=subject)
    stores.blobs.delete(stores.lectures.delete(lecture.id))
    stores.vectors.keep_only(lecture.subject_id, lecture_id=lecture.id, chunk_ids=())
    return lecture


def find_document(ref: str, documents: Sequence[Document]) -> Document:
    """Return the document whose id begins so. Raises `NotFound`."""
    fits = [one for one in documents if ref and one.id.startswith(ref)]
    if len(fits) != 1:
        raise NotFound(f"There is no document {ref!r}.", hint="See: smartnotes document list")
    return fits[0]


def delete_document(ref: str, *, stores: Stores) -> Document:
    """Delete a document, a deck with those of its cards that are in no other; return what it was.

    What was learned from a quiz stays: its attempts are kept. Raises `NotFound`.
    """
    document = find_document(ref, stores.documents.all())
    stores.blobs.delete(stores.documents.delete(document.id))
    return document


def lectures_in(scope: Scope, *, stores: Stores) -> list[Lecture]:
    """Return the lectures that a scope names, all of its subject's (or everything) where it names none.

    Raises `NotFound`, `Conflict`.
    """
    subject_id = find_subject(scope.subject, stores=stores).id if scope.subject else None
    among = stores.lectures.all(subject_id)
    if not scope.lectures:
        return among
    found = [resolve(ref, among, what="lecture") for ref in scope.lectures]
    return list({lecture.id: lecture for lecture in found}.values())


def chunk_filter(scope: Scope, lectures: list[Lecture]) -> ChunkFilter:
    """Return which chunks a scope means, given its lectures (see `lectures_in`)."""
    return ChunkFilter(
        subject_ids=tuple(dict.fromkeys(lecture.subject_id for lecture in lectures)),
        lecture_ids=tuple(lecture.id for lecture in lectures) if scope.lectures else (),
        first_page=scope.pages.first if scope.pages else None,
        last_page=scope.pages.last if scope.pages else None,
        kinds=tuple(kind.value for kind in scope.kinds),
    )


def _checked(name: str, *, what: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned or not cleaned.isprintable():
        raise OptionsError(f"A {what}'s name must have visible characters only.")
    if len(cleaned) > LONGEST_NAME:
        raise OptionsError(f"A {what}'s name may have {LONGEST_NAME} characters; this one has {len(cleaned)}.")
    return cleaned
