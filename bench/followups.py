"""Measure follow-up questions: how often the right place comes first, asked as they are and put into full words.

    python bench/followups.py [--home FOLDER] [--misses]

The example lecture and a page of notes written for this are read. Each row is a question, the follow-up, and words of
the place that answers it. "Known" is the same follow-up written out by a person: what rewriting could reach at best.
New topics in the same talk must stay as they are: those that change are counted.
"""

# ruff: noqa: E501 - a row of the table is a line

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import NamedTuple

import smartnotes
from smartnotes import ChatOptions, Notebook, SearchOptions
from smartnotes.core.answering.followups import Asked, standing_alone

EXAMPLE = Path(__file__).parents[1] / "examples" / "lecture.pdf"

NOTES = """\
# Cells and membranes

## Diffusion

Diffusion is the movement of particles from where there are many to where there are few. It needs no energy.

A warmer liquid makes it faster, because particles move more quickly.

## Osmosis

Osmosis is the movement of water through a membrane that lets water pass but not what is dissolved in it.

A red blood cell in pure water swells and bursts: that is the best known example.

Reverse osmosis makes drinking water from sea water by pressing it through a membrane.

## Active transport

Active transport moves particles against their gradient and costs energy in the form of ATP.

The sodium-potassium pump moves three sodium ions out and two potassium ions in. Jens Skou discovered it in 1957.

## Mitochondria

Mitochondria make ATP from sugar and oxygen. They have two membranes; the inner one is folded into cristae.

They descend from bacteria, which is why they have their own DNA.

## Chloroplasts

Chloroplasts make sugar from light, water and carbon dioxide. Chlorophyll gives them their green colour.

## Mitosis and meiosis

There are two ways in which a nucleus divides: mitosis and meiosis.

Mitosis gives two cells with the same chromosomes. It serves growth and repair.

Meiosis gives four cells with half the chromosomes. It makes eggs and sperm.

## Enzymes

Enzymes are proteins that make reactions faster without being used up.

Above about 40 degrees most of them lose their shape and stop working: they are denatured.
"""


class Row(NamedTuple):
    """A question, what is asked next, that in full words, and words of the place that answers it."""

    first: str
    then: str
    known: str
    words: str


ROWS = [
    Row("What is osmosis?", "give me an example", "Give me an example of osmosis", "red blood cell"),
    Row("What is diffusion?", "what makes it faster?", "What makes diffusion faster?", "warmer liquid"),
    Row("What is diffusion?", "and active transport?", "What is active transport?", "costs energy"),
    Row("What is active transport?", "does it cost energy?", "Does active transport cost energy?", "costs energy"),
    Row("What do mitochondria make?", "why do they have their own DNA?", "Why do mitochondria have DNA?", "bacteria"),
    Row("What do mitochondria do?", "how many membranes do they have?", "How many membranes do mitochondria have?", "cristae"),
    Row("What are chloroplasts?", "what gives them their colour?", "What gives chloroplasts their colour?", "Chlorophyll"),
    Row("What is an enzyme?", "what happens above 40 degrees?", "What happens to enzymes above 40 degrees?", "denatured"),
    Row("What are enzymes?", "when do they stop working?", "When do enzymes stop working?", "denatured"),
    Row("Who discovered the sodium-potassium pump?", "how many ions does it move?", "How many ions does the sodium-potassium pump move?", "three sodium ions"),
    Row("In which two ways does a nucleus divide?", "what is the second one for?", "What is meiosis for?", "eggs and sperm"),
    Row("What is mitosis?", "how many cells does it give?", "How many cells does mitosis give?", "same chromosomes"),
    Row("What is mitosis?", "and meiosis?", "What is meiosis?", "half the chromosomes"),
    Row("What is a hash table?", "and its cost?", "What does an operation of a hash table cost?", "Hash table, on average"),
    Row("What is a hash function?", "what makes a good one?", "What makes a good hash function?", "Deterministic"),
    Row("What is a collision?", "why can't they be avoided?", "Why can't collisions be avoided?", "pigeonhole"),
    Row("What is separate chaining?", "how does it search?", "How does separate chaining search?", "walk along one list"),
    Row("What is separate chaining?", "and open addressing?", "What is open addressing?", "probe sequence"),
    Row("What is open addressing?", "why does it need tombstones?", "Why does open addressing need tombstones?", "tombstone"),
    Row("What is linear probing?", "what does it suffer from?", "What does linear probing suffer from?", "primary clustering"),
    Row("What is the load factor?", "what is the limit in Python?", "What is the limit of the load factor in Python?", "Python's dict"),
    Row("What is rehashing?", "when is it done?", "When is rehashing done?", "Grow when"),
    Row("What is rehashing?", "what does it cost?", "What does rehashing cost?", "amortised"),
    Row("Is open addressing friendly to the cache?", "why?", "Why is open addressing friendly to the cache?", "Friendly to the processor"),
    Row("What is the load factor?", "how is it computed?", "How is the load factor computed?", "divided by the number of buckets"),
]  # fmt: skip

NEW_TOPICS = [
    "What is osmosis?",
    "How does quicksort choose its pivot?",
    "Who discovered the sodium-potassium pump?",
    "Why is it important to choose a prime table size?",
    "What is the difference between mitosis and meiosis?",
    "How do enzymes lose their shape?",
    "If a table is full, how does it grow?",
    "What is probability?",
    "Which plants live in this desert in the Sahara?",
    "Where do eggs and sperm come from?",
    "And what is a heap?",
    "List the steps of glycolysis",
    "What did Jens Skou discover in 1957?",
    "How long does it take to boil an egg?",
    "State the second law of thermodynamics",
]


def rank(notebook: Notebook, question: str, words: str) -> int:
    """Return the place (from 1) of the first hit with these words, 99 where there is none among ten."""
    hits = notebook.search(question, options=SearchOptions(limit=10, rerank=True))
    texts = [" ".join(hit.chunk.text.split()).lower() for hit in hits]
    return next((number for number, text in enumerate(texts, start=1) if words.lower() in text), 99)


def main() -> None:
    """Read the notes, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="keep the notebook in this folder")
    parser.add_argument("--misses", action="store_true", help="print every row that is not first")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = chosen.home or Path(folder)
        with smartnotes.connect(home) as notebook:
            notes = Path(folder) / "cells.md"
            notes.write_text(NOTES)
            for path in (EXAMPLE, notes):
                notebook.ingest(path, subject="Asked").result()
            report(notebook, misses=chosen.misses)


def report(notebook: Notebook, *, misses: bool) -> None:
    """Ask every row in its three forms and print the shares."""
    ranks: dict[str, list[int]] = {"as asked": [], "rewritten": [], "known": []}
    for row in ROWS:
        answer = notebook.ask(row.first, options=ChatOptions(keep=False, model="none"))
        points = tuple(sentence.text for sentence in answer.sentences)
        rewritten = standing_alone(row.then, Asked(row.first, points))
        for name, question in (("as asked", row.then), ("rewritten", rewritten), ("known", row.known)):
            ranks[name].append(rank(notebook, question, row.words))
        if misses and ranks["rewritten"][-1] > 1:
            found = [ranks[name][-1] for name in ranks]
            print(f"  {row.first} | {row.then} | {rewritten} | places {found}")
    for name, found in ranks.items():
        first, five = (sum(place <= limit for place in found) / len(found) for limit in (1, 5))
        print(f"{name:10} right place first {first:.2f}, among the first five {five:.2f}  ({len(found)} follow-ups)")
    changed = [new for new in NEW_TOPICS for row in ROWS if standing_alone(new, Asked(row.first)) != new]
    print(f"new topics changed by the talk before: {len(changed)} of {len(NEW_TOPICS) * len(ROWS)}")
    for new in dict.fromkeys(changed):
        print(f"  {new}")


if __name__ == "__main__":
    main()
