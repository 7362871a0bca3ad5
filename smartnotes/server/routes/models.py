"""Language models over HTTP: what there is for everybody, fetching for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import ConfigDict

from smartnotes.core.llms import ModelInfo, ModelOverview
from smartnotes.core.model import Value
from smartnotes.server.answering import NDJSON, value_lines
from smartnotes.server.notebooks import CurrentNotebook
from smartnotes.server.principal import Administrator
from smartnotes.server.problems import request_id_of, responses
from smartnotes.server.state import gateway_of

router = APIRouter(prefix="/models", tags=["models"])


class PullRequest(Value):
    """Which model to fetch, by the name that Ollama's library has for it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "llama3:8b-instruct-q4_0"}]})

    name: str


@router.get("", operation_id="listModels")
def list_models(notebook: CurrentNotebook) -> ModelOverview:
    """Return the engines that are set up with their models, and the model of each task."""
    return notebook.models()


@router.post(
    "/pull",
    operation_id="pullModel",
    response_model=ModelInfo,
    responses={200: {"content": {NDJSON: {"schema": {"type": "string"}}}}, **responses(404, 502, 503)},
)
def pull_model(
    body: PullRequest, who: Administrator, request: Request, accept: Annotated[str, Header()] = "*/*"
) -> ModelInfo | Response:
    """Have Ollama fetch a model: the answer comes at the end, or with `Accept: application/x-ndjson` as it goes on.

    The stream has a JSON value a line: `Progress` (megabytes), then the `ModelInfo` or a problem. A client that leaves
    stops the fetching; the next request goes on from there.
    """
    notebook = gateway_of(request).notebook(who.user_id)
    if NDJSON not in accept:
        return notebook.pull_model(body.name)
    lines = value_lines(lambda emit: notebook.pull_model(body.name, emit=emit), request_id=request_id_of(request))
    return StreamingResponse(lines, media_type=NDJSON)
