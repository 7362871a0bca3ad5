"""Following a job whose id an earlier run had: only what happens now is told."""

from __future__ import annotations

import threading

import pytest

from smartnotes.core.events import Progress
from smartnotes.core.options import IngestOptions
from smartnotes.core.usecases.work import IngestWork
from smartnotes.server.events import MemoryEvents
from smartnotes.server.routes.tasks import _earlier
from smartnotes.server.running import Runner
from smartnotes.server.tasks import MemoryPasswords, Tasks
from smartnotes.stores.database import Database
from smartnotes.stores.jobs import SqlJobQueue
from tests.builders import a_subject

WORK = IngestWork(subject_id="sub_1", blob="0" * 64, name="a.pdf", source="", options=IngestOptions())


class Deaf:
    """A bell nobody hears."""

    def ring(self, job_id, *, queue):
        pass


@pytest.fixture
def office(tmp_path):
    database = Database(tmp_path / "notebook.db")
    queue, events, passwords = SqlJobQueue(database), MemoryEvents(), MemoryPasswords()
    said = iter(("first run", "second run"))

    def perform(task):
        task.emit(Progress(step="read", message=next(said)))
        return a_subject()

    runner = Runner(queue, perform=perform, events=events, passwords=passwords)
    yield runner, Tasks(queue, events=events, bell=Deaf(), passwords=passwords)
    database.close()


def test_what_an_earlier_run_of_the_same_work_said_is_not_told_again(office):
    runner, tasks = office
    first = tasks.submit("ann", WORK)
    runner.run(first.id)
    assert _earlier("ann", tasks.get("ann", first.id), tasks) == ""
    again = tasks.submit("ann", WORK)
    assert again.id == first.id
    runner.run(again.id)
    behind = _earlier("ann", tasks.get("ann", again.id), tasks)
    told = [event.progress.message for event in tasks.events.since("ann", behind) if event.progress]
    assert told == ["second run"]


def test_every_listener_of_a_user_is_told_that_a_job_has_ended(office):
    runner, tasks = office
    heard = [[], []]
    ends = [tasks.events.listen(one.extend) for one in heard]
    worked = threading.Thread(target=runner.run, args=(tasks.submit("ann", WORK).id,))
    worked.start()
    worked.join()
    for one, end in zip(heard, ends, strict=True):
        assert [told.user_id for told in one] == ["ann"] * len(one)
        assert one[-1].event.job.state.final
        end()
