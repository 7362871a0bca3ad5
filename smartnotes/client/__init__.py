"""The notebook: one interface, local or remote."""

from __future__ import annotations

from pathlib import Path

from smartnotes.client.notebook import Notebook
from smartnotes.settings import Settings, data_home, load_settings


def connect(home: str | Path | None = None, *, settings: Settings | None = None) -> Notebook:
    """Open the notebook in a folder (made at first use); without one, the user's own.

    `settings` None reads them from the usual places. Raises `SettingsError`.
    """
    from smartnotes.bootstrap import build_engines, build_stores  # noqa: PLC0415 - only opening needs the stores
    from smartnotes.client.local import LocalNotebook  # noqa: PLC0415

    folder = Path(home).expanduser().absolute() if home is not None else data_home() / "notebook"
    chosen = settings or load_settings().settings
    return LocalNotebook(stores=build_stores(folder), engines=build_engines(chosen), settings=chosen)
