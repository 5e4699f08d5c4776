"""What pages ask: how near a certificate is, the one that stands, what a stranger sees, what hinders it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from lti_app.certificates.models import Certificate, CertificateState
from lti_app.certificates.queries import certificate_of, last_of, order_key, public_view, standing_of
from lti_app.certificates.stages import state_of
from lti_app.db import Database
from lti_app.jobs import outbox
from lti_app.jobs.models import DeliveryState
from lti_app.jobs.reasons import Reason
from lti_app.portfolio.models import Item, Portfolio
from lti_app.portfolio.states import ItemState
from tests import world
from tests.unit.certificates.earned import ISSUED_ON, earned, facts


def issued(
    session: Session, portfolio: Portfolio, code: str = "7K3MQ9ZX4TBA", number: str = "1"
) -> Certificate:
    printed = facts(session, portfolio).to_json()
    return world.a_certificate(session, portfolio, number=number, code=code, facts=printed)


def test_four_things_are_left_at_first_and_none_at_last(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        begun = world.a_portfolio(session, world.a_person(session, course), course)
        assert standing_of(session, begun.id).left == 4
        assert not standing_of(session, begun.id).is_earned
        done = world.an_earned_portfolio(session, world.a_person(session, course), course)
        assert standing_of(session, done.id).left == 0
        assert standing_of(session, done.id).is_earned


@pytest.mark.parametrize(
    "state", [ItemState.DRAFT, ItemState.SUBMITTED, ItemState.RETURNED, ItemState.DECLINED]
)
def test_only_what_is_approved_counts(database: Database, state: ItemState) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        for item in session.query(Item):
            item.state = state
        session.flush()
        standing = standing_of(session, portfolio.id)
        assert (standing.requirements_met, standing.report_approved, standing.presentation_approved) == (
            False,
            False,
            False,
        )
        assert standing.name_confirmed


def test_only_the_certificate_that_stands_is_the_portfolios(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        assert certificate_of(session, portfolio.id) is None
        made = issued(session, portfolio)
        found = certificate_of(session, portfolio.id)
        assert found is not None
        assert (found.id, found.holder_name, found.code) == (made.id, "Åsa Maria Öberg", made.code)
        made.state, made.revoked_at, made.revoke_reason = CertificateState.REVOKED, made.issued_at, "why"
        session.flush()
        assert certificate_of(session, portfolio.id) is None


def test_the_one_that_stands_is_the_last_whatever_the_clock_said(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        first = issued(session, portfolio)
        first.state, first.revoked_at, first.revoke_reason = CertificateState.REVOKED, first.issued_at, "why"
        session.flush()
        second = issued(session, portfolio, code="7" * 12, number="2")
        second.issued_at -= timedelta(days=3)
        session.flush()
        assert last_of(session, portfolio.id) is second


def test_a_stranger_sees_no_name_but_its_first_letters(database: Database) -> None:
    with database.writing() as session:
        made = issued(session, earned(session))
        seen = public_view(session, made.code)
    assert seen is not None
    assert seen.masked_name == "Å•• M•••• Ö••••"
    assert (seen.state, seen.number, seen.issued_on) == ("issued", "1", ISSUED_ON)
    assert "Öberg" not in repr(seen)
    assert seen.issuer.en == "Lund University"


def test_an_unknown_or_malformed_code_is_nobodys(database: Database) -> None:
    with database.writing() as session:
        issued(session, earned(session))
        for code in ("000000000000", "", "-", "%", "7K3MQ9ZX4TB_"):
            assert public_view(session, code) is None


def test_a_superseded_certificate_names_its_successor_and_a_revoked_one_its_day(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        old = issued(session, portfolio)
        successor_id = uuid.uuid4()
        old.state, old.superseded_by_id = CertificateState.SUPERSEDED, successor_id
        session.flush()
        new = issued(session, portfolio, "AAAABBBBCCCC", "2")
        old.superseded_by_id = new.id
        session.flush()
        seen = public_view(session, old.code)
        assert seen is not None
        assert (seen.state, seen.successor_code) == ("superseded", "AAAABBBBCCCC")
        day = datetime(2026, 12, 1, tzinfo=UTC)
        new.state, new.revoked_at, new.revoke_reason = CertificateState.REVOKED, day, "misprint"
        session.flush()
        gone = public_view(session, new.code)
        assert gone is not None
        assert (gone.state, gone.revoked_at, gone.successor_code) == ("revoked", day, "")


def test_what_an_attempt_stumbled_over_is_told_until_it_is_over(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        assert state_of(session, portfolio.id).hindrance is None
        queued = outbox.enqueue(
            session,
            kind="certificate.issue",
            payload={},
            institution_id=portfolio.institution_id,
            order_key=order_key(portfolio.id),
        )
        assert state_of(session, portfolio.id).hindrance is None
        queued.state, queued.finished_at = DeliveryState.FAILED, queued.created_at + timedelta(minutes=1)
        queued.reason = "It does not fit.\nthe name"
        session.flush()
        found = state_of(session, portfolio.id).hindrance
        assert found is not None
        assert (found.is_failed, found.reason) == (True, Reason("It does not fit.", detail="the name"))
        queued.state, queued.reason = DeliveryState.CANCELLED, "It was undone."
        session.flush()
        assert state_of(session, portfolio.id).hindrance is None
