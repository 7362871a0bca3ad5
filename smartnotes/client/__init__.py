"""The notebook: one interface, local or remote."""

from __future__ import annotations

from pathlib import Path

from smartnotes.client.notebook import Notebook
from smartnotes.settings import Settings, data_home, load_settings


def connect(home: str | Path | None = None, *, settings: Settings | None = None) -> Notebook:
    """Open the notebook in a folder (made at first use); without one, the user's own.

    `settings` None reads them from the usual places. Raises `SettingsError`.
    """
    from smartnotes.client.local import LocalNotebook  # noqa: PLC0415 - brings the stores, which only opening needs

    folder = Path(home).expanduser().absolute() if home is not None else data_home() / "notebook"
    return LocalNotebook(folder, settings=settings or load_settings().settings)
