"""How much the server costs and bears, in one run that starts and stops everything itself (Linux).

    python bench/server.py                       # everything, on SQLite
    python bench/server.py --services            # on a PostgreSQL and a Redis of its own
    python bench/server.py --only routes --rounds 7 --json figures.json

Parts:

- `routes`: CPU per request against a bare Starlette hello under the same uvicorn, measured in turn with it.

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

from bench.serving import routes

Result = dict[str, Any]
PARTS: dict[str, Callable[[argparse.Namespace], Iterator[Result]]] = {
    "routes": lambda chosen: routes.measure(
        services=chosen.services, rounds=chosen.rounds, requests=chosen.requests, connections=chosen.connections
    ),
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
