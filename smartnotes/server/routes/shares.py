"""Share links over HTTP: `/shares` for those who make them, `/shared` for those who open them and have no account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status
from fastapi.concurrency import run_in_threadpool

from smartnotes.core.accounts import ShareGrant
from smartnotes.core.errors import AccessDenied, NotFound
from smartnotes.core.model import Figure, Lecture, Page
from smartnotes.core.opaque import digest_of
from smartnotes.core.sharing import (
    NewShare,
    Share,
    Shared,
    SharedDocument,
    ShareOpening,
    SharePass,
    ShareRequest,
)
from smartnotes.core.usecases import sharing
from smartnotes.server.downloads import BINARY, blob_response, download, media_type_of
from smartnotes.server.limits import Call, RateLimits, Rule
from smartnotes.server.paging import PAGED, Paging, answer_list, newest_first, piece_of
from smartnotes.server.passwords import PasswordDoor
from smartnotes.server.principal import CurrentUser, Guest, accounts_of, address_of
from smartnotes.server.problems import responses
from smartnotes.server.state import gateway_of
from smartnotes.stores.listings import SqlListings
from smartnotes.stores.shares import SqlSharedReader
from smartnotes.writers import formats_of

router = APIRouter(prefix="/shares", tags=["shares"])
shared = APIRouter(prefix="/shared", tags=["shares"])


@router.post("", operation_id="makeShare", status_code=status.HTTP_201_CREATED, responses=responses(404, 409))
async def make_share(wanted: ShareRequest, who: CurrentUser, request: Request) -> NewShare:
    """Make a link to a lecture, document or subject; its token is shown this once."""
    accounts, door = accounts_of(request), _door(request)
    if wanted.options.password is None:
        return await run_in_threadpool(lambda: sharing.make_share(wanted, principal=who, accounts=accounts))
    return await door.run(lambda: sharing.make_share(wanted, principal=who, accounts=accounts))


@router.get("", operation_id="listShares", response_model=list[Share], responses=PAGED)
def list_shares(who: CurrentUser, request: Request, window: Paging) -> Response:
    """Return the links, newest first, without what is secret of them."""
    found = accounts_of(request).shares.all(who.user_id)
    return answer_list(request, piece_of(found, window=window, key=newest_first), of=Share)


@router.delete("/{share_id}", operation_id="revokeShare", status_code=status.HTTP_204_NO_CONTENT)
def revoke_share(share_id: str, who: CurrentUser, request: Request) -> None:
    """Make a link void at once, also for those who have opened it."""
    sharing.revoke_share(share_id, principal=who, accounts=accounts_of(request))


@shared.post("/open", operation_id="openShare", responses=responses(403, 404, 429, 503))
async def open_share(opening: ShareOpening, request: Request) -> SharePass:
    """Open a link, which counts as one view; the answer's token reads what it leads to, as a bearer credential."""
    accounts, address, link = accounts_of(request), address_of(request), digest_of(opening.token)[:32]
    if opening.password is None:
        await _count(request, (Rule.SIGN_IN, address))
        return await run_in_threadpool(lambda: sharing.open_share(opening, accounts=accounts))
    guesses = ((Rule.LINK_HERE, link, address), (Rule.LINK, link))
    await _count(request, (Rule.SIGN_IN, address), *guesses)
    opened = await _door(request).run(lambda: sharing.open_share(opening, accounts=accounts))
    await run_in_threadpool(_limits(request).forgive, guesses)
    return opened


@shared.get("", operation_id="getShared", responses=responses(404))
def get_shared(guest: Guest, request: Request) -> Shared:
    """Return what the link leads to."""
    reader = _reader(request)
    share = reader.share(guest)
    documents = [
        SharedDocument(
            id=one.id, kind=one.kind, title=one.title, created_at=one.created_at, formats=tuple(formats_of(one.kind))
        )
        for one in reader.documents(guest)
    ]
    return Shared(
        kind=share.kind,
        name=share.name,
        expires_at=share.expires_at,
        original=share.original,
        lectures=tuple(reader.lectures(guest)),
        documents=tuple(documents),
    )


@shared.get("/lectures/{lecture_id}", operation_id="getSharedLecture")
def get_lecture(lecture_id: str, guest: Guest, request: Request) -> Lecture:
    """Return a lecture that the link leads to."""
    return _reader(request).lecture(guest, lecture_id)


@shared.get("/lectures/{lecture_id}/pages", operation_id="listSharedPages", response_model=list[Page], responses=PAGED)
def list_pages(
    lecture_id: str,
    guest: Guest,
    request: Request,
    window: Paging,
    *,
    first: Annotated[int, Query(ge=1, le=2**31 - 1)] = 1,
    last: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """Return the lecture's pages in order, those from `first` to `last` where they are given."""
    found = _listings(request, guest, lecture_id).pages(lecture_id, window, first=first, last=last)
    return answer_list(request, found, of=Page)


@shared.get(
    "/lectures/{lecture_id}/figures", operation_id="listSharedFigures", response_model=list[Figure], responses=PAGED
)
def list_figures(lecture_id: str, guest: Guest, request: Request, window: Paging) -> Response:
    """Return the lecture's figures in page order; the pictures are under `/shared/blobs`."""
    return answer_list(request, _listings(request, guest, lecture_id).figures(lecture_id, window), of=Figure)


@shared.get(
    "/lectures/{lecture_id}/original", operation_id="downloadSharedOriginal", response_class=Response, responses=BINARY
)
def original(lecture_id: str, guest: Guest, request: Request) -> Response:
    """Return the lecture's original file, where the link allows it."""
    lecture = _reader(request).lecture(guest, lecture_id)
    if not guest.original:
        raise AccessDenied("This link does not include original files.", hint="Ask whoever gave you the link.")
    return blob_response(request, lecture.blob, media_type=lecture.media_type, name=lecture.name)


@shared.get(
    "/documents/{document_id}/download",
    operation_id="downloadSharedDocument",
    response_class=Response,
    responses=BINARY,
)
def download_document(
    document_id: str,
    guest: Guest,
    request: Request,
    format: Annotated[str | None, Query(description="One of the document's formats.")] = None,  # noqa: A002
) -> Response:
    """Return a document as a file, in its usual format where none is given."""
    document = _reader(request).document(guest, document_id)
    chosen = format or formats_of(document.kind)[0]
    data = gateway_of(request).notebook(guest.owner).render(document.id, format=chosen)
    return download(request, data, media_type=media_type_of(chosen), name=f"{document.title}.{chosen}")


@shared.get("/blobs/{blob}", operation_id="getSharedBlob", response_class=Response, responses=BINARY)
def get_blob(blob: str, guest: Guest, request: Request) -> Response:
    """Return a picture of a lecture that the link leads to."""
    if not _reader(request).has_picture(guest, blob):
        raise NotFound(f"There is no file {blob[:12]!r}.")
    return blob_response(request, blob)


def _listings(request: Request, guest: ShareGrant, lecture_id: str) -> SqlListings:
    """Return the lists of the link's owner, once it is certain that the link leads to this lecture."""
    _reader(request).lecture(guest, lecture_id)
    return SqlListings(gateway_of(request).database, owner=guest.owner)


def _reader(request: Request) -> SqlSharedReader:
    return SqlSharedReader(gateway_of(request).database)


def _door(request: Request) -> PasswordDoor:
    door: PasswordDoor = request.app.state.password_door
    return door


def _limits(request: Request) -> RateLimits:
    limits: RateLimits = request.app.state.limiter
    return limits


async def _count(request: Request, *calls: Call) -> None:
    await run_in_threadpool(_limits(request).hit_all, calls)
