"""Who may do what: a row, or several, for every operation of the API. Whoever adds a route adds its row here.

A row says how the operation is called with something of the owner's, what the owner gets, and for whom it is:

- `Access.PUBLIC`: everybody, whoever they are
- `Access.SELF`: whoever is signed in, on what is their own
- `Access.IN_PERSON`: the same, but no API token
- `Access.OWNED`: about a thing of the owner's that is named in the path or the body; not there (404) for all others
- `Access.ADMIN`: administrators
- `Access.SHARED`: whoever opened a link to it, and nobody else, the owner included

The arguments of a call come from functions of the `World` (`tests/integration/matrix_world.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NamedTuple

from tests.integration.matrix_world import PASSWORD, World


class Access(Enum):
    """For whom an operation is."""

    PUBLIC = "public"
    SELF = "self"
    IN_PERSON = "in person"
    OWNED = "owned"
    ADMIN = "admin"
    SHARED = "shared"


Part = Callable[[World], Any]


class Row(NamedTuple):
    """One call of an operation.

    `ok` is what whoever may do it gets. `path`, `query` and `body` (JSON) are made anew for each call; `content` is a
    body of bytes. `reads`: a token that may only read is enough although it is no GET. `alone`: the call uses up
    whoever makes it, so each gets an account of its own. `in_person`: no API token may do it.
    """

    access: Access
    ok: int = 200
    path: Mapping[str, Part] = {}
    query: Mapping[str, Part] = {}
    body: Part | None = None
    content: bytes | None = None
    headers: Mapping[str, str] = {}
    reads: bool = False
    alone: bool = False
    in_person: bool = False


PUBLIC, SELF, IN_PERSON, OWNED, ADMIN, SHARED = Access
SUBJECT = {"subject_id": World.subject}
LECTURE = {"lecture_id": World.lecture}
CARD = {"card_id": World.card}
DOCUMENT = {"document_id": World.document}
UPLOAD = {"upload_id": World.upload}
TASK = {"task_id": World.task}
CONVERSATION = {"conversation_id": World.conversation}
SHARED_LECTURE = {"lecture_id": lambda world: world.shared.lecture}


def _in_subject(world: World) -> dict[str, Any]:
    return {"scope": {"subject": world.searched_subject()}}


def _in_conversation(world: World) -> dict[str, Any]:
    return {"conversation_id": world.conversation()}


def _session(world: World) -> dict[str, Any]:
    return {"id": world.new_name(), "kind": "chat", "at": "2026-03-01T12:00:00Z", "duration_s": 60, "items": 1}


ROWS: dict[str, Row | tuple[Row, ...]] = {
    # Accounts
    "register": Row(PUBLIC, 201, body=lambda world: {"name": world.new_name(), "password": PASSWORD}),
    "login": Row(PUBLIC, body=lambda world: {"name": world.owner.name, "password": PASSWORD}),
    "refresh": Row(PUBLIC, body=lambda world: {"refresh_token": world.refresh_token()}),
    "logout": Row(IN_PERSON, 204, alone=True),
    "logoutAll": Row(IN_PERSON, 204, alone=True),
    "changePassword": Row(
        IN_PERSON, 204, body=lambda _: {"password": PASSWORD, "new_password": PASSWORD + " 2"}, alone=True
    ),
    "whoAmI": Row(SELF),
    "listApiTokens": Row(IN_PERSON),
    "createApiToken": Row(IN_PERSON, 201, body=lambda _: {"name": "ci"}),
    "deleteApiToken": Row(OWNED, 204, path={"token_id": World.api_token}, in_person=True),
    "listSessions": Row(IN_PERSON),
    "endSession": Row(OWNED, 204, path={"session_id": World.session}, in_person=True),
    "listAccountEvents": Row(IN_PERSON),
    "listAuditEvents": Row(ADMIN),
    "listInvitations": Row(ADMIN),
    "revokeInvitation": Row(ADMIN, 204, path={"invitation_id": World.invitation}),
    "createTicket": Row(SELF, reads=True),
    "exportAccount": Row(IN_PERSON),
    "deleteAccount": Row(IN_PERSON, body=lambda _: {"password": PASSWORD}, alone=True),
    "invite": Row(ADMIN, 201),
    "listUsers": Row(ADMIN),
    "changeUser": Row(ADMIN, path={"user_id": World.some_user}, body=lambda _: {"suspended": True}),
    "deleteUser": Row(ADMIN, path={"user_id": World.some_user}),
    # Subjects and lectures
    "listSubjects": Row(SELF),
    "createSubject": Row(SELF, 201, body=lambda world: {"name": world.new_name()}),
    "getSubject": Row(OWNED, path=SUBJECT),
    "renameSubject": Row(OWNED, path=SUBJECT, body=lambda world: {"name": world.new_name()}),
    "deleteSubject": Row(OWNED, 204, path=SUBJECT),
    "listSubjectLectures": Row(OWNED, path=SUBJECT),
    "uploadLecture": Row(OWNED, 202, path=SUBJECT, content=b"# Rivers\n\nA river is water that flows.\n"),
    "listLectures": Row(SELF),
    "getLecture": Row(OWNED, path=LECTURE),
    "renameLecture": Row(OWNED, path=LECTURE, body=lambda world: {"name": world.new_name()}),
    "deleteLecture": Row(OWNED, 204, path=LECTURE),
    "listPages": Row(OWNED, path=LECTURE),
    "listFigures": Row(OWNED, path=LECTURE),
    "downloadOriginal": Row(OWNED, path=LECTURE),
    "listLectureDocuments": Row(OWNED, path=LECTURE),
    "getBlob": Row(OWNED, path={"blob": World.blob}),
    "beginUpload": Row(OWNED, 201, path=SUBJECT, headers={"Upload-Length": "10"}),
    "listUploads": Row(SELF),
    "getUpload": Row(OWNED, path=UPLOAD),
    "askOffset": Row(OWNED, path=UPLOAD),
    "appendToUpload": Row(
        OWNED,
        204,
        path=UPLOAD,
        content=b"12345",
        headers={"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
    ),
    "deleteUpload": Row(OWNED, 204, path=UPLOAD),
    "finishUpload": Row(OWNED, 202, path={"upload_id": World.complete_upload}),
    # Documents, search, chat
    "generateDocument": (
        Row(SELF, 202, body=lambda _: {"kind": "cards"}),
        # What the scope names is looked up by the job, among the notes of whoever asked.
        Row(SELF, 202, body=lambda world: {"kind": "quiz", "options": _in_subject(world)}),
    ),
    "listDocuments": (Row(SELF), Row(OWNED, query={"subject": World.subject})),
    "listFormats": Row(SELF, path={"kind": lambda _: "quiz"}),
    "getDocument": Row(OWNED, path=DOCUMENT),
    "deleteDocument": Row(OWNED, 204, path=DOCUMENT),
    "downloadDocument": Row(OWNED, path=DOCUMENT, query={"format": lambda _: "json"}),
    "search": (
        Row(SELF, body=lambda world: {"query": "page"}, reads=True),
        Row(OWNED, body=lambda world: {"query": "river", "options": _in_subject(world)}, reads=True),
    ),
    "chat": (
        Row(SELF, body=lambda world: {"question": "What is on page 2?"}, reads=True),
        Row(OWNED, body=lambda world: {"question": "What?", "options": _in_subject(world)}, reads=True),
        Row(OWNED, body=lambda world: {"question": "Why?", "options": _in_conversation(world)}, reads=True),
    ),
    # Conversations
    "listConversations": Row(SELF),
    "getConversation": Row(OWNED, path=CONVERSATION),
    "renameConversation": Row(OWNED, path=CONVERSATION, body=lambda world: {"title": world.new_name()}),
    "deleteConversation": Row(OWNED, 204, path=CONVERSATION),
    "exportConversation": Row(OWNED, path=CONVERSATION),
    # Language models, from the Ollama of the tests
    "listModels": Row(SELF),
    "pullModel": Row(ADMIN, body=lambda _: {"name": "llama3:8b"}),
    # The index
    "getIndex": (Row(SELF), Row(OWNED, query={"subject": World.subject})),
    "rebuildIndex": (
        Row(SELF, 202, body=lambda _: {}),
        Row(OWNED, 202, body=lambda world: {"subject": world.subject()}),
    ),
    # Learning
    "listFlashcards": (Row(SELF), Row(OWNED, query={"subject": World.subject})),
    "getFlashcard": Row(OWNED, path=CARD),
    "changeFlashcard": Row(OWNED, path=CARD, body=lambda _: {"suspended": True}),
    "deleteFlashcard": Row(OWNED, 204, path=CARD),
    "listDueCards": (Row(SELF), Row(OWNED, query={"subject": World.subject})),
    "addReview": Row(OWNED, 201, body=lambda world: {"card_id": world.card(), "rating": "good"}),
    "listReviews": (Row(SELF), Row(OWNED, query={"card": World.card})),
    "undoReview": Row(OWNED, path={"review_id": World.review}),
    "undoLastReview": Row(OWNED, query={"_": World.review}),
    "getQuiz": Row(OWNED, path={"quiz_id": World.document}),
    "gradeAnswer": Row(
        OWNED, path={"quiz_id": World.document}, body=lambda _: {"question_id": "q_1", "text": "x"}, reads=True
    ),
    "takeQuiz": Row(OWNED, 201, path={"quiz_id": World.document}, body=lambda _: {"answers": []}),
    "listQuizAttempts": (Row(SELF), Row(OWNED, query={"quiz": World.document})),
    "addStudySession": (
        Row(SELF, 201, body=_session),
        Row(OWNED, 201, body=lambda world: _session(world) | {"subject_id": world.subject()}),
    ),
    "listStudySessions": (Row(SELF), Row(OWNED, query={"subject": World.subject})),
    "getStatistics": (Row(SELF), Row(OWNED, query={"subject": World.subject})),
    # Jobs
    "listTasks": Row(SELF),
    "getTask": Row(OWNED, path=TASK),
    "cancelTask": Row(OWNED, path=TASK),
    "followTask": Row(OWNED, path={"task_id": World.finished_task}),
    "retryTask": Row(OWNED, path={"task_id": World.finished_task}),
    "listQueues": Row(ADMIN),
    "listWorkers": Row(ADMIN),
    "listAllTasks": Row(ADMIN, query={"state": lambda _: "dead"}),
    "cancelAnyTask": Row(ADMIN, path={"task_id": World.others_task}),
    "retryAnyTask": Row(ADMIN, path={"task_id": World.others_cancelled_task}),
    # Share links
    "makeShare": Row(OWNED, 201, body=lambda world: {"kind": "lecture", "target_id": world.lecture()}),
    "listShares": Row(SELF),
    "revokeShare": Row(OWNED, 204, path={"share_id": World.share}),
    "openShare": Row(PUBLIC, body=lambda world: {"token": world.link()}),
    "getShared": Row(SHARED),
    "getSharedLecture": Row(SHARED, path=SHARED_LECTURE),
    "listSharedPages": Row(SHARED, path=SHARED_LECTURE),
    "listSharedFigures": Row(SHARED, path=SHARED_LECTURE),
    "downloadSharedOriginal": Row(SHARED, path=SHARED_LECTURE),
    "downloadSharedDocument": Row(
        SHARED, path={"document_id": lambda world: world.shared.document}, query={"format": lambda _: "json"}
    ),
    "getSharedBlob": Row(SHARED, path={"blob": lambda world: world.shared.blob}),
    # The process itself
    "livez": Row(PUBLIC),
    "readyz": Row(PUBLIC),
    "metrics": Row(PUBLIC),
}
