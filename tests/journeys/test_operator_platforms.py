"""The operator looks after platforms: the list, adding, editing, pausing, removing."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.lti.deep_linking.models import DeepLinkRequest
from lti_app.lti.models import LoginState
from lti_app.people.models import Deployment, Institution, Platform
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession
from lti_app.web.sessions import NewLaunch, open_launch
from tests import world
from tests.inspect_page import page
from tests.operating import Operating, a_waiting_deployment
from tests.signing_platform import SigningPlatform

DETAILS = {
    "name": "Lund",
    "issuer": "https://canvas.instructure.com",
    "client_id": "17",
    "auth_url": "https://sso.canvaslms.com/api/lti/authorize_redirect",
    "token_url": "https://sso.canvaslms.com/login/oauth2/token",
    "jwks_url": "https://sso.canvaslms.com/api/lti/security/jwks",
    "deployment_id": "",
    "institution": "",
}


def somebody_from(database: Database, platform: Platform) -> None:
    """Somebody has come from the platform, and is in."""
    with database.writing() as session:
        course = world.a_course(session, platform=platform)
        person = world.a_person(session, course)
        open_launch(session, NewLaunch(world.an_actor(person, course), "en", "", ""))


def test_without_platforms_the_list_says_how_to_get_one(operator: Operating) -> None:
    shown = operator.page("/platforms")
    assert "No platform is registered yet" in shown.text
    assert {"Invite an administrator", "Register by hand"} <= set(shown.links)


def test_the_list_shows_whose_a_platform_is_and_what_waits(
    operator: Operating, database: Database, lund: Platform
) -> None:
    a_waiting_deployment(database, lund)
    somebody_from(database, lund)
    (row,) = operator.page("/platforms").main.all("tbody")[0].all("tr")
    for words in (lund.issuer, lund.client_id, "canvas", "Lunds universitet", "1 installation waits"):
        assert words in row.text
    assert "None yet" not in row.text


def test_a_platform_added_by_hand_can_launch(
    operator: Operating, database: Database, platform: SigningPlatform, client: FlaskClient
) -> None:
    """All as `cim platform add` does it; the launch comes from a platform that signs with a real key."""
    other = SigningPlatform(platform.server, client_id="18", deployment_id="1:new")
    typed = DETAILS | {
        "issuer": other.issuer,
        "client_id": "18",
        "jwks_url": platform.server.url,
        "deployment_id": "1:new",
        "institution": "Malmö universitet",
    }
    shown = operator.done("/platforms/new", typed)
    assert "The platform is registered" in shown.text
    assert "Malmö universitet" in shown.text
    assert other.launch(client).status_code == 303


@pytest.mark.parametrize("name", ["name", "issuer", "client_id", "auth_url", "token_url", "jwks_url"])
def test_what_cannot_be_right_is_said_at_its_field(
    name: str, operator: Operating, database: Database
) -> None:
    for wrong in ("", "x" * 1001, "javascript:alert(1)" if name.endswith("url") else "\x07" * 2):
        answer = operator.post("/platforms/new", DETAILS | {name: wrong})
        assert answer.status_code == 422
        shown = page(answer)
        (said,) = [node for node in shown.main.all("p") if node.attributes.get("id") == f"{name}-error"]
        sentence = said.text.replace("Error:", "").strip()
        assert sentence.startswith("This ")
        assert sentence.endswith(".")
        assert shown.form("/platforms/new")["token_url"] == (DETAILS | {name: wrong})["token_url"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Platform)) == 0


def test_a_platform_that_is_there_is_not_added_again(operator: Operating, lund: Platform) -> None:
    typed = DETAILS | {"issuer": lund.issuer, "client_id": lund.client_id}
    answer = operator.post("/platforms/new", typed)
    assert answer.status_code == 422
    assert "is registered already" in page(answer).text


def test_addresses_can_be_corrected_and_issuer_and_client_cannot(
    operator: Operating, database: Database, lund: Platform
) -> None:
    where = f"/platforms/{lund.id}/edit"
    typed = operator.page(where).form(where)
    assert typed["jwks_url"] == lund.jwks_url
    typed |= {"jwks_url": "https://school.test/jwks", "issuer": "https://evil.test", "client_id": "666"}
    assert "https://school.test/jwks" in operator.done(where, typed).text
    with database.reading() as session:
        changed = session.get_one(Platform, lund.id)
        assert (changed.issuer, changed.client_id) == (lund.issuer, lund.client_id)
    assert operator.post(where, typed | {"auth_url": "nowhere"}).status_code == 422


def test_a_paused_platform_lets_nobody_in_and_puts_out_who_is(
    operator: Operating, database: Database, platform: SigningPlatform, client: FlaskClient
) -> None:
    landed = platform.launch(client).location
    with database.reading() as session:
        platform_id = session.scalars(select(Platform.id)).one()
    assert "The platform is paused" in operator.done(f"/platforms/{platform_id}/pause").text
    assert client.get(landed).status_code == 401
    refused = client.post("/lti/login", data=platform.login_parameters())
    assert 'data-error-code="platform-inactive"' in refused.text
    shown = operator.done(f"/platforms/{platform_id}/resume")
    assert "platform-inactive" in shown.text  # which was counted
    assert platform.launch(client).status_code == 303


@pytest.mark.parametrize("act", ["pause", "withdraw"])
def test_what_is_open_ends_with_the_leave_that_it_came_by(
    act: str, operator: Operating, database: Database, platform: SigningPlatform, client: FlaskClient
) -> None:
    """Visits, pickers, and launches that are about to arrive; those of another platform stay."""
    assert platform.launch(client).status_code == 303
    client.post("/lti/login", data=platform.login_parameters())
    with database.writing() as session:
        deployment = session.scalars(select(Deployment)).one()
        a_picker(session, deployment.platform_id)
        elsewhere = world.a_platform(session, issuer="https://elsewhere.test")
        kept = a_picker(session, elsewhere.id)
    operator.done(
        f"/platforms/{deployment.platform_id}/pause"
        if act == "pause"
        else f"/deployments/{deployment.id}/withdraw"
    )
    with database.reading() as session:
        assert session.scalars(select(LaunchSession.sid)).all() == []
        assert session.scalars(select(LoginState.state)).all() == []
        assert session.scalars(select(DeepLinkRequest.id)).all() == [kept]


def a_picker(session: Session, platform_id: uuid.UUID) -> uuid.UUID:
    """An open request for content from this platform."""
    course = world.a_course(session, platform=session.get_one(Platform, platform_id))
    request = DeepLinkRequest(
        institution_id=course.institution_id,
        platform_id=platform_id,
        person_id=world.a_person(session, course, Role.TEACHER).id,
        course_id=course.id,
        roles="teacher",
        deployment_id="1:deployment",
        locale="en",
        return_url="https://school.test/back",
        accepts_several=True,
        accepts_line_items=True,
        frame_ancestors="",
        expires_at=now() + timedelta(hours=1),
    )
    session.add(request)
    session.flush()
    return request.id


def test_a_platform_that_nobody_came_from_is_removed_after_asking(
    operator: Operating, database: Database, lund: Platform
) -> None:
    where = f"/platforms/{lund.id}/remove"
    assert "Nobody has come from this platform yet" in operator.page(where).text
    assert "The platform is removed" in operator.done(where).text
    with database.reading() as session:
        assert session.get(Platform, lund.id) is None
        assert session.scalar(select(func.count()).select_from(Deployment)) == 0
        assert session.scalar(select(func.count()).select_from(Institution)) == 1


def test_a_platform_that_people_came_from_is_not_removed_but_can_be_paused(
    operator: Operating, database: Database, lund: Platform
) -> None:
    somebody_from(database, lund)
    where = f"/platforms/{lund.id}/remove"
    shown = operator.page(where)
    assert "1 person and 1 course have come from it" in shown.text
    assert shown.form("/pause")
    refused = operator.post(where)
    assert refused.status_code == 409
    assert page(refused).main.attributes["data-error-code"] == "platform-in-use"
    with database.reading() as session:
        assert session.get(Platform, lund.id) is not None


def test_further_pages_may_frame_the_tool(
    operator: Operating, database: Database, platform: SigningPlatform, client: FlaskClient
) -> None:
    with database.reading() as session:
        platform_id = session.scalars(select(Platform.id)).one()
    where = f"/platforms/{platform_id}/trust"
    for wrong in ("school.test", "https://school.test/path", "https://*.test", "'none'", "https://a.test;x"):
        answer = operator.post(where, {"frame_ancestors": wrong})
        assert answer.status_code == 422
        assert page(answer).form("/trust")["frame_ancestors"] == wrong
    typed = "https://portal.test  https://portal.test https://intranet.test:8443"
    shown = operator.done(where, {"frame_ancestors": typed})
    assert shown.form("/trust")["frame_ancestors"] == "https://portal.test https://intranet.test:8443"
    landed = client.get(platform.launch(client).location, follow_redirects=True)
    ancestors = landed.headers["Content-Security-Policy"].partition("frame-ancestors ")[2]
    assert {"https://portal.test", "https://intranet.test:8443"} <= set(ancestors.split())


def test_an_address_of_an_act_that_is_opened_again_leads_to_the_page_of_the_act(
    operator: Operating, lund: Platform
) -> None:
    for act in ("test", "trust", "pause", "resume"):
        answer = operator.get(f"/platforms/{lund.id}/{act}")
        assert (answer.status_code, answer.location) == (303, f"/admin/platforms/{lund.id}")
    assert operator.page(f"/platforms/{lund.id}").form(f"/platforms/{lund.id}/pause")
    assert operator.get("/coordinators/search").location == "/admin/coordinators"


def test_a_second_click_on_a_button_of_the_operators_is_caught(operator: Operating) -> None:
    for path in ("/platforms/new", "/invitations"):
        assert "/static/forms.js" in operator.get(path).text


def test_what_does_not_exist_is_not_found(operator: Operating) -> None:
    nothing = uuid.uuid4()
    for path in (f"/platforms/{nothing}", f"/platforms/{nothing}/edit", f"/platforms/{nothing}/remove"):
        assert operator.get(path).status_code == 404
    for act in ("pause", "resume", "remove", "test", "edit"):
        assert operator.post(f"/platforms/{nothing}/{act}").status_code == 404
    assert operator.post(f"/platforms/{nothing}/trust", {"frame_ancestors": "x"}).status_code == 404
    assert operator.get(f"/deployments/{nothing}/approve").status_code == 404
    assert operator.post(f"/deployments/{nothing}/withdraw").status_code == 404
    lost = operator.get("/nowhere")
    assert "go on from the list of platforms" in lost.text
    assert 'href="/admin/platforms"' in lost.text
    assert "course" not in page(lost).text


def test_every_page_of_the_operators_is_in_swedish_too(
    operator: Operating, database: Database, lund: Platform
) -> None:
    waiting = a_waiting_deployment(database, lund)
    operator.post("/language", {"language": "sv"})
    for path in (
        "/platforms",
        "/platforms/new",
        f"/platforms/{lund.id}",
        f"/platforms/{lund.id}/edit",
        f"/platforms/{lund.id}/remove",
        f"/deployments/{waiting.id}/approve",
        "/invitations",
        "/coordinators",
    ):
        assert operator.page(path).language == "sv"
    for path in ("/platforms/new", f"/platforms/{lund.id}/edit", "/invitations", "/coordinators/search"):
        assert page(operator.post(path, {})).language == "sv"
