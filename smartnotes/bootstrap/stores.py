"""Where rows, vectors and files are kept, from the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from smartnotes.core.addresses import LOOPBACK
from smartnotes.core.errors import SettingsError
from smartnotes.core.ports import BlobStore, Stores
from smartnotes.settings import Settings

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
