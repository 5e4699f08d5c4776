"""Connections to platforms, outside of development to public addresses only, and to the timestamp authority.

Where only public addresses will do, a name is looked up once, and the connection made to what was found
there: a name that leads elsewhere the second time gains nothing, and nobody learns from us what listens at a
private address. `at_most` ends a conversation however slowly the other side talks; a limit on each read does
not, for every drop renews it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from ipaddress import ip_address
from threading import Lock, Timer
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.poolmanager import PoolManager, ProxyManager

from lti_app.lti.addresses import is_public_address

_MOST_ADDRESSES = 3


class RefusedAddressError(Exception):
    """The tool makes no connection there, and nothing was sent."""


class _Watch:
    """Sockets that are shut when the time is over. It has each by a descriptor of its own, so that what was
    closed meanwhile is never mistaken for what took its place.
    """

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._sockets: list[socket.socket] = []
        self._lock = Lock()
        self._timer = Timer(seconds, self._shut)
        self._timer.daemon = True
        self._timer.start()

    def see(self, descriptor: int) -> None:
        twin = socket.socket(fileno=os.dup(descriptor))
        with self._lock:
            self._sockets.append(twin)
        if self.is_over:
            self._shut()

    def end(self) -> None:
        self._timer.cancel()
        with self._lock:
            while self._sockets:
                self._sockets.pop().close()

    def _shut(self) -> None:
        self.is_over = True
        with self._lock:
            for each in self._sockets:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)


_WATCH: ContextVar[_Watch | None] = ContextVar("watch", default=None)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """End what is sent and read in this block after so long; it then fails as if the other side had gone.

    Connecting has a limit of its own. Looking a name up has none: who cannot wait for it asks in a thread.
    """
    watch = _Watch(seconds)
    before = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(before)
        watch.end()


def guard(http: Session, *, development: bool) -> None:
    """Let this session make no connections but such."""
    for scheme in ("https://", "http://"):
        http.mount(scheme, _Guarded() if development else _PublicOnly())


def _see(sock: socket.socket | None) -> None:
    watch = _WATCH.get()
    if watch is not None and sock is not None:
        watch.see(sock.fileno())


class _PlainConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        _see(connected)
        return connected

    def request(self, *args: Any, **kwargs: Any) -> None:
        _see(self.sock)  # one that is used again
        super().request(*args, **kwargs)


class _SecureConnection(_PlainConnection, HTTPSConnection):
    pass


class _PublicConnection(_SecureConnection):
    def _new_conn(self) -> socket.socket:
        name, addresses = self._dns_host, self._public_addresses()
        try:
            while True:
                self._dns_host = addresses.pop(0)
                try:
                    return super()._new_conn()
                except (NewConnectionError, ConnectTimeoutError):
                    watch = _WATCH.get()
                    if not addresses or (watch is not None and watch.is_over):
                        raise
        finally:
            self._dns_host = name  # which the certificate has to name

    def _public_addresses(self) -> list[str]:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except UnicodeError as error:  # such as an empty part between two dots
            raise RefusedAddressError("the name is none") from error
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not all(is_public_address(ip_address(each.partition("%")[0])) for each in addresses):
            raise RefusedAddressError("the name leads to a private address")
        return addresses[:_MOST_ADDRESSES]


class _NoConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        raise RefusedAddressError("http is for development only")


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _NoPool(HTTPConnectionPool):
    ConnectionCls = _NoConnection


class _Guarded(HTTPAdapter):
    _pools: dict[str, type[HTTPConnectionPool]] = {"http": _PlainPool, "https": _SecurePool}  # noqa: RUF012

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, **proxy_kwargs)
        if isinstance(manager, ProxyManager):  # one for SOCKS makes connections of another kind
            manager.pool_classes_by_scheme = self._pools
        return manager


class _PublicOnly(_Guarded):
    _pools: dict[str, type[HTTPConnectionPool]] = {"http": _NoPool, "https": _PublicPool}  # noqa: RUF012
