"""What a project allows to be fetched: hosts, sizes, times; and which addresses are nobody's business.

Knows rules and the resolution of names; sends no request.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from inventory.errors import DataSourceError, problem

_MAX_BYTES = 2 * 1024**3
_TIMEOUT_S = 600.0
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class RemoteUnavailableError(DataSourceError):
    """A server or database cannot be reached, or takes too long: the set-up is at fault, not the delivery."""

    exit_code = 4


@dataclass(frozen=True)
class NetworkRules:
    """Section [network] of a project; without it nothing may be fetched.

    Attributes
    ----------
    allowed_hosts : frozenset of str
        Exact names, `host` or `host:port`.
    max_bytes : int
        Largest file.
    timeout_s : float
        For a whole download, with redirects and retries.
    allow_private_addresses : bool
        Private, loopback and link-local addresses may be contacted.

    """

    allowed_hosts: frozenset[str] = frozenset()
    max_bytes: int = _MAX_BYTES
    timeout_s: float = _TIMEOUT_S
    allow_private_addresses: bool = False


def _wrong_limits(limits: Mapping[str, Any]) -> list[str]:
    """Return the limits that are no numbers, then those that are not above 0."""
    wrong = [key for key, value in limits.items() if isinstance(value, bool) or not isinstance(value, int | float)]
    return wrong + [key for key, value in limits.items() if key not in wrong and not value > 0]


def parse_network(raw: Mapping[str, Any]) -> NetworkRules:
    """Return the rules of a section [network].

    Raises
    ------
    DataSourceError
        For values of a wrong type; a rule that cannot be read allows nothing.

    """
    hosts = raw.get("allowed_hosts", [])
    limits = {key: raw[key] for key in ("max_bytes", "timeout_s") if key in raw}
    private = raw.get("allow_private_addresses", False)
    wrong = _wrong_limits(limits)
    if not isinstance(hosts, list) or not all(isinstance(host, str) and _is_host(host) for host in hosts):
        wrong.append("allowed_hosts")
    if not isinstance(private, bool):
        wrong.append("allow_private_addresses")
    if wrong:
        known = "allowed_hosts、max_bytes、timeout_s、allow_private_addresses"
        raise DataSourceError(*(problem("TY2521", f"inventory.toml › network.{key}", known=known) for key in wrong))
    return NetworkRules(
        frozenset(host.lower() for host in hosts),
        int(limits.get("max_bytes", _MAX_BYTES)),
        float(limits.get("timeout_s", _TIMEOUT_S)),
        private,
    )


def check_url(text: str, rules: NetworkRules, *, place: str) -> httpx.URL:
    """Return an address that the project allows.

    Raises
    ------
    DataSourceError
        SC903 for another scheme than http and https, credentials in the address, or a host that is not named.

    """
    try:
        url = httpx.URL(text.strip())
        port = url.port
    except (httpx.InvalidURL, ValueError) as error:
        raise refused(place, "不是有效的地址", "it is no valid address") from error
    if port is not None and not 0 < port < 65_536:
        raise refused(place, "端口无效", "its port is invalid")
    if url.scheme not in {"http", "https"}:
        raise refused(place, "只接受 http 和 https", "only http and https are taken")
    if url.userinfo:
        raise refused(place, "地址里不能写用户名和密码", "it holds a user name or password")
    host = url.raw_host.decode("ascii").lower()
    number = port or (443 if url.scheme == "https" else 80)
    if not host or not {host, url.host.lower(), f"{host}:{number}"} & rules.allowed_hosts:
        shown = host or "-"
        raise refused(place, f"主机 {shown} 不在 allowed_hosts 里", f"the host {shown} is not in allowed_hosts")
    return url


def check_sha256(text: str, *, place: str) -> str:
    """Return a checksum in lower case; empty where none is given.

    Raises
    ------
    DataSourceError
        TY2545 if it is no SHA-256.

    """
    if text and not _SHA256.fullmatch(text.strip()):
        raise DataSourceError(problem("TY2545", place))
    return text.strip().lower()


def resolve_host(host: str, port: int, rules: NetworkRules, *, place: str) -> list[str]:
    """Return the addresses of a host, each of which may be contacted; connect to these, not to the name.

    Raises
    ------
    DataSourceError
        SC903 if any of them is private, loopback or link-local and that is not allowed, or can never be a server.
    OSError
        If the name does not resolve.

    """
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    for address in addresses:
        if not _may_contact(address, rules):
            said = f"{host} → {address}"
            raise refused(place, f"{said} 是内部地址", f"{said} is not a public address")
    return addresses


def refused(place: str, reason_zh: str, reason_en: str) -> DataSourceError:
    """Return the error of an address that is not allowed."""
    return DataSourceError(problem("SC903", place, reason_zh=reason_zh, reason_en=reason_en))


def _may_contact(text: str, rules: NetworkRules) -> bool:
    """Return whether an address is public, or private ones are allowed."""
    address = ipaddress.ip_address(text.split("%", maxsplit=1)[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        else:
            address = address.ipv4_mapped or address.sixtofour or address
    if address.is_unspecified or address.is_multicast:
        return False
    return rules.allow_private_addresses or address.is_global


def _is_host(text: str) -> bool:
    """Return whether a text is a host or host:port, without scheme, path or wildcard."""
    return bool(text) and not re.search(r"[\s/*?#@]", text)
