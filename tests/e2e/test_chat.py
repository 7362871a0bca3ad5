"""Asking in a talk: kept, continued, piped into, at a prompt."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import subprocess
import time

import pytest

from tests.e2e.conftest import EXAMPLES, PROGRAM, Shell

FIRST = "What is open addressing?"
FOLLOW_UP = "why does it need tombstones?"


@pytest.fixture(scope="module")
def talker(tmp_path_factory):
    """A place of its own with the example lecture: tests here leave conversations behind."""
    shell = Shell(tmp_path_factory.mktemp("talker"))
    shell.environment["SMARTNOTES_LLM__ENGINE"] = "none"
    shell("ingest", EXAMPLES / "lecture.pdf", "--subject", "Algorithms")
    return shell


def piped(shell, text, *words, code=0):
    """Run the command with this on its standard input."""
    data = text if isinstance(text, bytes) else text.encode()
    done = subprocess.run(
        [str(PROGRAM), *words],
        input=data,
        capture_output=True,
        cwd=shell.folder,
        env=shell.environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr.decode()
    return done.stdout.decode(), done.stderr.decode()


def test_a_question_goes_on_with_the_last_conversation(talker):
    talker("chat", FIRST)
    done = talker("chat", "-c", FOLLOW_UP)
    assert "tombstone" in done.out
    assert "searched for: why does open addressing need tombstones?" in done.err
    (shown,) = talker("conversation", "show", FIRST, "--json").lines()
    assert [turn["answer"]["question"] for turn in shown["turns"]] == [FIRST, FOLLOW_UP]


def test_a_conversation_is_found_by_its_name_renamed_exported_and_deleted(talker):
    talker("chat", "What is rehashing?")
    talker("chat", "--conversation", "What is rehashing", "when is it done?")
    talker("conversation", "rename", "What is rehashing", "Growing")
    done = talker("conversation", "export", "Growing", "-o", "growing.md")
    assert done.out == "growing.md\n"
    written = (talker.folder / "growing.md").read_text()
    assert "## when is it done?" in written
    assert "[^1]: lecture.pdf, page" in written
    assert talker("conversation", "export", "Growing").out == written
    talker("conversation", "delete", "Growing", code=2)  # nobody can be asked
    talker("conversation", "delete", "Growing", "--yes")
    talker("conversation", "show", "Growing", code=4)


def test_nothing_is_kept_where_nothing_shall_be(talker):
    before = talker("conversation", "list").out
    talker("chat", FIRST, "--no-keep")
    assert talker("conversation", "list").out == before


def test_going_on_with_nothing_says_how_to_begin(shell):
    assert "Begin one" in shell("chat", "-c", "why?", code=4).err


def test_ndjson_tells_pieces_and_the_answer_on_stdout(talker):
    lines = talker("chat", FIRST, "--ndjson", "--fresh").lines()
    assert {line["type"] for line in lines} == {"progress", "delta", "answer"}
    assert lines[-1]["type"] == "answer"
    assert "".join(line["text"] for line in lines if line["type"] == "delta") == lines[-1]["text"]


def test_an_answer_kept_ready_has_its_pieces_too(talker):
    talker("chat", "What is double hashing?", "--json")
    lines = talker("chat", "What is double hashing?", "--ndjson").lines()
    assert lines[-1]["cached"]
    assert "".join(line["text"] for line in lines if line["type"] == "delta") == lines[-1]["text"]
    assert not talker("chat", "What is double hashing?", "--fresh", "--json").lines()[0]["cached"]


def test_piped_text_alone_is_the_question(talker):
    out, _ = piped(talker, "What is a tombstone?\n", "chat", "--json")
    assert json.loads(out)["question"] == "What is a tombstone?"


def test_piped_text_is_joined_to_the_question(talker):
    out, _ = piped(
        talker, "A table with open addressing\nlost keys after a deletion.", "chat", "Explain this", "--json"
    )
    answer = json.loads(out)
    assert answer["question"] == "Explain this\n\nA table with open addressing\nlost keys after a deletion."
    assert answer["covered"]


@pytest.mark.parametrize(
    ("data", "words"), [(b"\xff\xfe\x00%PDF", ["x"]), ("word " * 3000, ["x"]), (b"x" * 1_200_000, ["x"]), ("", [])]
)
def test_what_no_question_can_be_is_refused_with_a_hint(talker, data, words):
    out, err = piped(talker, data, "chat", *words, code=2)
    assert out == ""
    assert "hint:" in err


def test_a_pipe_that_nobody_uses_does_not_hold_up_the_answer(talker):
    read, write = os.pipe()
    try:
        done = subprocess.run(
            [str(PROGRAM), "chat", FIRST, "--json"],
            stdin=read,
            capture_output=True,
            cwd=talker.folder,
            env=talker.environment,
            timeout=60,
            check=False,
        )
    finally:
        os.close(write)
        os.close(read)
    assert done.returncode == 0
    assert json.loads(done.stdout)["covered"]
    assert b"nothing came on standard input" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals on Windows")
def test_the_prompt_answers_obeys_commands_and_remembers_what_was_asked(talker, request):
    screen = Screen(talker, "chat")
    request.addfinalizer(screen.close)
    screen.type(FIRST, until="[1] lecture.pdf, p. 9")
    screen.type(FOLLOW_UP, until="searched for: why does open addressing need tombstones?")
    screen.type("/sources", until="A tombstone is a mark left")
    screen.type("/subject Algo", until="Asking Algorithms only.")
    screen.type("/subject Chemistry", until="There is no subject 'Chemistry'")
    screen.type("/web perhaps", until="Write /web on or /web off.")
    screen.type("/nonsense", until="There is no command /nonsense.")
    screen.type("/export talk.md", until="Written to talk.md.")
    screen.type("/clear", until="A new conversation begins.")
    screen.type("/export other.md", until="There is nothing to export yet.")
    screen.insist("\x03", until="Ctrl-D or /quit ends. > ")
    screen.press("\x04")
    assert screen.end() == 0
    assert "## why does it need tombstones?" in (talker.folder / "talk.md").read_text()
    history = talker.folder / "home" / "chat_history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert FOLLOW_UP in history.read_text()


class Screen:
    """A command on a pseudo-terminal."""

    def __init__(self, shell: Shell, *words: str) -> None:
        import pty  # noqa: PLC0415 - not on Windows

        self._mine, theirs = pty.openpty()
        self._shown = b""
        environment = shell.environment | {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
        self._process = subprocess.Popen(
            [str(PROGRAM), *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=shell.folder,
            env=environment,
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - no other threads here
        )
        os.close(theirs)
        self._wait("> ")

    def type(self, line: str, *, until: str) -> None:
        """Type a line and wait for what follows, and for the next prompt."""
        self.press(line + "\r", until=until)
        self._wait("> ")

    def press(self, keys: str, *, until: str = "") -> None:
        """Press keys and wait for what follows."""
        self._shown = b""
        os.write(self._mine, keys.encode())
        if until:
            self._wait(until)

    def insist(self, keys: str, *, until: str) -> None:
        """Press keys again and again until what follows comes.

        Python's readline misses a Ctrl-C that comes after the prompt is written and before it waits for a key.
        """
        for _ in range(29):
            self.press(keys)
            with contextlib.suppress(TimeoutError):
                self._wait(until, seconds=2)
                return
        self.press(keys, until=until)

    def end(self) -> int:
        """Wait for the end; returns the exit code."""
        try:
            code = self._process.wait(timeout=30)
        finally:
            self.close()
        return code

    def close(self) -> None:
        """End the command, whatever it does; closing twice does nothing."""
        if self._mine is None:
            return
        self._process.kill()
        self._process.wait()
        os.close(self._mine)
        self._mine = None

    def _wait(self, text: str, *, seconds: float = 60) -> None:
        import select  # noqa: PLC0415

        limit = time.monotonic() + seconds
        while text.encode() not in _plain(self._shown):
            if time.monotonic() > limit:
                raise TimeoutError(f"{text!r} did not come:\n{self._shown.decode()}")
            ready, _, _ = select.select([self._mine], [], [], 0.5)
            if ready:
                self._shown += os.read(self._mine, 65_536)


def _own_terminal() -> None:
    """Make the pseudo-terminal the one that Ctrl-C comes from."""
    import fcntl  # noqa: PLC0415
    import termios  # noqa: PLC0415

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _plain(shown: bytes) -> bytes:
    """Return what is shown without colours and links, on one line."""
    import re  # noqa: PLC0415

    without = re.sub(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)", b"", shown)
    return b" ".join(without.split()) + (b" " if without.endswith(b" ") else b"")
