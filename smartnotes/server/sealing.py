"""Sealing short texts that wait outside of this process, with the server's secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class Seal:
    """Encrypts with AES-256-GCM (NIST SP 800-38D) under a key derived from the first secret; opens with any of them.

    What is sealed for one purpose cannot be opened for another. Threads may share it.
    """

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self._keys = [AESGCM(hmac.digest(secret, b"smartnotes seal 1", hashlib.sha256)) for secret in secrets]

    def close(self, text: str, *, purpose: str) -> str:
        """Return the text sealed, as URL-safe base64."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._keys[0].encrypt(nonce, text.encode(errors="surrogatepass"), purpose.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, *, purpose: str) -> str | None:
        """Return the text; None where it was sealed with no secret of ours, for another purpose, or changed."""
        try:
            data = base64.urlsafe_b64decode(sealed)
        except (binascii.Error, ValueError):
            return None
        for key in self._keys:
            try:
                text = key.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], purpose.encode())
            except (InvalidTag, ValueError):
                continue
            return text.decode(errors="surrogatepass")
        return None
