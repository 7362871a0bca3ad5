"""Addresses that a page may be fetched from: public ones only, so that nobody reaches this network through us.

What is special is listed by IANA (https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Resolve = Callable[[str, int], list[str]]
"""Host and port -> its addresses, as text. Raises `OSError` where there are none."""

Permits = Callable[[str, int], bool]
"""Whether a connection to this address and port is allowed."""

PORTS = frozenset({80, 443})

# Beside what `ipaddress` knows to be private, which differs between versions of Python.
_SPECIAL_4 = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Only 2000::/3 is handed out; of it these stand for other things, or for IPv4 addresses behind a translator.
_GLOBAL_6 = ip_network("2000::/3")
_SPECIAL_6 = tuple(ip_network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses that the system's resolver gives, without repetitions."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str, port: int) -> bool:
    """Return whether the address belongs to the public internet, and the port to the web."""
    try:
        ip = ip_address(address)
    except ValueError:  # an address with a zone ("fe80::1%eth0") is never public either
        return False
    return port in PORTS and (_is_public_4(ip) if isinstance(ip, IPv4Address) else _is_public_6(ip))


def _is_public_4(ip: IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in _SPECIAL_4)


def _is_public_6(ip: IPv6Address) -> bool:
    """Addresses that carry an IPv4 one (mapped, 6to4, Teredo, NAT64) are refused whatever it is."""
    return ip in _GLOBAL_6 and ip.is_global and ip.scope_id is None and not any(ip in net for net in _SPECIAL_6)
