"""A student looks at her certificate, and staff at a student's: what is left, prepared, failed, issued."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lti_app.certificates.badge.keys import known_keys, mark_compromised
from lti_app.certificates.models import Certificate
from lti_app.certificates.service import settle
from lti_app.certificates.tasks import HANDLERS
from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.jobs.outbox import enqueue
from lti_app.people.actors import Actor
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.storage.models import StoredFile
from lti_app.web.context import Parts
from lti_app.web.sessions import Look
from tests import world
from tests.inspect_page import Page, page
from tests.queries import counting_queries
from tests.visit import Visit

Visiting = Callable[..., Visit]


@dataclass
class Here:
    """A course with a student who has earned her certificate, and her teacher."""

    course: Course
    student: Actor
    teacher: Actor
    portfolio_id: uuid.UUID


@pytest.fixture
def here(database: Database) -> Here:
    with database.writing() as session:
        course = world.a_course(session)
        student = world.a_person(session, course, name="Åsa Öberg")
        teacher = world.a_person(session, course, Role.TEACHER, name="Eva Ek")
        portfolio = world.an_earned_portfolio(session, student, course)
        return Here(
            course,
            world.an_actor(student, course),
            world.an_actor(teacher, course, Role.TEACHER),
            portfolio.id,
        )


@pytest.fixture
def issue(database: Database, settings: Settings, storage: Storage, here: Here) -> Callable[[], None]:
    """The worker issues what is earned."""

    def run() -> None:
        with database.writing() as session:
            settle(session, here.portfolio_id)
            waiting = session.query(Delivery).filter_by(kind="certificate.issue").all()
        for each in waiting:
            Delivering(Parts(settings, database, storage), HANDLERS).deliver(each.id)

    return run


def test_before_anything_is_begun_the_page_leads_to_the_start(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        course = world.a_running_course(session)
        student = world.a_person(session, course)
    opened = visit(world.an_actor(student, course))
    response = opened.get("/certificate")
    assert response.status_code == 303
    assert response.headers["Location"] == opened.path("/")


def test_what_is_left_is_listed(visit: Visiting, database: Database, here: Here) -> None:
    with database.writing() as session:
        session.query(Item).filter_by(kind=ItemKind.PRESENTATION).one().state = ItemState.SUBMITTED
        portfolio = session.get_one(Portfolio, here.portfolio_id)
        portfolio.name_confirmed_at = portfolio.name_confirmed_by_id = None
    shown = visit(here.student).page("/certificate")
    assert "2 things left:" in shown.text
    assert [item.text.split(" (")[0] for item in shown.main.all("li")] == [
        "An approved presentation",
        "A name to print that a teacher has confirmed",
    ]
    assert "(this happens with the presentation)" in shown.text
    assert "Download" not in shown.text
    with database.writing() as session:
        portfolio = session.get_one(Portfolio, here.portfolio_id)
        lund = bundled_schemes()["lund-medicine"]
        without = replace(lund, presentation=replace(lund.presentation, required=False))
        portfolio.scheme_version_id = publish(session, portfolio.institution_id, without).id
    shown = visit(here.student).page("/certificate")
    assert "1 thing left:" in shown.text
    assert "(this happens with the final report)" in shown.text


def test_what_is_earned_is_being_prepared_until_it_is_issued(
    visit: Visiting, here: Here, issue: Callable[[], None]
) -> None:
    opened = visit(here.student)
    assert "The certificate is being prepared." in opened.page("/certificate").text
    issue()
    shown = opened.page("/certificate")
    assert "The certificate is issued." in shown.text
    assert "being prepared" not in shown.text


def test_whose_badge_counts_no_more_is_told_so(
    visit: Visiting, database: Database, settings: Settings, here: Here, issue: Callable[[], None]
) -> None:
    issue()
    opened = visit(here.student)
    assert "counts no more" not in opened.page("/certificate").text
    with database.writing() as session:
        (key,) = known_keys(session)
        mark_compromised(session, settings, key.kid, now())
    assert "It was signed with a key that counts no more" in opened.page("/certificate").text


def asking_again(shown: Page) -> list[str]:
    """What parts of the page fetch again by themselves."""
    return [each.attributes["hx-get"] for each in shown.main.every() if "hx-get" in each.attributes]


def test_the_page_looks_again_by_itself_until_the_certificate_is_there(
    visit: Visiting, here: Here, issue: Callable[[], None]
) -> None:
    opened = visit(here.student)
    (again,) = asking_again(opened.page("/certificate"))
    assert opened.get(again).status_code == 204
    issue()
    assert opened.get(again).headers["HX-Refresh"] == "true", "links and corrections come with a certificate"
    shown = opened.page(again)
    assert "The certificate is issued." in shown.text
    assert asking_again(shown) == []


def test_after_ten_minutes_it_looks_no_more(visit: Visiting, here: Here) -> None:
    opened = visit(here.student)
    (again,) = asking_again(opened.page("/certificate"))
    with time_machine.travel(now() + timedelta(minutes=11)):
        over = opened.get(again)
    assert over.status_code == 286
    shown = page(over)
    assert "The certificate is being prepared." in shown.text
    assert asking_again(shown) == [], "what is put in would ask again"
    assert "Look again" in shown.links


@pytest.mark.parametrize("since", ["", "-1", "x", "1" * 40, "²"])
def test_an_odd_time_in_the_address_hurts_nobody(visit: Visiting, here: Here, since: str) -> None:
    assert visit(here.student).get("/certificate", query_string={"since": since}).status_code == 200


@pytest.mark.parametrize(
    ("state", "said", "is_watched"),
    [
        (None, "The certificate is issued.", False),
        (DeliveryState.WAITING, "on its way to the assignment", True),
        (DeliveryState.SENT, "It is also handed in to the assignment", False),
        (DeliveryState.FAILED, "It could not be handed in", False),
        (DeliveryState.UNCERTAIN, "It could not be handed in", False),
    ],
)
def test_the_page_tells_whether_the_certificate_reached_the_course(
    visit: Visiting,
    here: Here,
    database: Database,
    issue: Callable[[], None],
    state: DeliveryState | None,
    said: str,
    is_watched: bool,
) -> None:
    issue()
    if state is not None:
        with database.writing() as session:
            made = session.query(Certificate).one()
            sent = enqueue(
                session,
                kind="ags.score",
                payload={},
                institution_id=made.institution_id,
                order_key="x",
                cause_id=made.id,
            )
            sent.state = state
            is_over = state is not DeliveryState.WAITING
            sent.finished_at = now() if is_over else None
            sent.reason = "why" if is_over and state is not DeliveryState.SENT else ""
    shown = visit(here.student).page("/certificate")
    assert said in shown.text
    assert bool(asking_again(shown)) is is_watched
    if state is None:
        assert "assignment" not in shown.text


def test_the_day_on_the_page_is_the_day_on_the_certificate(
    visit: Visiting, here: Here, issue: Callable[[], None]
) -> None:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC)):
        issue()
        far = visit(here.student, look=Look(time_zone="Pacific/Kiritimati"))
        assert "21 November 2026" in far.page("/certificate").text


def test_the_page_says_what_the_certificate_says(
    visit: Visiting, here: Here, database: Database, issue: Callable[[], None]
) -> None:
    issue()
    with database.reading() as session:
        made = session.query(Certificate).one()
    code = "-".join((made.code[:4], made.code[4:8], made.code[8:]))
    shown = visit(here.student).page("/certificate")
    for said in ("Certificate of International Merits", "Åsa Öberg", made.number, code):
        assert said in shown.text
    assert f"http://localhost/verify/{code}" in shown.links.values()
    assert [frame.attributes["title"] for frame in shown.main.all("iframe")] == ["The certificate"]
    swedish = visit(here.student, locale="sv").page("/certificate")
    assert "Intyg om internationella meriter" in swedish.text


def test_the_bytes_that_were_issued_are_what_is_downloaded(
    visit: Visiting, here: Here, database: Database, storage: Storage, issue: Callable[[], None]
) -> None:
    issue()
    with database.reading() as session:
        made = session.query(Certificate).one()
        stored = session.get_one(StoredFile, made.stored_file_id)
    with storage.open(stored.key) as body:
        kept = body.read()
    opened = visit(here.student)
    for how, disposition in (("download", "attachment"), ("view", "inline")):
        response = opened.get(f"/certificate/{here.portfolio_id}/{how}")
        assert response.status_code == 200
        assert response.data == kept
        assert response.mimetype == "application/pdf"
        assert response.headers["Content-Disposition"] == f'{disposition}; filename="{made.number}.pdf"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"].startswith("sandbox")
        response.close()


def test_a_teacher_sees_the_same(visit: Visiting, here: Here, issue: Callable[[], None]) -> None:
    issue()
    opened = visit(here.teacher)
    assert "Åsa Öberg" in opened.page(f"/certificate/{here.portfolio_id}").text
    response = opened.get(f"/certificate/{here.portfolio_id}/view")
    assert response.status_code == 200
    response.close()


def test_a_name_that_cannot_be_drawn_is_told_to_both_and_what_to_do_to_the_student(
    visit: Visiting, here: Here, database: Database, issue: Callable[[], None]
) -> None:
    with database.writing() as session:
        session.get_one(Portfolio, here.portfolio_id).printed_name = "Åsa 李"
    issue()
    student = visit(here.student).page("/certificate").text
    teacher = visit(here.teacher).page(f"/certificate/{here.portfolio_id}").text
    for shown in (student, teacher):
        assert "The certificate could not be issued." in shown
        assert "No certificate can show these characters: 李. They stand in: Åsa 李." in shown
    assert "Ask your teacher to open it for you again" in student
    assert "Ask your teacher" not in teacher


def test_the_test_student_hears_that_she_is_never_certified(
    visit: Visiting, database: Database, here: Here
) -> None:
    with database.writing() as session:
        tester = world.a_person(session, here.course, name="Test Student", is_test=True)
        world.an_earned_portfolio(session, tester, here.course)
    shown = visit(world.an_actor(tester, here.course)).page("/certificate")
    assert "never certified" in shown.text


def test_nobody_else_finds_it(
    visit: Visiting, database: Database, here: Here, issue: Callable[[], None]
) -> None:
    issue()
    with database.writing() as session:
        other_course = world.a_course(session)
        elsewhere = world.a_course(session, world.an_institution(session, "Umeå universitet"))
        fellow = world.a_person(session, here.course)
        there = world.a_person(session, elsewhere, Role.TEACHER)
        colleague = world.a_person(session, other_course, Role.TEACHER)
    strangers = [
        world.an_actor(fellow, here.course),
        world.an_actor(colleague, other_course, Role.TEACHER),
        world.an_actor(colleague, here.course, Role.DESIGNER),
        world.an_actor(colleague, here.course, Role.OBSERVER),
        world.an_actor(there, elsewhere, Role.TEACHER),
        world.an_actor(there, elsewhere, Role.COORDINATOR),
        world.an_actor(there, None, Role.COORDINATOR),
    ]
    for actor in strangers:
        opened = visit(actor)
        for path in ("", "/view", "/download"):
            assert opened.get(f"/certificate/{here.portfolio_id}{path}").status_code == 404, actor
    opened = visit(here.student)
    for path in (uuid.uuid4(), f"{uuid.uuid4()}/view", f"{here.portfolio_id}/delete", "none"):
        assert opened.get(f"/certificate/{path}").status_code == 404


def test_there_is_nothing_to_download_before_it_is_issued(visit: Visiting, here: Here) -> None:
    assert visit(here.student).get(f"/certificate/{here.portfolio_id}/download").status_code == 404


def test_the_page_asks_the_database_little(
    visit: Visiting, here: Here, database: Database, issue: Callable[[], None]
) -> None:
    issue()
    opened = visit(here.student)
    opened.get("/certificate")
    with counting_queries(database.engine) as queries:
        opened.get("/certificate")
    assert queries.count <= 10
