"""Corrections, revoking and following: who may, what they change, and that what was issued stays as it is."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates import afterwards
from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import (
    Certificate,
    CertificateState,
    Correction,
    CorrectionKind,
    CorrectionState,
    RevokeReason,
)
from lti_app.certificates.queries import certificate_of, public_view
from lti_app.certificates.service import settle
from lti_app.db import Database
from lti_app.errors import Conflict, NotAllowed, NotFound, Problem
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Person
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.states import ItemState
from lti_app.review.service import approve, reopen, undo
from lti_app.storage.models import StoredFile
from lti_app.web.context import Parts
from tests import world
from tests.classroom import TYPES
from tests.unit.certificates.issuing import NO_TIME, an_earner, certificates, deliver_due

SENT = DeliveryState.SENT
UNDO = timedelta(minutes=2)


@pytest.fixture
def issued(parts: Parts, database: Database) -> uuid.UUID:
    """The id of a certificate that a student has just got."""
    with database.writing() as session:
        an_earner(session)
    deliver_due(parts)
    with database.reading() as session:
        (found,) = certificates(session)
    return found.id


def actor_for(session: Session, certificate_id: uuid.UUID, *roles: Role) -> Actor:
    """The holder as a student, or somebody else of the certificate's course with these roles."""
    found = session.get_one(Certificate, certificate_id)
    portfolio = session.get_one(Portfolio, found.portfolio_id)
    course = session.get_one(Course, portfolio.course_id)
    if roles == (Role.STUDENT,):
        return world.an_actor(session.get_one(Person, portfolio.person_id), course, *roles)
    return world.an_actor(world.a_person(session, course, name="Bo Ek"), course, *roles)


def asked_for(database: Database, certificate_id: uuid.UUID, **what: str) -> uuid.UUID:
    with database.writing() as session:
        holder = actor_for(session, certificate_id, Role.STUDENT)
        return afterwards.request_correction(session, holder, certificate_id, **what).id


def mended(session: Session, before: Submission) -> uuid.UUID:
    """The submission that follows this one, which was reopened, with another title."""
    session.get_one(Item, before.item_id).state = ItemState.SUBMITTED
    again = Submission(
        institution_id=before.institution_id,
        item_id=before.item_id,
        course_id=before.course_id,
        revision=2,
        snapshot={**before.snapshot, "title": "Mended"},
    )
    session.add(again)
    session.flush()
    return again.id


def test_a_corrected_name_gives_a_new_certificate_that_supersedes_the_old_one(
    parts: Parts, database: Database, issued: uuid.UUID
) -> None:
    with database.reading() as session:
        old = session.get_one(Certificate, issued)
        kept = (old.facts, old.number, old.code, session.get_one(StoredFile, old.stored_file_id).sha256)
    correction = asked_for(database, issued, new_name="  Åsa   Öberg Ek ")
    with database.writing() as session:
        afterwards.approve_correction(session, actor_for(session, issued, Role.TEACHER), correction)
    deliver_due(parts)
    with database.reading() as session:
        first, second = certificates(session)
        assert (first.state, second.state) == (CertificateState.SUPERSEDED, CertificateState.ISSUED)
        assert first.superseded_by_id == second.id
        assert CertificateFacts.from_json(second.facts).holder_name == "Åsa Öberg Ek"
        assert second.number != first.number
        unchanged = session.get_one(StoredFile, first.stored_file_id).sha256
        assert (first.facts, first.number, first.code, unchanged) == kept
        assert session.get_one(Correction, correction).state is CorrectionState.DONE
        seen = public_view(session, first.code)
        assert seen is not None
        assert seen.successor_code == second.code
        told = session.query(Delivery).filter_by(cause_id=second.id).all()
        assert len(told) == 1, "the new one is handed in at the platform"


def test_anything_else_is_mended_by_reopening_what_the_certificate_rests_on(
    parts: Parts, database: Database, issued: uuid.UUID
) -> None:
    with database.reading() as session:
        item = session.query(Item).filter_by(type_code=TYPES[0]).one()
        submission = session.query(Submission).filter_by(item_id=item.id).one()
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        with pytest.raises(Conflict) as refused:
            reopen(session, teacher, submission.id, undo_for=NO_TIME, reason="The day is wrong.")
        assert refused.value.slug == "certificate-stands"
    correction = asked_for(database, issued, note="The day of the conference is wrong.")
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        afterwards.approve_correction(session, teacher, correction)
    assert deliver_due(parts) == [SENT], "nothing is issued before something is mended"
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        reopen(session, teacher, submission.id, undo_for=NO_TIME, reason="The day is wrong.")
        approve(session, teacher, mended(session, submission), undo_for=NO_TIME)
    deliver_due(parts)
    with database.reading() as session:
        first, second = certificates(session)
        assert first.state is CertificateState.SUPERSEDED
        assert "Mended" in {each.title for each in CertificateFacts.from_json(second.facts).merits}
        assert session.get_one(Correction, correction).state is CorrectionState.DONE


def test_staff_issue_anew_when_nothing_has_to_be_approved_again(
    parts: Parts, database: Database, issued: uuid.UUID
) -> None:
    correction = asked_for(database, issued, note="The faculty has another name now.")
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        with pytest.raises(Conflict):
            afterwards.issue_corrected(session, teacher, correction)
        afterwards.approve_correction(session, teacher, correction)
        assert afterwards.issue_corrected(session, teacher, correction)
        assert not afterwards.issue_corrected(session, teacher, correction), "it waits already"
    deliver_due(parts)
    with database.writing() as session:
        assert len(certificates(session)) == 2
        assert not afterwards.issue_corrected(session, teacher, correction), "it is done"


def test_an_approval_is_taken_back_with_all_that_it_queued_until_something_is_issued(
    parts: Parts, database: Database, issued: uuid.UUID
) -> None:
    correction = asked_for(database, issued, note="The faculty has another name now.")
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        afterwards.approve_correction(session, teacher, correction)
        assert afterwards.issue_corrected(session, teacher, correction)
        afterwards.take_back_approval(session, teacher, correction)
        afterwards.take_back_approval(session, teacher, correction)
        asked = session.get_one(Correction, correction)
        assert (asked.state, asked.decided_by_id) == (CorrectionState.REQUESTED, None)
        queued = session.query(Delivery).filter_by(cause_id=correction).all()
        assert {each.state for each in queued} == {DeliveryState.CANCELLED}
    deliver_due(parts)
    with database.writing() as session:
        assert len(certificates(session)) == 1
        afterwards.approve_correction(session, teacher, correction)
        assert afterwards.issue_corrected(session, teacher, correction)
    deliver_due(parts)
    with database.writing() as session:
        assert len(certificates(session)) == 2
        with pytest.raises(Conflict):
            afterwards.take_back_approval(session, teacher, correction)


def test_an_approval_by_which_something_was_mended_is_not_taken_back(
    database: Database, issued: uuid.UUID
) -> None:
    correction = asked_for(database, issued, note="The day of the conference is wrong.")
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        item = session.query(Item).filter_by(type_code=TYPES[0]).one()
        submission = session.query(Submission).filter_by(item_id=item.id).one()
        afterwards.approve_correction(session, teacher, correction)
        by_mistake = reopen(session, teacher, submission.id, undo_for=UNDO, reason="The day is wrong.")
        undo(session, teacher, by_mistake.id, undo_for=UNDO)
        afterwards.take_back_approval(session, teacher, correction)
        afterwards.approve_correction(session, teacher, correction)
        reopen(session, teacher, submission.id, undo_for=UNDO, reason="The day is wrong.")
        with pytest.raises(Conflict):
            afterwards.take_back_approval(session, teacher, correction)
        approve(session, teacher, mended(session, submission), undo_for=UNDO)
        with pytest.raises(Conflict):
            afterwards.take_back_approval(session, teacher, correction)


def test_the_approval_of_a_name_is_not_taken_back(database: Database, issued: uuid.UUID) -> None:
    correction = asked_for(database, issued, new_name="Åsa Öberg Ek")
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        afterwards.approve_correction(session, teacher, correction)
        with pytest.raises(Conflict):
            afterwards.take_back_approval(session, teacher, correction)


def test_a_correction_is_asked_once_answered_once_and_can_be_withdrawn(
    database: Database, issued: uuid.UUID
) -> None:
    first = asked_for(database, issued, new_name="Åsa Ek")
    assert asked_for(database, issued, new_name="Åsa Ek") == first
    with pytest.raises(Conflict, match="another"):
        asked_for(database, issued, note="And the date.")
    with database.writing() as session:
        holder = actor_for(session, issued, Role.STUDENT)
        afterwards.withdraw_correction(session, holder, first)
        afterwards.withdraw_correction(session, holder, first)
    second = asked_for(database, issued, note="The date.")
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        with pytest.raises(Conflict) as refused:
            afterwards.decline_correction(session, teacher, second, reply="  ")
        assert refused.value.slug == "comment-missing"
        afterwards.decline_correction(session, teacher, second, reply="It is right.")
        afterwards.decline_correction(session, teacher, second, reply="It is right.")
        with pytest.raises(Conflict):
            afterwards.approve_correction(session, teacher, second)
        with pytest.raises(Conflict):
            afterwards.withdraw_correction(session, actor_for(session, issued, Role.STUDENT), second)
    with database.reading() as session:
        asked = session.get_one(Correction, second)
        assert (asked.kind, asked.state, asked.reply) == (
            CorrectionKind.OTHER,
            CorrectionState.DECLINED,
            "It is right.",
        )
        assert certificate_of(session, session.get_one(Certificate, issued).portfolio_id) is not None


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ({}, Problem),
        ({"note": "x" * 2001}, Problem),
        ({"new_name": "\u200d", "note": "\u200b"}, Problem),
        ({"new_name": "x" * 301}, Problem),
        ({"new_name": "Åsa Öberg"}, Conflict),
    ],
)
def test_a_correction_that_says_nothing_new_is_refused(
    database: Database, issued: uuid.UUID, what: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        asked_for(database, issued, **what)


def test_a_title_that_cannot_be_printed_is_not_blamed_on_the_name(
    database: Database, issued: uuid.UUID
) -> None:
    with database.writing() as session:
        for each in session.scalars(select(Submission)):
            each.snapshot = {**each.snapshot, "title": "Caf\U00013080"}
        teacher = actor_for(session, issued, Role.TEACHER)
    correction = asked_for(database, issued, note="I am called Eva Ek.")
    with pytest.raises(Conflict) as refused, database.writing() as session:
        afterwards.approve_correction(session, teacher, correction, new_name="Eva Ek")
    assert (refused.value.slug, refused.value.detail) == ("cannot-be-printed", "\U00013080")
    with database.writing() as session:
        afterwards.decline_correction(session, teacher, correction, reply="Write the name, please.")
    assert asked_for(database, issued, new_name="Eva Ek")


def test_a_name_that_cannot_be_printed_is_neither_asked_for_nor_approved(
    database: Database, issued: uuid.UUID
) -> None:
    with pytest.raises(Conflict) as refused:
        asked_for(database, issued, new_name="Åsa \U00013080")
    assert refused.value.slug == "name-not-printable"
    assert refused.value.detail == "\U00013080"
    correction = asked_for(database, issued, note="My name is Åsa \U00013080.")
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
    with pytest.raises(Conflict) as refused, database.writing() as session:
        afterwards.approve_correction(session, teacher, correction, new_name="Åsa \U00013080")
    assert refused.value.slug == "name-not-printable"
    with database.reading() as session:
        assert session.get_one(Correction, correction).state is CorrectionState.REQUESTED


def test_staff_enter_the_name_that_was_asked_for_in_words(
    parts: Parts, database: Database, issued: uuid.UUID
) -> None:
    correction = asked_for(database, issued, note="I am called Åsa Öberg Lind.")
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        with pytest.raises(Conflict) as refused:
            afterwards.approve_correction(session, teacher, correction, new_name="Åsa  Öberg")
        assert refused.value.slug == "name-unchanged"
        with pytest.raises(Problem):
            afterwards.approve_correction(session, teacher, correction, new_name="x" * 301)
        for role in (Role.STUDENT, Role.OBSERVER, Role.DESIGNER):
            with pytest.raises((NotAllowed, NotFound)):
                afterwards.approve_correction(
                    session, actor_for(session, issued, role), correction, new_name="Åsa Ö"
                )
        afterwards.approve_correction(session, teacher, correction, new_name=" Åsa  Öberg Lind")
    deliver_due(parts)
    with database.reading() as session:
        asked = session.get_one(Correction, correction)
        assert (asked.kind, asked.new_name, asked.state) == ("name", "Åsa Öberg Lind", "done")
        assert asked.note == "I am called Åsa Öberg Lind.", "the words stay as they were"
        _, second = certificates(session)
        assert CertificateFacts.from_json(second.facts).holder_name == "Åsa Öberg Lind"


def test_a_name_that_was_asked_for_is_approved_as_it_was_written(
    database: Database, issued: uuid.UUID
) -> None:
    correction = asked_for(database, issued, new_name="Åsa Lind")
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        with pytest.raises(Problem) as refused:
            afterwards.approve_correction(session, teacher, correction, new_name="Åsa Ek")
    assert refused.value.slug == "bad-request"


def test_a_revoked_certificate_is_told_and_not_followed_until_a_coordinator_says_so(
    parts: Parts, database: Database, issued: uuid.UUID
) -> None:
    asked_for(database, issued, note="The date.")
    with database.writing() as session:
        coordinator = actor_for(session, issued, Role.COORDINATOR)
        with pytest.raises(Conflict):
            afterwards.allow_another(session, coordinator, issued)
        for _ in range(2):
            found = afterwards.revoke(session, coordinator, issued, reason=RevokeReason.MISCONDUCT, note="x")
        portfolio_id = found.portfolio_id
        assert not settle(session, portfolio_id), "it is earned, but staff have spoken"
    with database.writing() as session:
        seen = public_view(session, session.get_one(Certificate, issued).code)
        assert seen is not None
        assert (seen.state, seen.revoke_reason) == (CertificateState.REVOKED, "misconduct")
        (asked,) = session.query(Correction).all()
        assert asked.state is CorrectionState.DECLINED
        told = session.query(Delivery).filter_by(cause_id=issued).order_by(Delivery.sequence).all()
        assert [each.state for each in told] == [DeliveryState.CANCELLED, DeliveryState.WAITING]
        assert "återkallat" in str(told[-1].payload)
        assert (told[-1].payload["points"], told[-1].payload["takes_back"]) == (None, True)
        assert afterwards.allow_another(session, coordinator, issued)
    deliver_due(parts)
    with database.reading() as session:
        first, second = certificates(session)
        assert (first.state, second.state) == (CertificateState.REVOKED, CertificateState.ISSUED)
        assert first.superseded_by_id is None


ACTS: dict[str, tuple[Callable[[Session, Actor, uuid.UUID, uuid.UUID], object], set[str]]] = {
    "ask for a correction": (
        lambda session, actor, issued, _: afterwards.request_correction(session, actor, issued, note="Again"),
        {"student", "teacher", "coordinator"},
    ),
    "approve it": (
        lambda session, actor, _, asked: afterwards.approve_correction(session, actor, asked),
        {"teacher", "coordinator"},
    ),
    "take the approval back": (
        lambda session, actor, _, asked: afterwards.take_back_approval(session, actor, asked),
        {"teacher", "coordinator"},
    ),
    "issue it anew": (
        lambda session, actor, _, asked: afterwards.issue_corrected(session, actor, asked),
        {"teacher", "coordinator"},
    ),
    "decline it": (
        lambda session, actor, _, asked: afterwards.decline_correction(session, actor, asked, reply="No"),
        {"teacher", "coordinator"},
    ),
    "let another follow": (
        lambda session, actor, issued, _: afterwards.allow_another(session, actor, issued),
        {"coordinator"},
    ),
    "revoke": (
        lambda session, actor, issued, _: afterwards.revoke(
            session, actor, issued, reason=RevokeReason.ERROR
        ),
        {"coordinator"},
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_for_those_who_may(database: Database, issued: uuid.UUID, act: str) -> None:
    do, may = ACTS[act]
    asked = asked_for(database, issued, note="The date.")
    for role in Role:
        with database.writing() as session:
            actor = actor_for(session, issued, role)
            try:
                do(session, actor, issued, asked)
            except (NotAllowed, NotFound):
                assert role.value not in may
            except Conflict:
                assert role.value in may
            else:
                assert role.value in may
            session.rollback()


def test_nobody_of_another_university_or_course_comes_near(database: Database, issued: uuid.UUID) -> None:
    asked = asked_for(database, issued, note="The date.")
    with database.writing() as session:
        elsewhere = world.a_course(session, world.an_institution(session, "Umeå universitet"))
        stranger = world.an_actor(world.a_person(session, elsewhere), elsewhere, Role.COORDINATOR)
        other = world.a_course(session, title="Another course")
        teacher = world.an_actor(world.a_person(session, other), other, Role.TEACHER)
        for actor in (stranger, teacher):
            for do, _ in ACTS.values():
                with pytest.raises(NotFound):
                    do(session, actor, issued, asked)


def test_who_is_also_a_teacher_does_not_decide_on_her_own_certificate(
    database: Database, issued: uuid.UUID
) -> None:
    asked = asked_for(database, issued, new_name="Dr Åsa Öberg")
    with database.writing() as session:
        found = session.get_one(Certificate, issued)
        portfolio = session.get_one(Portfolio, found.portfolio_id)
        course = session.get_one(Course, portfolio.course_id)
        both = world.an_actor(
            session.get_one(Person, portfolio.person_id), course, Role.STUDENT, Role.TEACHER, Role.COORDINATOR
        )
        with pytest.raises(NotAllowed):
            afterwards.approve_correction(session, both, asked)
        with pytest.raises(NotAllowed):
            afterwards.revoke(session, both, issued, reason=RevokeReason.ERROR)
