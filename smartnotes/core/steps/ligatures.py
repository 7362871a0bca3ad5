"""Ligatures that a font maps to private code points, or to nothing: found out from the words they stand in.

Fonts number their own glyphs ("Th", "ft") as they like, so no table fits them all. What a code point stands for is the
ligature that makes most of its words ones that the lecture uses elsewhere, or that everybody uses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from smartnotes.core.language.wording import STOP_WORDS
from smartnotes.core.pages.blocks import Block, replaced

_LIGATURES = (
    "fi",
    "Th",
    "ff",
    "ft",
    "fl",
    "ffi",
    "tt",
    "ti",
    "ffl",
    "ct",
    "st",
    "tf",
    "th",
    "fj",
    "sp",
    "ch",
    "ck",
    "Qu",
)
_COMMON = """
    affect affects after also application attempt attention attribute better between bottom buffer coefficient
    coefficients condition confirm craft define defined defines definite definition differ difference different
    differential difficult draft drift effect effective effects efficient efficiency equation fifth figure fill final
    finally find finding finite first fit fix fixed flat flow fluid force function gift identify infinite infinity
    influence information left letter lift little matter motion notation offer office often operation option pattern
    position potential profile raft ratio reflect relation satisfy section setting shift shifts sift significant
    simplify soft software solution specific specify standard state station still stuff submit suffix sufficient swift
    thank theorem theory thermal thick thin thing things think third thousand thread three threshold throughout traffic
    twelfth unified verify within without write written
"""
_KNOWN = STOP_WORDS | frozenset(_COMMON.split())
_UNKNOWN = re.compile(r"[\ue000-\uf8ff\ufffd]")
_TOKEN = re.compile(
    r"[^\W\d_\ue000-\uf8ff\ufffd]*(?:[\ue000-\uf8ff\ufffd][^\W\d_\ue000-\uf8ff\ufffd]+)+|"
    r"[^\W\d_]+[\ue000-\uf8ff\ufffd](?![^\W\d_])"
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def find_ligatures(texts: Iterable[str]) -> dict[str, str]:
    """Return, for each whole token that holds an unreadable ligature, the token as it should read.

    `texts` are those of all pages of a lecture. Tokens that nothing speaks for are left out, so that bullets and
    signs in private code points are never taken for letters.
    """
    texts = list(texts)
    tokens: Counter[str] = Counter()
    for text in texts:
        if _UNKNOWN.search(text):
            tokens.update(match.group() for match in _TOKEN.finditer(text))
    if not tokens:
        return {}
    known = _KNOWN | {match.group().lower() for text in texts for match in _WORD.finditer(text)}
    meaning = _meanings(tokens, known)
    found: dict[str, str] = {}
    for token in tokens:
        read = _read(token, meaning, known)
        if read is not None:
            found[token] = read
    return found


def _meanings(tokens: Mapping[str, int], known: AbstractSet[str]) -> dict[str, str]:
    """Return what each private code point stands for, by the words that it makes."""
    votes: dict[str, Counter[str]] = {}
    for token, count in tokens.items():
        codes = set(_UNKNOWN.findall(token))
        if len(codes) != 1:
            continue
        code = codes.pop()
        for ligature in _LIGATURES:
            if token.replace(code, ligature).lower() in known:
                votes.setdefault(code, Counter())[ligature] += count + 5 * (len(token) > 3)
    return {code: max(counter, key=lambda one: counter[one]) for code, counter in votes.items() if code != "\ufffd"}


def _read(token: str, meaning: Mapping[str, str], known: AbstractSet[str]) -> str | None:
    """Return a token with its ligatures written out, None where that would be a guess."""
    read = "".join(meaning.get(character, character) for character in token)
    if not _UNKNOWN.search(read):
        return read
    codes = set(_UNKNOWN.findall(read))
    if codes != {"\ufffd"} or read.count("\ufffd") > 1:
        return None
    for ligature in _LIGATURES:
        if read.replace("\ufffd", ligature).lower() in known:
            return read.replace("\ufffd", ligature)
    return None


def mend_ligatures(block: Block, found: Mapping[str, str]) -> Block:
    """Return the block with the tokens of `find_ligatures` written out."""
    if not _UNKNOWN.search(block.text):
        return block
    edits = [
        (match.start(), match.end(), found[match.group()])
        for match in _TOKEN.finditer(block.text)
        if match.group() in found
    ]
    return replaced(block, edits) if edits else block
