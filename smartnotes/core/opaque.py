"""Opaque secrets: random strings with a prefix that says what they are, of which only a digest is kept."""

from __future__ import annotations

import hashlib
import secrets

API_TOKEN = "snp_"  # noqa: S105 - the prefix, not a token
TICKET = "snt_"
INVITATION = "sni_"


def new_secret(prefix: str) -> str:
    """Return a secret of 256 random bits. The prefix lets secret scanners recognise a leaked one."""
    return prefix + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret. A fast hash is enough: 256 random bits cannot be guessed from it."""
    return hashlib.sha256(secret.encode()).hexdigest()
