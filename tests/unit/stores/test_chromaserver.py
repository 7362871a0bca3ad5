"""What becomes of a Chroma server's failures."""

from __future__ import annotations

import json

import httpx2
import numpy as np
import pytest

from smartnotes.core.errors import Conflict, Unavailable
from smartnotes.core.ports import ChunkFilter
from smartnotes.stores.chromaserver import PAUSES_S, ChromaServer
from smartnotes.stores.vectors import ChromaVectors

ONE = np.ones(1, dtype=np.float32)


class Scripted(httpx2.BaseTransport):
    """Answers with what it was given, the last one again and again; an exception is raised."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def handle_request(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return httpx2.Response(status, content=body if isinstance(body, bytes) else json.dumps(body).encode())


def opened(transport, *, token="", pauses=None):
    wait = pauses.append if pauses is not None else lambda _: None
    return ChromaServer("http://vectors:8001/", token=token, transport=transport, sleep=wait)


def test_a_server_that_is_away_is_tried_again_and_then_named_with_a_hint():
    pauses, transport = [], Scripted(httpx2.ConnectError("refused"))
    with pytest.raises(Unavailable, match="http://vectors:8001 cannot be used") as caught:
        opened(transport, pauses=pauses).check()
    assert "vectors.url" in caught.value.hint
    assert pauses == list(PAUSES_S)


@pytest.mark.parametrize(
    "passing", [httpx2.ReadError("reset"), (503, {}), (500, {"error": "InternalError"}), (412, {"error": "x"})]
)
def test_what_passes_is_not_noticed(passing):
    transport = Scripted(passing, (200, []))
    assert opened(transport).collections("o1") == []
    assert len(transport.requests) == 2


def test_an_error_that_stays_is_told():
    with pytest.raises(Unavailable, match="500 disk full"):
        opened(Scripted((500, {"error": "InternalError", "message": "disk full"}))).collections("o1", ["o1-sub"])


def test_the_token_is_sent_and_one_that_is_refused_is_asked_for():
    transport = Scripted((401, {}))
    with pytest.raises(Unavailable, match="refuses") as caught:
        opened(transport, token="let me in").check()
    assert "vectors.token" in caught.value.hint
    assert transport.requests[0].headers["Authorization"] == "Bearer let me in"


def test_something_else_at_that_address_is_not_taken_for_chroma():
    for answer in ((200, b"<!doctype html>"), (404, b"<h1>Not found</h1>"), (302, b"")):
        with pytest.raises(Unavailable):
            opened(Scripted(answer)).collections("o1", ["o1-sub"])


def test_a_collection_that_went_away_meanwhile_holds_nothing():
    there = {"id": "7", "name": "", "metadata": {"model": "m", "dimension": 1, "owner": "ann"}}
    vectors = ChromaVectors(ChromaServer("http://v", transport=(transport := Scripted((200, there)))), owner="ann")
    there["name"] = f"{vectors._space}-sub"
    transport.answers = [(200, there), (404, {"error": "NotFoundError", "message": "Collection [7] does not exist."})]
    assert vectors.search(ONE, chosen=ChunkFilter(("sub",)), limit=1) == []


def test_vectors_of_another_length_are_a_conflict():
    answer = (400, {"error": "InvalidArgumentError", "message": "Collection expecting embedding with dimension of 4"})
    with pytest.raises(Conflict):
        opened(Scripted(answer)).collections("o1", ["o1-sub"])


def test_many_collections_are_listed_in_pieces():
    def listed(first, count):
        return [{"id": str(n), "name": f"o1-{n:04}", "metadata": None} for n in range(first, first + count)]

    transport = Scripted((200, listed(0, 500)), (200, listed(500, 3)))
    assert len(opened(transport).collections("o1")) == 503
    assert [request.url.params["offset"] for request in transport.requests] == ["0", "500"]
