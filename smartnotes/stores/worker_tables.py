"""The tables of those who do jobs: workers that are there, and leases on what only one process at a time should do."""

from __future__ import annotations

import sqlalchemy as sa

from smartnotes.stores.tables import UtcTime, metadata

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("process_id", sa.Integer, nullable=False),
    sa.Column("queues", sa.Text, nullable=False, comment="separated by spaces"),
    sa.Column("slots", sa.Integer, nullable=False),
    sa.Column("jobs", sa.Text, nullable=False, comment="those under way, separated by spaces"),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False, comment="the last heartbeat"),
    sa.Column("holder", sa.Text, nullable=False, comment="host, process, start time"),
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("until", UtcTime, nullable=False),
)
