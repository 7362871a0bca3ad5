"""Definitions in a line of text: "A term is a ...", "term: ...", "term → ..."."""

from __future__ import annotations

import re
from typing import NamedTuple

from smartnotes.core.language.phrases import (
    balanced,
    has_address,
    has_verb,
    is_administrative,
    is_label,
    is_mathematical,
    is_term,
    words_of,
)

LONGEST_WORDS = 40
"""A definition with more words is a paragraph."""

# U+F0E0 is the arrow that PowerPoint types for "-->", in a font of its own
_ARROW = r"(?:⇒|→|=>|->|⟶|➔|\uf0e0)"
_SEPARATOR = re.compile(rf"\s*:\s+|\s*{_ARROW}\s+|\s*[\u2013—]\s+|\s+-\s+")
_REMARK = re.compile(
    r"^(?!An?\s|The\s)[A-Z][\w\u2019'-]*(?:\s[\w-]+){0,3}\s(?:is|are|has|have|can|must|should|will|may|was|were|does|do)\s"
)
_DEFINED = re.compile(
    r"^(?:(?P<article>An?|The)\s+)?(?P<term>\S+(?:\s+\S+){0,4}?)\s+"
    r"(?P<verb>is|are|was|refers? to|means|is defined as|are defined as|is called|is known as|denotes?)\s+(?P<text>.+)$"
)
_INDEFINITE = re.compile(
    r"^(?:an?|any|one|the (?:process|act|study|ability|number|amount|rate|ratio|sum|set|part|difference|order|branch|"
    r"smallest|largest|property|use|measure|time|force|point|name|value|science|practice|theory|degree|region|area|"
    r"unit|total|average|probability|fraction|product|result|collection|art|field|way|method|idea|principle|state|"
    r"place|[a-z]+ (?:of|that|which|in which|by which|at which|where|used)))\s",
)
_PLURAL_KIND = re.compile(
    r"^(?!\w+(?:ed|ly|ing)\b|(?:often|also|very|not|always|never|more|most|only|used)\b)[\w\s-]{3,40}?\b"
    r"(?:that|which|who|whose|inside)\b"
)
_OPINION = re.compile(
    r"^(?:an?|the|one)\s+(?:\w+ly\s+)?(?:(?:good|bad|great|better|best|worst|problem|bit|lot|few|must|key|only|same|"
    r"matter|case|standard way|(?:common|useful|easy|hard|similar|subtle|big|nice|simple|important|popular)"
    r"(?!.*\b(?:that|which|who|whose|where)\b))\b)"
)
_VERB_FIRST = re.compile(r"^[a-z]+s\s(?:from|to|in|on|at|with|for|by|the|a|an)\b", re.IGNORECASE)


class Definition(NamedTuple):
    """`term` is `text`; `verb` joins them in a sentence, "" where a mark does.

    `start` is where `text` stands in the line.
    `remark` says that the text is a sentence of its own on the term, not what the term means.
    """

    term: str
    text: str
    start: int
    verb: str = ""
    article: str = ""
    remark: bool = False


def after_label(line: str) -> int:
    """Return where the sentence after "Note:", "Exception -" and the like starts, 0 where there is no such label."""
    found = _SEPARATOR.search(line)
    return found.end() if found and is_label(line[: found.start()]) else 0


def without_brackets(term: str) -> str:
    """Return the term without what stands in brackets."""
    return re.sub(r"\s*\([^)]*\)", "", term)


def separated(line: str) -> Definition | None:
    """Return the definition in "term: text", "term → text", "term - text", None where there is none."""
    found = _SEPARATOR.search(line)
    if not found or found.start() == 0:
        return None
    term = re.sub(r"^(?:an?|the)\s+", "", line[: found.start()].strip(), flags=re.IGNORECASE)
    text = line[found.end() :].strip()
    if not _names(term) or not balanced(text) or has_address(text) or is_administrative(line) or "\t" in line:
        return None
    if re.match(r"(?i)(it|they|this|these|which)\b", text) or text.endswith((":", "?", "…", ",")):
        return None
    if term.isupper() and re.search(_ARROW, text):  # an acronym, its words, and then a remark
        text = re.split(rf"\s+{_ARROW}", text)[0]
    if re.search(_ARROW, text) or text.count(": ") > 1:
        return None
    words = text.split()
    if is_measure(text) or (2 <= len(words) <= LONGEST_WORDS and not is_mathematical(text)):
        return Definition(term, text, found.end(), remark=bool(_REMARK.match(text)))
    return None


def is_measure(text: str) -> bool:
    """Return whether the text is a value with its unit and little else ("~300-500 bp")."""
    return bool(re.search(r"\d", text)) and len(text.split()) <= 6 and not re.search(r"[=<>{}\[\]\"]", text)


def _names(term: str) -> bool:
    if not is_term(without_brackets(term), marked=True):
        return False
    return len(term.split()) == 1 or not (is_label(term) or has_verb(term) or _VERB_FIRST.match(term))


def under_heading(line: str, heading: str) -> Definition | None:
    """Return the definition in a heading and the noun phrase below it ("Osmosis" / "The process by which ...")."""
    text = line.strip().rstrip(".")
    if not is_term(without_brackets(heading)) or not _INDEFINITE.match(text[:1].lower() + text[1:]):
        return None
    words = text.split()
    clause = re.split(r"\b(?:that|which|who|where|in which|by which)\b", text)[0]
    whole = 4 <= len(words) <= LONGEST_WORDS and not text.endswith((":", "?", "…")) and not is_mathematical(text)
    if not whole or has_verb(clause) or has_address(text) or "\t" in line or not balanced(text):
        return None
    return Definition(heading, text, 0)


def defined(sentence: str, *, heading: str = "") -> Definition | None:
    """Return the definition in "A term is a ...", None where the sentence says something else of its subject.

    "The" with a single word defines only what the heading names: elsewhere it points back.
    """
    found = _DEFINED.match(sentence)
    if not found:
        return None
    term, verb, text = found["term"], found["verb"], found["text"].rstrip(" .!")
    article = (found["article"] or "").lower()
    words = text.split()
    if not is_term(without_brackets(term)) or not 3 <= len(words) <= LONGEST_WORDS or _OPINION.match(text):
        return None
    if verb in ("is", "was") and not _INDEFINITE.match(text):
        return None
    if verb == "are" and not _PLURAL_KIND.match(text):
        return None
    if article == "the" and not set(words_of(term)) <= set(words_of(heading)) and len(term.split()) < 2:
        return None
    return Definition(term, text, found.start("text"), verb, article)
