"""Connecting a course's three assignments, against the small Canvas over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.jobs import leases
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags import finding, gradebook
from lti_app.lti.ags.binding import Found, bind, look_for_others
from lti_app.lti.ags.gradebook import WantedLineItem
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.tasks import HANDLERS
from lti_app.people.models import Course
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests.queries import counting_queries
from tests.served_canvas import joined, served_canvas

WANTED = (
    WantedLineItem(LineItemKind.ACTIVITIES, "Internationella aktiviteter", Decimal(3)),
    WantedLineItem(LineItemKind.FINAL_REPORT, "Slutrapport", Decimal(1)),
    WantedLineItem(LineItemKind.CERTIFICATE, "Certifikat", Decimal(1)),
)


@pytest.fixture
def canvas(tmp_path: Path, settings: Settings, database: Database) -> Iterator[SmallCanvas]:
    with served_canvas(tmp_path / "canvas", settings, database) as canvas:
        yield canvas


@pytest.fixture
def course(canvas: SmallCanvas, database: Database) -> Course:
    with database.writing() as session:
        return joined(session, canvas).course


@pytest.fixture
def deliver(settings: Settings, database: Database, storage: Storage) -> Delivering:
    return Delivering(Parts(settings, database, storage), HANDLERS)


def connect(database: Database, course: Course) -> None:
    with database.writing() as session:
        gradebook.connect_line_items(session, course=session.get_one(Course, course.id), wanted=WANTED)


def deliver_all(database: Database, delivering: Delivering) -> list[Delivery]:
    with database.reading() as session:
        waiting = leases.due(session, 100)
    for each in waiting:
        delivering.deliver(each)
    with database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.sequence)))


def line_items(database: Database) -> list[LineItem]:
    with database.reading() as session:
        return list(session.scalars(select(LineItem)))


def test_three_launchable_assignments_are_made(
    canvas: SmallCanvas, course: Course, database: Database, deliver: Delivering
) -> None:
    connect(database, course)
    rows = deliver_all(database, deliver)
    assert {row.state for row in rows} == {DeliveryState.SENT}
    for wanted in WANTED:
        assignment = canvas.assignment_named(wanted.label)
        assert assignment.points_possible == wanted.score_maximum
        assert assignment.submission_type == "external_tool"
        assert assignment.tool_url == "http://localhost/lti/launch"
    made = canvas.line_items.of_client(canvas.client_id, 1)
    assert {item.resource_id for item in made} == {f"cim:{course.id}:{kind}" for kind in LineItemKind}
    assert {item.url for item in line_items(database)} == {
        f"{canvas.config.base_url}/api/lti/courses/1/line_items/{item.id}" for item in made
    }


def test_a_new_name_is_told_and_the_points_that_a_teacher_gave_stay(
    canvas: SmallCanvas, course: Course, database: Database, deliver: Delivering
) -> None:
    connect(database, course)
    deliver_all(database, deliver)
    (report,) = canvas.line_items.on_assignment(canvas.assignment_named("Slutrapport").id)
    canvas.line_items.change(report.id, score_maximum=7.0)
    names = {each.kind: f"{each.label} (engelska)" for each in WANTED}
    with database.writing() as session:
        gradebook.rename_line_items(session, course=session.get_one(Course, course.id), names=names)
    deliver_all(database, deliver)
    assert canvas.assignment_named("Slutrapport (engelska)").points_possible == 7
    assert canvas.assignment_named("Certifikat (engelska)").points_possible == 1


def test_all_take_line_items_in_one_order_and_keep_nobody_waiting_who_submits(
    canvas: SmallCanvas,
    course: Course,
    database: Database,
    deliver: Delivering,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else two of them wait for each other on PostgreSQL, or for a submission that waits for them."""
    for kind in reversed(LineItemKind):
        made = canvas.assignments.add(1, kind.value, 1)
        tag = f"cim:{kind.value}"
        canvas.line_items.add(made, canvas.client_id, label=kind.value, score_maximum=1, tag=tag)
    bound: list[LineItemKind] = []

    def noting(session: Session, institution_id: uuid.UUID, course_id: uuid.UUID, found: Found) -> bool:
        bound.append(found.kind)
        return bind(session, institution_id, course_id, found)

    monkeypatch.setattr(finding, "bind", noting)
    with database.writing() as session:
        look_for_others(session, session.get_one(Course, course.id))
    deliver_all(database, deliver)
    assert bound == list(LineItemKind)
    names = {each.kind: each.label for each in WANTED}
    with counting_queries(database.engine) as seen, database.writing() as session:
        gradebook.rename_line_items(session, course=session.get_one(Course, course.id), names=names)
    locking = [each for each in seen.statements if "FROM line_item" in each]
    assert len(locking) == len(LineItemKind)
    lock = "FOR NO KEY UPDATE" if database.engine.dialect.name == "postgresql" else ""
    assert all(each.endswith(lock) for each in locking)


def test_setting_up_twice_makes_nothing_twice(
    canvas: SmallCanvas, course: Course, database: Database, deliver: Delivering
) -> None:
    connect(database, course)
    connect(database, course)
    assert len(deliver_all(database, deliver)) == 3
    connect(database, course)
    assert len(deliver_all(database, deliver)) == 3
    assert len(canvas.line_items.of_client(canvas.client_id, 1)) == 3


def test_an_assignment_whose_answer_was_lost_is_found_again(
    canvas: SmallCanvas, course: Course, database: Database, deliver: Delivering
) -> None:
    connect(database, course)
    with database.reading() as session:
        (first, *_) = leases.due(session, 1)
    canvas.trouble.make("delay", times=2, path="/line_items", seconds=0.01)  # both searches pass
    canvas.trouble.make("process_then_drop", path="/line_items")
    deliver.deliver(first)
    assert len(canvas.line_items.of_client(canvas.client_id, 1)) == 1
    with database.writing() as session:
        row = session.scalars(select(Delivery).where(Delivery.id == first)).one()
        assert row.reason.startswith("The platform could not be reached.")
        row.not_before = row.created_at
    deliver_all(database, deliver)
    assert len(canvas.line_items.of_client(canvas.client_id, 1)) == 3
    assert all(item.url for item in line_items(database))


def test_the_search_goes_through_all_pages(
    canvas: SmallCanvas, course: Course, database: Database, deliver: Delivering
) -> None:
    for n in range(25):
        assignment = canvas.assignments.add(1, f"Other {n}", 10)
        canvas.line_items.add(assignment, canvas.client_id, label=f"Other {n}", score_maximum=10)
    connect(database, course)
    deliver_all(database, deliver)
    with database.writing() as session:
        for item in session.scalars(select(LineItem)):
            item.url = ""
    connect(database, course)
    deliver_all(database, deliver)
    assert len(canvas.line_items.of_client(canvas.client_id, 1)) == 28
    assert all(item.url for item in line_items(database))


def test_a_platform_without_a_gradebook_is_waited_for(
    canvas: SmallCanvas, course: Course, database: Database, deliver: Delivering
) -> None:
    with database.writing() as session:
        session.get_one(Course, course.id).lineitems_url = ""
    connect(database, course)
    rows = deliver_all(database, deliver)
    assert {row.state for row in rows} == {DeliveryState.WAITING}
    assert rows[0].reason.startswith("The platform offers no gradebook for this course yet")


def test_a_key_that_was_switched_off_is_waited_for_and_said(
    canvas: SmallCanvas, course: Course, database: Database, deliver: Delivering
) -> None:
    canvas.tools.change_key(canvas.client_id, is_active=False)
    connect(database, course)
    rows = deliver_all(database, deliver)
    assert {row.state for row in rows} == {DeliveryState.WAITING}
    assert rows[0].reason == "The platform did not accept our access.\n401 unknown client"


def test_a_line_item_at_another_host_is_refused(
    canvas: SmallCanvas, course: Course, database: Database, deliver: Delivering, settings: Settings
) -> None:
    with database.writing() as session:
        kept = session.get_one(Course, course.id)
        kept.lineitems_url = kept.lineitems_url.replace("127.0.0.1", "localhost")
    connect(database, course)
    rows = deliver_all(database, deliver)
    assert {row.state for row in rows} == {DeliveryState.FAILED}
    assert rows[0].reason.endswith("the line item lies at another host")
