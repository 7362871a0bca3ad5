"""Groups of commands whose commands are put together only when the group is called.

Typer turns every function of a program into a command before it does anything, which is most of what `--help` costs.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cached_property
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

_GROUPS: dict[str, tuple[typer.Typer, str]] = {}


def add_group(app: typer.Typer, *, name: str, default: str = "") -> None:
    """Put a group under the program's root, which must be a `RootGroup`.

    `default` is the command that the group's name alone means, or its name with options only.
    """
    app.rich_markup_mode = None
    _GROUPS[name] = (app, default)


class LateGroup(TyperGroup):
    """A group that reads its commands from a typer application when somebody asks for them."""

    def __init__(
        self, app: typer.Typer, *, name: str, default: str, context_settings: MutableMapping[str, Any]
    ) -> None:
        self._app = app
        self._default = default
        super().__init__(
            name=name,
            help=str(app.info.help),
            no_args_is_help=not default,
            rich_markup_mode=None,
            context_settings=context_settings,
        )

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # type: ignore[explicit-override] # see below
        """Read the arguments; without a command they are those of the default one."""
        asks = {"-h", "--help"} & set(args[:1])
        if self._default and not asks and (not args or args[0].startswith("-")):
            args = [self._default, *args]
        return super().parse_args(ctx, args)

    @cached_property
    def _built(self) -> dict[str, Any]:
        return dict(get_group(self._app).commands)

    @property  # type: ignore[explicit-override] # importing `override` costs 3 ms
    def commands(self) -> MutableMapping[str, Any]:
        """The commands by name."""
        return self._built

    @commands.setter
    def commands(self, value: MutableMapping[str, Any]) -> None:
        """Take no commands from the base class: it starts with none."""


class RootGroup(TyperGroup):
    """The program: its own commands, and the groups that were added."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, (app, default) in _GROUPS.items():
            group = LateGroup(app, name=name, default=default, context_settings=self.context_settings)
            self.add_command(group)
