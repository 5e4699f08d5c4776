"""A browser that keeps no cookie of ours in the frame: what is tried, in which order, before a hint is spent.

`frame` is such a browser: it forgets every cookie it is given. Storage itself is played by the test;
the real thing is in tests/browser/test_cookies.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.lti.models import LoginState
from lti_app.people.models import Platform
from tests.inspect_page import Page, page
from tests.journeys.launching import TEACHER, refused, role_on_page, sid_of
from tests.signing_platform import LTI, TOOL, SigningPlatform, signed

FRAME = "post_message_forwarding"
OURS = {"Origin": TOOL}
REQUEST_FOR_CONTENT = {
    LTI + "message_type": "LtiDeepLinkingRequest",
    LTI + "roles": [TEACHER],
    "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings": {
        "deep_link_return_url": "https://school.test/courses/3/deep_linking_response",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
    },
}


@dataclass
class Kept:
    """A login whose secret the platform's storage keeps: what its page says to the script."""

    shown: Page
    state: str
    nonce: str
    secret: str

    @classmethod
    def of(cls, response: TestResponse) -> Kept:
        assert response.status_code == 200, response.text
        assert "Set-Cookie" not in response.headers
        shown = page(response)
        said = shown.main.attributes
        assert said["data-storage"] == "keep"
        onward = parse_qs(urlsplit(shown.links["Try it here"]).query)
        (state,), (nonce,) = onward["state"], onward["nonce"]
        assert said["data-key"] == f"cim_{state}"
        return cls(shown, state, nonce, said["data-secret"])


@pytest.fixture
def frame(app: Flask) -> FlaskClient:
    """A frame in which nothing is kept."""
    return app.test_client(use_cookies=False)


def log_in(client: FlaskClient, platform: SigningPlatform, **changes: str) -> TestResponse:
    """The platform's login request, and where the look at cookies leads."""
    started = client.post("/lti/login", data=platform.login_parameters(**changes))
    assert started.location.startswith("/lti/login/")
    return client.get(started.location, headers={"Sec-Fetch-Dest": "iframe"})


def post_launch(client: FlaskClient, kept: Kept, token: str, **more: str) -> TestResponse:
    return client.post("/lti/launch", data={"state": kept.state, "id_token": token, **more})


def finish(client: FlaskClient, kept: Kept, token: str, *, origin: str = TOOL) -> TestResponse:
    """What the script does with the platform's answer."""
    fields = {"state": kept.state, "id_token": token, "stored_secret": kept.secret}
    return client.post("/lti/launch", data=fields, headers={"Origin": origin})


def test_a_new_browser_is_looked_at_once_and_then_goes_straight_on(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    first = client.post("/lti/login", data=platform.login_parameters())
    assert first.location.startswith("/lti/login/")
    assert "hint" not in first.location
    assert client.get(first.location).location.startswith("https://canvas.test/api/lti/authorize_redirect?")
    second = client.post("/lti/login", data=platform.login_parameters())
    assert second.location.startswith("https://canvas.test/api/lti/authorize_redirect?")
    assert len(second.headers.getlist("Set-Cookie")) == 1


def test_without_cookie_and_storage_a_new_tab_is_offered(
    frame: FlaskClient, platform: SigningPlatform
) -> None:
    response = log_in(frame, platform)
    refused(response, "cookies-in-frame")
    assert page(response).links["Open in a new tab"].endswith("/tab")


def test_a_new_tab_repeats_the_login_with_the_unspent_hint_and_a_state_of_its_own(
    frame: FlaskClient, platform: SigningPlatform, app: Flask
) -> None:
    offered = page(log_in(frame, platform, lti_message_hint="hint/ä=")).links["Open in a new tab"]
    tab = app.test_client()
    look = tab.get(offered)
    assert look.status_code == 302
    onward = parse_qs(urlsplit(tab.get(look.location).location).query)
    assert onward["lti_message_hint"] == ["hint/ä="]
    assert onward["login_hint"] == [platform.login_parameters()["login_hint"]]
    (state,), (nonce,) = onward["state"], onward["nonce"]
    assert state not in offered
    token = signed(platform.claims(nonce))
    sid_of(tab.post("/lti/launch", data={"state": state, "id_token": token}))


def test_a_picker_that_only_a_tab_could_open_says_that_the_course_page_may_not_hear_of_it(
    frame: FlaskClient, client: FlaskClient, platform: SigningPlatform
) -> None:
    words = "the course page may not notice what you add here"
    offered = page(log_in(frame, platform)).links["Open in a new tab"]
    onward = client.get(client.get(offered).location).location
    sent = {name: values[0] for name, values in parse_qs(urlsplit(onward).query).items()}
    begun = platform.begin(client)
    for state, nonce, is_told in ((sent["state"], sent["nonce"], True), (begun.state, begun.nonce, False)):
        token = signed(platform.claims(nonce, locale="en", **REQUEST_FOR_CONTENT))
        asked = client.post("/lti/launch", data={"state": state, "id_token": token})
        picker = page(client.get(asked.location))
        assert (words in picker.text) is is_told
        assert (f"{TOOL}/lti/launch/final_report" in picker.text) is is_told


def test_blocked_cookies_are_explained_in_the_tab(frame: FlaskClient, platform: SigningPlatform) -> None:
    offered = page(log_in(frame, platform)).links["Open in a new tab"]
    refused(frame.get(frame.get(offered).location), "cookies-blocked")


def test_blocked_cookies_are_explained_where_the_tool_opens_at_the_top(
    frame: FlaskClient, platform: SigningPlatform
) -> None:
    started = frame.post("/lti/login", data=platform.login_parameters(lti_storage_target=FRAME))
    refused(frame.get(started.location, headers={"Sec-Fetch-Dest": "document"}), "cookies-blocked")


def test_storage_is_asked_to_keep_the_secret_at_the_platforms_own_origin(
    frame: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    with database.writing() as session:
        session.scalars(select(Platform)).one().auth_url = "https://sso.canvas.test:8443/authorize"
    kept = Kept.of(log_in(frame, platform, lti_storage_target=FRAME))
    said = kept.shown.main.attributes
    assert (said["data-origin"], said["data-target"]) == ("https://sso.canvas.test:8443", FRAME)
    assert kept.shown.links["Try it here"].startswith("https://sso.canvas.test:8443/authorize?")
    assert kept.shown.links["Open in a new tab"] == f"/lti/login/{kept.state}/tab"
    assert kept.secret not in "".join(kept.shown.links.values())


def test_a_login_by_storage_is_another_one_than_the_address_names(
    frame: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    """Whoever hands on the address of a login of his hands on no secret of his."""
    started = frame.post("/lti/login", data=platform.login_parameters(lti_storage_target=FRAME))
    first, second = Kept.of(frame.get(started.location)), Kept.of(frame.get(started.location))
    named = started.location.rpartition("/")[2]
    assert len({named, first.state, second.state}) == 3
    assert first.secret != second.secret
    with database.reading() as session:
        kinds = {row.state: row.uses_storage for row in session.scalars(select(LoginState))}
    assert kinds == {named: False, first.state: True, second.state: True}


def test_a_launch_by_storage_is_asked_back_with_its_token_unused(
    frame: FlaskClient, platform: SigningPlatform, client: FlaskClient
) -> None:
    kept = Kept.of(log_in(frame, platform, lti_storage_target=FRAME))
    token = signed(platform.claims(kept.nonce))
    asked = page(post_launch(frame, kept, token))
    said = asked.main.attributes
    assert (said["data-storage"], said["data-key"]) == ("ask", f"cim_{kept.state}")
    assert (said["data-origin"], said["data-target"]) == ("https://canvas.test", FRAME)
    assert asked.form("/lti/launch") == {"state": kept.state, "id_token": token, "stored_secret": ""}
    shown = page(finish(frame, kept, token))
    assert shown.main.attributes["data-handover"] == "give"
    assert shown.links["Open in a new tab"] == "/lti/tab"
    refused(finish(frame, kept, token), "launch-used")


def test_the_page_with_the_ticket_stands_in_the_platform_and_the_school_only(
    frame: FlaskClient, platform: SigningPlatform
) -> None:
    kept = Kept.of(log_in(frame, platform, lti_storage_target=FRAME))
    response = finish(frame, kept, signed(platform.claims(kept.nonce)))
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Security-Policy"].endswith(
        "frame-ancestors 'self' https://canvas.test https://school.test"
    )


def test_the_frames_page_loaded_again_knows_the_way_back_and_no_ticket(
    frame: FlaskClient, platform: SigningPlatform
) -> None:
    kept = Kept.of(log_in(frame, platform, lti_storage_target=FRAME))
    first = page(finish(frame, kept, signed(platform.claims(kept.nonce)))).main.attributes
    again = page(frame.get(first["data-again"]))
    assert again.h1 == "The tool works in a tab of its own"
    assert again.links["Back to the course"] == "https://school.test/courses/3"
    assert (again.main.attributes["data-ticket"], again.main.attributes["data-page"]) == ("", "")
    refused(frame.get(first["data-again"][:-2]), "not-found")


@pytest.mark.parametrize(
    "origin", ["https://evil.test", "null", "", "https://canvas.test", f"{TOOL}.evil.test"]
)
def test_a_secret_that_another_site_posts_does_not_count(
    origin: str, frame: FlaskClient, platform: SigningPlatform
) -> None:
    """Login CSRF: the attacker knows the secret of his own login, and posts it from the victim's browser."""
    kept = Kept.of(log_in(frame, platform, lti_storage_target=FRAME))
    refused(finish(frame, kept, signed(platform.claims(kept.nonce)), origin=origin), "cookie-missing")


def test_a_platform_that_kept_nothing_leads_to_a_new_tab(
    frame: FlaskClient, platform: SigningPlatform
) -> None:
    kept = Kept.of(log_in(frame, platform, lti_storage_target=FRAME))
    token = signed(platform.claims(kept.nonce))
    fields = {"state": kept.state, "id_token": token, "stored_secret": ""}
    response = frame.post("/lti/launch", data=fields, headers=OURS)
    refused(response, "cookie-missing")
    assert page(response).links["Open in a new tab"] == f"/lti/login/{kept.state}/tab"


def test_a_cookie_does_not_do_for_a_login_that_storage_proves_nor_the_other_way_round(
    client: FlaskClient, frame: FlaskClient, platform: SigningPlatform
) -> None:
    kept = Kept.of(log_in(frame, platform, lti_storage_target=FRAME))
    client.set_cookie(f"cim_login_{kept.state}", kept.secret, path="/lti/")
    assert (
        page(post_launch(client, kept, signed(platform.claims(kept.nonce)))).main.attributes["data-storage"]
        == "ask"
    )
    begun = platform.begin(client, lti_storage_target=FRAME)
    cookie = client.get_cookie(f"cim_login_{begun.state}", path="/lti/")
    assert cookie is not None
    by_cookie = Kept(kept.shown, begun.state, begun.nonce, cookie.value)
    refused(finish(frame, by_cookie, signed(platform.claims(begun.nonce))), "cookie-missing")


@pytest.fixture
def given(frame: FlaskClient, platform: SigningPlatform) -> dict[str, str]:
    """What the frame hands over to the tab after a launch by storage."""
    kept = Kept.of(log_in(frame, platform, lti_storage_target=FRAME))
    said = page(finish(frame, kept, signed(platform.claims(kept.nonce)))).main.attributes
    return {"ticket": said["data-ticket"], "page": said["data-page"]}


def test_the_tab_gets_the_launch_for_its_ticket_once(
    client: FlaskClient, frame: FlaskClient, given: dict[str, str]
) -> None:
    shown = client.get("/lti/tab")
    assert page(shown).form("/lti/tab") == {"ticket": "", "page": ""}
    assert shown.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    entered = client.post("/lti/tab", data=given, headers=OURS)
    assert entered.location == given["page"]
    assert role_on_page(client, entered) == "student"
    other = client.application.test_client()
    other.get("/lti/tab")
    refused(other.post("/lti/tab", data=given, headers=OURS), "launch-used")
    sid = given["page"].split("/")[2]
    other.set_cookie("cim_launch", given["ticket"], path=f"/l/{sid}/")
    assert other.get(given["page"]).status_code == 401


def test_a_ticket_that_another_site_posts_opens_nothing(client: FlaskClient, given: dict[str, str]) -> None:
    client.get("/lti/tab")
    refused(client.post("/lti/tab", data=given, headers={"Origin": "https://evil.test"}), "form-expired")
    refused(client.post("/lti/tab", data=given), "form-expired")
    assert client.post("/lti/tab", data=given, headers=OURS).status_code == 303


def test_a_tab_without_cookies_does_not_use_the_ticket_up(
    client: FlaskClient, frame: FlaskClient, given: dict[str, str]
) -> None:
    frame.get("/lti/tab")
    refused(frame.post("/lti/tab", data=given, headers=OURS), "cookies-blocked")
    client.get("/lti/tab")
    assert client.post("/lti/tab", data=given, headers=OURS).status_code == 303


def test_a_ticket_is_good_for_ten_minutes(client: FlaskClient, given: dict[str, str]) -> None:
    client.get("/lti/tab")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10, seconds=1)):
        refused(client.post("/lti/tab", data=given, headers=OURS), "launch-used")


@pytest.mark.parametrize(
    "address", ["", "/", "//evil.test", "/l/x/", "https://evil.test/l/{sid}/", "/l/{sid}/?x"]
)
def test_a_ticket_leads_to_a_page_of_its_launch_only(
    address: str, client: FlaskClient, given: dict[str, str]
) -> None:
    client.get("/lti/tab")
    sid = given["page"].split("/")[2]
    fields = given | {"page": address.replace("{sid}", sid)}
    refused(client.post("/lti/tab", data=fields, headers=OURS), "bad-request")


def test_a_ticket_of_one_launch_does_not_open_another(
    client: FlaskClient, frame: FlaskClient, platform: SigningPlatform, given: dict[str, str]
) -> None:
    sid = sid_of(platform.launch(client))
    refused(client.post("/lti/tab", data=given | {"page": f"/l/{sid}/"}, headers=OURS), "launch-used")


def test_a_login_is_over_after_ten_minutes_wherever_it_is_continued(
    frame: FlaskClient, platform: SigningPlatform
) -> None:
    started = frame.post("/lti/login", data=platform.login_parameters())
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10, seconds=1)):
        for address in (started.location, f"{started.location}/tab"):
            refused(frame.get(address), "launch-used")


def test_what_storage_proved_can_be_refused_like_any_launch(
    frame: FlaskClient, platform: SigningPlatform
) -> None:
    kept = Kept.of(log_in(frame, platform, lti_storage_target=FRAME))
    refused(finish(frame, kept, signed(platform.claims("x" * 32))), "token-nonce")
    refused(finish(frame, kept, signed(platform.claims(kept.nonce, sub=None))), "anonymous")
    assert finish(frame, kept, signed(platform.claims(kept.nonce))).status_code == 200


def test_a_launch_by_storage_remembers_where_it_was_to_lead(
    frame: FlaskClient, platform: SigningPlatform
) -> None:
    kept = Kept.of(log_in(frame, platform, lti_storage_target=FRAME))
    target = f"{TOOL}/lti/launch/submission/b4f4f6a1-5d51-4d5c-9d6e-0c5f6b3c9a01"
    shown = page(
        finish(frame, kept, signed(platform.claims(kept.nonce, **{LTI + "target_link_uri": target})))
    )
    assert shown.main.attributes["data-page"].endswith("b4f4f6a1-5d51-4d5c-9d6e-0c5f6b3c9a01")
