"""Wishes for a summary: whether a question is one, and what part of the notes it means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from smartnotes.core.language.wording import STOP_WORDS, fold, stem, tokens
from smartnotes.core.model import Chunk, Lecture

_NOUN = r"(?:summary|overview|outline|recap|synopsis)"
_UNIT = r"(?:lecture|course|chapter|class|week|unit|module|session|deck|document|file|slides?|notes|subject|material)s?"
_WISHES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:summari[sz]e|sum up|recap|outline)\b(?P<rest>.*)$",
        rf"^(?:give|write|make|show|create)\s+(?:me\s+)?(?:an?|the)\s+(?:\w+\s+)?{_NOUN}(?:\s+(?:of|on|for|about))?\b(?P<rest>.*)$",
        rf"^(?:an?\s+|the\s+)?(?:\w+\s+)?{_NOUN}\s+(?:of|on|for|about)\b(?P<rest>.*)$",
        r"^what (?:are|were) the (?:main|key|most important|central) (?:points|ideas|topics|things|takeaways)"
        r"(?:\s+(?:of|in|from|on))?\b(?P<rest>.*)$",
        rf"^what (?:is|was|are|were)(?P<rest>.*\b{_UNIT}\b.*)\babout$",
        rf"^what (?:does|did|do)(?P<rest>.*\b{_UNIT}\b.*)\b(?:cover|teach|deal with|talk about)$",
        r"^what (?:topics|subjects|things) (?:are|were) (?:covered|taught|discussed) (?:in|by)"
        rf"(?P<rest>.*\b{_UNIT}\b.*)$",
    )
)
_POLITE = re.compile(
    r"^(?:(?:please|hey|hi|ok(?:ay)?|now|then|so)\b[\s,]*|(?:can|could|would|will) you\s+)+", re.IGNORECASE
)
_LENGTH = re.compile(
    r"\b(?:in|with|using|as)\s+(?:about\s+|at most\s+|no more than\s+)?"
    r"(?:\d+|an?|one|two|three|four|five|six|ten|a few|some|short|brief|simple|bullet)[\s-]*"
    r"(?:short\s+|brief\s+|key\s+|bullet\s+)*(?:sentences?|words?|points?|bullets?|lines?|paragraphs?|terms|form|list)\b"
    r"|\b(?:briefly|shortly|for me|please|in short)\b",
    re.IGNORECASE,
)
_GENERIC_LIST = """
    lecture course chapter class week unit module session deck document file slide note subject material part whole
    entire full complete content everything pdf presentation paper text page section today last
"""
_GENERIC = frozenset(stem(word) for word in _GENERIC_LIST.split())
"""Words that name a kind of thing, not one of them."""


def wished(question: str) -> str | None:
    """Return what a question wants summarised ("" for everything), None where it asks for something else."""
    plain = _POLITE.sub("", " ".join(question.split()).strip(" ?.!"))
    for wish in _WISHES:
        found = wish.match(plain)
        if found:
            return _LENGTH.sub(" ", found["rest"]).strip(" ?.!,:")
    return None


def meant_chunks(
    rest: str, chunks: Sequence[Chunk], *, lectures: Sequence[Lecture], subjects: Mapping[str, str]
) -> list[Chunk] | None:
    """Return the chunks that the words of a wish mean, None where they mean no part of the notes as such.

    These are: everything ("my notes"), lectures by number ("lecture 3") or by words of their name, title or subject
    (`subjects` are the subjects' names by id), or what stands under headings that have the words.
    """
    words = _words(rest)
    if not words:
        return list(chunks)
    named = [lecture.id for lecture in lectures if words <= _names(lecture, subjects)]
    if named:
        return [chunk for chunk in chunks if chunk.lecture_id in named]
    under = [chunk for chunk in chunks if words <= _words(" ".join(chunk.headings[-2:]))]
    return under or None


def _names(lecture: Lecture, subjects: Mapping[str, str]) -> set[str]:
    """Return the words by which a lecture may be called."""
    texts = (re.sub(r"[_\-]+", " ", PurePath(lecture.name).stem), lecture.title, subjects.get(lecture.subject_id, ""))
    return {word for text in texts for word in _words(re.sub(r"(?<=[A-Za-z])(?=\d)", " ", text))}


def _words(text: str) -> set[str]:
    """Return the stems of the words that tell things apart; numbers without their leading zeros."""
    found = set()
    for token in tokens(text):
        word = token.word.lstrip("0") if token.word.isdigit() else stem(token.word)
        if word and token.word not in STOP_WORDS and word not in _GENERIC and (len(word) > 1 or word.isdigit()):
            found.add(fold(word))
    return found
