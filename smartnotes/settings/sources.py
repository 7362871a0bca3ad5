"""Where settings come from: files, the environment, the command line."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import platformdirs
from pydantic import ValidationError

from smartnotes.core.addresses import shown_address
from smartnotes.core.errors import SettingsError
from smartnotes.settings.sections import LISTS, SECRETS, Settings

ENVIRONMENT = "SMARTNOTES_"
PROJECT_FILE = "smartnotes.toml"
RESERVED = frozenset({"SMARTNOTES_HOME", "SMARTNOTES_SERVER", "SMARTNOTES_TOKEN"})
"""Variables that are no settings: the data folder, the server that commands use, a personal API token for it."""


class Origin(NamedTuple):
    """A setting's dotted name, its value as text and where it came from."""

    name: str
    value: str
    source: str


class Loaded(NamedTuple):
    """Settings with the origin of every one of them, and the data folder."""

    settings: Settings
    origins: tuple[Origin, ...]
    home: Path


def data_home(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder that holds notebooks: `SMARTNOTES_HOME`, or the platform's user data folder."""
    chosen = environ.get("SMARTNOTES_HOME", "").strip()
    return (
        Path(chosen).expanduser().absolute() if chosen else platformdirs.user_data_path("smartnotes", appauthor=False)
    )


def user_file() -> Path:
    """Return the user's settings file."""
    return platformdirs.user_config_path("smartnotes", appauthor=False) / "config.toml"


def load_settings(
    *, environ: Mapping[str, str] = os.environ, folder: Path | None = None, overrides: Mapping[str, str] | None = None
) -> Loaded:
    """Read every source and return the settings. Raises `SettingsError` for unknown keys and bad values.

    `overrides` maps dotted names ("llm.model") to text, as flags give it.
    """
    layers: list[tuple[str, Mapping[str, object]]] = [
        (str(user_file()), _from_file(user_file())),
        (PROJECT_FILE, _from_file((folder or Path.cwd()) / PROJECT_FILE)),
        ("environment", _from_environment(environ)),
        ("command line", overrides or {}),
    ]
    merged: dict[str, object] = {}
    came_from: dict[str, str] = {}
    known = set(_flatten(Settings().model_dump(mode="json")))
    for source, values in layers:
        for name, value in values.items():
            if name not in known:
                raise SettingsError(
                    f"There is no setting {name!r} ({source}).", hint="smartnotes config show lists all settings."
                )
            _put(merged, name.split("."), _split(value) if name in LISTS else value)
            came_from[name] = source
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as error:
        first = error.errors()[0]
        path = [str(part) for part in first["loc"]]
        name = next((found for end in (3, 2) if (found := ".".join(path[:end])) in known), ".".join(path[:2]))
        raise SettingsError(
            f"The setting {name} has a bad value ({came_from.get(name, 'default')}): {first['msg']}."
        ) from error
    return Loaded(settings, _origins(settings, came_from), data_home(environ))


def _origins(settings: Settings, came_from: Mapping[str, str]) -> tuple[Origin, ...]:
    shown = _flatten(settings.model_dump(mode="json"))
    return tuple(Origin(name, _shown(name, value), came_from.get(name, "default")) for name, value in shown.items())


def _shown(name: str, value: object) -> str:
    if name in SECRETS and value:
        return "(hidden)"
    # an address may hold a password; everything else of it is shown
    return shown_address(value) if isinstance(value, str) and "://" in value else _text(value)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(str(part) for part in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _from_file(path: Path) -> dict[str, object]:
    try:
        return _flatten(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}.") from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for variable, value in environ.items():
        if variable.startswith(ENVIRONMENT) and variable not in RESERVED:
            found[variable[len(ENVIRONMENT) :].lower().replace("__", ".")] = value
    return found


def _flatten(nested: Mapping[str, object]) -> dict[str, object]:
    """Return the values under their dotted names."""
    flat: dict[str, object] = {}
    for key, value in nested.items():
        if isinstance(value, Mapping):
            flat.update({f"{key}.{rest}": inner for rest, inner in _flatten(value).items()})
        else:
            flat[key] = value
    return flat


def _put(nested: dict[str, object], path: Sequence[str], value: object) -> None:
    """Put a value where its path leads, through sections that are made on the way."""
    section = nested
    for part in path[:-1]:
        inner = section.setdefault(part, {})
        assert isinstance(inner, dict)  # noqa: S101 - names are checked, and none is a section and a value
        section = inner
    section[path[-1]] = value
