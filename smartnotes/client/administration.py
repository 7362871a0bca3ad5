"""Looking after the jobs, workers and users of a server, or after the jobs of a notebook on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import quote

from smartnotes.bootstrap import DATABASE_FILE, LOCAL_OWNER
from smartnotes.client.localjob import now
from smartnotes.client.remoteaccess import connect_signed_in
from smartnotes.client.remoteconnection import Connection
from smartnotes.core.accounts import User, UserChange
from smartnotes.core.errors import Conflict, NotSignedIn
from smartnotes.core.jobs import JobState, OwnedJob, QueueInfo, WorkerInfo
from smartnotes.core.refs import resolve
from smartnotes.settings import Settings


class Administration(Protocol):
    """What an administrator sees and does. At a server everything raises `AccessDenied` for anybody else."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def users(self) -> list[User]:
        """Return every user. Raises `NotSignedIn` on this machine's own notebook, which has none."""
        ...

    def change_user(self, ref: str, change: UserChange) -> User:
        """Suspend a user (by name or id), let them in again, or give another role. Raises `NotFound`, `Conflict`."""
        ...

    def queues(self) -> list[QueueInfo]:
        """Return how each queue stands."""
        ...

    def workers(self) -> list[WorkerInfo]:
        """Return the processes that do jobs for others."""
        ...

    def tasks(self, *, states: Sequence[JobState] = (), limit: int = 100) -> list[OwnedJob]:
        """Return jobs in these states (all where none is named), newest first."""
        ...

    def cancel(self, task_id: str) -> OwnedJob:
        """Cancel a job. Raises `NotFound`."""
        ...

    def retry(self, task_id: str) -> OwnedJob:
        """Put a job that ended badly back into its queue. Raises `NotFound`, `Conflict`."""
        ...


class LocalAdministration:
    """`Administration` of the notebook in a folder, whose jobs are done by the command that asks for them."""

    def __init__(self, folder: Path) -> None:
        from smartnotes.stores.database import Database  # noqa: PLC0415 - a server's jobs need no database here
        from smartnotes.stores.joboverview import SqlJobOverview  # noqa: PLC0415
        from smartnotes.stores.jobs import SqlJobs  # noqa: PLC0415
        from smartnotes.stores.workers import SqlWorkers  # noqa: PLC0415

        folder.mkdir(parents=True, exist_ok=True)
        self._database = Database(folder / DATABASE_FILE)
        self._overview = SqlJobOverview(self._database, owner=LOCAL_OWNER)
        self._jobs = SqlJobs(self._database, owner=LOCAL_OWNER)
        self._workers = SqlWorkers(self._database)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def users(self) -> list[User]:
        """Raise: there are none."""
        raise _no_users()

    def change_user(self, ref: str, change: UserChange) -> User:  # noqa: ARG002 - the interface's
        """Raise: there are none."""
        raise _no_users()

    def queues(self) -> list[QueueInfo]:
        """Return how each queue stands."""
        return self._overview.queues(now=now())

    def workers(self) -> list[WorkerInfo]:
        """Return the processes that do jobs for others."""
        return self._workers.all(now=now())

    def tasks(self, *, states: Sequence[JobState] = (), limit: int = 100) -> list[OwnedJob]:
        """Return jobs, newest first."""
        return self._overview.jobs(states=states, limit=limit)

    def cancel(self, task_id: str) -> OwnedJob:
        """Cancel a job."""
        self._jobs.cancel(task_id)
        return self._overview.job(task_id)

    def retry(self, task_id: str) -> OwnedJob:
        """Raise: nobody waits for jobs here."""
        self._overview.job(task_id)
        raise Conflict(
            "On this machine a job is done by the command that asks for it.", hint="Run that command again; it goes on."
        )


class RemoteAdministration:
    """`Administration` of a server, as whoever is signed in there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def users(self) -> list[User]:
        """Return every user."""
        return self._connection.collect("/auth/users", of=User)

    def change_user(self, ref: str, change: UserChange) -> User:
        """Change a user."""
        user = resolve(ref, self.users(), what="user")
        return self._connection.call("PUT", f"/auth/users/{quote(user.id, safe='')}", body=change, answer=User)

    def queues(self) -> list[QueueInfo]:
        """Return how each queue stands."""
        return self._connection.call("GET", "/admin/queues", answer=list[QueueInfo])

    def workers(self) -> list[WorkerInfo]:
        """Return the processes that do jobs."""
        return self._connection.collect("/admin/workers", of=WorkerInfo)

    def tasks(self, *, states: Sequence[JobState] = (), limit: int = 100) -> list[OwnedJob]:
        """Return jobs, newest first."""
        asked = "&".join([f"limit={limit}", *(f"state={state.value}" for state in states)])
        return self._connection.call("GET", f"/admin/tasks?{asked}", answer=list[OwnedJob])

    def cancel(self, task_id: str) -> OwnedJob:
        """Cancel a job."""
        return self._connection.call("DELETE", f"/admin/tasks/{quote(task_id, safe='')}", answer=OwnedJob)

    def retry(self, task_id: str) -> OwnedJob:
        """Put a job back into its queue."""
        return self._connection.call("POST", f"/admin/tasks/{quote(task_id, safe='')}/retry", answer=OwnedJob)


def administer_folder(folder: Path) -> LocalAdministration:
    """Look after the notebook in a folder."""
    return LocalAdministration(folder)


def administer_server(server: str, *, settings: Settings) -> RemoteAdministration:
    """Look after a server, as whoever is signed in there. Raises `NotSignedIn`."""
    return RemoteAdministration(connect_signed_in(server, settings=settings))


def _no_users() -> NotSignedIn:
    return NotSignedIn(
        "The notebook on this machine has no users.", hint="To sign in at a server: smartnotes login URL"
    )
