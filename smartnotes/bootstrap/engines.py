"""What reads, embeds and ranks, and the web, from the settings."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import lru_cache

from smartnotes.core.errors import AccessDenied, SettingsError, SmartNotesError
from smartnotes.core.options import Isolation, LocalModels
from smartnotes.core.ports import Engines, PageReader
from smartnotes.core.ports.web import WebSearch
from smartnotes.settings import EmbeddingEngine, Settings


def build_engines(settings: Settings) -> Engines:
    """Return the engines that the settings name; each loads at first use."""
    from smartnotes.engines.embedding import Embedders, Servers  # noqa: PLC0415 - loads with its first use
    from smartnotes.engines.encoder import ColbertEncoder  # noqa: PLC0415

    chosen = settings.embedding
    servers = Servers(chosen.host, chosen.keep_alive_s, chosen.base_url, chosen.api_key, settings.network.offline)
    embedders = Embedders(threads=chosen.threads, servers=servers)
    return Engines(
        reader=build_reader(settings.reading.isolation, models=settings.local_models()),
        embedder=embedders.chosen(chosen.engine, chosen.model),
        encoder=ColbertEncoder(threads=chosen.threads),
        embedder_named=embedders.named,
    )


def load_early(settings: Settings) -> None:
    """Begin to load the bundled models that a question needs, beside what else is done until they are used.

    Reading their files and making them ready leaves Python free. A model that cannot be had says so at its first use.
    """
    from smartnotes.engines.onnx import loaded  # noqa: PLC0415 - loads with its first use

    def load(model: str) -> None:
        with suppress(SmartNotesError):
            loaded(model)

    wanted = ["bge_small_en"] if settings.embedding.engine is EmbeddingEngine.BUNDLED else []
    for model in (*wanted, "colbert"):
        # Not as daemons: a process must not end while a library is at work in one of its threads.
        threading.Thread(target=load, args=(model,), name=f"load {model}").start()


def build_reader(isolation: Isolation, *, children: int | None = None, models: LocalModels | None = None) -> PageReader:
    """Return the reader of files: in sandboxed children (one a core), or in this process where that is asked for."""
    from smartnotes.engines.sandbox import InlineReader, SandboxedReader  # noqa: PLC0415

    if isolation is Isolation.NONE:
        return InlineReader(models=models)
    return SandboxedReader(children=children, models=models)


def build_web(settings: Settings) -> WebSearch:
    """Return the web, which all of this process share: what was found, and whether it can be reached.

    Raises `SettingsError` in offline mode, `EngineMissing` where the extra is not installed.
    """
    if settings.network.offline:
        raise SettingsError(
            "Offline mode is on, so the web is not searched.",
            hint="Ask without --web, or set network.offline to false.",
        )
    return _public_web()


def build_served_web(settings: Settings) -> WebSearch:
    """Return the web for those whom this server serves. Raises `AccessDenied` unless the settings allow it."""
    if settings.network.offline or not settings.server.web:
        raise AccessDenied(
            "This server does not search the web.",
            hint="Ask without --web; who runs the server can set server.web to true.",
        )
    return build_web(settings)


@lru_cache(maxsize=1)
def _public_web() -> WebSearch:
    from smartnotes.engines.web import public_web  # noqa: PLC0415

    return public_web()
