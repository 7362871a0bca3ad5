"""Search and chat over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import ConfigDict

from smartnotes.core.model import Value
from smartnotes.core.options import ChatOptions, SearchOptions
from smartnotes.core.study import Answer, Hit
from smartnotes.server.answering import answer_lines
from smartnotes.server.conversation import as_allowed
from smartnotes.server.notebooks import ReaderNotebook
from smartnotes.server.principal import Reader
from smartnotes.server.problems import request_id_of, responses

router = APIRouter(tags=["finding"])

NDJSON = "application/x-ndjson"


class SearchRequest(Value):
    """What to search for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"query": "hash table", "options": {"scope": {"subject": "Algorithms"}}}]}
    )

    query: str
    options: SearchOptions = SearchOptions()


class ChatRequest(Value):
    """What to answer; with `options.conversation_id` as a further question of that conversation."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"question": "What is a hash table?", "options": {"evidence": 6}}]}
    )

    question: str
    options: ChatOptions = ChatOptions()


@router.post("/search", operation_id="search", responses=responses(404, 409))
def search(body: SearchRequest, notebook: ReaderNotebook) -> list[Hit]:
    """Return what fits, best first."""
    return notebook.search(body.query, options=body.options)


@router.post(
    "/chat",
    operation_id="chat",
    response_model=Answer,
    responses={200: {"content": {NDJSON: {"schema": {"type": "string"}}}}, **responses(403, 404, 409, 501, 502)},
)
def chat(
    body: ChatRequest,
    notebook: ReaderNotebook,
    who: Reader,
    request: Request,
    accept: Annotated[str, Header()] = "*/*",
) -> Answer | Response:
    """Answer a question from the notes: whole, or with `Accept: application/x-ndjson` as it is written.

    The stream has a JSON value a line: `Progress` (with pieces of the text as `delta`), then the `Answer` or a problem.
    Question and answer are kept in the conversation `options.conversation_id`, a new one where none is named (the
    answer has its id), unless `options.keep` is off or the credential may only read.
    """
    options = as_allowed(body.options, who.scopes)
    if NDJSON not in accept:
        return notebook.ask(body.question, options=options)
    lines: Iterator[str] = answer_lines(notebook, body.question, options=options, request_id=request_id_of(request))
    return StreamingResponse(lines, media_type=NDJSON)
