"""Reading files from the command line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from importlib.resources import files

import pytest
from fpdf import FPDF
from pypdf import PdfWriter

from tests.e2e.conftest import EXAMPLES, PROGRAM


def test_the_packaged_lecture_is_the_example():
    packaged = files("smartnotes") / "data" / "lecture.pdf"
    assert packaged.read_bytes() == (EXAMPLES / "lecture.pdf").read_bytes()


def test_every_form_of_the_lecture_is_read_whole(library):
    found = {one["name"]: one for one in library("lecture", "list", "--json").json()}
    pages = {name: (one["pages"], one["state"]) for name, one in found.items()}
    assert pages == {
        "lecture.pdf": (15, "complete"),
        "lecture.pptx": (15, "complete"),
        "lecture-scan.pdf": (4, "complete"),
    }


@pytest.mark.parametrize("subject", ["Slides", "Deck", "Scan"])
def test_a_definition_is_found_in_every_form(library, subject):
    text = library("lecture", "text", "lecture", "--subject", subject).out
    assert "A collision occurs when two different keys are sent to the same bucket." in text


def test_speaker_notes_belong_to_the_deck(library):
    pages = library("lecture", "text", "lecture", "--subject", "Deck", "--json").lines()
    assert "Hans Peter Luhn" in pages[3]["text"]


def test_figures_come_with_their_captions(library, tmp_path):
    figures = library("lecture", "figures", "lecture", "-s", "Slides", "-o", tmp_path / "figures", "--json").out
    captions = [one["caption"] for one in json.loads(figures)]
    assert sum(caption.startswith("Figure") for caption in captions) == 4
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in (tmp_path / "figures").iterdir())


def test_the_same_file_again_is_nothing_to_do(library):
    done = library("ingest", EXAMPLES / "lecture.pdf", "--subject", "Slides", "--json")
    (line,) = done.lines()
    assert (line["unchanged"], line["pages_read"]) == (True, 0)


def test_progress_is_ndjson_on_stderr_and_data_alone_on_stdout(shell):
    done = shell("ingest", EXAMPLES / "past-paper.pdf", "--subject", "Exam", "--json")
    assert [line["lecture"]["name"] for line in done.lines()] == ["past-paper.pdf"]
    assert {"step", "done", "total"} <= {name for line in done.err.splitlines() for name in json.loads(line)}


def _encrypted(path):
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.cell(text="secret")
    pdf.set_encryption(owner_password="owner", user_password="user")
    pdf.output(str(path))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("empty.pdf", lambda path: path.write_bytes(b"")),
        ("page.pdf", lambda path: path.write_bytes(b"<!doctype html><title>404</title>")),
        ("half.pdf", lambda path: path.write_bytes((EXAMPLES / "past-paper.pdf").read_bytes()[:400])),
        ("half.pptx", lambda path: path.write_bytes((EXAMPLES / "lecture.pptx").read_bytes()[:20_000])),
        ("locked.pdf", _encrypted),
    ],
)
def test_a_file_that_cannot_be_read_exits_with_3_and_leaves_nothing(shell, name, make):
    make(shell.folder / name)
    done = shell("ingest", name, "--subject", "Bad", code=3)
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert "Traceback" not in done.err
    assert shell("lecture", "list", "--json").json() == []


def test_an_encrypted_file_is_read_with_its_password(shell):
    _encrypted(shell.folder / "locked.pdf")
    assert "hint: " in shell("ingest", "locked.pdf", "--subject", "Locked", code=3).err
    shell("ingest", "locked.pdf", "--subject", "Locked", "--password", "user")
    assert "secret" in shell("lecture", "text", "locked").out


def test_the_others_are_read_when_one_of_several_files_is_bad(shell):
    (shell.folder / "empty.pdf").touch()
    shell("ingest", "empty.pdf", EXAMPLES / "past-paper.pdf", "--subject", "Mixed", code=3)
    assert [one["name"] for one in shell("lecture", "list", "--json").json()] == ["past-paper.pdf"]


def test_an_unknown_subject_exits_with_4(shell):
    assert shell("subject", "delete", "Nobody", "--yes", code=4).out == ""


def _long_scan(path, *, copies):
    writer = PdfWriter()
    for _ in range(copies):
        writer.append(EXAMPLES / "lecture-scan.pdf")
    writer.write(path)


def _ids(shell):
    (lecture,) = shell("lecture", "list", "--json").json()
    pages = shell("lecture", "text", lecture["id"], "--json").lines()
    hits = shell("search", "collision", "--mode", "lexical", "--limit", "100", "--json").json()
    return lecture["id"], [page["id"] for page in pages], sorted(hit["chunk"]["id"] for hit in hits)


def test_a_killed_ingest_goes_on_where_it_stopped_and_gives_the_same_ids(shell, tmp_path_factory):
    file = shell.folder / "long.pdf"
    _long_scan(file, copies=3)
    process = shell.start("ingest", file, "--subject", "Killed", "--progress", "ndjson")
    done = 0
    for line in process.stderr:
        event = json.loads(line)
        if event.get("unit") == "pages":
            done = event.get("done", 0)
        if done >= 5:
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (again,) = shell("ingest", file, "--subject", "Killed", "--json").lines()
    in_flight = 4
    assert again["pages_reused"] >= done - in_flight
    assert again["pages_read"] + again["pages_reused"] == 12
    undisturbed = type(shell)(tmp_path_factory.mktemp("undisturbed"))
    undisturbed("ingest", file, "--subject", "Whole")
    (_, killed_pages, killed_chunks), (_, pages, chunks) = _ids(shell), _ids(undisturbed)
    assert killed_pages == pages
    assert len(killed_chunks) == len(chunks)


WATCHED = """
import sys
tried = []
def watch(event, arguments):
    if event == "socket.getaddrinfo" or event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[0] if event == "socket.getaddrinfo" else arguments[1][0]
        if host not in ("127.0.0.1", "::1", "localhost", None):
            tried.append(host)
sys.addaudithook(watch)
sys.argv = ["smartnotes", *sys.argv[1:]]
from smartnotes.cli.main import main
try:
    main()
finally:
    print("tried:", tried, file=sys.stderr)
"""


def test_nothing_is_asked_of_another_machine(shell):
    for words in (["ingest", str(EXAMPLES / "past-paper.pdf"), "--subject", "Quiet"], ["chat", "What is rehashing?"]):
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, *words],
            check=True,
            capture_output=True,
            text=True,
            env=shell.environment,
            cwd=shell.folder,
        )
        assert "tried: []" in done.stderr


def test_the_command_is_installed_beside_this_python():
    assert PROGRAM.exists()
