"""Access tokens: what is accepted, and every forgery that libraries of this kind were known to accept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import stat
import string
from datetime import timedelta

import pytest

from smartnotes.core.errors import NotSignedIn, SettingsError
from smartnotes.core.ports.accounts import AccessClaims, RefreshClaims
from smartnotes.server.tokens import JwtSigner, secret_from, secrets_from
from smartnotes.settings import ServerSettings
from tests.builders import NOON

SECRET = b"a secret of the server that is long enough"
KEY = hmac.digest(SECRET, b"smartnotes access token 1", hashlib.sha256)
CLAIMS = AccessClaims(user_id="usr_ann", session_id="ses_one")
SESSION = "ses_" + "a" * 24


@pytest.fixture
def signer():
    return JwtSigner(SECRET)


def in_15_minutes():
    return NOON + timedelta(minutes=15)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def forge(*, key=KEY, header=None, digest="sha256", drop=(), signature=None, **changed):
    """A token put together by hand, signed with the right key unless told otherwise."""
    claims = {
        "iss": "smartnotes",
        "aud": "smartnotes-api",
        "sub": "usr_ann",
        "sid": "ses_one",
        "iat": int(NOON.timestamp()),
        "exp": int(in_15_minutes().timestamp()),
        "jti": "x",
    } | changed
    claims = {name: value for name, value in claims.items() if name not in drop}
    head = {"alg": "HS256", "typ": "at+jwt"} | (header or {})
    parts = (json.dumps(part, separators=(",", ":"), sort_keys=True).encode() for part in (head, claims))
    body = ".".join(encoded(part) for part in parts)
    made = hmac.digest(key, body.encode(), digest) if signature is None else signature
    return f"{body}.{encoded(made)}"


def test_what_was_signed_is_read_back(signer):
    token = signer.access_token(CLAIMS, now=NOON, expires_at=in_15_minutes())
    assert signer.read_access_token(token, now=NOON) == CLAIMS


def test_a_token_made_by_hand_with_the_right_key_is_good_so_the_forgeries_fail_for_their_own_reason(signer):
    assert signer.read_access_token(forge(), now=NOON) == CLAIMS


FORGERIES = {
    "no algorithm": forge(header={"alg": "none"}, signature=b""),
    "no algorithm, a signature": forge(header={"alg": "none"}),
    "no algorithm in capitals": forge(header={"alg": "NONE"}, signature=b""),
    "empty signature": forge(signature=b""),
    "another algorithm of the family": forge(header={"alg": "HS512"}, digest="sha512"),
    "an RSA algorithm over our key": forge(header={"alg": "RS256"}),
    "another key": forge(key=b"k" * 32),
    "the secret itself as key": forge(key=SECRET),
    "the empty key": forge(key=b""),
    "a public key as HMAC key": forge(key=b"-----BEGIN PUBLIC KEY-----\nMFww\n-----END PUBLIC KEY-----\n"),
    "critical extension": forge(header={"crit": ["exp"]}),
    "unknown critical extension": forge(header={"crit": ["x"], "x": 1}),
    "key id that is a path": forge(header={"kid": "../../../dev/null"}, key=b""),
    "key id that is SQL": forge(header={"kid": "x' UNION SELECT 'key"}, key=b"key"),
    "key id beside the right key": forge(header={"kid": "1"}),
    "key in the header": forge(header={"jwk": {"kty": "oct", "k": encoded(b"k" * 32)}}, key=b"k" * 32),
    "key at an address": forge(header={"jku": "https://attacker.example/keys"}, key=b"k" * 32),
    "certificate in the header": forge(header={"x5c": ["MIIB"]}),
    "another type": forge(header={"typ": "JWT"}),
    "unencoded payload": forge(header={"b64": False}),
    "no expiry": forge(drop=["exp"]),
    "no issue time": forge(drop=["iat"]),
    "no session": forge(drop=["sid"]),
    "no user": forge(drop=["sub"]),
    "no audience": forge(drop=["aud"]),
    "no issuer": forge(drop=["iss"]),
    "another audience": forge(aud="another-api"),
    "several audiences": forge(aud=["smartnotes-api", "another-api"]),
    "another issuer": forge(iss="https://attacker.example"),
    "an additional claim": forge(role="admin"),
    "not before tomorrow": forge(nbf=int(NOON.timestamp()) + 86400),
    "issued in the future": forge(iat=int(NOON.timestamp()) + 3600),
    "expired": forge(exp=int(NOON.timestamp()) - 1),
    "expires this second": forge(exp=int(NOON.timestamp())),
    "expiry as text": forge(exp="99999999999"),
    "expiry as truth": forge(exp=True),
    "expiry as fraction": forge(exp=99999999999.5),
    "expiry is infinite": forge(exp=float("inf")),
    "expiry is nothing": forge(exp=None),
    "user as number": forge(sub=1),
    "user as list": forge(sub=["usr_ann"]),
    "empty": "",
    "two parts": "a.b",
    "four parts": forge() + ".x",
    "padding": forge() + "=",
    "space": " " + forge(),
    "newline": forge() + "\n",
    "not ASCII": "é.é.é",
    "long": "a" * 5000 + ".b.c",
    "encrypted": "a.b.c.d.e",
    "header is no object": f"{encoded(b'[]')}.{encoded(b'{}')}.{encoded(b'x')}",
    "header is no JSON": f"{encoded(b'{')}.{encoded(b'{}')}.{encoded(b'x')}",
    "header is deep": f"{encoded(b'[' * 2500)}.{encoded(b'{}')}.{encoded(bytes(32))}",
    "header with a key twice": ".".join(
        (encoded(b'{"alg":"none","alg":"HS256","typ":"at+jwt"}'), *forge().split(".")[1:])
    ),
}


@pytest.mark.parametrize("token", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_token_is_refused(signer, token):
    with pytest.raises(NotSignedIn):
        signer.read_access_token(token, now=NOON)


@pytest.mark.parametrize("payload", [b"[]", b"null", b"1", b"", b"{", b"\xff"])
def test_a_signed_payload_that_is_no_object_is_refused(signer, payload):
    body = f"{forge().partition('.')[0]}.{encoded(payload)}"
    token = f"{body}.{encoded(hmac.digest(KEY, body.encode(), 'sha256'))}"
    with pytest.raises(NotSignedIn):
        signer.read_access_token(token, now=NOON)


def test_every_changed_character_breaks_a_token(signer):
    """The last one too, which carries unused bits: two spellings of one token would slip through a list of them."""
    token = signer.access_token(CLAIMS, now=NOON, expires_at=in_15_minutes())
    changes = [
        token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :] for place, letter in enumerate(token)
    ]
    changes += [token[:-1] + letter for letter in string.ascii_letters + string.digits + "-_" if letter != token[-1]]
    for changed in changes:
        with pytest.raises(NotSignedIn):
            signer.read_access_token(changed, now=NOON)


def test_a_server_with_another_secret_refuses_the_token(signer):
    token = signer.access_token(CLAIMS, now=NOON, expires_at=in_15_minutes())
    with pytest.raises(NotSignedIn):
        JwtSigner(SECRET + b"2").read_access_token(token, now=NOON)


def test_tokens_of_one_kind_are_not_tokens_of_the_other(signer):
    access = signer.access_token(CLAIMS, now=NOON, expires_at=in_15_minutes())
    refresh = signer.refresh_token(RefreshClaims(SESSION, 0))
    with pytest.raises(NotSignedIn):
        signer.read_refresh_token(access)
    with pytest.raises(NotSignedIn):
        signer.read_access_token(refresh, now=NOON)


def test_a_refresh_token_follows_from_its_session_and_generation(signer):
    claims = RefreshClaims(SESSION, 7)
    assert signer.refresh_token(claims) == JwtSigner(SECRET).refresh_token(claims)
    assert signer.read_refresh_token(signer.refresh_token(claims)) == claims


def test_a_refresh_token_of_the_next_generation_cannot_be_made_from_this_one(signer):
    token = signer.refresh_token(RefreshClaims(SESSION, 0))
    for forged in (
        token.replace(".0.", ".1."),
        token.replace(".0.", ".00."),
        token.replace("aaa", "bbb", 1),
        token + "A",
    ):
        with pytest.raises(NotSignedIn):
            signer.read_refresh_token(forged)


def test_a_short_secret_is_refused():
    with pytest.raises(SettingsError, match="needs 32"):
        JwtSigner(b"secret")


def test_a_secret_that_is_json_is_only_bytes():
    """python-jose would parse such a key as a set of keys."""
    tricky = JwtSigner(b'{"keys": [{"kty": "oct", "k": "AAAA"}]}')
    token = tricky.access_token(CLAIMS, now=NOON, expires_at=in_15_minutes())
    assert tricky.read_access_token(token, now=NOON) == CLAIMS


def test_a_server_without_a_secret_makes_one_that_only_its_owner_reads_and_keeps_it(tmp_path):
    file = tmp_path / "home" / "server-secret"
    first = secret_from("", file=file)
    assert len(first) >= 32
    assert secret_from("", file=file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secret_from("given", file=file) == b"given"


def test_tokens_of_the_secret_before_are_good_until_it_is_taken_away_and_new_ones_are_not_made_with_it():
    old, new = JwtSigner(SECRET), b"another secret of the server, long enough"
    rotated = JwtSigner(new, previous=[SECRET])
    access, refresh = old.access_token(CLAIMS, now=NOON, expires_at=in_15_minutes()), RefreshClaims(SESSION, 3)
    assert rotated.read_access_token(access, now=NOON) == CLAIMS
    assert rotated.read_refresh_token(old.refresh_token(refresh)) == refresh
    for gone in (JwtSigner(new), JwtSigner(new, previous=[b"a third secret that nothing was signed with"])):
        with pytest.raises(NotSignedIn):
            gone.read_access_token(access, now=NOON)
        with pytest.raises(NotSignedIn):
            gone.read_refresh_token(old.refresh_token(refresh))
    with pytest.raises(NotSignedIn):
        old.read_access_token(rotated.access_token(CLAIMS, now=NOON, expires_at=in_15_minutes()), now=NOON)
    assert JwtSigner(new).read_refresh_token(rotated.refresh_token(refresh)) == refresh


@pytest.mark.parametrize("token", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_token_is_refused_with_several_secrets_too(token):
    with pytest.raises(NotSignedIn):
        JwtSigner(b"another secret of the server, long enough", previous=[SECRET]).read_access_token(token, now=NOON)


def test_a_short_previous_secret_is_refused():
    with pytest.raises(SettingsError, match="needs 32"):
        JwtSigner(SECRET, previous=[b"secret"])


def test_the_secrets_of_the_settings_begin_with_the_one_in_use(tmp_path):
    settings = ServerSettings(previous_secrets=("older", "oldest"))
    first, *previous = secrets_from(settings, file=tmp_path / "server-secret")
    assert (first, previous) == ((tmp_path / "server-secret").read_bytes(), [b"older", b"oldest"])


def test_a_token_that_is_known_still_ends_at_its_time(signer):
    token = signer.access_token(CLAIMS, now=NOON, expires_at=in_15_minutes())
    for _ in range(2):
        assert signer.read_access_token(token, now=NOON) == CLAIMS
        with pytest.raises(NotSignedIn, match="expired"):
            signer.read_access_token(token, now=in_15_minutes())
        with pytest.raises(NotSignedIn):
            signer.read_access_token(token, now=NOON - timedelta(seconds=6))
