"""The audit log in SQL. An account's events go with the account, and all of them when they are old."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import sqlalchemy as sa

from smartnotes.core.auditing import AuditEvent, AuditKind
from smartnotes.core.errors import NotFound
from smartnotes.stores.audit_tables import audit_events
from smartnotes.stores.database import Database

CLEARED_EVERY_S = 3600.0
"""How often a process looks for events that are too old."""


_COLUMNS = {"user_id": "owner", "by": "done_by"}
"""Fields of an event whose columns have other names."""


class SqlAudit:
    """`AuditStore` on SQL, which keeps events for `keep_days`."""

    def __init__(self, database: Database, *, keep_days: int) -> None:
        self._database = database
        self._keep = timedelta(days=keep_days)
        self._clear_at = 0.0
        self._lock = threading.Lock()

    def add(self, event: AuditEvent) -> None:
        """Keep an event, and now and then let the old ones go."""
        row = {_COLUMNS.get(name, name): value for name, value in event.model_dump().items()}
        row |= {"address": event.address[:64], "request_id": event.request_id[:64], "detail": event.detail[:64]}
        with self._database.write() as connection:
            connection.execute(audit_events.insert().values(row))
            if self._is_time():
                connection.execute(audit_events.delete().where(audit_events.c.at < event.at - self._keep))

    def all(
        self, *, user_id: str | None = None, kind: AuditKind | None = None, before: str | None = None, limit: int
    ) -> list[AuditEvent]:
        """Return events, newest first; see `AuditStore.all`. Raises `NotFound` where there is no event `before`."""
        chosen = sa.select(audit_events)
        if user_id is not None:
            chosen = chosen.where(audit_events.c.owner == user_id)
        if kind is not None:
            chosen = chosen.where(audit_events.c.kind == kind.value)
        with self._database.read() as connection:
            if before is not None:
                at = _time_of(connection, before, user_id=user_id)
                earlier = (audit_events.c.at == at) & (audit_events.c.id < before)
                chosen = chosen.where((audit_events.c.at < at) | earlier)
            newest_first = chosen.order_by(audit_events.c.at.desc(), audit_events.c.id.desc()).limit(limit)
            return [_event(row) for row in connection.execute(newest_first).mappings()]

    def _is_time(self) -> bool:
        with self._lock:
            if time.monotonic() < self._clear_at:
                return False
            self._clear_at = time.monotonic() + CLEARED_EVERY_S
            return True


def _time_of(connection: sa.Connection, event_id: str, *, user_id: str | None) -> datetime:
    chosen = sa.select(audit_events.c.at).where(audit_events.c.id == event_id)
    if user_id is not None:
        chosen = chosen.where(audit_events.c.owner == user_id)
    found: datetime | None = connection.scalar(chosen)
    if found is None:
        raise NotFound(f"There is no event {event_id!r}.")
    return found


def _event(row: sa.RowMapping) -> AuditEvent:
    return AuditEvent.model_validate({name: row[_COLUMNS.get(name, name)] for name in AuditEvent.model_fields})
