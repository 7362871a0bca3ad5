"""Addresses of servers: which machine they name, and how they are shown."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of this machine."""


def host_of(address: str) -> str:
    """Return the machine that "http://name:port/..." or "name:port" names, "" where that is no address."""
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


def is_loopback(address: str) -> bool:
    """Return whether the address is one of this machine, which cannot be reached from others."""
    return host_of(address) in LOOPBACK


def shown_address(address: str) -> str:
    """Return the address without the user name, password and query that it may hold: these are secrets."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "(no address)"
    netloc = parts.netloc.rpartition("@")[2]
    if not parts.netloc and "@" in address:  # "user:password@host:port", without a scheme
        return address.rpartition("@")[2]
    return urlunsplit((parts.scheme, netloc, parts.path, "", ""))
