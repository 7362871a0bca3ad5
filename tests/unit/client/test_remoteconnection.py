"""HTTP with a server: what is tried again, what is renewed, what an error becomes."""

from __future__ import annotations

import json

import httpx2
import pytest

from smartnotes import (
    Conflict,
    EngineTimeout,
    NotFound,
    NotSignedIn,
    OptionsError,
    RateLimited,
    SmartNotesError,
    Unavailable,
)
from smartnotes.client.credentials import Login
from smartnotes.client.remoteconnection import RETRIES, Connection

SERVER = "http://server.example"
LOGIN = Login(server=SERVER, user="ada", access_token="old", refresh_token="renew")
TOKENS = {
    "access_token": "new",
    "refresh_token": "renew-2",
    "token_type": "bearer",
    "expires_in_s": 900,
    "user": {"id": "usr_1", "name": "ada", "role": "user", "created_at": "2026-01-01T00:00:00Z", "suspended": False},
}


def connection(answer, **options):
    """A connection whose server is the function `answer`; its pauses are kept in `.pauses`."""
    pauses = []
    made = Connection(SERVER, transport=httpx2.MockTransport(answer), sleep=pauses.append, **options)
    made.pauses = pauses
    return made


def problem(status, code, detail="It went wrong.", *, hint="", headers=None):
    body = {"type": "about:blank", "title": "t", "status": status, "detail": detail, "code": code, "hint": hint}
    return httpx2.Response(
        status, content=json.dumps(body), headers={"Content-Type": "application/problem+json", **(headers or {})}
    )


class Scripted:
    """A server that answers from a list and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def __call__(self, request):
        self.requests.append((request.method, request.url.path, request.headers.get("Authorization"), request.read()))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_call_goes_below_the_prefix_with_the_token_and_leaves_out_what_is_none():
    seen = []

    def answer(request):
        seen.append((str(request.url), request.headers["Authorization"]))
        return httpx2.Response(200, json=["a"])

    found = connection(answer, login=LOGIN).call("GET", "/x", query={"a": 1, "b": None, "c": True}, answer=list[str])
    assert found == ["a"]
    assert seen == [(f"{SERVER}/api/v1/x?a=1&c=true", "Bearer old")]


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (404, "not_found", NotFound),
        (409, "conflict", Conflict),
        (422, "options", OptionsError),
        (502, "engine_timeout", EngineTimeout),
        (401, "not_signed_in", NotSignedIn),
        (418, "from_the_future", SmartNotesError),
    ],
)
def test_a_problem_becomes_the_error_it_names(status, code, error):
    server = Scripted(problem(status, code, "Exactly this.", hint="Do that."))
    with pytest.raises(error) as caught:
        connection(server).call("GET", "/x", answer=str)
    assert type(caught.value) is error
    assert (caught.value.message, caught.value.hint) == ("Exactly this.", "Do that.")
    assert len(server.requests) == 1


def test_an_answer_of_something_else_asks_whether_the_address_is_right():
    with pytest.raises(SmartNotesError, match="404") as caught:
        connection(Scripted(httpx2.Response(404, text="<html>"))).call("GET", "/x", answer=str)
    assert "address" in caught.value.hint


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_what_may_be_repeated_is_tried_again_with_growing_pauses(method):
    lost = httpx2.ReadError("reset")
    server = Scripted(lost, problem(503, "unavailable"), httpx2.Response(200, json="yes"))
    made = connection(server)
    assert made.call(method, "/x", answer=str) == "yes"
    assert made.pauses == [0.2, 0.4]


def test_a_server_that_stays_away_is_unavailable_with_a_hint():
    server = Scripted(*[httpx2.ConnectError("refused")] * (RETRIES + 1))
    with pytest.raises(Unavailable, match=r"server\.example") as caught:
        connection(server).call("GET", "/x", answer=str)
    assert "smartnotes serve" in caught.value.hint
    assert len(server.requests) == RETRIES + 1


def test_a_post_that_may_have_arrived_is_not_sent_twice():
    server = Scripted(httpx2.ReadError("reset"))
    with pytest.raises(Unavailable):
        connection(server).call("POST", "/x", body={}, answer=str)


def test_a_post_that_never_arrived_or_changes_nothing_is():
    server = Scripted(httpx2.ConnectError("refused"), httpx2.Response(200, json="yes"))
    assert connection(server).call("POST", "/x", body={}, answer=str) == "yes"
    server = Scripted(httpx2.ReadError("reset"), httpx2.Response(200, json="yes"))
    assert connection(server).call("POST", "/x", body={}, answer=str, safe=True) == "yes"


def test_a_busy_server_says_how_long_to_wait():
    server = Scripted(problem(429, "rate_limited", headers={"Retry-After": "3"}), httpx2.Response(200, json="yes"))
    made = connection(server)
    assert made.call("GET", "/x", answer=str) == "yes"
    assert made.pauses == [3.0]


def test_a_long_wait_is_left_to_the_user():
    server = Scripted(problem(429, "rate_limited", headers={"Retry-After": "600"}))
    with pytest.raises(RateLimited):
        connection(server).call("GET", "/x", answer=str)


def test_a_refused_token_is_renewed_once_and_kept():
    kept = []
    server = Scripted(
        problem(401, "not_signed_in"), httpx2.Response(200, json=TOKENS), httpx2.Response(200, json="yes")
    )
    assert (
        connection(server, login=LOGIN, on_renewed=kept.append).call("POST", "/x", body={"a": 1}, answer=str) == "yes"
    )
    assert [one.access_token for one in kept] == ["new"]
    assert [one.refresh_token for one in kept] == ["renew-2"]
    (_, _, first, _), (_, path, _, sent), (_, _, second, again) = server.requests
    assert (first, second, path) == ("Bearer old", "Bearer new", "/api/v1/auth/refresh")
    assert json.loads(sent) == {"refresh_token": "renew"}
    assert json.loads(again) == {"a": 1}


def test_a_token_that_is_refused_again_is_not_renewed_again():
    server = Scripted(
        problem(401, "not_signed_in"), httpx2.Response(200, json=TOKENS), problem(401, "not_signed_in", "Suspended.")
    )
    with pytest.raises(NotSignedIn, match="Suspended"):
        connection(server, login=LOGIN).call("GET", "/x", answer=str)


def test_a_login_that_has_ended_says_how_to_sign_in():
    server = Scripted(problem(401, "not_signed_in", "Expired."), problem(401, "not_signed_in"))
    with pytest.raises(NotSignedIn, match="Expired") as caught:
        connection(server, login=LOGIN).call("GET", "/x", answer=str)
    assert "smartnotes login" in caught.value.hint


def test_tokens_that_another_process_has_renewed_are_taken_over():
    other = LOGIN.model_copy(update={"access_token": "theirs"})
    server = Scripted(problem(401, "not_signed_in"), httpx2.Response(200, json="yes"))
    assert connection(server, login=LOGIN, reload=lambda: other).call("GET", "/x", answer=str) == "yes"
    assert server.requests[-1][2] == "Bearer theirs"


def test_an_upload_is_sent_piece_by_piece_and_anew_for_every_try():
    server = Scripted(
        problem(401, "not_signed_in"), httpx2.Response(200, json=TOKENS), httpx2.Response(202, json="job")
    )
    calls = []

    def pieces():
        calls.append(1)
        yield from (b"one", b"two")

    made = connection(server, login=LOGIN).upload("/x", query={}, pieces=pieces, headers={}, answer=str)
    assert made == "job"
    assert [sent for *_, sent in server.requests] == [b"onetwo", server.requests[1][3], b"onetwo"]
    assert len(calls) == 2
