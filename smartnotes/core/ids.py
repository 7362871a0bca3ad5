"""Opaque ids with a prefix: derived ones from content, new ones from randomness."""

from __future__ import annotations

import base64
import hashlib
import secrets

PIPELINE_VERSION = "5"
"""Changes whenever the same bytes would be read, cleaned or chunked differently. Part of every derived id."""


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hexadecimal digits: the id of a blob."""
    return hashlib.sha256(data).hexdigest()


def derive_id(prefix: str, *parts: str) -> str:
    """Return the id that content with these `parts` always has, such as ``chk_ab2c...`` (24 base-32 digits, 120 bits).

    Every part is hashed with its length, so ("ab", "c") and ("a", "bc") differ.
    """
    digest = hashlib.sha256(PIPELINE_VERSION.encode())
    for part in (prefix, *parts):
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return f"{prefix}_{base64.b32encode(digest.digest()[:15]).decode().lower()}"


def new_id(prefix: str) -> str:
    """Return an id nobody had before, such as ``sub_ab2c...``."""
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(15)).decode().lower()}"
