"""Reading a cookie out of whatever else the browser sent."""

from __future__ import annotations

import pytest
from flask import Flask

from lti_app.web.cookies import sent_cookie


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("cim=abc", "abc"),
        ("a=1; cim=abc; b=2", "abc"),
        ("a=1;cim=abc", "abc"),
        ("cim=first; cim=second", "first"),
        ("cim=a=b", "a=b"),
        ("cim=", ""),
        ("cim", ""),
        ("xcim=1; cimx=2", None),
        ('a="; cim=abc"', 'abc"'),
        ("=; ;; ", None),
        ("", None),
    ],
)
def test_a_cookie_is_found_by_its_whole_name(header: str, value: str | None) -> None:
    with Flask(__name__).test_request_context(environ_overrides={"HTTP_COOKIE": header}):
        assert sent_cookie("cim") == value


def test_without_any_there_is_none() -> None:
    with Flask(__name__).test_request_context():
        assert sent_cookie("cim") is None
