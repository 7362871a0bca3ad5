"""The command that runs a server: serve. It is started by name, for the command line must not need its libraries."""

from __future__ import annotations

from typing import Annotated

import typer

from smartnotes.cli.render import say
from smartnotes.cli.session import load, session


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("serve")(serve)


def serve(
    embedded: Annotated[
        bool, typer.Option("--embedded", help="Do everything in this one process, for one person or a try-out.")
    ] = False,
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADDRESS", help="Address to listen at; server.host otherwise.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Port to listen at; server.port otherwise.")
    ] = None,
) -> None:
    """Run a server for other machines and people; stop it with Ctrl-C."""
    from importlib import import_module

    from smartnotes.core.errors import EngineMissing, OptionsError, SettingsError

    if not embedded:
        raise OptionsError(
            "This version runs a server in one process only.", hint="Say so: smartnotes serve --embedded"
        )
    loaded = load()
    if loaded.settings.network.offline and host not in (None, "127.0.0.1", "::1", "localhost"):
        raise SettingsError("Offline mode is on: the server may listen at 127.0.0.1 only.")
    try:
        uvicorn = import_module("uvicorn")
        create_app = import_module("smartnotes.server.app").create_app
    except ModuleNotFoundError as error:
        hint = 'Install it: python -m pip install "smartnotes[server]"'
        raise EngineMissing("The server is not installed.", hint=hint) from error
    home = session.notebook or loaded.home / "server"
    app = create_app(loaded.settings, home=home)
    where, number = host or loaded.settings.server.host, port or loaded.settings.server.port
    say(f"Serving {home} at http://{where}:{number} (stop with Ctrl-C).")
    uvicorn.run(app, host=where, port=number, log_level="warning")
