"""Phrases judged by their outer form: what may be a term, whether a sentence stands on its own. English.

There is no tagger here: closed word classes (pronouns, determiners, auxiliaries) and a list of the verbs that teaching
material uses decide. A phrase that cannot be judged is turned down, for a missing question is better than a bad one.
"""

from __future__ import annotations

import re

from smartnotes.core.language.english import (
    ADJECTIVES,
    AFTER_VERB,
    ALSO_NOUNS,
    ARTICLES,
    AUXILIARY,
    CALLS,
    CONDITIONS,
    JUDGING,
    LABELS,
    LINKS,
    MAY_BEGIN,
    MAY_END,
    NOT_FIRST,
    REMARKS,
    REPORTING,
    VERBS,
)
from smartnotes.core.language.wording import STOP_WORDS, fold, tokens

_DEICTIC = re.compile(
    r"\b(this|these|those|that) (slide|page|figure|table|diagram|image|picture|lecture|chapter|section|course|class|"
    r"example|handbook)\b|\b(this|these|those)\b|\b(find|calculate|determine|consider|compute) (the|how|a|an)\b|"
    r"\bin question\b|\bat th(e|at) time\b|\b(otherwise|thus|hence) (is|are|the)\b|"
    r"\b(figures?|fig\.|table|slide|page|eq\.|eqs?\.|equation|example|chapter|section|exercise|appendix)\s*\(?\d|"
    r"\b(below|above|shown|see|previously|earlier|later on|on the (left|right)|next (slide|week|time)|last (week|time)|"
    r"we (have|'ve|just|will|'ll) |we've|so far|let's|let us|as (follows|mentioned)|the following|the (former|latter)|"
    r"for example|for instance|e\.g\.?|in these notes|here)(?=\W|$)",
    re.IGNORECASE,
)
_PLAIN_VERBS = "|".join(
    sorted(word for word in VERBS - ALSO_NOUNS | AUXILIARY if word.endswith("s") or word in AUXILIARY)
)
_ALL_VERBS = "|".join(sorted(word for word in VERBS if word.endswith("s") or word in AUXILIARY))
_POINTS_BACK = re.compile(
    rf"^The ([\w-]+)(?:,|\s(?:\w+ly\s)?(?:{_PLAIN_VERBS}|then|also)\s)|"
    r"^The (?:two|three|four|other|same|first|second|third|next|last|resulting)\s\w+"
    rf"(?:,|\s(?:\w+ly\s)?(?:{_ALL_VERBS}|then|also)\s)"
)
_THEN = re.compile(r"\bthen\b", re.IGNORECASE)
_URL = re.compile(r"https?://|www\.|\b[\w.-]+\.(com|org|edu|net|gov|io)\b|@\w+\.\w+|©|\(c\)|\bdoi\b", re.IGNORECASE)
_CITED = re.compile(r"\bet al\b|\(\d{4}\)\s*\d+|\b\d{4};|\bpp?\.\s*\d", re.IGNORECASE)
_OPEN_CLOSE = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"))
_MATH = re.compile(r"[=∑∫∂∇√∞≈≠≤≥±\u00d7÷∈∀∃⃗̂\u2032∝]|[\u0370-\u03ff]|[\ue000-\uf8ff]")


def words_of(text: str) -> list[str]:
    """Return the folded words."""
    return [token.word for token in tokens(text)]


def balanced(text: str) -> bool:
    """Return whether every bracket that opens closes."""
    return all(text.count(left) == text.count(right) for left, right in _OPEN_CLOSE) and text.count('"') % 2 == 0


def has_address(text: str) -> bool:
    """Return whether the text names a web page, a mail address, a copyright or a cited work."""
    return bool(_URL.search(text) or _CITED.search(text))


_RUNNING_A_COURSE = re.compile(
    r"\b(home ?works?|mid-?terms?|final exam|deadlines?|due (date|on|by)|extra credit|hand(ed)? in|office hours|"
    r"your grade|grading|attendance|meets (mon|tues|wednes|thurs|fri|satur|sun)days?)\b",
    re.IGNORECASE,
)


def is_administrative(text: str) -> bool:
    """Return whether the text is about how the course is run, not about what it teaches."""
    return bool(_RUNNING_A_COURSE.search(text))


def is_plural(term: str) -> bool:
    """Return whether the term's head ("operators" in "operators of comparison") looks like a plural."""
    head = re.split(r"\s+(?:of|in|for|with|to|on|from)\s+|\s*\(", term)[0].split()
    word = fold(head[-1]) if head else ""
    return (
        len(word) > 3
        and word.replace("-", "").isalpha()
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is", "ics"))
    )


def with_article(term: str) -> str:
    """Return the term with "a" or "an" by its first sound (letters of an acronym are spelled out)."""
    first = term.split(maxsplit=1)[0]
    letter = first[0]
    if first.isupper() and len(first) > 1:
        vowel = letter in "AEFHILMNORSX"
    else:
        low = fold(first)
        vowel = low[0] in "aeiou" and not low.startswith(("uni", "use", "usa", "usu", "eu", "one", "uti", "ubi"))
        vowel = vowel or low.startswith(("hour", "honest", "heir"))
    return f"{'an' if vowel else 'a'} {term}"


def is_label(text: str) -> bool:
    """Return whether the words only announce what follows ("Example", "Step 2", "Note")."""
    words = words_of(text)
    if not words or words[0] in CALLS or all(word in LABELS or word.isdigit() for word in words):
        return True
    return words[0] in ADJECTIVES or (words[-1] in REMARKS and words[0] in JUDGING)


def has_verb(text: str) -> bool:
    """Return whether one of the first words is a verb in a finite form, with its subject before it.

    A word that is a noun as well ("loop", "set") counts only where no article or preposition stands before it.
    """
    words = [*words_of(text)[:12], ""]
    relative = False  # the next verb belongs to "that ...", not to the subject
    for before, word, after in zip(words, words[1:], words[2:], strict=False):
        relative = relative or before in ("that", "which", "who", "whose")
        if after == "that" and word in REPORTING:
            return True
        if before == "to" or not (word in VERBS or _looks_finite(before, word, after)):
            continue
        if relative:
            relative = False
            continue
        if word not in ALSO_NOUNS or word in ("can", "will", "may"):
            return True
        if before not in ARTICLES and before.endswith("s") != word.endswith("s"):
            return True
    return False


_OBJECTS = AFTER_VERB | frozenset({"into", "to", "from", "with", "at"})


def _looks_finite(before: str, word: str, after: str) -> bool:
    """Return whether a word that is in no list stands and ends like a verb: "looks into the", "compared a"."""
    if after not in _OBJECTS or before in ARTICLES or len(word) < 4:
        return False
    third_person = word.endswith("s") and not word.endswith(("ss", "us", "is")) and not before.endswith("s")
    return third_person or (word.endswith("ed") and after in ("the", "a", "an", "its"))


def is_fragment(sentence: str) -> bool:
    """Return whether the sentence starts with its verb ("Takes the key and ..."): its subject is somewhere else."""
    words = words_of(sentence)[:5]
    words = words[1:] if words[:1] in (["only"], ["also"], ["no"], ["more"]) else words[:4]
    if not words or words[0] in ADJECTIVES or words[0] in AUXILIARY:
        return True
    if words[0].endswith("s") and words[1:] and (words[1] in AFTER_VERB or words[1].isdigit()):
        return True
    if words[0] not in VERBS:
        return False
    return not any(word in VERBS and (word not in ALSO_NOUNS or word.endswith("s")) for word in words[1:])


_PRIVATE = re.compile(r"[\ue000-\uf8ff\ufffd]")


def is_term(text: str, *, marked: bool = False) -> bool:
    """Return whether the text, without an article in front, may be a technical term.

    `marked` says that the page sets it apart (before a colon or an arrow, in bold), where a keyword such as "and" may
    stand alone as well.
    """
    text = text.strip()
    words, folded = text.split(), words_of(text)
    if (
        not 1 <= len(words) <= _LONGEST_TERM
        or not 2 <= len(text) <= 48
        or not balanced(text)
        or _NOT_IN_TERM.search(text)
    ):
        return False
    if not folded:
        return marked and len(words) == 1 and len(text) <= 4  # an operator
    if marked and len(words) == 1:
        return not is_label(text) and not folded[0].isdigit()
    starts = not (folded[0] in NOT_FIRST or folded[0].endswith("ly") or folded[0].isdigit() or is_label(text))
    inside = not any(word in STOP_WORDS and word not in LINKS for word in folded)
    ends = folded[-1] not in LINKS | STOP_WORDS
    verbal = any(word in VERBS - ALSO_NOUNS and not word.endswith("s") for word in folded[1:-1])
    return starts and inside and ends and (marked or not verbal) and len(max(folded, key=len)) > 1


_LONGEST_TERM = 5  # words
_NOT_IN_TERM = re.compile(r'[;?!:"\u201c\u201d\u2026\t]|,\s|\s[=<>+*/]\s')


def why_dependent(sentence: str, *, heading: str = "") -> str:
    """Return why a sentence cannot be understood without its surroundings, "" where it can.

    "The nut" points back, unless the heading is about "nut".
    """
    words = words_of(sentence)
    if not words or words[0] in (NOT_FIRST | CALLS) - MAY_BEGIN or _points_back(sentence, heading):
        return "leans on its surroundings"
    if _DEICTIC.search(sentence) or not {"they", "them", "it"}.isdisjoint(words[:6]):
        return "leans on its surroundings"
    if _THEN.search(sentence) and words[0] not in CONDITIONS | {"to"}:
        return "leans on its surroundings"
    if has_address(sentence) or is_administrative(sentence):
        return "an address, a reference or a rule of the course"
    if _PRIVATE.search(sentence) or "\t" in sentence:
        return "not legible"
    return "" if _is_whole(sentence, words) else "not a whole sentence"


def _points_back(sentence: str, heading: str) -> bool:
    found = _POINTS_BACK.match(sentence)
    return found is not None and fold(found[1] or "") not in words_of(heading)[-1:]


def _is_whole(sentence: str, words: list[str]) -> bool:
    text = sentence.rstrip()
    if words[0] in CONDITIONS and not re.search(r",|\bthen\b", text):
        return False
    if words[-1] in (STOP_WORDS | LINKS) - MAY_END or (words[-1] in VERBS - ALSO_NOUNS and text[-1] not in ".!"):
        return False
    open_end = text.endswith(("?", ":", "...", ",", "\u2013", "-", "="))
    return not open_end and "\u2026" not in text and balanced(text)


def is_mathematical(text: str) -> bool:
    """Return whether so much of the text is symbols that it would not survive being set as plain words."""
    letters = sum(char.isalpha() for char in text)
    return len(_MATH.findall(text)) > 1 or letters < 0.6 * len(text.replace(" ", "")) or bool(_PRIVATE.search(text))
