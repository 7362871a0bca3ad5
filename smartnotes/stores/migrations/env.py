"""What Alembic runs its migrations with: the connection that `stores/schema.py` gives it."""

from __future__ import annotations

from typing import Literal

from alembic import context

from smartnotes.stores.database import metadata
from smartnotes.stores.schema import is_ours
from smartnotes.stores.tables import UtcTime


def _written(kind: str, item: object, _context: object) -> str | Literal[False]:
    # A migration stands for itself: types of ours may change after it was written.
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite changes a table by making it anew; Alembic does that in its batch mode.
    render_as_batch=connection.dialect.name == "sqlite",
    include_name=is_ours,
    render_item=_written,
)
with context.begin_transaction():
    context.run_migrations()
