"""How much the server costs and bears, in one run that starts and stops everything itself (Linux).

    python bench/server.py                       # everything, on SQLite
    python bench/server.py --services            # on a PostgreSQL and a Redis of its own
    python bench/server.py --only routes --rounds 7 --json figures.json

Parts:

- `routes`: CPU per request against a bare Starlette hello under the same uvicorn, measured in turn with it;
- `logins`: what is left of a route's rate while 60 clients sign in over and over;
- `sockets`: delay and loss of 2000 messages a second to 500 WebSockets on one gateway;
- `uploads`: memory of the gateway while 1 GB comes in;
- `memory`: at rest and after many requests;
- `finding`: search and chat through the gateway against a local notebook; eight users at once.

What counts are the ratios: CPU is that of the server's process, the clients are processes of their own. Where an aim is
set, `ok` or `MISSED` says whether the median keeps it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.serving import finding, logins, memory, routes, sockets, uploads

Result = dict[str, Any]
PARTS: dict[str, Callable[[argparse.Namespace], Iterator[Result]]] = {
    "routes": lambda chosen: routes.measure(
        services=chosen.services, rounds=chosen.rounds, requests=chosen.requests, connections=chosen.connections
    ),
    "logins": lambda chosen: logins.measure(
        services=chosen.services, rounds=chosen.rounds, connections=chosen.connections
    ),
    "sockets": lambda chosen: sockets.measure(
        services=chosen.services, sockets=chosen.sockets, rate=chosen.rate, seconds=chosen.seconds
    ),
    "uploads": lambda chosen: uploads.measure(services=chosen.services, size_mb=chosen.upload_mb),
    "memory": lambda chosen: memory.measure(
        services=chosen.services, requests=chosen.requests, connections=chosen.connections
    ),
    "finding": lambda chosen: finding.measure(services=chosen.services, rounds=chosen.rounds),
}


def line(result: Result) -> str:
    """Return a result as a line of the table."""
    spread = " ({:.1f} to {:.1f})".format(*result["spread"]) if "spread" in result else ""
    verdict = f"  aim {result['aim']}: {'ok' if result['fits'] else 'MISSED'}" if "aim" in result else ""
    return f"  {result['name']:<44}{result['value']:>9.1f} {result['unit']}{spread}{verdict}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    parser.add_argument("--services", action="store_true", help="with PostgreSQL and Redis, not SQLite")
    parser.add_argument("--rounds", type=int, default=5, help="measurements whose median counts")
    parser.add_argument("--requests", type=int, default=1000, help="requests to a route in a round")
    parser.add_argument("--connections", type=int, default=8, help="kept-alive connections of the client")
    parser.add_argument("--sockets", type=int, default=500, help="WebSockets, each of a user of its own")
    parser.add_argument("--rate", type=float, default=2000, help="messages a second to all of them together")
    parser.add_argument("--seconds", type=float, default=10, help="how long messages are sent")
    parser.add_argument("--upload-mb", type=int, default=1024, help="size of the file that is uploaded")
    parser.add_argument("--json", type=Path, help="write the results to this file too")
    chosen = parser.parse_args()
    kept = []
    for part in chosen.only:
        print(f"{part}, {'PostgreSQL and Redis' if chosen.services else 'SQLite'}:", flush=True)
        for result in PARTS[part](chosen):
            kept.append({"part": part, "services": chosen.services} | result)
            print(line(result), flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(kept, indent=2) + "\n")


if __name__ == "__main__":
    main()
