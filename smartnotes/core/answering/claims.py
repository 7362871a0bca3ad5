"""Claims: the sentences, list items, rows and listings of a text in Markdown that can be true or false."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from smartnotes.core.answering.modeltext import MARKER, NAME, unmarked
from smartnotes.core.language.sentences import TextSpan, line_spans, sentence_spans
from smartnotes.core.language.wording import STOP_WORDS, content_stems, stems, tokens

_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"\s*(?:#{1,6}\s+\S|\*\*[^*]{1,80}\*\*:?\s*$|__[^_]{1,80}__:?\s*$)")
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}$")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_ITEM = re.compile(
    r"(?:\s*>)*\s*(?:[-*+\u2022\u2023\u25aa\u25e6\u2013]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+|(?:\s*>)+\s*"
)
_MARKDOWN = re.compile(
    r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)|`+|~~|^\s*#{1,6}\s+|\\(?=[*_`#\[\]()])", re.MULTILINE
)
_LONGEST_HEADING = 9  # words
_LONGEST_BRIDGE = 30  # words

_ABOUT_THE_TEXT_LIST = """
    above accord according additional additionally also answer answered appear article asked available base
    based basic basically below brief briefly certainly clear clearly come conclude conclusion consider context
    contrast course describe described detail detailed discuss discussed document exactly example excerpt
    explain explained explanation fact final finally first follow following general given good great happy help
    helpful hence hope important include information indeed instance key know let lecture let's like list listed
    look main material mean mention mentioned moreover namely note noted notes number other overall page passage
    place please point provide provided question reason refer regard regarding related result sentence short
    shortly show similarly simple simply slide source specifically state stated step student sum summarise
    summarize summary sure table text therefore thing think topic understand understanding useful web website
    write written
"""
_ABOUT_THE_TEXT = frozenset(stems(_ABOUT_THE_TEXT_LIST.split()))
"""Words with which a text speaks about itself."""


class Claim(NamedTuple):
    """A unit of a text: characters ``[start, end)``; `words` are its words without Markdown.

    `markers` are those the model gave; `code` is a listing; `claims` is False for what cannot be true or false.
    """

    start: int
    end: int
    words: str
    markers: tuple[str, ...] = ()
    code: bool = False
    claims: bool = True


class Marked(NamedTuple):
    """A text without its markers, and the markers with the place in it where each stood."""

    text: str
    markers: tuple[tuple[int, str], ...]


def without_markers(text: str) -> Marked:
    """Take the markers out of a text; what is between them stays as it is."""
    pieces: list[str] = []
    markers: list[tuple[int, str]] = []
    done = length = 0
    for found in MARKER.finditer(text):
        piece = unmarked(text[done : found.start()])
        pieces.append(piece)
        length += len(piece)
        markers += [(length, name) for name in NAME.findall(found.group(1))]
        done = found.end()
    pieces.append(unmarked(text[done:]))
    joined = "".join(pieces)
    lead = len(joined) - len(joined.lstrip())
    return Marked(joined.strip(), tuple((max(0, place - lead), name) for place, name in markers))


def claims_of(marked: Marked, *, question: str = "") -> list[Claim]:
    """Return the units of the text in order. A marker belongs to the unit it stands in or after."""
    known = set(content_stems(question)) | _ABOUT_THE_TEXT
    units = list(_units(marked.text))
    found: list[Claim] = []
    for index, unit in enumerate(units):
        first = unit.start if index else 0
        after = units[index + 1].start if index + 1 < len(units) else len(marked.text) + 1
        names = tuple(name for place, name in marked.markers if first < place <= after or (not index and place == 0))
        claims = unit.claims and (unit.code or not _bridges(unit.words, known))
        found.append(unit._replace(markers=names, claims=claims))
    return found


def plain_words(text: str) -> str:
    """Return a line of Markdown as its words."""
    return _MARKDOWN.sub("", text)


def _units(text: str) -> Iterator[Claim]:
    lines = line_spans(text)
    fence = False
    code: list[TextSpan] = []
    for index, line in enumerate(lines):
        words = text[line.start : line.end]
        if _FENCE.match(words):
            if fence:
                yield from _listing(text, [*code, line])
            fence, code = not fence, [line]
        elif fence:
            code.append(line)
        elif _RULE.match(words) or _TABLE_RULE.match(words):
            continue
        elif words.startswith("|") or (words.count(" | ") >= 1 and words.endswith("|")):
            head = index + 1 < len(lines) and _TABLE_RULE.match(text[lines[index + 1].start : lines[index + 1].end])
            cells = "  ".join(cell.strip() for cell in words.strip("|").split("|") if cell.strip())
            yield Claim(line.start, line.end, plain_words(cells), claims=not head)
        elif _HEADING.match(words):
            plain = plain_words(words)
            yield Claim(line.start, line.end, plain, claims=len(plain.split()) > _LONGEST_HEADING)
        else:
            yield from _sentences(text, line)
    if fence:
        yield from _listing(text, code)


def _sentences(text: str, line: TextSpan) -> Iterator[Claim]:
    item = _ITEM.match(text, line.start, line.end)
    start = item.end() if item else line.start
    for span in sentence_spans(text, start=start, end=line.end):
        yield Claim(span.start, span.end, plain_words(text[span.start : span.end]))


def _listing(text: str, lines: list[TextSpan]) -> Iterator[Claim]:
    """Yield a listing with its fences, which are none of its words."""
    told = [text[line.start : line.end] for line in lines]
    words = "\n".join(words for words in told if not _FENCE.match(words))
    if words:
        yield Claim(lines[0].start, lines[-1].end, words, code=True)


def _bridges(words: str, known: set[str]) -> bool:
    """Return whether a sentence only leads on: it asks, or says nothing but what was asked and that here it is."""
    stripped = words.strip(" \t*_:")
    if not any(char.isalnum() for char in stripped) or stripped.endswith("?"):
        return True
    written = tokens(stripped)
    if len(written) > _LONGEST_BRIDGE or any(char.isdigit() for char in stripped):
        return False
    rest = [word for word in content_stems(stripped) if word not in known]
    if rest:
        return False
    about = any(stem_of in _ABOUT_THE_TEXT for stem_of in content_stems(stripped))
    return about or words.rstrip(" *_").endswith(":") or all(token.word in STOP_WORDS for token in written)
