"""Launches refused for how they are posted: state, cookie, method or size; and what a refusal links to."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from tests.inspect_page import page
from tests.journeys.launching import refused
from tests.signing_platform import LTI, SigningPlatform, post_launch, signed


@pytest.mark.parametrize("state", ["", "x", "x" * 22, "ä" * 22, "' OR 1=1 --"])
def test_a_state_that_we_did_not_make_is_refused(
    state: str, client: FlaskClient, platform: SigningPlatform
) -> None:
    begun = platform.begin(client)
    slug = "launch-used" if state else "launch-incomplete"
    refused(post_launch(client, state, signed(platform.claims(begun.nonce))), slug)


def test_a_login_ends_after_ten_minutes(client: FlaskClient, platform: SigningPlatform) -> None:
    begun = platform.begin(client)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10, seconds=1)):
        refused(post_launch(client, begun.state, signed(platform.claims(begun.nonce))), "launch-used")


def test_another_browser_cannot_finish_a_login(client: FlaskClient, platform: SigningPlatform) -> None:
    """Login CSRF: an attacker logs in, and has somebody else's browser post the answer."""
    begun = platform.begin(client)
    victim = client.application.test_client()
    response = post_launch(victim, begun.state, signed(platform.claims(begun.nonce)))
    refused(response, "cookie-missing")
    in_a_tab = page(response).links["Open in a new tab"]
    assert begun.nonce not in victim.get(victim.get(in_a_tab).location).location


def test_the_cookie_of_another_login_does_not_count(client: FlaskClient, platform: SigningPlatform) -> None:
    begun = platform.begin(client)
    victim = client.application.test_client()
    own = platform.begin(victim)
    refused(post_launch(victim, begun.state, signed(platform.claims(begun.nonce))), "cookie-missing")
    refused(post_launch(victim, own.state, signed(platform.claims(begun.nonce))), "token-nonce")


@pytest.mark.parametrize(
    ("error", "slug"),
    [
        ("login_required", "platform-login-required"),
        ("launch_no_longer_valid", "platform-launch-over"),
        ("unauthorized_client", "platform-tool-unavailable"),
        ("invalid_request_object", "platform-request-refused"),
        ("temporarily_unavailable", "platform-refused"),
        ("<script>alert(1)</script>", "platform-refused"),
    ],
)
def test_an_error_that_the_platform_posts_is_explained(
    error: str, slug: str, client: FlaskClient, platform: SigningPlatform
) -> None:
    begun = platform.begin(client)
    fields = {"error": error, "error_description": "<b>no</b>", "state": begun.state}
    response = client.post("/lti/launch", data=fields)
    refused(response, slug)
    assert "<script>" not in response.text
    assert "<b>" not in response.text


def test_a_platform_that_did_not_see_its_person_in_the_frame_may_in_a_tab(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    begun = platform.begin(client)
    response = client.post("/lti/launch", data={"error": "login_required", "state": begun.state})
    again = client.get(page(response).links["Open in a new tab"]).location
    assert again.startswith("https://canvas.test/api/lti/authorize_redirect?")
    for state in ("", "x" * 22, "ä"):
        response = client.post("/lti/launch", data={"error": "login_required", "state": state})
        refused(response, "platform-login-required")
        assert "Open in a new tab" not in page(response).links


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_a_launch_is_posted(method: str, client: FlaskClient, platform: SigningPlatform) -> None:
    begun = platform.begin(client)
    query = {"state": begun.state, "id_token": signed(platform.claims(begun.nonce))}
    response = client.open("/lti/launch", method=method.upper(), query_string=query)
    assert "Set-Cookie" not in response.headers
    if method == "options":
        assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}
        return
    assert response.status_code == 405
    if method != "head":
        refused(response, "method-not-allowed")


def test_parameters_in_the_address_are_no_launch(client: FlaskClient, platform: SigningPlatform) -> None:
    begun = platform.begin(client)
    query = {"state": begun.state, "id_token": signed(platform.claims(begun.nonce))}
    refused(client.post("/lti/launch", query_string=query), "launch-incomplete")


def test_a_body_of_more_than_256_kilobytes_is_refused(client: FlaskClient, platform: SigningPlatform) -> None:
    begun = platform.begin(client)
    link = {"id": "d3a2504b", "description": "x" * 200_000}
    token = signed(platform.claims(begun.nonce, **{LTI + "resource_link": link}))
    refused(post_launch(client, begun.state, token), "launch-too-large")


def test_a_long_description_fits(client: FlaskClient, platform: SigningPlatform) -> None:
    link = {"id": "d3a2504b", "description": "<p>ö</p>" * 10_000}
    assert platform.launch(client, **{LTI + "resource_link": link}).status_code == 303


def test_only_a_verified_token_names_the_way_back(client: FlaskClient, platform: SigningPlatform) -> None:
    begun = platform.begin(client)
    back = {LTI + "launch_presentation": {"return_url": "https://school.test/courses/3?a=1"}}
    forged = signed(platform.claims(begun.nonce, **back), number=1)
    assert "school.test" not in post_launch(client, begun.state, forged).text
    true = signed(platform.claims(begun.nonce, sub=None, **back))
    text = post_launch(client, begun.state, true).text
    assert "https://school.test/courses/3?a=1&amp;lti_errormsg=We+cannot+see+who+you+are" in text
    reference = re.search(r"<code>([0-9A-F]{8})</code>", text)
    assert reference
    assert f"lti_errorlog=anonymous+{reference[1]}" in text


def test_who_is_refused_after_the_checks_finds_the_way_back_too(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    response = platform.launch(client, **{LTI + "context": None})
    refused(response, "no-course")
    assert (
        page(response).links["Back to the course"].startswith("https://school.test/courses/3?lti_errormsg=")
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.test", "https://a b", 'https://x"y']
)
def test_a_way_back_that_is_no_web_address_is_not_linked(
    url: str, client: FlaskClient, platform: SigningPlatform
) -> None:
    response = platform.launch(client, sub=None, **{LTI + "launch_presentation": {"return_url": url}})
    refused(response, "anonymous")
    assert "lti_errormsg" not in response.text
