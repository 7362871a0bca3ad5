"""The list of tables in the documentation is what the tables are."""

from __future__ import annotations

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_list_of_tables_is_up_to_date():
    """Bring it up to date with: python docs/make_database.py."""
    page = (DOCS / "database.md").read_text(encoding="utf-8")
    assert runpy.run_path(str(DOCS / "make_database.py"))["updated"](page) == page
