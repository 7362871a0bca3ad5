"""The only wiring: settings become engines and stores."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from smartnotes.core.addresses import LOOPBACK as LOOPBACK
from smartnotes.core.addresses import is_loopback, shown_address
from smartnotes.core.errors import AccessDenied, SettingsError, SmartNotesError
from smartnotes.core.llms import Task, TaskModel
from smartnotes.core.options import Isolation, LocalModels
from smartnotes.core.ports import BlobStore, Engines, Llm, PageReader, Stores
from smartnotes.core.ports.models import LlmFor, ModelLibrary, ModelSource
from smartnotes.core.ports.web import WebSearch
from smartnotes.settings import LlmEngine, LlmSettings, Settings

if TYPE_CHECKING:
    from smartnotes.stores.blobs import FolderBlobs
    from smartnotes.stores.cache import Cache
    from smartnotes.stores.connections import Pool
    from smartnotes.stores.database import Database
    from smartnotes.stores.replicas import Replicas
    from smartnotes.stores.vectors import ChromaVectors

LOCAL_OWNER = "local"
"""The owner of everything in a notebook that has no server."""

DATABASE_FILE = "notebook.db"


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


def build_reader(isolation: Isolation, *, children: int | None = None, models: LocalModels | None = None) -> PageReader:
    """Return the reader of files: in sandboxed children (one a core), or in this process where that is asked for."""
    from smartnotes.engines.sandbox import InlineReader, SandboxedReader  # noqa: PLC0415

    if isolation is Isolation.NONE:
        return InlineReader(models=models)
    return SandboxedReader(children=children, models=models)


def build_llm(settings: Settings, *, model: str | None = None, task: Task = Task.CHAT) -> Llm | None:
    """Return the language model, None where there is none.

    `model` (an option of the call) wins over the settings, and there `llm.tasks` over `llm.engine` and `llm.model`:
    "none", "embedded", "openai:NAME", "ollama:NAME", or the name of a model of the configured engine. With the engine
    `auto` and no such wish the answer is None where Ollama does not listen. Files are only ever taken from the
    settings, for a call may come from another machine. Raises `SettingsError` where offline mode forbids the host or an
    address or file is missing.
    """
    chosen = settings.llm
    engine, name = wanted_model(settings, model=model, task=task)
    if engine is LlmEngine.NONE:
        return None
    if engine is LlmEngine.EMBEDDED:
        return _embedded(chosen)
    if engine is LlmEngine.OPENAI:
        from smartnotes.engines.openai_llm import OpenAiLlm  # noqa: PLC0415

        address = _reachable(settings, "llm.base_url", chosen.base_url)
        return OpenAiLlm(name or chosen.model, base_url=address, api_key=chosen.api_key)
    from smartnotes.engines.llm import OllamaLlm, listens  # noqa: PLC0415

    host = _reachable(settings, "llm.host", chosen.host)
    if engine is LlmEngine.AUTO and not name and not listens(host):
        return None
    return OllamaLlm(name or chosen.model, host=host, keep_alive_s=chosen.keep_alive_s)


def llms_of(settings: Settings) -> LlmFor:
    """Return how a job finds the model of its task."""
    return lambda task, model: build_llm(settings, model=model, task=task)


def build_library(settings: Settings) -> ModelLibrary:
    """Return what fetches models. Raises `SettingsError` in offline mode: Ollama gets them from the internet."""
    from smartnotes.engines.models import OllamaModels  # noqa: PLC0415

    if settings.network.offline:
        raise SettingsError(
            "Offline mode is on, and pulling a model makes Ollama fetch it from the internet.",
            hint="Leave out --offline, or set network.offline to false.",
        )
    return OllamaModels(settings.llm.host)


def build_model_sources(settings: Settings) -> list[ModelSource]:
    """Return the engines that are set up: Ollama always, the others where the settings name their address or file.

    In offline mode those on other machines are left out.
    """
    from smartnotes.engines.models import GgufModels, OllamaModels, OpenAiModels  # noqa: PLC0415

    chosen = settings.llm
    found: list[ModelSource] = []
    if not settings.network.offline or is_loopback(chosen.host):
        found.append(OllamaModels(chosen.host))
    if chosen.base_url and (not settings.network.offline or is_loopback(chosen.base_url)):
        found.append(OpenAiModels(chosen.base_url, api_key=chosen.api_key))
    if chosen.file:
        found.append(GgufModels(Path(chosen.file).expanduser(), context=chosen.context))
    return found


def chosen_models(settings: Settings) -> dict[Task, TaskModel]:
    """Return the model that each task uses, with what the settings alone say against it."""
    return {task: _chosen(settings, task) for task in Task}


def _chosen(settings: Settings, task: Task) -> TaskModel:
    try:
        llm = build_llm(settings, task=task)
    except SmartNotesError as error:
        engine, name = wanted_model(settings, task=task)
        named = name or settings.llm.model
        return TaskModel(task=task, engine=engine, model=named, problem=error.message, hint=error.hint)
    if llm is None:
        return TaskModel(task=task, engine=LlmEngine.NONE)
    engine, _ = wanted_model(settings, task=task)
    return TaskModel(task=task, engine=LlmEngine.OLLAMA if engine is LlmEngine.AUTO else engine, model=llm.name)


def wanted_model(settings: Settings, *, model: str | None = None, task: Task = Task.CHAT) -> tuple[LlmEngine, str]:
    """Return the engine and the model's name that a call asks for, "" for the configured one."""
    configured = settings.llm.engine
    asked = model or getattr(settings.llm.tasks, task.value)
    if asked in (LlmEngine.NONE, LlmEngine.EMBEDDED):
        return LlmEngine(asked), ""
    engine, separator, name = asked.partition(":")
    if separator and engine in (LlmEngine.OLLAMA, LlmEngine.OPENAI):
        return LlmEngine(engine), name
    if asked and configured in (LlmEngine.NONE, LlmEngine.EMBEDDED):
        return LlmEngine.OLLAMA, asked
    return configured, asked


def _embedded(chosen: LlmSettings) -> Llm:
    if not chosen.file:
        raise SettingsError(
            "The embedded model has no file.", hint="Set llm.file to a .gguf file, which smartnotes never downloads."
        )
    return _runner(Path(chosen.file).expanduser(), chosen.threads, chosen.context)


@lru_cache(maxsize=1)
def _runner(file: Path, threads: int, context: int) -> Llm:
    """Return the one that this process has: a model in memory is worth gigabytes and seconds."""
    from smartnotes.engines.gguf import GgufLlm  # noqa: PLC0415

    return GgufLlm(file, threads=threads, context=context)


def _reachable(settings: Settings, name: str, address: str) -> str:
    """Return the address. Raises `SettingsError` where it is missing or offline mode forbids it."""
    if not address:
        raise SettingsError(f"The setting {name} is empty.", hint="Write it like http://127.0.0.1:8080/v1")
    if settings.network.offline and not is_loopback(address):
        raise SettingsError(
            f"Offline mode is on and {name} is {shown_address(address)}, another machine.",
            hint="Use a model on this machine, or set network.offline to false.",
        )
    return address


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


def build_database(settings: Settings, home: Path) -> Database:
    """Return the database that the settings name, the SQLite file of the folder where they name none."""
    from smartnotes.stores.database import Database, Pool  # noqa: PLC0415

    chosen = settings.database
    pool = Pool(
        chosen.pool, chosen.overflow, chosen.timeout_s, chosen.recycle_s, chosen.statement_s, pgbouncer=chosen.pgbouncer
    )
    target = chosen.url or home / DATABASE_FILE
    return Database(target, pool=pool, replicas=_replicas(settings, pool=pool), cache=_cache(settings))


def _replicas(settings: Settings, *, pool: Pool) -> Replicas | None:
    from smartnotes.stores.marks import Marks, MemoryMarks, RedisMarks  # noqa: PLC0415
    from smartnotes.stores.replicas import Replicas  # noqa: PLC0415

    urls, redis_url = settings.database.replicas, settings.redis.url
    if not urls:
        return None
    if not settings.database.url:
        raise SettingsError("database.replicas are copies of a PostgreSQL, and database.url names none.")
    marks: Marks = MemoryMarks()
    if redis_url:
        from smartnotes.stores.quickredis import QuickRedis  # noqa: PLC0415

        marks = RedisMarks(QuickRedis(redis_url))
    return Replicas(urls, pool=pool, marks=marks)


def _cache(settings: Settings) -> Cache | None:
    from smartnotes.stores.cache import Cache, MemoryVersions, RedisVersions, Versions  # noqa: PLC0415

    kept_s, redis_url = settings.database.cache_s, settings.redis.cache_url or settings.redis.url
    if not kept_s:
        return None
    versions: Versions = MemoryVersions()
    if redis_url:
        from smartnotes.stores.quickredis import QuickRedis  # noqa: PLC0415

        versions = RedisVersions(QuickRedis(redis_url))
    return Cache(versions, kept_s=kept_s)


def build_vectors(settings: Settings, home: Path) -> ChromaVectors:
    """Return the vectors at the Chroma server of the settings, in the folder where they name none.

    `of_owner` gives those of each owner. Raises `SettingsError` where several processes would need the folder, or for
    an address that is none or that offline mode forbids.
    """
    chosen = settings.vectors
    if not chosen.url:
        if settings.redis.url:
            raise SettingsError(
                "With redis.url set a server has several processes, and they cannot share the vectors in its folder.",
                hint="Start a Chroma server (chroma run --path DIR --port 8001) and set vectors.url to its address.",
            )
        return folder_vectors(home)
    parts = urlsplit(chosen.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError("The setting vectors.url is no address.", hint="Write it like http://127.0.0.1:8001")
    if settings.network.offline and parts.hostname not in LOOPBACK:
        raise SettingsError(f"Offline mode is on and vectors.url names {parts.hostname}, another machine.")
    from smartnotes.stores.chromaserver import ChromaServer  # noqa: PLC0415
    from smartnotes.stores.vectors import ChromaVectors  # noqa: PLC0415

    return ChromaVectors(ChromaServer(chosen.url, token=chosen.token), owner=LOCAL_OWNER)


def folder_vectors(home: Path) -> ChromaVectors:
    """Return the vectors in a notebook's folder."""
    from smartnotes.stores.chromafolder import ChromaFolder  # noqa: PLC0415
    from smartnotes.stores.vectors import ChromaVectors  # noqa: PLC0415

    return ChromaVectors(ChromaFolder(home / "vectors"), owner=LOCAL_OWNER)


def build_blobs(settings: Settings, home: Path) -> BlobStore:
    """Return the files of all owners: in the bucket of the settings, in the folder where they name none.

    Raises `SettingsError` for an address that is none or that offline mode forbids.
    """
    chosen = settings.storage
    if not chosen.url:
        return folder_blobs(home)
    from smartnotes.stores.s3blobs import S3Blobs, bucket_of  # noqa: PLC0415

    if settings.network.offline and urlsplit(chosen.endpoint).hostname not in LOOPBACK:
        raise SettingsError("Offline mode is on and storage.url names storage on another machine.")
    bucket = bucket_of(
        chosen.url,
        endpoint=chosen.endpoint,
        region=chosen.region,
        access_key=chosen.access_key,
        secret_key=chosen.secret_key,
    )
    return S3Blobs(bucket, cache=home / "blobs-cache", cache_bytes=chosen.cache_bytes)


def folder_blobs(home: Path) -> FolderBlobs:
    """Return the files in a notebook's folder."""
    from smartnotes.stores.blobs import FolderBlobs  # noqa: PLC0415

    return FolderBlobs(home / "blobs")


def build_stores(
    home: Path,
    *,
    owner: str = LOCAL_OWNER,
    database: Database | None = None,
    vectors: ChromaVectors | None = None,
    blobs: BlobStore | None = None,
) -> Stores:
    """Return the stores of an owner in a notebook folder; nothing is opened before its first use.

    `database`, `vectors` and `blobs` are shared ones, which stay open when the stores are closed.
    """
    from smartnotes.stores.chunks import SqlChunks  # noqa: PLC0415
    from smartnotes.stores.conversation_cache import SqlAnswerCache  # noqa: PLC0415
    from smartnotes.stores.conversations import SqlConversations  # noqa: PLC0415
    from smartnotes.stores.database import Database  # noqa: PLC0415
    from smartnotes.stores.documents import SqlDocuments  # noqa: PLC0415
    from smartnotes.stores.index import SqlIndex  # noqa: PLC0415
    from smartnotes.stores.jobs import SqlJobs  # noqa: PLC0415
    from smartnotes.stores.learning_cards import SqlCards  # noqa: PLC0415
    from smartnotes.stores.learning_reviews import SqlReviews  # noqa: PLC0415
    from smartnotes.stores.learning_study import SqlStudy  # noqa: PLC0415
    from smartnotes.stores.lectures import SqlLectures  # noqa: PLC0415
    from smartnotes.stores.subjects import SqlSubjects  # noqa: PLC0415

    close: Callable[[], None] = _keep_open
    if database is None:
        database = Database(home / DATABASE_FILE)
        close = database.close
    theirs = database.of(owner)
    return Stores(
        subjects=SqlSubjects(theirs, owner=owner),
        lectures=SqlLectures(theirs, owner=owner),
        chunks=SqlChunks(theirs, owner=owner),
        vectors=(vectors or folder_vectors(home)).of_owner(owner),
        documents=SqlDocuments(theirs, owner=owner),
        # Not `theirs`: a job under way writes its progress every few seconds, which changes nothing in the notebook.
        jobs=SqlJobs(database, owner=owner),
        cards=SqlCards(theirs, owner=owner),
        reviews=SqlReviews(theirs, owner=owner),
        study=SqlStudy(theirs, owner=owner),
        indexes=SqlIndex(theirs, owner=owner),
        # Neither these: a question that is asked changes nothing that lists remember.
        conversations=SqlConversations(database, owner=owner),
        answers=SqlAnswerCache(database, owner=owner),
        blobs=blobs or folder_blobs(home),
        close=close,
    )


def _keep_open() -> None:
    """Let whoever opened the shared database close it."""
