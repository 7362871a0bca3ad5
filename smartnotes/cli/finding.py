"""Commands that find: search and chat."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.parameters import Json, Lectures, Pages, ShowProgress, Subject
from smartnotes.cli.recording import studying
from smartnotes.cli.render import console, print_json, progress, report, say
from smartnotes.cli.session import make_scope, open_notebook
from smartnotes.core.kinds import ChunkKind, SearchMode, StudyKind

if TYPE_CHECKING:
    from rich.text import Text

    from smartnotes.cli.recording import Tally
    from smartnotes.client.notebook import Notebook
    from smartnotes.core.events import Progress
    from smartnotes.core.options import ChatOptions
    from smartnotes.core.study import Answer, Hit


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("search")(search)
    app.command("chat")(chat)


def search(
    query: Annotated[str, typer.Argument(help="Keywords or a question.")],
    subject: Subject = None,
    lecture: Lectures = None,
    pages: Pages = None,
    kind: Annotated[list[ChunkKind] | None, typer.Option("--kind", help="Only this kind of content.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many to show.")] = 10,
    mode: Annotated[
        SearchMode, typer.Option(help="By meaning and words, meaning only, words only.")
    ] = SearchMode.HYBRID,
    json: Json = False,
) -> None:
    """Find the places in the notes that fit a query."""
    from smartnotes.core.options import SearchOptions

    scope = make_scope(subject, lecture, pages).model_copy(update={"kinds": tuple(kind or ())})
    options = SearchOptions(scope=scope, limit=limit, mode=mode)
    with open_notebook() as notebook:
        hits = notebook.search(query, options=options)
    if json:
        print_json(hits)
        return
    for hit in hits:
        _print_hit(hit)
    if not hits:
        say("Nothing found.")


def chat(
    question: Annotated[str | None, typer.Argument(help="Without one, questions are read from a prompt.")] = None,
    subject: Subject = None,
    lecture: Lectures = None,
    pages: Pages = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="An Ollama model by name; none answers in the notes' words.")
    ] = None,
    json: Json = False,
    show: ShowProgress = "auto",
) -> None:
    """Ask the notes; every answer cites its pages, and what they do not cover is said so."""
    from smartnotes.core.options import ChatOptions

    options = ChatOptions(scope=make_scope(subject, lecture, pages), model=model)
    with open_notebook() as notebook:
        subject_id = notebook.subject(subject).id if subject else None
        with studying(notebook, StudyKind.CHAT, subject_id=subject_id) as tally:
            if question is not None:
                _ask(notebook, question, options, json=json, show=show)
                tally.items = 1
            else:
                _prompt(notebook, options, tally, json=json, show=show)


def _prompt(notebook: Notebook, options: ChatOptions, tally: Tally, *, json: bool, show: str) -> None:
    from smartnotes.core.errors import SmartNotesError

    asking = sys.stdin.isatty()
    if asking:
        say("Ask your notes; an empty line ends.")
    while True:
        if asking:
            print("> ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line.strip():
            return
        try:
            _ask(notebook, line.strip(), options, json=json, show=show)
            tally.items += 1
        except SmartNotesError as error:
            if not asking:
                raise
            report(error)


def _ask(notebook: Notebook, question: str, options: ChatOptions, *, json: bool, show: str) -> None:
    if json or not sys.stdout.isatty():
        with progress(show, json=json) as emit:
            answer = notebook.ask(question, options=options, emit=emit)
    else:
        answer = _ask_live(notebook, question, options)
    if json:
        print_json([answer], lines=True)
    else:
        print_answer(answer)
    for notice in answer.notices:
        say(f"note: {notice}")


def _ask_live(notebook: Notebook, question: str, options: ChatOptions) -> Answer:
    """Show words as they are written; they give way to the finished answer with its markers."""
    from rich.live import Live
    from rich.text import Text

    written = Text()
    with Live(written, console=console(), transient=True, vertical_overflow="visible") as live:

        def emit(event: Progress) -> None:
            written.append(event.delta)
            live.update(written)

        return notebook.ask(question, options=options, emit=emit)


def print_answer(answer: Answer) -> None:
    """Print an answer with [n] after each supported sentence, and the sources below."""
    from rich.text import Text

    out = console()
    out.print(Text(marked(answer)))
    if answer.citations:
        out.print()
    for number, citation in enumerate(answer.citations, start=1):
        source = Text(f"[{number}] {citation.lecture_name}, p. {citation.page}: ", style="bold")
        out.print(source.append(f"“{' '.join(citation.quote.split())}”", style="not bold"))


def marked(answer: Answer) -> str:
    """Return the answer's text with its citations' numbers, as [1], after each sentence they support."""
    pieces: list[str] = []
    done = 0
    for sentence in answer.sentences:
        start = answer.text.find(sentence.text, done)
        if start < 0:
            continue
        end = start + len(sentence.text)
        numbers = "".join(f"[{index + 1}]" for index in sentence.citations)
        pieces.append(answer.text[done:end] + (f" {numbers}" if numbers else ""))
        done = end
    return "".join(pieces) + answer.text[done:]


def _print_hit(hit: Hit) -> None:
    from rich.text import Text

    chunk = hit.chunk
    head = Text(f"{hit.lecture_name}, p. {chunk.page}", style="bold")
    if chunk.headings:
        head.append(f"  {' > '.join(chunk.headings)}", style="cyan not bold")
    head.append(f"  {hit.score:.2f}", style="dim not bold")
    text = Text(chunk.text)
    for span in hit.highlights:
        text.stylize("bold yellow", span.start, span.end)
    out = console()
    out.print(head)
    out.print(_snippet(text, first=min((span.start for span in hit.highlights), default=0)))
    out.print()


def _snippet(text: Text, *, first: int, width: int = 320) -> Text:
    """Return about `width` characters around the first highlight, on one indented line."""
    from rich.text import Text

    start = max(0, min(first - width // 4, len(text) - width))
    cut = text[start : start + width]
    lines = cut.split("\n")
    body = Text(" / ").join(line for line in lines if line.plain.strip())
    return Text.assemble("  ", "…" if start else "", body, "…" if start + width < len(text) else "")
