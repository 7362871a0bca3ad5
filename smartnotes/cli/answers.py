"""How answers look: on a terminal as they are written, and when they are there with their sources."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from smartnotes.cli.render import console, print_json, progress, say
from smartnotes.cli.webanswers import print_web

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.text import Text

    from smartnotes.client.notebook import Notebook
    from smartnotes.core.events import Progress
    from smartnotes.core.options import ChatOptions
    from smartnotes.core.study import Answer, AnswerSentence, Citation

    Link = Callable[[str, int], str]
    """(lecture id, page) -> address of that page, "" for none."""

_DRAWN_EVERY_S = 0.06
"""How often words are drawn as they come."""


def ask(
    notebook: Notebook, question: str, options: ChatOptions, *, json: bool = False, ndjson: bool = False, show: str
) -> Answer:
    """Ask a question and print what comes of it."""
    if ndjson:
        return _ask_lines(notebook, question, options)
    if json or not sys.stdout.isatty():
        with progress(show, json=json) as emit:
            answer = notebook.ask(question, options=options, emit=emit)
    else:
        answer = _ask_live(notebook, question, options)
    if json:
        print_json([answer], lines=True)
    else:
        print_with_remarks(answer, link=page_links(notebook))
    return answer


def print_with_remarks(answer: Answer, *, link: Link) -> None:
    """Print an answer, and tell on stderr how it came about where that is not as usual."""
    if answer.searched_for:
        say(f"searched for: {answer.searched_for}")
    if answer.searched_too:
        say(f"searched as well for: {'; '.join(answer.searched_too)}")
    print_answer(answer, link=link)
    sys.stdout.flush()
    for notice in answer.notices:
        say(f"note: {notice}")
    if answer.cached:
        say("note: answered before from the same notes; --fresh answers anew.")


def _ask_lines(notebook: Notebook, question: str, options: ChatOptions) -> Answer:
    """Print everything that happens as a JSON value a line: progress, delta, at the end answer."""

    def emit(event: Progress) -> None:
        if event.delta:
            _line({"type": "delta", "text": event.delta})
        else:
            _line({"type": "progress", **event.model_dump(mode="json", exclude_defaults=True)})

    answer = notebook.ask(question, options=options, emit=emit)
    _line({"type": "answer", **answer.model_dump(mode="json")})
    return answer


def _line(value: dict[str, object]) -> None:
    from smartnotes.cli.screen import escaped_json

    print(escaped_json(json.dumps(value, ensure_ascii=False)), flush=True)


def _ask_live(notebook: Notebook, question: str, options: ChatOptions) -> Answer:
    """Show words as they are written; they give way to the finished answer with its markers."""
    from rich.live import Live
    from rich.text import Text

    out = console()
    written = Text()
    drawn = 0.0
    # Drawn by this thread alone: a second one would draw into what an interrupt has just ended.
    with Live(Text("\u2026", style="dim"), console=out, transient=True, auto_refresh=False) as live:

        def emit(event: Progress) -> None:
            nonlocal drawn
            if event.delta:
                written.append(event.delta)
                # A display that is higher than the screen, or as wide, could not be taken away again.
                lines = written.wrap(out, max(1, out.width - 1))[-max(1, out.height - 2) :]
                due = time.monotonic() - drawn >= _DRAWN_EVERY_S
                live.update(Text("\n").join(lines), refresh=due)
                drawn = time.monotonic() if due else drawn
            elif event.message and not written:
                live.update(Text(f"{event.message} \u2026", style="dim"), refresh=True)

        return notebook.ask(question, options=options, emit=emit)


def print_answer(answer: Answer, *, link: Link | None = None) -> None:
    """Print an answer with [n] after each supported sentence, and the sources below; what the web says stands apart."""
    from rich.text import Text

    out = console()
    out.print(Text(marked(answer)))
    if answer.citations:
        out.print()
    for number, citation in enumerate(answer.citations, start=1):
        out.print(source_line(number, citation, link=link))
    if answer.web is not None:
        print_web(answer.web)


def print_sources(answer: Answer, *, link: Link | None = None) -> None:
    """Print where each citation stands, with its words as they stand there."""
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    for number, citation in enumerate(answer.citations, start=1):
        out.print(_place(number, citation, link=link))
        for line in citation.quote.splitlines():
            if line.strip():
                out.print(Padding(Text(line.strip()), (0, 0, 0, 4), expand=False))
    if answer.web is not None:
        print_web(answer.web)
    for hit in answer.nearest if not answer.citations else ():
        out.print(Text(f"nearest: {hit.lecture_name}, p. {hit.chunk.page}"))
    if not answer.citations and not answer.nearest and not answer.web:
        say("The last answer has no sources.")


def source_line(number: int, citation: Citation, *, link: Link | None = None) -> Text:
    """Return ``[n] lecture, p. 3: "quote"``, the place linked to the page."""
    place = _place(number, citation, link=link)
    return place.append(f": \u201c{' '.join(citation.quote.split())}\u201d", style="not bold")


def _place(number: int, citation: Citation, *, link: Link | None) -> Text:
    from rich.text import Text

    place = Text(f"[{number}] ", style="bold")
    return place.append(linked(f"{citation.lecture_name}, p. {citation.page}", _address(citation, link)))


def _address(citation: Citation, link: Link | None) -> str:
    return link(citation.lecture_id, citation.page) if link else ""


def linked(text: str, address: str) -> Text:
    """Return the text, as a hyperlink (OSC 8) on terminals where there is an address."""
    from rich.style import Style
    from rich.text import Text

    return Text().append(text, style=Style(bold=True, link=address or None))


def page_links(notebook: Notebook) -> Link:
    """Return how to find the address of a page; without a terminal nobody could follow it, and nothing is looked up."""
    known: dict[str, str] = {}
    shown = sys.stdout.isatty()

    def link(lecture_id: str, page: int) -> str:
        from smartnotes.core.errors import SmartNotesError

        if not shown:
            return ""
        if lecture_id not in known:
            try:
                known[lecture_id] = notebook.page_link(lecture_id, page=1)
            except SmartNotesError:  # deleted since: its words are kept, its file is not
                known[lecture_id] = ""
        return known[lecture_id].replace("#page=1", f"#page={page}")

    return link


def marked(answer: Answer) -> str:
    """Return the answer's text with its citations' numbers, as [1], after each sentence they support."""
    return numbered(answer.text, answer.sentences)


def numbered(text: str, sentences: Sequence[AnswerSentence], *, mark: str = "") -> str:
    """Return a text with the numbers of its sources, as [1], after each sentence; [?] after claims that have none.

    `mark` stands before the numbers.
    """
    pieces: list[str] = []
    done = 0
    for sentence in sentences:
        start = text.find(sentence.text, done)
        if start < 0:
            continue
        end = start + len(sentence.text)
        numbers = "".join(f"[{mark}{index + 1}]" for index in sentence.citations)
        if not numbers and sentence.claim:
            numbers = "[?]"
        pieces.append(text[done:end] + (f" {numbers}" if numbers else ""))
        done = end
    return "".join(pieces) + text[done:]
