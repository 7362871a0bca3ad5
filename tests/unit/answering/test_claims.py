from __future__ import annotations

import pytest

from smartnotes.core.answering.citing import cite_text
from smartnotes.core.answering.claims import claims_of, without_markers
from smartnotes.core.answering.equations import equations
from smartnotes.core.language.numerals import numbers, numbers_agree
from tests.builders import a_hit, some_evidence

WRITTEN = """## Caches

Here is what your notes say:

- A cache is a **small** memory [E1].
  1. Reads cost `1 ns` [E1]

| Level | Latency |
|---|---:|
| Cache | 1 ns [E1] |

```python
x = cache[1]
```
> Invented words stand here [E7]."""
NOTES = a_hit("A cache is a small memory.\nReads cost 1 ns.\nCache\t1 ns\nx = cache[1]")


def test_markdown_keeps_its_form_and_loses_its_markers() -> None:
    cited = cite_text(WRITTEN, some_evidence(NOTES))
    assert cited.text == WRITTEN.replace(" [E1]", "").replace(" [E7]", "")


def test_every_unit_stands_in_the_text_in_order_and_is_cited_or_marked_or_claims_nothing() -> None:
    cited = cite_text(WRITTEN, some_evidence(NOTES))
    done = 0
    for sentence in cited.sentences:
        done = cited.text.index(sentence.text, done) + len(sentence.text)
    assert [(one.text.splitlines()[0], one.claim, bool(one.citations)) for one in cited.sentences] == [
        ("## Caches", False, False),
        ("Here is what your notes say:", False, False),
        ("A cache is a **small** memory.", True, True),
        ("Reads cost `1 ns`", True, True),
        ("| Level | Latency |", False, False),
        ("| Cache | 1 ns |", True, True),
        ("```python", True, True),
        ("Invented words stand here.", True, False),
    ]


@pytest.mark.parametrize(
    ("text", "question", "claims"),
    [
        ("In summary, caches are fast.", "", True),
        ("In summary:", "", False),
        ("The kinds of misses are:", "What are the kinds of misses?", False),
        ("There are three kinds of misses:", "What are the kinds of misses?", True),
        ("Would you like to know more?", "", False),
        ("Yes.", "", False),
        ("# Caches", "", False),
        ("# A cache is a small memory that keeps copies of data used recently", "", True),
    ],
)
def test_what_only_leads_on_claims_nothing(text: str, question: str, claims: bool) -> None:
    assert any(claim.claims for claim in claims_of(without_markers(text), question=question)) is claims


def test_a_sentence_of_two_places_has_two_citations() -> None:
    first, second = a_hit("A cache is a small memory."), a_hit("Friction makes heat.", page=2)
    cited = cite_text("A cache is a small memory, and friction makes heat.", some_evidence(first, second))
    assert [citation.page for citation in cited.citations] == [1, 2]
    assert cited.sentences[0].citations == (0, 1)


@pytest.mark.parametrize(
    ("claim", "source", "agree"),
    [
        ("It takes three days.", "It takes 3 days.", True),
        ("It costs 1,000 euros.", "It costs 1000 \u20ac.", True),
        ("50 percent", "50 %", True),
        ("2 million", "2,000,000", True),
        ("80 ms", "80 ns", False),
        ("80", "80 ns", True),
        ("0.50", ".5", False),
        ("0.50", "0.5", True),
        ("-5 \u00b0C", "5 \u00b0C", False),
        ("pages 3-5", "pages 3 and 5", True),
        ("1e6", "one million", True),
        ("in 1455", "in 1544", False),
    ],
)
def test_numbers_are_the_same_in_digits_and_words_with_their_units(claim: str, source: str, agree: bool) -> None:
    assert numbers_agree(claim, source) is agree


def test_numbers_are_found_in_order() -> None:
    assert [(one.value, one.unit) for one in numbers("Twenty million of 46 cells, 1 ns, 9.81 m/s")] == [
        (20e6, ""), (46.0, ""), (1.0, "ns"), (9.81, "m"),
    ]  # fmt: skip


def test_equations_are_the_same_in_tex_and_plain() -> None:
    assert equations("It is $E = \\mathrm{m} c^2$.") == equations("E = m c\u00b2") == {"e=mc2"}
    assert equations("F = m a and F = m v") == {"f=ma", "f=mv"}
    assert equations("no equation here") == frozenset()
