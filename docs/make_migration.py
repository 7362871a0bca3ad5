"""Write a migration for what has changed in the tables: ``python docs/make_migration.py "reviews of cards"``.

It compares the metadata with a database that all migrations have made. Read what it wrote before you commit it: it sees
new and missing tables, columns and indexes, not renamed ones, and moves no rows.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from smartnotes.stores.database import Database
from smartnotes.stores.schema import MIGRATIONS, alone, move, newest


def main(message: str) -> None:
    """Write the next migration's file."""
    number = f"{int(newest()) + 1:04}" if any(MIGRATIONS.glob("versions/*.py")) else "0001"
    with tempfile.TemporaryDirectory() as folder:
        engine = Database(Path(folder) / "notebook.db").engine()
        with alone(engine) as connection:
            if number != "0001":
                move(connection, to="head")
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            command.revision(config, message, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
