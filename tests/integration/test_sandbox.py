"""Reading in locked-in children: hostile input costs a page or ends in a clear error; nothing is left behind."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartnotes.core.errors import Cancelled, DamagedFile, EncryptedFile, InputError, SmartNotesError, TooLarge
from smartnotes.core.events import Progress, ignore
from smartnotes.core.model import PageWarning
from smartnotes.core.options import IngestOptions, Limits
from smartnotes.core.ports import PageRead
from smartnotes.engines.sandbox import InlineReader, SandboxedReader, isolation_report
from smartnotes.engines.workfolder import WorkFolder, remove_stale
from tests.pdf_making import make_pdf, nested_flate, self_drawing_form, stream, text

QUICK = IngestOptions(limits=Limits(page_s=4.0, file_s=10.0, memory_bytes=600 * 1024**2))
Result = PageRead | PageWarning


@pytest.fixture(autouse=True)
def _nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test may leave a process or a temporary folder behind."""
    work = tmp_path / "tmp"
    work.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(work))
    before = children()
    yield
    assert children() == before
    assert list(work.iterdir()) == []


def children() -> set[int]:
    """The processes this one has started and that still run (Linux; elsewhere nothing is seen)."""
    found: set[int] = set()
    for task in Path("/proc/self/task").glob("*/children"):
        found |= {int(number) for number in task.read_text(encoding="ascii").split()}
    return found


def a_file(folder: Path, data: bytes, name: str = "lecture.pdf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def read_all(path: Path, options: IngestOptions = QUICK) -> list[Result]:
    reader = SandboxedReader()
    info = reader.inspect(path, options=options)
    return list(reader.read(path, info, numbers=range(1, info.pages + 1), options=options, emit=ignore))


def test_every_page_comes_back_once_and_equals_what_this_process_reads(tmp_path: Path) -> None:
    path = a_file(tmp_path, make_pdf(*(text(f"Page {number} on cells") for number in range(1, 41))))
    results = read_all(path)
    inline = InlineReader()
    info = inline.inspect(path, options=QUICK)
    expected = {
        result.page.number: result.page
        for result in inline.read(path, info, numbers=range(1, 41), options=QUICK, emit=ignore)
        if isinstance(result, PageRead)
    }
    assert {result.page.number: result.page for result in results if isinstance(result, PageRead)} == expected
    assert len(results) == 40


def test_only_the_pages_asked_for_are_read_and_progress_counts_all(tmp_path: Path) -> None:
    path = a_file(tmp_path, make_pdf(*(text(str(number)) for number in range(5))))
    reader = SandboxedReader()
    info = reader.inspect(path, options=QUICK)
    events: list[Progress] = []
    results = list(reader.read(path, info, numbers=[2, 4], options=QUICK, emit=events.append))
    assert sorted(result.page.number for result in results if isinstance(result, PageRead)) == [2, 4]
    assert all(event.total == 5 and 3 <= event.done <= 5 for event in events)


def test_a_page_that_eats_the_memory_is_lost_and_the_others_are_not(tmp_path: Path) -> None:
    bomb = nested_flate(500 * 1024**2)
    assert len(bomb) < 10_000
    sound = make_pdf("placeholder", text("Still here"))
    both = sound.replace(stream(b"placeholder"), bomb[bomb.index(b"<< /Length") : bomb.index(b"endstream") + 9])
    greedy = IngestOptions(limits=Limits(memory_bytes=200 * 1024**2))
    lost, kept = sorted(read_all(a_file(tmp_path, both), greedy), key=lambda result: isinstance(result, PageRead))
    assert isinstance(lost, PageWarning)
    assert (lost.page, lost.code) in ((1, "page_crashed"), (1, "page_memory"))
    assert isinstance(kept, PageRead)
    assert kept.page.text == "Still here"


def test_a_page_without_end_is_stopped_by_the_clock(tmp_path: Path) -> None:
    path = a_file(tmp_path, self_drawing_form())
    started = time.monotonic()
    (result,) = read_all(path, IngestOptions(limits=Limits(page_s=1.0)))
    assert isinstance(result, PageWarning)
    assert (result.page, result.code) == (1, "page_timeout")
    assert "page_s" in result.message
    assert time.monotonic() - started < 15


def test_a_huge_page_is_drawn_small(tmp_path: Path) -> None:
    box = "/MediaBox [0 0 14400 14400]"
    picture = stream(
        bytes(3), "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    )
    content = "q 14400 0 0 14400 0 0 cm /I Do Q"
    path = a_file(tmp_path, make_pdf(content, page=box, resources="/XObject << /I 10 0 R >>", extra=[picture]))
    options = IngestOptions(limits=Limits(page_pixels=4_000_000, page_s=30))
    (result,) = read_all(path, options)
    assert isinstance(result, PageRead)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (make_pdf(text("x"))[:150], DamagedFile),
        (b"%PDF-1.7\n" + b"\0" * 500, DamagedFile),
        (b"", InputError),
        (b"<html><body>Not found</body></html>", InputError),
    ],
    ids=["cut off", "zeros", "empty", "a web page"],
)
def test_a_file_that_cannot_be_opened_is_a_clear_error(tmp_path: Path, data: bytes, error: type[InputError]) -> None:
    with pytest.raises(error) as caught:
        read_all(a_file(tmp_path, data))
    assert caught.value.hint


def test_the_password_reaches_the_child(tmp_path: Path) -> None:
    import pypdf  # noqa: PLC0415 - slow to import

    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("student", algorithm="RC4-128")
    path = tmp_path / "a.pdf"
    writer.write(path)
    with pytest.raises(EncryptedFile):
        read_all(path)
    assert len(read_all(path, QUICK.model_copy(update={"password": "student"}))) == 1


def test_too_many_pages_name_the_limit(tmp_path: Path) -> None:
    path = a_file(tmp_path, make_pdf(*(text(str(number)) for number in range(5))))
    with pytest.raises(TooLarge, match="limit pages"):
        read_all(path, IngestOptions(limits=Limits(pages=3)))


def test_closing_the_iterator_ends_the_children(tmp_path: Path) -> None:
    path = a_file(tmp_path, make_pdf(*(text(str(number)) for number in range(30))))
    reader = SandboxedReader()
    info = reader.inspect(path, options=QUICK)
    results = reader.read(path, info, numbers=range(1, 31), options=QUICK, emit=ignore)
    assert isinstance(next(results), PageRead)
    results.close()


def test_cancelling_ends_the_children(tmp_path: Path) -> None:
    def cancel(event: Progress) -> None:
        if event.page == 3:
            raise Cancelled("Stopped.")

    path = a_file(tmp_path, make_pdf(*(text(str(number)) for number in range(8))))
    reader = SandboxedReader()
    info = reader.inspect(path, options=QUICK)
    with pytest.raises(Cancelled):
        list(reader.read(path, info, numbers=range(1, 9), options=QUICK, emit=cancel))


def test_a_child_kept_after_inspecting_ends_with_the_reader(tmp_path: Path) -> None:
    path = a_file(tmp_path, make_pdf(text("x")))
    reader = SandboxedReader()
    reader.inspect(path, options=QUICK)
    reader.close()
    SandboxedReader().inspect(path, options=QUICK)  # nobody holds this reader: its child goes with it


def test_mutated_files_never_do_more_than_fail(tmp_path: Path) -> None:
    """Bytes changed at random: each file gives pages, warnings or one of our errors, soon."""
    random_bytes = random.Random(20260301)  # noqa: S311 - for tests
    picture = stream(
        bytes(12), "/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    )
    sound = make_pdf(
        text("Cells") + "q 90 0 0 90 100 100 cm /I Do Q 1 0 0 rg 10 10 50 50 re f",
        text("Genes"),
        resources="/XObject << /I 10 0 R >>",
        extra=[picture],
    )
    for _ in range(12):
        data = bytearray(sound)
        for _ in range(random_bytes.randint(1, 30)):
            data[random_bytes.randrange(9, len(data))] = random_bytes.randrange(256)
        started = time.monotonic()
        try:
            results = read_all(a_file(tmp_path, bytes(data)))
        except InputError:
            continue
        assert all(isinstance(result, PageRead | PageWarning) for result in results)
        assert time.monotonic() - started < 20


@pytest.mark.skipif(sys.platform != "linux", reason="what can be locked away differs between systems")
def test_isolation_is_reported_measure_by_measure() -> None:
    report = isolation_report()
    assert {"network", "files", "system calls", "memory"} <= set(report)
    assert "MiB" in report["memory"]


def test_nothing_is_left_when_the_parent_is_killed(tmp_path: Path) -> None:
    """The children go at once, the folder with the next run."""
    path = a_file(tmp_path, make_pdf(*(text(str(number)) for number in range(30))))
    program = (
        "import sys, tempfile; from pathlib import Path; from smartnotes.engines.sandbox import SandboxedReader\n"
        "from smartnotes.core.options import IngestOptions; from smartnotes.core.events import ignore\n"
        f"tempfile.tempdir = {tempfile.gettempdir()!r}; path = Path({str(path)!r}); reader = SandboxedReader()\n"
        "info = reader.inspect(path, options=IngestOptions())\n"
        "results = reader.read(path, info, numbers=range(1, 31), options=IngestOptions(), emit=ignore)\n"
        "next(results); print('reading', flush=True); sys.stdin.read()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stdin=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdin is not None
    assert parent.stdout.readline() == b"reading\n"
    (folder,) = Path(tempfile.gettempdir()).iterdir()
    own = [int(line) for line in Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text("ascii").split()]
    assert own
    parent.kill()
    parent.wait()
    parent.stdout.close()
    parent.stdin.close()
    deadline = time.monotonic() + 10
    while any(is_running(pid) for pid in own) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in own if is_running(pid)]
    os.utime(folder, (time.time() - 3600,) * 2)
    remove_stale()
    assert not folder.exists()


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def test_a_folder_in_use_is_not_taken_for_stale() -> None:
    folder = WorkFolder()
    os.utime(folder.path, (time.time() - 3600,) * 2)
    remove_stale()
    assert folder.path.exists()
    folder.remove()


def test_a_child_cannot_reach_out(tmp_path: Path) -> None:
    """From within: no network, no programs, no other files, nothing written but in its own folder."""
    secret = a_file(tmp_path, b"secret", "secret.txt")
    own = tmp_path / "own"
    own.mkdir()
    program = f"""
import os, socket, json
from pathlib import Path
from smartnotes.engines.child import _readable
from smartnotes.engines.jail import lock_in
lock_in(readable=_readable(Path({str(own / "lecture.pdf")!r}), programs=False), writable=Path({str(own)!r}),
        memory_bytes=2**29, file_bytes=2**20)
def tried(action):
    try:
        action()
    except OSError as error:
        return type(error).__name__
    return "done"
print(json.dumps([
    tried(lambda: socket.create_connection(("127.0.0.1", 9), timeout=1)),
    tried(lambda: os.execv("/bin/true", ["true"])),
    tried(os.fork),
    tried(lambda: Path({str(secret)!r}).read_bytes()),
    tried(lambda: Path({str(tmp_path / "new")!r}).write_bytes(b"")),
    tried(lambda: (Path({str(own)!r}) / "crop.png").write_bytes(b"x")),
]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    report = isolation_report()
    network, execution, fork, reading, writing, crop = json.loads(done.stdout)
    assert crop == "done"
    if "seccomp" in report["system calls"] and report["system calls"].startswith("filtered"):
        assert (network, execution, fork) == ("PermissionError",) * 3
    if report["files"].startswith("the document"):
        assert (reading, writing) == ("PermissionError",) * 2


def test_errors_of_ours_cross_the_process_with_their_hint(tmp_path: Path) -> None:
    with pytest.raises(SmartNotesError) as caught:
        read_all(a_file(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old.ppt"))
    assert caught.value.code == "unsupported_format"
    assert ".pptx" in caught.value.hint
