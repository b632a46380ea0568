"""Connections that go to a checked address and end at a deadline; HTTP itself is httpcore's."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import certifi
import httpcore

from sources.remote.rules import NetworkRules, resolve_host

_CONNECT_S = 15.0
_SILENCE_S = 60.0
"""A server that says nothing for so long is asked again."""


@dataclass(frozen=True)
class Deadline:
    """A moment of the monotonic clock [s]."""

    at_s: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the moment that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self, at_most: float | None = None) -> float:
        """Return the seconds that are left.

        Raises
        ------
        httpcore.TimeoutException
            If there are none.

        """
        left = self.at_s - time.monotonic()
        if left <= 0:
            message = "time limit"
            raise httpcore.ReadTimeout(message)
        return left if at_most is None else min(left, at_most)


class CheckedBackend(httpcore.NetworkBackend):
    """Resolves a host once, refuses forbidden addresses, and connects to an address that was checked."""

    def __init__(self, rules: NetworkRules, deadline: Deadline, *, place: str) -> None:
        self._rules = rules
        self._deadline = deadline
        self._place = place
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a stream to one of the checked addresses of a host."""
        try:
            addresses = resolve_host(host, port, self._rules, place=self._place)
        except (OSError, UnicodeError) as error:
            message = f"{host}: {getattr(error, 'strerror', '') or error}"
            raise httpcore.ConnectError(message) from error
        for address in addresses[:-1]:
            try:
                return self._stream(address, port, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._stream(addresses[-1], port, local_address, socket_options)

    def _stream(
        self, address: str, port: int, local_address: str | None, socket_options: Iterable[Any] | None
    ) -> httpcore.NetworkStream:
        """Return a stream to an address."""
        left = self._deadline.left(_CONNECT_S)
        stream = self._sockets.connect_tcp(address, port, left, local_address, socket_options)
        return _TimedStream(stream, self._deadline)


class _TimedStream(httpcore.NetworkStream):
    """A stream on which nothing lasts longer than the deadline, however slowly bytes arrive."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return bytes as they come."""
        return self._stream.read(max_bytes, self._deadline.left(_SILENCE_S))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._stream.write(buffer, self._deadline.left(_SILENCE_S))

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Return the encrypted stream; the certificate is checked against the name, not the address."""
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(_CONNECT_S))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore declares it
        """Return what httpcore asks about the socket."""
        return self._stream.get_extra_info(info)


def open_pool(rules: NetworkRules, deadline: Deadline, *, place: str) -> httpcore.ConnectionPool:
    """Return a pool of such connections: it trusts certificates of the system and of certifi, and uses no proxy."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    backend = CheckedBackend(rules, deadline, place=place)
    return httpcore.ConnectionPool(ssl_context=context, network_backend=backend, retries=0, http1=True)
