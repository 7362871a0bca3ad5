"""Start-up of `smartnotes --help` against a bare typer program, in alternating pairs; prints the median ratio.

    python bench/startup.py [--pairs 20]

The bare program has one command and is run by the same Python. Aim: 1.5.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time

BARE = """
import typer
app = typer.Typer(rich_markup_mode=None)
@app.command()
def hello(name: str) -> None:
    "Say hello."
app()
"""
OURS = "import sys; sys.argv[0] = 'smartnotes'; from smartnotes.cli.main import main; main()"


def seconds(program: str) -> float:
    """Run the program's help in a new process and return the wall-clock time."""
    start = time.perf_counter()
    # Byte code is written, which an installed program has.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, "-c", program, "--help"], check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20)
    arguments = parser.parse_args()
    seconds(OURS), seconds(BARE)  # once without measuring: byte code and the disk's cache
    pairs = [(seconds(OURS), seconds(BARE)) for _ in range(arguments.pairs)]
    ours, bare = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"smartnotes --help {ours * 1000:.0f} ms, bare typer {bare * 1000:.0f} ms: ratio {ratio:.2f} (aim 1.5)")


if __name__ == "__main__":
    main()
