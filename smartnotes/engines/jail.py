"""How a child process locks itself in before it touches an untrusted file.

Each measure is tried, and what came of it is reported: kernels, containers and systems other than Linux do not have all
of them. Constants are those of Linux's headers (sched.h, landlock.h, seccomp.h, bpf_common.h, capability.h).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

from smartnotes.engines.jail_calls import ARCHITECTURES, DENIED, PROGRAMS

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC, _CLONE_THREAD = 0x10000000, 0x40000000, 0x08000000, 0x00010000

Report = dict[str, str]
"""Measure -> what came of it."""


def lock_in(
    *, readable: Sequence[Path], writable: Path, memory_bytes: int, file_bytes: int, programs: bool = False
) -> Report:
    """Give up everything but reading `readable`, writing below `writable` and using that much more memory.

    `programs` lets the process start programs from the system's folders (a Tesseract that is not embedded).
    """
    report: Report = {}
    size = _address_space()
    if sys.platform == "linux":
        report["network"] = _leave_network()
        report["privileges"] = _drop_privileges()
        report["files"] = _restrict_files(readable, writable, programs=programs)
        report["system calls"] = _filter_calls(programs=programs)
    else:
        report |= dict.fromkeys(("network", "files", "system calls"), f"not restricted on {platform.system()}")
    report["memory"] = _limit(size, memory_bytes, file_bytes, programs=programs)
    return report


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; end at once where that has happened already."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.name == "posix" and os.getppid() != parent:
        os._exit(0)


def limit_processor(seconds: float) -> None:
    """Allow this process `seconds` more of processor time, whatever becomes of the parent that watches the clock."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime + seconds) + 1
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))


def _address_space() -> int:
    """Return the bytes of address space this process has, 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _limit(size: int, memory_bytes: int, file_bytes: int, *, programs: bool) -> str:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return f"not limited on {platform.system()}"
    wanted = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": file_bytes, "RLIMIT_NOFILE": 256}
    if not programs:
        wanted["RLIMIT_NPROC"] = 0
    for name, value in wanted.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (value, value))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (size + memory_bytes, size + memory_bytes))
    except (OSError, ValueError) as error:
        return f"not limited ({_short(error)})"
    return f"{memory_bytes // 1024**2} MiB (address space)"


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _short(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _leave_network() -> str:
    """Move into a network namespace without interfaces; root does it as it is, others through a user namespace."""
    libc = _libc()
    as_user = _CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC
    reason = ""
    for flags in ([_CLONE_NEWNET | _CLONE_NEWIPC] if os.geteuid() == 0 else []) + [as_user]:
        try:
            _checked(libc.unshare(flags))
        except OSError as error:
            reason = _short(error)
        else:
            return "none (namespace)"
        if os.geteuid() == 0:
            break  # root in a user namespace could no longer read other people's files
    return f"no namespace ({reason})"


def _drop_privileges() -> str:
    """Forbid gaining privileges and give up root's, except reading files that belong to others."""
    libc = _libc()
    try:
        _checked(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _checked(libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0))
        keep = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        header = struct.pack("Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
        held = ctypes.create_string_buffer(24)
        _checked(libc.capget(header, held))
        low = [word & keep for word in struct.unpack("6I", held.raw)[:2]]
        _checked(libc.capset(header, struct.pack("6I", *low, 0, 0, 0, 0)))
    except (OSError, AttributeError) as error:
        return f"not dropped ({_short(error)})"
    return "dropped"


# Landlock

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_FILE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 5
_MAKE_REG, _TRUNCATE = 1 << 8, 1 << 14
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many file rights each version knows


def _restrict_files(readable: Sequence[Path], writable: Path, *, programs: bool) -> str:
    libc = _libc()
    try:
        version = _checked(libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(1)))
        handled = (1 << _RIGHTS.get(version, 16)) - 1
        size = 24 if version >= 6 else 16 if version >= 4 else 8
        # File rights; TCP bind and connect; abstract sockets and signals to processes outside
        attributes = struct.pack("QQQ", handled, 3, 3)[:size]
        ruleset = _checked(libc.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint(0)))
        try:
            reading = _READ_FILE | _READ_DIR | (_EXECUTE if programs else 0)
            for path in readable:
                _allow(libc, ruleset, path, reading)
            writing = _READ_FILE | _READ_DIR | _WRITE_FILE | _MAKE_REG | _REMOVE_FILE | (_TRUNCATE & handled)
            _allow(libc, ruleset, writable, writing)
            _allow(libc, ruleset, Path("/dev/null"), _READ_FILE | _WRITE_FILE)
            _checked(libc.syscall(_LANDLOCK_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint(0)))
        finally:
            os.close(ruleset)
    except OSError as error:
        return f"not restricted (Landlock: {_short(error)})"
    return f"the document and libraries only (Landlock {version})"


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, access: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not there: nothing to allow
    try:
        if not path.is_dir():
            access &= _READ_FILE | _WRITE_FILE | _TRUNCATE | _EXECUTE
        rule = struct.pack("=Qi", access, handle)
        _checked(libc.syscall(_LANDLOCK_ADD, ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint(0)))
    finally:
        os.close(handle)


# seccomp

_LOAD, _EQUAL, _AT_LEAST, _HAS_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_AT_NUMBER, _AT_ARCH, _AT_FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _filter_calls(*, programs: bool) -> str:
    machine = ARCHITECTURES.get(platform.machine())
    if machine is None:
        return f"not filtered on {platform.machine()}"
    code = call_filter(audit=machine.audit, column=machine.column, programs=programs)
    program = _Program(len(code) // 8, code)
    try:
        _checked(_libc().prctl(_PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0))
    except OSError as error:
        return f"not filtered (seccomp: {_short(error)})"
    return "filtered (seccomp)"


def call_filter(*, audit: int, column: int, programs: bool) -> bytes:
    """Return the BPF program: 8 bytes an instruction (code, jump if true, jump if false, operand).

    Calls that reach other processes, the network or the kernel's innards fail with EPERM; threads may be made,
    processes not. `clone3` hides its flags behind a pointer, so it "does not exist" and C libraries use `clone`.
    """
    names = [name for name in DENIED if not (programs and name in PROGRAMS)]
    numbers = sorted({DENIED[name][column] for name in names if DENIED[name][column] >= 0})
    clone, clone3 = ((56, 220)[column], 435)
    deny = (_RETURN, 0, 0, _ERRNO | _EPERM)
    steps = [
        (_LOAD, 0, 0, _AT_ARCH),
        (_EQUAL, 1, 0, audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _AT_NUMBER),
        (_AT_LEAST, 0, 1, 0x40000000),  # the x32 variants of the calls
        deny,
    ]
    for number in numbers:
        steps += [(_EQUAL, 0, 1, number), deny]
    if not programs:
        steps += [
            (_EQUAL, 0, 1, clone3),
            (_RETURN, 0, 0, _ERRNO | _ENOSYS),
            (_EQUAL, 0, 4, clone),
            (_LOAD, 0, 0, _AT_FIRST_ARGUMENT),
            (_HAS_BIT, 0, 1, _CLONE_THREAD),
            (_RETURN, 0, 0, _ALLOW),
            deny,
        ]
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *step) for step in steps)
