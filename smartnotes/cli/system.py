"""Commands about smartnotes itself: demo, doctor, config, path."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import Annotated, Literal

import typer

from smartnotes.cli.late import add_group
from smartnotes.cli.parameters import Json, ShowProgress
from smartnotes.cli.render import print_json, print_table, say
from smartnotes.cli.session import load, session

config_app = typer.Typer(help="Settings and where they come from.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("demo")(demo)
    app.command("doctor")(doctor)
    add_group(config_app, name="config")
    app.command("path")(path)


def demo(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the notebook and the files made.")
    ] = Path("smartnotes-demo"),
    show: ShowProgress = "auto",
) -> None:
    """Read the example lecture and study it: search, answers with citations, quiz, cards, cheat sheet."""
    from smartnotes.cli.demonstration import run

    run(output, show=show)


def doctor(json: Json = False) -> None:
    """Check what works on this machine. Exits with 1 where something needed is missing."""
    from smartnotes.client.doctor import examine

    loaded = load()
    checks = examine(loaded.settings, home=session.notebook or loaded.home / "notebook")
    if json:
        print_json(checks)
    else:
        for check in checks:
            print(f"{'ok ' if check.ok else 'BAD'}  {check.name:<17} {check.detail}")
            if check.hint:
                print(f"     {'':<17} hint: {check.hint}")
    if any(check.required and not check.ok for check in checks):
        raise typer.Exit(1)
    say("Everything needed is here.")


@config_app.command("show")
def show_config(json: Json = False) -> None:
    """Print every setting, its value and where it came from."""
    loaded = load()
    if json:
        print(jsonlib.dumps([origin._asdict() for origin in loaded.origins]))
    else:
        print_table(("Setting", "Value", "From"), loaded.origins)


def path(
    what: Annotated[
        Literal["notebook", "config"], typer.Argument(help="The notebook's folder, or the settings file.")
    ] = "notebook",
) -> None:
    """Print where things are kept."""
    from smartnotes.settings import user_file

    print(user_file() if what == "config" else session.notebook or load().home / "notebook")
