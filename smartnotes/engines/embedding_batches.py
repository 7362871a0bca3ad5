"""Embedding at a server: texts in batches that it can hold, vectors of length 1, nothing left out of a long text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smartnotes.core.errors import EngineError, PromptTooLong
from smartnotes.core.ports import Vectors
from smartnotes.core.promptsize import most_tokens

BATCH_TOKENS = 4_096
"""Tokens in one request, about: a slow machine answers such a one in less than a minute."""
BATCH_TEXTS = 64
_SHORTEST = 16
"""Characters: what is still too long at this length never fits."""


class Prefixes(NamedTuple):
    """What a model wants to see in front of a question and of a passage."""

    query: str = ""
    passage: str = ""


_PREFIXES: tuple[tuple[str, Prefixes], ...] = (
    ("nomic-embed", Prefixes("search_query: ", "search_document: ")),
    ("multilingual-e5", Prefixes("query: ", "passage: ")),
    ("mxbai-embed", Prefixes("Represent this sentence for searching relevant passages: ")),
    ("snowflake-arctic-embed", Prefixes("Represent this sentence for searching relevant passages: ")),
    ("bge-small-en", Prefixes("Represent this sentence for searching relevant passages: ")),
    ("bge-base-en", Prefixes("Represent this sentence for searching relevant passages: ")),
    ("bge-large-en", Prefixes("Represent this sentence for searching relevant passages: ")),
    ("embeddinggemma", Prefixes("task: search result | query: ", "title: none | text: ")),
)
"""As the authors of each family say on its model card; a server sends texts to the model as they are."""


def prefixes_of(model: str) -> Prefixes:
    """Return what the model wants in front of texts: nothing where it is not known for wanting something."""
    return next((prefixes for family, prefixes in _PREFIXES if family in model.lower()), Prefixes())


class BatchedEmbedding:
    """Asks for vectors in batches; `ask` gives one for each text and raises `PromptTooLong` where one is too long.

    A text that is longer than the model can hold is embedded in halves, whose vectors are added up. The dimension is
    that of the first answer, and it is an `EngineError` where a later one has another.
    """

    def __init__(self, model: str, *, ask: Callable[[Sequence[str]], Sequence[Sequence[float]]]) -> None:
        self.dimension = 0
        self._model = model
        self._ask = ask
        self._prefixes = prefixes_of(model)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return (texts, dimension), rows of length 1."""
        marked = [self._prefixes.passage + _shown(text) for text in texts]
        if not marked:
            return np.zeros((0, self.dimension), dtype=np.float32)
        rows = [row for batch in batches(marked) for row in self._vectors(batch)]
        return np.stack(rows)

    def query(self, text: str) -> Vectors:
        """Return (dimension,), of length 1."""
        [vector] = self._vectors([self._prefixes.query + _shown(text)])
        return vector

    def _vectors(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        try:
            answer = self._ask(texts)
        except PromptTooLong:
            if len(texts) == 1:
                return [self._in_halves(texts[0])]
            middle = len(texts) // 2
            return self._vectors(texts[:middle]) + self._vectors(texts[middle:])
        return [self._checked(row) for row in _rows(answer, len(texts), self._model)]

    def _in_halves(self, text: str) -> NDArray[np.float32]:
        if len(text) < _SHORTEST:
            raise EngineError(f"{self._model} takes no text at all for too long.", hint="Is it an embedding model?")
        middle = text.rfind(" ", 0, len(text) // 2 + 1)
        middle = middle if middle > 0 else len(text) // 2
        halves = self._vectors([text[:middle]]) + self._vectors([text[middle:]])
        return _of_length_one(halves[0] * np.float32(middle) + halves[1] * np.float32(len(text) - middle))

    def _checked(self, row: Sequence[float]) -> NDArray[np.float32]:
        try:
            vector = np.asarray(row, dtype=np.float32)
        except (ValueError, TypeError):
            vector = np.zeros(0, dtype=np.float32)
        if vector.ndim != 1 or not len(vector) or not np.isfinite(vector).all():
            raise EngineError(f"{self._model} gave no vector of numbers.", hint="Is it an embedding model?")
        if self.dimension and len(vector) != self.dimension:
            raise EngineError(
                f"{self._model} gave {len(vector)} numbers where it gave {self.dimension} before.",
                hint="Another model answers under its name now: smartnotes index rebuild --force",
            )
        self.dimension = len(vector)
        return _of_length_one(vector)


def batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Yield the texts in order, in batches of `BATCH_TOKENS` and `BATCH_TEXTS` at most; a longer text is one itself."""
    batch: list[str] = []
    held = 0
    for text in texts:
        size = most_tokens(text)
        if batch and (held + size > BATCH_TOKENS or len(batch) == BATCH_TEXTS):
            yield batch
            batch, held = [], 0
        batch.append(text)
        held += size
    if batch:
        yield batch


def _rows(answer: Sequence[Sequence[float]], wanted: int, model: str) -> Sequence[Sequence[float]]:
    if len(answer) != wanted:
        raise EngineError(f"{model} gave {len(answer)} vectors for {wanted} texts.", hint="Is it an embedding model?")
    return answer


def _shown(text: str) -> str:
    """Return the text, or a space for none: servers refuse empty texts."""
    return text.replace("\0", " ") or " "


def _of_length_one(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)
