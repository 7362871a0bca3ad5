"""Run the command line with ``python -m smartnotes``."""

from __future__ import annotations

from smartnotes.cli.main import main

if __name__ == "__main__":
    main()
