"""Write the list of tables in ``docs/database.md``; with ``--check`` only say whether it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

import sqlalchemy as sa

from smartnotes.stores.database import metadata
from smartnotes.stores.partitions import partitioned_tables

PAGE = Path(__file__).with_name("database.md")
BEGIN, END = "<!-- tables: made by docs/make_database.py -->\n", "<!-- end of tables -->\n"


def table_list() -> str:
    """Return the tables as Markdown: columns, keys and indexes of each."""
    return "\n".join(_described(table) for table in sorted(metadata.sorted_tables, key=lambda table: table.name))


def updated(page: str) -> str:
    """Return the page with the list as it should be."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table_list()}\n{END}{rest.partition(END)[2]}"


def _described(table: sa.Table) -> str:
    parts = [f"by month on PostgreSQL, of `{table.name}.at`"] if table in partitioned_tables() else []
    parts += [table.comment] if table.comment else []
    about = f" ({'; '.join(parts)})" if parts else ""
    columns = ", ".join(_column(column) for column in table.columns)
    unique = [rule.columns for rule in table.constraints if isinstance(rule, sa.UniqueConstraint)]
    found = [f"unique ({_names(group)})" for group in sorted(unique, key=_names)]
    found += [f"({_names(index.columns)})" for index in sorted(table.indexes, key=lambda index: _names(index.columns))]
    indexes = f"\n  Indexes: {', '.join(found)}." if found else ""
    return f"- **{table.name}**{about}: {columns}.{indexes}"


def _column(column: sa.Column[object]) -> str:
    refers = "".join(f" → {key.column.table.name}" for key in column.foreign_keys)
    return f"`{column.name}`{'*' if column.primary_key else ''}{'?' if column.nullable else ''}{refers}"


def _names(columns: sa.ColumnCollection[str, sa.Column[object]]) -> str:
    return ", ".join(column.name for column in columns)


def main() -> None:
    """Write the page, or check it."""
    page = PAGE.read_text(encoding="utf-8")
    wanted = updated(page)
    if "--check" in sys.argv[1:]:
        if page != wanted:
            sys.exit("docs/database.md is out of date: python docs/make_database.py")
        return
    PAGE.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    main()
