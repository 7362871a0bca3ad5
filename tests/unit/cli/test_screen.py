"""What lectures say is printed, never obeyed."""

from __future__ import annotations

import io
import json

from rich.table import Table
from rich.text import Text

from smartnotes.cli.answers import numbered
from smartnotes.cli.screen import Screen, escaped_json
from smartnotes.core.study import AnswerSentence

EVIL = "a\x1b[2J\x1b]8;;http://x\x07b\x9b31m\u202e [bold]c[/bold] [link=http://x]d[/link]"


def test_text_of_a_lecture_gives_a_terminal_no_command_and_is_no_markup() -> None:
    out = io.StringIO()
    screen = Screen(file=out, force_terminal=True, width=200, highlight=False, color_system=None)
    table = Table("head")
    table.add_row(Text(EVIL))
    screen.print(Text(EVIL))
    screen.print(table)
    printed = out.getvalue()
    assert "\x1b" not in printed
    assert "\x9b" not in printed
    assert "\u202e" not in printed
    assert printed.count("[bold]c[/bold] [link=http://x]d[/link]") == 2


def test_our_own_colours_stay() -> None:
    out = io.StringIO()
    Screen(file=out, force_terminal=True, color_system="standard").print(Text("x", style="bold red"))
    assert "\x1b[1;31mx" in out.getvalue()


def test_json_says_the_same_and_steers_nothing() -> None:
    written = json.dumps({"text": EVIL}, ensure_ascii=False)
    assert json.loads(escaped_json(written)) == {"text": EVIL}
    assert not {"\x9b", "\u202e", "\x1b"} & set(escaped_json(written))


def test_claims_without_support_are_marked_and_what_claims_nothing_is_not() -> None:
    sentences = (
        AnswerSentence(text="Here it is:", claim=False),
        AnswerSentence(text="One.", citations=(0, 2)),
        AnswerSentence(text="Two."),
    )
    assert numbered("Here it is:\n- One.\n- Two.", sentences) == "Here it is:\n- One. [1][3]\n- Two. [?]"
