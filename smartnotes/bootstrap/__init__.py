"""The only wiring: settings become engines and stores. Each loads what it needs when it is called."""

from __future__ import annotations

from smartnotes.bootstrap.engines import build_engines, build_reader, build_served_web, build_web, load_early
from smartnotes.bootstrap.models import (
    build_library,
    build_llm,
    build_model_sources,
    chosen_models,
    llms_of,
    wanted_model,
)
from smartnotes.bootstrap.stores import (
    DATABASE_FILE,
    LOCAL_OWNER,
    build_blobs,
    build_database,
    build_stores,
    build_vectors,
    folder_blobs,
    folder_vectors,
)

__all__ = [
    "DATABASE_FILE",
    "LOCAL_OWNER",
    "build_blobs",
    "build_database",
    "build_engines",
    "build_library",
    "build_llm",
    "build_model_sources",
    "build_reader",
    "build_served_web",
    "build_stores",
    "build_vectors",
    "build_web",
    "chosen_models",
    "folder_blobs",
    "folder_vectors",
    "llms_of",
    "load_early",
    "wanted_model",
]
