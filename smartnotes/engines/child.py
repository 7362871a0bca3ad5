"""The program that reads an untrusted file: one process, one thread, one file, locked in before it opens it.

It is told what to do on standard input and answers on standard output, a message a line: a word, a space, the rest.

    in    {Setup}                          once, first
          read 1 2 3                       any number of times
          prints                           for the fingerprints of all pages
    out   ready {measure: outcome}         locked in
          info {SourceInfo}                the file is open
          prints {number: fingerprint}     as asked for
          start 2                          page 2 is being read
          page {Page}                      done; its crops lie in the folder as <blob>.png
          lost {PageWarning}               page could not be read
          error {Failure}                  the file cannot be read at all; the last message

It ends when the input does, when its parent ends, or when it is idle for long.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import BinaryIO

from smartnotes.core.errors import DamagedFile, SmartNotesError, TooLarge
from smartnotes.core.model import PageWarning, Value
from smartnotes.core.options import IngestOptions, LocalModels, how_to_raise
from smartnotes.engines.inline import read_or_warn
from smartnotes.engines.jail import die_with_parent, limit_processor, lock_in
from smartnotes.engines.reading import SourceFile, all_fingerprints, late_ocr, open_source

_IDLE_S = 10.0
_CROPS_BYTES = 256 * 1024**2  # no file that the child writes may be larger
_SYSTEM_FOLDERS = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/X11/fonts",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/dev/urandom",
    "/dev/random",
)
_PROGRAM_FOLDERS = ("/bin", "/usr/bin", "/usr/local/bin", "/opt", "/proc")


class Setup(Value):
    """What a child is told first. The password stands apart because options never carry it into a file."""

    path: str
    options: IngestOptions
    password: str | None
    models: LocalModels = LocalModels()
    folder: str
    parent: int
    programs: bool


class Failure(Value):
    """One of our errors on its way to the parent."""

    code: str
    message: str
    hint: str


class _Answers:
    """The way back to the parent; what libraries print to standard output goes to the log instead."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)

    def send(self, word: str, rest: str) -> None:
        data = memoryview(f"{word} {rest}\n".encode())
        while data:
            data = data[self._out.write(data) or 0 :]


def main() -> None:
    """Serve one parent until it is done with us."""
    answers = _Answers()
    orders: BinaryIO = os.fdopen(0, "rb", buffering=0, closefd=False)
    setup = Setup.model_validate_json(orders.readline())
    die_with_parent(setup.parent)
    options = setup.options.model_copy(update={"password": setup.password})
    path, folder = Path(setup.path), Path(setup.folder)
    report = lock_in(
        readable=_readable(path, programs=setup.programs, models=setup.models),
        writable=folder,
        memory_bytes=options.limits.memory_bytes,
        file_bytes=_CROPS_BYTES,
        programs=setup.programs,
    )
    answers.send("ready", json.dumps(report))
    limit_processor(2 * options.limits.file_s)
    try:
        source = _open(path, options, setup.models)
        answers.send("info", source.info().model_dump_json())
        _serve(source, orders, answers, folder=folder, page_s=options.limits.page_s, file_s=options.limits.file_s)
    except SmartNotesError as error:
        answers.send("error", Failure(code=error.code, message=error.message, hint=error.hint).model_dump_json())


def _open(path: Path, options: IngestOptions, models: LocalModels) -> SourceFile:
    try:
        return open_source(path, options=options, ocr=late_ocr(options, models=models), models=models)
    except (SmartNotesError, ImportError):
        raise
    except MemoryError:
        raise TooLarge(
            f"Opening {path.name} needs more memory than the limit memory_bytes.",
            hint=how_to_raise("memory_bytes", instead="Export it again, smaller"),
        ) from None
    except Exception as error:  # the guard around one file: whatever it does to a parser, the user gets a clear answer
        traceback.print_exc()  # to the log
        raise DamagedFile(
            f"{path.name} cannot be opened ({type(error).__name__}: {error}).",
            hint="It may be damaged: download or export it again.",
        ) from error


def _serve(
    source: SourceFile, orders: BinaryIO, answers: _Answers, *, folder: Path, page_s: float, file_s: float
) -> None:
    while _has_orders():
        word, *numbers = orders.readline().decode("ascii").split() or ["end"]
        if word == "prints":
            limit_processor(2 * file_s)
            answers.send("prints", json.dumps(all_fingerprints(source, source.info().pages)))
            continue
        if word != "read":
            return
        for number in map(int, numbers):
            answers.send("start", str(number))
            limit_processor(2 * page_s)
            result = read_or_warn(source, number)
            if isinstance(result, PageWarning):
                answers.send("lost", result.model_dump_json())
                continue
            for blob, data in result.crops.items():
                (folder / f"{blob}.png").write_bytes(data)
            answers.send("page", result.page.model_dump_json())


def _has_orders() -> bool:
    """Wait for orders; False where none came for long (the parent has forgotten us)."""
    if os.name != "posix":
        return True
    import select  # noqa: PLC0415 - only sockets on Windows

    return bool(select.select([0], [], [], _IDLE_S)[0])


def _readable(path: Path, *, programs: bool, models: LocalModels = LocalModels()) -> list[Path]:  # noqa: B008 - frozen
    """Return what a child must be able to read: the file, Python, libraries, fonts and language data."""
    from smartnotes.engines.ocr_languages import data_folders  # noqa: PLC0415 - looks at the disk

    package = Path(__file__).resolve().parents[1]
    searched = [Path(entry).resolve() for entry in sys.path if entry]
    # The folder above the package is a checkout or a home folder as often as a library: not all of it.
    libraries = [
        entry for entry in searched if entry != package.parent or entry.name in ("site-packages", "dist-packages")
    ]
    prefixes = [
        Path(prefix) for prefix in (sys.prefix, sys.base_prefix) if Path(prefix) not in (Path("/"), Path.home())
    ]
    system = [Path(folder) for folder in (*_SYSTEM_FOLDERS, *(_PROGRAM_FOLDERS if programs else ()))]
    named = [Path(name).resolve() for name in (models.layout_config, models.layout_weights) if name]
    tessdata = [Path(models.tessdata)] if models.tessdata else []
    return [path.resolve(), package, *named, *libraries, *prefixes, *data_folders(tessdata), *system]


if __name__ == "__main__":
    main()
