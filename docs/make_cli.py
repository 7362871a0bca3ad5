"""Write `docs/cli.md` from the commands themselves, or with `--check` say whether it is up to date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import Enum
from inspect import cleandoc
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from typer.main import get_command

from smartnotes.cli.exits import EXIT_CODES
from smartnotes.cli.main import app

PAGE = Path(__file__).with_name("cli.md")
INTRODUCTION = """\
# The command line

Made by `docs/make_cli.py` from the commands themselves: change the commands, not this page.

Data goes to standard output, messages and progress to standard error. With `--json` the data are the value types of
the library as JSON, and progress is NDJSON. Partial success is not an error: the warnings say which pages are missing.

| exit code | meaning |
|---|---|
"""


def commands(command: Any, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command with the words that call it, a group before what it holds."""
    yield names, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, (*names, name))


def section(command: Any, names: tuple[str, ...]) -> str:
    """Return the part about one command or group: what it does and what it takes."""
    head = f"{'##' if len(names) < 3 else '###'} {' '.join(names)}\n\n{cleandoc(command.help or '')}\n"
    hints = get_type_hints(command.callback) if command.callback else {}
    rows = [
        f"| `{_spelling(one, choices=_choices(hints.get(one.name)))}` | {_meaning(one)} |"
        for one in command.params
        if one.name in hints
    ]
    return "\n".join([head, "| | |", "|---|---|", *rows]) + "\n" if rows else head


def _choices(hint: Any) -> list[str]:
    """Return the words that an enumeration, a Literal, or a list or option of them allows; [] for anything else."""
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return [str(member.value) for member in hint]
    return [word for inner in get_args(hint) for word in _choices(inner)]


def _spelling(parameter: Any, *, choices: list[str]) -> str:
    value = parameter.metavar or "\\|".join(choices) or parameter.name.upper()
    if parameter.param_type_name == "argument":
        return value if parameter.required else f"[{value}]"
    flag = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return flag if parameter.is_flag else f"{flag} {value}"


def _meaning(parameter: Any) -> str:
    words = [parameter.help or ""]
    if parameter.required:
        words.append("Required.")
    elif parameter.default not in (None, False, "", ()) and not callable(parameter.default):
        value = getattr(parameter.default, "value", parameter.default)
        words.append(f"Default: {str(value).lower() if isinstance(value, bool) else value}.")
    return " ".join(filter(None, words))


def page() -> str:
    """Return the whole page."""
    codes: dict[int, list[str]] = {0: ["success"]}
    for error, code in EXIT_CODES.items():
        codes.setdefault(code, []).append(f"`{error.__name__}`: {(error.__doc__ or '').splitlines()[0]}")
    parts = [INTRODUCTION + "".join(f"| {code} | {'<br>'.join(names)} |\n" for code, names in codes.items())]
    parts += [section(command, names) for names, command in commands(get_command(app), ("smartnotes",))]
    return "\n".join(parts)


def main() -> None:
    """Write or check."""
    if "--check" not in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    elif page() != PAGE.read_text(encoding="utf-8"):
        sys.exit("docs/cli.md is not what the commands say; run: python docs/make_cli.py")


if __name__ == "__main__":
    main()
