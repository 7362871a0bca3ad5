"""Whether every word of a sentence that carries meaning is accounted for by its source.

A word may stand there in another form, as an abbreviation, or be one of those that put anything in other words.
A single other word makes a sentence say something else ("into light" for "into heat"), so none is let through.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from smartnotes.core.language.numerals import is_numeral, is_unit, numbers
from smartnotes.core.language.wording import STOP_WORDS, fold, stem, stems, tokens

_LIGHT_LIST = """
    allow amount appear approximately around basically become begin call called case certain come commonly
    concept consist contain contained containing contains define defined definition denote describe described do
    employ enable equal equals especially essentially example exist exists first form found function general
    generally give given go held hold holds idea include included includes including instance involve keep keeps
    kept kind known lie look made main mainly make mean meaning means meant method mostly name named namely
    nearly normally note number occur occurs order paid particular particularly perform piece place possess
    present primarily process produce provide provides really refer refers represent represents respectively
    role roughly second see serve several show shows simply size something sort specific specifically specify
    stand state stated statement states step store stored stores take taken takes tall term thing time type
    typically usual usually utilise utilize value various way wide word work works
"""
_IRREGULAR_LIST = """
    became:become began:begin begun:begin bent:bend bound:bind bred:breed broke:break broken:break brought:bring
    built:build bought:buy caught:catch chose:choose chosen:choose came:come dealt:deal drew:draw drawn:draw
    drove:drive driven:drive ate:eat eaten:eat fell:fall fallen:fall fed:feed felt:feel fought:fight found:find
    flew:fly flown:fly froze:freeze frozen:freeze got:get gave:give given:give grew:grow grown:grow heard:hear
    held:hold hid:hide hidden:hide kept:keep knew:know known:know laid:lay led:lead left:leave lent:lend
    lost:lose made:make meant:mean met:meet paid:pay ran:run rose:rise risen:rise said:say saw:see seen:see
    sought:seek sold:sell sent:send shone:shine shot:shoot shown:show shrank:shrink shrunk:shrink sank:sink
    sunk:sink slept:sleep spoke:speak spoken:speak sped:speed spent:spend spun:spin stood:stand stuck:stick
    stole:steal stolen:steal struck:strike swam:swim swept:sweep swung:swing took:take taken:take taught:teach
    tore:tear torn:tear told:tell thought:think threw:throw thrown:throw understood:understand woke:wake won:win
    wound:wind wrote:write written:write
"""
_IRREGULAR = dict(pair.split(":") for pair in _IRREGULAR_LIST.split())
_LIGHT = frozenset(stems(_LIGHT_LIST.split()))
_STRICT = frozenset({"always", "only", "never", "every", "all", "none", "must"})
"""Words that widen or narrow a statement: they look like nothing and change everything."""
_CAUSAL = re.compile(
    r"\b(?:because|due to|therefore|thus|hence|consequently|as a result|leads? to|results? in|why)\b", re.I
)
_HAS_CAUSE = re.compile(
    r"\b(?:because|since|so|due|therefore|thus|hence|consequently|result\w*|leads?|causes?|caused|as|by|if|when|reason|"
    r"for|mak\w+|needs?|why)\b|\u2192|\u21d2|=>|->",
    re.I,
)
_SHORTEST = 4


def words_agree(claim: str, source: str, *, context: str = "") -> bool:
    """Return whether the source, or the headings above it (`context`), accounts for every content word of the claim."""
    there = _known(source) | _known(context)
    initials = _initials(source) | _initials(context)
    counted = {number.end for number in numbers(claim)}
    for token in tokens(claim):
        word = token.word
        if is_unit(word) and any(0 <= token.start - end <= 2 for end in counted):
            continue
        if word in _STRICT and word not in there:
            return False
        if word in STOP_WORDS or is_numeral(word) or (len(word) == 1 and not word.isdigit()):
            continue
        if not _accounted(word, there, initials):
            return False
    return not (_CAUSAL.search(claim) and not _HAS_CAUSE.search(source))


@lru_cache(maxsize=4_096)
def _known(text: str) -> frozenset[str]:
    words = [token.word for token in tokens(text)]
    joined = {first + second for first, second in pairwise(words)}
    return frozenset({*words, *(stem(word) for word in words), *(_stem(word) for word in words), *joined})


def _stem(word: str) -> str:
    return stem(_IRREGULAR.get(word, word))


@lru_cache(maxsize=1_024)
def _initials(text: str) -> frozenset[str]:
    """Return the initials of two to six consecutive words, with and without the small words between."""
    found: set[str] = set()
    for words in ([token.word for token in tokens(text)], [t.word for t in tokens(text) if t.word not in STOP_WORDS]):
        letters = "".join(word[0] for word in words)
        found |= {letters[start : start + size] for size in range(2, 7) for start in range(len(letters) - size + 1)}
    return frozenset(found)


def _accounted(word: str, there: frozenset[str], initials: frozenset[str]) -> bool:
    base = _stem(word)
    if word in there or base in there or base in _LIGHT or word in initials or base in initials:
        return True
    if any(_related(base, other) for other in there):
        return True
    # "mRNA" where "messenger RNA" is spoken of, "write-back" in one word or two
    return len(word) > 2 and (word[1:] in there or fold(word).replace("-", "") in there)


def _related(first: str, second: str) -> bool:
    """Return whether two stems are of one family ("retransmit", "retransmiss"): all but the last letters agree."""
    shorter, longer = sorted((len(first), len(second)))
    same = next((index for index in range(shorter) if first[index] != second[index]), shorter)
    if same == shorter:
        return shorter >= _SHORTEST and longer - shorter <= 3
    return same >= _SHORTEST + 1 and same >= 0.75 * shorter and longer - same <= 4
