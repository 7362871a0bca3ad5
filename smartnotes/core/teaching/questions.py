"""Questions from facts: each form is a function from a fact and its surroundings to drafts."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from smartnotes.core.kinds import QuestionKind
from smartnotes.core.language.definitions import is_measure
from smartnotes.core.language.phrases import is_plural
from smartnotes.core.language.sentences import TextSpan
from smartnotes.core.language.wording import fold
from smartnotes.core.teaching.distractors import (
    Likeness,
    change_numbers,
    number_spans,
    numbers_in,
    overlap,
    pick_options,
)
from smartnotes.core.teaching.facts import Fact, FactKind
from smartnotes.core.teaching.phrasing import (
    about,
    as_statement,
    asked_about,
    continues,
    ended,
    form_of,
    in_sentence,
    named,
    sentence_case,
    singular,
    variants,
)
from smartnotes.core.teaching.terms import find_term

GAP = "_____"
TRUE, FALSE = "True", "False"


class Draft(NamedTuple):
    """A question before it has an id. `wrong` are the wrong options of a multiple choice question."""

    kind: QuestionKind
    prompt: str
    answer: str
    fact: Fact
    wrong: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    explanation: str = ""


class Surroundings(NamedTuple):
    """What a question may draw on: all facts and terms, chance, and nearness of meaning where there is an embedder."""

    facts: Sequence[Fact]
    terms: Sequence[str]
    rng: random.Random
    likeness: Likeness | None = None

    def others(self, fact: Fact) -> list[Fact]:
        """Return the definitions of other things in the same form, those of the same heading first."""
        found = [
            other
            for other in self.facts
            if other.kind is FactKind.DEFINITION
            and bool(other.verb) == bool(fact.verb)
            and form_of(other.text) == form_of(fact.text)
            and overlap(other.term, fact.term) == 0
            and overlap(other.text, fact.text) < 0.6
        ]
        return sorted(found, key=lambda other: other.headings != fact.headings)


def drafts(fact: Fact, surroundings: Surroundings) -> Iterator[Draft]:
    """Yield every question that can be made of a fact."""
    if fact.kind is FactKind.DEFINITION:
        yield from _of_definition(fact, surroundings)
    elif fact.kind is FactKind.ROW:
        yield from _of_row(fact, surroundings)
    elif fact.kind is FactKind.LIST:
        yield from _of_list(fact, surroundings)
    elif fact.kind is FactKind.STATEMENT:
        yield from _of_statement(fact, surroundings)


# Definitions


def _of_definition(fact: Fact, around: Surroundings) -> Iterator[Draft]:
    if not fact.verb and numbers_in(fact.text) and is_measure(fact.text):
        yield from _of_value(fact, around)
        return
    others = around.others(fact)
    description = f"“{sentence_case(fact.text)}”{about(fact, hiding=fact.term)}"
    texts = pick_options(
        fact.text,
        [other.text for other in others if overlap(other.term, other.text) == 0],
        rng=around.rng,
        likeness=around.likeness,
        near={other.text for other in others if other.headings == fact.headings},
    )
    if texts:
        wrong = tuple(sentence_case(text) for text in texts)
        yield Draft(QuestionKind.MULTIPLE_CHOICE, asked_about(fact), sentence_case(fact.text), fact, wrong)
    near = {other.term for other in others if other.headings == fact.headings}
    pool = [other.term for other in others]
    terms = pick_options(fact.term, pool, rng=around.rng, likeness=around.likeness, near=near)
    if terms:
        prompt = f"Which term fits this description? {description}"
        yield Draft(QuestionKind.MULTIPLE_CHOICE, prompt, fact.term, fact, terms)
    accept = variants(fact.term)
    yield Draft(
        QuestionKind.SHORT_ANSWER, f"Which term fits this description? {description}", fact.term, fact, (), accept
    )
    if fact.verb:
        gapped = as_statement(fact).replace(named(fact), GAP, 1).replace(sentence_case(named(fact)), GAP, 1)
        yield Draft(QuestionKind.CLOZE, gapped, fact.term, fact, (), accept)
    else:
        yield Draft(
            QuestionKind.CLOZE, f"{GAP}: {fact.text}{about(fact, hiding=fact.term)}", fact.term, fact, (), accept
        )
    yield Draft(QuestionKind.TRUE_FALSE, as_statement(fact), TRUE, fact)
    swapped = _swapped(fact, others, around)
    if swapped:
        yield Draft(
            QuestionKind.TRUE_FALSE, as_statement(fact, swapped), FALSE, fact, explanation=f"It is {named(fact)}."
        )


def _swapped(fact: Fact, others: Sequence[Fact], around: Surroundings) -> str:
    """Return another term about which the definition is false as far as the notes say, "" where none is sure."""
    pool = [
        other.term
        for other in others
        if is_plural(other.term) == is_plural(fact.term)
        and (not fact.verb or bool(other.article) == bool(fact.article))
        and not _said_of(other.term, fact, around.facts)
    ]
    near = {other.term for other in others if other.headings == fact.headings}
    chosen = pick_options(fact.term, pool, rng=around.rng, likeness=around.likeness, count=1, spread=4.0, near=near)
    return chosen[0] if chosen else ""


def _said_of(term: str, fact: Fact, facts: Sequence[Fact]) -> bool:
    """Return whether the notes say something like the fact's text about the term."""
    if find_term(fact.source.quote, [term]):
        return True
    return any(
        overlap(fact.text, other.source.quote) >= 0.6 and overlap(term, other.source.quote) >= 1.0
        for other in facts
        if other is not fact
    )


def _of_value(fact: Fact, around: Surroundings) -> Iterator[Draft]:
    """Yield questions on a measure ("Read length: 50-300 bp")."""
    asked = f"Which value do the notes give for {in_sentence(fact.term)}?{about(fact)}"
    wrong = change_numbers(fact.text, rng=around.rng)
    if wrong:
        yield Draft(QuestionKind.MULTIPLE_CHOICE, asked, fact.text, fact, wrong)
        yield Draft(
            QuestionKind.TRUE_FALSE, f"{fact.term}: {wrong[0]}{about(fact)}", FALSE, fact, explanation=fact.text
        )
    yield Draft(QuestionKind.TRUE_FALSE, f"{fact.term}: {fact.text}{about(fact)}", TRUE, fact)
    yield Draft(QuestionKind.SHORT_ANSWER, asked, fact.text, fact)


# Tables


def _of_row(fact: Fact, around: Surroundings) -> Iterator[Draft]:
    """Yield questions that any column name fits into, for nothing says whether "Mutable" is a noun."""
    place, label = fact.heading, fact.label.rstrip(" ?:…")
    key = fact.key or "row"
    if fold(fact.text) == fold(fact.term):
        return
    forward = f"{place}: which “{label}” goes with “{fact.term}”?"
    wrong = pick_options(fact.text, fact.peers, rng=around.rng, likeness=around.likeness, spread=6.0)
    if wrong:
        yield Draft(QuestionKind.MULTIPLE_CHOICE, forward, fact.text, fact, wrong)
    backward = f"{place}: which “{key}” has the “{label}” “{fact.text}”?"
    if fact.unique and overlap(fact.term, fact.text) < 1:
        names = pick_options(fact.term, fact.keys, rng=around.rng, likeness=around.likeness, spread=6.0)
        if names:
            yield Draft(QuestionKind.MULTIPLE_CHOICE, backward, fact.term, fact, names)
        yield Draft(QuestionKind.SHORT_ANSWER, backward, fact.term, fact, (), variants(fact.term))
    if len(fact.text.split()) <= 4 and len(fact.peers) > 1:
        yield Draft(QuestionKind.SHORT_ANSWER, forward, fact.text, fact)
    said = f"{place}: the “{label}” of “{fact.term}” is"
    if len(fact.text.split()) <= _LONGEST_SAID:
        yield Draft(QuestionKind.TRUE_FALSE, f"{said} “{fact.text}”.", TRUE, fact)
    others = [peer for peer in fact.peers if len(peer.split()) <= _LONGEST_SAID]
    if others:
        other = around.rng.choice(others)
        yield Draft(QuestionKind.TRUE_FALSE, f"{said} “{other}”.", FALSE, fact, explanation=f"It is “{fact.text}”.")


_LONGEST_SAID = 8  # words of a cell that still read well inside a sentence


# Lists

_STEPS = re.compile(
    r"\b(steps?|stages?|phases?|procedure|workflow|algorithm|sequence|pipeline|life ?cycle|cycle)\b", re.IGNORECASE
)
_DIVIDED = re.compile(r"\s*(?::|→|=>|->|\u2013|—)\s+")


def _of_list(fact: Fact, around: Surroundings) -> Iterator[Draft]:
    items = tuple(_DIVIDED.split(item)[0] for item in fact.items)
    if len({fold(item) for item in items}) < len(items) or any(not item for item in items):
        return
    if fact.numbered and _STEPS.search(f"{fact.lead} {fact.heading}") and len(items) >= 4:
        place = around.rng.randrange(len(items) - 1)
        wrong = tuple(item for index, item in enumerate(items) if index not in (place, place + 1))[:3]
        if len(wrong) >= 2:
            prompt = f"{fact.lead}: which step comes right after “{items[place]}”?"
            yield Draft(QuestionKind.MULTIPLE_CHOICE, prompt, items[place + 1], fact, wrong)
    short = all(len(item.split()) <= _LONGEST_SAID for item in items)
    if not continues(fact.lead):
        if short:
            where = about(fact) if overlap(fact.heading, fact.lead) < 1 else ""
            prompt = f"“{fact.lead}”: name one of them.{where}"
            yield Draft(QuestionKind.SHORT_ANSWER, prompt, "; ".join(items), fact, accept=items)
        return
    if short:
        prompt = f"Complete with one of the points in the notes: “{fact.lead} …”"
        yield Draft(QuestionKind.SHORT_ANSWER, prompt, "; ".join(items), fact, accept=items)
    own = around.rng.choice(items)
    wrong = pick_options(own, _items_elsewhere(fact, items, around.facts), rng=around.rng, spread=2.5)
    if wrong:
        prompt = f"Which of these completes the sentence? “{fact.lead} …”"
        yield Draft(QuestionKind.MULTIPLE_CHOICE, prompt, own, fact, wrong)


def _items_elsewhere(fact: Fact, items: Sequence[str], facts: Sequence[Fact]) -> list[str]:
    """Return items of lists on other things that continue the sentence too, and that are not said of this one."""
    found = [
        _DIVIDED.split(item)[0]
        for other in facts
        if other.kind is FactKind.LIST and other is not fact and overlap(other.lead, fact.lead) < 0.5
        if _last(other.lead) == _last(fact.lead)
        for item in other.items
    ]
    quote = fact.source.quote
    return [text for text in found if all(overlap(text, item) < 0.5 for item in items) and overlap(text, quote) < 0.7]


_FEWEST_AROUND = 6
"""A gap in a sentence of fewer words is a guess."""


def _last(text: str) -> str:
    return fold(text.rsplit(maxsplit=1)[-1])


# Sentences


def _of_statement(fact: Fact, around: Surroundings) -> Iterator[Draft]:
    text, place = fact.text, about(fact)
    spans = number_spans(text)
    if spans and not re.search(r"[=<>*/+\[\]{}]", text):
        changed = change_numbers(text, rng=around.rng)
        if changed:
            yield Draft(QuestionKind.TRUE_FALSE, f"{ended(changed[0])}{place}", FALSE, fact, explanation=ended(text))
        if len(spans) == 1 and len(changed) >= 3:
            gapped, value = _gapped(text, spans[0])
            numbers = tuple(numbers_in(variant)[0] for variant in changed)
            prompt = f"Which number completes the sentence? “{gapped}”{place}"
            yield Draft(QuestionKind.MULTIPLE_CHOICE, prompt, value, fact, numbers)
            yield Draft(QuestionKind.CLOZE, f"{ended(gapped)}{place}", value, fact)
    yield Draft(QuestionKind.TRUE_FALSE, f"{ended(text)}{place}", TRUE, fact)
    span = find_term(text, (*fact.marked, *around.terms)) if len(text.split()) >= _FEWEST_AROUND else None
    if span:
        gapped, answer = _gapped(text, span)
        where = about(fact, hiding=answer)
        yield Draft(QuestionKind.CLOZE, f"{ended(gapped)}{where}", answer, fact, accept=singular(answer))


def _gapped(text: str, span: TextSpan) -> tuple[str, str]:
    """Return the text with a gap, and what fills it."""
    return f"{text[: span.start]}{GAP}{text[span.end :]}", text[span.start : span.end]
