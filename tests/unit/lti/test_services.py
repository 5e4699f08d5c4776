"""The service client against a server of many faults: tokens, pages, its log."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import jwt
import pytest

from lti_app.db import Database
from lti_app.lti.keys import current_key
from lti_app.lti.outbound import NoAnswer
from lti_app.lti.services import Access, ServiceClient, TokenRefused, next_page
from lti_app.settings import Settings
from tests.unit.lti.faulty_platform import FaultyPlatform

SCOPE = "https://scope.test/score"


@pytest.fixture
def client(
    served: tuple[FaultyPlatform, str], settings: Settings, database: Database
) -> Callable[[], AbstractContextManager[ServiceClient]]:
    access = Access(uuid.uuid4(), "client-1", f"{served[1]}/token")
    return lambda: ServiceClient(settings, database, access)


Open = Callable[[], AbstractContextManager[ServiceClient]]


def get(client: Open, address: str, scope: str = SCOPE) -> int:
    with client() as open_client:
        return open_client.call("GET", address, scopes=(scope,), accept="application/x").status


def test_the_assertion_says_all_that_platforms_check(
    client: Open, platform: FaultyPlatform, url: str, settings: Settings, database: Database
) -> None:
    platform.pages["/x"] = ("200 OK", {}, b"")
    assert get(client, f"{url}/x") == 200
    (form,) = platform.assertions
    assert form["grant_type"] == "client_credentials"
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert form["scope"] == SCOPE
    key = current_key(database, settings)
    header = json.loads(base64.urlsafe_b64decode(form["client_assertion"].split(".")[0] + "=="))
    assert (header["alg"], header["kid"]) == ("RS256", key.kid)
    claims = jwt.decode(
        form["client_assertion"], key.private_key.public_key(), algorithms=["RS256"], audience=f"{url}/token"
    )
    assert claims["iss"] == claims["sub"] == "client-1"
    assert claims["aud"] == f"{url}/token"
    assert 0 < claims["exp"] - claims["iat"] <= 300
    assert uuid.UUID(claims["jti"])


def test_a_call_names_the_tool_and_asks_for_exactly_one_media_type(
    client: Open, platform: FaultyPlatform, url: str
) -> None:
    platform.pages["/x"] = ("200 OK", {}, b"")
    with client() as open_client:
        open_client.call(
            "POST",
            f"{url}/x",
            scopes=(SCOPE,),
            accept="application/a",
            content_type="application/b",
            body={"å": 1},
        )
    (seen,) = platform.seen
    assert seen["HTTP_USER_AGENT"].startswith("cim-lti/")
    assert (seen["HTTP_ACCEPT"], seen["CONTENT_TYPE"]) == ("application/a", "application/b")
    assert json.loads(seen["body"]) == {"å": 1}


def test_sixteen_threads_ask_for_one_token(client: Open, platform: FaultyPlatform, url: str) -> None:
    platform.pages["/x"] = ("200 OK", {}, b"")
    with ThreadPoolExecutor(16) as threads:
        assert set(threads.map(lambda _: get(client, f"{url}/x"), range(16))) == {200}
    assert platform.issued == 1


def test_another_set_of_scopes_has_its_own_token(client: Open, platform: FaultyPlatform, url: str) -> None:
    platform.pages["/x"] = ("200 OK", {}, b"")
    get(client, f"{url}/x")
    get(client, f"{url}/x", scope="https://scope.test/other")
    assert platform.issued == 2


def test_a_token_is_not_used_in_its_last_minute(
    client: Open, platform: FaultyPlatform, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.pages["/x"] = ("200 OK", {}, b"")
    began = time.monotonic()
    monkeypatch.setattr("lti_app.lti.services.time.monotonic", lambda: began)
    get(client, f"{url}/x")
    monkeypatch.setattr("lti_app.lti.services.time.monotonic", lambda: began + 3600 - 61)
    get(client, f"{url}/x")
    assert platform.issued == 1
    monkeypatch.setattr("lti_app.lti.services.time.monotonic", lambda: began + 3600 - 59)
    get(client, f"{url}/x")
    assert platform.issued == 2


@pytest.mark.parametrize("life", [60, "3600", None, -5, True, "soon"])
def test_an_odd_or_short_life_still_gives_a_usable_token(
    client: Open, platform: FaultyPlatform, url: str, life: object
) -> None:
    platform.life = life
    platform.pages["/x"] = ("200 OK", {}, b"")
    assert get(client, f"{url}/x") == 200
    assert get(client, f"{url}/x") == 200
    assert platform.issued == 1


def test_a_401_renews_the_token_once_and_no_more(client: Open, platform: FaultyPlatform, url: str) -> None:
    platform.pages["/x"] = ("200 OK", {}, b"")
    platform.void = {"t1"}
    assert get(client, f"{url}/x") == 200
    assert platform.issued == 2
    platform.void = {"t2", "t3", "t4"}
    assert get(client, f"{url}/x") == 401
    assert platform.issued == 3


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            ("400 Bad Request", b'{"error":"invalid_request","error_description":"the JWT has expired"}'),
            "expired",
        ),
        (("200 OK", b"{}"), "without a token"),
        (("200 OK", b"[]"), "without a token"),
        (("200 OK", b'{"access_token": "two\\nlines"}'), "without a token"),
        (("500 Internal Server Error", b"<html>"), "500"),
    ],
)
def test_a_token_that_is_refused_says_why(
    client: Open, platform: FaultyPlatform, url: str, answer: tuple[str, bytes], told: str
) -> None:
    platform.token_answers = [answer]
    with pytest.raises(TokenRefused, match=told):
        get(client, f"{url}/x")
    platform.pages["/x"] = ("200 OK", {}, b"")
    assert get(client, f"{url}/x") == 200


def test_a_token_endpoint_that_answers_nonsense_means_that_nothing_was_sent(
    client: Open, platform: FaultyPlatform, url: str
) -> None:
    platform.token_answers = [("200 OK", b"<html>")]
    with pytest.raises(NoAnswer) as caught:
        get(client, f"{url}/x")
    assert not caught.value.was_sent
    assert platform.seen == []


def test_a_redirect_within_the_host_is_followed_by_who_only_reads(
    client: Open, platform: FaultyPlatform, url: str
) -> None:
    platform.pages["/x"] = ("301 Moved Permanently", {"Location": "/x/"}, b"")
    platform.pages["/x/"] = ("200 OK", {}, b"")
    assert get(client, f"{url}/x") == 200
    with client() as open_client:
        answer = open_client.call(
            "POST", f"{url}/x", scopes=(SCOPE,), accept="x/y", content_type="x/y", body={}
        )
    assert answer.status == 301
    assert [seen["PATH_INFO"] for seen in platform.seen] == ["/x", "/x/", "/x"]


def test_a_redirect_elsewhere_or_without_end_is_not_followed_and_takes_no_token_there(
    client: Open, platform: FaultyPlatform, url: str
) -> None:
    platform.pages["/x"] = ("302 Found", {"Location": url.replace("127.0.0.1", "localhost") + "/y"}, b"")
    platform.pages["/y"] = ("302 Found", {"Location": "/z"}, b"")
    platform.pages["/z"] = ("302 Found", {"Location": "/y"}, b"")
    assert get(client, f"{url}/x") == 302
    assert [seen["PATH_INFO"] for seen in platform.seen] == ["/x"]
    assert get(client, f"{url}/y") == 302
    assert len(platform.seen) == 5


def test_pages_are_followed_to_the_last(client: Open, platform: FaultyPlatform, url: str) -> None:
    platform.pages["/1"] = ("200 OK", {"Link": f'<{url}/2?page=B>; rel="next"'}, b"1")
    platform.pages["/2"] = ("200 OK", {"Link": f'<{url}/1>; rel="prev"'}, b"2")
    with client() as open_client:
        found = list(open_client.pages(f"{url}/1", scopes=(SCOPE,), accept="application/x"))
    assert [answer.body for answer in found] == [b"1", b"2"]
    assert platform.seen[-1]["QUERY_STRING"] == "page=B"


def test_a_list_that_continues_at_another_host_is_neither_followed_nor_taken_for_whole(
    client: Open, platform: FaultyPlatform, url: str
) -> None:
    platform.pages["/1"] = ("200 OK", {"Link": '<http://elsewhere.test/2>; rel="next"'}, b"1")
    with client() as open_client, pytest.raises(NoAnswer, match="another host"):
        list(open_client.pages(f"{url}/1", scopes=(SCOPE,), accept="application/x"))


def test_pages_without_end_are_given_up(
    client: Open, platform: FaultyPlatform, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lti_app.lti.services._MOST_PAGES", 4)
    platform.pages["/1"] = ("200 OK", {"Link": f'<{url}/2>; rel="next"'}, b"1")
    platform.pages["/2"] = ("200 OK", {"Link": f'<{url}/1>; rel="next"'}, b"2")
    with client() as open_client, pytest.raises(NoAnswer, match="without end"):
        list(open_client.pages(f"{url}/1", scopes=(SCOPE,), accept="application/x"))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ""),
        ('<https://c/a?page=2>; rel="next"', "https://c/a?page=2"),
        (
            '<https://c/a?page=1>; rel="current",<https://c/A?page=2>; rel="next",<https://c/l>; rel="last"',
            "https://c/A?page=2",
        ),
        ("<https://c/a?x=1&amp;page=2>; rel=“next”", "https://c/a?x=1&page=2"),
        ("<https://c/a?page=2>; rel=“next”".encode().decode("latin-1"), "https://c/a?page=2"),
        ("</a?page=3>; rel=next", "https://c/a?page=3"),
        ('<http://c/a?page=2>; rel="next"', "https://c/a?page=2"),
        ('<https://c/a>; rel="next"', ""),
        ('<https://c/a?page=1>; rel="prev"', ""),
        ("nonsense", ""),
    ],
)
def test_the_next_page_is_read_from_any_header(header: str, expected: str) -> None:
    assert next_page("https://c/a", header) == expected


def test_the_log_has_neither_token_nor_body(
    client: Open, platform: FaultyPlatform, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.pages["/x"] = ("200 OK", {}, b"")
    with client() as open_client:
        open_client.call(
            "POST",
            f"{url}/x?secret=q",
            scopes=(SCOPE,),
            accept="a/b",
            content_type="a/b",
            body={"name": "Åsa"},
        )
    written = capsys.readouterr().out
    assert "lti.service_call" in written
    assert not any(word in written for word in ("t1", "Bearer", "Åsa", "secret", "client_assertion"))
