"""Pictures and original files over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from smartnotes.core.errors import NotFound
from smartnotes.server.downloads import BINARY, blob_response
from smartnotes.server.principal import CurrentUser
from smartnotes.server.state import gateway_of
from smartnotes.stores.uses import reaches

router = APIRouter(prefix="/blobs", tags=["blobs"])


@router.get("/{blob}", operation_id="getBlob", response_class=Response, responses=BINARY)
def get_blob(blob: str, request: Request, who: CurrentUser) -> Response:
    """Return the bytes of a picture or file that a lecture or document of yours names."""
    if not reaches(gateway_of(request).database, owner=who.user_id, blob=blob):
        raise NotFound(f"There is no file {blob[:12]!r}.")
    return blob_response(request, blob)
