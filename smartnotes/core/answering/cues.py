"""Cues: what form the answer to a question takes, and whether a line of the notes has it."""

from __future__ import annotations

import re
from enum import StrEnum

_NUMBER_WORD = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|fifty|hundred|thousand|million|"
    r"billion|half|third|quarter|dozen|once|twice|double"
)
_HAS_NUMBER = re.compile(rf"\d|\b(?:{_NUMBER_WORD})\b", re.IGNORECASE)
_HAS_DATE = re.compile(
    r"\b(?:\d{1,2}[-/.]\d{1,2}|\d{4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|today|week|century|night|morning|noon|\d+\s*(?:am|pm)\b)",
    re.IGNORECASE,
)
_HAS_REASON = re.compile(
    r"\b(?:because|since|due to|so that|in order to|therefore|thus|hence|reason|as a result|leads? to|causes?)\b",
    re.IGNORECASE,
)
_HAS_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+|[A-Z]{2,}")
_DEFINES = (
    r"(?:s|es)?\b[^.;:]{0,40}?(?:\s(?:is|are|means|refers to|describes|denotes|stands for|is called|are called)\b|"
    r"\s*[:=\u2192\u21d2]|\s[-\u2013\u2014]\s|\s\()"
)


class AnswerForm(StrEnum):
    """The form an answer takes."""

    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    REASON = "reason"
    DEFINITION = "definition"
    LIST = "list"
    STEPS = "steps"
    OTHER = "other"


_FORMS = (
    (
        AnswerForm.NUMBER,
        r"\bhow (?:many|much|long|often|far|old|large|big|small|fast|high|deep|wide|heavy|hot|cold|late|early)\b|"
        r"\b(?:what|which) (?:is the )?(?:\w+ ){0,2}(?:number|percentage|percent|fraction|proportion|rate|size|length|"
        r"minimum|maximum|value|amount|temperature|price|cost|threshold|range|population|distance|speed|mass)\b",
    ),
    (AnswerForm.DATE, r"^when\b|\b(?:what|which) (?:day|date|year|month|time|week|century)\b|\bby when\b"),
    (AnswerForm.PERSON, r"\bwho\b|\bwhose\b|\bwhom\b"),
    (AnswerForm.REASON, r"\bwhy\b|\bwhat (?:is the )?(?:cause|reason)|\bhow come\b|\bwhat causes\b"),
    (
        AnswerForm.LIST,
        r"^(?:name|list|enumerate)\b|\b(?:what|which) (?:are|were) (?:the|some|all)?\b|"
        r"\b(?:name|list) (?:the|all|some|two|three|four|five)\b|"
        r"\bwhat (?:kinds|types|steps|stages|reasons|parts) of\b|"
        r"\bwhich \w+s (?:are|can|may|do|does|have|were)\b",
    ),
    (
        AnswerForm.STEPS,
        r"^how (?:do|does|can|could|should|to|would|must|is|are)\b|\bhow (?:do|can|should) (?:i|we|you)\b",
    ),
    (
        AnswerForm.DEFINITION,
        r"^(?:what (?:is|are|was|were)|define|what does .+ (?:mean|stand for)|what do .+ mean|explain|describe)\b|"
        r"\bwhat (?:is|are) (?:an?|the)?\b|\bwhat is .+ called\b|\bshort for\b",
    ),
)
_FORMS_COMPILED = tuple((form, re.compile(pattern, re.IGNORECASE)) for form, pattern in _FORMS)
_TOPIC = re.compile(
    r"^(?:what (?:is|are|was|were)|define|explain|describe|what does|what do|what)\s+(?:an?|the)?\s*"
    r"(?P<topic>[\w\s\-'()+#./]+?)(?:\s+(?:mean|means|stand for|called|used for|in \w+))?\s*\?*$",
    re.IGNORECASE,
)

_SIDE = r"(?:an?\s+|the\s+)?(?P<{}>[^,;?]+?)"
_COMPARISONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:differences?|distinction|distinguish|differentiate|compare|comparison)\s+(?:between\s+|of\s+)?{_SIDE.format('one')}"
        rf"\s+(?:and|from|with|to|versus|vs\.?)\s+{_SIDE.format('other')}\s*[?.]*$",
        rf"\bhow\s+(?:is|are|do|does)\s+{_SIDE.format('one')}\s+(?:differ|different|distinct)\s+(?:from|to|than)\s+"
        rf"{_SIDE.format('other')}\s*[?.]*$",
        rf"^{_SIDE.format('one')}\s+(?:versus|vs\.?)\s+{_SIDE.format('other')}\s*[?.]*$",
    )
)


def compared(question: str) -> tuple[str, str] | None:
    """Return the two things that a question compares ("the difference between A and B"), None for other questions."""
    found = next((match for pattern in _COMPARISONS if (match := pattern.search(question.strip()))), None)
    return (found["one"].strip(), found["other"].strip()) if found else None


def answer_form(question: str) -> AnswerForm:
    """Return the form the answer to this question takes."""
    asked = question.strip()
    return next((form for form, pattern in _FORMS_COMPILED if pattern.search(asked)), AnswerForm.OTHER)


def topic(question: str) -> str:
    """Return what a "What is ...?" question is about, "" for other questions."""
    found = _TOPIC.match(question.strip())
    return found["topic"].strip() if found else ""


def has_form(form: AnswerForm, line: str, *, about: str = "") -> bool:
    """Return whether a line could be an answer of the form; `about` is the topic of a definition."""
    match form:
        case AnswerForm.NUMBER:
            return _HAS_NUMBER.search(line) is not None
        case AnswerForm.DATE:
            return _HAS_DATE.search(line) is not None
        case AnswerForm.PERSON:
            return _HAS_NAME.search(line) is not None
        case AnswerForm.REASON:
            return _HAS_REASON.search(line) is not None
        case AnswerForm.DEFINITION | AnswerForm.LIST:
            stemmed = re.escape(about.rstrip("s"))
            return bool(about) and re.search(rf"\b{stemmed}{_DEFINES}", line, re.IGNORECASE) is not None
        case _:
            return False
