"""A job at a server: listened to, taken up again after a lost connection, looked at where it cannot be heard."""

from __future__ import annotations

import json

import httpx2
import pytest

from smartnotes import Cancelled, DamagedFile, Progress, Subject
from smartnotes.client.remoteconnection import RETRIES, Connection
from smartnotes.client.remotejob import LOST_CONNECTIONS, RemoteJob
from smartnotes.core.jobs import JobInfo

BASE = {"id": "job_1", "kind": "quiz", "request": "{}", "created_at": "2026-01-01T00:00:00Z"}
RESULT = Subject.model_validate({"id": "sub_1", "name": "A", "created_at": "2026-01-01T00:00:00Z"})


def info(state, **more):
    return JobInfo.model_validate(BASE | {"state": state} | more)


DONE = info("done", result=RESULT.model_dump_json())


def sse(*events):
    """An answer with these (id, kind, data) as events."""
    lines = [f"id: {number}\nevent: {kind}\ndata: {data}\n\n" for number, kind, data in events]
    content = "".join([": still here\n\n", *lines])
    return httpx2.Response(200, content=content, headers={"Content-Type": "text/event-stream"})


def step(number):
    return f"{number}-0", "progress", json.dumps({"step": "read", "done": number, "total": 3})


def end(state="done"):
    return "9-0", "end", info(state).model_dump_json()


class Server:
    """Answers the events and the rows of one job from two lists; the last row is repeated."""

    def __init__(self, *, events=(), rows=(DONE,)):
        self.events, self.rows = list(events), list(rows)
        self.asked, self.cancelled = [], 0

    def __call__(self, request):
        if request.method == "DELETE":
            self.cancelled += 1
            return httpx2.Response(200, json={})
        if request.url.path.endswith("/events"):
            self.asked.append(request.headers.get("Last-Event-ID"))
            answer = self.events.pop(0) if self.events else httpx2.Response(404, json={})
            if isinstance(answer, Exception):
                raise answer
            return answer
        row = self.rows.pop(0) if len(self.rows) > 1 else self.rows[0]
        return httpx2.Response(200, content=row.model_dump_json())


def job(server):
    connection = Connection("http://server.example", transport=httpx2.MockTransport(server), sleep=lambda _: None)
    return RemoteJob(info("queued"), connection=connection, value=Subject, sleep=lambda _: None)


def test_progress_comes_in_order_and_then_the_value():
    seen = []
    server = Server(events=[sse(step(1), step(2), end())])
    assert job(server).result(emit=seen.append) == RESULT
    assert [event.done for event in seen] == [1, 2]


def test_after_a_lost_connection_it_goes_on_behind_the_last_event():
    server = Server(events=[sse(step(1)), sse(step(2), end())], rows=[info("running"), DONE])
    assert [event.done for event in job(server).watch()] == [1, 2]
    assert server.asked == [None, "1-0"]


def test_a_server_that_is_started_again_is_waited_for():
    away = httpx2.Response(503, json={})
    server = Server(events=[sse(step(1)), sse(step(2), end())], rows=[info("running"), DONE])
    unreachable = [away] * 3 * (RETRIES + 1)

    def sometimes(request):
        return unreachable.pop() if server.asked and unreachable else server(request)

    assert [event.done for event in job(sometimes).watch()] == [1, 2]
    assert not unreachable


def test_without_events_the_row_is_looked_at():
    rows = [info("running", progress=Progress(step="read", done=done).model_dump()) for done in (0,) * 5 + (1, 1, 2)]
    server = Server(events=[sse()] * LOST_CONNECTIONS, rows=[*rows, DONE])
    assert [event.done for event in job(server).watch()] == [1, 2]
    assert len(server.asked) == LOST_CONNECTIONS


def test_the_error_a_job_ended_with_is_raised():
    failed = info("failed", error={"code": "damaged_file", "message": "Cut off.", "hint": "Get it again."})
    with pytest.raises(DamagedFile, match="Cut off") as caught:
        job(Server(events=[sse(end("failed"))], rows=[failed])).result()
    assert caught.value.hint == "Get it again."


def test_a_cancelled_job_raises_so():
    with pytest.raises(Cancelled):
        job(Server(events=[sse(end("cancelled"))], rows=[info("cancelled")])).result()


@pytest.mark.parametrize("stop", [KeyboardInterrupt, Cancelled("Enough.")])
def test_who_stops_waiting_cancels_it(stop):
    def emit(event):
        raise stop

    server = Server(events=[sse(step(1), end())])
    with pytest.raises((KeyboardInterrupt, Cancelled)):
        job(server).result(emit=emit)
    assert server.cancelled == 1
