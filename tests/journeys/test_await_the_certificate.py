"""A student waits for her certificate: what is left, that it is prepared, issued, handed in, or failed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from lti_app.certificates import afterwards
from lti_app.certificates.erasing import erase
from lti_app.certificates.models import Certificate, RevokeReason
from lti_app.certificates.service import settle
from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs.models import DeliveryState
from lti_app.jobs.outbox import enqueue
from lti_app.people.actors import Actor
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish
from lti_app.web.context import Parts
from lti_app.web.sessions import Look
from tests import world
from tests.inspect_page import page
from tests.unit.certificates.issuing import deliver_due
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
def issue(parts: Parts, here: Here) -> Callable[[], None]:
    """The worker issues what is earned."""

    def run() -> None:
        with parts.db.writing() as session:
            settle(session, here.portfolio_id)
        deliver_due(parts)

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


def test_the_page_looks_again_by_itself_until_the_certificate_is_there(
    visit: Visiting, here: Here, issue: Callable[[], None]
) -> None:
    opened = visit(here.student)
    waiting = opened.page("/certificate")
    (again,) = waiting.fetched_again.values()
    assert waiting.watched == {"standing": "status", "correction": "status", "rest": ""}
    assert "being prepared" in waiting.part("standing").text
    assert opened.get(again).status_code == 204
    issue()
    shown = opened.page(again)
    assert shown.part("standing").text == "The certificate is issued."
    assert "Show it to others" in shown.part("rest").text, "links and corrections come with a certificate"
    assert not shown.fetched_again


def test_after_ten_minutes_it_looks_no_more(visit: Visiting, here: Here) -> None:
    opened = visit(here.student)
    (again,) = opened.page("/certificate").fetched_again.values()
    with time_machine.travel(now() + timedelta(minutes=11)):
        over = opened.get(again)
    assert over.status_code == 286
    shown = page(over)
    assert "The certificate is being prepared." in shown.text
    assert not shown.fetched_again, "what is put in would ask again"
    assert "Look again" in shown.links


@pytest.mark.parametrize("since", ["", "-1", "x", "1" * 40, "²"])
def test_an_odd_time_in_the_address_hurts_nobody(visit: Visiting, here: Here, since: str) -> None:
    assert visit(here.student).get("/certificate", query_string={"since": since}).status_code == 200


def hand_in(session: Session, state: DeliveryState) -> None:
    """Queue that the certificate be handed in, and let that have come so far."""
    made = session.query(Certificate).one()
    sent = enqueue(
        session,
        kind="ags.score",
        payload={"stored_file_id": str(made.stored_file_id)},
        institution_id=made.institution_id,
        order_key="x",
        cause_id=made.id,
    )
    sent.state = state
    is_over = state is not DeliveryState.WAITING
    sent.finished_at = now() if is_over else None
    sent.reason = "why" if is_over and state is not DeliveryState.SENT else ""


def correct(session: Session, here: Here, issued: uuid.UUID) -> None:
    asked = afterwards.request_correction(session, here.student, issued, new_name="Åsa Ek")
    afterwards.approve_correction(session, here.teacher, asked.id)


def revoke(session: Session, here: Here, issued: uuid.UUID) -> None:
    coordinator = world.a_person(session, here.course, Role.COORDINATOR)
    actor = world.an_actor(coordinator, here.course, Role.COORDINATOR)
    afterwards.revoke(session, actor, issued, reason=RevokeReason.ERROR)


@pytest.mark.parametrize(
    ("happens", "said", "is_offered"),
    [
        (correct, "Åsa Ek", True),
        (revoke, "has been revoked", False),
        (lambda session, _, issued: erase(session, issued), "has been erased", False),
    ],
    ids=["corrected", "revoked", "erased"],
)
def test_whatever_happens_while_it_is_on_its_way_to_the_course_the_whole_page_follows(
    visit: Visiting,
    here: Here,
    parts: Parts,
    database: Database,
    issue: Callable[[], None],
    happens: Callable[[Session, Here, uuid.UUID], None],
    said: str,
    is_offered: bool,
) -> None:
    issue()
    with database.writing() as session:
        issued = session.query(Certificate).one().id
        hand_in(session, DeliveryState.WAITING)
    opened = visit(here.student)
    waiting = opened.page("/certificate")
    assert set(waiting.watched) == {"standing", "correction", "rest"}
    (again,) = waiting.fetched_again.values()
    assert opened.get(again).status_code == 204
    with database.writing() as session:
        happens(session, here, issued)
    deliver_due(parts)
    shown = opened.page(again)
    assert said in shown.part("standing").text + shown.part("rest").text
    assert ("Download" in shown.part("rest").text) is is_offered


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
            hand_in(session, state)
    shown = visit(here.student).page("/certificate")
    assert said in shown.text
    assert bool(shown.fetched_again) is is_watched
    assert said in shown.part("standing").text
    if state is None:
        assert "assignment" not in shown.text


def test_the_day_on_the_page_is_the_day_on_the_certificate(
    visit: Visiting, here: Here, issue: Callable[[], None]
) -> None:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC)):
        issue()
        far = visit(here.student, look=Look(time_zone="Pacific/Kiritimati"))
        assert "21 November 2026" in far.page("/certificate").text


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


def test_there_is_nothing_to_download_before_it_is_issued(visit: Visiting, here: Here) -> None:
    assert visit(here.student).get(f"/certificate/{here.portfolio_id}/download").status_code == 404
