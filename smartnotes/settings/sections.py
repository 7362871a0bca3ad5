"""The settings themselves: a value for each section, and what holds for some of them by name."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from smartnotes.core.accounts import RegistrationMode
from smartnotes.core.model import Value
from smartnotes.core.options import IngestOptions, Isolation, LayoutEngine, Limits, LocalModels, OcrMode

LISTS = frozenset(
    {
        "reading.languages",
        "reading.layout_labels",
        "server.cors_origins",
        "server.trusted_hosts",
        "server.trusted_proxies",
        "server.previous_secrets",
        "database.replicas",
    }
)
"""Settings of several values, which text separates with commas."""
SECRETS = frozenset(
    {
        "server.secret",
        "server.previous_secrets",
        "database.url",
        "database.replicas",
        "redis.url",
        "redis.cache_url",
        "vectors.token",
        "storage.access_key",
        "storage.secret_key",
        "llm.api_key",
        "embedding.api_key",
    }
)
"""Settings that are, or may hold, a password: never shown."""


class ReadingSettings(Value):
    """How files are read where a call does not say otherwise; see `IngestOptions`.

    `tessdata` is a folder with further ``*.traineddata``. `layout_config`, `layout_weights` and `layout_labels`
    describe the model of the layout `detectron2`: two files on this machine, and the kinds of its classes in order.
    """

    ocr: OcrMode = OcrMode.AUTO
    languages: tuple[str, ...] = ()
    layout: LayoutEngine = LayoutEngine.STRUCTURE
    dpi: Annotated[int, Field(ge=72, le=600)] = 225
    isolation: Isolation = Isolation.SANDBOX
    tessdata: str = ""
    layout_config: str = ""
    layout_weights: str = ""
    layout_labels: tuple[str, ...] = LocalModels().layout_labels


class LlmEngine(StrEnum):
    """Which language model writes. `auto`: Ollama where it answers, none otherwise."""

    AUTO = "auto"
    OLLAMA = "ollama"
    OPENAI = "openai"
    EMBEDDED = "embedded"
    NONE = "none"


class TaskModels(Value):
    """The model of each task, as `--model` names one; "" for `llm.engine` and `llm.model`.

    The forms are "none", "embedded", "openai:NAME", "ollama:NAME", and NAME for a model of the configured engine.
    """

    chat: str = ""
    rewrite: str = ""
    quiz: str = ""
    cards: str = ""
    cheatsheet: str = ""


class LlmSettings(Value):
    """The language model.

    `host` is Ollama's address, which keeps the model loaded for `keep_alive_s` after a question. `base_url` is that of
    a server that speaks OpenAI's language (it usually ends in /v1), `api_key` its key. `file` is the GGUF file of the
    embedded runner, which uses so many `threads` and holds a `context` of so many tokens. `tasks` name other models for
    some of the work.
    """

    engine: LlmEngine = LlmEngine.AUTO
    model: str = "llama3:8b-instruct-q4_0"
    host: str = "http://127.0.0.1:11434"
    keep_alive_s: Annotated[int, Field(ge=0)] = 600
    base_url: str = ""
    api_key: Annotated[str, Field(repr=False)] = ""
    file: str = ""
    threads: Annotated[int, Field(ge=1, le=64)] = 1
    context: Annotated[int, Field(ge=512)] = 8_192
    tasks: TaskModels = TaskModels()


class EmbeddingEngine(StrEnum):
    """Whose model makes vectors: ours (English), that of the extra `multilingual`, or one at a server."""

    BUNDLED = "bundled"
    MULTILINGUAL = "multilingual"
    OLLAMA = "ollama"
    OPENAI = "openai"


class EmbeddingSettings(Value):
    """The models that texts are found by; after a change run `smartnotes index rebuild`.

    `model` is the name of a model of Ollama at `host`, which keeps it loaded for `keep_alive_s` after a request, or of
    a server at `base_url` that speaks OpenAI's language (it usually ends in /v1), `api_key` its key. `threads` are CPU
    threads of the embedded models, each of which works on a text of its own.
    """

    engine: EmbeddingEngine = EmbeddingEngine.BUNDLED
    model: str = ""
    host: str = "http://127.0.0.1:11434"
    keep_alive_s: Annotated[int, Field(ge=0)] = 600
    base_url: str = ""
    api_key: Annotated[str, Field(repr=False)] = ""
    threads: Annotated[int, Field(ge=1, le=64)] = 2


class NetworkSettings(Value):
    """`offline` forbids every connection that leaves this machine."""

    offline: bool = False


class LogFormat(StrEnum):
    """How a server writes its log: lines for people, or one JSON object a line."""

    TEXT = "text"
    JSON = "json"


class ServerSettings(Value):
    """The gateway (`smartnotes serve`).

    `secret` signs tokens (32 characters or more); without one, a file in the data folder holds it. To replace it, put
    the old one into `previous_secrets` for as long as a refresh token lasts. What happens to accounts is known for
    `audit_days`.
    `password_cost` is bcrypt's: each step up doubles the work of signing in, and of guessing. A user may make
    `requests_per_minute`. `cors_origins` are
    the web pages that may call the server from a browser, `trusted_hosts` the names it answers to (none: all),
    `trusted_proxies` the addresses and networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. A file
    may have `upload_bytes`, everything a user keeps `quota_bytes`. `jobs` is how many jobs a server that is one process
    works on at a time. With `web` users may have questions searched for on the web, which sends this server to pages
    that strangers write. `log_format` is how the log is written. Durations are in seconds.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    registration: RegistrationMode = RegistrationMode.OPEN
    secret: Annotated[str, Field(repr=False)] = ""
    previous_secrets: Annotated[tuple[str, ...], Field(repr=False)] = ()
    access_token_s: Annotated[int, Field(ge=10)] = 900
    refresh_token_s: Annotated[int, Field(ge=60)] = 30 * 24 * 3600
    password_cost: Annotated[int, Field(ge=4, le=16)] = 12
    requests_per_minute: Annotated[int, Field(ge=1)] = 1200
    audit_days: Annotated[int, Field(ge=1, le=3660)] = 180
    cors_origins: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    upload_bytes: Annotated[int, Field(ge=1)] = 1024**3
    quota_bytes: Annotated[int, Field(ge=1)] = 20 * 1024**3
    jobs: Annotated[int, Field(ge=1, le=64)] = 2
    web: bool = False
    log_format: LogFormat = LogFormat.TEXT


class DatabaseSettings(Value):
    """Where a server keeps its rows: a file in the data folder, or PostgreSQL (``postgresql://user:password@host/name``).

    `pool` connections are kept open and up to `overflow` more are opened when all are busy; who gets none within
    `timeout_s` is turned away. A connection is replaced after `recycle_s`, a statement stopped after `statement_s`.
    `replicas` are streaming copies that answer what may be answered by them. Set `pgbouncer` where all these addresses
    are PgBouncer's in transaction mode. `cache_s` is how long lists that are asked for often are kept, 0 for never.
    """

    url: Annotated[str, Field(repr=False)] = ""
    pool: Annotated[int, Field(ge=1)] = 10
    overflow: Annotated[int, Field(ge=0)] = 20
    timeout_s: Annotated[float, Field(gt=0)] = 30.0
    recycle_s: Annotated[int, Field(ge=1)] = 3600
    statement_s: Annotated[float, Field(gt=0)] = 30.0
    replicas: Annotated[tuple[str, ...], Field(repr=False)] = ()
    pgbouncer: bool = False
    cache_s: Annotated[float, Field(ge=0)] = 60.0


class RedisSettings(Value):
    """Redis of a server with several processes: `url` keeps what must not be lost, `cache_url` may forget.

    Without `url` the server is one process that needs none. Without `cache_url`, `url` is used for both.
    """

    url: Annotated[str, Field(repr=False)] = ""
    cache_url: Annotated[str, Field(repr=False)] = ""


class VectorsSettings(Value):
    """Where a server keeps its vectors: in the data folder, or at a Chroma server (``http://host:8000``).

    A server with several processes needs a Chroma server. `token` is sent to it as a bearer token, for the web server
    that stands before it and asks for one: Chroma itself lets everybody in.
    """

    url: str = ""
    token: Annotated[str, Field(repr=False)] = ""


class StorageSettings(Value):
    """Where a server keeps files: in the data folder, or in a bucket of S3-compatible storage (``s3://bucket/prefix``).

    `endpoint` is the storage's address where it is not Amazon's. Without `access_key` and `secret_key` those of the
    environment are used (``AWS_ACCESS_KEY_ID``...). Up to `cache_bytes` are kept in the data folder as well.
    """

    url: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    access_key: Annotated[str, Field(repr=False)] = ""
    secret_key: Annotated[str, Field(repr=False)] = ""
    cache_bytes: Annotated[int, Field(ge=0)] = 2 * 1024**3


class Settings(Value):
    """Every setting, by section."""

    reading: ReadingSettings = ReadingSettings()
    limits: Limits = Limits()
    llm: LlmSettings = LlmSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    network: NetworkSettings = NetworkSettings()
    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    vectors: VectorsSettings = VectorsSettings()
    storage: StorageSettings = StorageSettings()

    def ingest_options(self) -> IngestOptions:
        """Return the options of an ingest as configured."""
        own = self.reading.model_dump(include=set(IngestOptions.model_fields))
        return IngestOptions(**own, limits=self.limits)

    def local_models(self) -> LocalModels:
        """Return the files on this machine that reading may use."""
        return LocalModels(**self.reading.model_dump(include=set(LocalModels.model_fields)))
