"""What administrators see of the jobs of all users: queues, tasks, workers. Users are under `/auth/users`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from smartnotes.client.localjob import now
from smartnotes.core.jobs import JobState, OwnedJob, QueueInfo, WorkerInfo
from smartnotes.server.principal import Administrator
from smartnotes.server.problems import responses
from smartnotes.server.state import gateway_of
from smartnotes.stores.joboverview import SqlJobOverview
from smartnotes.stores.workers import SqlWorkers

router = APIRouter(prefix="/admin", tags=["admin"])

States = Annotated[list[JobState] | None, Query(description="Only jobs in these states.")]


@router.get("/queues", operation_id="listQueues")
def list_queues(who: Administrator, request: Request) -> list[QueueInfo]:
    """Return how each queue stands."""
    del who
    return _overview(request).queues(now=now())


@router.get("/workers", operation_id="listWorkers")
def list_workers(who: Administrator, request: Request) -> list[WorkerInfo]:
    """Return the processes that do jobs, and what each does now."""
    del who
    return SqlWorkers(gateway_of(request).database).all(now=now())


@router.get("/tasks", operation_id="listAllTasks")
def list_all_tasks(
    who: Administrator,
    request: Request,
    state: States = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[OwnedJob]:
    """Return the jobs of all users, newest first; what they ask for and what came of it is their users' alone."""
    del who
    return [_hidden(one) for one in _overview(request).jobs(states=state or (), limit=limit)]


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
