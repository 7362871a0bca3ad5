"""Conversations over HTTP. Questions go to `/chat`, which keeps them here."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response, status

from smartnotes.core.conversations import Conversation, NewTitle, Transcript
from smartnotes.server.downloads import download, media_type_of
from smartnotes.server.etags import CHANGES, IF_MATCH, check_unchanged, tagged
from smartnotes.server.notebooks import CurrentNotebook
from smartnotes.server.paging import PAGED, Paging, answer_list
from smartnotes.server.principal import CurrentUser
from smartnotes.server.problems import responses
from smartnotes.server.state import gateway_of
from smartnotes.stores.conversations import SqlConversations

router = APIRouter(prefix="/conversations", tags=["conversations"])

MARKDOWN: dict[int | str, dict[str, Any]] = {
    200: {"description": "The conversation.", "content": {"text/markdown": {"schema": {"type": "string"}}}},
    304: {"description": "It is still what `If-None-Match` names."},
}


async def _conversations(request: Request, who: CurrentUser) -> SqlConversations:
    return SqlConversations(gateway_of(request).database, owner=who.user_id)


CurrentConversations = Annotated[SqlConversations, Depends(_conversations)]
"""The caller's conversations, by their exact id."""


@router.get("", operation_id="listConversations", response_model=list[Conversation], responses=PAGED)
def list_conversations(conversations: CurrentConversations, request: Request, window: Paging) -> Response:
    """Return the conversations, the latest first."""
    return answer_list(request, conversations.listed(window), of=Conversation)


@router.get("/{conversation_id}", operation_id="getConversation", responses=CHANGES)
def get_conversation(
    conversation_id: str, conversations: CurrentConversations, notebook: CurrentNotebook, response: Response
) -> Transcript:
    """Return a conversation with its questions and answers, in order."""
    # Nothing in it changes without its number of questions, or the time of its last change.
    found = tagged(response, conversations.get(conversation_id))
    return notebook.conversation(found.id)


@router.put(
    "/{conversation_id}",
    operation_id="renameConversation",
    responses=CHANGES | responses(412),
    openapi_extra=IF_MATCH,
)
def rename_conversation(
    conversation_id: str,
    body: NewTitle,
    conversations: CurrentConversations,
    notebook: CurrentNotebook,
    *,
    request: Request,
    response: Response,
) -> Conversation:
    """Give a conversation another title."""
    with gateway_of(request).edits.of(conversation_id):
        conversation = conversations.get(conversation_id)
        check_unchanged(request, conversation)
        return tagged(response, notebook.rename_conversation(conversation.id, title=body.title))


@router.delete("/{conversation_id}", operation_id="deleteConversation", status_code=status.HTTP_204_NO_CONTENT)
def delete_conversation(conversation_id: str, conversations: CurrentConversations, notebook: CurrentNotebook) -> None:
    """Delete a conversation for good."""
    notebook.delete_conversation(conversations.get(conversation_id).id)


@router.get(
    "/{conversation_id}/export",
    operation_id="exportConversation",
    response_class=Response,
    responses=MARKDOWN,
)
def export_conversation(
    conversation_id: str, conversations: CurrentConversations, notebook: CurrentNotebook, request: Request
) -> Response:
    """Return a conversation as Markdown, its citations as footnotes with lecture, page and quote."""
    conversation = conversations.get(conversation_id)
    data = notebook.export_conversation(conversation.id)
    return download(request, data, media_type=media_type_of("md"), name=f"{conversation.title}.md")
