"""Parameters that several commands share. Nothing of the core is imported here: `--help` must stay light."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Json = Annotated[bool, typer.Option("--json", help="Print the values as JSON, progress as NDJSON on stderr.")]
Subject = Annotated[
    str | None, typer.Option("--subject", "-s", metavar="NAME", help="Subject: its name, id or a beginning of either.")
]
Lectures = Annotated[
    list[str] | None,
    typer.Option("--lecture", "-l", metavar="NAME", help="Only this lecture; may be given several times."),
]
Pages = Annotated[str | None, typer.Option("--pages", metavar="A-B", help="Only these pages, such as 12 or 3-9.")]
Topic = Annotated[str, typer.Option("--topic", "-t", help="Only what the notes say on this.")]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        metavar="NAME",
        help="A language model: NAME, ollama:NAME, openai:NAME, embedded, or none for the notes' own words.",
    ),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write; - is standard output.")
]
ProgressMode = Literal["auto", "bar", "ndjson", "none"]
ShowProgress = Annotated[
    ProgressMode, typer.Option("--progress", help="How to show progress; auto: a bar on a terminal.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
