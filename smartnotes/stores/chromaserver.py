"""ChromaDB as a server of its own (`chroma run`), over its HTTP interface, version 2.

Each owner has a database there, so that asking for all of an owner's collections does not list everybody's. The paths
and bodies are those of `chromadb.HttpClient` (1.5.9, `chromadb/api/fastapi.py`), which is not used for the reasons of
decision 0009.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import httpx2
import numpy as np

from smartnotes.core.errors import Conflict, Unavailable
from smartnotes.core.ports import Vectors
from smartnotes.stores.vectors import CONFIGURATION, Collection, Row, Where, collection_of

PREFIX = "/api/v2"
TENANT = "default_tenant"

CONNECT_S = 2.0
READ_S = 60.0
PAUSES_S = (0.1, 0.3, 0.8)
"""Before each new try. Every call may be repeated: it says how things are to be, not what is to change."""

PAGE = 500
"""Collections that are listed at a time."""

PASSING = frozenset({412, 429, 500, 502, 503, 504})
"""Answers that another try may better: 412 and 500 come while a collection is made, indexed or deleted."""


class ChromaServer:
    """`Chroma` at a server. `transport` takes the place of the network in tests."""

    batch = 1000
    """At 1536 numbers to a vector a body of 8 MB; the server takes 40."""

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self._sleep = sleep
        self._http = httpx2.Client(
            base_url=self.url,
            transport=transport,
            timeout=httpx2.Timeout(READ_S, connect=CONNECT_S),
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )

    def collections(self, space: str, names: Sequence[str] | None = None) -> list[Collection]:
        """Return the collections of a space with these names that are there; all with None."""
        if names is None:
            return self._listed(space)
        answers = [self._call("GET", f"{_collections(space)}/{quote(name, safe='')}") for name in names]
        return [_collection(answer) for answer in answers if answer is not None]

    def make(self, space: str, name: str, metadata: Row) -> Collection:
        """Return the collection of this name, made where there is none."""
        there = self.collections(space, [name])
        if not there:
            # Where another process is quicker, the answer is that there is one.
            self._call("POST", f"/tenants/{TENANT}/databases", {"name": space}, taken_is_fine=True)
            how = {"configuration": CONFIGURATION, "get_or_create": True}
            self._call("POST", _collections(space), {"name": name, "metadata": metadata, **how}, taken_is_fine=True)
            there = self.collections(space, [name])
        if not there:
            raise self._unavailable("a subject was deleted while vectors were written to it")
        return there[0]

    def upsert(self, space: str, collection: Collection, ids: Sequence[str], vectors: Vectors, rows: list[Row]) -> None:
        """Put vectors in place."""
        body = {"ids": list(ids), "embeddings": [_packed(vector) for vector in vectors], "metadatas": rows}
        if self._call("POST", f"{_collections(space)}/{collection.id}/upsert", body) is None:
            raise self._unavailable("a subject was deleted while vectors were written to it")

    def query(
        self,
        space: str,
        collection: Collection,
        vector: Vectors,
        *,
        limit: int,
        where: Where | None,
        among: Sequence[str] | None = None,  # noqa: ARG002 - the server finds what fits where the vectors are
    ) -> list[tuple[str, float]]:
        """Return (id, cosine distance), nearest first."""
        body = {"query_embeddings": [vector.tolist()], "n_results": limit, "where": where, "include": ["distances"]}
        answer = self._call("POST", f"{_collections(space)}/{collection.id}/query", body)
        if answer is None:
            return []
        return [(str(one), float(far)) for one, far in zip(answer["ids"][0], answer["distances"][0], strict=True)]

    def ids(self, space: str, collection: Collection, where: Where | None) -> list[str]:
        """Return the ids of the vectors that fit, of all with None."""
        answer = self._call("POST", f"{_collections(space)}/{collection.id}/get", {"where": where, "include": []})
        return [str(one) for one in answer["ids"]] if answer is not None else []

    def delete(self, space: str, collection: Collection, ids: Sequence[str]) -> None:
        """Forget vectors."""
        self._call("POST", f"{_collections(space)}/{collection.id}/delete", {"ids": list(ids)})

    def drop(self, space: str, name: str) -> None:
        """Forget a whole collection."""
        self._call("DELETE", f"{_collections(space)}/{quote(name, safe='')}")

    def drop_space(self, space: str) -> None:
        """Forget the owner's database."""
        self._call("DELETE", f"/tenants/{TENANT}/databases/{quote(space, safe='')}")

    def check(self) -> None:
        """Ask whether the server is there."""
        self._call("GET", "/heartbeat")

    def close(self) -> None:
        """Close the sockets."""
        self._http.close()

    def _listed(self, space: str) -> list[Collection]:
        found: list[Collection] = []
        while True:
            answer = self._call("GET", f"{_collections(space)}?limit={PAGE}&offset={len(found)}") or []
            found += [_collection(one) for one in answer]
            if len(answer) < PAGE:
                return sorted(found, key=lambda collection: collection.name)

    def _call(self, method: str, path: str, body: object = None, *, taken_is_fine: bool = False) -> Any:
        """Return the JSON of the answer, None where what the path names is not there."""
        content = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"} if content is not None else {}
        response = self._answered(method, PREFIX + path, content, headers)
        if response.status_code == 404 and _code(response) == "NotFoundError":
            return None
        if response.is_success or (taken_is_fine and response.status_code == 409):
            try:
                return response.json()
            except ValueError as error:
                raise self._unavailable("it does not answer as Chroma does") from error
        if response.status_code in (401, 403):
            raise self._unavailable("it refuses us", hint="Set vectors.token to a token that it takes.")
        said = _message(response)
        if "dimension" in said:
            raise Conflict(
                f"The index was made with another embedding model: {said}.",
                hint="To index everything anew: smartnotes index rebuild --force",
            )
        raise self._unavailable(f"it answered {response.status_code} {said}".rstrip())

    def _answered(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> httpx2.Response:
        for pause_s in (*PAUSES_S, None):
            try:
                response = self._http.request(method, path, content=content, headers=headers)
            except httpx2.TransportError as error:
                if pause_s is None:
                    raise self._unavailable("it cannot be reached") from error
            else:
                if pause_s is None or response.status_code not in PASSING:
                    return response
            self._sleep(pause_s)
        raise AssertionError("the last try returns or raises")

    def _unavailable(self, why: str, *, hint: str = "") -> Unavailable:
        known = hint or "Is it running (chroma run), and is the setting vectors.url right?"
        return Unavailable(f"The vector server {self.url} cannot be used: {why}.", hint=known)


def _collections(space: str) -> str:
    return f"/tenants/{TENANT}/databases/{quote(space, safe='')}/collections"


def _collection(answer: Any) -> Collection:
    return collection_of(answer["id"], str(answer["name"]), answer.get("metadata"))


def _packed(vector: Vectors) -> str:
    """Return the numbers as the server takes them most cheaply: little-endian 32-bit floats in base 64."""
    return base64.b64encode(np.ascontiguousarray(vector, dtype="<f4").tobytes()).decode()


def _code(response: httpx2.Response) -> str:
    return _said(response).get("error", "")


def _message(response: httpx2.Response) -> str:
    return _said(response).get("message", "")[:200]


def _said(response: httpx2.Response) -> dict[str, str]:
    try:
        said = response.json()
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in said.items()} if isinstance(said, dict) else {}
