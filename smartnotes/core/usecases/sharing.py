"""Making, opening and revoking share links."""

from __future__ import annotations

from datetime import timedelta

from smartnotes.core.accounts import Principal
from smartnotes.core.auditing import AuditKind
from smartnotes.core.errors import AccessDenied, Conflict, NotFound
from smartnotes.core.ids import new_id
from smartnotes.core.opaque import digest_of, new_secret
from smartnotes.core.ports.accounts import Accounts
from smartnotes.core.sharing import SHARE_LINK, SHARE_PASS, NewShare, Share, ShareOpening, SharePass, ShareRequest
from smartnotes.core.usecases.accounts import check_new_password
from smartnotes.core.usecases.auditing import note

MOST_SHARES = 500


def make_share(request: ShareRequest, *, principal: Principal, accounts: Accounts) -> NewShare:
    """Make a link to a lecture, document or subject of one's own; its token is returned this once and never again.

    Raises `NotFound`; `OptionsError` for a password that is easy to guess; `Conflict` where there are too many links.
    """
    if len(accounts.shares.all(principal.user_id)) >= MOST_SHARES:
        raise Conflict(f"There are {MOST_SHARES} links already.", hint="Revoke some that are not needed any more.")
    wanted, now = request.options, accounts.clock()
    hashed = ""
    if wanted.password is not None:
        check_new_password(wanted.password, name="", accounts=accounts)
        hashed = accounts.hasher.hash(wanted.password)
    token = new_secret(SHARE_LINK)
    share = Share(
        id=new_id("shr"),
        kind=request.kind,
        target_id=request.target_id,
        name="",
        created_at=now,
        expires_at=now + timedelta(seconds=wanted.expires_in_s),
        max_views=wanted.max_views,
        has_password=bool(hashed),
        original=wanted.original,
    )
    made = accounts.shares.add(share, owner=principal.user_id, digest=digest_of(token), password_hash=hashed)
    note(AuditKind.SHARE_MADE, accounts=accounts, user_id=principal.user_id, detail=made.id)
    return NewShare(token=token, share=made)


def revoke_share(share_id: str, *, principal: Principal, accounts: Accounts) -> Share:
    """Make a link, and every pass it gave, void at once. Raises `NotFound`."""
    share = accounts.shares.delete(principal.user_id, share_id)
    note(AuditKind.SHARE_REVOKED, accounts=accounts, user_id=principal.user_id, detail=share.id)
    return share


def open_share(opening: ShareOpening, *, accounts: Accounts) -> SharePass:
    """Open a link: count a view and return a pass to what it leads to.

    A link that is unknown, expired, revoked or used up raises the same `NotFound`, after the same time where a password
    came with it. Raises `AccessDenied` for a wrong or missing password; that is no view.
    """
    now = accounts.clock()
    known = accounts.shares.find(digest_of(opening.token), now=now)
    hashed = known.password_hash if known else ""
    # Hashed also where there is nothing to compare with, so that the time does not tell whether there is a link.
    fits = opening.password is not None and accounts.hasher.verify(opening.password, hashed or None)
    if known is None:
        raise _gone()
    if hashed and not fits:
        if opening.password is None:
            raise AccessDenied("This link asks for a password.", hint="Ask whoever gave you the link.")
        note(AuditKind.SHARE_REFUSED, accounts=accounts, user_id=known.owner, detail=known.share.id)
        raise AccessDenied("The password of this link is wrong.", hint="Ask whoever gave you the link.")
    token = new_secret(SHARE_PASS)
    until = min(now + timedelta(seconds=accounts.policy.share_pass_s), known.share.expires_at)
    if not accounts.shares.count_view(known.share.id, digest=digest_of(token), now=now, until=until):
        raise _gone()
    note(AuditKind.SHARE_OPENED, accounts=accounts, user_id=known.owner, detail=known.share.id)
    lasts = max(1, int((until - now).total_seconds()))
    return SharePass(access_token=token, expires_in_s=lasts, kind=known.share.kind, name=known.share.name)


def _gone() -> NotFound:
    return NotFound("This link does not exist, or not any more.", hint="Ask for a new one.")
