"""Answering: from the evidence, by a language model or by quoting; every sentence cited, or marked as unsupported."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

from smartnotes.core.answering.citing import Citations, Cited, citation, cite_text
from smartnotes.core.answering.coverage import covers
from smartnotes.core.answering.excerpts import Excerpt, choose, excerpts
from smartnotes.core.answering.modeltext import ReplyStream, addresses, harmless
from smartnotes.core.answering.repetition import circles_from
from smartnotes.core.errors import EngineError, NotFound, SmartNotesError, Unavailable
from smartnotes.core.events import Emit, Progress, ignore
from smartnotes.core.language.wording import content_stems
from smartnotes.core.options import ChatOptions
from smartnotes.core.ports import Llm, TokenEncoder
from smartnotes.core.prompts import ANSWER_SYSTEM, NOT_COVERED, answer_prompt
from smartnotes.core.promptsize import prompt_tokens
from smartnotes.core.study import Answer, AnswerSentence, Evidence, Hit

YOUR_NOTES = "your notes"
_NEAREST = 3
_MODEL_TOKENS = 600
_CLEARLY = 0.5
"""How likely the evidence must cover a phrasing that a model found: it may say what nobody asked."""
_ENDS = re.compile(r"[.!?\n]")
_BARE_WORDS = 4
"""A list item of fewer content words is told with its heading, for "Your budget" alone says nothing."""


def answer_question(
    question: str,
    evidence: Sequence[Evidence],
    *,
    llm: Llm | None,
    encoder: TokenEncoder,
    options: ChatOptions,
    emit: Emit = ignore,
    source: str = YOUR_NOTES,
    nonce: str = "",
    phrasings: Sequence[str] = (),
) -> Answer:
    """Return the answer to a question, from the evidence only, which `source` names in notices.

    `nonce` is that of the evidence's markers (see `core.fences`).

    Without a model it consists of the notes' own lines, at most `options.max_characters`. With one, its text is
    streamed through `emit` as it is written and each sentence is then cited by `cite_sentences`; a model that fails
    is replaced by the notes' own lines, with a notice. Where the evidence does not cover the question, the answer
    says so and names the nearest pages; a model is not asked then. Where it clearly covers one of the `phrasings`,
    which are other ways to say the question, a model may decide.
    """
    hits = [item.hit for item in evidence]
    found = excerpts(question, hits, encoder=encoder)
    covered = covers(question, hits, found)
    refuse = emit if source == YOUR_NOTES else ignore  # whoever asks another source says what its silence means
    if not covered and not (llm and _clearly_covers(phrasings, hits, encoder=encoder)):
        return _not_covered(question, hits, refuse)
    if llm is None:
        return _extracted(question, hits, found, options=options, emit=emit)
    try:
        return _written(question, evidence, llm=llm, encoder=encoder, emit=emit, source=source, nonce=nonce)
    except (EngineError, Unavailable, NotFound) as error:
        notice = _notice(llm.name, error, source)
        emit(Progress(step="answer", message=notice))
        if covered:
            quoted = _extracted(question, hits, found, options=options, emit=emit)
        else:
            quoted = _not_covered(question, hits, refuse)
        return quoted.model_copy(update={"notices": (notice,)})


def _clearly_covers(phrasings: Sequence[str], hits: Sequence[Hit], *, encoder: TokenEncoder) -> bool:
    found = ((phrasing, excerpts(phrasing, hits, encoder=encoder)) for phrasing in phrasings)
    return any(covers(phrasing, hits, lines, at_least=_CLEARLY) for phrasing, lines in found)


def _extracted(
    question: str, hits: Sequence[Hit], found: Sequence[Excerpt], *, options: ChatOptions, emit: Emit
) -> Answer:
    citations = Citations()
    sentences: list[AnswerSentence] = []
    text = ""
    chosen = choose(found, hits, max_characters=options.max_characters, question=question)
    spare = options.max_characters - sum(excerpt.end - excerpt.start + (3 if excerpt.cut else 1) for excerpt in chosen)
    for excerpt in chosen:
        hit = hits[excerpt.hit]
        line = " ".join(hit.chunk.text[excerpt.start : excerpt.end].split())
        if excerpt.cut:
            line += " \u2026"
        indices = [citations.add(citation(hit, excerpt.start, excerpt.end))]
        heading = _heading_for(excerpt, hit)
        if heading and len(heading) + 2 <= spare:  # what comes after it must fit too
            spare -= len(heading) + 2
            line = f"{heading}: {line}"
            indices += [citations.add(citation(hit, start, start + len(heading))) for start in _found(hit, heading)]
        sentences.append(AnswerSentence(text=line, citations=tuple(indices)))
        joint = "" if not text else " " if text.endswith((".", "!", "?", ":")) else "\n"
        emit(Progress(step="answer", delta=joint + line))
        text += joint + line
    return Answer(question=question, text=text, covered=True, sentences=tuple(sentences), citations=citations.listed())


def _heading_for(excerpt: Excerpt, hit: Hit) -> str:
    """Return the heading a bare list item needs to be understood, "" where it needs none."""
    line = hit.chunk.text[excerpt.start : excerpt.end]
    heading = hit.chunk.headings[-1] if hit.chunk.headings else ""
    bare = excerpt.item and len(content_stems(line)) < _BARE_WORDS
    said = set(content_stems(heading)) <= set(content_stems(line))
    return "" if not bare or said or heading.endswith("?") else heading


def _found(hit: Hit, heading: str) -> list[int]:
    start = hit.chunk.text.find(heading)
    return [start] if start >= 0 else []


def _written(
    question: str,
    evidence: Sequence[Evidence],
    *,
    llm: Llm,
    encoder: TokenEncoder,
    emit: Emit,
    source: str,
    nonce: str,
) -> Answer:
    """Return the model's answer, cited. Raises what the model raises, `EngineError` where it says nothing."""
    known = addresses([question, *(item.hit.chunk.text for item in evidence)])
    fitting = _fitting(question, evidence, llm=llm, nonce=nonce)
    prompt = answer_prompt(question, fitting, nonce=nonce)
    reply, circles = "", None
    stream = ReplyStream(known=known)
    shown = ""
    with closing(_closable(llm.stream(prompt, system=ANSWER_SYSTEM, max_tokens=_MODEL_TOKENS))) as pieces:
        for piece in pieces:
            reply += piece
            shown += _emit_text(_without_refusal(stream.feed(piece)), emit)
            circles = circles_from(reply) if _ENDS.search(piece) else None
            if circles is not None:
                break
    shown += _emit_text(_without_refusal(stream.end()), emit)
    written = harmless(reply[:circles], known=known).strip()
    if not written:
        raise EngineError(f"{llm.name} gave an empty answer.")
    if re.search(rf"\b{NOT_COVERED}\b", written):
        refused = _not_covered(
            question, [item.hit for item in evidence], ignore if shown or source != YOUR_NOTES else emit
        )
        return refused.model_copy(update={"model": llm.name})
    # All the evidence may be cited, also what the model could not be shown: it is as true.
    cited = cite_text(written, evidence, question=question, encoder=encoder)
    return Answer(
        question=question,
        text=cited.text,
        covered=True,
        sentences=cited.sentences,
        citations=cited.citations,
        model=llm.name,
        notices=(
            *_remarks(cited, source, left_out=len(evidence) - len(fitting), model=llm.name),
            *((f"{llm.name} began to repeat itself and was stopped.",) if circles is not None else ()),
        ),
    )


def _closable(pieces: Iterator[str]) -> Generator[str]:
    """Give the pieces from a generator, whose end ends the model's work too."""
    yield from pieces


def _fitting(question: str, evidence: Sequence[Evidence], *, llm: Llm, nonce: str) -> Sequence[Evidence]:
    """Return the evidence that the model's context has room for: all, or all but the least relevant of it."""
    context = llm.context_tokens()
    count = len(evidence)
    while count > 1:
        prompt = answer_prompt(question, evidence[:count], nonce=nonce)
        if prompt_tokens(prompt, system=ANSWER_SYSTEM, max_tokens=_MODEL_TOKENS) <= context:
            break
        count -= 1
    return evidence[:count]


def _remarks(cited: Cited, source: str, *, left_out: int, model: str) -> tuple[str, ...]:
    claims = [sentence for sentence in cited.sentences if sentence.claim]
    unsupported = sum(not sentence.citations for sentence in claims)
    remarks = []
    if unsupported:
        remarks.append(f"{unsupported} of {len(claims)} sentences have no support in {source}.")
    if left_out:
        what = "1 place" if left_out == 1 else f"{left_out} places"
        remarks.append(f"{what} of {source} did not fit into the context of {model}, the least relevant first.")
    return tuple(remarks)


def _without_refusal(text: str) -> str:
    """Return a piece of a reply without the word that a model refuses with, which is not for readers."""
    return "" if text.strip(" .\n") == NOT_COVERED else text


def _emit_text(text: str, emit: Emit) -> str:
    if text:
        emit(Progress(step="answer", delta=text))
    return text


def _not_covered(question: str, hits: Sequence[Hit], emit: Emit) -> Answer:
    nearest = tuple(hits[:_NEAREST])
    text = "This is not in your notes."
    if nearest:
        pages = "; ".join(dict.fromkeys(f"{hit.lecture_name}, page {hit.chunk.page}" for hit in nearest))
        text += f" The nearest pages: {pages}."
    emit(Progress(step="answer", delta=text))
    return Answer(question=question, text=text, covered=False, nearest=nearest)


def _notice(model: str, error: SmartNotesError, source: str) -> str:
    hint = f" {error.hint}" if error.hint else ""
    return f"{model} could not answer, so these are the words of {source}. {error.message}{hint}"
