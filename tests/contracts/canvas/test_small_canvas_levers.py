"""The trouble panel: a person breaks the small Canvas by buttons, and sees what was called."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from lti_app.demo import SmallCanvas

from .conftest import Caller
from .launching import authorize, form_of, request_for


def pull(client: FlaskClient, lever: str, **form: object) -> str:
    """Press a button of the panel; the page that it leads to."""
    answer = client.post(f"/simulator/levers/{lever}", data=form, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_every_page_leads_to_the_panel_which_says_what_it_is(client: FlaskClient) -> None:
    assert 'href="/simulator/"' in client.get("/").text
    panel = client.get("/simulator/").text
    assert "This is not Canvas" in panel
    assert "exists in no Canvas" in panel


@pytest.mark.parametrize(
    ("kind", "status"), [("status_500", 500), ("rate_limit_403", 403), ("rate_limit_429", 429)]
)
def test_services_are_put_into_trouble(
    kind: str, status: int, client: FlaskClient, caller: Caller, column: str
) -> None:
    page = pull(client, "services", kind=kind, times=3, path="/scores")
    assert "3 × scores" in page
    assert [caller.score(column).status_code for _ in range(4)] == [status] * 3 + [200]
    assert "Nothing." in client.get("/simulator/").text


def test_slowness_is_trouble_too_and_can_be_forgotten(canvas: SmallCanvas, client: FlaskClient) -> None:
    pull(client, "services", kind="delay", times=10, path="/")
    [fault] = canvas.trouble.waiting
    assert (fault.seconds, fault.times) == (8.0, 10)
    pull(client, "calm")
    assert canvas.trouble.waiting == []


@pytest.mark.parametrize("kind", ["login_required", "launch_no_longer_valid", "unauthorized_client"])
def test_the_next_launch_ends_in_an_error_and_the_one_after_it_does_not(
    kind: str, canvas: SmallCanvas, client: FlaskClient
) -> None:
    pull(client, "launch", kind=kind)
    first, second = (request_for(canvas.start_launch("asa").fields) for _ in range(2))
    assert authorize(client, first)["error"] == kind
    assert "id_token" in authorize(client, second)


def test_the_next_hint_is_over_before_it_is_used(canvas: SmallCanvas, client: FlaskClient) -> None:
    pull(client, "launch", kind="expired_hint")
    wanted = request_for(canvas.start_launch("asa").fields)
    refused = client.get("/api/lti/authorize_redirect", query_string=wanted)
    assert (refused.status_code, "Invalid lti_message_hint" in refused.text) == (400, True)
    assert client.get("/api/lti/authorize_redirect", query_string=wanted).status_code == 302


def test_keys_are_shifted_replaced_and_hidden(canvas: SmallCanvas, client: FlaskClient) -> None:
    def kids() -> list[str]:
        return [key["kid"] for key in client.get("/api/lti/security/jwks").json["keys"]]

    before = kids()
    pull(client, "rotate")
    assert kids()[:2] == before[1:]
    assert canvas.keys.present.kid == before[2]
    pull(client, "replace")
    assert not set(kids()) & set(before)
    pull(client, "keys", reachable=0)
    assert client.get("/api/lti/security/jwks").status_code == 503
    pull(client, "keys", reachable=1)
    assert len(kids()) == 3


def test_an_assignment_is_unpublished_and_a_course_concluded(
    canvas: SmallCanvas, client: FlaskClient, caller: Caller, column: str
) -> None:
    [assignment] = canvas.assignments.in_course(1)
    pull(client, "assignment", id=assignment.id)
    assert caller.score(column).status_code == 422
    pull(client, "assignment", id=assignment.id)
    assert caller.score(column).status_code == 200
    assert "Open it again" in pull(client, "course", id=1)
    assert canvas.courses.get(1).is_concluded
    pull(client, "course", id=1)
    assert not canvas.courses.get(1).is_concluded


def test_the_latest_calls_are_listed_without_what_they_said(
    client: FlaskClient, caller: Caller, column: str
) -> None:
    caller.score(column, comment="Mycket bra")
    page = client.get("/simulator/").text
    assert f"POST {column}/scores" in page
    assert "Mycket bra" not in page


@pytest.mark.parametrize(
    ("lever", "form", "status"),
    [
        ("flood", {}, 404),
        ("services", {}, 400),
        ("services", {"kind": "flood", "times": "1", "path": "/"}, 400),
        ("services", {"kind": "drop", "times": "many", "path": "/"}, 400),
        ("launch", {"kind": "flood"}, 400),
        ("assignment", {"id": "99"}, 400),
        ("course", {"id": "x"}, 400),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(
    lever: str, form: dict[str, str], status: int, client: FlaskClient
) -> None:
    assert client.post(f"/simulator/levers/{lever}", data=form).status_code == status


def test_the_buttons_of_the_panel_work_as_they_stand(client: FlaskClient, column: str) -> None:
    forms = re.findall(r"<form.*?</form>", client.get("/simulator/").text, re.DOTALL)
    assert len(forms) >= 10
    for form in forms:
        action, fields = form_of(form)
        chosen = dict.fromkeys(re.findall(r'<select[^>]* name="(\w+)"', form))
        for name in chosen:
            options = re.search(rf'name="{name}">\s*<option(?: value="([^"]*)")?>([^<]*)', form)
            assert options, form
            fields[name] = options[1] or options[2]
        assert client.post(action, data=fields).status_code == 303, action
