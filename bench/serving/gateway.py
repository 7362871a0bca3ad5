"""The gateway as `smartnotes serve` runs it; settings come from the environment.

    python bench/serving/gateway.py HOME PORT [EVENTS_A_SECOND USERS_FILE]

With a rate, a thread appends that many events a second to the logs of the users named in the file, turn by turn, once
the file is there and until it goes, when it writes how many they were beside it (``.sent``): what the threads of an
embedded server do, or `feed` in another process where there is a Redis.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from smartnotes.core.events import Progress
from smartnotes.core.jobs import Event
from smartnotes.server.events import EventLog


def feed(events: EventLog, *, rate: float, users_file: Path) -> None:
    """Append events while the file is there; each says when it was made, on the clock all processes share."""
    while True:
        while not users_file.exists():
            time.sleep(0.02)
        users = users_file.read_text().split()
        began, sent = time.monotonic(), 0
        while users_file.exists():
            due = int((time.monotonic() - began) * rate)
            for number in range(sent, due):
                made = Progress(step="bench", done=number // len(users), message=f"{time.monotonic():.6f}")
                events.append(users[number % len(users)], Event(job_id="job_bench", progress=made))
            sent = due
            time.sleep(0.002)
        users_file.with_suffix(".sent").write_text(str(sent))


def main() -> None:
    """Serve until told to stop."""
    import uvicorn  # noqa: PLC0415 - `feed` is used without

    from smartnotes.server.app import create_app  # noqa: PLC0415
    from smartnotes.server.logs import set_up  # noqa: PLC0415
    from smartnotes.settings import LogFormat, load_settings  # noqa: PLC0415

    home, port, *feeding = sys.argv[1:]
    settings = load_settings().settings
    set_up(LogFormat.JSON if settings.redis.url else LogFormat.TEXT, lines_for_each_request=bool(settings.redis.url))
    app = create_app(settings, home=Path(home))
    if feeding:
        options = {"rate": float(feeding[0]), "users_file": Path(feeding[1])}
        threading.Thread(target=feed, args=(app.state.gateway.events,), kwargs=options, daemon=True).start()
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_config=None)


if __name__ == "__main__":
    main()
