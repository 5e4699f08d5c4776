"""Addresses that strangers give at a registration: asked only if public, not for long, and on one host."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.wrappers import Response

from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.lti import fetching, outbound
from lti_app.lti.models import Invitation
from lti_app.lti.registration.exchange import Offer
from lti_app.lti.registration.registering import register
from lti_app.settings import Settings
from tests.journeys.registering import TOKEN, Administrator, an_address, slug_of
from tests.registering_platform import RegisteringPlatform, registering_platform


@pytest.fixture
def school() -> Iterator[RegisteringPlatform]:
    with registering_platform() as platform:
        yield platform


@pytest.fixture
def _unspent(database: Database, admin: Administrator) -> Iterator[None]:
    """Whatever is refused leaves no platform, and the invitation free."""
    yield
    with database.reading() as session:
        row = session.scalars(select(Invitation)).one()
        assert (row.used_at, row.taken_until) == (None, None)
    assert admin.platforms() == []


def refused_in_earnest(database: Database, settings: Settings, url: str, token: str = TOKEN) -> str:
    """The slug, where development is off."""
    invitation = an_address(database, settings).rpartition("/")[2]
    with pytest.raises(Problem) as refused:
        register(database, replace(settings, development=False), invitation, Offer(url, token))
    return refused.value.slug


@pytest.mark.parametrize(
    "url",
    [
        "http://school.example/configuration",
        "https://127.0.0.1/configuration",
        "https://10.0.0.7/configuration",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/configuration",
        "https://[::ffff:127.0.0.1]/configuration",
        "https://2130706433/configuration",
        "https://localhost/configuration",
        "https://canvas.internal/configuration",
        "https://intranet/configuration",
        "https://school.example@127.0.0.1/configuration",
        "https://school.example/configuration#x",
        "https://school.example/conf iguration",
        "https://school.example/å",
        "file:///etc/passwd",
        "gopher://school.example/",
        "//school.example/configuration",
        f"https://school.example/{'x' * 4000}",
    ],
)
def test_an_address_that_is_not_public_is_refused_before_anything_is_asked(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr(socket, "getaddrinfo", never)
    assert refused_in_earnest(database, settings, url) == "registration-address"


def test_a_public_name_that_leads_home_is_not_asked(
    database: Database, settings: Settings, school: RegisteringPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, port = socket.getaddrinfo, school.url.rpartition(":")[2]
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _host, *rest, **options: real("127.0.0.1", *rest, **options)
    )
    url = f"https://rebinding.example.com:{port}/configuration"
    assert refused_in_earnest(database, settings, url) == "registration-unreachable"
    assert school.seen == []


@pytest.mark.parametrize("token", ["x" * 8001, "a\r\nX-Evil: 1", "å"])
def test_a_token_that_is_none_is_not_sent(
    database: Database, settings: Settings, school: RegisteringPlatform, token: str
) -> None:
    offered = Offer(school.configuration_url, token)
    with pytest.raises(Problem) as refused:
        register(database, settings, an_address(database, settings).rpartition("/")[2], offered)
    assert refused.value.slug == "registration-incomplete"
    assert school.seen == []


@pytest.mark.usefixtures("_unspent")
@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Response(b" " * (fetching.MAX_BYTES + 1)), "larger than"),
        (Response(b"<h1>Login</h1>"), "no JSON"),
        (Response(b"[" * 100_000), "no JSON"),
        (Response(b"{}", 404), "answered 404"),
        (Response(b"", 302, {"Location": "/again"}), "redirects without end"),
    ],
)
def test_a_configuration_that_is_none_is_refused_with_the_reason(
    admin: Administrator, school: RegisteringPlatform, reply: Response, words: str
) -> None:
    school.raw = reply
    refused = admin.confirm(school.configuration_url)
    assert slug_of(refused) == "registration-unreachable"
    assert words in refused.text
    assert {asked.method for asked in school.seen} == {"GET"}


@pytest.mark.usefixtures("_unspent")
def test_a_redirect_to_another_host_is_not_followed(
    admin: Administrator, school: RegisteringPlatform
) -> None:
    with registering_platform() as other:
        school.raw = Response(b"", 302, {"Location": other.configuration_url})
        assert slug_of(admin.confirm(school.configuration_url)) == "registration-unreachable"
        school.raw, school.status, school.location = None, 307, other.configuration_url
        assert slug_of(admin.confirm(school.configuration_url)) == "registration-refused"
        assert other.seen == []


@pytest.mark.usefixtures("_unspent")
def test_registering_on_another_host_than_the_configurations_is_refused(
    admin: Administrator, school: RegisteringPlatform
) -> None:
    with registering_platform() as other:
        school.configuration["registration_endpoint"] = other.configuration["registration_endpoint"]
        refused = admin.confirm(school.configuration_url)
        assert slug_of(refused) == "registration-configuration"
        assert "registration_endpoint is on another host" in refused.text
        assert other.seen == []


@pytest.mark.usefixtures("_unspent")
def test_a_slow_platform_is_not_waited_for(
    admin: Administrator, school: RegisteringPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LONGEST_SECONDS", 0.2)
    school.slow_seconds = 60
    begun = time.monotonic()
    assert slug_of(admin.confirm(school.configuration_url)) == "registration-unreachable"
    assert time.monotonic() - begun < 30


@pytest.mark.usefixtures("_unspent")
def test_a_platform_that_never_says_whether_it_registered_leaves_it_uncertain(
    admin: Administrator, school: RegisteringPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "READ_SECONDS", 0.2)
    school.meanwhile = lambda: time.sleep(60)
    assert slug_of(admin.confirm(school.configuration_url)) == "registration-uncertain"


@pytest.mark.usefixtures("_unspent")
def test_an_answer_without_end_is_not_read(admin: Administrator, school: RegisteringPlatform) -> None:
    school.answer = json.dumps({"client_id": "x" * (outbound.MAX_BYTES + 1)}).encode()
    assert slug_of(admin.confirm(school.configuration_url)) == "registration-uncertain"


@pytest.mark.usefixtures("_unspent")
def test_a_form_without_end_is_not_read(admin: Administrator, school: RegisteringPlatform) -> None:
    refused = admin.confirm(school.configuration_url, more="x" * 70_000)
    assert (refused.status_code, slug_of(refused)) == (413, "too-large")
    assert school.seen == []
