"""The notebook: one interface, local or remote."""

from __future__ import annotations

from pathlib import Path

from smartnotes.client.notebook import Notebook
from smartnotes.settings import Settings, data_home, load_settings


def connect(target: str | Path | None = None, *, settings: Settings | None = None) -> Notebook:
    """Open the notebook in a folder (made at first use) or at a server; without a target, the user's own folder.

    A text that begins with ``http://`` or ``https://`` is a server, where somebody must be signed in (``smartnotes
    login``, or a personal API token in `SMARTNOTES_TOKEN`). `settings` None reads them from the usual places. Raises
    `SettingsError`, `NotSignedIn`.
    """
    chosen = settings or load_settings().settings
    if isinstance(target, str) and target.startswith(("http://", "https://")):
        from smartnotes.client.remoteaccess import open_remote  # noqa: PLC0415 - only a server needs HTTP

        return open_remote(target, settings=chosen)
    from smartnotes.bootstrap import build_engines, build_stores  # noqa: PLC0415 - only opening needs the stores
    from smartnotes.client.local import LocalNotebook  # noqa: PLC0415

    folder = Path(target).expanduser().absolute() if target is not None else data_home() / "notebook"
    return LocalNotebook(stores=build_stores(folder), engines=build_engines(chosen), settings=chosen)
