"""The notebook of whoever makes a request, and things in it by their exact id."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from smartnotes.client.local import LocalNotebook
from smartnotes.core.errors import NotFound
from smartnotes.core.model import Lecture, Subject
from smartnotes.core.study import Document
from smartnotes.server.principal import CurrentUser, Reader
from smartnotes.server.state import gateway_of
from smartnotes.stores.listings import SqlListings


# These only put things together: as plain functions each would be sent to another thread and back, 0.1 ms of CPU.
async def _current(request: Request, who: CurrentUser) -> LocalNotebook:
    return gateway_of(request).notebook(who.user_id)


async def _reading(request: Request, who: Reader) -> LocalNotebook:
    return gateway_of(request).notebook(who.user_id)


async def _listings(request: Request, who: CurrentUser) -> SqlListings:
    return SqlListings(gateway_of(request).database.of(who.user_id), owner=who.user_id)


CurrentNotebook = Annotated[LocalNotebook, Depends(_current)]
"""The caller's notebook; a GET needs the scope `read`, everything else `write`."""

CurrentListings = Annotated[SqlListings, Depends(_listings)]
"""The lists of the caller's notebook, a piece at a time."""

ReaderNotebook = Annotated[LocalNotebook, Depends(_reading)]
"""The caller's notebook for a POST that changes nothing."""


def subject_of(notebook: LocalNotebook, subject_id: str) -> Subject:
    """Return the subject with exactly this id. Raises `NotFound`: names and beginnings are for people."""
    found = next((subject for subject in notebook.subjects() if subject.id == subject_id), None)
    if found is None:
        raise NotFound(f"There is no subject {subject_id!r}.")
    return found


def lecture_of(notebook: LocalNotebook, lecture_id: str) -> Lecture:
    """Return the lecture with exactly this id. Raises `NotFound`."""
    found = next((lecture for lecture in notebook.lectures() if lecture.id == lecture_id), None)
    if found is None:
        raise NotFound(f"There is no lecture {lecture_id!r}.")
    return found


def document_of(notebook: LocalNotebook, document_id: str) -> Document:
    """Return the document with exactly this id. Raises `NotFound`."""
    found = next((document for document in notebook.documents() if document.id == document_id), None)
    if found is None:
        raise NotFound(f"There is no document {document_id!r}.")
    return found
