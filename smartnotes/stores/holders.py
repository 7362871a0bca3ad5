"""Who holds a job: a process, named so that another process can tell when it has died."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def this_process() -> str:
    """Return ``host/process id/start time`` of this process; the start time tells a reused process id apart."""
    return f"{platform.node()}/{os.getpid()}/{_started(os.getpid())}"


def is_dead(holder: str) -> bool:
    """Return whether the process is known to be gone; False where that cannot be known (another host, no /proc)."""
    host, _, rest = holder.rpartition("/")[0].rpartition("/")
    started = holder.rpartition("/")[2]
    if host != platform.node() or not rest.isdigit() or not started:
        return False
    return _started(int(rest)) != started


def _started(process_id: int) -> str:
    """Return the start time in clock ticks since boot (field 22 of /proc/PID/stat), "" where there is none."""
    try:
        stat = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The command's name, in parentheses, may itself hold spaces and parentheses.
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state == "Z" else fields[18]
