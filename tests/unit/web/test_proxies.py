"""Whose address counts when proxies stand in front: what the outermost believed one saw."""

from __future__ import annotations

from typing import Any

import pytest

from lti_app.web.limits import BehindProxies


def seen(proxies: int, **headers: str) -> tuple[str, str]:
    """Address and scheme of the request as the application has it."""
    environ: dict[str, Any] = {"REMOTE_ADDR": "10.0.0.1", "wsgi.url_scheme": "http", **headers}

    def application(environ: dict[str, Any], _start: object) -> list[bytes]:
        return [environ["REMOTE_ADDR"].encode(), environ["wsgi.url_scheme"].encode()]

    address, scheme = BehindProxies(application, proxies)(environ, lambda *_: lambda _: None)
    return address.decode(), scheme.decode()


@pytest.mark.parametrize(
    ("proxies", "listed", "address"),
    [
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.1, 198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.1,2001:db8::7 ", "2001:db8::7"),
        (2, "203.0.113.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "198.51.100.7", "10.0.0.1"),
        (1, '"203.0.113.1, 198.51.100.7', "198.51.100.7"),
        (1, "203.0.113.1, ", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_only_what_believed_proxies_saw_counts(proxies: int, listed: str, address: str) -> None:
    assert seen(proxies, HTTP_X_FORWARDED_FOR=listed) == (address, "http")


def test_without_the_header_the_connection_counts() -> None:
    assert seen(1) == ("10.0.0.1", "http")


def test_the_scheme_is_that_of_the_outermost_too() -> None:
    assert seen(1, HTTP_X_FORWARDED_PROTO="http, https") == ("10.0.0.1", "https")
