"""Checks of the installation: what works here, what is missing, and what to do about it."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from smartnotes.core.errors import SmartNotesError
from smartnotes.core.model import Value
from smartnotes.settings import Settings


class Check(Value):
    """One thing that was looked at. Only a failed `required` one makes smartnotes unusable."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    required: bool = True


def examine(settings: Settings, *, home: Path) -> list[Check]:
    """Look at everything; one check's failure does not stop the others."""
    return [
        Check(
            name="python", ok=True, detail=f"{platform.python_version()} on {platform.system()} {platform.machine()}"
        ),
        _guarded("notebook folder", lambda: _folder(home)),
        _guarded("full text", _full_text),
        _guarded("models", _models),
        _guarded("text recognition", lambda: _recognition(settings)),
        _guarded("isolation", _isolation),
        _guarded("language model", lambda: _language_model(settings)),
        _guarded("index", lambda: _index(settings, home)),
        *([_guarded("vectors", lambda: _vectors(settings, home))] if settings.vectors.url else []),
        *([_guarded("storage", lambda: _storage(settings, home))] if settings.storage.url else []),
    ]


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except SmartNotesError as error:
        return Check(name=name, ok=False, detail=error.message, hint=error.hint)
    except OSError as error:
        return Check(name=name, ok=False, detail=str(error))


def _folder(home: Path) -> Check:
    home.mkdir(parents=True, exist_ok=True)
    probe = home / ".doctor"
    probe.write_bytes(b"")
    probe.unlink()
    free = shutil.disk_usage(home).free
    return Check(name="notebook folder", ok=True, detail=f"{home}, {free / 1024**3:.1f} GiB free")


def _full_text() -> Check:
    with sqlite3.connect(":memory:") as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
        except sqlite3.OperationalError:
            hint = "Use a Python whose SQLite has FTS5."
            return Check(name="full text", ok=False, detail=f"SQLite {sqlite3.sqlite_version} without FTS5", hint=hint)
    return Check(name="full text", ok=True, detail=f"SQLite {sqlite3.sqlite_version} with FTS5")


def _models() -> Check:
    from smartnotes.bootstrap import build_engines  # noqa: PLC0415 - heavy, and only doctor loads everything

    engines = build_engines(Settings())
    engines.embedder.embed_query("probe")
    engines.encoder.encode_query("probe")
    return Check(name="models", ok=True, detail=f"{engines.embedder.name}, {engines.encoder.name}; checksums match")


def _recognition(settings: Settings) -> Check:
    from smartnotes.engines.ocr import available_languages, default_engine  # noqa: PLC0415

    engine = default_engine(settings.reading.languages)
    languages = ", ".join(sorted(available_languages()))
    return Check(name="text recognition", ok=True, detail=f"{engine.name}; languages: {languages}")


def _isolation() -> Check:
    from smartnotes.engines.sandbox import isolation_report  # noqa: PLC0415

    report = isolation_report()
    return Check(name="isolation", ok=True, detail="; ".join(f"{part}: {state}" for part, state in report.items()))


def _language_model(settings: Settings) -> Check:
    """Say which model answers questions, whether it is there and what it holds; and what is wrong with other tasks'."""
    from smartnotes.bootstrap import build_llm, build_model_sources, chosen_models  # noqa: PLC0415
    from smartnotes.core.llms import Task  # noqa: PLC0415
    from smartnotes.core.usecases.models import look_over  # noqa: PLC0415

    tasks = {one.task: one for one in look_over(build_model_sources(settings), chosen=chosen_models(settings)).tasks}
    name, chat = "language model", tasks[Task.CHAT]
    wrong = [one for one in tasks.values() if one.problem]
    if wrong:
        users = ", ".join(one.task.value for one in wrong if one.problem == wrong[0].problem)
        detail = f"{wrong[0].problem} It is asked for: {users}"
        return Check(name=name, ok=False, detail=detail, hint=wrong[0].hint, required=False)
    llm = build_llm(settings)
    if llm is None:
        detail = "none; answers and study material use the notes' own words"
        hint = f"Start Ollama (https://ollama.com/download), then: smartnotes model pull {settings.llm.model}"
        return Check(name=name, ok=True, detail=detail, hint=hint, required=False)
    others = sorted({f"{one.engine}:{one.model or '-'}" for one in tasks.values() if one.model != chat.model})
    more = f"; for other tasks: {', '.join(others)}" if others else ""
    detail = f"{llm.name} ({chat.engine}), context of {llm.context_tokens():,} tokens{more}"
    return Check(name=name, ok=True, detail=detail, required=False)


def _index(settings: Settings, home: Path) -> Check:
    """Say whether the subjects' indexes were made with the embedding model that is set; none yet is fine."""
    from smartnotes.bootstrap import build_engines, build_stores  # noqa: PLC0415
    from smartnotes.bootstrap.stores import DATABASE_FILE  # noqa: PLC0415

    wanted = build_engines(settings).embedder.name
    if not (home / DATABASE_FILE).exists():
        return Check(name="index", ok=True, detail="none yet", required=False)
    stores = build_stores(home)
    try:
        names = {subject.id: subject.name for subject in stores.subjects.all()}
        made = stores.indexes.active(tuple(names))
    finally:
        stores.close()
    old = sorted(names[subject_id] for subject_id, one in made.items() if one.model != wanted)
    if not old:
        return Check(name="index", ok=True, detail=f"made with {wanted}" if made else "none yet", required=False)
    detail = f"made with another model than {wanted}, which is set: {', '.join(old)}"
    return Check(name="index", ok=False, detail=detail, hint="smartnotes index rebuild", required=False)


def _vectors(settings: Settings, home: Path) -> Check:
    from smartnotes.bootstrap import build_vectors  # noqa: PLC0415

    vectors = build_vectors(settings, home)
    try:
        vectors.check()
    finally:
        vectors.close()
    return Check(name="vectors", ok=True, detail=f"a Chroma server answers at {settings.vectors.url}")


def _storage(settings: Settings, home: Path) -> Check:
    from smartnotes.bootstrap import build_blobs  # noqa: PLC0415

    build_blobs(settings, home).check()
    return Check(name="storage", ok=True, detail=f"{settings.storage.url} answers")
