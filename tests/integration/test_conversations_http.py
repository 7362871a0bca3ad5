"""Conversations at a server: what is kept of `/chat` and of the WebSocket, and by whose credential."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from smartnotes.core.conversations import Turn, new_conversation
from smartnotes.core.ports import Engines
from smartnotes.core.study import Answer
from smartnotes.engines.sandbox import SandboxedReader
from smartnotes.server.app import create_app
from smartnotes.settings import Settings
from tests.builders import NOON
from tests.fakes import WordEmbedder, WordEncoder

API = "/api/v1"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = Settings.model_validate(
        {"llm": {"engine": "none", "host": "http://127.0.0.1:9"}, "server": {"password_cost": 4, "jobs": 1}}
    )
    engines = Engines(reader=SandboxedReader(), embedder=WordEmbedder(), encoder=WordEncoder())
    app = create_app(settings, home=tmp_path_factory.mktemp("server"), engines=engines)
    with TestClient(app):
        yield app


@pytest.fixture
def ada(app, request):
    """A client of a new user; `user_id` is theirs."""
    client = TestClient(app)
    wanted = {"name": f"ada-{abs(hash(request.node.name)):x}"[:30], "password": "a password for the talk"}
    tokens = client.post(f"{API}/auth/register", json=wanted).json()
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    client.user_id = tokens["user"]["id"]
    return client


def conversations(client):
    return client.get(f"{API}/conversations").json()


def ask(client, question="What is osmosis?", **options):
    return client.post(f"{API}/chat", json={"question": question, "options": options}).json()


def test_chat_begins_a_conversation_and_goes_on_with_it(ada):
    first = ask(ada)
    second = ask(ada, "why?", conversation_id=first["conversation_id"])
    assert second["searched_for"] == "why? (osmosis)"
    (listed,) = conversations(ada)
    assert (listed["id"], listed["turns"], listed["title"]) == (first["conversation_id"], 2, "What is osmosis?")


def test_a_credential_that_may_only_read_leaves_nothing_behind(ada, app):
    began = ask(ada)["conversation_id"]
    token = ada.post(f"{API}/auth/tokens", json={"name": "reader", "scopes": ["read"]}).json()["token"]
    reader = TestClient(app, headers={"Authorization": f"Bearer {token}"})
    assert ask(reader)["conversation_id"] == ""
    assert ask(reader, "why?", conversation_id=began)["searched_for"] == "why? (osmosis)"
    assert [one["turns"] for one in conversations(ada)] == [1]


def test_a_question_over_the_websocket_is_kept_too(ada):
    with ada.websocket_connect(
        f"{API}/ws/{ada.user_id}", headers={"Authorization": ada.headers["Authorization"]}
    ) as socket:
        socket.send_json({"kind": "ask", "id": "q1", "question": "What is osmosis?", "options": {}})
        while True:
            sent = socket.receive_json()
            if sent["kind"] == "event" and sent["event"].get("answer"):
                break
    (listed,) = conversations(ada)
    assert sent["event"]["answer"]["conversation_id"] == listed["id"]


def test_the_list_comes_in_pieces(ada, app):
    store = app.state.gateway.stores(ada.user_id).conversations
    for number in range(5):
        answer = Answer(question=f"Question {number}?", text="x", covered=True)
        made = new_conversation(answer.question, conversation_id=f"conv_{ada.user_id}_{number}"[-40:], now=NOON)
        store.append(Turn(id=f"turn_{number}", at=NOON, answer=answer), to=made, is_new=True)
    seen, path = [], f"{API}/conversations?limit=2"
    while path:
        answer = ada.get(path)
        seen += [one["id"] for one in answer.json()]
        path = answer.links.get("next", {}).get("url")
    assert seen == [one["id"] for one in conversations(ada)]
    assert len(set(seen)) == 5
    assert ada.get(f"{API}/conversations?cursor=bm9uc2Vuc2U").status_code == 422


def test_a_title_that_changed_meanwhile_is_not_overwritten(ada):
    path = f"{API}/conversations/{ask(ada)['conversation_id']}"
    tag = ada.get(path).headers["ETag"]
    assert ada.put(path, json={"title": "Mine"}, headers={"If-Match": tag}).status_code == 200
    late = ada.put(path, json={"title": "Late"}, headers={"If-Match": tag})
    assert (late.status_code, late.json()["code"]) == (412, "outdated")


def test_the_export_is_markdown_to_keep(ada):
    path = f"{API}/conversations/{ask(ada)['conversation_id']}/export"
    answer = ada.get(path)
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert 'filename="What is osmosis?.md"' in answer.headers["Content-Disposition"]
    assert answer.text.startswith("# What is osmosis?\n")
    assert ada.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_conversation_is_deleted_with_the_account_and_exported_before(ada, app):
    kept = ask(ada)["conversation_id"]
    archive = ada.get(f"{API}/auth/export")
    assert archive.status_code == 200
    assert b"conversation_turns.jsonl" in archive.content
    ada.request("DELETE", f"{API}/auth/me", json={"password": "a password for the talk"})
    store = app.state.gateway.stores(ada.user_id).conversations
    assert kept not in [one.id for one in store.all()]
