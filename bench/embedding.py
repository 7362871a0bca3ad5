"""Texts a second of the bundled models, beside bare onnxruntime: ``python bench/embedding.py``.

Every way has the same texts (20 to 200 English words) and two threads, and they take turns. Bare is
the usual way: batches of eight of like length, padded, onnxruntime's own threads within a run. Also prints how near
the vectors of a text alone and in such a batch are: an int8 model scales its activations by run.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import onnxruntime as ort

from smartnotes.engines.embedder import BgeEmbedder
from smartnotes.engines.encoder import ColbertEncoder
from smartnotes.engines.onnx import OnnxEncoder
from smartnotes.engines.weights import load_model_files

THREADS = 2
BATCH = 8
WORDS = """
    the cell keeps its energy in small molecules which enzymes break down when a process needs work to be done
    against a gradient while lists and dictionaries hold values under keys that a program looks up in a loop
"""


class Speed(NamedTuple):
    """Seconds by the clock and of processor time."""

    wall_s: float
    busy_s: float


def texts(count: int) -> list[str]:
    """Return texts of the lengths that chunks of lectures have."""
    rng = random.Random(5)  # noqa: S311 - no secret
    return [" ".join(rng.choices(WORDS.split(), k=rng.randint(20, 200))) for _ in range(count)]


class Bare:
    """A model with nothing around it."""

    def __init__(self, model: str) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.log_severity_level = 3
        self._session = ort.InferenceSession(load_model_files(model).model, options, providers=["CPUExecutionProvider"])

    def run(self, sequences: Sequence[Sequence[int]]) -> list[np.ndarray]:
        """Return the states of every text, the longest first."""
        order = sorted(sequences, key=len, reverse=True)
        found: list[np.ndarray] = []
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            ids = np.zeros((len(batch), len(batch[0])), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, sequence in enumerate(batch):
                ids[row, : len(sequence)], mask[row, : len(sequence)] = sequence, 1
            feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            found += list(self._session.run(["last_hidden_state"], feed)[0])
        return found


def timed(work: Callable[[], object]) -> Speed:
    """Run it once."""
    started, busy = time.perf_counter(), time.process_time()
    work()
    return Speed(time.perf_counter() - started, time.process_time() - busy)


def compare(model: str, ours: Callable[[Sequence[str]], object], *, count: int, rounds: int) -> None:
    """Measure a model both ways and print."""
    asked = texts(count)
    tokens = OnnxEncoder(model)
    sequences = [tokens.tokenize(text, max_tokens=512).ids for text in asked]
    bare = Bare(model)
    ours(asked[:2]), bare.run(sequences[:2])
    pairs = [(timed(lambda: ours(asked)), timed(lambda: bare.run(sequences))) for _ in range(rounds)]
    for name, took in (("smartnotes", [one for one, _ in pairs]), ("bare", [other for _, other in pairs])):
        wall, busy = (statistics.median(values) for values in zip(*took, strict=True))
        print(f"{model}, {name}: {count / wall:.0f} texts/s, {1000 * busy / count:.1f} ms of processor time a text")
    ratio = statistics.median(one.wall_s / other.wall_s for one, other in pairs)
    print(f"{model}: {ratio:.2f} times the time of bare onnxruntime, {nearness(bare, sequences):.4f} the least cosine")


def nearness(bare: Bare, sequences: Sequence[Sequence[int]]) -> float:
    """Return the least cosine of a text's first state in a batch and alone."""
    order = sorted(sequences, key=len, reverse=True)[:64]
    pairs = zip(bare.run(order), (bare.run([one])[0] for one in order), strict=True)
    return min(float(one[0] @ other[0] / np.linalg.norm(one[0]) / np.linalg.norm(other[0])) for one, other in pairs)


def main() -> None:
    """Measure both models."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=96)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    embedder, encoder = BgeEmbedder(threads=THREADS), ColbertEncoder(threads=THREADS)
    compare("bge_small_en", embedder.embed_passages, count=chosen.texts, rounds=chosen.rounds)
    compare("colbert", encoder.encode_passages, count=chosen.texts, rounds=chosen.rounds)


if __name__ == "__main__":
    main()
