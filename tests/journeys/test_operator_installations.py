"""The operator approves installations, withdraws them, or trusts those to come."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.lti.platforms import MOST_WAITING
from lti_app.people.models import Deployment, Institution, Platform
from lti_app.web.models import LaunchSession
from tests import world
from tests.inspect_page import page
from tests.journeys.launching import refused
from tests.operating import Operating, a_waiting_deployment
from tests.signing_platform import SigningPlatform


def test_a_waiting_installation_is_approved_for_the_institution_chosen(
    operator: Operating, database: Database, lund: Platform
) -> None:
    waiting = a_waiting_deployment(database, lund)
    where = f"/deployments/{waiting.id}/approve"
    form = operator.page(where).form(where)
    assert form["institution"] == "Lunds universitet"  # the platform's only one
    assert "The installation is approved" in operator.done(where, form).text
    with database.reading() as session:
        found = session.get_one(Deployment, waiting.id)
        (lund,) = session.scalars(select(Institution)).all()
        assert (found.is_approved, found.institution_id) == (True, lund.id)


def test_a_waiting_installation_is_approved_for_a_new_institution(
    operator: Operating, database: Database, lund: Platform
) -> None:
    waiting = a_waiting_deployment(database, lund)
    where = f"/deployments/{waiting.id}/approve"
    typed = {"institution": "-", "new_name": "Malmö universitet"}
    for wrong in (
        {"institution": "", "new_name": ""},
        {"institution": "Lunds universitet", "new_name": "Malmö"},
        {"institution": "Nowhere", "new_name": ""},
        {"institution": "-", "new_name": ""},
        {"institution": "", "new_name": "x" * 201},
    ):
        assert operator.post(where, wrong).status_code == 422
    assert "Malmö universitet" in operator.done(where, typed).text
    assert operator.post(where, {"institution": "Lunds universitet"}).status_code == 409
    assert operator.post(where, typed).status_code == 303  # sent twice


def test_a_withdrawn_installation_lets_nobody_in_also_where_new_ones_are_trusted(
    operator: Operating, database: Database, platform: SigningPlatform, client: FlaskClient
) -> None:
    assert platform.launch(client).status_code == 303
    with database.reading() as session:
        found = session.scalars(select(Deployment)).one()
    operator.done(f"/platforms/{found.platform_id}/trust", {"trusts_new_deployments": "y"})
    shown = operator.done(f"/deployments/{found.id}/withdraw")
    assert "The approval is withdrawn" in shown.text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LaunchSession)) == 0
    refused = platform.launch(client)
    assert 'data-error-code="deployment-inactive"' in refused.text


def test_withdrawing_one_installation_leaves_the_visits_of_another(
    operator: Operating, database: Database, platform: SigningPlatform, client: FlaskClient
) -> None:
    with database.writing() as session:
        world.a_deployment(
            session,
            session.scalars(select(Platform)).one(),
            session.scalars(select(Institution)).one(),
            deployment_id="2:other",
        )
    pages = []
    for deployment_id in (platform.deployment_id, "2:other") * 2:
        platform.deployment_id = deployment_id
        pages.append(platform.launch(client).location)  # twice each: new people, and people of before
    with database.reading() as session:
        gone = session.scalars(select(Deployment.id).where(Deployment.deployment_id == "2:other")).one()
    operator.done(f"/deployments/{gone}/withdraw")
    assert [client.get(each).status_code for each in pages] == [200, 401, 200, 401]


def test_trust_lets_new_installations_in_as_long_as_it_is_clear_whose_they_are(
    operator: Operating, database: Database, platform: SigningPlatform, client: FlaskClient
) -> None:
    with database.reading() as session:
        platform_id = session.scalars(select(Platform.id)).one()
    platform.deployment_id = "2:new"
    assert platform.launch(client).status_code == 403
    operator.done(f"/platforms/{platform_id}/trust", {"trusts_new_deployments": "y"})
    assert platform.launch(client).status_code == 403  # it had been seen before
    platform.deployment_id = "3:new"
    assert platform.launch(client).status_code == 303
    with database.writing() as session:
        row = session.get_one(Platform, platform_id)
        world.a_deployment(session, row, world.an_institution(session, "Malmö"), deployment_id="4:other")
    platform.deployment_id = "5:new"
    assert platform.launch(client).status_code == 403


def test_no_platform_can_fill_the_list_of_those_that_wait_and_an_operator_makes_room(
    operator: Operating, database: Database, platform: SigningPlatform, client: FlaskClient
) -> None:
    with database.writing() as session:
        platform_id = session.scalars(select(Platform.id)).one()
        session.add_all(
            Deployment(platform_id=platform_id, deployment_id=f"{number}:made up")
            for number in range(MOST_WAITING)
        )
    approved, platform.deployment_id = platform.deployment_id, "one:more"
    answer = platform.launch(client)
    refused(answer, "deployments-too-many")
    assert any("school.test/courses/3" in each for each in page(answer).links.values()), "the way back"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Deployment)) == MOST_WAITING + 1
    shown = operator.done(f"/platforms/{platform_id}/waiting/forget")
    assert "The installations that waited are forgotten." in shown.text
    refused(platform.launch(client), "deployment-inactive")
    platform.deployment_id = approved
    assert platform.launch(client).status_code == 303
