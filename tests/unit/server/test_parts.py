"""A long lecture is split into parts, and put together again."""

from __future__ import annotations

import pytest

from smartnotes.client.localjob import now
from smartnotes.core.errors import Cancelled, DamagedFile
from smartnotes.core.events import Progress
from smartnotes.core.jobs import JobError, JobInfo, JobState
from smartnotes.core.model import PageWarning
from smartnotes.core.options import IngestOptions
from smartnotes.core.usecases.reading import PagesRead
from smartnotes.core.usecases.work import IngestWork
from smartnotes.server.parts import PageHelpers, batches, part_size

WORK = IngestWork(subject_id="sub_1", blob="0" * 64, name="a.pdf", source="", options=IngestOptions())
JOB = JobInfo(id="job_1", kind="ingest", state=JobState.RUNNING, request="{}", created_at=now())


class ScriptedParts:
    """Parts whose rows others change: `steps` are done one after another, each time nobody has begun a part."""

    def __init__(self, *steps):
        self.rows = {}
        self.steps = list(steps)
        self.held = True

    def all(self):
        return list(self.rows.values())

    def replace(self, parts):
        self.rows = {key: row for key, row in self.rows.items() if not row.state.final}
        self.rows |= {part.id: part for part in parts}
        return self.held

    def step(self, _beside):
        assert self.steps, "whoever waits has nothing more to wait for"
        self.steps.pop(0)(self)
        return True


def end(number, state=JobState.DONE, *, read=0, warnings=(), error=None):
    def do(parts):
        part = parts.all()[number]
        result = PagesRead(read=read, warnings=warnings).model_dump_json() if state is JobState.DONE else None
        parts.rows[part.id] = part.model_copy(update={"state": state, "result": result, "error": error})

    return do


def helpers(parts, *, idle=3):
    return PageHelpers(parts, job=JOB, work=WORK, ring=lambda _: None, idle=lambda: idle, join=parts.step, look_s=0.0)


def test_pages_are_split_so_that_all_readers_end_together():
    assert part_size(100, page_s=1.0, readers=4) == 8
    assert part_size(16, page_s=0.01, readers=4) == 2
    assert part_size(100, page_s=60.0, readers=4) == 1
    assert part_size(100, page_s=None, readers=1) == 4
    assert batches([3, 5, 7], 2) == [(3, 5), (7,)]


def test_nothing_is_shared_that_ends_soon_or_that_nobody_has_time_for():
    assert helpers(ScriptedParts()).pay(left=20, page_s=1.0)
    assert not helpers(ScriptedParts()).pay(left=20, page_s=0.1)
    assert not helpers(ScriptedParts(), idle=0).pay(left=20, page_s=1.0)


def test_what_the_parts_found_is_one_result_and_progress_counts_them_all():
    lost = PageWarning(page=9, code="page_timeout", message="Too slow.")

    def half_way(parts):
        part = parts.all()[1]
        parts.rows[part.id] = part.model_copy(update={"progress": Progress(step="read", done=1, total=2)})

    parts = ScriptedParts(end(0, read=2), half_way, end(1, read=1, warnings=(lost,)))
    told = []
    found = helpers(parts, idle=0).read([7, 8, 9, 10], page_s=4.0, report=told.append)
    assert found == PagesRead(read=3, warnings=(lost,))
    assert told == [0, 2, 3, 4]


def test_a_part_that_ended_its_process_too_often_costs_its_pages_only():
    parts = ScriptedParts(end(0, JobState.DEAD), end(1, read=2))
    found = helpers(parts, idle=0).read([1, 2, 3, 4], page_s=4.0, report=lambda _: None)
    assert [warning.page for warning in found.warnings] == [1, 2]


def test_a_file_that_cannot_be_read_ends_the_job_with_the_parts_error():
    error = JobError(code="damaged_file", message="Broken.", hint="Export it again.")
    parts = ScriptedParts(end(0, JobState.FAILED, error=error), end(1, read=2))
    with pytest.raises(DamagedFile, match="Broken"):
        helpers(parts, idle=0).read([1, 2, 3, 4], page_s=4.0, report=lambda _: None)


def test_parts_of_an_earlier_run_that_are_under_way_are_waited_for_and_not_asked_for_again():
    parts = ScriptedParts()
    one = helpers(parts, idle=0)
    assert not one.begun()
    one._split([1, 2, 3, 4], page_s=4.0)
    end(0, read=2)(parts)
    assert one.begun()
    parts.steps = [end(0, read=2)]
    again = helpers(parts, idle=0)
    assert again.read([3, 4], page_s=None, report=lambda _: None).read == 2
    assert len(parts.rows) == 1


def test_whoever_has_lost_the_job_splits_nothing():
    parts = ScriptedParts()
    parts.held = False
    with pytest.raises(Cancelled):
        helpers(parts, idle=0).read([1], page_s=1.0, report=lambda _: None)
