"""A quiz from lectures, by rules: facts become drafts, drafts are checked, and a varied choice of them is kept."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from smartnotes.core.ids import PIPELINE_VERSION, derive_id
from smartnotes.core.kinds import QuestionKind
from smartnotes.core.language.wording import content_stems, fold
from smartnotes.core.model import Lecture, Page, Provenance
from smartnotes.core.options import QuizOptions
from smartnotes.core.ports import Embedder
from smartnotes.core.study import Question, Quiz, Rejection
from smartnotes.core.teaching.distractors import Likeness, overlap
from smartnotes.core.teaching.facts import Fact, FactKind, find_facts
from smartnotes.core.teaching.questions import FALSE, GAP, TRUE, Draft, Surroundings, drafts
from smartnotes.core.teaching.terms import known_terms
from smartnotes.core.teaching.written import Written

ENGINE = "rules 1"

_SAME_ANSWER = 2
"""An answer is asked for this often at most."""
_LONGEST_PROMPT, _LONGEST_ANSWER = 400, 300  # characters

_EMBEDDED = 256
"""At most this many short texts are embedded to compare options."""

_BARE_SHARE = 0.1
"""The largest share of questions that show a sentence of the notes and ask whether it is true."""

_SHARE = {
    QuestionKind.MULTIPLE_CHOICE: 0.35,
    QuestionKind.SHORT_ANSWER: 0.25,
    QuestionKind.CLOZE: 0.2,
    QuestionKind.TRUE_FALSE: 0.2,
}
"""What part of a quiz each kind makes up where the material allows."""

_WRITTEN = 5.0
"""What a model's question is worth more: even several on one page come before one by rules elsewhere."""

_WORTH = {FactKind.DEFINITION: 1.0, FactKind.ROW: 0.8, FactKind.LIST: 0.8, FactKind.STATEMENT: 0.5}


def make_quiz(
    lectures: Sequence[tuple[Lecture, Sequence[Page]]],
    *,
    options: QuizOptions,
    quiz_id: str,
    title: str,
    now: datetime,
    embedder: Embedder | None = None,
    written: Written[Draft] | None = None,
) -> Quiz:
    """Return a quiz of at most `options.count` questions on the pages given; the same input gives the same quiz.

    No fact is asked twice, questions are spread over the pages, and kinds are mixed as evenly as the material allows.
    Drafts that fail a check are counted in `Quiz.rejected`. Where the pages hold too little there are fewer questions,
    and a notice says so. Questions that a model has `written` pass the same checks and come first; where they are too
    few, those by rules make up the number.
    """
    facts = [fact for lecture, pages in lectures for fact in find_facts(pages, lecture=lecture)]
    rng = random.Random(options.seed)  # noqa: S311 - a quiz is no secret
    around = Surroundings(facts, known_terms(facts), rng, _likeness(facts, embedder))
    rejected: Counter[str] = Counter()
    rejected.update(written.rejected if written else {})
    first = _passing(([draft] for draft in written.items), options.kinds, rejected) if written else []
    groups = _sound(facts, around, options.kinds, rejected)
    chosen = _choose([*first, *groups], options=options, rng=rng, rejected=rejected, first=len(first))
    questions = tuple(
        _question(draft, quiz_id=quiz_id, number=number, rng=rng) for number, draft in enumerate(chosen, 1)
    )
    notices = written.notices if written else ()
    if len(questions) < options.count:
        found = f"only {len(questions)}" if questions else "none"
        notices += (f"Of {options.count} questions the notes gave {found} that pass every check.",)
    if written is not None:
        notices += (_told_share(chosen, written),)
    engines = (ENGINE, *((embedder.name,) if embedder is not None else ()), *((written.model,) if written else ()))
    return Quiz(
        id=quiz_id,
        title=title,
        questions=questions,
        rejected=tuple(Rejection(reason=reason, count=count) for reason, count in rejected.most_common()),
        notices=notices,
        created_at=now,
        provenance=Provenance(pipeline=PIPELINE_VERSION, engines=engines, options=options.digest()),
    )


def _told_share(chosen: Sequence[Draft], written: Written[Draft]) -> str:
    by_model = sum(any(draft is item for item in written.items) for draft in chosen)
    return f"{written.model} wrote {by_model} of the {len(chosen)} questions, the others are made by rules."


def _likeness(facts: Sequence[Fact], embedder: Embedder | None) -> Likeness | None:
    if embedder is None:
        return None
    texts = [text for fact in facts if fact.kind is FactKind.DEFINITION for text in (fact.term, fact.text)]
    texts += [text for fact in facts if fact.kind is FactKind.ROW for text in (fact.term, fact.text)]
    texts = list(dict.fromkeys(texts))[:_EMBEDDED]
    if len(texts) < 4:
        return None
    rows = dict(zip(texts, embedder.embed_passages(texts), strict=True))

    def likeness(left: str, right: str) -> float:
        if left not in rows or right not in rows:
            return 0.0
        return float(np.clip(np.dot(rows[left], rows[right]), 0.0, 1.0))

    return likeness


def _sound(
    facts: Iterable[Fact], around: Surroundings, kinds: Sequence[QuestionKind], rejected: Counter[str]
) -> list[list[Draft]]:
    """Return the drafts of each fact that pass every check and are of the kinds wanted; no empty groups."""
    return _passing((drafts(fact, around) for fact in facts), kinds, rejected)


def _passing(
    groups_of: Iterable[Iterable[Draft]], kinds: Sequence[QuestionKind], rejected: Counter[str]
) -> list[list[Draft]]:
    groups = []
    for group in groups_of:
        good = []
        for draft in group:
            if draft.kind not in kinds:
                continue
            reason = why_unsound(draft)
            if reason:
                rejected[reason] += 1
            else:
                good.append(draft)
        if good:
            groups.append(good)
    return groups


def why_unsound(draft: Draft) -> str:
    """Return why a draft cannot be asked, "" where it can."""
    options = (draft.answer, *draft.wrong)
    if not draft.answer or len(draft.prompt) > _LONGEST_PROMPT or len(draft.answer) > _LONGEST_ANSWER:
        return "too long or empty"
    if len({fold(option).strip(" .") for option in options}) < len(options):
        return "options alike"
    if draft.kind is QuestionKind.CLOZE and (draft.prompt.count(GAP) != 1 or len(content_stems(draft.prompt)) < 2):
        return "too little around the gap"
    return "gives its answer away" if draft.kind is not QuestionKind.TRUE_FALSE and _tells(draft) else ""


def _tells(draft: Draft) -> bool:
    """Return whether the prompt's words lead to the answer without knowledge."""
    asked = set(content_stems(draft.prompt))
    told = set(content_stems(draft.answer))
    common = asked & told
    if not common:
        return False
    if draft.kind is QuestionKind.CLOZE:
        return 2 * len(common) >= len(told)
    if draft.fact.kind is FactKind.LIST:  # items may repeat a word of their lead
        return bool(draft.wrong) and told <= asked
    return not any(set(content_stems(wrong)) & common for wrong in draft.wrong)


def _choose(
    groups: list[list[Draft]], *, options: QuizOptions, rng: random.Random, rejected: Counter[str], first: int = 0
) -> list[Draft]:
    """Return up to `count` drafts: pages least asked about first, kinds least used first, no near-duplicates.

    The `first` groups are a model's and go before the others.
    """
    order = {id(group): _WORTH.get(group[0].fact.kind, 0.5) + 0.5 * rng.random() for group in groups}
    order.update({id(group): order[id(group)] + _WRITTEN for group in groups[:first]})
    waiting = sorted(groups, key=lambda group: -order[id(group)])
    pages: Counter[tuple[str, int]] = Counter()
    headings: Counter[tuple[str, ...]] = Counter()
    used: Counter[str] = Counter()
    chosen: list[Draft] = []
    bare = 0

    def worth(group: list[Draft]) -> float:
        again = 0.6 ** pages[_page(group[0])] * 0.8 ** headings[group[0].fact.headings]
        return order[id(group)] * again

    while waiting and len(chosen) < options.count:
        group = max(waiting, key=worth)
        waiting.remove(group)
        may_be_bare = bare < max(1, options.count * _BARE_SHARE)
        fitting = [draft for draft in group if may_be_bare or not _is_bare(draft)]
        if not fitting:
            continue
        draft = min(
            fitting,
            key=lambda draft: (
                _is_bare(draft),
                used[draft.kind] / _SHARE[draft.kind],
                used[_form(draft)],
                rng.random(),
            ),
        )
        if any(_alike(draft, other) for other in chosen) or _worn(draft, chosen):
            rejected["near-duplicate"] += 1
            continue
        bare += _is_bare(draft)
        pages[_page(draft)] += 1
        headings[draft.fact.headings] += 1
        used.update({draft.kind.value, _form(draft)})
        chosen.append(draft)
    return sorted(
        chosen, key=lambda draft: (draft.fact.source.lecture_id, draft.fact.source.page, draft.fact.source.start)
    )


def _is_bare(draft: Draft) -> bool:
    """Return whether the draft only repeats a sentence of the notes and asks whether it is true."""
    return draft.kind is QuestionKind.TRUE_FALSE and draft.answer == TRUE and draft.fact.kind is FactKind.STATEMENT


def _form(draft: Draft) -> str:
    """Return the kind, true and false apart, so that both are as frequent."""
    return f"{draft.kind} {draft.answer}" if draft.kind is QuestionKind.TRUE_FALSE else draft.kind.value


def _page(draft: Draft) -> tuple[str, int]:
    return (draft.fact.source.lecture_id, draft.fact.source.page)


def _alike(left: Draft, right: Draft) -> bool:
    first, second = f"{left.prompt} {left.answer}", f"{right.prompt} {right.answer}"
    a, b = set(content_stems(first)), set(content_stems(second))
    near = len(a & b) >= 0.8 * max(len(a), len(b), 1)
    same = fold(left.fact.term) == fold(right.fact.term) != "" and left.fact.label == right.fact.label
    return near or same or overlap(left.fact.text, right.fact.text) >= 0.9


def _worn(draft: Draft, chosen: Sequence[Draft]) -> bool:
    """Return whether the answer, where it has to be found, is that of other questions already."""
    if draft.kind is QuestionKind.TRUE_FALSE:
        return False
    answers = [fold(other.answer) for other in chosen if other.kind is not QuestionKind.TRUE_FALSE]
    return answers.count(fold(draft.answer)) >= _SAME_ANSWER


def _question(draft: Draft, *, quiz_id: str, number: int, rng: random.Random) -> Question:
    options: tuple[str, ...] = ()
    if draft.kind is QuestionKind.MULTIPLE_CHOICE:
        mixed = [draft.answer, *draft.wrong]
        rng.shuffle(mixed)
        options = tuple(mixed)
    elif draft.kind is QuestionKind.TRUE_FALSE:
        options = (TRUE, FALSE)
    return Question(
        id=derive_id("qst", quiz_id, str(number), draft.prompt),
        kind=draft.kind,
        prompt=draft.prompt,
        answer=draft.answer,
        options=options,
        accept=draft.accept,
        explanation=draft.explanation,
        source=draft.fact.source,
    )
