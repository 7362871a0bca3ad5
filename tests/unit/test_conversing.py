"""A question in its conversation: what is asked, what is kept, what is not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from smartnotes.core.conversations import Conversation, Turn
from smartnotes.core.errors import NotFound, OptionsError, SettingsError, Unavailable
from smartnotes.core.options import ChatOptions
from smartnotes.core.study import Answer
from smartnotes.core.usecases.conversing import converse, find_conversation, rename_conversation
from tests.builders import NOON
from tests.fakes import ScriptedLlm


class MemoryConversations:
    """A `ConversationStore` in a list; `broken` is raised instead of keeping anything."""

    def __init__(self, *questions: str, broken: Exception | None = None) -> None:
        self.kept = [
            Turn(id=f"turn_{question}", at=NOON, answer=Answer(question=question, text="x", covered=True))
            for question in questions
        ]
        self.broken = broken
        self.began = 0

    def append(self, turn: Turn, *, to: Conversation, is_new: bool) -> Conversation:
        if self.broken:
            raise self.broken
        self.began += is_new
        self.kept.append(turn)
        return to

    def turns(self, conversation_id: str, *, last: int | None = None) -> list[Turn]:
        if conversation_id != "conv_1":
            raise NotFound("There is no such conversation.")
        return self.kept[-(last or 0) :]

    def all(self) -> list[Conversation]:
        return [Conversation(id="conv_1", title="Hashing", created_at=NOON, updated_at=NOON)]


def no_model():
    return None


def ask(question, store, *, rewriter=no_model, asked=None, **options):
    def answer(text):
        if asked is not None:
            asked.append(text)
        return Answer(question=text, text="An answer.", covered=True)

    events = []
    found = converse(
        question,
        options=ChatOptions(**options),
        answer=answer,
        rewriter=rewriter,
        stores=SimpleNamespace(conversations=store),
        emit=events.append,
        clock=lambda: NOON,
    )
    return found, events


def test_the_first_question_begins_a_conversation():
    store, asked = MemoryConversations(), []
    found, _ = ask("why?", store, asked=asked)
    assert asked == ["why?"]
    assert store.began == 1
    assert store.kept[0].answer == found
    assert found.conversation_id.startswith("conv_")


def test_a_follow_up_is_asked_in_full_words_and_kept_as_it_was_asked():
    store, asked = MemoryConversations("What is a hash table?"), []
    found, events = ask("why is it fast?", store, asked=asked, conversation_id="conv_1")
    assert asked == ["why is the hash table fast?"]
    assert (found.question, found.searched_for) == ("why is it fast?", asked[0])
    assert asked[0] in events[0].message
    assert (store.began, len(store.kept)) == (0, 2)


def test_a_chain_leans_on_what_the_follow_up_before_meant():
    store = MemoryConversations("What is a hash table?")
    ask("why is it fast?", store, conversation_id="conv_1")
    found, _ = ask("and its cost?", store, conversation_id="conv_1")
    assert "hash table" in found.searched_for


def test_the_model_for_rewriting_is_asked_for_follow_ups_only():
    store, built = MemoryConversations("What is a hash table?"), []

    def rewriter():
        built.append(1)
        return ScriptedLlm("What is the cost of a hash table?")

    ask("What is osmosis?", store, rewriter=rewriter, conversation_id="conv_1")
    assert built == []
    store = MemoryConversations("What is a hash table?")
    found, _ = ask("and its cost?", store, rewriter=rewriter, conversation_id="conv_1")
    assert found.searched_for == "What is the cost of a hash table?"


def test_settings_that_give_no_model_leave_it_to_the_rules():
    def rewriter():
        raise SettingsError("llm.base_url is empty.")

    store = MemoryConversations("What is a hash table?")
    found, _ = ask("why?", store, rewriter=rewriter, conversation_id="conv_1")
    assert found.searched_for == "why? (hash table)"


@pytest.mark.parametrize("broken", [NotFound("gone"), Unavailable("The disk is full.")])
def test_an_answer_that_cannot_be_kept_is_given_all_the_same(broken):
    found, _ = ask("What is it?", MemoryConversations(broken=broken))
    assert found.text == "An answer."
    assert found.conversation_id == ""
    assert "kept" in found.notices[0]


def test_nothing_is_asked_in_a_conversation_that_is_not_there():
    asked = []
    with pytest.raises(NotFound):
        ask("why?", MemoryConversations(), asked=asked, conversation_id="conv_9")
    assert asked == []


def test_a_title_is_checked_before_anything_changes():
    stores = SimpleNamespace(conversations=MemoryConversations())
    with pytest.raises(OptionsError):
        rename_conversation("Hashing", " ", stores=stores, now=NOON)
    assert find_conversation("hash", stores=stores).id == "conv_1"
    stores.conversations.all = list
    with pytest.raises(NotFound) as caught:
        find_conversation("hash", stores=stores)
    assert "Begin one" in caught.value.hint
