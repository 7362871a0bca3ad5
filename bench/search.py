"""What a search costs in a large notebook: ``python bench/search.py`` (100,000 chunks, about four minutes to build).

Prints the time of a search without and with the second stage, and within a lecture or some pages, as the median and the
95th percentile, beside what the bare parts cost in the same run: a dot product with all the vectors, an FTS5 query for
the same words by sqlite3, and Chroma's query. The text is made up of words as frequent as those of a
language (Zipf), one of which every chunk has; vectors lie in clusters, as those of texts do; lectures are published by
the program's own code. The question is embedded by the real models, which is a part of what is measured.

`--subjects` spreads the chunks over so many subjects, which are searched as one. `--profile` says where the time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from smartnotes.bootstrap import DATABASE_FILE, build_engines, build_stores
from smartnotes.core.ids import derive_id
from smartnotes.core.model import Chunk, Lecture, LectureState, Provenance, Subject
from smartnotes.core.options import PageRange, Scope, SearchOptions
from smartnotes.core.ports import ChunkFilter, Engines, Stores, Vectors
from smartnotes.core.usecases.finding import search_notes
from smartnotes.settings import Settings

WHEN = datetime(2026, 11, 24, tzinfo=UTC)
IN_A_LECTURE = 500
WORDS_IN_A_CHUNK = 90
TOKENS_IN_A_CHUNK = 96
IN_EVERY_CHUNK = "system"
AIMS_MS = {"without": 60.0, "with": 150.0}


def vocabulary(size: int, rng: random.Random) -> list[str]:
    """Words that can be said."""
    consonants, vowels = "bcdfglmnprstv", "aeiou"
    made: set[str] = set()
    while len(made) < size:
        made.add("".join(rng.choice(consonants) + rng.choice(vowels) for _ in range(rng.randint(2, 4))))
    return sorted(made)


class Material:
    """Endless chunks, and questions about them."""

    def __init__(self, seed: int = 7) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - no secret
        self._numbers = np.random.default_rng(seed)
        self._words = vocabulary(20_000, self._rng)
        self._rng.shuffle(self._words)
        self._weights = np.cumsum([1 / (rank + 3) for rank in range(len(self._words))])
        self._centres = self._numbers.standard_normal((2_000, 384), dtype=np.float32)
        self._tokens = self._numbers.integers(-60, 60, (4_096, 64), dtype=np.int8)

    def asked(self, count: int) -> str:
        """Words of a question: not the hundred commonest, which a language's "the" and "of" are, and no query keeps."""
        return " ".join(self._rng.choices(self._words[100:8_000], weights=range(8_000, 100, -1), k=count))

    def texts(self, count: int) -> list[str]:
        drawn = self._rng.choices(self._words, cum_weights=list(self._weights), k=count * WORDS_IN_A_CHUNK)
        parts = [drawn[start : start + WORDS_IN_A_CHUNK] for start in range(0, len(drawn), WORDS_IN_A_CHUNK)]
        return [f"{' '.join(part[:60])} {IN_EVERY_CHUNK}.\n{' '.join(part[60:])}." for part in parts]

    def vectors(self, count: int) -> Vectors:
        made = self._centres[self._numbers.integers(0, len(self._centres), count)]
        made = made + self._numbers.standard_normal((count, 384), dtype=np.float32)
        return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)

    def tokens(self, count: int) -> list[np.ndarray]:
        starts = self._numbers.integers(0, len(self._tokens) - TOKENS_IN_A_CHUNK, count)
        return [self._tokens[start : start + TOKENS_IN_A_CHUNK] for start in starts]

    def keywords(self) -> str:
        return f"{self.asked(2)} {IN_EVERY_CHUNK}"

    def question(self) -> str:
        return f"What does the {self.asked(1)} of a {IN_EVERY_CHUNK} do to the {self.asked(1)}?"


def fill(stores: Stores, material: Material, *, chunks: int, subjects: int, model: str, encoder: str) -> Vectors:
    """Publish lectures until there are so many chunks; returns their vectors."""
    kept = []
    for number in range(subjects):
        stores.subjects.add(Subject(id=f"sub_{number}", name=f"Subject {number}", created_at=WHEN))
        stores.indexes.first(f"sub_{number}", model=model, dimension=384, now=WHEN)
    for number in range(chunks // IN_A_LECTURE):
        subject_id = f"sub_{number % subjects}"
        vectors = material.vectors(IN_A_LECTURE)
        made = _chunks(material, subject_id=subject_id, lecture_id=f"lec_{number}")
        stores.vectors.upsert(subject_id, chunks=made, vectors=vectors, model=model)
        tokens = material.tokens(IN_A_LECTURE)
        lecture = _lecture(number, subject_id)
        stores.lectures.publish(lecture, pages=[], chunks=made, tokens=tokens, source="", encoder=encoder)
        kept.append(vectors)
    return np.concatenate(kept)


def _chunks(material: Material, *, subject_id: str, lecture_id: str) -> list[Chunk]:
    return [
        Chunk(
            id=derive_id("chk", lecture_id, str(place)),
            subject_id=subject_id,
            lecture_id=lecture_id,
            page=place // 4 + 1,
            start=0,
            end=len(text),
            context=f"{subject_id} > {lecture_id}",
            text=text,
        )
        for place, text in enumerate(material.texts(IN_A_LECTURE))
    ]


def _lecture(number: int, subject_id: str) -> Lecture:
    return Lecture(
        id=f"lec_{number}",
        subject_id=subject_id,
        name=f"Lecture {number}",
        media_type="application/pdf",
        blob=f"{number:064x}",
        size_bytes=1,
        pages=IN_A_LECTURE // 4,
        state=LectureState.COMPLETE,
        created_at=WHEN,
        provenance=Provenance(pipeline="2", engines=(), options=""),
    )


def measured(queries: Sequence[str], ask: Callable[[str], object]) -> tuple[float, float, float]:
    """Return median and 95th percentile of the time and the median of processor time, in milliseconds."""
    times, busy = [], []
    for query in queries:
        started, worked = time.perf_counter(), time.process_time()
        ask(query)
        times.append((time.perf_counter() - started) * 1_000)
        busy.append((time.process_time() - worked) * 1_000)
    return float(np.percentile(times, 50)), float(np.percentile(times, 95)), float(np.percentile(busy, 50))


def run(stores: Stores, engines: Engines, material: Material, everything: Vectors, *, home: Path, rounds: int) -> None:
    """Measure and print."""
    ways: list[tuple[str, Callable[[str], object], Sequence[str]]] = []
    for stage, rerank in (("without", False), ("with", True)):
        queries = [material.question() if rerank else material.keywords() for _ in range(rounds)]
        ways.append((stage, _search(SearchOptions(rerank=rerank), stores, engines), queries))
    for _, ask, _ in ways:  # models are loaded, and the vectors' index is read, by the first
        ask("warm up")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    bare_parts(stores, material, everything, home=home, rounds=rounds)
    for stage, ask, queries in ways:
        aim = AIMS_MS[stage]
        high = show(f"search {stage} the second stage", measured(queries, ask))
        print(f"  aim p95 {aim:.0f} ms: {'met' if high <= aim else 'MISSED'}")
    scopes = {
        "a lecture": Scope(lectures=("lec_17",)),
        "five lectures": Scope(lectures=tuple(f"lec_{number}" for number in range(20, 25))),
        "pages 3 to 5": Scope(pages=PageRange(first=3, last=5)),
        "pages 1 to 60": Scope(pages=PageRange(first=1, last=60)),
    }
    for name, scope in scopes.items():
        ask = _search(SearchOptions(rerank=False, scope=scope), stores, engines)
        show(f"search without the second stage in {name}", measured([material.keywords() for _ in range(rounds)], ask))


def bare_parts(stores: Stores, material: Material, everything: Vectors, *, home: Path, rounds: int) -> None:
    """Measure what a search cannot do without, each by itself."""
    question = everything[0]
    products = measured(["x"] * rounds, lambda _: np.argpartition(everything @ question, -60)[-60:])
    show(f"bare dot product with {len(everything):,} vectors", products)
    connection = sqlite3.connect(home / DATABASE_FILE)
    best = """SELECT rowid FROM chunk_words WHERE chunk_words MATCH ? ORDER BY rank LIMIT 60"""
    asked = [material.asked(2).replace(" ", " OR ") for _ in range(rounds)]
    show("bare FTS5 query for two words", measured(asked, lambda words: connection.execute(best, (words,)).fetchall()))
    connection.close()
    subjects = ChunkFilter(tuple(subject.id for subject in stores.subjects.all()))
    show(
        "Chroma's query", measured(["x"] * rounds, lambda _: stores.vectors.search(question, chosen=subjects, limit=60))
    )


def show(name: str, took: tuple[float, float, float]) -> float:
    """Print what `measured` returned; return the 95th percentile in milliseconds."""
    middle, high, busy = took
    print(f"{name}: p50 {middle:.1f} ms, p95 {high:.1f} ms, processor time {busy:.1f} ms")
    return high


def _search(options: SearchOptions, stores: Stores, engines: Engines) -> Callable[[str], object]:
    return lambda query: search_notes(query, options=options, engines=engines, stores=stores)


def main() -> None:
    """Build a notebook in a temporary folder and search it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--subjects", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--folder", type=Path, help="keep the notebook here, and use what is there")
    chosen = parser.parse_args()
    engines, material = build_engines(Settings()), Material()
    with tempfile.TemporaryDirectory(prefix="smartnotes-bench-") as temporary:
        home = chosen.folder or Path(temporary)
        stores = build_stores(home)
        vectors_file = home / "vectors.npy"
        started = time.perf_counter()
        if vectors_file.exists():
            everything = np.load(vectors_file)
        else:
            names = {"model": engines.embedder.name, "encoder": engines.encoder.name}
            everything = fill(stores, material, chunks=chosen.chunks, subjects=chosen.subjects, **names)
            np.save(vectors_file, everything)
        print(
            f"{len(everything):,} chunks in {chosen.subjects} subjects, {time.perf_counter() - started:.0f} s to build"
        )
        run(stores, engines, material, everything, home=home, rounds=chosen.rounds)
        if chosen.profile:
            _profile(_search(SearchOptions(rerank=True), stores, engines), [material.question() for _ in range(40)])
        stores.close()


def _profile(ask: Callable[[str], object], queries: Sequence[str]) -> None:
    with cProfile.Profile() as profile:
        for query in queries:
            ask(query)
    pstats.Stats(profile).sort_stats("tottime").print_stats(20)


if __name__ == "__main__":
    main()
