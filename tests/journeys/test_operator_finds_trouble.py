"""What goes wrong is counted by platform and reason; testing a platform says what to do."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_app.db import Database
from lti_app.lti.models import LaunchFailure
from lti_app.lti.operating import refusals
from lti_app.people.models import Platform
from tests import world
from tests.inspect_page import page
from tests.operating import Operating
from tests.signing_platform import LTI, SigningPlatform, post_launch, signed


@pytest.fixture
def platform_id(platform: SigningPlatform, database: Database) -> Iterator[uuid.UUID]:
    with database.reading() as session:
        yield session.scalars(select(Platform.id)).one()


def counted(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {each.slug: each.count for each in session.scalars(select(LaunchFailure))}


def test_refused_launches_are_counted_with_the_reference_that_the_person_saw(
    operator: Operating, platform: SigningPlatform, platform_id: uuid.UUID, client: FlaskClient
) -> None:
    platform.launch(client, **{LTI + "deployment_id": "9:unknown"})
    refused = platform.launch(client, **{LTI + "deployment_id": "9:unknown"})
    platform.launch(client, **{LTI + "version": "1.1"})
    reference = page(refused).main.all("code")[0].text
    shown = operator.page(f"/platforms/{platform_id}")
    rows = {row.all("th")[0].text: [cell.text for cell in row.all("td")] for row in shown.main.all("tr")}
    words = "This installation of the tool has not been approved yet deployment-inactive"
    assert (rows[words][0], rows[words][2]) == ("2", reference)
    assert rows["The course platform speaks another version of LTI version-unsupported"][0] == "1"
    (row,) = operator.page("/platforms").main.all("tbody")[0].all("tr")
    assert row.all("td")[2].text == "3"


def test_counting_begins_anew_when_the_operator_says_so(
    operator: Operating, platform: SigningPlatform, platform_id: uuid.UUID, client: FlaskClient
) -> None:
    platform.launch(client, **{LTI + "version": "1.1"})
    shown = operator.done(f"/platforms/{platform_id}/failures/forget")
    assert "No launch was refused" in shown.text


def test_only_what_is_of_a_known_platform_is_counted(
    platform: SigningPlatform, client: FlaskClient, database: Database
) -> None:
    client.post("/lti/login", data=platform.login_parameters(iss="https://unknown.test"))
    client.post("/lti/login", data=platform.login_parameters(client_id="unknown"))
    post_launch(client, "A" * 22, signed({}))
    post_launch(client, "\0", "\0")
    client.post("/lti/launch", data={"error": "login_required"})
    client.get("/lti/login?iss=%00")
    assert counted(database) == {}
    client.post("/lti/login", data=platform.login_parameters(login_hint=""))
    assert counted(database) == {"login-invalid": 1}


def test_a_platform_is_known_by_its_issuer_alone_only_when_that_has_one_client(
    platform: SigningPlatform, client: FlaskClient, database: Database
) -> None:
    asked = platform.login_parameters(client_id="", login_hint="")
    client.post("/lti/login", data=asked)
    assert counted(database) == {"login-invalid": 1}
    with database.writing() as session:
        world.a_platform(session, issuer=platform.issuer, client_id="2")
    client.post("/lti/login", data=asked)
    assert counted(database) == {"login-invalid": 1}


def test_nothing_of_the_person_is_kept(
    platform: SigningPlatform, client: FlaskClient, database: Database
) -> None:
    platform.launch(client, **{LTI + "version": "Åsa Öberg asa@canvas.test"})
    with database.reading() as session:
        (row,) = session.scalars(select(LaunchFailure)).all()
    kept = " ".join(str(getattr(row, column.name)) for column in LaunchFailure.__table__.columns)
    assert "version-unsupported" in kept
    assert not any(word in kept for word in ("Åsa", "Öberg", "asa@", "848b3a11"))


def test_counting_that_fails_does_not_take_the_page_away(
    platform: SigningPlatform, client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(refusals, "count_failure", fails)
    refused = platform.launch(client, **{LTI + "version": "1.1"})
    assert refused.status_code == 400
    assert page(refused).main.attributes["data-error-code"] == "version-unsupported"
    assert counted(database) == {}


def test_testing_a_platform_says_what_works_and_what_to_do(
    operator: Operating, platform: SigningPlatform, platform_id: uuid.UUID, database: Database
) -> None:
    """The keys of this platform can be read; its token address leads nowhere."""
    with database.writing() as session:
        session.get_one(Platform, platform_id).token_url = "http://127.0.0.1:9/token"
    shown = page(operator.post(f"/platforms/{platform_id}/test"))
    assert "1 key can be read." in shown.text
    assert "0 seconds apart." in shown.text or "1 second apart." in shown.text
    assert "the platform can read http://localhost/lti/jwks.json" in shown.text
    assert "Open the tool from a course once, then test again." in shown.text
    operator.post("/language", {"language": "sv"})
    assert page(operator.post(f"/platforms/{platform_id}/test")).language == "sv"


def test_testing_a_platform_gives_the_same_advice_once(
    operator: Operating, platform: SigningPlatform, platform_id: uuid.UUID, database: Database
) -> None:
    with database.writing() as session:  # an address that answers, but not to this
        session.get_one(Platform, platform_id).token_url = platform.server.url
    shown = page(operator.post(f"/platforms/{platform_id}/test"))
    assert shown.text.count("The platform gives no access.") == 1
    assert shown.text.count("For the same reason.") == 3


def test_a_test_says_that_nobody_comes_in_yet(
    operator: Operating, platform: SigningPlatform, platform_id: uuid.UUID, client: FlaskClient
) -> None:
    assert "waits for approval" not in page(operator.post(f"/platforms/{platform_id}/test")).text
    platform.launch(client, **{LTI + "deployment_id": "9:unknown"})
    operator.post(f"/platforms/{platform_id}/pause")
    shown = page(operator.post(f"/platforms/{platform_id}/test"))
    assert "1 installation waits for approval; nobody comes in from it before." in shown.text
    assert "The platform is paused" in shown.text
