"""The notebook: one interface, local or remote."""

from __future__ import annotations

from pathlib import Path

from smartnotes.client.local import LocalNotebook
from smartnotes.settings import Settings, load_settings


def connect(home: str | Path | None = None, *, settings: Settings | None = None) -> LocalNotebook:
    """Open the notebook in a folder (made at first use); without one, the user's own.

    `settings` None reads them from the usual places. Raises `SettingsError`.
    """
    loaded = load_settings()
    folder = Path(home).expanduser().absolute() if home is not None else loaded.home / "notebook"
    return LocalNotebook(folder, settings=settings or loaded.settings)
