"""The Deliveries page's rows, and what staff do about what did not arrive."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Conflict, NotAllowed, Problem
from lti_app.jobs import outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.results import HELD
from lti_app.review.deliveries import mark_arrived, send_again, send_all_again
from lti_app.review.delivery_queries import DeliveryRow, Filter, deliveries_for
from lti_app.review.permissions import Scope, scope_of
from lti_app.review.service import approve
from lti_app.web.paging import to_cursor
from tests.classroom import UNDO, Classroom, a_classroom, a_submitted_activity
from tests.visit import Visit


def test_a_row_says_what_for_whom_and_that_it_waits_for_the_undo_window(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        approve(session, room.teaching, a_submitted_activity(session, room.learning).id, undo_for=UNDO)
        page = deliveries_for(session, scope_of(room.teaching), shown=Filter.OPEN)

    assert [row.kind for row in page.rows] == ["ags.score", "ags.score", *["ags.line_item"] * 3]
    newest = page.rows[0]
    assert newest.person_name == "Åsa Öberg"
    assert newest.assignment == "International merits: activities"
    assert newest.is_held_back
    assert not page.rows[1].is_held_back


def test_the_reason_is_parted_from_what_the_other_side_said(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        delivery = _one(session, room, DeliveryState.FAILED, "The platform refused it.\n422 concluded")
        (row,) = deliveries_for(session, scope_of(room.teaching), shown=Filter.FAILED).rows
        assert row.delivery_id == delivery.id
        assert (row.reason.message, row.reason.detail) == ("The platform refused it.", "422 concluded")


def test_each_filter_shows_its_states_and_only_this_course(database: Database) -> None:
    with database.writing() as session:
        room, other = a_classroom(session), a_classroom(session)
        _one(session, other, DeliveryState.FAILED, "Elsewhere.")
        made = {state: _one(session, room, state, "Why.").id for state in DeliveryState}
        scope = scope_of(room.teaching)
        shown = {
            which: {row.delivery_id for row in deliveries_for(session, scope, shown=which).rows}
            & set(made.values())
            for which in Filter
        }
        everywhere = deliveries_for(session, Scope(room.course.institution_id, None), shown=Filter.FAILED)

    failed = {made[DeliveryState.FAILED], made[DeliveryState.UNCERTAIN]}
    assert shown == {
        Filter.OPEN: {made[DeliveryState.WAITING], *failed},
        Filter.FAILED: failed,
        Filter.SENT: {made[DeliveryState.SENT]},
    }
    assert len(everywhere.rows) == 3


def test_pages_of_deliveries_follow_each_other_newest_first(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        made = [_one(session, room, DeliveryState.SENT, "").id for _ in range(5)]
        scope, found, cursor = scope_of(room.teaching), [], ""
        for _ in range(3):
            page = deliveries_for(session, scope, shown=Filter.SENT, after=cursor, rows=2)
            found += [row.delivery_id for row in page.rows]
            cursor = page.next_cursor
    assert found == made[::-1]
    assert cursor == ""


@pytest.mark.parametrize("cursor", [to_cursor("x"), to_cursor("9" * 40), "%"])
def test_a_foreign_cursor_is_a_bad_request(database: Database, cursor: str) -> None:
    with database.reading() as session, pytest.raises(Problem) as refusal:
        deliveries_for(session, Scope(uuid.uuid4(), uuid.uuid4()), shown=Filter.OPEN, after=cursor)
    assert refusal.value.slug == "bad-request"


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.UNCERTAIN])
def test_a_failed_or_uncertain_one_is_sent_again(database: Database, state: DeliveryState) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        delivery = _one(session, room, state, "Why.")
        send_again(session, room.teaching, delivery.id)
        assert (delivery.state, delivery.reason) == (DeliveryState.WAITING, "")


def test_all_that_failed_here_is_sent_again_but_nothing_that_somebody_must_decide_on(
    database: Database,
) -> None:
    with database.writing() as session:
        room, other = a_classroom(session), a_classroom(session)
        failed = [_one(session, room, DeliveryState.FAILED, "The platform was away.") for _ in range(2)]
        left = [
            _one(session, room, DeliveryState.FAILED, f"{HELD}\nx"),
            _one(session, room, DeliveryState.UNCERTAIN, "Who knows."),
            _one(session, other, DeliveryState.FAILED, "Elsewhere."),
        ]
        page = deliveries_for(session, scope_of(room.learning), shown=Filter.SENT)
        assert page.failed == 2
        with pytest.raises(NotAllowed):
            send_all_again(session, room.learning)
        assert [send_all_again(session, room.teaching) for _ in range(2)] == [2, 0]
        assert {each.state for each in failed} == {DeliveryState.WAITING}
        assert DeliveryState.WAITING not in {each.state for each in left}


def test_what_waits_behind_another_says_so(database: Database, visit: Callable[..., Visit]) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        first, second = (_one(session, room, DeliveryState.WAITING, "") for _ in range(2))
        second.order_key = first.order_key
        session.flush()
        rows = {each.delivery_id: each for each in _open(session, room)}
        assert (rows[first.id].is_behind, rows[second.id].is_behind) == (False, True)
    shown = visit(room.teaching).page("deliveries").text
    assert "for an earlier one, so that the order stays" in shown, "it is about no student"
    with database.writing() as session:
        first = session.get_one(Delivery, first.sequence)
        first.state, first.reason, first.finished_at = DeliveryState.FAILED, "Why.", now()
        session.flush()
        assert not any(each.is_behind for each in _open(session, room)), "what failed holds nothing up"


def _open(session: Session, room: Classroom) -> tuple[DeliveryRow, ...]:
    return deliveries_for(session, scope_of(room.teaching), shown=Filter.OPEN).rows


def test_an_uncertain_one_can_be_noted_as_arrived_and_is_not_sent(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        delivery = _one(session, room, DeliveryState.UNCERTAIN, "The connection ended.")
        mark_arrived(session, room.teaching, delivery.id)
        mark_arrived(session, room.teaching, delivery.id)
        assert (delivery.state, delivery.reason) == (DeliveryState.SENT, "")


@pytest.mark.parametrize("state", [DeliveryState.WAITING, DeliveryState.FAILED, DeliveryState.CANCELLED])
def test_only_an_uncertain_one_can_be_noted_as_arrived(database: Database, state: DeliveryState) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        delivery = _one(session, room, state, "Why.")
        with pytest.raises(Conflict):
            mark_arrived(session, room.teaching, delivery.id)


def _one(session: Session, room: Classroom, state: DeliveryState, reason: str) -> Delivery:
    delivery = outbox.enqueue(
        session,
        kind="ags.score",
        payload={},
        institution_id=room.course.institution_id,
        course_id=room.course.id,
        order_key=uuid.uuid4().hex,
    )
    delivery.state = state
    delivery.reason = "" if state in {DeliveryState.SENT, DeliveryState.WAITING} else reason
    delivery.finished_at = None if state is DeliveryState.WAITING else now()
    session.flush()
    return session.scalars(select(Delivery).where(Delivery.id == delivery.id)).one()
