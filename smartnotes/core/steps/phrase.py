"""Other ways to say a question, from a language model: searched for as well, never instead."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from smartnotes.core.errors import EngineTimeout, SmartNotesError
from smartnotes.core.language.wording import content_stems
from smartnotes.core.ports import Llm
from smartnotes.core.prompts import PHRASINGS_SYSTEM, complete_json, phrasings_prompt

PATIENCE_S = 10.0
"""Seconds that a model may think of phrasings; then the question is searched for alone."""

_MOST = 3
_MODEL_TOKENS = 160
_LONGEST_QUESTION = 300
"""Characters; a longer question brings its own words for what it asks."""
_LONGEST = 200


class _Phrasings(BaseModel):
    """What the model is asked for."""

    phrasings: list[str]


class _Timed:
    """A model that is given up when its time is over. It is asked between two pieces: engines send empty ones too."""

    def __init__(self, llm: Llm, *, clock: Callable[[], float], patience_s: float) -> None:
        self.name = llm.name
        self._llm = llm
        self._clock = clock
        self._until = clock() + patience_s

    def context_tokens(self) -> int:
        """Return how many tokens prompt and reply may have together."""
        return self._llm.context_tokens()

    def stream(
        self, prompt: str, *, system: str, max_tokens: int, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield what the model says. Raises `EngineTimeout` when the time is over."""
        pieces = self._llm.stream(prompt, system=system, max_tokens=max_tokens, schema=schema)
        try:
            for piece in pieces:
                if self._clock() > self._until:
                    raise EngineTimeout(f"{self.name} took too long.")
                yield piece
        finally:
            if isinstance(pieces, Generator):
                pieces.close()  # ends the model's work too


def other_phrasings(
    question: str, *, llm: Llm, clock: Callable[[], float], patience_s: float = PATIENCE_S
) -> tuple[str, ...]:
    """Return at most three other ways to say the question; () where the model fails, is slow or says nothing usable.

    `clock` gives seconds from any start. A phrasing that has the question's own words only is of no use.
    """
    if len(question) > _LONGEST_QUESTION:
        return ()
    timed = _Timed(llm, clock=clock, patience_s=patience_s)
    try:
        said = complete_json(
            timed,
            phrasings_prompt(question, most=_MOST),
            shape=_Phrasings,
            system=PHRASINGS_SYSTEM,
            max_tokens=_MODEL_TOKENS,
        )
    except SmartNotesError:
        return ()  # whoever answers is told what is wrong with the model
    kept: list[str] = []
    known = {frozenset(content_stems(question))}
    for phrasing in said.phrasings:
        words = " ".join(phrasing.split())
        stems = frozenset(content_stems(words))
        if stems and stems not in known and len(words) <= _LONGEST and words.isprintable():
            known.add(stems)
            kept.append(words)
    return tuple(kept[:_MOST])
