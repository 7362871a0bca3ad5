"""Registering, signing in and out, and what a credential stands for."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta

from smartnotes.core.accounts import (
    ALL_SCOPES,
    CredentialKind,
    Credentials,
    PasswordChange,
    Principal,
    Registration,
    RegistrationMode,
    Role,
    Session,
    Tokens,
    User,
    canonical_name,
)
from smartnotes.core.auditing import AuditKind
from smartnotes.core.errors import AccessDenied, Conflict, NotFound, NotSignedIn, OptionsError
from smartnotes.core.guessing import has_name, is_common
from smartnotes.core.ids import new_id
from smartnotes.core.opaque import API_TOKEN, digest_of
from smartnotes.core.ports.accounts import AccessClaims, Accounts, RefreshClaims, SignedIn
from smartnotes.core.sharing import SHARE_PASS
from smartnotes.core.usecases.auditing import note

_log = logging.getLogger("smartnotes.access")
_NAME = re.compile(r"[\w][\w.@+-]*")
_GOOD = "Several words that do not belong together make a good one."


def register(registration: Registration, *, accounts: Accounts, label: str = "") -> Tokens:
    """Make an account and sign in.

    Raises `OptionsError` for an impossible name or a weak password, `Conflict` for a name that is taken,
    `AccessDenied` where the server does not let everybody in.
    """
    user = User(id=new_id("usr"), name=clean_name(registration.name), created_at=accounts.clock())
    check_new_password(registration.password, name=user.name, accounts=accounts)
    _check_open(registration, accounts=accounts)
    if accounts.users.named(user.name):
        raise Conflict(f"The name {user.name!r} is taken.", hint="Choose another name.")
    hashed = accounts.hasher.hash(registration.password)
    founder = user.model_copy(update={"role": Role.ADMIN})
    if accounts.users.add_founder(founder, password_hash=hashed):
        user = founder
    else:
        invited = accounts.policy.registration is not RegistrationMode.OPEN
        invitation = digest_of(registration.invitation) if invited and registration.invitation else None
        accounts.users.add(user, password_hash=hashed, invitation=invitation)
    note(AuditKind.REGISTERED, accounts=accounts, user_id=user.id, detail=user.role)
    return open_session(user, accounts=accounts, label=label)


def login(credentials: Credentials, *, accounts: Accounts, label: str = "") -> Tokens:
    """Sign in with a password.

    Raises `NotSignedIn` (the same for an unknown name and a wrong password, after the same time), `AccessDenied` for
    a suspended account.
    """
    known = accounts.users.named(credentials.name)
    fits = accounts.hasher.verify(credentials.password, known.password_hash if known else None)
    if known is None or not fits:
        _log.warning("sign-in failed")
        # A name nobody has is not written down: people type passwords there.
        note(AuditKind.SIGN_IN_FAILED, accounts=accounts, user_id=known.user.id if known else None)
        raise NotSignedIn("The name or the password is wrong.")
    if known.user.suspended:
        note(AuditKind.SIGN_IN_FAILED, accounts=accounts, user_id=known.user.id, detail="suspended")
    _check_active(known.user)
    if accounts.hasher.outdated(known.password_hash):
        accounts.users.set_password(known.user.id, accounts.hasher.hash(credentials.password))
    note(AuditKind.SIGNED_IN, accounts=accounts, user_id=known.user.id)
    return open_session(known.user, accounts=accounts, label=label)


def open_session(user: User, *, accounts: Accounts, label: str = "") -> Tokens:
    """Begin a session of a user and return its first tokens."""
    now = accounts.clock()
    session = Session(
        id=new_id("ses"),
        user_id=user.id,
        created_at=now,
        used_at=now,
        expires_at=now + timedelta(seconds=accounts.policy.refresh_token_s),
        label=label[:200],
    )
    accounts.sessions.add(session)
    return _tokens(user, session_id=session.id, generation=0, now=now, accounts=accounts)


def refresh(token: str, *, accounts: Accounts) -> Tokens:
    """Exchange a refresh token for new tokens.

    For `grace_s` seconds after the exchange the same token brings the same successor again, for a client whose
    connection broke. Later use means that two parties hold the token: the session is revoked.
    Raises `NotSignedIn`; `AccessDenied` for a suspended account.
    """
    claims = accounts.signer.read_refresh_token(token)
    now = accounts.clock()
    found = _live(accounts.sessions.get(claims.session_id), now=now)
    expires_at = min(
        now + timedelta(seconds=accounts.policy.refresh_token_s),
        found.session.created_at + timedelta(seconds=accounts.policy.session_s),
    )
    if not accounts.sessions.renew(claims.session_id, generation=claims.generation, now=now, expires_at=expires_at):
        found = _live(accounts.sessions.get(claims.session_id), now=now)
        _check_reuse(claims, found.session, now=now, accounts=accounts)
    return _tokens(
        found.user, session_id=claims.session_id, generation=claims.generation + 1, now=now, accounts=accounts
    )


def logout(principal: Principal, *, accounts: Accounts) -> None:
    """End the session that the request came with."""
    if principal.session_id:
        accounts.sessions.revoke(principal.session_id)
        note(AuditKind.SIGNED_OUT, accounts=accounts, user_id=principal.user_id, detail=principal.session_id)


def logout_all(principal: Principal, *, accounts: Accounts) -> None:
    """End every session of the user, this one too. API tokens stay: they are revoked one by one."""
    accounts.sessions.revoke_all(principal.user_id)
    note(AuditKind.SIGNED_OUT_EVERYWHERE, accounts=accounts, user_id=principal.user_id)


def end_session(session_id: str, *, principal: Principal, accounts: Accounts) -> None:
    """End one of the user's own sessions. Raises `NotFound`."""
    if session_id not in [session.id for session in accounts.sessions.all(principal.user_id)]:
        raise NotFound(f"There is no session {session_id!r}.")
    accounts.sessions.revoke(session_id)
    note(AuditKind.SESSION_ENDED, accounts=accounts, user_id=principal.user_id, detail=session_id)


def change_password(change: PasswordChange, *, principal: Principal, accounts: Accounts) -> None:
    """Replace the password and end all other sessions. Raises `AccessDenied`, `OptionsError`."""
    user = prove_password(change.password, principal=principal, accounts=accounts)
    check_new_password(change.new_password, name=user.name, accounts=accounts)
    accounts.users.set_password(user.id, accounts.hasher.hash(change.new_password))
    accounts.sessions.revoke_all(user.id, but=principal.session_id)
    note(AuditKind.PASSWORD_CHANGED, accounts=accounts, user_id=user.id)


def prove_password(password: str, *, principal: Principal, accounts: Accounts) -> User:
    """Return the user where the password is theirs. Raises `AccessDenied`."""
    user = accounts.users.get(principal.user_id)
    known = accounts.users.named(user.name)
    if known is None or not accounts.hasher.verify(password, known.password_hash):
        note(AuditKind.PASSWORD_REFUSED, accounts=accounts, user_id=user.id)
        raise AccessDenied("The password is wrong.")
    return user


def authenticate(credential: str, *, accounts: Accounts) -> Principal:
    """Return who a bearer credential (access token, personal API token, pass of a share link) stands for.

    Raises `NotSignedIn`; `AccessDenied` for a suspended account.
    """
    now = accounts.clock()
    if credential.startswith(API_TOKEN):
        return _token_principal(credential, now=now, accounts=accounts)
    if credential.startswith(SHARE_PASS):
        return _guest(credential, now=now, accounts=accounts)
    claims = accounts.signer.read_access_token(credential, now=now)
    return _session_principal(claims, accounts.sessions.get(claims.session_id), now=now)


def recall(credential: str, *, accounts: Accounts) -> Principal | None:
    """Return what `authenticate` would, from memory and without waiting; None where rows must be asked.

    Raises `NotSignedIn` for a token that is not good, whatever the rows say.
    """
    if credential.startswith((API_TOKEN, SHARE_PASS)):
        return None
    now = accounts.clock()
    claims = accounts.signer.read_access_token(credential, now=now)
    found = accounts.sessions.recent(claims.session_id)
    return None if found is None else _session_principal(claims, found, now=now)


def remembered_user(principal: Principal, *, accounts: Accounts) -> User | None:
    """Return the user of a principal that was just authenticated, from memory; None where rows must be asked."""
    found = accounts.sessions.recent(principal.session_id) if principal.session_id else None
    return found.user if found is not None and found.user.id == principal.user_id else None


def clean_name(name: str) -> str:
    """Return a user's name in its one form. Raises `OptionsError` for one that cannot be typed or told apart."""
    cleaned = canonical_name(name)
    if not _NAME.fullmatch(cleaned):
        raise OptionsError(
            "A user's name has letters, digits and . _ - @ + only, and begins with a letter or digit.",
            hint="An e-mail address is fine.",
        )
    return cleaned


def check_new_password(password: str, *, name: str, accounts: Accounts) -> None:
    """Raise `OptionsError` for a password that is too short or too easy to guess."""
    shortest = accounts.policy.shortest_password
    if len(password) < shortest:
        raise OptionsError(f"A password needs at least {shortest} characters.", hint=_GOOD)
    if has_name(password, name=name, shortest=shortest):
        raise OptionsError("This password has your name in it: that is tried first.", hint=_GOOD)
    if is_common(password, common=accounts.common()):
        raise OptionsError("This password, or one much like it, is among the most common ones.", hint=_GOOD)


def _check_open(registration: Registration, *, accounts: Accounts) -> None:
    mode = accounts.policy.registration
    if mode is RegistrationMode.OPEN or not accounts.users.all():
        return
    if mode is RegistrationMode.CLOSED:
        raise AccessDenied("This server takes no registrations.", hint="Ask its administrator for an account.")
    if not registration.invitation:
        raise AccessDenied("This server needs an invitation.", hint="Ask its administrator for a code.")


def _check_active(user: User) -> None:
    if user.suspended:
        raise AccessDenied("This account is suspended.", hint="Ask the server's administrator.")


def _check_reuse(claims: RefreshClaims, session: Session, *, now: datetime, accounts: Accounts) -> None:
    follows = session.generation == claims.generation + 1
    if follows and now - session.used_at <= timedelta(seconds=accounts.policy.grace_s):
        return
    accounts.sessions.revoke(session.id)
    _log.warning("a used refresh token came again: session %s of %s revoked", session.id, session.user_id)
    note(AuditKind.REFRESH_REUSED, accounts=accounts, user_id=session.user_id, detail=session.id)
    raise NotSignedIn("This refresh token was used before, so the session was ended.", hint="Sign in again.")


def _live(found: SignedIn | None, *, now: datetime) -> SignedIn:
    if found is None or found.session.expires_at <= now:
        raise _signed_out()
    _check_active(found.user)
    return found


def _signed_out() -> NotSignedIn:
    return NotSignedIn("The session has ended.", hint="Sign in again.")


def _session_principal(claims: AccessClaims, found: SignedIn | None, *, now: datetime) -> Principal:
    user = _live(found, now=now).user
    if user.id != claims.user_id:
        raise _signed_out()
    return Principal(
        user_id=user.id,
        role=user.role,
        scopes=ALL_SCOPES,
        kind=CredentialKind.SESSION,
        session_id=claims.session_id,
    )


def _token_principal(credential: str, *, now: datetime, accounts: Accounts) -> Principal:
    found = accounts.api_tokens.find(digest_of(credential))
    if found is None or (found.token.expires_at is not None and found.token.expires_at <= now):
        raise NotSignedIn("This API token is unknown, revoked or expired.")
    _check_active(found.user)
    # Once a minute is enough to see whether a token is in use, and spares a write on every request.
    if found.token.used_at is None or now - found.token.used_at > timedelta(minutes=1):
        accounts.api_tokens.touch(found.token.id, now=now)
    return Principal(
        user_id=found.user.id, role=found.user.role, scopes=found.token.scopes, kind=CredentialKind.API_TOKEN
    )


def _guest(credential: str, *, now: datetime, accounts: Accounts) -> Principal:
    found = accounts.shares.find_pass(digest_of(credential), now=now)
    if found is None:
        raise NotSignedIn("This pass is unknown or over.", hint="Open the link again.")
    # No scope and no user: none of the routes for users lets this principal in, and under its id nothing is kept.
    return Principal(user_id=found.id, role=Role.USER, scopes=frozenset(), kind=CredentialKind.SHARE, share=found.grant)


def _tokens(user: User, *, session_id: str, generation: int, now: datetime, accounts: Accounts) -> Tokens:
    lasts = accounts.policy.access_token_s
    claims = AccessClaims(user_id=user.id, session_id=session_id)
    return Tokens(
        access_token=accounts.signer.access_token(claims, now=now, expires_at=now + timedelta(seconds=lasts)),
        refresh_token=accounts.signer.refresh_token(RefreshClaims(session_id=session_id, generation=generation)),
        expires_in_s=lasts,
        user=user,
    )
