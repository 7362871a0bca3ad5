"""The OpenAPI document: what FastAPI finds, with every error answer declared as a problem."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from smartnotes.server.problems import Problem, responses

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
    for path, item in schema["paths"].items():
        for method in _METHODS:
            if method in item:
                _declare_errors(path, item[method])
                _link(item[method])
    return schema


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
