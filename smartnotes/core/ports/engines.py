"""Engines: readers, recognition, embeddings, language models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from smartnotes.core.events import Emit
from smartnotes.core.model import Page, PageWarning, Value
from smartnotes.core.options import IngestOptions
from smartnotes.core.pages.detection import DetectedRegion

Vectors = NDArray[np.float32]
"""(n, dimension), each row of length 1."""

TokenVectors = NDArray[np.int8]
"""(tokens, dimension) of one chunk; the vector is the row divided by 127."""


# Reading


class SourceInfo(Value):
    """What a file is, decided from its bytes: media type, number of pages and title ("" where it has none)."""

    media_type: str
    pages: int
    title: str = ""


class PageRead(NamedTuple):
    """A page that was read, with the PNG of each of its figures by blob id."""

    page: Page
    crops: Mapping[str, bytes]


class PageReader(Protocol):
    """Reads files of every supported type."""

    name: str

    def inspect(self, path: Path, *, options: IngestOptions) -> SourceInfo:
        """Say what the file is. Raises `InputError` where it cannot be read at all."""
        ...

    def fingerprints(self, path: Path, info: SourceInfo, *, options: IngestOptions) -> Mapping[int, str]:
        """Return the fingerprint that each page (1-based) would be read with; pages may be missing, all of them too.

        That is much cheaper than reading: it is asked for where an earlier version of the file was read.
        """
        ...

    def read(
        self, path: Path, info: SourceInfo, *, numbers: Sequence[int], options: IngestOptions, emit: Emit
    ) -> Iterator[PageRead | PageWarning]:
        """Yield each page of `numbers` (1-based) as soon as it is done, in any order; a warning for one that is lost.

        Closing the iterator early stops all work and leaves no process behind.
        """
        ...


class RecognisedWord(NamedTuple):
    """A word found in an image; the box is in pixels (x0, y0, x1, y1), confidence 0-1.

    `block`, `paragraph` and `line` number the word's place in the image's reading order.
    """

    text: str
    box: tuple[int, int, int, int]
    confidence: float
    block: int
    paragraph: int
    line: int


class OcrEngine(Protocol):
    """Reads words from images."""

    name: str

    def languages(self) -> frozenset[str]:
        """Return the ISO 639-3 codes that can be read here."""
        ...

    def recognise(self, image: Image.Image, *, languages: Sequence[str], dpi: int) -> list[RecognisedWord]:
        """Return the words of an upright image in reading order. Raises `EngineMissing` for a language without data."""
        ...


class LayoutDetector(Protocol):
    """Finds figures, tables and other regions on images of pages."""

    name: str

    def detect(self, image: Image.Image) -> list[DetectedRegion]:
        """Return the regions of an upright image of a page, in any order. Raises `EngineMissing`, `EngineError`."""
        ...


# Retrieval


class Embedder(Protocol):
    """Turns texts into vectors whose dot product says how near their meanings are.

    `name` says which model it is, wherever it runs. `dimension` is 0 while it is unknown: a model at a server tells it
    with its first vector. Raises `Unavailable`, `EngineMissing`, `SettingsError` where the model cannot be had now.
    """

    @property
    def name(self) -> str:
        """The model's name, which an index keeps."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text; any number of texts, batched inside."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Return a vector of shape (dimension,) for a question or keywords."""
        ...


class TokenEncoder(Protocol):
    """Late interaction: one vector a token; a passage scores the sum, over query tokens, of its best dot product."""

    name: str
    dimension: int

    def encode_passages(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the token vectors of each text, in order."""
        ...

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        """Return the characters of the text that each row of `encode_passages` stands for, (0, 0) for none."""
        ...

    def encode_query(self, text: str) -> Vectors:
        """Return (query tokens, dimension)."""
        ...


class CutOff(str):
    """The last piece of a reply that reached `max_tokens` before its end: "", told from others by its class."""

    __slots__ = ()


class Llm(Protocol):
    """A language model."""

    name: str

    def context_tokens(self) -> int:
        """Return how many tokens prompt and reply may have together. Raises as `stream`."""
        ...

    def stream(
        self, prompt: str, *, system: str, max_tokens: int, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield pieces of the reply as they are written; JSON that fits `schema` where one is given.

        Pieces may be empty. A reply that was cut off at `max_tokens` ends with a `CutOff`. Raises `Unavailable` (not
        reachable), `NotFound` (no such model), `PromptTooLong` (before anything is written: no part of a prompt is left
        out), `EngineError`.
        """
        ...


def _no_other(name: str) -> Embedder | None:  # noqa: ARG001
    return None


class Engines(NamedTuple):
    """The engines that every notebook has; a language model is chosen for each call.

    `embedder` is the one that indexes are to be made with; `embedder_named` finds the one that an index was made with
    by its name, None where nobody knows it. One that cannot be had says so when it is used.
    """

    reader: PageReader
    embedder: Embedder
    encoder: TokenEncoder
    embedder_named: Callable[[str], Embedder | None] = _no_other
