"""Judging answers to quiz questions by rules: what is meant counts, how it is typed does not.

Case, accents, articles, outer punctuation, hyphens and inflection are forgiven, and so is one slip of the keyboard in a
word of five letters or more. A word that the notes themselves use is never taken for a misspelling of another one
("alkene" for "alkane"), and numbers and signs must be right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

from smartnotes.core.kinds import QuestionKind
from smartnotes.core.language.wording import fold, stem, tokens
from smartnotes.core.learning import Grade
from smartnotes.core.study import Question

TRUE_WORDS = frozenset({"true", "t", "yes", "y", "right", "correct"})
FALSE_WORDS = frozenset({"false", "f", "no", "n", "wrong", "incorrect"})

NO_OPTION = "This is none of the options."
NO_TRUTH = "Answer true or false."
"""Reasons of a grade where nothing was answered that could be right or wrong: one may ask again."""

_LITTLE = frozenset({"a", "an", "the", "of", "is", "are"})
_OUTER = " \t\n.,;:!?\"'`()[]{}“”\u2018\u2019«»…~"
_LETTER = re.compile(r"\(?([a-z])[).:]?", re.IGNORECASE)
_NUMBER = re.compile(r"\(?(\d{1,2})[).:]?")
_GROUPED = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])"
_FIGURES = re.compile(rf"(?<![\d.,])(?:{_GROUPED}|\d+[.,]\d+(?![.,]?\d))|\d+")
_HYPHEN = re.compile(r"(?<=[^\W_])-(?=[^\W\d_])|(?<=[^\W\d_])-(?=\d)|_")
"""Between words, or a word and a number; not a minus, and not a range of numbers."""
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_BETWEEN = re.compile(r"\s*(?:[;,\n]|\band\b)\s*")
_SHORTEST_MISSPELT = 5
_LONG_WORD, _LONG_START = 12, 5
"""A word this long may have two slips, behind its first letters: "hypo" and "hyper" are not the same."""


def grade(question: Question, text: str, *, vocabulary: AbstractSet[str] = frozenset()) -> Grade:
    """Judge what was answered. `vocabulary` are the folded words of the notes."""
    given = " ".join(text.split())
    right, reason = False, "Not answered."
    if given:
        if question.kind is QuestionKind.MULTIPLE_CHOICE:
            given, right, reason = _choice(question, given, vocabulary)
        elif question.kind is QuestionKind.TRUE_FALSE:
            given, right, reason = _truth(question, given)
        else:
            right, reason = _written(question, given, vocabulary)
    return Grade(
        question_id=question.id,
        prompt=question.prompt,
        given=given,
        right=right,
        expected=question.answer,
        reason=reason,
        source=question.source,
    )


def _choice(question: Question, given: str, vocabulary: AbstractSet[str]) -> tuple[str, bool, str]:
    chosen = _option(question.options, given, vocabulary)
    if chosen is None:
        return given, False, NO_OPTION
    return chosen, chosen == question.answer, ""


def _option(options: Sequence[str], given: str, vocabulary: AbstractSet[str]) -> str | None:
    """Return the option that is meant by its words, its letter (A, B, ...) or its number (1, 2, ...)."""
    for same in (str, _bare):
        for option in options:
            if same(option) == same(given):
                return option
    letter, number = _LETTER.fullmatch(given), _NUMBER.fullmatch(given)
    place = ord(letter[1].lower()) - ord("a") if letter else int(number[1]) - 1 if number else -1
    if letter or number:
        return options[place] if 0 <= place < len(options) else None
    for option in options:
        if _plain(option) == _plain(given):
            return option
    near = [option for option in options if _match(given, option, vocabulary) is not None]
    return near[0] if len(near) == 1 else None


def _truth(question: Question, given: str) -> tuple[str, bool, str]:
    word = fold(given).strip(_OUTER)
    if word not in TRUE_WORDS | FALSE_WORDS:
        return given, False, NO_TRUTH
    said = "True" if word in TRUE_WORDS else "False"
    return said, said == question.answer, ""


def _written(question: Question, given: str, vocabulary: AbstractSet[str]) -> tuple[bool, str]:
    accepted = (question.answer, *question.accept)
    reason = _any_match(given, accepted, vocabulary)
    if reason is not None:
        return True, reason
    parts = [part for part in _BETWEEN.split(given) if part]
    if len(parts) > 1 and question.accept:
        # Where one of several is asked for, several may be named, and none of them may be wrong.
        reasons = [_any_match(part, accepted, vocabulary) for part in parts]
        if None not in reasons:
            return True, next((one for one in reasons if one), "")
    if _numbers(given) and any(_lacks_unit(given, answer) for answer in accepted):
        return False, "The unit is missing."
    return False, ""


def _any_match(given: str, accepted: Sequence[str], vocabulary: AbstractSet[str]) -> str | None:
    found = [reason for reason in (_match(given, answer, vocabulary) for answer in accepted) if reason is not None]
    return min(found, key=len) if found else None


def _match(given: str, answer: str, vocabulary: AbstractSet[str]) -> str | None:
    """Return why `given` counts as the answer ("" where that is plain), None where it does not."""
    if _compact(given) == _compact(answer):
        return ""
    theirs, ours = _words(given), _words(answer)
    if not ours or len(theirs) != len(ours) or _numbers(given) != _numbers(answer) or _signs(given) != _signs(answer):
        return None
    slips = [expected for word, expected in zip(theirs, ours, strict=True) if not _same(word, expected)]
    pairs = zip(theirs, ours, strict=True)
    if all(_same(word, expected) or _misspelt(word, expected, vocabulary) for word, expected in pairs):
        if slips:
            return f"A slip of spelling: “{answer}”."
        return "" if theirs == ours else f"Another form of “{answer}”."
    return None


def _bare(text: str) -> str:
    """Return the text folded, without outer punctuation; signs alone stay as they are."""
    return fold(text).strip(_OUTER) or text


def _plain(text: str) -> str:
    """Return the text folded, without articles, outer punctuation and hyphens; signs alone stay as they are."""
    folded = " ".join(_HYPHEN.sub(" ", fold(text).translate(_DASHES)).split())
    words = folded.strip(_OUTER).split()
    kept = [word for word in words if word not in _LITTLE] or words
    return " ".join(kept) if any(character.isalnum() for character in folded) else "".join(text.split())


def _compact(text: str) -> str:
    plain = _FIGURES.sub(lambda found: str(_number(found[0])), _plain(text))
    # Spaces between figures say that there are two numbers.
    return re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", plain)


def _words(text: str) -> list[str]:
    return [token.word for token in tokens(_plain(text)) if token.word not in _LITTLE]


def _number(figures: str) -> Decimal:
    # A comma before three figures groups thousands; otherwise it is how much of the world writes a decimal point.
    plain = figures.replace(",", "") if re.fullmatch(_GROUPED, figures) else figures.replace(",", ".")
    return Decimal(plain).normalize()


def _numbers(text: str) -> list[Decimal]:
    return [_number(figures) for figures in _FIGURES.findall(text)]


def _signs(text: str) -> str:
    """Return the signs that change what a word or number means: C and C++, 5 and -5, 2 and 20 %."""
    return "".join(re.findall(r"[+#%<>=*^$€£°]|(?<!\w)-(?=\s?\d)", text.translate(_DASHES)))


def _same(word: str, expected: str) -> bool:
    return word == expected or stem(word) == stem(expected)


def _misspelt(word: str, expected: str, vocabulary: AbstractSet[str]) -> bool:
    if not (word.isalpha() and expected.isalpha()) or len(expected) < _SHORTEST_MISSPELT or word in vocabulary:
        return False
    if word[0] != expected[0]:  # "typical" and "atypical"
        return False
    long = min(len(word), len(expected)) >= _LONG_WORD and word[:_LONG_START] == expected[:_LONG_START]
    return _distance(word, expected) <= (2 if long else 1)


def _distance(left: str, right: str) -> int:
    """Return the optimal string alignment distance: letters added, left out, replaced, or swapped with the next."""
    rows = [list(range(len(right) + 1))]
    for at, letter in enumerate(left, start=1):
        row = [at]
        for other_at, other in enumerate(right, start=1):
            cost = min(rows[-1][other_at] + 1, row[-1] + 1, rows[-1][other_at - 1] + (letter != other))
            if at > 1 and other_at > 1 and letter == right[other_at - 2] and left[at - 2] == other:
                cost = min(cost, rows[-2][other_at - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def _lacks_unit(given: str, answer: str) -> bool:
    return _numbers(given) == _numbers(answer) and not _words_without_numbers(given) and bool(_units(answer))


def _words_without_numbers(text: str) -> str:
    return re.sub(r"[\d\s.,~-]", "", text.translate(_DASHES))


def _units(text: str) -> str:
    rest = _words_without_numbers(text)
    return rest if len(rest) <= 8 else ""
