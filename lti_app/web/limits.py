"""Who asks, as far as the network tells, and how often one address may ask for what.

Limits are counted in the memory of each server process: they slow down somebody who guesses, and guard
nothing else. Behind `trusted_proxies` reverse proxies the address is the one that the outermost of them saw.
On a developer's own machine (CIM_DEVELOPMENT) the loopback address, from which everybody comes there, has no
whole school's limit; those against guessing hold. A request to what no host can be called, or no database can
keep, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flask import Blueprint, Flask, current_app, request
from werkzeug.exceptions import TooManyRequests

from lti_app.errors import Problem
from lti_app.web.context import parts
from lti_app.web.rates import Rate

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HOST = re.compile(
    r"(?:[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
)
_ODD_HOST = "cim.odd_host"
_FORWARDED = (("HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"), ("HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme"))
_P = ParamSpec("_P")
_R = TypeVar("_R")
WHOLE_SCHOOL = "1200 per minute"  # what may come from one address, which a school's people share


def client_address() -> str:
    """The address of whoever sent this request; empty when the server does not know."""
    return request.remote_addr or ""


class Limiter:
    """The limits that views ask for, by the views' names; each counts what comes from one address."""

    def __init__(self) -> None:
        self.rates: dict[str, Rate] = {}

    def limit(
        self, words: str, *, name: str = "", in_total: str = ""
    ) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
        """Let one address come to this view so often, such as `60 per minute`; then it is 429.

        Views that give one `name` are counted together; `in_total` limits what comes from all addresses.
        """

        def decorate(view: Callable[_P, _R]) -> Callable[_P, _R]:
            check = self._check(name or f"{view.__module__}.{view.__qualname__}", words, in_total)

            @wraps(view)
            def limited(*args: _P.args, **kwargs: _P.kwargs) -> _R:
                check()
                return view(*args, **kwargs)

            return limited

        return decorate

    def limit_all(self, blueprint: Blueprint, words: str) -> None:
        """Let one address come to all views of this blueprint together so often."""
        blueprint.before_request(self._check(blueprint.name, words))

    def reset(self) -> None:
        """Forget who came."""
        for rate in self.rates.values():
            rate.forget()

    def _check(self, name: str, words: str, in_total: str = "") -> Callable[[], None]:
        rate = self.rates.setdefault(name, Rate.of(words))
        is_schools = words == WHOLE_SCHOOL
        whole = self.rates.setdefault(f"{name} in total", Rate.of(in_total)) if in_total else None

        def check() -> None:
            address = client_address()
            if is_schools and _is_loopback(address) and parts().settings.development:
                return
            if seconds := rate.hit(_household(address)) or (whole.hit("") if whole else 0.0):
                raise TooManyRequests(retry_after=int(seconds))

        return check


@lru_cache(maxsize=1024)
def _household(address: str) -> str:
    """Who is counted as one: of an IPv6 address the first 64 bits, because anybody has all of the others."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv6Address):
        return str(read.ipv4_mapped or int(read) >> 64)
    return address


@lru_cache(maxsize=1024)
def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


limiter = Limiter()


def init_app(app: Flask) -> None:
    """Trust as many proxies as the settings say, and limit what asks to be limited."""
    proxies = app.extensions["cim"].settings.trusted_proxies
    app.wsgi_app = _PlainHost(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(_refuse_odd_addresses)
    if proxies:
        app.wsgi_app = BehindProxies(app.wsgi_app, proxies)  # type: ignore[method-assign]


_takes_any: set[Callable[..., object] | None] = set()


def takes_any_address(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let this view, decorated in every other way already, see even a NUL: it hands none to the database."""
    _takes_any.add(view)
    return view


class BehindProxies:
    """Believes so many proxies in front: what the outermost of them saw stands so many places from the end.

    Werkzeug's own reads quotes too, and so a list that somebody begins with one.
    """

    def __init__(self, app: WSGIApplication, proxies: int) -> None:
        self._app = app
        self._proxies = proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for header, key in _FORWARDED:
            seen = environ.get(header, "").split(",")
            if len(seen) >= self._proxies and (outermost := seen[-self._proxies].strip()):
                environ[key] = outermost
        return self._app(environ, start_response)


class _PlainHost:
    """Takes away a Host header that Flask cannot route by: without routes it could not show a page either."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not _HOST.fullmatch(environ.get("HTTP_HOST", "localhost")):
            environ["HTTP_HOST"] = "localhost"
            environ[_ODD_HOST] = True
        return self._app(environ, start_response)


def _refuse_odd_addresses() -> None:
    """PostgreSQL keeps no NUL in text: one in an address gets nowhere; uploads.py refuses one in a form."""
    environ = request.environ
    asked = environ.get("QUERY_STRING", "")
    has_nul = "\0" in environ.get("PATH_INFO", "") or "%00" in asked or "\0" in asked
    if has_nul and current_app.view_functions.get(request.endpoint or "") not in _takes_any:
        raise Problem("bad-request", "NUL in the address")
    if _ODD_HOST in environ:
        raise Problem("bad-request", "no host is called that")
