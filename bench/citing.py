"""Measure how often a sentence is cited that the notes support, and how often one that they do not.

    python bench/citing.py [--misses] [--no-encoder]

The sentences are those of `tests/golden/citing/`. Besides precision and recall, for each kind, it prints the
milliseconds that ten sentences on eight chunks take.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from smartnotes.core.answering.citing import cite_text
from smartnotes.core.ports import TokenEncoder
from smartnotes.core.study import AnswerSentence, Evidence
from smartnotes.engines.encoder import ColbertEncoder
from tests.builders import a_hit, some_evidence
from tests.golden.citing import fresh, sentences, unseen


def evidence(notes: Mapping[str, tuple[str, str]]) -> list[Evidence]:
    """Return the notes, a page each."""
    hits = [a_hit(text, page=page, headings=(name,)) for page, (name, text) in enumerate(notes.values(), start=1)]
    return some_evidence(*hits)


def judged(sentence: str, *, on: Sequence[Evidence], encoder: TokenEncoder | None) -> AnswerSentence:
    """Return the sentence with its citations; of several the one with fewest counts."""
    found = cite_text(sentence, on, encoder=encoder).sentences
    return min(found, key=lambda one: (len(one.citations), one.claim))


def main() -> None:
    """Judge every sentence and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--no-encoder", action="store_true")
    chosen = parser.parse_args()
    encoder = None if chosen.no_encoder else ColbertEncoder()
    for name, of in (("sentences", sentences), ("fresh", fresh), ("unseen", unseen)):
        print(name)
        report(of.SENTENCES, evidence(of.NOTES), encoder=encoder, misses=chosen.misses)
    ten = " ".join(sentence for _, kind, sentence in sentences.SENTENCES if kind == "paraphrase")
    started = time.perf_counter()
    told = cite_text(ten, evidence(sentences.NOTES)).sentences
    print(f"{(time.perf_counter() - started) * 10_000 / len(told):.1f} ms for ten sentences on eight chunks")


def report(
    asked: Sequence[tuple[str, str, str]], on: Sequence[Evidence], *, encoder: TokenEncoder | None, misses: bool
) -> None:
    """Judge the sentences and print what came of it."""
    right: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for label, kind, sentence in asked:
        found = judged(sentence, on=on, encoder=encoder)
        said = "T" if found.citations else "F" if found.claim else "-"
        total[label, kind] += 1
        right[label, kind] += said == label
        if misses and said != label:
            print(f"  {label} {kind}: said {said}: {sentence!r}")
    for (label, kind), count in total.items():
        print(f"  {label} {kind:12} {right[label, kind]:3} of {count}")
    true = sum(count for (label, _), count in total.items() if label == "T")
    cited = sum(right[key] for key in total if key[0] == "T")
    false = sum(count for (label, _), count in total.items() if label == "F")
    passed = false - sum(right[key] for key in total if key[0] == "F")
    print(f"  recall of support {cited / true:.3f}, precision {cited / max(1, cited + passed):.3f}")
    print(f"  false sentences cited {passed / false:.3f} ({passed} of {false})")


if __name__ == "__main__":
    main()
