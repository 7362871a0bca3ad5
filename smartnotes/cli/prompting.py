"""The prompt of chat: questions one after another, and commands that begin with a slash."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from smartnotes.cli.answers import ask, page_links, print_sources
from smartnotes.cli.render import report, say, write_output
from smartnotes.core.errors import OptionsError, SmartNotesError

if TYPE_CHECKING:
    from smartnotes.cli.recording import Tally
    from smartnotes.client.notebook import Notebook
    from smartnotes.core.options import ChatOptions
    from smartnotes.core.study import Answer

HELP = """\
Type a question; a further one may lean on it ("why?", "and its cost?").
  /sources          the pages of the last answer, with their words
  /subject NAME     ask one subject only; without a name: all of them
  /model NAME       answer with another model; none: in the notes' own words
  /web on|off       search the web too
  /clear            begin a new conversation
  /export FILE      write this conversation as Markdown
  /help             this
  /quit             end (or Ctrl-D); Ctrl-C stops an answer"""

_HISTORY_FILE = "chat_history"
_HISTORY_LINES = 1_000


class Talk:
    """Questions at a prompt and what they changed: the conversation, the scope, the model."""

    def __init__(
        self, notebook: Notebook, options: ChatOptions, tally: Tally, *, json: bool, ndjson: bool, show: str
    ) -> None:
        self._notebook = notebook
        self._options = options
        self._tally = tally
        self._json = json
        self._ndjson = ndjson
        self._show = show
        self._last: Answer | None = None
        self._commands: dict[str, Callable[[str], None]] = {
            "/help": self._help,
            "/sources": self._sources,
            "/subject": self._subject,
            "/model": self._model,
            "/web": self._web,
            "/clear": self._clear,
            "/export": self._export,
        }

    def run(self) -> None:
        """Read and answer until the end of input or /quit."""
        say("Ask your notes. /help shows what else there is; Ctrl-D ends.")
        with _History(words=(*self._commands, "/quit")):
            while True:
                try:
                    line = _read_line()
                except EOFError:
                    print(file=sys.stderr)
                    return
                except KeyboardInterrupt:
                    print(file=sys.stderr)
                    say("Ctrl-D or /quit ends.")
                    continue
                if line in ("/quit", "/exit", "/q"):
                    return
                if line:
                    self._do(line)

    def _do(self, line: str) -> None:
        """Answer a line; what goes wrong is told, and the talk goes on."""
        try:
            if line.startswith("/"):
                self._command(line)
            else:
                self._ask(line)
        except KeyboardInterrupt:
            print(file=sys.stderr)
            say("Stopped; nothing of it is kept.")
        except SmartNotesError as error:
            report(error)

    def _ask(self, question: str) -> None:
        answer = ask(self._notebook, question, self._options, json=self._json, ndjson=self._ndjson, show=self._show)
        if not (self._json or self._ndjson):
            print()
        self._last = answer
        self._tally.items += 1
        if answer.conversation_id:
            self._options = self._options.model_copy(update={"conversation_id": answer.conversation_id})

    def _command(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        command = self._commands.get(name)
        if command is None:
            raise OptionsError(f"There is no command {name}.", hint="/help shows those there are.")
        command(rest.strip())

    def _help(self, rest: str) -> None:
        del rest
        say(HELP)

    def _sources(self, rest: str) -> None:
        del rest
        if self._last is None:
            say("Nothing has been answered yet.")
        else:
            print_sources(self._last, link=page_links(self._notebook))

    def _subject(self, rest: str) -> None:
        subject = self._notebook.subject(_unquoted(rest)) if rest else None
        scope = self._options.scope.model_copy(update={"subject": subject.id if subject else None, "lectures": ()})
        self._options = self._options.model_copy(update={"scope": scope})
        self._tally.subject_id = subject.id if subject else None
        say(f"Asking {subject.name} only." if subject else "Asking all subjects.")

    def _model(self, rest: str) -> None:
        wanted = None if rest in ("", "default") else rest
        self._options = self._options.model_copy(update={"model": wanted})
        say(f"Answers come from: {wanted or 'the configured model'}.")

    def _web(self, rest: str) -> None:
        if rest not in ("on", "off"):
            raise OptionsError("Write /web on or /web off.")
        self._options = self._options.model_copy(update={"web": rest == "on"})
        say("The web is searched too." if rest == "on" else "Your notes alone are searched.")

    def _clear(self, rest: str) -> None:
        del rest
        self._options = self._options.model_copy(update={"conversation_id": None})
        self._last = None
        say("A new conversation begins.")

    def _export(self, rest: str) -> None:
        if not rest:
            raise OptionsError("Write where to: /export notes.md")
        if self._options.conversation_id is None:
            raise OptionsError("There is nothing to export yet.", hint="Ask something first; --no-keep keeps nothing.")
        path = Path(_unquoted(rest)).expanduser()
        write_output(self._notebook.export_conversation(self._options.conversation_id), path)
        say(f"Written to {path}.")


def _read_line() -> str:
    """Return the next line. Raises `EOFError`."""
    if sys.stdout.isatty():
        return input("> ").strip()
    # What is asked does not belong into the file or pipe that the answers go to.
    print("> ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip()


def _unquoted(text: str) -> str:
    """Return one argument, which may stand in quotes or have spaces."""
    try:
        words = shlex.split(text, posix=os.name != "nt")
    except ValueError:
        return text
    return words[0] if len(words) == 1 else text


class _History:
    """Questions of earlier talks at the arrow keys, where Python has readline; kept for their owner alone (0600)."""

    def __init__(self, *, words: tuple[str, ...]) -> None:
        self._words = words
        self._file: Path | None = None

    def __enter__(self) -> None:
        try:
            import readline
        except ImportError:  # Windows
            return
        from smartnotes.cli.session import load

        readline.clear_history()
        readline.set_completer(self._complete)
        readline.set_completer_delims(" ")
        readline.parse_and_bind("tab: complete")
        self._file = load().home / _HISTORY_FILE
        with suppress(OSError):
            readline.read_history_file(self._file)

    def __exit__(self, *_: object) -> None:
        if self._file is None:
            return
        import readline

        readline.set_history_length(_HISTORY_LINES)
        with suppress(OSError):  # a folder that cannot be written to is no reason to fail at the end
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # made before it is written, so that there is no moment in which others may read it
            os.close(os.open(self._file, os.O_CREAT | os.O_WRONLY, 0o600))
            self._file.chmod(0o600)
            readline.write_history_file(self._file)
            self._file.chmod(0o600)

    def _complete(self, text: str, state: int) -> str | None:
        fits = [word for word in self._words if text.startswith("/") and word.startswith(text)]
        return fits[state] if state < len(fits) else None
