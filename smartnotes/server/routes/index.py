"""Indexes over HTTP: how they stand, and making them anew."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, status
from pydantic import ConfigDict

from smartnotes.core.indexing import IndexStatus
from smartnotes.core.jobs import JobInfo
from smartnotes.core.model import Value
from smartnotes.core.usecases.work import index_work
from smartnotes.server.notebooks import CurrentNotebook, subject_of
from smartnotes.server.principal import CurrentUser
from smartnotes.server.problems import responses
from smartnotes.server.state import gateway_of

router = APIRouter(prefix="/index", tags=["index"])


class RebuildRequest(Value):
    """Which index to make anew: that of a subject by its id, or all. `force`: also where its model is the one set."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"subject": None, "force": False}]})

    subject: str | None = None
    force: bool = False


@router.get("", operation_id="getIndex", responses=responses(404, 503))
def get_index(notebook: CurrentNotebook, subject: Annotated[str | None, Query()] = None) -> IndexStatus:
    """Return which model made the index of each subject (or of one, by its id), and what it lacks."""
    return notebook.index_status(subject=subject_of(notebook, subject).id if subject else None)


@router.post(
    "/rebuild", operation_id="rebuildIndex", status_code=status.HTTP_202_ACCEPTED, responses=responses(404, 503)
)
def rebuild_index(body: RebuildRequest, notebook: CurrentNotebook, who: CurrentUser, request: Request) -> JobInfo:
    """Bring the indexes to the model that is set, beside those that are searched meanwhile.

    The job's result says what was done. Asked for twice, it is one job.
    """
    chosen = subject_of(notebook, body.subject).id if body.subject else None
    gateway = gateway_of(request)
    work = index_work(subject=chosen, force=body.force, stores=gateway.stores(who.user_id))
    return gateway.tasks.submit(who.user_id, work)
