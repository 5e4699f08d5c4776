"""What staff answer to a holder's correction reaches her as a comment where the certificate was handed in."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy.orm import Session

from lti_app.certificates import afterwards
from lti_app.certificates.models import Certificate, RevokeReason
from lti_app.db import Database
from lti_app.errors import Conflict
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.models import LineItem
from lti_app.lti.ags.scores import Score, body_of
from lti_app.people.roles import Role
from lti_app.portfolio.models import Portfolio
from tests import world
from tests.unit.certificates.test_afterwards import actor_for, asked_for, issued

__all__ = ["issued"]


def told(database: Database, correction: uuid.UUID) -> list[Delivery]:
    with database.reading() as session:
        return session.query(Delivery).filter_by(cause_id=correction).order_by(Delivery.sequence).all()


def decline(database: Database, certificate: uuid.UUID, correction: uuid.UUID, reply: str = "No.") -> None:
    with database.writing() as session:
        teacher = actor_for(session, certificate, Role.TEACHER)
        afterwards.decline_correction(session, teacher, correction, reply=reply)


def test_the_answer_no_goes_once_with_the_grade_that_is_there_and_without_an_attempt(
    database: Database, issued: uuid.UUID
) -> None:
    correction = asked_for(database, issued, new_name="Åsa Ek", note="My passport says so.")
    for _ in range(2):
        decline(database, issued, correction, "Så står det inte i passet.")
    (comment,) = told(database, correction)
    score = Score.from_payload(comment.payload)
    with database.reading() as session:
        certificate = session.get_one(Certificate, issued)
        (hand_in,) = session.query(Delivery).filter_by(cause_id=issued).all()
        maximum = session.get_one(LineItem, score.line_item_id).score_maximum
    handed_in = Score.from_payload(hand_in.payload)
    assert (comment.order_key, comment.course_id) == (hand_in.order_key, hand_in.course_id)
    assert (score.points, score.maximum) == (handed_in.points, handed_in.maximum) == (maximum, maximum)
    assert score.comment == (
        f"Rättelsen av certifikatet {certificate.number} är avslagen. / The correction of the certificate"
        f" {certificate.number} was declined.\nSå står det inte i passet."
    )
    assert "Ek" not in score.comment
    assert "passport" not in score.comment
    body = body_of(score, user_id="u", is_canvas=True, launch_url="", file_url="")
    assert body["https://canvas.instructure.com/lti/submission"]["new_submission"] is False
    assert (
        body["submission"]
        == body_of(handed_in, user_id="u", is_canvas=True, launch_url="", file_url="")["submission"]
    ), "it is still the same attempt"


@pytest.mark.parametrize("what", [{"new_name": "Åsa Ek"}, {"note": "The year is wrong."}])
def test_the_answer_yes_goes_before_the_new_certificate_does(
    database: Database, issued: uuid.UUID, what: dict[str, str]
) -> None:
    correction = asked_for(database, issued, **what)
    with database.writing() as session:
        for _ in range(2):
            teacher = actor_for(session, issued, Role.TEACHER)
            afterwards.approve_correction(session, teacher, correction)
    comment, *others = told(database, correction)
    assert "är godkänd" in comment.payload["comment"]
    assert "is approved" in comment.payload["comment"]
    assert [each.kind for each in others] == (["certificate.issue"] if "new_name" in what else [])


def test_what_is_refused_is_told_to_nobody(database: Database, issued: uuid.UUID) -> None:
    correction = asked_for(database, issued, note="The year is wrong.")
    with pytest.raises(Conflict):
        decline(database, issued, correction, "  ")
    assert told(database, correction) == []


def test_what_staff_asked_for_themselves_is_not_told(database: Database, issued: uuid.UUID) -> None:
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        correction = afterwards.request_correction(session, teacher, issued, note="The year is wrong.").id
    decline(database, issued, correction)
    assert told(database, correction) == []


def test_where_nothing_was_handed_in_nothing_is_told(database: Database, issued: uuid.UUID) -> None:
    """The course that she is in by now has an assignment, but nothing of this certificate."""
    correction = asked_for(database, issued, note="The year is wrong.")
    with database.writing() as session:
        session.query(Delivery).filter_by(cause_id=issued).delete()
    decline(database, issued, correction)
    assert told(database, correction) == []


@pytest.mark.parametrize("state", list(DeliveryState))
def test_handed_in_is_what_arrived_or_may_have_or_is_about_to(
    database: Database, issued: uuid.UUID, state: DeliveryState
) -> None:
    correction = asked_for(database, issued, note="The year is wrong.")
    with database.writing() as session:
        hand_in = session.query(Delivery).filter_by(cause_id=issued).one()
        hand_in.state = state
        hand_in.finished_at = hand_in.created_at if state is DeliveryState.SENT else None
    decline(database, issued, correction)
    is_handed_in = state not in {DeliveryState.FAILED, DeliveryState.CANCELLED}
    assert bool(told(database, correction)) is is_handed_in


def test_it_is_told_where_the_certificate_was_handed_in_wherever_she_is_by_now(
    database: Database, issued: uuid.UUID
) -> None:
    correction = asked_for(database, issued, note="The year is wrong.")
    with database.writing() as session:
        portfolio = session.get_one(Portfolio, session.get_one(Certificate, issued).portfolio_id)
        before, teacher = portfolio.course_id, actor_for(session, issued, Role.TEACHER)
        portfolio.course_id = world.a_course(session, title="Another term").id
        session.flush()
        afterwards.decline_correction(session, teacher, correction, reply="No.")
    assert [each.course_id for each in told(database, correction)] == [before]


def revoke(session: Session, issued: uuid.UUID) -> None:
    coordinator = actor_for(session, issued, Role.COORDINATOR)
    afterwards.revoke(session, coordinator, issued, reason=RevokeReason.ERROR)


def test_a_yes_that_has_not_left_is_taken_back_when_the_certificate_is_revoked(
    database: Database, issued: uuid.UUID
) -> None:
    correction = asked_for(database, issued, note="The year is wrong.")
    with database.writing() as session:
        afterwards.approve_correction(session, actor_for(session, issued, Role.TEACHER), correction)
        revoke(session, issued)
    assert [each.state for each in told(database, correction)] == [DeliveryState.CANCELLED]


@pytest.mark.parametrize("state", [DeliveryState.WAITING, DeliveryState.FAILED])
def test_no_answer_brings_its_full_marks_once_the_certificate_is_revoked(
    database: Database, issued: uuid.UUID, state: DeliveryState
) -> None:
    corrections = [asked_for(database, issued, note="The year is wrong.")]
    decline(database, issued, corrections[0])
    corrections.append(asked_for(database, issued, note="The day is wrong."))
    decline(database, issued, corrections[1])
    with database.writing() as session:
        for each in session.query(Delivery).filter(Delivery.cause_id.in_([issued, *corrections])):
            each.state, each.reason = state, "" if state is DeliveryState.WAITING else "Canvas says no."
    with database.writing() as session:
        revoke(session, issued)
    for each in corrections:
        assert [answer.state for answer in told(database, each)] == [DeliveryState.CANCELLED]
    hand_in, revocation = told(database, issued)
    assert (hand_in.state, revocation.state) == (DeliveryState.CANCELLED, DeliveryState.WAITING)
    assert "återkallat" in revocation.payload["comment"]


def test_that_it_is_revoked_is_told_where_it_was_handed_in_wherever_she_is_by_now(
    database: Database, issued: uuid.UUID
) -> None:
    with database.writing() as session:
        portfolio = session.get_one(Portfolio, session.get_one(Certificate, issued).portfolio_id)
        before, coordinator = portfolio.course_id, actor_for(session, issued, Role.COORDINATOR)
        portfolio.course_id = world.a_course(session, title="Another term").id
        session.flush()
        afterwards.revoke(session, coordinator, issued, reason=RevokeReason.ERROR)
    assert [each.course_id for each in told(database, issued)] == [before, before]
