"""A teacher looks at what did not reach the gradebook, and does something about it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.models import ChangedGrade, LineItem, LineItemKind
from lti_app.lti.ags.results import HELD
from lti_app.portfolio.models import Portfolio
from lti_app.review.service import approve
from tests.classroom import UNDO, Classroom, a_classroom
from tests.journeys.reviewing import Visiting, a_room_with_waiting
from tests.queries import counting_queries


def _only_one_left(database: Database, state: DeliveryState, reason: str) -> tuple[Classroom, uuid.UUID]:
    """A room in which everything was sent but the score of one decision."""
    room, (submission,) = a_room_with_waiting(database)
    with database.writing() as session:
        decision = approve(session, room.teaching, submission.id, undo_for=UNDO)
        for delivery in session.scalars(select(Delivery)):
            delivery.finished_at = now()
            is_it = delivery.cause_id == decision.id
            delivery.state = state if is_it else DeliveryState.SENT
            delivery.reason = reason if is_it else ""
        one = session.scalars(select(Delivery.id).where(Delivery.cause_id == decision.id)).one()
    return room, one


def test_when_everything_was_sent_the_page_says_so(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        for delivery in session.scalars(select(Delivery)):
            delivery.state, delivery.finished_at = DeliveryState.SENT, now()
    teacher = visit(room.teaching)
    assert "Everything delivered" in teacher.page("/deliveries").text
    assert "Connect the assignment" in teacher.page("/deliveries?show=sent").text


def test_what_waits_says_for_how_long_and_whom(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    with database.writing() as session:
        approve(session, room.teaching, submission.id, undo_for=UNDO)
    teacher = visit(room.teaching)
    with counting_queries(database.engine) as seen:
        shown = teacher.page("/deliveries").text
    assert "until the decision can no longer be undone" in shown
    assert "Åsa Öberg" in shown
    assert seen.count <= 8


def test_what_a_killed_worker_held_waits_no_more_once_the_student_has_withdrawn(
    visit: Visiting, database: Database
) -> None:
    room, (submission,) = a_room_with_waiting(database)
    with database.writing() as session:
        for delivery in session.scalars(select(Delivery)):
            if delivery.cause_id == submission.id:
                delivery.lease_until = now() - timedelta(seconds=1)
            else:
                delivery.state, delivery.finished_at = DeliveryState.SENT, now()
    student, teacher = visit(room.learning), visit(room.teaching)
    assert "Everything delivered" not in teacher.page("/deliveries").text
    student.post(f"/items/{submission.item_id}/withdraw")
    assert "Everything delivered" in teacher.page("/deliveries").text


def test_a_failed_one_shows_its_reason_and_is_tried_again(visit: Visiting, database: Database) -> None:
    room, one = _only_one_left(database, DeliveryState.FAILED, "The platform refused it.\n422 <concluded>")
    teacher = visit(room.teaching)
    shown = teacher.page("/deliveries")
    assert "The platform refused it. 422 <concluded>" in shown.text
    again = teacher.post(f"/deliveries/{one}/retry", shown.form("/retry"))
    assert again.status_code == 303
    assert "Waiting" in teacher.page(again.location).text
    assert teacher.post(f"/deliveries/{one}/retry").status_code == 409


def test_all_that_failed_is_tried_again_at_once(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        for delivery in session.scalars(select(Delivery)):
            delivery.state, delivery.reason, delivery.finished_at = DeliveryState.FAILED, "Away.", now()
    teacher = visit(room.teaching)
    shown = teacher.page("/deliveries?show=failed")
    assert "3 deliveries have failed." in shown.text
    done = teacher.post("/deliveries/retry", shown.form("/deliveries/retry"))
    assert "3 deliveries were put in again" in teacher.page(done.location).text
    assert "Nothing failed" in teacher.page("/deliveries?show=failed").text


def test_an_uncertain_one_is_explained_and_noted_as_arrived(visit: Visiting, database: Database) -> None:
    room, one = _only_one_left(database, DeliveryState.UNCERTAIN, "The connection ended.")
    teacher = visit(room.teaching)
    shown = teacher.page("/deliveries?show=failed")
    assert "It may have arrived" in shown.text
    done = teacher.post(f"/deliveries/{one}/arrived", shown.form("/arrived"))
    assert "Everything delivered" in teacher.page(done.location).text


def test_another_courses_deliveries_are_out_of_reach(visit: Visiting, database: Database) -> None:
    _, one = _only_one_left(database, DeliveryState.FAILED, "Refused.")
    with database.writing() as session:
        other = a_classroom(session)
    stranger = visit(other.teaching)
    assert "Refused." not in stranger.page("/deliveries").text
    for act in ("retry", "arrived"):
        assert stranger.post(f"/deliveries/{one}/{act}").status_code == 404


def _held(database: Database) -> tuple[Classroom, uuid.UUID]:
    """A room in which a score is held, because somebody made it 7 of 10 in the gradebook."""
    room, one = _only_one_left(database, DeliveryState.FAILED, HELD)
    with database.writing() as session:
        held = session.scalars(select(Delivery).where(Delivery.id == one)).one()
        session.add(
            ChangedGrade(
                line_item_id=uuid.UUID(held.payload["line_item_id"]),
                person_id=room.student.id,
                institution_id=room.course.institution_id,
                points=Decimal("7.5"),
                maximum=Decimal(10),
            )
        )
    return room, one


def test_a_grade_changed_in_the_gradebook_is_shown_and_ours_sent_if_staff_say_so(
    visit: Visiting, database: Database
) -> None:
    room, one = _held(database)
    teacher = visit(room.teaching)
    shown = teacher.page("/deliveries")
    sentence = "The gradebook has 7.5 of 10, changed there; the tool would send 1 of 3."
    assert sentence in shown.text
    assert "Try again" not in shown.text
    with database.reading() as session:
        portfolio_id = session.scalars(select(Portfolio.id)).one()
    assert sentence in teacher.page(f"/class/{portfolio_id}").text
    done = teacher.post(f"/deliveries/{one}/send-ours", shown.form("/send-ours"))
    assert done.status_code == 303
    with database.reading() as session:
        row = session.scalars(select(Delivery).where(Delivery.id == one)).one()
    assert (row.state, row.payload["overwrites"]) == (DeliveryState.WAITING, True)
    assert teacher.post(f"/deliveries/{one}/send-ours").status_code == 409


def test_the_gradebooks_grade_is_kept_if_staff_say_so(visit: Visiting, database: Database) -> None:
    room, one = _held(database)
    teacher = visit(room.teaching)
    shown = teacher.page("/deliveries")
    assert teacher.post(f"/deliveries/{one}/keep-theirs", shown.form("/keep-theirs")).status_code == 303
    assert "Everything delivered" in teacher.page("/deliveries").text
    with database.reading() as session:
        portfolio_id = session.scalars(select(Portfolio.id)).one()
    assert "The gradebook has 7.5 of 10" in teacher.page(f"/class/{portfolio_id}").text


def test_an_assignment_that_is_gone_is_named_and_connected_again(visit: Visiting, database: Database) -> None:
    gone = "The assignment is no longer there: it was deleted, or the course has ended."
    room, one = _only_one_left(database, DeliveryState.FAILED, f"{gone}\n404")
    with database.writing() as session:
        line_item = session.scalars(select(LineItem).where(LineItem.kind == LineItemKind.ACTIVITIES)).one()
        line_item.url, line_item.gone_at = "https://canvas.test/1", now()
    teacher = visit(room.teaching)
    shown = teacher.page("/deliveries")
    assert "The platform no longer has these assignments" in shown.text
    assert "No longer there" in teacher.page("/set-up").text
    done = teacher.post("/set-up/retry", shown.form("/set-up/retry"))
    assert "Connecting" in teacher.page(done.location).text
    with database.reading() as session:
        row = session.scalars(select(Delivery).where(Delivery.id == one)).one()
        kept = session.get_one(LineItem, line_item.id)
    assert (row.state, row.reason, kept.url) == (DeliveryState.WAITING, "", "")
