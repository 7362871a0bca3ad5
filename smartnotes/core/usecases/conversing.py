"""Conversations: questions in context, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from smartnotes.core.answering.dependence import may_lean
from smartnotes.core.answering.followups import Asked
from smartnotes.core.conversations import LONGEST_GIVEN_TITLE, Conversation, Transcript, Turn, new_conversation
from smartnotes.core.errors import NotFound, OptionsError, SmartNotesError, Unavailable
from smartnotes.core.events import Emit, Progress
from smartnotes.core.ids import new_id
from smartnotes.core.options import ChatOptions
from smartnotes.core.ports import Llm, Stores
from smartnotes.core.refs import resolve
from smartnotes.core.steps.followup import standalone_question
from smartnotes.core.study import Answer
from smartnotes.core.usecases.finding import check_question

_REMEMBERED = 4
"""Turns of a conversation that a follow-up is understood from."""


def converse(
    question: str,
    *,
    options: ChatOptions,
    answer: Callable[[str], Answer],
    rewriter: Callable[[], Llm | None],
    stores: Stores,
    emit: Emit,
    clock: Callable[[], datetime],
) -> Answer:
    """Answer a question in its conversation and keep both there.

    A follow-up is put into words that stand on their own, by the model that `rewriter` gives or by rules; `answer`
    gets those. Raises `NotFound` for a conversation that is not there, `OptionsError`, and what `answer` raises:
    nothing is kept then.
    """
    check_question(question)
    before: list[Turn] = []
    if options.conversation_id is not None:
        before = stores.conversations.turns(options.conversation_id, last=_REMEMBERED)
    asked = _standing_alone(question, before, rewriter=rewriter, emit=emit)
    found = answer(asked)
    found = found.model_copy(update={"question": question, "searched_for": asked if asked != question else ""})
    return _kept(found, options=options, stores=stores, now=clock()) if options.keep else found


def list_conversations(*, stores: Stores) -> list[Conversation]:
    """Return the conversations, the latest first."""
    return stores.conversations.all()


def find_conversation(ref: str, *, stores: Stores) -> Conversation:
    """Return the conversation with this id, title or beginning of either. Raises `NotFound`, `Conflict`."""
    return chosen_conversation(ref, stores.conversations.all())


def chosen_conversation(ref: str, among: Sequence[Conversation]) -> Conversation:
    """Return the conversation among these that `ref` means. Raises `NotFound`, `Conflict`."""
    if not among:
        raise NotFound(f"There is no conversation {ref!r}.", hint='Begin one: smartnotes chat "What is ...?"')
    return resolve(ref, among, what="conversation")


def transcript_of(ref: str, *, stores: Stores) -> Transcript:
    """Return a conversation with its turns. Raises `NotFound`, `Conflict`."""
    found = find_conversation(ref, stores=stores)
    return Transcript(conversation=found, turns=tuple(stores.conversations.turns(found.id)))


def rename_conversation(ref: str, title: str, *, stores: Stores, now: datetime) -> Conversation:
    """Give a conversation another title. Raises `NotFound`, `Conflict`, `OptionsError`."""
    cleaned = " ".join(title.split())
    if not cleaned or not cleaned.isprintable():
        raise OptionsError("A conversation's title must have visible characters only.")
    if len(cleaned) > LONGEST_GIVEN_TITLE:
        raise OptionsError(f"A title may have {LONGEST_GIVEN_TITLE} characters; this one has {len(cleaned)}.")
    return stores.conversations.rename(find_conversation(ref, stores=stores).id, cleaned, now=now)


def delete_conversation(ref: str, *, stores: Stores) -> Conversation:
    """Delete a conversation for good; return what it was. Raises `NotFound`, `Conflict`."""
    found = find_conversation(ref, stores=stores)
    stores.conversations.delete(found.id)
    return found


def _standing_alone(question: str, before: Sequence[Turn], *, rewriter: Callable[[], Llm | None], emit: Emit) -> str:
    if not before or not may_lean(question):
        return question
    try:
        llm = rewriter()
    except SmartNotesError:
        llm = None  # the rules can do it; whoever answers says what is wrong with the settings
    asked = standalone_question(question, [_asked(turn) for turn in before], llm=llm)
    if asked != question:
        emit(Progress(step="rewrite", message=f"Searching for: {asked}"))
    return asked


def _asked(turn: Turn) -> Asked:
    answer = turn.answer
    points = tuple(sentence.text for sentence in answer.sentences) if answer.covered else ()
    return Asked(question=answer.searched_for or answer.question, points=points)


def _kept(answer: Answer, *, options: ChatOptions, stores: Stores, now: datetime) -> Answer:
    """Add the answer to its conversation, or to a new one, and return it with that one's id."""
    is_new = options.conversation_id is None
    to = new_conversation(answer.question, conversation_id=options.conversation_id or new_id("conv"), now=now)
    kept = answer.model_copy(update={"conversation_id": to.id})
    turn = Turn(id=options.turn_id or new_id("turn"), at=now, scope=options.scope, answer=kept)
    try:
        done = stores.conversations.append(turn, to=to, is_new=is_new)
    except NotFound:
        return _unkept(answer, "The conversation was deleted meanwhile: this answer is not kept.")
    except Unavailable as error:  # an answer that took its time is worth more than its copy
        return _unkept(answer, f"This answer could not be kept: {error.message}")
    return kept.model_copy(update={"conversation_id": done.id})


def _unkept(answer: Answer, notice: str) -> Answer:
    return answer.model_copy(update={"notices": (*answer.notices, notice)})
