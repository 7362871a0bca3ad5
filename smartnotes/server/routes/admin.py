"""What administrators see of the jobs of all users: queues, tasks, workers. Users are under `/auth/users`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from smartnotes.client.localjob import now
from smartnotes.core.jobs import JobState, OwnedJob, QueueInfo, WorkerInfo
from smartnotes.server.paging import PAGED, Paging, answer_list, piece_of
from smartnotes.server.principal import Administrator
from smartnotes.server.problems import responses
from smartnotes.server.state import gateway_of
from smartnotes.stores.joboverview import SqlJobOverview
from smartnotes.stores.listings import Listed
from smartnotes.stores.workers import SqlWorkers

router = APIRouter(prefix="/admin", tags=["admin"])

States = Annotated[list[JobState] | None, Query(description="Only jobs in these states.")]


@router.get("/queues", operation_id="listQueues")
def list_queues(who: Administrator, request: Request) -> list[QueueInfo]:
    """Return how each queue stands."""
    del who
    return _overview(request).queues(now=now())


@router.get("/workers", operation_id="listWorkers", response_model=list[WorkerInfo], responses=PAGED)
def list_workers(who: Administrator, request: Request, window: Paging) -> Response:
    """Return the processes that do jobs, and what each does now."""
    del who
    found = SqlWorkers(gateway_of(request).database).all(now=now())
    by_start = piece_of(found, window=window, key=lambda one: (one.started_at.timestamp(), one.id))
    return answer_list(request, by_start, of=WorkerInfo)


@router.get("/tasks", operation_id="listAllTasks", response_model=list[OwnedJob], responses=PAGED)
def list_all_tasks(who: Administrator, request: Request, window: Paging, state: States = None) -> Response:
    """Return the jobs of all users, newest first; what they ask for and what came of it is their users' alone."""
    del who
    found = [_hidden(one) for one in _overview(request).jobs(states=state or (), window=window)]
    last = found[window.limit - 1].job if len(found) > window.limit else None
    further = (last.created_at.isoformat(), last.id) if last is not None else None
    return answer_list(request, Listed(found[: window.limit], further), of=OwnedJob)


@router.delete("/tasks/{task_id}", operation_id="cancelAnyTask", responses=responses(404))
def cancel_any_task(task_id: str, who: Administrator, request: Request) -> OwnedJob:
    """Cancel somebody's job; one that has ended stays as it is."""
    del who
    overview = _overview(request)
    gateway_of(request).tasks.cancel(overview.job(task_id).owner, task_id)
    return _hidden(overview.job(task_id))


@router.post("/tasks/{task_id}/retry", operation_id="retryAnyTask", responses=responses(404, 409))
def retry_any_task(task_id: str, who: Administrator, request: Request) -> OwnedJob:
    """Put somebody's job that failed, died or was cancelled back into its queue."""
    del who
    overview = _overview(request)
    gateway_of(request).tasks.retry(overview.job(task_id).owner, task_id)
    return _hidden(overview.job(task_id))


def _overview(request: Request) -> SqlJobOverview:
    return SqlJobOverview(gateway_of(request).database)


def _hidden(one: OwnedJob) -> OwnedJob:
    """Return the job without what it asks for, what came of it and what it said on the way: that is somebody's."""
    job = one.job
    progress = job.progress.model_copy(update={"message": ""}) if job.progress else None
    return one.model_copy(update={"job": job.model_copy(update={"request": "", "result": None, "progress": progress})})
