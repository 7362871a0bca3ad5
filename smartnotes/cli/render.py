"""How values look on a terminal. Data goes to stdout, everything else to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from smartnotes.cli.session import session
from smartnotes.core.language.visible import for_terminal

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console

    from smartnotes.core.errors import SmartNotesError
    from smartnotes.core.events import Emit
    from smartnotes.core.events import Progress as _Event


def console() -> Console:
    """Return a console on stdout; without a terminal it neither colours nor wraps."""
    from smartnotes.cli.screen import Screen

    terminal = sys.stdout.isatty()
    return Screen(highlight=False, width=None if terminal else 100_000, soft_wrap=not terminal)


def tell(text: str) -> None:
    """Print text on stdout, as it may be shown: what a lecture says is no command to the terminal."""
    print(for_terminal(text))


def say(text: str) -> None:
    """Print a message for people on stderr."""
    if not session.quiet:
        print(for_terminal(text), file=sys.stderr)


def warn(text: str) -> None:
    """Print a warning on stderr, also in quiet mode."""
    print(f"warning: {for_terminal(text)}", file=sys.stderr)


def report(error: SmartNotesError) -> None:
    """Print an error with its hint on stderr."""
    print(f"error: {for_terminal(error.message)}", file=sys.stderr)
    if error.hint:
        print(f"hint: {for_terminal(error.hint)}", file=sys.stderr)


def counted(number: int, noun: str) -> str:
    """Return ``1 page`` or ``2 pages``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def print_json(values: Iterable[BaseModel], *, lines: bool = False) -> None:
    """Print values as a JSON array, or with `lines` as one JSON object a line."""
    from smartnotes.cli.screen import escaped_json

    rows = [escaped_json(value.model_dump_json()) for value in values]
    print("\n".join(rows) if lines else f"[{', '.join(rows)}]")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows as a table on a terminal, as tab-separated lines without a head elsewhere."""
    if not sys.stdout.isatty():
        for row in rows:
            # a cell's own tabs and line ends would look like new cells and rows
            print("\t".join(" ".join(for_terminal(cell).split()) for cell in row))
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console().print(table)


def write_output(data: bytes, path: Path) -> None:
    """Write a file whole or not at all; ``-`` is standard output. Raises `OptionsError` where that is impossible."""
    from smartnotes.core.errors import OptionsError

    if str(path) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    temporary = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        message = f"{path} cannot be written: {error.strerror}."
        raise OptionsError(message, hint="Choose another place with -o.") from error


@contextmanager
def progress(mode: str, *, title: str = "", json: bool = False) -> Iterator[Emit]:
    """Give an emit that shows progress on stderr: a bar, NDJSON lines, or nothing but warnings."""
    chosen = mode
    if mode == "auto":
        chosen = "ndjson" if json else "bar" if sys.stderr.isatty() and not session.quiet else "none"
    if chosen == "bar":
        with _bar(title) as emit:
            yield emit
    elif chosen == "ndjson":
        yield lambda event: print(event.model_dump_json(exclude_defaults=True), file=sys.stderr, flush=True)
    else:
        yield _warnings_only


def _warnings_only(event: _Event) -> None:
    if event.level == "warning":
        warn(_located(event))


def _located(event: _Event) -> str:
    told = event.page is None or event.message.startswith("Page ")
    return event.message if told else f"page {event.page}: {event.message}"


@contextmanager
def _bar(title: str) -> Iterator[Emit]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )

    from smartnotes.cli.screen import Screen

    stderr = Screen(stderr=True, highlight=False)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}"),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=stderr, transient=True) as bar:
        steps: dict[str, TaskID] = {}

        def emit(event: _Event) -> None:
            if event.level == "warning":
                bar.console.print(f"[yellow]warning:[/yellow] {_escape(_located(event))}")
            if event.total is None or event.delta:
                return
            label = f"{title} [dim]{event.step}[/dim]" if title else event.step
            if event.step not in steps:
                steps[event.step] = bar.add_task(label, total=event.total, unit=event.unit)
            bar.update(steps[event.step], completed=event.done, total=event.total)

        yield emit


def _escape(text: str) -> str:
    from rich.markup import escape

    return escape(text)
