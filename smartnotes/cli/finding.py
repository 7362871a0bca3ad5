"""The command search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.answers import linked, page_links
from smartnotes.cli.parameters import Json, Lectures, Pages, Subject
from smartnotes.cli.render import console, print_json, say
from smartnotes.cli.session import make_scope, open_notebook
from smartnotes.core.kinds import ChunkKind, SearchMode

if TYPE_CHECKING:
    from rich.text import Text

    from smartnotes.cli.answers import Link
    from smartnotes.core.study import Hit

SNIPPET = 320
"""Characters of a place that are shown."""


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("search")(search)


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
        link = page_links(notebook)
        for hit in hits:
            _print_hit(hit, link=link)
    if not hits:
        say("Nothing found.")


def _print_hit(hit: Hit, *, link: Link) -> None:
    from rich.padding import Padding
    from rich.text import Text

    chunk = hit.chunk
    head = linked(f"{hit.lecture_name}, p. {chunk.page}", link(chunk.lecture_id, chunk.page))
    if chunk.headings:
        head.append(f"  {' > '.join(chunk.headings)}", style="cyan not bold")
    head.append(f"  {hit.score:.2f}", style="dim not bold")
    text = Text(chunk.text)
    for span in hit.highlights:
        text.stylize("bold yellow", span.start, span.end)
    out = console()
    out.print(head)
    out.print(Padding(_snippet(text, begin=_best_begin(hit)), (0, 0, 0, 2), expand=False))
    out.print()


def _best_begin(hit: Hit) -> int:
    """Return where the part of the text begins that has most of the query's words: distinct ones first."""
    text, spans = hit.chunk.text, hit.highlights

    def worth(begin: int) -> tuple[int, int]:
        inside = [span for span in spans if begin <= span.start and span.end <= begin + SNIPPET]
        return len({text[span.start : span.end].casefold() for span in inside}), len(inside)

    first = max((span.start for span in spans), key=lambda begin: (*worth(begin), -begin), default=0)
    begin = max(0, min(first - SNIPPET // 4, len(text) - SNIPPET))
    # not in the middle of a word
    return begin if begin == 0 else next((at + 1 for at in range(begin, first) if text[at].isspace()), begin)


def _snippet(text: Text, *, begin: int) -> Text:
    """Return about `SNIPPET` characters on one line."""
    from rich.text import Text

    end = min(len(text), begin + SNIPPET)
    if end < len(text):
        end = max(text.plain.rfind(" ", begin, end), text.plain.rfind("\n", begin, end), begin + SNIPPET // 2)
    body = Text(" / ").join(line for line in text[begin:end].split("\n") if line.plain.strip())
    return Text.assemble("…" if begin else "", body, "…" if end < len(text) else "")
