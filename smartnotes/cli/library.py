"""Commands on subjects and lectures: ingest, subject, lecture."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.late import add_group
from smartnotes.cli.parameters import Json, Pages, ShowProgress, Subject, Yes
from smartnotes.cli.render import counted, print_json, print_table, progress, report, say, tell, warn, write_output
from smartnotes.cli.session import load, open_notebook, parse_pages
from smartnotes.core.kinds import LayoutEngine, OcrMode

if TYPE_CHECKING:
    from smartnotes.client.notebook import Notebook
    from smartnotes.core.model import Figure
    from smartnotes.core.options import IngestOptions
    from smartnotes.core.study import Ingested

subject_app = typer.Typer(help="Subjects: list, create, rename, delete.", no_args_is_help=True)
lecture_app = typer.Typer(help="Lectures: list, show, text, figures, rename, delete.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("ingest")(ingest)
    add_group(subject_app, name="subject")
    add_group(lecture_app, name="lecture")


def ingest(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="PDF, PPTX, DOCX, images, Markdown, text.")],
    subject: Annotated[str, typer.Option("--subject", "-s", metavar="NAME", help="Subject; made where it is new.")],
    ocr: Annotated[OcrMode | None, typer.Option(help="Recognise text in pictures of pages.")] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", metavar="CODE", help="ISO 639-3, as eng; may be repeated.")
    ] = None,
    layout: Annotated[LayoutEngine | None, typer.Option(help="What finds figures and tables.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Read again what was read before.")] = False,
    password: Annotated[
        str | None, typer.Option(help="Password of an encrypted file; - asks for it.", show_default=False)
    ] = None,
    json: Json = False,
    show: ShowProgress = "auto",
) -> None:
    """Read lectures into a subject.

    A file that was read before costs nothing; an interrupted run goes on where it stopped. Files that cannot be read
    are reported, the others are kept; the exit code is that of the first failure.
    """
    from smartnotes.core.errors import SmartNotesError

    secret = typer.prompt("Password", hide_input=True, err=True) if password == "-" else password  # noqa: S105
    failures: list[SmartNotesError] = []
    with open_notebook() as notebook:
        for path in files:
            try:
                options = _ingest_options(ocr, language, secret, layout=layout, force=force)
                job = notebook.ingest(path, subject=subject, options=options)
                with progress(show, title=path.name, json=json) as emit:
                    done = job.result(emit=emit)
            except SmartNotesError as error:
                if len(files) == 1:
                    raise
                print(f"{path}: ", end="", file=sys.stderr)
                report(error)
                failures.append(error)
            else:
                _show_ingested(done, json=json)
    if failures:
        from smartnotes.cli.exits import exit_code

        say(f"{len(failures)} of {len(files)} files could not be read.")
        raise typer.Exit(exit_code(failures[0]))


def _ingest_options(
    ocr: OcrMode | None,
    languages: list[str] | None,
    password: str | None,
    *,
    layout: LayoutEngine | None,
    force: bool,
) -> IngestOptions:
    changes: dict[str, object] = {"password": password, "force": force}
    if layout:
        changes["layout"] = layout
    if ocr:
        changes["ocr"] = ocr
    if languages:
        changes["languages"] = tuple(languages)
    return load().settings.ingest_options().model_copy(update=changes)


def _show_ingested(done: Ingested, *, json: bool) -> None:
    lecture = done.lecture
    if json:
        print_json([done], lines=True)
    elif done.unchanged:
        tell(f"{lecture.name}: unchanged, nothing to do ({lecture.id})")
    else:
        reused = f", {done.pages_reused} of them from an earlier run" if done.pages_reused else ""
        state = "" if lecture.state == "complete" else "  PARTIAL"
        tell(
            f"{lecture.name}: {counted(lecture.pages, 'page')}{reused}, {counted(lecture.words, 'word')}, "
            f"{counted(lecture.figures, 'figure')} "
            f"in {done.duration_s:.1f} s ({lecture.id}){state}"
        )
    if not json and lecture.warnings and done.unchanged:
        warn(f"{counted(len(lecture.warnings), 'page')} could not be read; see: smartnotes lecture show {lecture.id}")


@subject_app.command("list")
def list_subjects(json: Json = False) -> None:
    """List all subjects."""
    with open_notebook() as notebook:
        subjects = notebook.subjects()
    if json:
        print_json(subjects)
    elif subjects:
        print_table(("Subject", "Lectures", "Id"), [(one.name, str(one.lectures), one.id) for one in subjects])
    else:
        say("No subjects yet; start with: smartnotes ingest FILE --subject NAME")


@subject_app.command("create")
def create_subject(name: str, json: Json = False) -> None:
    """Make a subject."""
    with open_notebook() as notebook:
        subject = notebook.create_subject(name)
    print_json([subject], lines=True) if json else print(subject.id)


@subject_app.command("rename")
def rename_subject(subject: str, name: str, json: Json = False) -> None:
    """Give a subject another name."""
    with open_notebook() as notebook:
        renamed = notebook.rename_subject(subject, name=name)
    print_json([renamed], lines=True) if json else print(renamed.id)


@subject_app.command("delete")
def delete_subject(subject: str, yes: Yes = False) -> None:
    """Delete a subject with its lectures and everything made from them."""
    with open_notebook() as notebook:
        found = notebook.subject(subject)
        _confirm(f"Delete {found.name} with {counted(found.lectures, 'lecture')}?", yes=yes)
        notebook.delete_subject(found.id)
    say(f"Deleted {found.name}.")


@lecture_app.command("list")
def list_lectures(subject: Subject = None, json: Json = False) -> None:
    """List lectures."""
    with open_notebook() as notebook:
        lectures = notebook.lectures(subject=subject)
        names = {known.id: known.name for known in notebook.subjects()}
    if json:
        print_json(lectures)
    elif lectures:
        rows = [
            (names[one.subject_id], one.name, str(one.pages), str(one.figures), one.state.value, one.id)
            for one in lectures
        ]
        print_table(("Subject", "Lecture", "Pages", "Figures", "State", "Id"), rows)
    else:
        say("No lectures yet; start with: smartnotes ingest FILE --subject NAME")


@lecture_app.command("show")
def show_lecture(lecture: str, subject: Subject = None, json: Json = False) -> None:
    """Show what is known of a lecture, its outline and its warnings."""
    with open_notebook() as notebook:
        found = notebook.lecture(lecture, subject=subject)
        pages = [] if json else notebook.pages(found.id)
    if json:
        print_json([found], lines=True)
        return
    tell(f"{found.title or found.name}\n")
    rows = [
        ("file", found.name),
        ("type", found.media_type),
        ("size", f"{found.size_bytes:,} bytes"),
        ("pages", f"{found.pages} ({found.state.value})"),
        ("words", f"{found.words:,}"),
        ("figures", str(found.figures)),
        ("read with", ", ".join(found.provenance.engines)),
        ("id", found.id),
    ]
    tell("\n".join(f"{name:<10} {value}" for name, value in rows))
    print("\nOutline")
    previous = ""
    for page in pages:
        if page.title and page.title != previous:
            tell(f"{page.number:>4}  {page.title}")
            previous = page.title
    for warning in found.warnings:
        warn(f"page {warning.page}: {warning.message}" if warning.page else warning.message)


@lecture_app.command("text")
def lecture_text(lecture: str, pages: Pages = None, subject: Subject = None, json: Json = False) -> None:
    """Print a lecture's text, page by page."""
    with open_notebook() as notebook:
        found = notebook.pages(lecture, subject=subject, pages=parse_pages(pages))
    if json:
        print_json(found, lines=True)
        return
    for page in found:
        marks = " (hidden)" if page.hidden else ""
        tell(f"--- page {page.number}{marks} ---\n{page.text}\n")


@lecture_app.command("figures")
def lecture_figures(
    lecture: str,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Save the pictures into this folder.")
    ] = None,
    subject: Subject = None,
    json: Json = False,
) -> None:
    """List a lecture's figures, tables and formulas, and save them as PNG; the same picture on several pages once."""
    with open_notebook() as notebook:
        figures = notebook.figures(lecture, subject=subject)
        if output is not None:
            _save_figures(notebook, lecture, subject, output)
    if json:
        print_json(figures)
    elif figures:
        rows = [
            (
                _pages(one.page for one in same),
                same[0].kind.value,
                f"{same[0].width_px}x{same[0].height_px}",
                same[0].caption or same[0].text[:60],
                _pages(mention.page for one in same for mention in one.mentions),
                same[0].id,
            )
            for same in _pictures(figures)
        ]
        print_table(("Page", "Kind", "Pixels", "Caption", "Mentioned", "Id"), rows)
    else:
        say("No figures.")


def _pictures(figures: Sequence[Figure]) -> list[list[Figure]]:
    """Return figures by picture: those of several pages that are the same one stand together."""
    by_blob: dict[str, list[Figure]] = {}
    for figure in figures:
        by_blob.setdefault(figure.blob, []).append(figure)
    return list(by_blob.values())


def _pages(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in dict.fromkeys(numbers))


def _save_figures(notebook: Notebook, lecture: str, subject: str | None, folder: Path) -> None:
    counts: dict[int, int] = {}
    figures = [same[0] for same in _pictures(notebook.figures(lecture, subject=subject))]
    for figure in figures:
        counts[figure.page] = number = counts.get(figure.page, 0) + 1
        write_output(notebook.blob(figure.blob), folder / f"page{figure.page:03d}-{figure.kind.value}{number}.png")
    say(f"Saved {counted(len(figures), 'picture')} in {folder}.")


@lecture_app.command("rename")
def rename_lecture(lecture: str, name: str, subject: Subject = None, json: Json = False) -> None:
    """Give a lecture another name."""
    with open_notebook() as notebook:
        renamed = notebook.rename_lecture(lecture, name=name, subject=subject)
    print_json([renamed], lines=True) if json else print(renamed.id)


@lecture_app.command("delete")
def delete_lecture(lecture: str, subject: Subject = None, yes: Yes = False) -> None:
    """Delete a lecture."""
    with open_notebook() as notebook:
        found = notebook.lecture(lecture, subject=subject)
        _confirm(f"Delete {found.name} ({counted(found.pages, 'page')})?", yes=yes)
        notebook.delete_lecture(found.id)
    say(f"Deleted {found.name}.")


def _confirm(question: str, *, yes: bool) -> None:
    from smartnotes.core.errors import Cancelled, OptionsError

    if yes:
        return
    if not sys.stdin.isatty():
        raise OptionsError("This deletes something and nobody can be asked.", hint="Add --yes.")
    if not typer.confirm(question, err=True):
        raise Cancelled("Nothing was deleted.")
