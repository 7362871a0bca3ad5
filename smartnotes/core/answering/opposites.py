"""Opposites: whether a sentence has turned "rises" into "falls"."""

from __future__ import annotations

from functools import lru_cache

from smartnotes.core.answering.agreement import clauses, negated, stems_in_order
from smartnotes.core.language.wording import stem, tokens

_OPPOSITES_LIST = """
    increase:decrease,reduce,lower,shrink,fall,drop|rise:fall,drop,sink|raise:lower,reduce|grow:shrink|
    more:less,fewer|most:least|high:low|large:small|big:small|long:short|fast:slow|before:after|early:late|
    always:never,sometimes|maximum:minimum|maximal:minimal|maximise:minimise|maximize:minimize|max:min|
    above:below|up:down|upper:lower|left:right|positive:negative|inside:outside|internal:external|best:worst|
    better:worse|stable:unstable|with:without|ascending:descending|true:false|open:closed|start:end|begin:end|
    push:pop|enqueue:dequeue|insert:delete,remove|add:remove,subtract|add:delete|same:different|equal:unequal|
    strong:weak|hot:cold|warm:cold|easy:hard,difficult|simple:complex|possible:impossible|necessary:unnecessary|
    sufficient:insufficient|even:odd|all:none,some|every:no|first:last|front:back,rear|head:tail|top:bottom|
    input:output|read:write|private:public|static:dynamic|mutable:immutable|reversible:irreversible|
    linear:nonlinear|finite:infinite|known:unknown|expensive:cheap|constant:variable|local:global|
    direct:indirect|active:passive|symmetric:asymmetric|dependent:independent|buy:sell|gain:lose|win:lose|
    accept:reject|allow:forbid,prevent|prevent:cause|exclude:include|absorb:emit,release|attract:repel|
    contract:expand|compress:expand|oxidise:reduce|oxidize:reduce|exothermic:endothermic|north:south|east:west|
    winter:summer|male:female|ancestor:descendant|anode:cathode|acidic:alkaline,basic|synchronous:asynchronous|
    serial:parallel|must:may|minor:major|horizontal:vertical|numerator:denominator
"""
_IRREGULAR = {
    "fell": "fall", "fallen": "fall", "rose": "rise", "risen": "rise", "grew": "grow", "grown": "grow", "lost": "lose",
    "won": "win", "shrank": "shrink", "sank": "sink", "began": "begin", "hidden": "hide", "less": "less",
    "sold": "sell",
    "bought": "buy", "worse": "worse", "most": "most", "lowered": "lower", "lowers": "lower",
}  # fmt: skip


def _opposites() -> dict[str, frozenset[str]]:
    pairs: dict[str, set[str]] = {}
    for group in "".join(_OPPOSITES_LIST.split()).split("|"):
        one, _, others = group.partition(":")
        for other in others.split(","):
            pairs.setdefault(stem(one), set()).add(stem(other))
            pairs.setdefault(stem(other), set()).add(stem(one))
    return {key: frozenset(value - {key}) for key, value in pairs.items()}


_OPPOSITES = _opposites()


@lru_cache(maxsize=8_192)
def _bases(text: str) -> frozenset[str]:
    """Return the stems of all words, without the endings of comparison where a word with an opposite is left."""
    found = set()
    for token in tokens(text):
        base = stem(_IRREGULAR.get(token.word, token.word))
        for ending in ("er", "est", "r", "st"):
            plain = stem(token.word.removesuffix(ending))
            doubled = plain[:-1] if len(plain) > 2 and plain[-1:] == plain[-2:-1] else plain
            if (
                token.word.endswith(ending)
                and base not in _OPPOSITES
                and (plain in _OPPOSITES or doubled in _OPPOSITES)
            ):
                base = plain if plain in _OPPOSITES else doubled
        found.add(base)
    return frozenset(found)


def opposites_agree(claim: str, source: str) -> bool:
    """Return whether no clause of the claim has the opposite of a word in the clause of the source that it is like."""
    said = clauses(source)
    for clause in clauses(claim):
        mine = set(stems_in_order(clause))
        best = max(said, key=lambda part: (len(mine & set(stems_in_order(part))), -len(part)), default="")
        here, there = _bases(clause), _bases(best)
        turned = any(_OPPOSITES.get(word, frozenset()) & (there - here) for word in here - there)
        # "not less" for "more": a negation on one side turns it back
        if turned and negated(clause) == negated(best):
            return False
    return True
