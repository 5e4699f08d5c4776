"""A university's Canvas gets a new client id: the next launch finds the student's portfolio again."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask.testing import FlaskClient
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.lti.operating.adoption import adopt
from lti_app.people.models import Course, Person
from tests import world
from tests.journeys.launching import refused
from tests.signing_platform import SigningPlatform


def work_of_the_student(database: Database) -> uuid.UUID:
    """The student who has launched has a portfolio with a submitted activity; its id."""
    with database.writing() as session:
        course, person = session.scalars(select(Course)).one(), session.scalars(select(Person)).one()
        portfolio = world.a_portfolio(session, person, course)
        world.a_submitted_item(session, portfolio, title="Konferens i Wien")
        return portfolio.id


def register_anew(platform: SigningPlatform, database: Database) -> SigningPlatform:
    """The same Canvas under a new client id; its installation is approved for the same institution."""
    new = replace(platform, client_id="10000000000002", deployment_id="2:new")
    with database.writing() as session:
        row = world.a_platform(session, issuer=new.issuer, client_id=new.client_id)
        row.jwks_url = new.server.url
        world.a_deployment(session, row, deployment_id=new.deployment_id)
    return new


def test_the_portfolio_survives_and_the_next_launch_finds_it(
    platform: SigningPlatform, client: FlaskClient, database: Database
) -> None:
    platform.launch(client)
    work_of_the_student(database)
    new = register_anew(platform, database)
    first = client.get(new.launch(client).location, follow_redirects=True).text
    assert "Konferens i Wien" not in first  # under the new client id everybody is new
    with database.writing() as session:
        assert adopt(session, platform.client_id, new.client_id).merged == 2
    again = client.get(new.launch(client).location, follow_redirects=True).text
    assert "Konferens i Wien" in again
    with database.reading() as session:
        students = select(func.count()).where(Person.name == "Åsa Öberg")
        assert session.scalar(students) == 1
    refused(client.post("/lti/login", data=platform.login_parameters()), "platform-inactive")


def test_a_page_open_meanwhile_stays_open(
    platform: SigningPlatform, client: FlaskClient, database: Database
) -> None:
    opened = platform.launch(client).location
    work_of_the_student(database)
    new = register_anew(platform, database)
    with database.writing() as session:
        adopt(session, platform.client_id, new.client_id)
    assert "Konferens i Wien" in client.get(opened, follow_redirects=True).text
