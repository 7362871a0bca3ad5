"""Signed tokens: JWT access tokens (RFC 7519, 9068), refresh tokens, and the key for both.

python-jose checks the signature, with one algorithm and a key object of ours; the header and every claim are checked
here, because the library accepts tokens without an expiry and ignores headers marked critical.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from jose import jwk, jws  # type: ignore[import-untyped]
from jose.exceptions import JOSEError  # type: ignore[import-untyped]

from smartnotes.core.errors import NotSignedIn, SettingsError
from smartnotes.core.ports.accounts import AccessClaims, RefreshClaims
from smartnotes.settings import ServerSettings

ALGORITHM: Final = "HS256"
TYPE: Final = "at+jwt"
HEADER: Final = jws.sign(b"", b"", headers={"typ": TYPE}, algorithm=ALGORITHM).partition(".")[0]
"""The one header that is accepted, letter by letter: a stranger's header is not even parsed."""
ISSUER: Final = "smartnotes"
AUDIENCE: Final = "smartnotes-api"
CLAIMS: Final = frozenset({"iss", "aud", "sub", "sid", "iat", "exp", "jti"})
LEEWAY_S: Final = 5
"""How far the clocks of two gateways may be apart."""
LONGEST: Final = 4096
SHORTEST_SECRET: Final = 32
MOST_KNOWN: Final = 10_000
"""Good tokens remembered at a time, each under a kilobyte."""
REFRESH: Final = "snr_"

# The last of 43 characters carries 4 bits: with any other there would be two spellings of one signature.
_JWT = re.compile(r"(?P<header>[A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
_REFRESH = re.compile(
    rf"{REFRESH}(?P<session>ses_[a-z2-7]{{24}})\.(?P<generation>0|[1-9]\d{{0,9}})\.(?P<mac>[\w-]{{43}})", re.A
)


class _Known(NamedTuple):
    """A token whose signature is good: what it says, when it was made and ends (seconds since 1970)."""

    claims: AccessClaims
    issued: int
    expires: int


class JwtSigner:
    """`TokenSigner` with keys derived from one secret of at least 32 bytes.

    Tokens that were signed with one of the `previous` secrets are still good; new ones are made with `secret` only.
    """

    def __init__(self, secret: bytes, *, previous: Sequence[bytes] = ()) -> None:
        for one in (secret, *previous):
            if len(one) < SHORTEST_SECRET:
                raise SettingsError(
                    f"A secret of the server has {len(one)} bytes and needs {SHORTEST_SECRET}.",
                    hint='Make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"',
                )
        # Key objects, because the library would otherwise try to parse the bytes as JSON.
        self._access = [jwk.construct(_derived(one, "access"), ALGORITHM) for one in (secret, *previous)]
        self._refresh = [_derived(one, "refresh") for one in (secret, *previous)]
        # Whether a signature is good never changes; whether the token is over is asked every time.
        self._known: dict[str, _Known] = {}

    def access_token(self, claims: AccessClaims, *, now: datetime, expires_at: datetime) -> str:
        """Return a JWT that says who signed in, in which session, until when."""
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": claims.user_id,
            "sid": claims.session_id,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "jti": secrets.token_urlsafe(9),
        }
        return str(jws.sign(payload, self._access[0], headers={"typ": TYPE}, algorithm=ALGORITHM))

    def read_access_token(self, token: str, *, now: datetime) -> AccessClaims:
        """Return what the token says. Raises `NotSignedIn` for any token that this server did not make, or is over."""
        known = self._known.get(token)
        if known is None:
            match = _JWT.fullmatch(token) if len(token) <= LONGEST else None
            if match is None or match["header"] != HEADER:
                raise _refused()
            known = _checked(self._verified(token))
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[token] = known
        return _timely(known, now=now)

    def refresh_token(self, claims: RefreshClaims) -> str:
        """Return the token of this generation: ``snr_SESSION.GENERATION.MAC``.

        It follows from the session and the key, so the successor that a broken connection swallowed can be given again
        without being stored anywhere.
        """
        return _refresh_token(claims, key=self._refresh[0])

    def read_refresh_token(self, token: str) -> RefreshClaims:
        """Return what the token says. Raises `NotSignedIn` for one that this server did not make."""
        match = _REFRESH.fullmatch(token)
        if match is None:
            raise _refused()
        claims = RefreshClaims(session_id=match["session"], generation=int(match["generation"]))
        if not any(hmac.compare_digest(_refresh_token(claims, key=key), token) for key in self._refresh):
            raise _refused()
        return claims

    def _verified(self, token: str) -> object:
        for key in self._access:
            try:
                payload: object = json.loads(jws.verify(token, key, [ALGORITHM]))
            except (JOSEError, ValueError):
                continue
            return payload
        raise _refused()


def secret_from(given: str, *, file: Path) -> bytes:
    """Return the server's secret: the one given, or that of a file readable by its owner only, made at first use."""
    if given:
        return given.encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Exclusive creation: of two gateways that start at once, one writes and the other reads.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes().strip()
    with os.fdopen(descriptor, "w") as made:
        made.write(secrets.token_urlsafe(48))
    return file.read_bytes()


def secrets_from(settings: ServerSettings, *, file: Path) -> tuple[bytes, ...]:
    """Return the server's secret as `secret_from` does, followed by the previous ones that still open things."""
    return (secret_from(settings.secret, file=file), *(one.encode() for one in settings.previous_secrets))


def _refresh_token(claims: RefreshClaims, *, key: bytes) -> str:
    body = f"{claims.session_id}.{claims.generation}"
    mac = hmac.digest(key, body.encode(), "sha256")
    return f"{REFRESH}{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def _derived(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, f"smartnotes {purpose} token 1".encode(), hashlib.sha256)


def _checked(payload: object) -> _Known:
    if not isinstance(payload, Mapping) or payload.keys() != CLAIMS:
        raise _refused()
    texts = [payload[name] for name in ("iss", "aud", "sub", "sid", "jti")]
    times = [payload["iat"], payload["exp"]]
    if not all(isinstance(text, str) for text in texts) or not all(type(time) is int for time in times):
        raise _refused()
    if payload["iss"] != ISSUER or payload["aud"] != AUDIENCE:
        raise _refused()
    return _Known(AccessClaims(user_id=payload["sub"], session_id=payload["sid"]), payload["iat"], payload["exp"])


def _timely(known: _Known, *, now: datetime) -> AccessClaims:
    seconds = now.timestamp()
    if known.issued > seconds + LEEWAY_S:
        raise _refused()
    if known.expires <= seconds:
        raise NotSignedIn("The access token has expired.", hint="Renew it, or sign in again.")
    return known.claims


def _refused() -> NotSignedIn:
    return NotSignedIn("This is not a token of this server.", hint="Sign in again.")
