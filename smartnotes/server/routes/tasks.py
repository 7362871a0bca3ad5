"""Jobs over HTTP, where they are called tasks: where they stand, cancelling, trying again, and their events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from smartnotes.core.errors import Unavailable
from smartnotes.core.jobs import Event, JobInfo, event_order
from smartnotes.server.live import Hub
from smartnotes.server.notebooks import CurrentListings
from smartnotes.server.paging import PAGED, Paging, answer_list
from smartnotes.server.principal import CurrentUser
from smartnotes.server.problems import responses
from smartnotes.server.tasks import Tasks

router = APIRouter(prefix="/tasks", tags=["tasks"])

QUIET_S = 15.0
"""After so long without an event a comment keeps proxies from closing the connection, and the row is looked at."""

_EVENT = {name: {"type": "string"} for name in ("event", "data", "id")}
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "`progress` events with a Progress, then one `end` event with the JobInfo.",
        "content": {"text/event-stream": {"schema": {"type": "object", "properties": _EVENT, "required": ["data"]}}},
    }
}


@router.get("", operation_id="listTasks", response_model=list[JobInfo], responses=PAGED)
def list_tasks(listings: CurrentListings, request: Request, window: Paging) -> Response:
    """Return the caller's jobs, newest first."""
    return answer_list(request, listings.jobs(window), of=JobInfo)


@router.get("/{task_id}", operation_id="getTask")
def get_task(task_id: str, who: CurrentUser, request: Request) -> JobInfo:
    """Return where a job stands, with its result or its error."""
    return _tasks(request).get(who.user_id, task_id)


@router.delete("/{task_id}", operation_id="cancelTask")
def cancel_task(task_id: str, who: CurrentUser, request: Request) -> JobInfo:
    """Cancel a job; one that has ended stays as it is."""
    return _tasks(request).cancel(who.user_id, task_id)


@router.post("/{task_id}/retry", operation_id="retryTask", responses=responses(409))
def retry_task(task_id: str, who: CurrentUser, request: Request) -> JobInfo:
    """Put a job that failed, died or was cancelled back into its queue."""
    return _tasks(request).retry(who.user_id, task_id)


@router.get("/{task_id}/events", operation_id="followTask", response_class=StreamingResponse, responses=EVENTS)
async def task_events(
    task_id: str, who: CurrentUser, request: Request, last_event_id: Annotated[str, Header(max_length=64)] = ""
) -> StreamingResponse:
    """Follow a job as server-sent events, from its beginning or behind the event that `Last-Event-ID` names."""
    event_order(last_event_id)
    tasks, hub = _tasks(request), _hub(request)
    job = await run_in_threadpool(tasks.get, who.user_id, task_id)
    earlier = await run_in_threadpool(_earlier, who.user_id, job, tasks)
    lines = _follow(who.user_id, job, tasks=tasks, hub=hub, after=max(last_event_id, earlier, key=event_order))
    return StreamingResponse(
        lines, media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


def _earlier(user_id: str, job: JobInfo, tasks: Tasks) -> str:
    """Return the last event of an earlier run of the same work, which has the same id; "" where there is none."""
    try:
        told = tasks.events.since(user_id, "")
    except Unavailable:  # then nothing of it can be told again either
        return ""
    of_job = [event for event in told if event.job_id == job.id and event.job is not None]
    return next((one.id for one in reversed(of_job) if one.job and one.job.created_at < job.created_at), "")


async def _follow(user_id: str, job: JobInfo, *, tasks: Tasks, hub: Hub, after: str) -> AsyncIterator[str]:
    with hub.subscribe(user_id, after=after) as subscription:
        job = await run_in_threadpool(tasks.get, user_id, job.id)
        ending = job.state.final
        while True:
            batch = await subscription.next(within_s=0.0 if ending else QUIET_S)
            if not batch.events:
                job = await run_in_threadpool(tasks.get, user_id, job.id)
                if ending and job.state.final:
                    yield _line("end", job.model_dump_json())
                    return
                ending = job.state.final
                yield ": still here\n\n"
                continue
            for event in batch.events:
                if event.job_id == job.id and event.progress is not None:
                    yield _line("progress", event.progress.model_dump_json(), event_id=event.id)
            ending = ending or batch.gap or _ends(batch.events, job.id)


def _ends(events: list[Event], job_id: str) -> bool:
    return any(event.job_id == job_id and event.job is not None and event.job.state.final for event in events)


def _line(kind: str, data: str, *, event_id: str = "") -> str:
    return (f"id: {event_id}\n" if event_id else "") + f"event: {kind}\ndata: {data}\n\n"


def _tasks(request: Request) -> Tasks:
    tasks: Tasks = request.app.state.tasks
    return tasks


def _hub(request: Request) -> Hub:
    hub: Hub = request.app.state.hub
    return hub
