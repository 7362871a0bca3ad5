"""Real services for tests, each started in a folder of its own and stopped at the end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import redis


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_postgres(*, port: int | None = None) -> Iterator[str]:
    """Run a PostgreSQL server on loopback and give its URL."""
    # Not in pytest's folder: that one is closed to other users, and PostgreSQL refuses to run as root.
    with tempfile.TemporaryDirectory(prefix="smartnotes-postgres-", ignore_cleanup_errors=True) as folder:
        as_user = _unprivileged(Path(folder))
        data = f"{folder}/data"
        options = ("-U", "smartnotes", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
        initdb = [*as_user, _program("initdb"), "-D", data, *options]
        subprocess.run(initdb, check=True, capture_output=True, cwd="/")
        with serving_postgres(data, port=port or free_port(), as_user=as_user) as url:
            yield url


@contextmanager
def serving_postgres(data: str, *, port: int, as_user: Sequence[str]) -> Iterator[str]:
    server = subprocess.Popen(
        [*as_user, _program("postgres"), "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", "", "-F"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    try:
        url = f"postgresql://smartnotes@127.0.0.1:{port}/postgres"
        _await(url, server)
        yield url
    finally:
        # SIGINT: those who are still connected are turned out
        server.send_signal(signal.SIGINT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def running_replica(primary: str) -> Iterator[str]:
    """Run a streaming copy of a whole PostgreSQL server and give its URL; `primary` may name any of its databases."""
    with tempfile.TemporaryDirectory(prefix="smartnotes-replica-", ignore_cleanup_errors=True) as folder:
        as_user = _unprivileged(Path(folder))
        server, _, database = primary.rpartition("/")
        copying = ("-d", f"{server}/postgres", "-D", f"{folder}/data", "-R", "-X", "stream", "-c", "fast", "--no-sync")
        subprocess.run([*as_user, _program("pg_basebackup"), *copying], check=True, capture_output=True, cwd="/")
        with serving_postgres(f"{folder}/data", port=free_port(), as_user=as_user) as url:
            yield f"{url.rpartition('/')[0]}/{database}"


@contextmanager
def running_pgbouncer(server: str, *, connections: int = 5) -> Iterator[str]:
    """Run PgBouncer in transaction mode before a PostgreSQL server; give the URL of the same database through it."""
    with tempfile.TemporaryDirectory(prefix="smartnotes-pgbouncer-", ignore_cleanup_errors=True) as folder:
        as_user = _unprivileged(Path(folder))
        address, _, database = server.rpartition("/")
        port = free_port()
        settings = Path(folder) / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\n* = host=127.0.0.1 port={address.rpartition(':')[2]} user=smartnotes\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = transaction\ndefault_pool_size = {connections}\nmax_client_conn = 200\n",
            encoding="utf-8",
        )
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        bouncer = subprocess.Popen([*as_user, "/usr/sbin/pgbouncer", str(settings)], cwd="/", **quiet)
        try:
            url = f"postgresql://smartnotes@127.0.0.1:{port}/{database}"
            _await(url, bouncer)
            yield url
        finally:
            bouncer.terminate()
            bouncer.wait(10)


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """Make a database of its own on a running server; it goes at the end."""
    name = f"test_{os.getpid()}_{time.monotonic_ns()}"
    _execute(url, f"CREATE DATABASE {name}")
    try:
        yield f"{url.rpartition('/')[0]}/{name}"
    finally:
        _execute(url, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            psycopg2.connect(url).close()
        except psycopg2.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _program(name: str) -> str:
    """Return the newest PostgreSQL's program; distributions keep most of them out of the search path."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} is needed: install PostgreSQL")
    return found


def _unprivileged(folder: Path) -> list[str]:
    """Give the folder to another user where we are root; return the words that start a program as that user."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody", "nogroup")
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


@contextmanager
def running_redis() -> Iterator[str]:
    """Run a Redis server on loopback, which keeps nothing on disk, and give its URL."""
    with tempfile.TemporaryDirectory(prefix="smartnotes-redis-") as folder:
        port = free_port()
        options = ("--bind", "127.0.0.1", "--save", "", "--maxmemory-policy", "noeviction")
        command = ["redis-server", "--port", str(port), "--dir", folder, *options]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client = redis.Redis(port=port)
        until = time.monotonic() + 30
        while not _answers(client):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError("Redis does not start")
            time.sleep(0.02)
        client.close()
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@contextmanager
def running_chroma() -> Iterator[str]:
    """Run a Chroma server on loopback and give its URL."""
    with tempfile.TemporaryDirectory(prefix="smartnotes-chroma-", ignore_cleanup_errors=True) as folder:
        server = ChromaProcess(Path(folder))
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


class ChromaProcess:
    """A Chroma server (the one in Rust) that keeps its address and its folder while it is killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ("--path", str(self._folder / "data"), "--host", "127.0.0.1", "--port", str(self._port))
        # what the program `chroma` does, without looking for it on the path
        program = "import sys, chromadb_rust_bindings; chromadb_rust_bindings.cli(['chroma', *sys.argv[1:]])"
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "chroma.log").open("ab") as log:
            command = [sys.executable, "-c", program, "run", *options]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + 30
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"Chroma does not start: {(self._folder / 'chroma.log').read_text()}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Return whether it is there."""
        try:
            with urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


S3_KEY, S3_SECRET, S3_BUCKET = "smartnotes", "only-for-this-test", "notes"


@contextmanager
def running_s3() -> Iterator[str]:
    """Run an S3 server on loopback (rclone on a folder, with one bucket and one key) and give its address."""
    import rclone_api  # noqa: PLC0415 - its wheel brings the program

    program = Path(rclone_api.__file__).parent / "bin" / "rclone"
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="smartnotes-s3-") as folder:
        (Path(folder) / S3_BUCKET).mkdir()
        options = ("--addr", f"127.0.0.1:{port}", "--auth-key", f"{S3_KEY},{S3_SECRET}", "--config", os.devnull)
        server = subprocess.Popen(
            [program, "serve", "s3", folder, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            until = time.monotonic() + 30
            while not _listens(port):
                if server.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("the S3 server does not start")
                time.sleep(0.02)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
