"""Make `smartnotes/engines/data/colbert_projection.npy`: the 384 x 64 matrix that projects ColBERT's token vectors.

The columns are the 64 leading eigenvectors of the mean outer product of normalised token vectors (principal components
without centring, so dot products are kept as well as 64 dimensions can). The text is general: Python's own reference
manual as it comes with the interpreter, and runs of whole words of the model's vocabulary. Prints the share of the
squared length that is kept.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np

from smartnotes.engines.onnx import OnnxEncoder
from smartnotes.engines.weights import load_model_files

_DIMENSION = 64


def passages(encoder: OnnxEncoder) -> list[list[int]]:
    """Return token ids of about 200 tokens a passage, [D] after [CLS]."""
    rng = random.Random(0)  # noqa: S311
    texts = [text[start : start + 900] for text in topics.values() for start in range(0, len(text), 2700)]
    vocabulary = json.loads(load_model_files("colbert").tokenizer)["model"]["vocab"]
    words = sorted(word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 2)
    texts += [" ".join(rng.choices(words, k=rng.randint(8, 120))) for _ in range(400)]
    marker = encoder.token_id("[unused1]")
    found = []
    for text in texts:
        ids = encoder.tokenize(text, max_tokens=255).ids
        found.append([ids[0], marker, *ids[1:]])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("smartnotes/engines/data/colbert_projection.npy"))
    output = parser.parse_args().output
    encoder = OnnxEncoder("colbert", threads=2)
    products = np.zeros((384, 384))
    count = 0
    for _, states in encoder.hidden_states(passages(encoder)):
        unit = states / np.linalg.norm(states, axis=1, keepdims=True)
        products += unit.T.astype(np.float64) @ unit
        count += len(unit)
    values, directions = np.linalg.eigh(products / count)
    leading = directions[:, ::-1][:, :_DIMENSION]
    leading = leading * np.sign(leading[np.argmax(np.abs(leading), axis=0), range(_DIMENSION)])
    output.parent.mkdir(parents=True, exist_ok=True)
    np.save(output, leading.astype(np.float16))
    print(f"{count} tokens, {values[::-1][:_DIMENSION].sum() / values.sum():.3f} of the squared length kept")


if __name__ == "__main__":
    main()
