"""Write `docs/openapi.json` from the gateway itself, or with `--check` say whether it is up to date."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from smartnotes.server.app import create_app
from smartnotes.settings import Settings

PAGE = Path(__file__).with_name("openapi.json")


def schema() -> str:
    """Return the schema as it is kept: sorted, so that differences are what changed."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(), home=Path(folder))
        found = app.openapi()
        app.state.password_door.close()
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the schema, or compare it."""
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") != schema():
            sys.exit("docs/openapi.json is not what the server says: run python docs/make_openapi.py")
    else:
        PAGE.write_text(schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
