"""Events of jobs: kept, told again from any point, merged where that loses nothing; and the live connections."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from contextlib import contextmanager

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from smartnotes.core.errors import OptionsError, RateLimited, Unavailable
from smartnotes.core.events import Progress
from smartnotes.core.jobs import Event, JobState, event_order
from smartnotes.core.options import QuizOptions, Scope
from smartnotes.core.usecases.work import QuizWork
from smartnotes.server import live
from smartnotes.server.app import create_app
from smartnotes.server.events import KEPT_EVENTS, MERGED_S, MemoryEvents, Reporter
from smartnotes.server.live import HELD_EVENTS, Hub
from smartnotes.server.redislog import RedisEvents, connect
from smartnotes.settings import Settings
from tests.services import running_redis

API = "/api/v1"


def step(number):
    return Event(job_id="job_1", progress=Progress(step="read", done=number))


def done_of(events):
    return [event.progress.done for event in events]


@pytest.fixture(scope="module")
def redis_url():
    with running_redis() as url:
        yield url


@pytest.fixture(params=["memory", "redis"])
def log(request, redis_url):
    """An empty log."""
    if request.param == "memory":
        yield MemoryEvents()
        return
    client = connect(redis_url)
    client.flushall()
    yield RedisEvents(client)
    client.close()


# The log


def test_what_came_after_an_id_is_told_again(log):
    ids = [log.append("ann", step(number)).id for number in range(5)]
    assert done_of(log.since("ann", ids[2])) == [3, 4]
    assert done_of(log.since("ann", "")) == [0, 1, 2, 3, 4]
    assert ids == sorted(ids, key=event_order)


def test_a_log_keeps_the_last_events_of_each_user_only(log):
    for number in range(KEPT_EVENTS + 200):
        log.append("ann", step(number))
    kept = done_of(log.since("ann", ""))
    assert kept[0] > 0
    assert kept == list(range(kept[0], KEPT_EVENTS + 200))
    assert len(kept) >= KEPT_EVENTS
    assert log.since("bob", "") == []


@pytest.mark.parametrize("bad", ["x", "1", "1-", "-1", "1-x", "9" * 80 + "-1"])
def test_what_is_no_event_id_is_refused(bad):
    with pytest.raises(OptionsError):
        event_order(bad)


# Reporting


def test_fast_counters_are_merged_and_the_last_one_is_told():
    told = []
    reporter = Reporter(told.append, job_id="job_1")
    for number in range(1, 100):
        reporter.emit(Progress(step="read", done=number, total=1000))
    reporter.flush()
    assert len(told) < 10
    assert told[-1].progress.done == 99


def test_messages_text_and_the_end_of_a_step_are_never_merged():
    told = []
    reporter = Reporter(told.append, job_id="job_1")
    reporter.emit(Progress(step="read", done=1, total=3))
    reporter.emit(Progress(step="read", message="Page 2 cannot be read."))
    reporter.emit(Progress(step="read", done=3, total=3))
    for piece in "abc":
        reporter.emit(Progress(step="answer", delta=piece))
    assert [event.progress.message or event.progress.delta or event.progress.done for event in told] == [
        1,
        "Page 2 cannot be read.",
        3,
        "a",
        "b",
        "c",
    ]


def test_a_counter_that_was_held_back_comes_before_the_next_step():
    told = []
    reporter = Reporter(told.append, job_id="job_1")
    for number in (1, 2):
        reporter.emit(Progress(step="read", done=number, total=9))
    reporter.emit(Progress(step="embed", done=1, total=9))
    assert [(event.progress.step, event.progress.done) for event in told] == [("read", 1), ("read", 2), ("embed", 1)]


def test_counters_far_apart_are_all_told():
    told = []
    reporter = Reporter(told.append, job_id="job_1")
    for number in (1, 2):
        reporter.emit(Progress(step="read", done=number, total=9))
        time.sleep(MERGED_S * 1.5)
    assert len(told) == 2


# Subscriptions


@contextmanager
def a_hub(log):
    hub = Hub(log)
    yield hub
    hub.close()


async def collect(subscription, count):
    found = []
    while len(found) < count:
        found += (await subscription.next(within_s=5)).events
    return found


def test_a_subscription_replays_then_follows_without_gaps_or_repeats(log):
    async def run():
        first = log.append("ann", step(0))
        log.append("ann", step(1))
        with a_hub(log) as hub, hub.subscribe("ann", after=first.id) as subscription:
            log.append("ann", step(2))
            log.append("bob", step(99))
            found = await collect(subscription, 2)
            log.append("ann", step(3))
            return found + await collect(subscription, 1)

    assert done_of(asyncio.run(run())) == [1, 2, 3]


def test_a_slow_client_gets_everything_although_only_so_much_is_held_for_it(log):
    async def run():
        with a_hub(log) as hub, hub.subscribe("ann") as subscription:
            for number in range(HELD_EVENTS * 2):
                log.append("ann", step(number))
            assert len(subscription._held) <= HELD_EVENTS
            return await collect(subscription, HELD_EVENTS * 2)

    assert done_of(asyncio.run(run())) == list(range(HELD_EVENTS * 2))


def test_events_from_other_threads_arrive_in_order(log):
    async def run():
        with a_hub(log) as hub, hub.subscribe("ann") as subscription:
            write = asyncio.to_thread(lambda: [log.append("ann", step(number)) for number in range(500)])
            writing = asyncio.create_task(write)
            found = await collect(subscription, 500)
            await writing
            return found

    assert done_of(asyncio.run(run())) == list(range(500))


def test_every_gateway_hears_what_another_process_tells(redis_url):
    async def run():
        logs = [RedisEvents(connect(redis_url)) for _ in range(3)]
        with (
            a_hub(logs[0]) as one,
            a_hub(logs[1]) as two,
            one.subscribe("eve") as first,
            two.subscribe("eve") as second,
        ):
            for number in range(50):
                logs[2].append("eve", step(number))
            return await collect(first, 50), await collect(second, 50)

    for found in asyncio.run(run()):
        assert done_of(found) == list(range(50))


def test_after_the_log_was_away_a_subscription_says_so_and_goes_on():
    async def run():
        with running_redis() as url:
            client, log = connect(url), RedisEvents(connect(url))
            with a_hub(log) as hub, hub.subscribe("ann") as subscription:
                log.append("ann", step(1))
                assert done_of(await collect(subscription, 1)) == [1]
                client.client_kill_filter(_type="normal", skipme=True)
                client.execute_command("CLIENT", "PAUSE", "200")
                gap = False
                for number in range(2, 100):
                    with contextlib.suppress(Unavailable):
                        log.append("ann", step(number))
                        batch = await subscription.next(within_s=1)
                        gap = gap or batch.gap
                        if gap and number in done_of(batch.events):
                            return True
        return False

    assert asyncio.run(run())


def test_a_user_has_only_so_many_connections_and_they_come_free_again(monkeypatch):
    async def run():
        hub = Hub(MemoryEvents())
        monkeypatch.setattr(live, "CONNECTIONS", 1)
        with hub.subscribe("ann"), pytest.raises(RateLimited), hub.subscribe("ann"):
            pass
        with hub.subscribe("ann"):
            return len(hub)

    assert asyncio.run(run()) == 1


# Over HTTP and WebSocket


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = Settings.model_validate({"llm": {"engine": "none"}, "server": {"password_cost": 4, "jobs": 1}})
    app: FastAPI = create_app(settings, home=tmp_path_factory.mktemp("server"))
    with TestClient(app):
        yield app


class Person:
    """A user with a client of theirs."""

    def __init__(self, app, name):
        self.app = app
        self.client = TestClient(app)
        tokens = self.client.post(
            f"{API}/auth/register", json={"name": name, "password": f"the password of {name}"}
        ).json()
        self.id = tokens["user"]["id"]
        self.client.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    def socket(self, *, last="", ticket="", user_id=None):
        return self.client.websocket_connect(
            f"{API}/ws/{user_id or self.id}", params={"last_event_id": last, "ticket": ticket}
        )

    def submit(self):
        work = QuizWork(document_id="quiz_none", options=QuizOptions(scope=Scope(subject="none")))
        return self.app.state.tasks.submit(self.id, work)


@pytest.fixture(scope="module")
def ann(app):
    return Person(app, "ann")


@pytest.fixture(scope="module")
def bob(app):
    return Person(app, "bob")


def read_until(socket, true):
    seen = []
    while not seen or not true(seen[-1]):
        seen.append(socket.receive_json())
    return seen


def is_end_of(job_id):
    return lambda sent: (
        sent["kind"] == "event"
        and sent["event"]["job_id"] == job_id
        and JobState(sent["event"].get("job", {}).get("state", "queued")).final
    )


def test_a_job_can_be_followed_as_server_sent_events_and_again_from_an_id(ann):
    job = ann.submit()
    with ann.client.stream("GET", f"{API}/tasks/{job.id}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = list(answer.iter_lines())
    end = json.loads(lines[lines.index("event: end") + 1].removeprefix("data: "))
    assert (end["id"], end["state"], end["error"]["code"]) == (job.id, "failed", "not_found")
    last = ann.app.state.gateway.events.since(ann.id, "")[-1].id
    again = ann.client.get(f"{API}/tasks/{job.id}/events", headers={"Last-Event-ID": last})
    assert "event: progress" not in again.text
    assert "event: end" in again.text


def test_tasks_belong_to_their_owner(ann, bob):
    job = ann.submit()
    assert ann.client.get(f"{API}/tasks").json()[0]["id"] == job.id
    assert bob.client.get(f"{API}/tasks").json() == []
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/events"), ("POST", "/retry")):
        assert bob.client.request(method, f"{API}/tasks/{job.id}{path}").status_code == 404


def test_a_socket_says_where_jobs_stand_and_then_what_happens(ann):
    with ann.socket() as socket:
        assert socket.receive_json()["kind"] == "jobs"
        job = ann.submit()
        seen = read_until(socket, is_end_of(job.id))
        states = [sent["event"]["job"]["state"] for sent in seen if sent["event"]["job_id"] == job.id]
    assert states == ["queued", "running", "failed"]


def test_a_socket_that_comes_back_gets_what_it_missed(ann):
    with ann.socket() as socket:
        socket.receive_json()
        first = ann.submit()
        last = read_until(socket, is_end_of(first.id))[-1]["event"]["id"]
    missed = ann.submit()
    with ann.socket(last=last) as socket:
        seen = read_until(socket, is_end_of(missed.id))
    assert {sent["event"]["job_id"] for sent in seen if sent["kind"] == "event"} == {missed.id}


def test_nobody_hears_of_another(ann, bob):
    with bob.socket() as socket:
        socket.receive_json()
        ann.submit()
        mine = bob.submit()
        seen = read_until(socket, is_end_of(mine.id))
    assert {sent["event"]["job_id"] for sent in seen} == {mine.id}


def test_a_ticket_opens_one_connection_of_its_owner(ann, app):
    ticket = ann.client.post(f"{API}/auth/ws-ticket").json()["ticket"]
    anybody = TestClient(app)
    path = f"{API}/ws/{ann.id}?ticket={ticket}"
    with anybody.websocket_connect(path) as socket:
        assert socket.receive_json()["kind"] == "jobs"
    with pytest.raises(WebSocketDisconnect), anybody.websocket_connect(path):
        pass


def test_the_path_gives_nobody_an_identity(ann, bob, app):
    with pytest.raises(WebSocketDisconnect), bob.socket(user_id=ann.id):
        pass
    with pytest.raises(WebSocketDisconnect), TestClient(app).websocket_connect(f"{API}/ws/{ann.id}"):
        pass


def test_a_question_is_answered_over_the_socket(ann):
    ann.client.post(f"{API}/subjects", json={"name": "Empty"})
    with ann.socket() as socket:
        socket.receive_json()
        socket.send_json({"kind": "ask", "id": "q1", "question": "What is a heap?"})
        end = read_until(socket, lambda sent: sent["kind"] == "event" and "progress" not in sent["event"])[-1]
    assert end["event"]["job_id"] == "q1"
    assert "answer" in end["event"] or end["event"]["error"]["code"]


def test_nonsense_is_answered_with_a_problem_and_the_connection_stays(ann):
    with ann.socket() as socket:
        socket.receive_json()
        for nonsense in ("", "{}", '{"kind": "launch"}', "x" * 70_000):
            socket.send_text(nonsense)
            assert socket.receive_json()["problem"]["code"] == "options"
        socket.send_json({"kind": "cancel", "id": "job_unknown"})
        assert socket.receive_json()["problem"]["code"] == "not_found"
        socket.send_json({"kind": "ping"})
        assert socket.receive_json() == {"kind": "pong"}
