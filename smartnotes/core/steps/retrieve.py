"""Finding: chunks by meaning and by words, fused; for questions a second stage with late interaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from smartnotes.core.answering.relevance import asks, maxsim, relevance, surveys
from smartnotes.core.language.wording import STOP_WORDS, content_stems, is_question, stem, tokens, word_set
from smartnotes.core.model import Chunk, Span
from smartnotes.core.options import SearchMode, SearchOptions
from smartnotes.core.ports import ChunkFilter, ChunkStore, Embedder, TokenEncoder, TokenVectors, Vectors, VectorSearch
from smartnotes.core.study import Hit

_DEPTH = 60  # candidates from each side
_SECOND_STAGE = 30  # of the fused ones
_ASKING_PENALTY = 0.04
"""What a passage loses that poses questions itself (a quiz slide, an exam): it repeats the words, not the answer."""
_SURVEY_PENALTY = 0.03
"""What an agenda or a recap loses: it has the words of all slides, and says less than the slide that is about them."""
_SYMBOL_BONUS = 0.04
"""What a passage wins that has an operator the question names ("//"), which words and vectors hardly tell apart."""
_SYMBOL = re.compile(r"(?<=[\s'\"`(])([+*/%=<>!&|^~@]{1,3}|->|--|-=)(?=[\s'\"`?)]|$)")
_SYMBOL_SIGNS = "+*/%=<>!&|^~@-"
_PHRASING = 0.5
"""What all other phrasings of a question weigh together, where the question itself weighs 1."""
_BUILD_UP_PAGES = 2  # how far apart the steps of a build-up may lie
_BUILD_UP_LOSS = 0.05  # how much less relevant the fuller page may be
_BUILD_UP_WORDS = 0.85  # of a step's words that its fuller page repeats


class _Asked(NamedTuple):
    text: str
    weight: float


class _Candidate(NamedTuple):
    chunk: Chunk
    score: float


def fuse(*ranked: Sequence[str], weights: Sequence[float] = (), k: int = 60) -> list[tuple[str, float]]:
    """Return (id, score), best first, by reciprocal rank fusion (Cormack, Clarke and Buettcher 2009).

    An id at rank r of a list gets w / (k + r) from it, w being the list's weight (1 where none are given); scores are
    scaled so that the first of all lists has 1.
    """
    weighed = list(weights) or [1.0] * len(ranked)
    scores: dict[str, float] = {}
    for weight, found in zip(weighed, ranked, strict=True):
        for rank, chunk_id in enumerate(found, start=1):
            scores[chunk_id] = scores.get(chunk_id, 0.0) + weight * (k + 1) / (sum(weighed) * (k + rank))
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
    phrasings: Sequence[str] = (),
) -> list[Hit]:
    """Return at most `options.limit` hits, best first; near-duplicates of a better hit are left out.

    `lectures` gives the name of each lecture by id, the latest last: of a slide that several lectures of a subject have
    the latest one's copy is kept. `phrasings` are other ways to say the query, searched for as well; the query itself
    counts most. With the second stage (see `SearchOptions.rerank`) a hit's score says how likely the chunk is about the
    question; without it, where it stood in the lists.
    """
    depth = max(_DEPTH, options.limit)
    asked = [_Asked(query, 1.0), *(_Asked(other, _PHRASING / len(phrasings)) for other in phrasings)]
    similar: list[dict[str, float]] = [{} for _ in asked]
    if options.mode is not SearchMode.LEXICAL:
        similar = [dict(vectors.search(embedder.embed_query(one.text), chosen=chosen, limit=depth)) for one in asked]
    ranked = [(one.weight, list(found)) for one, found in zip(asked, similar, strict=True)]
    if options.mode is not SearchMode.DENSE:
        for one in asked:
            worded = chunks.search_words(_keywords(one.text), chosen=chosen, limit=depth)
            ranked.append((one.weight, [found for found, _ in worded]))
    told = [one for one in ranked if one[1]]
    fused = fuse(*(found for _, found in told), weights=[weight for weight, _ in told])
    second_stage = is_question(query) if options.rerank is None else options.rerank
    candidates: Iterable[_Candidate]
    if second_stage:
        found = _once(chunks.get([chunk_id for chunk_id, _ in fused]), lectures=list(lectures))
        likely = found[: max(_SECOND_STAGE, options.limit)]
        texts = [one.text for one in asked]
        candidates = _reranked(texts, likely, similar, _token_vectors(likely, encoder, chunks), encoder)
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
        for candidate in _distinct(candidates, options.limit, lectures=list(lectures))
    ]


def _keywords(query: str) -> str:
    """Return the query without the words that say nothing; all of it where nothing else is left."""
    kept = [query[token.start : token.end] for token in tokens(query) if token.word not in STOP_WORDS]
    return " ".join(kept) or query


def _looked_up(fused: Sequence[tuple[str, float]], chunks: ChunkStore, *, at_once: int) -> Iterator[_Candidate]:
    """Yield the candidates; most are never shown, so they are read a few at a time."""
    for start in range(0, len(fused), at_once):
        scores = dict(fused[start : start + at_once])
        yield from (_Candidate(chunk, scores[chunk.id]) for chunk in chunks.get(list(scores)))


def _reranked(
    asked: Sequence[str],
    found: Sequence[Chunk],
    similar: Sequence[Mapping[str, float]],
    passages: Mapping[str, TokenVectors],
    encoder: TokenEncoder,
) -> list[_Candidate]:
    """Return the chunks by late interaction with a little of the dense similarity.

    The first of `asked` is the question; what another phrasing of it finds better gains a part of the difference.
    """
    if not found:
        return []
    scores: list[list[float]] = []
    for query, near in zip(asked, similar, strict=True):
        encoded = encoder.encode_query(query)
        least = min(near.values(), default=0.0)
        symbols = _SYMBOL.findall(query)
        scores.append([_score(encoded, passages[one.id], near.get(one.id, least), one, symbols) for one in found])
    gains = [max(0.0, max(of_one) - of_one[0]) for of_one in zip(*scores, strict=True)]
    scored = [
        _Candidate(chunk, own + _PHRASING / (1 + _PHRASING) * gain)
        for chunk, own, gain in zip(found, scores[0], gains, strict=True)
    ]
    return _fuller_first(sorted(scored, key=lambda candidate: -candidate.score))


def _score(asked: Vectors, passage: TokenVectors, similarity: float, chunk: Chunk, symbols: Sequence[str]) -> float:
    raw = float(np.mean(maxsim(asked, passage))) if len(passage) else 0.0
    raw += _SYMBOL_BONUS * any(_has_symbol(chunk.text, symbol) for symbol in symbols)
    raw -= _ASKING_PENALTY * asks(chunk.text) + _SURVEY_PENALTY * any(map(surveys, chunk.headings[-1:]))
    return relevance(late=raw, dense=similarity)


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


def _once(found: Sequence[Chunk], *, lectures: Sequence[str]) -> list[Chunk]:
    """Return the chunks without exact copies, which would fill the second stage; the latest lecture's stays."""
    latest = {lecture_id: number for number, lecture_id in enumerate(lectures)}
    kept: dict[tuple[str, str], Chunk] = {}
    for chunk in found:
        said = (chunk.subject_id, " ".join(chunk.text.casefold().split()))
        known = kept.setdefault(said, chunk)
        if latest.get(chunk.lecture_id, -1) > latest.get(known.lecture_id, -1):
            kept[said] = chunk
    return list(kept.values())


def _distinct(candidates: Iterable[_Candidate], limit: int, *, lectures: Sequence[str]) -> list[_Candidate]:
    """Return the first `limit` candidates, without those that repeat a better one of the same subject.

    In its place stands the copy of the latest lecture (the last of `lectures`): last year's slides say what this year's
    do, or what no longer holds. Slides of two lectures that differ in a number are no copies. Copies are looked for
    among twice as many candidates as are wanted.
    """
    latest = {lecture_id: number for number, lecture_id in enumerate(lectures)}
    kept: list[_Candidate] = []
    words: list[frozenset[str]] = []
    for seen, candidate in enumerate(candidates):
        if len(kept) == limit and seen >= 2 * limit:
            break
        mine = word_set(candidate.chunk.text)
        place = next((at for at, one in enumerate(kept) if _repeats(candidate.chunk, mine, one.chunk, words[at])), None)
        if place is None:
            if len(kept) < limit:
                kept.append(candidate)
                words.append(mine)
        elif latest.get(candidate.chunk.lecture_id, -1) > latest.get(kept[place].chunk.lecture_id, -1):
            kept[place], words[place] = candidate._replace(score=kept[place].score), mine
    return kept


def _repeats(chunk: Chunk, mine: frozenset[str], other: Chunk, theirs: frozenset[str]) -> bool:
    """Return whether two chunks are one slide, or copies of one in two lectures of a subject."""
    if chunk.subject_id != other.subject_id or not _same(mine, theirs):
        return False
    return chunk.lecture_id == other.lecture_id or _numbers(mine) == _numbers(theirs)


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if any(char.isdigit() for char in word))


def _same(first: frozenset[str], second: frozenset[str]) -> bool:
    """Return whether two chunks share nearly all their words, both ways (a build-up step, a repeated slide)."""
    common = len(first & second)
    return bool(first and second) and common >= 0.9 * max(len(first), len(second))


def _highlights(text: str, stems: set[str]) -> tuple[Span, ...]:
    return tuple(Span(start=token.start, end=token.end) for token in tokens(text) if stem(token.word) in stems)
