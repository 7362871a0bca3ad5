"""Answering from the web: the passages of fetched pages that fit the question, told apart from the notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np

from smartnotes.core.answering.relevance import maxsim, relevance
from smartnotes.core.answering.web import WebPage, by_address, passages, web_citation
from smartnotes.core.language.wording import content_stems
from smartnotes.core.ports import TokenEncoder
from smartnotes.core.study import Answer, Hit, WebAnswer

_LOOKED_AT = 24
"""Passages, chosen by their words, that the encoder looks at: 30 a second on one core."""
_LEAST = 0.05
"""Passages with a lower score are about other things: a page has many of those, unlike what a search finds."""
_DENSE = 0.8
"""What stands for the dense similarity, which nobody computes for a passage that is asked once."""


def web_hits(question: str, pages: Sequence[WebPage], *, encoder: TokenEncoder, limit: int) -> list[Hit]:
    """Return at most `limit` passages of the pages, the best first; a hit's score says how likely it answers."""
    looked = _by_words(question, [hit for page in by_address(pages).values() for hit in passages(page)])
    if not looked:
        return []
    asked = encoder.encode_query(question)
    encoded = encoder.encode_passages([hit.chunk.indexed_text for hit in looked])
    scored = [
        hit.model_copy(update={"score": relevance(late=float(np.mean(maxsim(asked, vectors))), dense=_DENSE)})
        for hit, vectors in zip(looked, encoded, strict=True)
        if len(vectors)
    ]
    return sorted((hit for hit in scored if hit.score >= _LEAST), key=lambda hit: -hit.score)[:limit]


def as_web_answer(answer: Answer, pages: Sequence[WebPage]) -> WebAnswer | None:
    """Return an answer from passages of these pages as one of the web, None where they do not answer."""
    if not answer.covered:
        return None
    known = by_address(pages)
    return WebAnswer(
        text=answer.text,
        sentences=answer.sentences,
        citations=tuple(web_citation(citation, known) for citation in answer.citations),
        model=answer.model,
    )


def _by_words(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Return the passages that share the rarest words with the question, at most `_LOOKED_AT`."""
    wanted = set(content_stems(question))
    shared = [wanted & set(content_stems(hit.chunk.indexed_text)) for hit in hits]
    often = Counter(word for words in shared for word in words)
    weights = [sum(log(1 + len(hits) / often[word]) for word in words) for words in shared]
    ranked = sorted(range(len(hits)), key=lambda index: (-weights[index], index))
    return [hits[index] for index in ranked[:_LOOKED_AT] if weights[index] > 0]
