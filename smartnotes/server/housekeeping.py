"""What the scheduler does besides looking after jobs: clears away what has expired, makes room for months to come."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from smartnotes.bootstrap import build_blobs
from smartnotes.client.localjob import now
from smartnotes.server.scheduler import Chore
from smartnotes.settings import Settings
from smartnotes.stores.clearing import SqlClearing
from smartnotes.stores.database import Database
from smartnotes.stores.partitions import ensure_partitions
from smartnotes.stores.workers import SqlLeases, SqlWorkers

log = logging.getLogger("smartnotes.worker")

MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 86400.0

LEFT_OVER_S = DAY_S
"""A temporary file that is older was left by a process that was killed."""

BLOBS_KEPT = timedelta(days=2)
"""A file that no row names may still be on its way into one; after so long it is not."""

TEMPORARY = ("smartnotes-read-*",)
"""What reading files leaves in the system's folder for temporary files when it is killed."""


def chores(settings: Settings, *, home: Path, database: Database) -> list[Chore]:
    """Return what is to be done now and then for a server with this data folder and database."""
    clearing = SqlClearing(database)
    workers = SqlWorkers(database)

    def lost_blobs() -> int:
        blobs = build_blobs(settings, home)
        freed = clearing.abandoned_reads(now=now())
        freed += clearing.unneeded(blobs.older(now() - BLOBS_KEPT), now=now())
        blobs.delete(freed)
        return len(freed)

    return [
        Chore("workers", 10 * MINUTE_S, lambda: workers.forget(before=now() - timedelta(hours=1))),
        Chore("leases", HOUR_S, lambda: SqlLeases(database).forget(before=now() - timedelta(hours=1))),
        Chore("expired", 10 * MINUTE_S, lambda: clearing.expired(now=now())),
        Chore("jobs", HOUR_S, lambda: clearing.old_jobs(now=now())),
        Chore("audit", HOUR_S, lambda: clearing.old_audit(before=now() - timedelta(days=settings.server.audit_days))),
        Chore("uploads", HOUR_S, lambda: remove_old((home / "uploads").glob("*"))),
        Chore("temporary", HOUR_S, lambda: remove_old(_temporary())),
        Chore("blobs", DAY_S, lost_blobs),
        Chore("partitions", DAY_S, lambda: len(ensure_partitions(database, now=now()))),
    ]


def remove_old(paths: Iterable[Path], *, older_s: float = LEFT_OVER_S) -> int:
    """Remove those files and folders that nobody has touched for so long; returns how many."""
    removed = 0
    for path in paths:
        with suppress(OSError):  # another process was faster, or it is somebody else's
            if time.time() - path.lstat().st_mtime > older_s:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
                removed += 1
    return removed


def _temporary() -> list[Path]:
    folder = Path(tempfile.gettempdir())
    return [path for pattern in TEMPORARY for path in folder.glob(pattern)]
