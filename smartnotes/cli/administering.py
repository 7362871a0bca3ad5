"""Commands for administrators: users, queues, tasks, workers; at a server, or on this machine's own notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.parameters import Json
from smartnotes.cli.render import print_json, print_table, say
from smartnotes.cli.session import chosen_server, load, session

if TYPE_CHECKING:
    from smartnotes.client.administration import Administration
    from smartnotes.core.jobs import OwnedJob

STATES = "queued, running, done, failed, cancelled or dead"


def register(app: typer.Typer) -> None:
    """Add this module's commands to the group `admin`."""
    app.command("users")(users)
    app.command("queues")(queues)
    app.command("tasks")(tasks)
    app.command("workers")(workers)


def users(
    suspend: Annotated[
        str | None, typer.Option("--suspend", metavar="NAME", help="Refuse this user from now on.")
    ] = None,
    admit: Annotated[str | None, typer.Option("--admit", metavar="NAME", help="Let a suspended user in again.")] = None,
    promote: Annotated[
        str | None, typer.Option("--promote", metavar="NAME", help="Make this user an administrator.")
    ] = None,
    demote: Annotated[
        str | None, typer.Option("--demote", metavar="NAME", help="Make an administrator a user.")
    ] = None,
    json: Json = False,
) -> None:
    """List the server's users, or suspend one, let one in again, give one another role."""
    from smartnotes.core.accounts import Role, UserChange

    wanted = (
        (suspend, UserChange(suspended=True)),
        (admit, UserChange(suspended=False)),
        (promote, UserChange(role=Role.ADMIN)),
        (demote, UserChange(role=Role.USER)),
    )
    changes = [(name, change) for name, change in wanted if name is not None]
    with _administration() as office:
        found = [office.change_user(name, change) for name, change in changes] if changes else office.users()
    if json:
        print_json(found)
        return
    rows = [
        (one.name, one.role.value, "suspended" if one.suspended else "active", f"{one.created_at:%Y-%m-%d}", one.id)
        for one in found
    ]
    print_table(("Name", "Role", "State", "Since", "Id"), rows)


def queues(json: Json = False) -> None:
    """List the queues: how many jobs wait, are put off, run and were given up, and how long the oldest waits."""
    with _administration() as office:
        found = office.queues()
    if json:
        print_json(found)
        return
    rows = [
        (one.queue.value, *map(str, (one.waiting, one.delayed, one.running, one.dead)), _seconds(one.oldest_waiting_s))
        for one in found
    ]
    print_table(("Queue", "Waiting", "Put off", "Running", "Dead", "Oldest"), rows)


def tasks(
    state: Annotated[list[str] | None, typer.Option("--state", metavar="STATE", help=f"Only those: {STATES}.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many to show at most.")] = 100,
    retry: Annotated[
        str | None, typer.Option("--retry", metavar="ID", help="Put this job back into its queue.")
    ] = None,
    cancel: Annotated[str | None, typer.Option("--cancel", metavar="ID", help="Cancel this job.")] = None,
    json: Json = False,
) -> None:
    """List the jobs of all users, newest first; or try one again, or cancel one."""
    from smartnotes.core.errors import OptionsError
    from smartnotes.core.jobs import JobState

    unknown = set(state or ()) - set(JobState)
    if unknown:
        raise OptionsError(f"There is no state {min(unknown)!r}.", hint=f"There are: {', '.join(JobState)}.")
    with _administration() as office:
        if retry:
            found = [office.retry(retry)]
        elif cancel:
            found = [office.cancel(cancel)]
        else:
            found = office.tasks(states=[JobState(one) for one in state or ()], limit=limit)
    if json:
        print_json(found)
        return
    print_table(("Id", "What", "State", "Queue", "Whose", "Asked for", "Tried", "About"), [_task(one) for one in found])


def workers(json: Json = False) -> None:
    """List the processes that do jobs, and what each does now."""
    with _administration() as office:
        found = office.workers()
    if json:
        print_json(found)
        return
    rows = [
        (f"{one.host}:{one.process_id}", " ".join(one.queues), f"{len(one.jobs)}/{one.slots}",
         f"{one.started_at:%Y-%m-%d %H:%M}", " ".join(one.jobs))
        for one in found
    ]  # fmt: skip
    print_table(("Worker", "Queues", "Busy", "Since", "Jobs"), rows)
    if not found:
        say("No worker is there.")


def _administration() -> Administration:
    from smartnotes.client.administration import administer_folder, administer_server

    loaded = load()
    server = chosen_server() if session.notebook is None else None
    if server is not None:
        return administer_server(server, settings=loaded.settings)
    return administer_folder(session.notebook or loaded.home / "notebook")


def _task(one: OwnedJob) -> tuple[str, ...]:
    job = one.job
    if job.error is not None and job.state.value != "done":
        about = job.error.message
    elif job.progress is not None and job.progress.total:
        about = f"{job.progress.step} {job.progress.done}/{job.progress.total}"
    else:
        about = ""
    asked = f"{job.created_at:%Y-%m-%d %H:%M}"
    return (job.id, job.kind, job.state.value, one.queue.value, one.owner, asked, str(job.attempts), about)


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.0f} s"
