"""Wording: how a fact's term, text and heading are set into the sentences of a question or card."""

from __future__ import annotations

import re

from smartnotes.core.language.definitions import is_measure
from smartnotes.core.language.english import VERBS
from smartnotes.core.language.phrases import has_verb, is_plural, with_article, words_of
from smartnotes.core.language.wording import STOP_WORDS, content_stems, fold, tokens
from smartnotes.core.teaching.facts import Fact


def sentence_case(text: str) -> str:
    """Return the text with a capital first letter; code and names with inner capitals stay."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    plain = re.fullmatch(r"[a-z]+(?:-[a-z]+)*[,.:;]?", first)
    return text[0].upper() + text[1:] if plain else text


def in_sentence(term: str) -> str:
    """Return the term as it stands inside a sentence: code and keywords in quotes, other words as they are."""
    if not re.fullmatch(r"[\w\s()'\u2019/.+-]+", term) or "()" in term or not re.search(r"[A-Za-z]", term):
        return f"“{term}”"
    short_word = term.islower() and len(term.split()) == 1 and len(term) <= 4
    return f"“{term}”" if short_word else term


def named(fact: Fact, term: str | None = None) -> str:
    """Return a definition's term (or another in its place) with the article that the lecture gives it."""
    bare = fact.term if term is None else term
    if fact.article in ("a", "an"):
        return with_article(bare)
    subject = in_sentence(bare)
    return f"the {subject}" if fact.article else subject


def as_statement(fact: Fact, term: str | None = None) -> str:
    """Return the definition as a sentence, about another `term` where one is given."""
    if not fact.verb:
        return f"“{sentence_case(fact.text.rstrip('.'))}” describes “{term or fact.term}”."
    return f"{sentence_case(named(fact, term))} {fact.verb} {fact.text}."


_GENERAL = """summary introduction conclusion conclusions overview recap review motivation background definition
    definitions example examples results basics more continued contents notes terms terminology glossary key concepts"""
_GENERAL_HEADINGS = frozenset(_GENERAL.split())


def about(fact: Fact, *, hiding: str = "") -> str:
    """Return the heading in brackets where it helps to place the question and does not show what is to be found."""
    heading = fact.heading
    words = set(words_of(heading))
    if (
        not heading
        or len(heading) > 50
        or heading.endswith("?")
        or words <= _GENERAL_HEADINGS | STOP_WORDS
        or not heading[0].isalnum()
    ):
        return ""
    stems = set(content_stems(heading))
    if not stems or stems & set(content_stems(hiding)) or stems <= set(content_stems(fact.text)):
        return ""
    return f" ({heading})"


def variants(answer: str) -> tuple[str, ...]:
    """Return the answer in the other number and without what stands in brackets."""
    bare = re.sub(r"\s*\([^)]*\)", "", answer).strip()
    inner = re.findall(r"\((?:or )?([^)]+)\)", answer)
    forms = [bare, *inner, *singular(bare)]
    return tuple(dict.fromkeys(form for form in forms if form and fold(form) != fold(answer) and bare[-1:].isalpha()))


def asked_about(fact: Fact) -> str:
    """Return the question that a definition answers: "What is a variable?", "What does Union do?", ..."""
    plural = is_plural(fact.term)
    if fact.verb:
        return f"What {'are' if plural else 'is'} {named(fact)}?"
    term, form = in_sentence(fact.term), form_of(fact.text)
    if form == "verb":
        asked = f"What {'do' if plural else 'does'} {term} do?"
    elif form == "noun":
        asked = f"What {'are' if plural else 'is'} {term}?"
    elif is_measure(fact.text):
        asked = f"Which value do the notes give for {term}?"
    elif is_acronym(fact.term, fact.text):
        asked = f"What does {term} stand for?"
    else:
        asked = f"How do the notes describe {term}?"
    return asked + about(fact, hiding=f"{fact.term} {fact.text}")


def is_acronym(term: str, text: str) -> bool:
    """Return whether the term's capitals are the first letters of the text's words, in order ("SE", "single end")."""
    letters = [word[0].upper() for word in re.split(r"[\s/-]+", text) if word]
    rest = iter(letters)
    return term.isupper() and 2 <= len(term) <= 8 and all(char in rest for char in term if char.isalpha())


_CONTINUES = re.compile(
    r"\b(to|by|of|for|from|when|in|on|with|contains?|includes?|are|is|can|must|should|has|have|as|that|at|uses?|needs?|"
    r"requires?|determines?|supports?|affects?|means|stores?|allows?|causes?|produces?|if|than|like|between)$",
    re.IGNORECASE,
)


def continues(lead: str) -> bool:
    """Return whether a list's items continue the sentence that its lead begins ("Lists can contain")."""
    return bool(_CONTINUES.search(lead))


def form_of(text: str) -> str:
    """Return "verb" for "combines two sets", "noun" for "a mark left in ...", "" for anything else."""
    words = [token.word for token in tokens(text)[:2]]
    if not words:
        return ""
    if words[0] in ("a", "an", "the", "any", "one"):
        return "" if has_verb(text) else "noun"
    verb = words[0] in VERBS and words[0].endswith("s") and words[0] not in ("is", "was", "has", "does")
    return "verb" if verb else ""


def singular(answer: str) -> tuple[str, ...]:
    """Return the singular of a plural as English mostly forms it, () where that is not clear."""
    if not is_plural(answer) or answer.endswith(("ses", "xes", "hes", "ves")):
        return ()
    return (f"{answer[:-3]}y" if answer.endswith("ies") else answer[:-1],)


def ended(text: str) -> str:
    """Return the sentence with a full stop where it has none."""
    return text if text.endswith((".", "!")) else f"{text}."
