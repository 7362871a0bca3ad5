"""Questions from facts: each form is a function from a fact and its surroundings to drafts."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from smartnotes.core.distractors import Likeness, change_numbers, numbers_in, overlap, pick_options
from smartnotes.core.facts import Fact, FactKind
from smartnotes.core.kinds import QuestionKind
from smartnotes.core.phrases import is_plural, with_article
from smartnotes.core.terms import find_term
from smartnotes.core.wording import fold

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


# Wording


def sentence_case(text: str) -> str:
    """Return the text with a capital first letter; code and names with inner capitals stay."""
    first = text.split()[0] if text.split() else ""
    plain = re.fullmatch(r"[a-z]+(?:-[a-z]+)*[,.:;]?", first)
    return text[0].upper() + text[1:] if plain else text


def in_sentence(term: str) -> str:
    """Return the term as it stands inside a sentence: code and keywords in quotes, other words as they are."""
    if not re.fullmatch(r"[\w\s()'’/.+-]+", term) or "()" in term or not re.search(r"[A-Za-z]", term):
        return f"“{term}”"
    short_word = term.islower() and len(term.split()) == 1 and len(term) <= 4
    return f"“{term}”" if short_word else term


def named(fact: Fact, term: str | None = None) -> str:
    """Return a definition's term (or another in its place) with the article that the lecture gives it."""
    subject = in_sentence(fact.term if term is None else term)
    if fact.article in ("a", "an") and not subject.startswith("“"):
        return with_article(subject)
    return f"the {subject}" if fact.article else subject


def as_statement(fact: Fact, term: str | None = None) -> str:
    """Return the definition as a sentence, about another `term` where one is given."""
    if not fact.verb:
        return f"“{sentence_case(fact.text)}” describes {in_sentence(term or fact.term)}."
    return f"{sentence_case(named(fact, term))} {fact.verb} {fact.text}."


def about(fact: Fact, *, hiding: str = "") -> str:
    """Return the heading in brackets where it helps to place the question and does not show what is to be found."""
    heading = fact.heading
    if not heading or len(heading) > 50 or (hiding and overlap(heading, hiding) > 0):
        return ""
    return f" ({heading})"


def _variants(answer: str) -> tuple[str, ...]:
    """Return the answer in the other number and without what stands in brackets."""
    bare = re.sub(r"\s*\([^)]*\)", "", answer).strip()
    inner = re.findall(r"\((?:or )?([^)]+)\)", answer)
    forms = [bare, *inner, bare[:-1] if is_plural(bare) else f"{bare}s"]
    return tuple(dict.fromkeys(form for form in forms if form and fold(form) != fold(answer) and bare[-1:].isalpha()))


# Definitions


def _of_definition(fact: Fact, around: Surroundings) -> Iterator[Draft]:
    if numbers_in(fact.text) and len(fact.text.split()) <= 6:
        yield from _of_value(fact, around)
        return
    others = around.others(fact)
    description = f"“{sentence_case(fact.text)}”{about(fact, hiding=fact.term)}"
    texts = pick_options(
        fact.text,
        [other.text for other in others if overlap(other.term, other.text) == 0],
        rng=around.rng,
        likeness=around.likeness,
    )
    if texts:
        asked = f"What {'are' if is_plural(fact.term) else 'is'} {named(fact)}?"
        prompt = asked if fact.verb else f"Which description fits {in_sentence(fact.term)}{about(fact, hiding=fact.text)}?"
        wrong = tuple(sentence_case(text) for text in texts)
        yield Draft(QuestionKind.MULTIPLE_CHOICE, prompt, sentence_case(fact.text), fact, wrong)
    terms = pick_options(fact.term, [other.term for other in others], rng=around.rng, likeness=around.likeness)
    if terms:
        prompt = f"Which term fits this description? {description}"
        yield Draft(QuestionKind.MULTIPLE_CHOICE, prompt, fact.term, fact, terms)
    accept = _variants(fact.term)
    yield Draft(QuestionKind.SHORT_ANSWER, f"Which term fits this description? {description}", fact.term, fact, (), accept)
    if fact.verb:
        gapped = as_statement(fact).replace(named(fact), GAP, 1).replace(sentence_case(named(fact)), GAP, 1)
        yield Draft(QuestionKind.CLOZE, gapped, fact.term, fact, (), accept)
    else:
        yield Draft(QuestionKind.CLOZE, f"{GAP}: {fact.text}{about(fact, hiding=fact.term)}", fact.term, fact, (), accept)
    yield Draft(QuestionKind.TRUE_FALSE, as_statement(fact), TRUE, fact)
    swapped = _swapped(fact, others, around)
    if swapped:
        yield Draft(
            QuestionKind.TRUE_FALSE, as_statement(fact, swapped), FALSE, fact, explanation=f"It is {in_sentence(fact.term)}."
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
    chosen = pick_options(fact.term, pool, rng=around.rng, likeness=around.likeness, count=1, spread=4.0)
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
    asked = f"What do the notes give as {in_sentence(fact.term[0].lower() + fact.term[1:])}{about(fact)}?"
    wrong = change_numbers(fact.text, rng=around.rng)
    if wrong:
        yield Draft(QuestionKind.MULTIPLE_CHOICE, asked, fact.text, fact, wrong)
        yield Draft(QuestionKind.TRUE_FALSE, f"{fact.term}: {wrong[0]}{about(fact)}", FALSE, fact, explanation=fact.text)
    yield Draft(QuestionKind.TRUE_FALSE, f"{fact.term}: {fact.text}{about(fact)}", TRUE, fact)
    yield Draft(QuestionKind.SHORT_ANSWER, asked, fact.text, fact)


# Tables


def _of_row(fact: Fact, around: Surroundings) -> Iterator[Draft]:
    place = f"{fact.heading}: " if fact.heading else ""
    label, key = _label(fact.label), _label(fact.key) or "entry"
    forward = f"{place}what is the {label} of {in_sentence(fact.term)}?"
    wrong = pick_options(fact.text, fact.peers, rng=around.rng, likeness=around.likeness, spread=6.0)
    if wrong:
        yield Draft(QuestionKind.MULTIPLE_CHOICE, sentence_case(forward), fact.text, fact, wrong)
    backward = f"{place}which {key} has the {label} “{fact.text}”?"
    if fact.unique:
        names = pick_options(fact.term, fact.keys, rng=around.rng, likeness=around.likeness, spread=6.0)
        if names:
            yield Draft(QuestionKind.MULTIPLE_CHOICE, sentence_case(backward), fact.term, fact, names)
        yield Draft(QuestionKind.SHORT_ANSWER, sentence_case(backward), fact.term, fact, (), _variants(fact.term))
    if len(fact.text.split()) <= 4:
        yield Draft(QuestionKind.SHORT_ANSWER, sentence_case(forward), fact.text, fact)
    said = f"{place}the {label} of {in_sentence(fact.term)} is"
    yield Draft(QuestionKind.TRUE_FALSE, sentence_case(f"{said} “{fact.text}”."), TRUE, fact)
    if fact.peers:
        other = around.rng.choice(fact.peers)
        yield Draft(
            QuestionKind.TRUE_FALSE, sentence_case(f"{said} “{other}”."), FALSE, fact, explanation=f"It is “{fact.text}”."
        )


def _label(text: str) -> str:
    return " ".join(word if word.isupper() and len(word) > 1 else word[:1].lower() + word[1:] for word in text.split())


# Lists

_CONTINUES = re.compile(
    r"\b(to|by|of|for|from|when|in|on|with|contains?|includes?|are|is|can|must|should|has|have|as|that|at|uses?|needs?|"
    r"requires?|determines?|depends on|supports?|affects?|means|stores?|allows?|causes?|produces?|if|than|like|between)$",
    re.IGNORECASE,
)
_STEPS = re.compile(r"\b(steps?|stages?|phases?|procedure|workflow|algorithm|sequence|pipeline|life ?cycle|cycle)\b", re.IGNORECASE)
_DIVIDED = re.compile(r"\s*(?::|→|=>|->|–|—)\s+")


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
    completes = bool(_CONTINUES.search(fact.lead))
    own = around.rng.choice(items)
    pool = [
        _DIVIDED.split(item)[0]
        for other in around.facts
        if other.kind is FactKind.LIST and other is not fact and overlap(other.lead, fact.lead) < 0.5
        if not completes or _last(other.lead) == _last(fact.lead)
        for item in other.items
    ]
    quote = fact.source.quote
    pool = [text for text in pool if all(overlap(text, item) < 0.5 for item in items) and overlap(text, quote) < 0.7]
    wrong = pick_options(own, pool, rng=around.rng, spread=2.5)
    where = about(fact) if overlap(fact.heading, fact.lead) < 1 else ""
    if wrong:
        ask = f"Which of these completes the sentence? “{fact.lead} …”"
        prompt = ask if completes else f"Which of these is listed under “{fact.lead}”?{where}"
        yield Draft(QuestionKind.MULTIPLE_CHOICE, prompt, own, fact, wrong)
    if all(len(item.split()) <= 8 for item in items):
        prompt = f"Complete with one of the points in the notes: “{fact.lead} …”" if completes else (
            f"Name one of the points listed under “{fact.lead}”.{where}"
        )
        yield Draft(QuestionKind.SHORT_ANSWER, prompt, "; ".join(items), fact, (), items)


def _last(text: str) -> str:
    return fold(text.split()[-1])


# Sentences


def _of_statement(fact: Fact, around: Surroundings) -> Iterator[Draft]:
    text = fact.text
    values = numbers_in(text)
    if values and not re.search(r"[=<>*/+\[\]{}]", text):
        changed = change_numbers(text, rng=around.rng)
        if changed:
            yield Draft(QuestionKind.TRUE_FALSE, changed[0], FALSE, fact, explanation=text)
        if len(values) == 1 and len(changed) >= 3:
            gapped = text.replace(values[0], GAP, 1)
            numbers = tuple(numbers_in(variant)[0] for variant in changed)
            prompt = f"Which number completes the sentence? “{gapped}”"
            yield Draft(QuestionKind.MULTIPLE_CHOICE, prompt, values[0], fact, numbers)
            yield Draft(QuestionKind.CLOZE, gapped, values[0], fact)
    yield Draft(QuestionKind.TRUE_FALSE, text if text.endswith((".", "!")) else f"{text}.", TRUE, fact)
    span = find_term(text, (*fact.marked, *around.terms))
    if span:
        answer = text[span.start : span.end]
        yield Draft(
            QuestionKind.CLOZE, f"{text[: span.start]}{GAP}{text[span.end :]}", answer, fact, (), _variants(answer)
        )
