"""Finding: chunks by meaning and by words, fused; for questions a second stage with late interaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from smartnotes.core.answering.relevance import asks, maxsim, relevance
from smartnotes.core.language.wording import STOP_WORDS, content_stems, is_question, stem, tokens, word_set
from smartnotes.core.model import Chunk, Span
from smartnotes.core.options import SearchMode, SearchOptions
from smartnotes.core.ports import ChunkFilter, ChunkStore, Embedder, TokenEncoder, TokenVectors, Vectors, VectorSearch
from smartnotes.core.study import Hit

_DEPTH = 60  # candidates from each side
_SECOND_STAGE = 30  # of the fused ones
_ASKING_PENALTY = 0.04
"""What a passage loses that poses questions itself (a quiz slide, an exam): it repeats the words, not the answer."""
_SYMBOL_BONUS = 0.04
"""What a passage wins that has an operator the question names ("//"), which words and vectors hardly tell apart."""
_SYMBOL = re.compile(r"(?<=[\s'\"`(])([+*/%=<>!&|^~@]{1,3}|->|--|-=)(?=[\s'\"`?)]|$)")
_SYMBOL_SIGNS = "+*/%=<>!&|^~@-"
_BUILD_UP_PAGES = 2  # how far apart the steps of a build-up may lie
_BUILD_UP_LOSS = 0.05  # how much less relevant the fuller page may be
_BUILD_UP_WORDS = 0.85  # of a step's words that its fuller page repeats


class _Candidate(NamedTuple):
    chunk: Chunk
    score: float


def fuse(dense: Sequence[str], lexical: Sequence[str], *, k: int = 60) -> list[tuple[str, float]]:
    """Return (id, score), best first, by reciprocal rank fusion (Cormack, Clarke and Buettcher 2009).

    An id at rank r of a list gets 1 / (k + r) from it; scores are scaled so that the first of both lists has 1.
    """
    scores: dict[str, float] = {}
    for ranked in (dense, lexical):
        for rank, found in enumerate(ranked, start=1):
            scores[found] = scores.get(found, 0.0) + (k + 1) / (2 * (k + rank))
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def retrieve(
    query: str,
    *,
    options: SearchOptions,
    embedder: Embedder,
    encoder: TokenEncoder,
    chunks: ChunkStore,
    vectors: VectorSearch,
    chosen: ChunkFilter,
    lectures: Mapping[str, str],
) -> list[Hit]:
    """Return at most `options.limit` hits, best first; near-duplicates of a better hit are left out.

    `lectures` gives the name of each lecture by id. With the second stage (see `SearchOptions.rerank`) a hit's score
    says how likely the chunk is about the question; without it, where it stood in both lists.
    """
    depth = max(_DEPTH, options.limit)
    similar: dict[str, float] = {}
    if options.mode is not SearchMode.LEXICAL:
        similar = dict(vectors.search(embedder.embed_query(query), chosen=chosen, limit=depth))
    worded: list[str] = []
    if options.mode is not SearchMode.DENSE:
        worded = [found for found, _ in chunks.search_words(_keywords(query), chosen=chosen, limit=depth)]
    fused = fuse(list(similar), worded) if similar and worded else _ranked(list(similar) or worded)
    second_stage = is_question(query) if options.rerank is None else options.rerank
    candidates: Iterable[_Candidate]
    if second_stage:
        candidates = _reranked(query, fused[: max(_SECOND_STAGE, options.limit)], similar, encoder, chunks)
    else:
        candidates = _looked_up(fused, chunks, at_once=2 * options.limit)
    stems = set(content_stems(query)) or {stem(token.word) for token in tokens(query)}
    return [
        Hit(
            chunk=candidate.chunk,
            lecture_name=lectures.get(candidate.chunk.lecture_id, ""),
            score=min(1.0, max(0.0, candidate.score)),
            highlights=_highlights(candidate.chunk.text, stems),
        )
        for candidate in _distinct(candidates, options.limit)
    ]


def _keywords(query: str) -> str:
    """Return the query without the words that say nothing; all of it where nothing else is left."""
    kept = [query[token.start : token.end] for token in tokens(query) if token.word not in STOP_WORDS]
    return " ".join(kept) or query


def _ranked(found: Sequence[str]) -> list[tuple[str, float]]:
    return [(chunk_id, 61 / (60 + rank)) for rank, chunk_id in enumerate(found, start=1)]


def _looked_up(fused: Sequence[tuple[str, float]], chunks: ChunkStore, *, at_once: int) -> Iterator[_Candidate]:
    """Yield the candidates; most are never shown, so they are read a few at a time."""
    for start in range(0, len(fused), at_once):
        scores = dict(fused[start : start + at_once])
        yield from (_Candidate(chunk, scores[chunk.id]) for chunk in chunks.get(list(scores)))


def _reranked(
    query: str,
    fused: Sequence[tuple[str, float]],
    similar: Mapping[str, float],
    encoder: TokenEncoder,
    chunks: ChunkStore,
) -> list[_Candidate]:
    """Return the candidates by late interaction with a little of the dense similarity."""
    found = chunks.get([chunk_id for chunk_id, _ in fused])
    if not found:
        return []
    asked = encoder.encode_query(query)
    passages = _token_vectors(found, encoder, chunks)
    least = min(similar.values(), default=0.0)
    symbols = _SYMBOL.findall(query)
    scored = [
        _Candidate(chunk, _score(asked, passages[chunk.id], similar.get(chunk.id, least), chunk.text, symbols))
        for chunk in found
    ]
    return _fuller_first(sorted(scored, key=lambda candidate: -candidate.score))


def _score(asked: Vectors, passage: TokenVectors, similarity: float, text: str, symbols: Sequence[str]) -> float:
    raw = float(np.mean(maxsim(asked, passage))) if len(passage) else 0.0
    raw += _SYMBOL_BONUS * any(_has_symbol(text, symbol) for symbol in symbols)
    return relevance(late=raw - _ASKING_PENALTY * asks(text), dense=similarity)


def _has_symbol(text: str, symbol: str) -> bool:
    """Return whether the sign stands in the text by itself, not as a part of a longer one."""
    sign = f"[{re.escape(_SYMBOL_SIGNS)}]"
    return re.search(rf"(?<!{sign}){re.escape(symbol)}(?!{sign})", text) is not None


def _fuller_first(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Put the best candidate behind one that says nearly all it says and more: an outline, a step of a build-up.

    Only pages close by in the same lecture count, and only if they are nearly as relevant.
    """
    if not candidates:
        return []
    best = candidates[0]
    mine = word_set(best.chunk.text)
    for place, other in enumerate(candidates[1:], start=1):
        if other.score < best.score - _BUILD_UP_LOSS:
            break
        near = 0 < other.chunk.page - best.chunk.page <= _BUILD_UP_PAGES
        if not near or other.chunk.lecture_id != best.chunk.lecture_id:
            continue
        theirs = word_set(other.chunk.text)
        if len(theirs) > len(mine) and len(mine & theirs) >= _BUILD_UP_WORDS * len(mine):
            ahead = other._replace(score=best.score)
            return [ahead, best, *candidates[1:place], *candidates[place + 1 :]]
    return list(candidates)


def _token_vectors(found: Sequence[Chunk], encoder: TokenEncoder, chunks: ChunkStore) -> dict[str, TokenVectors]:
    """Return the stored vectors; those of chunks that have none are made now."""
    stored = dict(chunks.tokens([chunk.id for chunk in found], encoder=encoder.name))
    missing = [chunk for chunk in found if chunk.id not in stored or stored[chunk.id].shape[1:] != (encoder.dimension,)]
    made = encoder.encode_passages([chunk.indexed_text for chunk in missing]) if missing else []
    stored.update({chunk.id: passage for chunk, passage in zip(missing, made, strict=True)})
    return stored


def _distinct(candidates: Iterable[_Candidate], limit: int) -> list[_Candidate]:
    """Return the first `limit` candidates, without those that repeat a better one of the same lecture."""
    kept: list[_Candidate] = []
    words: dict[str, list[frozenset[str]]] = {}
    for candidate in candidates:
        mine = word_set(candidate.chunk.text)
        others = words.setdefault(candidate.chunk.lecture_id, [])
        if any(_same(mine, other) for other in others):
            continue
        kept.append(candidate)
        others.append(mine)
        if len(kept) == limit:
            break
    return kept


def _same(first: frozenset[str], second: frozenset[str]) -> bool:
    """Return whether two chunks share nearly all their words, both ways (a build-up step, a repeated slide)."""
    common = len(first & second)
    return bool(first and second) and common >= 0.9 * max(len(first), len(second))


def _highlights(text: str, stems: set[str]) -> tuple[Span, ...]:
    return tuple(Span(start=token.start, end=token.end) for token in tokens(text) if stem(token.word) in stems)
