"""A student looks at the certificate that she has, and staff at a student's: what it says, and its file."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from lti_app.certificates.badge.keys import known_keys, mark_compromised
from lti_app.certificates.models import Certificate
from lti_app.clock import now
from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.storage.models import StoredFile
from tests import world
from tests.queries import counting_queries
from tests.visit import Visit

Visiting = Callable[..., Visit]


@pytest.fixture
def opened(visit: Visiting, somebody: Callable[[Role], Actor]) -> Visit:
    """The holder's visit."""
    return visit(somebody(Role.STUDENT))


def test_whose_badge_counts_no_more_is_told_so(opened: Visit, database: Database, settings: Settings) -> None:
    assert "counts no more" not in opened.page("/certificate").text
    with database.writing() as session:
        (key,) = known_keys(session)
        mark_compromised(session, settings, key.kid, now())
    assert "It was signed with a key that counts no more" in opened.page("/certificate").text


def test_the_page_says_what_the_certificate_says(visit: Visiting, opened: Visit, issued: Certificate) -> None:
    code = "-".join((issued.code[:4], issued.code[4:8], issued.code[8:]))
    shown = opened.page("/certificate")
    for said in ("Certificate of International Merits", "Åsa Öberg", issued.number, code):
        assert said in shown.text
    assert f"http://localhost/verify/{code}" in shown.links.values()
    assert [frame.attributes["title"] for frame in shown.main.all("iframe")] == ["The certificate"]
    swedish = visit(opened.actor, locale="sv").page("/certificate")
    assert "Intyg om internationella meriter" in swedish.text


def test_the_bytes_that_were_issued_are_what_is_downloaded(
    opened: Visit, issued: Certificate, database: Database, storage: Storage
) -> None:
    with database.reading() as session:
        stored = session.get_one(StoredFile, issued.stored_file_id)
    with storage.open(stored.key) as body:
        kept = body.read()
    for how, disposition in (("download", "attachment"), ("view", "inline")):
        response = opened.get(f"/certificate/{issued.portfolio_id}/{how}")
        assert response.status_code == 200
        assert response.data == kept
        assert response.mimetype == "application/pdf"
        assert response.headers["Content-Disposition"] == f'{disposition}; filename="{issued.number}.pdf"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"].startswith("sandbox")
        response.close()


def test_a_teacher_sees_the_same(
    visit: Visiting, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    teacher = visit(somebody(Role.TEACHER))
    shown = teacher.page(f"/certificate/{issued.portfolio_id}").text
    assert "Åsa Öberg" in shown
    assert "It names its holder by a code only" in shown, "who reads may be somebody else"
    response = teacher.get(f"/certificate/{issued.portfolio_id}/view")
    assert response.status_code == 200
    response.close()


def test_nobody_else_finds_it(
    visit: Visiting, opened: Visit, database: Database, issued: Certificate
) -> None:
    with database.writing() as session:
        course = session.get_one(Course, opened.actor.course_id)
        other_course = world.a_course(session)
        elsewhere = world.a_course(session, world.an_institution(session, "Umeå universitet"))
        fellow = world.a_person(session, course)
        there = world.a_person(session, elsewhere, Role.TEACHER)
        colleague = world.a_person(session, other_course, Role.TEACHER)
    strangers = [
        world.an_actor(fellow, course),
        world.an_actor(colleague, other_course, Role.TEACHER),
        world.an_actor(colleague, course, Role.DESIGNER),
        world.an_actor(colleague, course, Role.OBSERVER),
        world.an_actor(there, elsewhere, Role.TEACHER),
        world.an_actor(there, elsewhere, Role.COORDINATOR),
        world.an_actor(there, None, Role.COORDINATOR),
    ]
    for actor in strangers:
        stranger = visit(actor)
        for path in ("", "/view", "/download"):
            assert stranger.get(f"/certificate/{issued.portfolio_id}{path}").status_code == 404, actor
    for path in (uuid.uuid4(), f"{uuid.uuid4()}/view", f"{issued.portfolio_id}/delete", "none"):
        assert opened.get(f"/certificate/{path}").status_code == 404


def test_the_page_asks_the_database_little(opened: Visit, database: Database) -> None:
    opened.get("/certificate")
    with counting_queries(database.engine) as queries:
        opened.get("/certificate")
    assert queries.count <= 10
