"""Study sessions and statistics over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status

from smartnotes.core.learning import Statistics, StudyKind, StudySession
from smartnotes.core.options import StatisticsOptions
from smartnotes.server.learning import CurrentLearning
from smartnotes.server.notebooks import CurrentNotebook, subject_of
from smartnotes.server.paging import PAGED, Paging, answer_list
from smartnotes.server.problems import responses

router = APIRouter(tags=["learning"])


@router.post(
    "/study-sessions",
    operation_id="addStudySession",
    status_code=status.HTTP_201_CREATED,
    responses=responses(404),
)
def add_session(body: StudySession, notebook: CurrentNotebook) -> StudySession:
    """Keep a study session; what is sent twice under one `id` counts once."""
    return notebook.record_session(body)


@router.get(
    "/study-sessions",
    operation_id="listStudySessions",
    response_model=list[StudySession],
    responses=PAGED | responses(404),
)
def list_sessions(
    *,
    notebook: CurrentNotebook,
    listings: CurrentLearning,
    request: Request,
    window: Paging,
    subject: Annotated[str | None, Query(description="Id of the subject they were about.")] = None,
    kind: StudyKind | None = None,
) -> Response:
    """Return study sessions, newest first."""
    subject_id = subject_of(notebook, subject).id if subject else None
    return answer_list(request, listings.study_sessions(window, subject_id=subject_id, kind=kind), of=StudySession)


@router.get("/statistics", operation_id="getStatistics", responses=responses(404))
def get_statistics(notebook: CurrentNotebook, options: Annotated[StatisticsOptions, Query()]) -> Statistics:
    """Return how learning goes: cards, reviews a day, retention, quiz scores, weak pages, what falls due."""
    if options.subject:
        subject_of(notebook, options.subject)
    return notebook.statistics(options=options)
