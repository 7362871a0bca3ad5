"""Answers kept ready: what makes two questions the same, which answers may be given again, and for how long."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import timedelta

from smartnotes.core.ids import PIPELINE_VERSION, sha256_hex
from smartnotes.core.options import ChatOptions
from smartnotes.core.prompts import ANSWER_SYSTEM
from smartnotes.core.study import Answer, Hit

ANSWERS_VERSION = "3"
"""Changes whenever the same evidence would be answered differently."""

KEPT = timedelta(days=30)
WEB_KEPT = timedelta(hours=1)
"""How long an answer with evidence from the web may be given again: what is there changes."""

_NO_PART = {"scope", "conversation_id", "keep", "turn_id", "fresh"}
"""Options that change nothing in an answer; the scope shows in the evidence."""


def answer_key(question: str, hits: Sequence[Hit], *, options: ChatOptions, model: str) -> str:
    """Return the key of an answer: equal where question, options, evidence, model and prompt are.

    Questions are compared without case and white space, evidence by what it says and where that stands.
    """
    asked = " ".join(unicodedata.normalize("NFC", question).casefold().split())
    told = [
        f"{hit.chunk.id} {hit.lecture_name} {hit.chunk.page} {hit.score:.3f} {sha256_hex(hit.chunk.text.encode())}"
        for hit in hits
    ]
    chosen = options.model_dump_json(exclude=_NO_PART)
    parts = [ANSWERS_VERSION, PIPELINE_VERSION, sha256_hex(ANSWER_SYSTEM.encode()), model, chosen, asked, *told]
    return sha256_hex("\0".join(parts).encode())


def lifetime(options: ChatOptions) -> timedelta:
    """Return how old an answer to a question with these options may be."""
    return WEB_KEPT if options.web else KEPT


def may_be_kept(answer: Answer, *, model: str, options: ChatOptions) -> bool:
    """Return whether an answer may be given again: not where the model (or the web) failed and something else stood in.

    `model` is the name of the one that was asked, "" for none.
    """
    stood_in = bool(model) and not answer.model and (answer.covered or bool(answer.notices))
    web_failed = options.web and bool(answer.notices)
    return not stood_in and not web_failed


def pieces(answer: Answer) -> Iterator[str]:
    """Yield the text of an answer in pieces, as it was written the first time; together they are the text."""
    rest = answer.text
    for sentence in answer.sentences:
        start = rest.find(sentence.text)
        if start >= 0:
            end = start + len(sentence.text)
            yield rest[:end]
            rest = rest[end:]
    if rest:
        yield rest
