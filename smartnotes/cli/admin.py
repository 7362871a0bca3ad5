"""Commands for whoever runs a server, on its machine."""

from __future__ import annotations

import typer

from smartnotes.cli import administering
from smartnotes.cli.late import add_group
from smartnotes.cli.render import say
from smartnotes.cli.session import load, session

admin_app = typer.Typer(help="Look after a server.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    del app
    administering.register(admin_app)
    add_group(admin_app, name="admin")


@admin_app.callback()
def admin() -> None:
    """Look after a server."""


@admin_app.command("migrate")
def migrate() -> None:
    """Bring the tables of the server's database to this version; back it up first."""
    from smartnotes.bootstrap import build_database

    loaded = load()
    database = build_database(loaded.settings, session.notebook or loaded.home / "server")
    before, now = database.migrate()
    database.close()
    if before == now:
        say("Nothing to do.")
    elif before:
        say(f"The tables were those of version {before}, and are those of {now}.")
    else:
        say(f"The tables were made: those of version {now}.")
