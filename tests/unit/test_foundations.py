"""The house stands: an application answers, and the tests' own tools see what they should."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_app import migrations
from lti_app.db import Database
from lti_app.people.models import Institution
from lti_app.people.roles import Role
from tests import world
from tests.inspect_page import inspect, page
from tests.queries import counting_queries
from tests.visit import Visit


def test_the_database_is_migrated_and_clean(database: Database) -> None:
    assert migrations.is_current(database.engine)
    with database.writing() as session:
        assert session.scalars(select(Institution)).all() == []
        world.an_institution(session)


def test_the_database_is_clean_again(database: Database) -> None:
    with database.reading() as session:
        assert session.scalars(select(Institution)).all() == []


def test_queries_are_counted_without_the_transaction_around_them(database: Database) -> None:
    with counting_queries(database.engine) as queries, database.reading() as session:
        session.scalars(select(Institution)).all()
    assert queries.count == 1


def test_the_application_is_ready(client: FlaskClient) -> None:
    assert client.get("/readyz").status_code == 200


def test_a_missing_page_is_a_page_with_an_error_code(client: FlaskClient) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert page(response).main.attributes["data-error-code"] == "not-found"


def test_a_launch_session_opens_the_frame(visit: Callable[..., Visit], database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        teacher = world.a_person(session, course, Role.TEACHER, name="Eva Ek")
    opened = visit(world.an_actor(teacher, course, Role.TEACHER))
    assert opened.get("/").status_code in {200, 303}
    assert opened.post("/language", {"language": "sv"}).status_code == 303
    assert opened.client.post(opened.path("/language"), data={"language": "sv"}).status_code == 400


_HEAD = '<!doctype html><html lang="en"><head><title>A – B</title></head>'
_GOOD = _HEAD + "<body><main><h1>A</h1>{}</main></body></html>"


def test_a_good_page_passes_inspection() -> None:
    assert inspect(_GOOD.format("<p>Words</p>"), "/").text == "A Words"


@pytest.mark.parametrize(
    ("flaw", "said"),
    [
        ("<h1>B</h1>", "2 h1"),
        ('<input name="x">', "no label"),
        ('<p id="a"></p><p id="a"></p>', "used twice"),
        ('<label for="b">B</label>', "missing ids"),
        ('<p style="color: red">B</p>', "style attribute"),
        ("<script>go()</script>", "inline <script>"),
        ('<p onclick="go()">B</p>', "onclick"),
        ('<form method="post" action="/l/s/act"></form>', "no CSRF token"),
        ("<p>%(name)s</p>", "unformatted"),
        ('<a href="/"></a>', "without words"),
        ("<div><p></div>", "closes"),
    ],
)
def test_a_flawed_page_does_not_pass(flaw: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        inspect(_GOOD.format(flaw), "/l/s/")
