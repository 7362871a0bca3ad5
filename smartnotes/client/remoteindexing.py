"""Indexes of a notebook at a server."""

from __future__ import annotations

from smartnotes.client.remoteconnection import Connection
from smartnotes.client.remotejob import RemoteJob
from smartnotes.core.indexing import IndexRebuilt, IndexStatus
from smartnotes.core.jobs import JobInfo
from smartnotes.core.model import Subject
from smartnotes.core.refs import resolve


class RemoteIndexing:
    """`IndexingNotebook` of a server."""

    _connection: Connection

    def index_status(self, *, subject: str | None = None) -> IndexStatus:
        """Return which model made the index of each subject (or of one), and what it lacks."""
        query = {"subject": self._id_of(subject)}
        return self._connection.call("GET", "/index", query=query, answer=IndexStatus)

    def rebuild_index(self, *, subject: str | None = None, force: bool = False) -> RemoteJob[IndexRebuilt]:
        """Bring the indexes to the model that the server's settings name, and make what they lack."""
        body = {"subject": self._id_of(subject), "force": force}
        info = self._connection.call("POST", "/index/rebuild", body=body, answer=JobInfo)
        return RemoteJob(info, connection=self._connection, value=IndexRebuilt)

    def _id_of(self, subject: str | None) -> str | None:
        if not subject:
            return None
        return resolve(subject, self._connection.collect("/subjects", of=Subject), what="subject").id
