"""What an administrator sees and does: at a server, and on this machine's own notebook."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from smartnotes.cli.main import app
from smartnotes.client.administration import RemoteAdministration, administer_folder
from smartnotes.client.localjob import now
from smartnotes.client.remoteconnection import Connection
from smartnotes.core.accounts import UserChange
from smartnotes.core.errors import AccessDenied, Conflict, NotFound, NotSignedIn
from smartnotes.core.ids import new_id
from smartnotes.core.jobs import JobInfo, JobState, Queue
from smartnotes.stores.database import Database
from smartnotes.stores.jobs import SqlJobQueue
from tests.contract.conftest import serving, signed_up


@pytest.fixture
def folder(tmp_path):
    """A notebook with a job that waits."""
    database = Database(tmp_path / "notebook.db")
    SqlJobQueue(database).store("local").add(a_job())
    database.close()
    return tmp_path


def a_job(kind="quiz"):
    return JobInfo(id=new_id("job"), kind=kind, state=JobState.QUEUED, request="{}", created_at=now())


def test_the_jobs_of_this_machines_notebook_are_seen_and_cancelled_but_it_has_no_users(folder):
    with administer_folder(folder) as office:
        (one,) = office.tasks(states=[JobState.QUEUED])
        waiting = {info.queue: info.waiting for info in office.queues()}
        assert waiting == {Queue.OCR: 0, Queue.AI: 0, Queue.GENERATION: 1}
        assert office.workers() == []
        assert office.cancel(one.job.id).job.state is JobState.CANCELLED
        with pytest.raises(Conflict):
            office.retry(one.job.id)
        with pytest.raises(NotFound):
            office.retry("job_unknown")
        with pytest.raises(NotSignedIn):
            office.users()
        with pytest.raises(NotSignedIn):
            office.change_user("ann", UserChange(suspended=True))


def test_the_commands_say_the_same(folder):
    def run(*words):
        return CliRunner().invoke(app, ["--notebook", str(folder), "admin", *words], catch_exceptions=True)

    assert run("queues").stdout.splitlines()[-1].split("\t")[:2] == ["generation", "1"]
    assert "queued" in run("tasks", "--state", "queued").stdout
    assert run("workers").exit_code == 0
    assert isinstance(run("users").exception, NotSignedIn)
    assert run("tasks", "--state", "lost").exception.code == "options"


def test_an_administrator_sees_the_jobs_and_workers_of_all_and_nobody_else_does(tmp_path):
    with serving(tmp_path) as address:
        database = Database(tmp_path / "server" / "notebook.db")
        queue = SqlJobQueue(database)
        queue.store("usr_other").add(a_job("unknown"))
        with RemoteAdministration(signed_up(address)) as office:
            dead_or_waiting = office.tasks()
            assert [one.owner for one in dead_or_waiting] == ["usr_other"]
            assert dead_or_waiting[0].job.request == ""
            assert [worker.slots for worker in office.workers()] == [2]
            assert {info.queue for info in office.queues()} == set(Queue)
            assert office.cancel(dead_or_waiting[0].job.id).job.state.final
            assert office.retry(dead_or_waiting[0].job.id).job.state is not JobState.CANCELLED
            (founder,) = office.users()
            with pytest.raises(Conflict):
                office.change_user(founder.name, UserChange(suspended=True))
        database.close()
        stranger = Connection(address)
        with RemoteAdministration(stranger) as office, pytest.raises((AccessDenied, NotSignedIn)):
            office.queues()
