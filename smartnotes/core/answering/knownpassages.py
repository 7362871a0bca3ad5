"""Token vectors at hand: those of passages that were stored when they were read, and of a question asked before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smartnotes.core.ports import TokenEncoder, TokenVectors, Vectors


class KnownPassages:
    """A `TokenEncoder` that encodes only what it does not know: passages to `learn`, and a question more than once."""

    def __init__(self, encoder: TokenEncoder) -> None:
        self.name = encoder.name
        self.dimension = encoder.dimension
        self._encoder = encoder
        self._passages: dict[str, TokenVectors] = {}
        self._queries: dict[str, Vectors] = {}

    def learn(self, passages: Mapping[str, TokenVectors]) -> None:
        """Take the vectors that this encoder made of texts; those of another dimension are left out."""
        fitting = {text: rows for text, rows in passages.items() if rows.shape[1:] == (self.dimension,)}
        self._passages.update(fitting)

    def encode_passages(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the token vectors of each text, in order."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._passages]
        made = dict(zip(unknown, self._encoder.encode_passages(unknown), strict=True)) if unknown else {}
        return [made[text] if text in made else self._passages[text] for text in texts]

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        """Return the characters of the text that each row of `encode_passages` stands for."""
        return self._encoder.token_spans(text)

    def encode_query(self, text: str) -> Vectors:
        """Return (query tokens, dimension)."""
        if text not in self._queries:
            self._queries[text] = self._encoder.encode_query(text)
        return self._queries[text]
