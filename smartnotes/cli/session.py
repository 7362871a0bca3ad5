"""What the root command's options mean for every command below it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartnotes.client.notebook import Notebook
    from smartnotes.core.options import PageRange, Scope
    from smartnotes.settings import Loaded


@dataclass
class Session:
    """Root options of this run; filled by the root callback before any command."""

    notebook: Path | None = None
    server: str | None = None
    quiet: bool = False
    overrides: dict[str, str] = field(default_factory=dict)


session = Session()


def load() -> Loaded:
    """Return the settings of this run. Raises `SettingsError`."""
    from smartnotes.settings import load_settings

    return load_settings(overrides=session.overrides)


def open_notebook(folder: Path | None = None, *, asking: bool = False) -> Notebook:
    """Open the notebook this run is about (or the one in `folder`); close it after use.

    `asking` says that a question comes next, for which a notebook in a folder begins to load its models.
    """
    from smartnotes.client import connect

    loaded = load()
    home = folder or session.notebook
    if home is None and (server := chosen_server()):
        return connect(server, settings=loaded.settings)
    if asking:
        from smartnotes.bootstrap import load_early

        load_early(loaded.settings)
    return connect(home or loaded.home / "notebook", settings=loaded.settings)


def chosen_server() -> str | None:
    """Return the server this run uses: `--server`, `SMARTNOTES_SERVER`, or where one signed in last; None for none.

    Raises `SettingsError` for what is no address.
    """
    from smartnotes.client.credentials import SavedLogins, normalised

    named = session.server or os.environ.get("SMARTNOTES_SERVER", "").strip()
    return normalised(named) if named else SavedLogins().default()


def make_scope(subject: str | None, lectures: list[str] | None, pages: str | None) -> Scope:
    """Return the scope that the shared parameters describe. Raises `OptionsError`."""
    from smartnotes.core.options import Scope

    return Scope(subject=subject, lectures=tuple(lectures or ()), pages=parse_pages(pages))


def parse_pages(text: str | None) -> PageRange | None:
    """Return the page range that ``12`` or ``3-9`` means, None for None. Raises `OptionsError`."""
    from pydantic import ValidationError

    from smartnotes.core.errors import OptionsError
    from smartnotes.core.options import PageRange

    if text is None:
        return None
    first, _, last = text.partition("-")
    try:
        return PageRange(first=int(first), last=int(last or first))
    except (ValueError, ValidationError) as error:
        raise OptionsError(f"{text!r} is no page range.", hint="Write 12 or 3-9; pages count from 1.") from error
