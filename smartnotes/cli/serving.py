"""Commands that run a server: serve, worker. Started by name: the command line must not need its libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from smartnotes.cli.render import say, warn
from smartnotes.cli.session import load, session

if TYPE_CHECKING:
    from smartnotes.settings import Settings


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("serve")(serve)
    app.command("worker")(worker)


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
    from smartnotes.core.errors import SettingsError

    loaded = load()
    if loaded.settings.network.offline and host not in (None, "127.0.0.1", "::1", "localhost"):
        raise SettingsError("Offline mode is on: the server may listen at 127.0.0.1 only.")
    settings = _one_process(loaded.settings) if embedded else _one_of_several(loaded.settings)
    uvicorn, application = _module("uvicorn"), _module("smartnotes.server.app")
    _module("smartnotes.server.logs").set_up(settings.server.log_format, lines_for_each_request=not embedded)
    home = session.notebook or loaded.home / "server"
    app = application.create_app(settings, home=home)
    where, number = host or settings.server.host, port or settings.server.port
    say(f"Serving {home} at http://{where}:{number} (stop with Ctrl-C).")
    trusted = list(settings.server.trusted_proxies)
    uvicorn.run(app, host=where, port=number, log_config=None, proxy_headers=bool(trusted), forwarded_allow_ips=trusted)


def worker(
    queue: Annotated[
        list[str] | None,
        typer.Option("--queue", "-q", metavar="NAME", help="ocr, ai or generation; several times; all otherwise."),
    ] = None,
    concurrency: Annotated[
        int, typer.Option("--concurrency", "-c", min=1, max=64, help="Jobs to work on at a time.")
    ] = 1,
) -> None:
    """Do the jobs of a server with several processes; Ctrl-C or SIGTERM puts back what is under way."""
    loaded = load()
    settings, home = loaded.settings, session.notebook or loaded.home / "server"
    names = list(dict.fromkeys(queue or ("ocr", "ai", "generation")))
    _one_of_several(settings)
    working = _module("smartnotes.server.worker")
    _module("smartnotes.server.logs").set_up(settings.server.log_format)

    def started() -> None:
        say(f"Working on {', '.join(names)}, {concurrency} at a time (stop with Ctrl-C).")

    if working.run_worker(settings, home=home, queues=names, concurrency=concurrency, started=started):
        say("Stopped; what was under way waits for another worker.")
    else:
        warn("jobs were still under way; another worker takes them over")


def _one_process(settings: Settings) -> Settings:
    """Return the settings of a server that does its jobs itself. Raises `SettingsError` where Redis is set."""
    from smartnotes.core.errors import SettingsError

    if settings.redis.url:
        raise SettingsError(
            "redis.url is set: jobs are left to workers then, so the server is not embedded.",
            hint="Leave out --embedded and start workers (smartnotes worker), or unset redis.url.",
        )
    return settings


def _one_of_several(settings: Settings) -> Settings:
    """Return the settings of one process among several. Raises `SettingsError` where they share nothing."""
    from smartnotes.core.errors import SettingsError

    needed = {"database.url": settings.database.url, "redis.url": settings.redis.url}
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise SettingsError(
            f"A server of several processes shares a database and Redis: {' and '.join(missing)} is not set.",
            hint="Everything in one process, without either: smartnotes serve --embedded",
        )
    return settings


def _module(name: str) -> Any:
    from importlib import import_module

    from smartnotes.core.errors import EngineMissing

    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        hint = 'Install it: python -m pip install "smartnotes[server]"'
        raise EngineMissing("The server is not installed.", hint=hint) from error
