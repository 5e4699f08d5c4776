"""What else an erasure touches: deliveries, corrections, what may follow, the badge, the file."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lti_app.certificates import afterwards
from lti_app.certificates.badge.models import Credential
from lti_app.certificates.badge.queries import credential_of, revoked_in
from lti_app.certificates.erasing import REMOVE_BYTES, erase, remove_file
from lti_app.certificates.erasure import erasures
from lti_app.certificates.handing_in import hand_in
from lti_app.certificates.models import Certificate, CertificateState, Revocation, RevokeReason
from lti_app.certificates.queries import ISSUE
from lti_app.certificates.service import settle
from lti_app.certificates.stages import Stage, state_of
from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Conflict, NotFound
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.gradebook import SCORE
from lti_app.people.models import Institution
from lti_app.people.roles import Role
from lti_app.portfolio.models import Portfolio
from lti_app.storage.models import StoredFile
from lti_app.web.context import Parts
from tests.unit.certificates.issuing import certificates, deliver_due
from tests.unit.certificates.test_afterwards import actor_for, asked_for, issued

__all__ = ["issued"]
CANCELLED, FAILED, SENT, WAITING = (
    DeliveryState.CANCELLED,
    DeliveryState.FAILED,
    DeliveryState.SENT,
    DeliveryState.WAITING,
)


def told(session: Session, cause: uuid.UUID) -> list[Delivery]:
    found = session.query(Delivery).filter_by(cause_id=cause, kind=SCORE)
    return found.order_by(Delivery.sequence).all()


@pytest.mark.parametrize("state", [WAITING, FAILED])
def test_what_was_not_handed_in_yet_is_not_handed_in_any_more(
    database: Database, issued: uuid.UUID, state: DeliveryState
) -> None:
    with database.writing() as session:
        (waiting,) = told(session, issued)
        waiting.state, waiting.reason = state, "" if state is WAITING else "Canvas says no."
    with database.writing() as session:
        erase(session, issued)
    with database.writing() as session:
        (taken_back,) = told(session, issued)
        assert taken_back.state is CANCELLED
        assert taken_back.reason == "The certificate was erased before it left."
        found = session.get_one(Certificate, issued)
        hand_in(session, session.get_one(Portfolio, found.portfolio_id), found)
        assert len(told(session, issued)) == 1, "nor is it when an assignment is connected later"


def test_what_a_worker_holds_is_left_to_it_and_names_no_file_when_it_goes_again(
    database: Database, issued: uuid.UUID
) -> None:
    with database.writing() as session:
        (held,) = told(session, issued)
        held.lease_until = now() + timedelta(minutes=1)
    with database.writing() as session:
        erase(session, issued)
    with database.reading() as session:
        (held,) = told(session, issued)
        assert (held.state, held.payload["stored_file_id"]) == (WAITING, None)


def test_what_a_worker_let_go_of_by_dying_is_taken_back(database: Database, issued: uuid.UUID) -> None:
    with database.writing() as session:
        (orphaned,) = told(session, issued)
        orphaned.lease_until = now() - timedelta(minutes=1)
    with database.writing() as session:
        erase(session, issued)
    with database.reading() as session:
        assert [each.state for each in told(session, issued)] == [CANCELLED]


def test_that_it_was_revoked_is_told_all_the_same(database: Database, issued: uuid.UUID) -> None:
    with database.writing() as session:
        coordinator = actor_for(session, issued, Role.COORDINATOR)
        afterwards.revoke(session, coordinator, issued, reason=RevokeReason.HOLDER)
        erase(session, issued)
    with database.reading() as session:
        assert [each.state for each in told(session, issued)] == [CANCELLED, WAITING]


def test_revoking_it_afterwards_keeps_neither_its_bytes_nor_a_note(
    database: Database, issued: uuid.UUID
) -> None:
    with database.writing() as session:
        erase(session, issued)
        coordinator = actor_for(session, issued, Role.COORDINATOR)
        afterwards.revoke(session, coordinator, issued, reason=RevokeReason.HOLDER, note="Åsa says so.")
    with database.reading() as session:
        assert [each.state for each in session.query(Delivery).filter_by(kind=REMOVE_BYTES)] == [WAITING]
        assert session.get_one(Revocation, issued).note == ""


@pytest.mark.parametrize(("before", "after"), [(WAITING, CANCELLED), (FAILED, CANCELLED), (SENT, SENT)])
def test_what_staff_answered_to_a_correction_is_forgotten_with_it(
    database: Database, issued: uuid.UUID, before: DeliveryState, after: DeliveryState
) -> None:
    correction = asked_for(database, issued, new_name="Åsa Ek")
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        afterwards.decline_correction(session, teacher, correction, reply="Åsa heter Öberg.")
        (answer,) = told(session, correction)
        answer.state = before
        answer.finished_at = answer.created_at if before is SENT else None
    with database.writing() as session:
        erase(session, issued)
    with database.reading() as session:
        (answer,) = told(session, correction)
        assert (answer.state, answer.payload["comment"]) == (after, "")


def test_a_correction_that_could_not_be_issued_is_given_up_with_what_it_says_of_the_name(
    database: Database, parts: Parts, issued: uuid.UUID
) -> None:
    correction = asked_for(database, issued, new_name="Åsa Ek")
    with database.writing() as session:
        afterwards.approve_correction(session, actor_for(session, issued, Role.TEACHER), correction)
        failed = session.query(Delivery).filter_by(kind=ISSUE, cause_id=correction).one()
        failed.state, failed.reason = FAILED, "The name is too long.\nholder_name: Åsa Ek"
    with database.writing() as session:
        erase(session, issued)
        portfolio_id = session.get_one(Certificate, issued).portfolio_id
        assert not settle(session, portfolio_id)
    with database.reading() as session:
        given_up = session.query(Delivery).filter_by(kind=ISSUE, cause_id=correction).one()
        assert given_up.state is CANCELLED
        assert "Ek" not in given_up.reason
        assert state_of(session, portfolio_id).hindrance is None
    deliver_due(parts)
    with database.reading() as session:
        assert len(certificates(session)) == 1


def test_erasing_one_that_was_replaced_leaves_its_successor_alone(
    parts: Parts, database: Database, issued: uuid.UUID
) -> None:
    first = asked_for(database, issued, new_name="Åsa Ek")
    with database.writing() as session:
        afterwards.approve_correction(session, actor_for(session, issued, Role.TEACHER), first)
    deliver_due(parts)
    with database.reading() as session:
        (new,) = (each for each in certificates(session) if each.id != issued)
        (what,) = erasures(session, session.get_one(Certificate, issued).number)
        assert (what.state, what.others) == (CertificateState.SUPERSEDED, (new.number,))
    second = asked_for(database, new.id, new_name="Åsa Lind")
    with database.writing() as session:
        afterwards.approve_correction(session, actor_for(session, new.id, Role.TEACHER), second)
        erase(session, issued)
    deliver_due(parts)
    with database.reading() as session:
        old, middle, newest = certificates(session)
        assert (old.erased_at is not None, middle.erased_at, newest.erased_at) == (True, None, None)
        assert newest.state is CertificateState.ISSUED
        assert credential_of(session, newest.institution_id, newest.number) is not None


def test_an_erased_one_is_neither_corrected_nor_followed_but_can_be_revoked(
    database: Database, issued: uuid.UUID
) -> None:
    asked = asked_for(database, issued, note="The year is wrong.")
    with database.writing() as session:
        erase(session, issued)
    with database.writing() as session:
        coordinator = actor_for(session, issued, Role.COORDINATOR)
        with pytest.raises(NotFound):
            afterwards.approve_correction(session, coordinator, asked)
        with pytest.raises(Conflict):
            afterwards.request_correction(session, coordinator, issued, note="The day is wrong.")
        found = afterwards.revoke(session, coordinator, issued, reason=RevokeReason.ERROR)
        with pytest.raises(Conflict):
            afterwards.allow_another(session, coordinator, issued)
        (place,) = session.query(Credential).all()
        assert revoked_in(session, place.status_list) == [place.status_index]
        assert state_of(session, found.portfolio_id).stage is Stage.REVOKED


def test_who_decides_while_it_is_erased_finds_no_correction_any_more(
    database: Database, issued: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asked_for(database, issued, note="The year is wrong.")
    locked = afterwards._locked

    def overtaken(session: Session, *asking: Any) -> tuple[Certificate, Portfolio]:
        erase(session, issued)
        return locked(session, *asking)

    monkeypatch.setattr(afterwards, "_locked", overtaken)
    with database.writing() as session:
        teacher = actor_for(session, issued, Role.TEACHER)
        with pytest.raises(NotFound):
            afterwards.decline_correction(session, teacher, asked, reply="No.")


def test_one_that_may_be_followed_is_not_followed_once_it_is_erased(
    database: Database, issued: uuid.UUID
) -> None:
    with database.writing() as session:
        coordinator = actor_for(session, issued, Role.COORDINATOR)
        portfolio_id = afterwards.revoke(session, coordinator, issued, reason=RevokeReason.ERROR).portfolio_id
        assert afterwards.allow_another(session, coordinator, issued)
        erase(session, issued)
    with database.reading() as session:
        assert state_of(session, portfolio_id).stage is Stage.REVOKED, "nobody waits for what never comes"
        assert {each.state for each in session.query(Delivery).filter_by(kind=ISSUE)} == {SENT, CANCELLED}


def test_its_badge_is_gone_here_and_what_others_hold_of_it_stays_unrevoked(
    database: Database, issued: uuid.UUID
) -> None:
    with database.writing() as session:
        erase(session, issued)
    with database.reading() as session:
        found = session.get_one(Certificate, issued)
        assert credential_of(session, found.institution_id, found.number) is None
        (place,) = session.query(Credential).all()
        assert (place.json_ld, place.jwt, place.salt, place.revoked_at) == ("", "", "", None)
        assert revoked_in(session, place.status_list) == []


def test_the_file_is_removed_at_once_and_only_of_an_erased_one(
    parts: Parts, database: Database, issued: uuid.UUID
) -> None:
    with database.reading() as session:
        with pytest.raises(ValueError, match="is not erased"):
            remove_file(session, parts.storage, issued)
        key = session.get_one(StoredFile, session.get_one(Certificate, issued).stored_file_id).key
    parts.storage.open(key).close()
    with database.writing() as session:
        erase(session, issued)
    with database.reading() as session:
        for _ in range(2):
            remove_file(session, parts.storage, issued)
        assert session.query(Delivery).filter_by(kind=REMOVE_BYTES).count() == 1, "the worker looks, too"
    with pytest.raises(FileNotFoundError):
        parts.storage.open(key)


def test_a_number_is_looked_for_at_every_institution(database: Database, issued: uuid.UUID) -> None:
    with database.writing() as session:
        found = session.get_one(Certificate, issued)
        other = Institution(name="Malmö universitet")
        session.add(other)
        session.flush()
        assert [each.certificate_id for each in erasures(session, found.number)] == [issued]
        assert erasures(session, found.number, other.id) == []
        (what,) = erasures(session, found.number, found.institution_id)
    assert what.institution == "Lunds universitet"
    assert what.goes[1] == "3 merits"
