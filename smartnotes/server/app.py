"""The application: put together from settings, served by uvicorn as a factory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from smartnotes import __version__
from smartnotes.core.errors import SettingsError
from smartnotes.core.ports import Engines
from smartnotes.server import idempotency, principal, problems
from smartnotes.server.collecting import shorten_pauses
from smartnotes.server.conditional import Conditional
from smartnotes.server.dispatch import Dispatch, flatten
from smartnotes.server.metrics import Metrics
from smartnotes.server.middleware import Envelope
from smartnotes.server.routes import (
    admin,
    auth,
    blobs,
    conversations,
    documents,
    finding,
    flashcards,
    index,
    lectures,
    live,
    models,
    progress,
    quizzes,
    reviews,
    shares,
    subjects,
    system,
    tasks,
    uploads,
)
from smartnotes.server.schema import describe
from smartnotes.server.state import Gateway, open_gateway
from smartnotes.settings import Settings, load_settings

PREFIX = "/api/v1"
TUS = ("Tus-Resumable", "Upload-Length", "Upload-Offset")
ASKED_HEADERS = (
    *("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Password"),
    *("Upload-Metadata", *TUS),
)
ANSWERED_HEADERS = (
    *("ETag", "Idempotent-Replayed", "Link", "Location", "Retry-After", "X-Request-ID"),
    *("Upload-Expires", *TUS),
)
ROUTERS = (
    auth.router,
    subjects.router,
    uploads.beginning,
    uploads.router,
    lectures.router,
    documents.router,
    flashcards.router,
    reviews.router,
    quizzes.router,
    progress.router,
    finding.router,
    conversations.router,
    models.router,
    index.router,
    blobs.router,
    tasks.router,
    admin.router,
    live.router,
    shares.router,
    shares.shared,
)


def create_app(
    settings: Settings | None = None, *, home: Path | None = None, engines: Engines | None = None
) -> FastAPI:
    """Return the gateway. Without settings they are read from the usual places, as uvicorn's factory needs it.

    `home` is the server's data folder. Raises `SettingsError`.
    """
    loaded = load_settings()
    chosen = settings or loaded.settings
    folder = home or loaded.home / "server"
    gateway = open_gateway(chosen, home=folder, engines=engines)
    app = FastAPI(
        title="smartnotes",
        version=__version__,
        summary="Lecture files in; search, cited answers, quizzes, flashcards and cheat sheets out.",
        openapi_url=f"{PREFIX}/openapi.json",
        # The pages that show the schema load programs from elsewhere, and we send nobody elsewhere.
        docs_url=None,
        redoc_url=None,
        # Nothing is told to anybody, whatever the environment asks for.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        lifespan=_lifespan,
    )
    app.state.gateway = gateway
    app.state.tasks = gateway.tasks
    live.install(app, gateway)
    app.state.stores_for = gateway.stores
    app.state.metrics = Metrics(gateway.database)
    principal.install(app, chosen, database=gateway.database, home=folder)
    problems.install(app)
    routes = app.router.routes
    routes += [*flatten(ROUTERS, prefix=PREFIX), *flatten([system.router])]
    app.router.middleware_stack = Dispatch(routes, otherwise=app.router.app)
    describe(app)
    app.add_middleware(Conditional)
    idempotency.install(app, chosen, database=gateway.database, home=folder)
    _wrap(app, chosen)
    return app


def _wrap(app: FastAPI, settings: Settings) -> None:
    origins = settings.server.cors_origins
    if "*" in origins:
        raise SettingsError(
            "server.cors_origins may not be *: any web page could then act for whoever is signed in.",
            hint="List the web pages that may call the server.",
        )
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=ASKED_HEADERS,
            expose_headers=ANSWERED_HEADERS,
        )
    app.add_middleware(Envelope, metrics=app.state.metrics, trusted_hosts=settings.server.trusted_hosts)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    gateway: Gateway = app.state.gateway
    gateway.start()
    shorten_pauses()
    yield
    app.state.hub.close()
    app.state.password_door.close()
    await run_in_threadpool(gateway.close)
