"""The operator makes somebody a coordinator; the next launch knows."""

from __future__ import annotations

import uuid

from flask.testing import FlaskClient
from sqlalchemy import select

from lti_app.db import Database
from lti_app.people.models import Institution, Person
from tests import world
from tests.inspect_page import Node, page
from tests.journeys.launching import role_on_page
from tests.operating import Operating
from tests.signing_platform import LTI, SigningPlatform


def found(operator: Operating, institution_id: uuid.UUID, term: str) -> list[Node]:
    """The rows that a search shows."""
    answer = operator.post("/coordinators/search", {"institution": str(institution_id), "term": term})
    assert answer.status_code == 200, answer.text
    assert [each.text for each in page(answer).root.every() if "aria-current" in each.attributes] == [
        "Coordinators"
    ]
    tables = [each for each in page(answer).main.all("table") if "People found" in each.text]
    return tables[0].all("tbody")[0].all("tr") if tables else []


def test_somebody_found_is_made_a_coordinator_and_launches_as_one(
    operator: Operating, platform: SigningPlatform, client: FlaskClient, database: Database
) -> None:
    assert platform.launch(client).status_code == 303
    with database.reading() as session:
        person, lund = session.scalars(select(Person)).one(), session.scalars(select(Institution)).one()
    (row,) = found(operator, lund.id, "öberg")
    assert "asa@canvas.test" in row.text
    posted = {"institution_id": str(lund.id), "person_id": str(person.id)}
    shown = operator.done("/coordinators/grant", posted)
    assert "The role is given" in shown.text
    assert "Åsa Öberg" in shown.text
    (row,) = found(operator, lund.id, "asa@")
    assert "Make coordinator" not in row.text
    outside = platform.launch(client, **{LTI + "context": None})
    assert role_on_page(client, outside) == "coordinator"
    operator.done("/coordinators/revoke", posted)
    assert client.get(outside.location).status_code == 401
    assert platform.launch(client, **{LTI + "context": None}).status_code == 403


def test_nobody_of_another_institution_is_found_or_granted(operator: Operating, database: Database) -> None:
    with database.writing() as session:
        lund, uppsala = (world.an_institution(session, name) for name in ("Lund", "Uppsala"))
        person = world.a_person(session, world.a_course(session, lund), name="Eva Ek")
    assert found(operator, uppsala.id, "eva") == []
    assert len(found(operator, lund.id, "eva")) == 1
    posted = {"institution_id": str(uppsala.id), "person_id": str(person.id)}
    assert operator.post("/coordinators/grant", posted).status_code == 404


def test_somebody_who_comes_from_two_platforms_is_told_apart(operator: Operating, database: Database) -> None:
    with database.writing() as session:
        lund = world.an_institution(session, "Lund")
        for name, client_id in (("Old Canvas", "1"), ("New Canvas", "2")):
            platform = world.a_platform(session, client_id=client_id)
            platform.name = name
            world.a_person(session, world.a_course(session, lund, platform), name="Eva Ek")
    rows = found(operator, lund.id, "eva")
    assert sorted(name for row in rows for name in ("Old Canvas", "New Canvas") if name in row.text) == [
        "New Canvas",
        "Old Canvas",
    ]


def test_a_search_needs_an_institution_and_two_characters(operator: Operating, database: Database) -> None:
    with database.writing() as session:
        lund = world.an_institution(session)
    for wrong in (
        {"institution": str(lund.id), "term": "e"},
        {"institution": str(uuid.uuid4()), "term": "eva"},
        {"institution": "x", "term": "eva"},
        {},
    ):
        answer = operator.post("/coordinators/search", wrong)
        assert answer.status_code == 422
        assert page(answer).main.all("div")[0].attributes.get("role") == "alert"


def test_odd_ids_are_refused(operator: Operating) -> None:
    for wrong in ({}, {"institution_id": "x", "person_id": "y"}):
        assert operator.post("/coordinators/grant", wrong).status_code == 400


def test_before_there_is_an_institution_the_page_says_where_they_come_from(operator: Operating) -> None:
    shown = operator.page("/coordinators")
    assert "Nobody has been made a coordinator" in shown.text
    assert "There is no institution yet" in shown.text
