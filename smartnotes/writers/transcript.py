"""Conversations as Markdown, with citations as footnotes (the syntax of Pandoc, GitHub and Markdown Extra)."""

from __future__ import annotations

import re

from smartnotes.core.conversations import Transcript, Turn
from smartnotes.core.study import Answer, AnswerSentence, Citation, WebAnswer, WebCitation

_LONGEST_QUOTE = 400
_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")
_LINE_START = re.compile(r"^(\s*\d*)([#+.)-])(?=\s|#|$)", re.MULTILINE)
"""What would begin a heading or a list: "# ", "- ", "1. "."""


def transcript_markdown(transcript: Transcript) -> str:
    """Return the conversation: each question as a heading, its answer, and below all footnotes with the quotes."""
    conversation = transcript.conversation
    began = f"{conversation.created_at:%Y-%m-%d %H:%M} UTC"
    parts = [f"# {_escaped(conversation.title)}", f"*{began}, {_counted(len(transcript.turns))}*"]
    notes: list[str] = []
    for turn in transcript.turns:
        parts += _turn(turn, notes)
    if notes:
        parts.append("\n".join(notes))
    return "\n\n".join(parts) + "\n"


def _turn(turn: Turn, notes: list[str]) -> list[str]:
    """Return the paragraphs of a turn; its footnotes are added to `notes`, which are numbered through."""
    answer = turn.answer
    first, *rest = [line for line in answer.question.splitlines() if line.strip()] or ["?"]
    parts = [f"## {_escaped(' '.join(first.split()))}"]
    if rest:
        parts.append("\n".join(f"> {_escaped(line)}" for line in rest))
    if answer.searched_for:
        parts.append(f"*Searched for: {_escaped(answer.searched_for)}*")
    if answer.searched_too:
        parts.append(f"*Searched as well for: {_escaped('; '.join(answer.searched_too))}*")
    begin = len(notes)
    parts.append(_text(answer, begin))
    notes += [_footnote(begin + number, citation) for number, citation in enumerate(answer.citations, start=1)]
    if answer.web is not None:
        begin = len(notes)
        parts += ["**From the web:**", _text(answer.web, begin)]
        notes += [_web_note(begin + number, found) for number, found in enumerate(answer.web.citations, start=1)]
    parts += [f"*Note: {_escaped(notice)}*" for notice in answer.notices]
    if answer.model:
        parts.append(f"*Written by {_escaped(answer.model)}.*")
    return parts


def _text(answer: Answer | WebAnswer, begin: int) -> str:
    """Return the answer's text with a footnote's number behind each sentence that is supported."""
    pieces: list[str] = []
    done = 0
    for sentence in answer.sentences:
        start = answer.text.find(sentence.text, done)
        if start >= 0:
            end = start + len(sentence.text)
            pieces.append(_escaped(answer.text[done:end]) + _marks(sentence, begin))
            done = end
    text = "".join(pieces) + _escaped(answer.text[done:])
    # a line of the answer is a line here too
    return text.strip().replace("\n", "  \n")


def _marks(sentence: AnswerSentence, begin: int) -> str:
    return "".join(f"[^{begin + index + 1}]" for index in sentence.citations)


def _footnote(number: int, citation: Citation) -> str:
    return f"[^{number}]: {_escaped(citation.lecture_name)}, page {citation.page}: {_quoted(citation.quote)}"


def _web_note(number: int, citation: WebCitation) -> str:
    seen = f"{citation.fetched_at:%Y-%m-%d}"
    return f"[^{number}]: {_escaped(citation.title)}, {_escaped(citation.url)}, {seen}: {_quoted(citation.quote)}"


def _quoted(text: str) -> str:
    quote = " ".join(text.split())
    if len(quote) > _LONGEST_QUOTE:
        quote = quote[: _LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + "\u2026"
    return f"\u201c{_escaped(quote)}\u201d"


def _escaped(text: str) -> str:
    """Return the text so that Markdown shows it as it is."""
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))


def _counted(turns: int) -> str:
    return f"{turns} question{'' if turns == 1 else 's'}"
