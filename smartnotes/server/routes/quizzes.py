"""Taking quizzes over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import ConfigDict, Field

from smartnotes.core.learning import Duration, GivenAnswer, GivenId, Grade, QuizAttempt
from smartnotes.core.model import Value
from smartnotes.core.study import Quiz
from smartnotes.server.learning import CurrentLearning, quiz_of
from smartnotes.server.notebooks import CurrentNotebook, ReaderNotebook, subject_of
from smartnotes.server.paging import PAGED, Paging, answer_list
from smartnotes.server.problems import responses

router = APIRouter(tags=["learning"])


class AttemptRequest(Value):
    """The answers to a quiz. What is sent twice under one `id` counts once; without one it gets one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answers": [{"question_id": "q_1", "text": "a heap"}], "duration_s": 300}]}
    )

    id: GivenId | None = None
    answers: Annotated[tuple[GivenAnswer, ...], Field(max_length=500)]
    duration_s: Duration | None = None


@router.get("/quizzes/{quiz_id}", operation_id="getQuiz")
def get_quiz(quiz_id: str, notebook: CurrentNotebook) -> Quiz:
    """Return a quiz with its questions and their answers; `/documents?kind=quiz` lists the quizzes."""
    return notebook.quiz(quiz_of(notebook, quiz_id).id)


@router.post("/quizzes/{quiz_id}/grade", operation_id="gradeAnswer")
def grade_answer(quiz_id: str, body: GivenAnswer, notebook: ReaderNotebook) -> Grade:
    """Judge one answer, which is not kept."""
    return notebook.grade(quiz_of(notebook, quiz_id).id, answer=body)


@router.post("/quizzes/{quiz_id}/attempts", operation_id="takeQuiz", status_code=status.HTTP_201_CREATED)
def take_quiz(quiz_id: str, body: AttemptRequest, notebook: CurrentNotebook) -> QuizAttempt:
    """Grade the answers to a quiz and keep the attempt; a question without an answer is wrong."""
    quiz = quiz_of(notebook, quiz_id)
    return notebook.take_quiz(quiz.id, answers=body.answers, attempt_id=body.id, duration_s=body.duration_s)


@router.get(
    "/quiz-attempts",
    operation_id="listQuizAttempts",
    response_model=list[QuizAttempt],
    responses=PAGED | responses(404),
)
def list_attempts(
    *,
    notebook: CurrentNotebook,
    listings: CurrentLearning,
    request: Request,
    window: Paging,
    subject: Annotated[str | None, Query(description="Id of the quiz's subject.")] = None,
    quiz: Annotated[str | None, Query(description="Id of the quiz.")] = None,
) -> Response:
    """Return the attempts at quizzes, newest first."""
    subject_id = subject_of(notebook, subject).id if subject else None
    quiz_id = quiz_of(notebook, quiz).id if quiz else None
    return answer_list(request, listings.attempts(window, subject_id=subject_id, quiz_id=quiz_id), of=QuizAttempt)
