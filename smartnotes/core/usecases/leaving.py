"""Taking one's data along, and deleting an account with all of it."""

from __future__ import annotations

import mimetypes
import zipfile
from typing import IO

from smartnotes.core.accounts import AccountExport, Principal, User
from smartnotes.core.auditing import AuditKind
from smartnotes.core.errors import AccessDenied, SmartNotesError
from smartnotes.core.model import Lecture
from smartnotes.core.ports import Stores
from smartnotes.core.ports.accounts import Accounts
from smartnotes.core.usecases.auditing import note
from smartnotes.core.usecases.library import delete_subject


def export_account(principal: Principal, *, accounts: Accounts, stores: Stores, out: IO[bytes]) -> None:
    """Write a ZIP archive of everything kept for the user.

    ``account.json`` (the account, its sessions and API tokens), ``tables/NAME.jsonl`` (each row in the user's name),
    ``lectures/ID/`` (``lecture.json``, ``pages.jsonl``, the original file, ``figures/``) and ``documents/ID.json``.
    """
    note(AuditKind.EXPORTED, accounts=accounts, user_id=principal.user_id)
    account = AccountExport(
        user=accounts.users.get(principal.user_id),
        sessions=tuple(accounts.sessions.all(principal.user_id)),
        api_tokens=tuple(accounts.api_tokens.all(principal.user_id)),
        exported_at=accounts.clock(),
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("account.json", account.model_dump_json(indent=2))
        for table in accounts.users.owned_rows(principal.user_id):
            archive.writestr(f"tables/{table.name}.jsonl", table.lines)
        for lecture in stores.lectures.all():
            _write_lecture(archive, lecture, stores=stores)
        for document in stores.documents.all():
            archive.writestr(f"documents/{document.id}.json", stores.blobs.get(document.blob))


def delete_account(*, principal: Principal, accounts: Accounts, stores: Stores) -> User:
    """Delete one's own account with everything in it, for good; return what it was. Ask for the password before.

    Raises `Conflict` where others would be left without an administrator.
    """
    return _delete(accounts.users.get(principal.user_id), accounts, stores, by=None)


def delete_user(user_id: str, *, principal: Principal, accounts: Accounts, stores: Stores) -> User:
    """Delete somebody's account, as an administrator; `stores` are that user's.

    Raises `AccessDenied`, `NotFound`, `Conflict` as `delete_account`.
    """
    if not principal.is_admin:
        raise AccessDenied("This needs an administrator.")
    return _delete(accounts.users.get(user_id), accounts, stores, by=principal.user_id)


def _delete(user: User, accounts: Accounts, stores: Stores, *, by: str | None) -> User:
    alone = len(accounts.users.all()) == 1
    if not alone:
        # From here on nothing new can come in; this also refuses to remove the last administrator.
        accounts.users.change(user.id, role=None, suspended=True)
    try:
        for job in stores.jobs.all(limit=1_000_000):
            if not job.state.final:
                stores.jobs.cancel(job.id)
        for subject in stores.subjects.all():
            delete_subject(subject.id, stores=stores)
        stores.vectors.delete_owner()
        accounts.users.delete(user.id)
    except SmartNotesError:
        if not alone:
            accounts.users.change(user.id, role=None, suspended=user.suspended)
        raise
    # What happened to the account went with it; that it was deleted stays, without its name.
    note(AuditKind.DELETED, accounts=accounts, by=by, detail=user.id)
    return user


def _write_lecture(archive: zipfile.ZipFile, lecture: Lecture, *, stores: Stores) -> None:
    folder = f"lectures/{lecture.id}"
    pages = stores.lectures.pages(lecture.id)
    archive.writestr(f"{folder}/lecture.json", lecture.model_dump_json(indent=2))
    archive.writestr(f"{folder}/pages.jsonl", "\n".join(page.model_dump_json() for page in pages))
    original = f"original{mimetypes.guess_extension(lecture.media_type) or ''}"
    with stores.blobs.open_path(lecture.blob, name=original) as path:
        archive.write(path, f"{folder}/{original}")
    for blob in {figure.blob for page in pages for figure in page.figures}:
        archive.writestr(f"{folder}/figures/{blob}.png", stores.blobs.get(blob), zipfile.ZIP_STORED)
