"""The OpenAPI document: what FastAPI finds, with every error answer declared as a problem."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from smartnotes.core import errors
from smartnotes.server.examples import REF, Examples
from smartnotes.server.idempotency import UNKEPT
from smartnotes.server.problems import MEDIA_TYPE, STATUSES, TITLES, Problem, responses, status_of

LINKS = {
    "createSubject": ("getSubject", "subject_id"),
    "uploadLecture": ("getTask", "task_id"),
    "generateDocument": ("getTask", "task_id"),
    "retryTask": ("getTask", "task_id"),
    "createApiToken": ("deleteApiToken", "token_id"),
    "addReview": ("undoReview", "review_id"),
    "makeShare": ("revokeShare", "share_id"),
}
"""Operations whose answer names something, with the operation that goes on with it and that one's parameter."""
IDS = {"createApiToken": "$response.body#/info/id", "makeShare": "$response.body#/share/id"}
CODES = {
    status: sorted({kind.code for kind in errors.all_errors() if status_of(kind("")) == status})
    for status in {*STATUSES.values(), *TITLES}
}
"""The codes of problems by status."""
TAGS = {
    "auth": "Accounts: registering, signing in, tokens, and who may do what.",
    "subjects": "Courses, and the files sent into them.",
    "uploads": "Files sent in parts (tus 1.0.0).",
    "lectures": "What was read: pages, figures, the original file.",
    "documents": "Quizzes, flashcards and cheat sheets that were made.",
    "finding": "Search and questions.",
    "conversations": "What was asked and answered.",
    "models": "Language models.",
    "index": "What subjects are searched by.",
    "blobs": "Pictures and files by their SHA-256.",
    "tasks": "Work under way.",
    "shares": "Links for people without an account.",
    "learning": "Reviews, attempts, study sessions, statistics.",
    "admin": "Looking after the server.",
    "system": "Whether the server lives and can work.",
}
KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A key for this request: sent again with it, the request has the same answer, for a day.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
TAG: dict[str, Any] = {"description": "The entity tag of this answer.", "schema": {"type": "string"}}
KNOWN: dict[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The entity tag of the answer that the client has; 304 where it is still the same.",
    "schema": {"type": "string"},
}
_METHODS = ("get", "head", "post", "put", "delete", "patch")


def describe(app: FastAPI) -> None:
    """Make the application's OpenAPI document complete; it is built once, at the first request for it."""
    found = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(found())
        return app.openapi_schema

    # the way FastAPI documents
    app.openapi = complete  # type: ignore[method-assign]


def _completed(schema: dict[str, Any]) -> dict[str, Any]:
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    examples = Examples(schemas)
    for path, item in schema["paths"].items():
        for method in _METHODS:
            if method in item:
                if method == "post" and item[method].get("security") and path not in UNKEPT:
                    _take_key(item[method])
                if method == "get":
                    _give_tags(item[method])
                _declare_errors(path, item[method])
                _name_codes(item[method])
                _give_examples(item[method], examples)
                _link(item[method])
    schema["tags"] = [{"name": name, "description": TAGS[name]} for name in sorted(TAGS)]
    return schema


def _take_key(operation: dict[str, Any]) -> None:
    """Say that what this makes is made once under a key."""
    operation.setdefault("parameters", []).append(KEY)
    for status, described in responses(409, 422).items():
        operation["responses"].setdefault(str(status), described)


def _give_tags(operation: dict[str, Any]) -> None:
    """Say that an answer in JSON has a tag, and that nothing is sent again to those who have it."""
    found = operation["responses"].get("200", {})
    if "application/json" in found.get("content", {}) and operation.get("security"):
        found.setdefault("headers", {}).setdefault("ETag", TAG)
        operation["responses"].setdefault("304", {"description": "It is still what `If-None-Match` names."})
        operation.setdefault("parameters", []).append(KNOWN)


def _name_codes(operation: dict[str, Any]) -> None:
    """Say which problems an error status stands for, each with an example."""
    for status, answer in operation["responses"].items():
        if MEDIA_TYPE not in answer.get("content", {}):
            continue
        codes = CODES[int(status)]
        answer["description"] = f"{TITLES[int(status)]}: {', '.join(f'`{code}`' for code in codes)}"
        told = {"status": {"const": int(status)}, "code": {"enum": codes}}
        schema = {"allOf": [{"$ref": f"{REF}Problem"}, {"type": "object", "properties": told}]}
        shown = {code: {"value": _problem(int(status), code)} for code in codes}
        answer["content"] = {MEDIA_TYPE: {"schema": schema, "examples": shown}}


def _problem(status: int, code: str) -> dict[str, Any]:
    kind = errors.error_class(code)
    problem = Problem(
        type="about:blank",
        title=TITLES[status],
        status=status,
        detail=(kind.__doc__ or "").partition("\n")[0],
        code=code,
        request_id="req_f8uo",
    )
    return problem.model_dump()


def _give_examples(operation: dict[str, Any], examples: Examples) -> None:
    """Give every JSON body and answer an example."""
    answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    for part in (operation.get("requestBody", {}), *answers):
        for media_type, content in part.get("content", {}).items():
            if media_type == "application/json" and "example" not in content:
                content["example"] = examples.of(content["schema"])


def _declare_errors(path: str, operation: dict[str, Any]) -> None:
    """Add the errors that follow from what an operation is: signed in, with parameters, with a body."""
    statuses = set()
    if operation.get("security"):
        statuses |= {401, 403, 429, 503}
    if operation.get("parameters") or "requestBody" in operation:
        statuses.add(422)
    if "{" in path:
        statuses.add(404)
    if "requestBody" in operation:
        statuses |= {400, 413}
    declared = operation.setdefault("responses", {})
    declared.pop("422", None)
    for status, described in responses(*statuses).items():
        declared.setdefault(str(status), described)
    operation["responses"] = {status: declared[status] for status in sorted(declared)}


def _link(operation: dict[str, Any]) -> None:
    """Say with which operation one may go on, where the answer has the id for it."""
    name = operation["operationId"]
    if name in LINKS:
        target, parameter = LINKS[name]
        success = min(status for status in operation["responses"] if status.startswith("2"))
        value = IDS.get(name, "$response.body#/id")
        operation["responses"][success]["links"] = {target: {"operationId": target, "parameters": {parameter: value}}}
