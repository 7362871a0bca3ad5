"""Excerpts: the lines and sentences of the evidence, scored against a question, and the few that answer it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smartnotes.core.answering.cues import AnswerForm, answer_form, compared, has_form, topic
from smartnotes.core.answering.neighbours import continues
from smartnotes.core.answering.relevance import OPTION
from smartnotes.core.language.sentences import TextSpan, line_spans, sentence_spans
from smartnotes.core.language.wording import content_stems, fold
from smartnotes.core.model import ChunkKind
from smartnotes.core.ports import TokenEncoder, Vectors
from smartnotes.core.study import Hit

_PAGES = 5  # of the best, whose lines are looked at; a page may have a chunk for its words and one for its table
_BULLET = re.compile(r"^(?:[^\w\s(\[{'\"~<>=#$+/*@&|\\.\-]+|[-*\u2013o](?=\s))\s*|^\(?(?:\d{1,2}|[a-zA-Z])[.)]\s+")
_CODE = re.compile(r"[=(){}\[\];<>#]")
_ABOUT_CODE = re.compile(r"\b(?:code|syntax|writ\w*|example|print\w*|function|method|command|call\w*)\b", re.IGNORECASE)
_QUIZ = re.compile(
    r"\b(?:quiz|self.?test|test yourself|check your (?:understanding|knowledge)|"
    r"(?:review|practice) (?:questions|problems))\b",
    re.IGNORECASE,
)

# What a line wins or loses besides its mean MaxSim (which differs by .02-.1 between good and bad lines).
# Found by coordinate search on one set of questions and checked on another (bench/answers.py); half or twice each value
# gives nearly the same.
_FORM = 0.02
_DEFINITION = 0.05
_QUIZ_PAGE = -0.20
_CODE_LINE = -0.03
_HEADING = -0.06
_FRAGMENT = -0.05
_WORDS = 0.06
_LENGTH = -0.03  # a line e times as long as 80 characters
_AFTER = 0.03  # the line under a heading or question that has the question's words
_PAGE = 0.20  # a page that is less relevant by 1
_RANK = -0.02  # each place further down the list of pages
_NEXT_TO = 0.03
_ROW = 0.06  # a row of a table whose label the question names
_UNSAID = 0.1  # a line with all of the question's words, where those told before have none
_SPREAD = 0.06  # how far below the best line another one may be and still be told


class Excerpt(NamedTuple):
    """A line or sentence: characters ``[start, end)`` of the text of hit number `hit`; `item` where it is in a list.

    `best` are the best dot products of the question's tokens with its own. `cut` says that its end is missing.
    """

    hit: int
    start: int
    end: int
    item: bool
    score: float
    best: NDArray[np.float32]
    cut: bool = False


def excerpts(question: str, hits: Sequence[Hit], *, encoder: TokenEncoder) -> list[Excerpt]:
    """Return the lines of the best pages with their scores, in order of page and place."""
    ranks = page_ranks(hits)
    for number, hit in enumerate(hits):
        if continues(hits[0].chunk, hit.chunk):
            ranks[number] = min(ranks[number], 1)
    looked = [number for number, rank in enumerate(ranks) if rank < _PAGES]
    if not looked:
        return []
    asked = encoder.encode_query(question)
    texts = [hits[number].chunk.indexed_text for number in looked]
    found: list[Excerpt] = []
    for number, text, passage in zip(looked, texts, encoder.encode_passages(texts), strict=True):
        offset = len(text) - len(hits[number].chunk.text)
        places = np.array(encoder.token_spans(text), dtype=np.int64).reshape(-1, 2) - offset
        products = asked @ passage.astype(np.float32).T / np.float32(127)
        found += _scored(question, hits, number, rank=ranks[number], places=places, products=products)
    return found


def page_ranks(hits: Sequence[Hit]) -> list[int]:
    """Return for each hit how many places are ahead of it; a table and the other words of its page are one place."""
    ranks: list[int] = []
    for number, hit in enumerate(hits):
        beside = (
            ranks[other]
            for other, before in enumerate(hits[:number])
            if (before.chunk.lecture_id, before.chunk.page) == (hit.chunk.lecture_id, hit.chunk.page)
            and ChunkKind.TABLE in (before.chunk.kind, hit.chunk.kind)
        )
        ranks.append(next(beside, max(ranks, default=-1) + 1))
    return ranks


def _scored(
    question: str, hits: Sequence[Hit], number: int, *, rank: int, places: NDArray[np.int64], products: Vectors
) -> list[Excerpt]:
    text = hits[number].chunk.text
    wanted = set(content_stems(question))
    form, about = answer_form(question), fold(topic(question))
    page = _PAGE * (hits[number].score - hits[0].score) + _RANK * rank
    if _QUIZ.search(" ".join(hits[number].chunk.headings)):
        page += _QUIZ_PAGE
    code = _CODE_LINE * (form is not AnswerForm.STEPS and _ABOUT_CODE.search(question) is None)
    found: list[Excerpt] = []
    leads = False
    header = "\t" in text
    for span, item in units(text):
        inside = (places[:, 0] >= span.start) & (places[:, 1] <= span.end) & (places[:, 1] > places[:, 0])
        if not inside.any():
            continue
        best = products[:, inside].max(axis=1)
        line = text[span.start : span.end]
        share = _share(wanted, line)
        heading = line in hits[number].chunk.headings
        score = float(best.mean()) + page + _WORDS * share + _line_bonus(line, form, about, heading=heading)
        if "\t" in line:
            score += _ROW * (not header and _is_asked_row(line, wanted))
            header = False
        score += _AFTER * leads + code * (len(_CODE.findall(line)) >= 3)
        if not line.endswith("?"):
            found.append(Excerpt(number, span.start, span.end, item, score, best))
        leads = share >= 0.5 and (heading or line.endswith(("?", ":")))
    return found


def units(text: str) -> list[tuple[TextSpan, bool]]:
    """Return the sentences of the text without bullets in front, and whether each stands in a list.

    The choices of a multiple choice question are left out: all but one of them are false.
    """
    found: list[tuple[TextSpan, bool]] = []
    asked = False
    for line in line_spans(text):
        words = text[line.start : line.end]
        if asked and OPTION.match(words):
            continue
        asked = asked or words.endswith("?")
        bullet = _BULLET.match(words)
        start = line.start + (bullet.end() if bullet else 0)
        found += [(span, bullet is not None) for span in sentence_spans(text, start=start, end=line.end)]
    return found


def _share(wanted: set[str], line: str) -> float:
    return len(wanted & set(content_stems(line))) / len(wanted) if wanted else 0.0


def _is_asked_row(line: str, wanted: set[str]) -> bool:
    """Return whether a row of a table, cells parted by tabs, begins with words or numbers of the question."""
    label = set(content_stems(line.split("\t", maxsplit=1)[0]))
    return bool(label) and label <= wanted


def _line_bonus(line: str, form: AnswerForm, about: str, *, heading: bool) -> float:
    bonus = 0.0
    if has_form(form, line, about=about):
        bonus += _DEFINITION if form is AnswerForm.DEFINITION else _FORM
    if heading:
        bonus += _HEADING
    bonus += _LENGTH * math.log(max(20, len(line)) / 80)
    if len(content_stems(line)) < 2 and form not in (AnswerForm.NUMBER, AnswerForm.DATE):
        bonus += _FRAGMENT
    return bonus


def choose(found: Sequence[Excerpt], hits: Sequence[Hit], *, max_characters: int, question: str = "") -> list[Excerpt]:
    """Return the lines to tell, in order of page and place: the best one and those nearly as good that fit.

    A line that leads in a list ("There are three types:") brings the list along. A sentence longer than
    `max_characters` is cut off between two words. Where the question compares two things, a line on each is told.
    """
    if not found:
        return []
    sides = _both_sides(question, found, hits)
    if sides:
        room = (max_characters - 1) // 2
        told = [_cut(excerpt, hits[excerpt.hit].chunk.text, room) for excerpt in sides]
        return sorted(told, key=lambda excerpt: (excerpt.hit, excerpt.start))
    fitting = [_cut(excerpt, hits[excerpt.hit].chunk.text, max_characters) for excerpt in found]
    best = max(fitting, key=lambda excerpt: excerpt.score)
    chosen = [best]
    room = max_characters - (best.end - best.start)
    follow = _led_in(fitting, best, hits)
    rest = [excerpt for excerpt in fitting if excerpt is not best and excerpt not in follow]
    wanted = set(content_stems(question))

    def worth(excerpt: Excerpt) -> float:
        unsaid = wanted - _words_of(chosen, hits)
        new = len(unsaid & _words_of([excerpt], hits)) / len(wanted) if wanted else 0.0
        return excerpt.score + _NEXT_TO * _beside(excerpt, chosen, fitting) + _UNSAID * new

    while follow or rest:
        if follow:
            candidate = follow.pop(0)
        else:
            candidate = max(rest, key=worth)
            rest.remove(candidate)
            if worth(candidate) < best.score - _SPREAD:
                break
        length = candidate.end - candidate.start + 1
        if length <= room and not _repeats(candidate, chosen, hits):
            chosen.append(candidate)
            room -= length
    return sorted(chosen, key=lambda excerpt: (excerpt.hit, excerpt.start))


def _words_of(lines: Sequence[Excerpt], hits: Sequence[Hit]) -> set[str]:
    return {word for line in lines for word in content_stems(hits[line.hit].chunk.text[line.start : line.end])}


def _both_sides(question: str, found: Sequence[Excerpt], hits: Sequence[Hit]) -> list[Excerpt]:
    """Return the best line on each of the two things a question compares; none where one line names them both."""
    sides = compared(question)
    if sides is None:
        return []
    one, other = (set(content_stems(side)) for side in sides)
    wanted = (one - other, other - one)
    if not all(wanted):
        return []
    words = [set(content_stems(hits[line.hit].chunk.text[line.start : line.end])) for line in found]
    best = max(range(len(found)), key=lambda index: found[index].score)
    if all(side <= words[best] for side in wanted):
        return []
    chosen: list[Excerpt] = []
    for mine, theirs in (wanted, wanted[::-1]):
        lines = [line for line, said in zip(found, words, strict=True) if mine <= said and not theirs <= said]
        if not lines:
            return []
        chosen.append(max(lines, key=lambda line: line.score))
    return chosen


def _cut(excerpt: Excerpt, text: str, max_characters: int) -> Excerpt:
    if excerpt.end - excerpt.start <= max_characters:
        return excerpt
    limit = excerpt.start + max_characters - 2  # room for an ellipsis
    blank = text.rfind(" ", excerpt.start, limit)
    return excerpt._replace(end=blank if blank > excerpt.start else limit, cut=True)


def _led_in(found: Sequence[Excerpt], lead: Excerpt, hits: Sequence[Hit]) -> list[Excerpt]:
    """Return the list items that follow a line ending in a colon or dash, also on the slide that goes on with it."""
    text = hits[lead.hit].chunk.text
    if not text[lead.start : lead.end].endswith((":", "\u2013", "\u2014", "-")):
        return []
    after = [excerpt for excerpt in found if excerpt.hit == lead.hit and excerpt.start >= lead.end]
    after += [one for one in found if continues(hits[lead.hit].chunk, hits[one.hit].chunk) and not _heads(one, hits)]
    items: list[Excerpt] = []
    for excerpt in after:
        line = hits[excerpt.hit].chunk.text[excerpt.start : excerpt.end]
        if items and (line.endswith((":", "?")) or (items[0].item and not excerpt.item)):
            break
        items.append(excerpt)
    return items


def _heads(line: Excerpt, hits: Sequence[Hit]) -> bool:
    chunk = hits[line.hit].chunk
    return chunk.text[line.start : line.end] in chunk.headings


def _beside(excerpt: Excerpt, chosen: Sequence[Excerpt], found: Sequence[Excerpt]) -> bool:
    """Return whether the line stands directly before or after the best one or one chosen from its page."""
    place = found.index(excerpt)
    neighbours = [found[index] for index in (place - 1, place + 1) if 0 <= index < len(found)]
    return excerpt.hit == chosen[0].hit and any(neighbour in chosen for neighbour in neighbours)


def _repeats(candidate: Excerpt, chosen: Sequence[Excerpt], hits: Sequence[Hit]) -> bool:
    mine = set(content_stems(hits[candidate.hit].chunk.text[candidate.start : candidate.end]))
    for other in chosen:
        theirs = set(content_stems(hits[other.hit].chunk.text[other.start : other.end]))
        if len(mine & theirs) >= 0.8 * max(1, len(mine)):
            return True
    return False
