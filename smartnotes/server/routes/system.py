"""Whether the server lives and can work; outside of `/api/v1`, for those who run it."""

from __future__ import annotations

from fastapi import APIRouter, Request

from smartnotes.core.model import Value
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
    """Say that the server can work: its database answers and its folder can be written to."""
    gateway_of(request).check()
    return Health()
