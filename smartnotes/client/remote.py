"""The notebook at a server: every call is a request, every error the one that a local notebook raises."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

from smartnotes.client.remoteconnection import Connection
from smartnotes.client.remoteconversing import RemoteConversing
from smartnotes.client.remoteindexing import RemoteIndexing
from smartnotes.client.remotejob import RemoteJob
from smartnotes.client.remotelearning import RemoteLearning
from smartnotes.client.remotemodels import RemoteModels
from smartnotes.client.remoteupload import send_file
from smartnotes.core.errors import NotFound, OptionsError, SmartNotesError
from smartnotes.core.jobs import JobInfo
from smartnotes.core.model import Figure, Lecture, Page, Subject, Value
from smartnotes.core.options import (
    CardsOptions,
    CheatSheetOptions,
    IngestOptions,
    Options,
    PageRange,
    QuizOptions,
    SearchOptions,
)
from smartnotes.core.refs import resolve
from smartnotes.core.sharing import NewShare, Share, SharedKind, ShareOptions, ShareRequest
from smartnotes.core.study import CheatSheet, Deck, Document, DocumentKind, Hit, Ingested, Quiz
from smartnotes.core.usecases.library import find_document
from smartnotes.core.usecases.reading import check_file

T = TypeVar("T", bound=Value)


class RemoteNotebook(RemoteConversing, RemoteIndexing, RemoteLearning, RemoteModels):
    """`Notebook` at a server, as one of its users. Threads may share it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._connection.close()

    # Subjects

    def create_subject(self, name: str) -> Subject:
        """Make a subject."""
        return self._connection.call("POST", "/subjects", body={"name": name}, answer=Subject)

    def subjects(self) -> list[Subject]:
        """Return all subjects by name."""
        return self._connection.collect("/subjects", of=Subject)

    def subject(self, ref: str) -> Subject:
        """Return one subject."""
        return resolve(ref, self.subjects(), what="subject")

    def rename_subject(self, ref: str, *, name: str) -> Subject:
        """Give a subject another name."""
        return self._connection.call("PUT", f"/subjects/{self.subject(ref).id}", body={"name": name}, answer=Subject)

    def delete_subject(self, ref: str) -> Subject:
        """Delete a subject with its lectures and documents."""
        subject = self.subject(ref)
        self._connection.data("DELETE", f"/subjects/{subject.id}")
        return subject

    # Lectures

    def ingest(
        self, path: Path, *, subject: str, name: str | None = None, options: IngestOptions | None = None
    ) -> RemoteJob[Ingested]:
        """Send a file and have it read into a subject."""
        source = path.expanduser().absolute()
        check_file(source, limits=options.limits if options else None)
        target, made = self._subject_for(subject)
        try:
            info = send_file(
                self._connection, source, subject=target.id, is_new=made, name=name or source.name, options=options
            )
        except SmartNotesError:
            # As on this machine, a file that is refused leaves no subject behind.
            if made and not self.lectures(subject=target.id):
                self.delete_subject(target.id)
            raise
        return RemoteJob(info, connection=self._connection, value=Ingested)

    def lectures(self, *, subject: str | None = None) -> list[Lecture]:
        """Return the lectures of a subject, or all."""
        path = f"/subjects/{self.subject(subject).id}/lectures" if subject else "/lectures"
        return self._connection.collect(path, of=Lecture)

    def lecture(self, ref: str, *, subject: str | None = None) -> Lecture:
        """Return one lecture."""
        return resolve(ref, self.lectures(subject=subject), what="lecture")

    def pages(self, ref: str, *, subject: str | None = None, pages: PageRange | None = None) -> list[Page]:
        """Return a lecture's pages in order."""
        query = {"first": pages.first, "last": pages.last} if pages else {}
        path = f"/lectures/{self.lecture(ref, subject=subject).id}/pages"
        return self._connection.collect(path, query=query, of=Page)

    def figures(self, ref: str, *, subject: str | None = None) -> list[Figure]:
        """Return a lecture's figures in page order."""
        path = f"/lectures/{self.lecture(ref, subject=subject).id}/figures"
        return self._connection.collect(path, of=Figure)

    def blob(self, blob: str) -> bytes:
        """Return an image or original file by its blob id."""
        return self._connection.data("GET", f"/blobs/{quote(blob, safe='')}")

    def rename_lecture(self, ref: str, *, name: str, subject: str | None = None) -> Lecture:
        """Give a lecture another name."""
        path = f"/lectures/{self.lecture(ref, subject=subject).id}"
        return self._connection.call("PUT", path, body={"name": name}, answer=Lecture)

    def delete_lecture(self, ref: str, *, subject: str | None = None) -> Lecture:
        """Delete a lecture."""
        lecture = self.lecture(ref, subject=subject)
        self._connection.data("DELETE", f"/lectures/{lecture.id}")
        return lecture

    # Finding

    def search(self, query: str, *, options: SearchOptions | None = None) -> list[Hit]:
        """Return what fits, best first."""
        body = {"query": query, "options": _plain(options or SearchOptions())}
        return self._connection.call("POST", "/search", body=body, answer=list[Hit], safe=True)

    # Study material

    def make_quiz(self, *, options: QuizOptions | None = None) -> RemoteJob[Quiz]:
        """Make a quiz and keep it."""
        return self._generate(DocumentKind.QUIZ, options or QuizOptions(), Quiz)

    def make_cards(self, *, options: CardsOptions | None = None) -> RemoteJob[Deck]:
        """Make flashcards and keep them."""
        return self._generate(DocumentKind.CARDS, options or CardsOptions(), Deck)

    def make_cheatsheet(self, *, options: CheatSheetOptions | None = None) -> RemoteJob[CheatSheet]:
        """Make a cheat sheet and keep it."""
        return self._generate(DocumentKind.CHEATSHEET, options or CheatSheetOptions(), CheatSheet)

    def documents(self, *, subject: str | None = None, kind: DocumentKind | None = None) -> list[Document]:
        """Return generated documents, newest first."""
        query = {"subject": self.subject(subject).id if subject else None, "kind": kind.value if kind else None}
        return self._connection.collect("/documents", query=query, of=Document)

    def render(self, document: str, *, format: str) -> bytes:  # noqa: A002 - the word users type
        """Return a document as a file of this format."""
        matching = [found for found in self.documents() if found.id.startswith(document)]
        if len(matching) != 1:
            raise NotFound(f"There is no document {document!r}.", hint="See: smartnotes quiz list, cards list")
        kind = matching[0].kind
        known = self.formats(kind)
        if format not in known:
            raise OptionsError(f"A {kind} has no format {format!r}.", hint=f"It has: {', '.join(known)}.")
        return self._connection.data("GET", f"/documents/{matching[0].id}/download", query={"format": format})

    def delete_document(self, ref: str) -> Document:
        """Delete a document, a deck with those of its cards that are in no other deck."""
        document = find_document(ref, self.documents())
        self._connection.data("DELETE", f"/documents/{document.id}")
        return document

    def formats(self, kind: DocumentKind) -> Sequence[str]:
        """Return the formats a kind of document can be rendered to, the usual one first."""
        return self._connection.call("GET", f"/documents/formats/{kind.value}", answer=list[str])

    def make_share(
        self, ref: str, *, kind: SharedKind, subject: str | None = None, options: ShareOptions | None = None
    ) -> NewShare:
        """Make a link."""
        wanted = ShareRequest(
            kind=kind, target_id=self._target(ref, kind=kind, subject=subject), options=options or ShareOptions()
        )
        return self._connection.call("POST", "/shares", body=wanted, answer=NewShare)

    def shares(self) -> list[Share]:
        """Return the links, newest first."""
        return self._connection.collect("/shares", of=Share)

    def revoke_share(self, ref: str) -> Share:
        """Make a link void at once."""
        share = resolve(ref, self.shares(), what="link")
        self._connection.data("DELETE", f"/shares/{share.id}")
        return share

    def jobs(self) -> list[JobInfo]:
        """Return recent jobs, newest first."""
        return self._connection.call("GET", "/tasks", answer=list[JobInfo])

    def _target(self, ref: str, *, kind: SharedKind, subject: str | None) -> str:
        if kind is SharedKind.SUBJECT:
            return self.subject(ref).id
        if kind is SharedKind.LECTURE:
            return self.lecture(ref, subject=subject).id
        matching = [found.id for found in self.documents() if found.id.startswith(ref)]
        if len(matching) != 1:
            raise NotFound(f"There is no document {ref!r}.", hint="See: smartnotes quiz list, cards list")
        return matching[0]

    def _subject_for(self, ref: str) -> tuple[Subject, bool]:
        """Return the subject with this id or whole name, made where there is none, and whether it was made."""
        key = ref.strip().casefold()
        exact = [known for known in self.subjects() if ref == known.id or key == known.name.casefold()]
        if exact:
            return resolve(ref, exact, what="subject"), False
        return self.create_subject(ref), True

    def _generate(self, kind: DocumentKind, options: Options, value: type[T]) -> RemoteJob[T]:
        body = {"kind": kind.value, "options": _plain(options)}
        info = self._connection.call("POST", "/documents/generate", body=body, answer=JobInfo)
        return RemoteJob(info, connection=self._connection, value=value)


def _plain(options: Options) -> dict[str, object]:
    return options.model_dump(mode="json")
