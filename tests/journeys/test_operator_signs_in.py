"""The tool's operator comes in by a link, and nobody else gets to see or do anything there."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from lti_app.clock import now
from lti_app.db import Database
from lti_app.settings import Settings
from lti_app.web.admin import COOKIE
from lti_app.web.operators import new_link
from tests.inspect_page import page
from tests.journeys.building import path_of
from tests.operating import Operating


@pytest.fixture
def link(database: Database, settings: Settings) -> str:
    """The path of a link."""
    with database.writing() as session:
        return urlsplit(new_link(session, settings, lives=timedelta(minutes=15))).path


def test_the_link_shows_a_button_and_the_button_lets_in_once(client: FlaskClient, link: str) -> None:
    for _ in range(2):  # a preview of the link and the person herself
        shown = page(client.get(link))
        assert shown.form(link) == {}
    answer = client.post(link)
    assert (answer.status_code, answer.location) == (303, "/admin/platforms")
    assert page(client.get(answer.location)).h1 == "Platforms"
    assert client.get(link).location == "/admin/platforms"  # back to it: she is in
    client.delete_cookie(COOKIE)
    for again in (client.get(link), client.post(link)):
        assert again.status_code == 410
        assert page(again).main.attributes["data-error-code"] == "operator-link-used"
        assert "/admin/platforms" not in again.text  # it would lead nowhere
        assert "Set-Cookie" not in again.headers


def test_the_cookie_is_for_this_host_over_https_and_not_for_scripts(client: FlaskClient, link: str) -> None:
    words = client.post(link).headers["Set-Cookie"].split("; ")
    assert words[0].startswith("__Host-cim_operator=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(words)
    assert not any(word.startswith("Domain") for word in words)


def test_the_pages_are_private(operator: Operating, link: str) -> None:
    for path in ("/platforms", "/coordinators", link):
        headers = operator.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_whoever_guesses_links_is_slowed_down(client: FlaskClient, link: str) -> None:
    stranger = {"REMOTE_ADDR": "203.0.113.9"}
    with time_machine.travel(now(), tick=False):  # a limit is by the minute
        answers = [client.post("/admin/enter/guess", environ_base=stranger).status_code for _ in range(21)]
    assert answers == [410] * 20 + [429]
    assert client.get(link, environ_base={"REMOTE_ADDR": "203.0.113.10"}).status_code == 200


def test_signing_out_ends_it(operator: Operating) -> None:
    before = operator.client.get_cookie(COOKIE)
    assert before is not None
    left = operator.post("/leave")
    assert page(left).h1 == "You have signed out"
    assert f"{COOKIE}=;" in left.headers["Set-Cookie"]
    operator.client.set_cookie(COOKIE, before.value)
    assert operator.get("/platforms").status_code == 401


def test_a_session_that_is_over_is_said_to_be_so(operator: Operating) -> None:
    with time_machine.travel(now() + timedelta(hours=3)):
        refused = operator.get("/platforms")
    assert refused.status_code == 401
    assert page(refused).main.attributes["data-error-code"] == "operator-session-missing"
    assert "/admin/platforms" not in refused.text
    assert "frame-ancestors 'none'" in refused.headers["Content-Security-Policy"]


def test_no_page_of_the_operators_opens_without_the_session(app: Flask) -> None:
    stranger, asked = app.test_client(), 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/admin") or rule.endpoint.startswith("way_in."):
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            path = path_of(rule, "", {"act": "pause" if "platforms" in rule.rule else "grant"})
            for cookie in ("", "x", "å" * 30):
                answer = stranger.open(path, method=method, headers={"Cookie": f"{COOKIE}={cookie}"})
                assert answer.status_code == 401, f"{method} {path}"
                assert 'data-error-code="operator-session-missing"' in answer.text
            asked += 1
    assert asked > 20


def test_no_act_is_taken_without_its_forms_token(operator: Operating, app: Flask) -> None:
    asked = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/admin") or rule.endpoint.startswith("way_in."):
            continue
        if "POST" not in (rule.methods or set()):
            continue
        path = path_of(rule, "", {"act": "pause" if "platforms" in rule.rule else "grant"})
        for token in ("", "x", "å💥"):
            answer = operator.client.post(path, data={"csrf_token": token})
            assert answer.status_code == 400, path
            assert 'data-error-code="form-expired"' in answer.text
        asked += 1
    assert asked > 12


def test_a_launch_is_no_way_to_the_operators_pages_nor_the_other_way_round(operator: Operating) -> None:
    cookie = operator.client.get_cookie(COOKIE)
    assert cookie is not None
    answer = operator.client.get(f"/l/{cookie.value[:22]}/")
    assert answer.status_code == 401


def test_the_language_chosen_stays(operator: Operating) -> None:
    shown = operator.done("/language", {"language": "sv", "back": "/admin/coordinators"})
    assert (shown.language, shown.h1, shown.path) == ("sv", "Samordnare", "/admin/coordinators")
    assert operator.page("/platforms").language == "sv"
    for back in ("https://evil.test/", "//evil.test/", "/admin\\evil", ""):
        answer = operator.post("/language", {"language": "en", "back": back})
        assert answer.location == "/admin/platforms"
    assert operator.post("/language", {"language": "de"}).status_code == 400
