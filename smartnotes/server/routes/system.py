"""Whether the server lives and can work; outside of `/api/v1`, for those who run it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from smartnotes.core.model import Value
from smartnotes.server.metrics import CONTENT_TYPE, Metrics
from smartnotes.server.problems import responses
from smartnotes.server.state import gateway_of

router = APIRouter(tags=["system"])


class Health(Value):
    """That all is well."""

    status: str = "ok"


@router.get("/livez", operation_id="livez")
@router.get("/healthz", operation_id="healthz", include_in_schema=False)
async def livez() -> Health:
    """Say that the process answers."""
    return Health()


@router.get("/readyz", operation_id="readyz", responses=responses(503))
def readyz(request: Request) -> Health:
    """Say that the server can work: its database and Redis answer, its folder can be written to."""
    gateway_of(request).check()
    return Health()


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(request: Request) -> Response:
    """Return figures for Prometheus. Keep it from the public: let only your own network reach this path."""
    found: Metrics = request.app.state.metrics
    return Response(found.text(), media_type=CONTENT_TYPE)
