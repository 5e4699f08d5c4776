"""What pages ask: how near a certificate is, the one that stands, what a stranger sees; the facts."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import Certificate, CertificateState
from lti_app.certificates.permissions import PERMISSIONS
from lti_app.certificates.queries import (
    certificate_of,
    hindrance_of,
    order_key,
    owned_of,
    public_view,
    standing_of,
)
from lti_app.certificates.snapshot import facts_of
from lti_app.db import Database
from lti_app.errors import NotFound
from lti_app.jobs import outbox
from lti_app.jobs.models import DeliveryState
from lti_app.people.actors import Actor, require
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.storage.models import StoredFile
from tests import world

ISSUED_ON = date(2026, 11, 21)


def earned(session: Session, name: str = "Åsa Maria Öberg") -> Portfolio:
    course = world.a_course(session)
    return world.an_earned_portfolio(session, world.a_person(session, course, name=name), course)


def facts(session: Session, portfolio: Portfolio) -> CertificateFacts:
    return facts_of(
        session, portfolio, number="CIM-2026-000001", code="7" * 12, verify_url="u", issued_on=ISSUED_ON
    )


def issued(
    session: Session, portfolio: Portfolio, code: str = "7K3MQ9ZX4TBA", number: str = "1"
) -> Certificate:
    file = StoredFile(
        institution_id=portfolio.institution_id,
        key=code,
        media_type="application/pdf",
        size_bytes=1,
        sha256="0" * 64,
    )
    session.add(file)
    session.flush()
    made = Certificate(
        institution_id=portfolio.institution_id,
        portfolio_id=portfolio.id,
        number=number,
        code=code,
        facts=facts(session, portfolio).to_json(),
        stored_file_id=file.id,
    )
    session.add(made)
    session.flush()
    return made


# --- how near


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


# --- the facts


def test_the_facts_are_what_the_submission_froze_and_not_what_the_item_became(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        before = facts(session, portfolio)
        for item in session.query(Item).filter_by(kind=ItemKind.ACTIVITY):
            item.title, item.starts_on, item.ends_on = "Something else", None, None
        session.flush()
        assert facts(session, portfolio) == before
        assert {merit.title for merit in before.merits} == {
            "conference_abroad",
            "language_cafe",
            "journal_club",
        }


def test_of_several_submissions_the_last_decided_one_is_printed(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        item = session.query(Item).filter_by(type_code="language_cafe").one()
        first = session.query(Submission).filter_by(item_id=item.id).one()
        for revision, state, title in ((2, "decided", "Second"), (3, "withdrawn", "Third")):
            session.add(
                Submission(
                    institution_id=item.institution_id,
                    item_id=item.id,
                    course_id=portfolio.course_id,
                    revision=revision,
                    snapshot=first.snapshot | {"title": title},
                    state=state,
                )
            )
        session.flush()
        titles = {merit.title for merit in facts(session, portfolio).merits}
        assert titles == {"conference_abroad", "Second", "journal_club"}


def test_what_is_not_approved_is_not_printed(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        world.a_submitted_item(session, portfolio, "virtual_tour", state=ItemState.DECLINED)
        world.a_submitted_item(session, portfolio, "exchange_blog", state=ItemState.SUBMITTED)
        assert len(facts(session, portfolio).merits) == 3


@pytest.mark.parametrize(
    ("attributes", "place"),
    [
        ({"event": "AMEE", "country": "NO"}, "AMEE, Norge / Norway"),
        ({"event": "AMEE", "country": "KE"}, "AMEE, Kenya"),
        ({"country": "DE"}, "Tyskland / Germany"),
        ({"event": "AMEE"}, "AMEE"),
        ({}, ""),
        ({"event": "x" * 500}, "x" * 119 + "…"),
    ],
)
def test_where_a_merit_was_is_told_by_what_was_filled_in(
    database: Database, attributes: dict[str, str], place: str
) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        portfolio = world.a_portfolio(session, world.a_person(session, course), course)
        world.a_submitted_item(session, portfolio, "conference_abroad", attributes=attributes)
        (merit,) = facts(session, portfolio).merits
    assert merit.place == place
    assert (merit.setting, merit.setting_label.sv) == ("abroad", "Utomlands")
    assert (merit.starts_on, merit.ends_on) == (date(2026, 3, 2), date(2026, 3, 6))


def test_the_facts_survive_their_storing(database: Database) -> None:
    with database.writing() as session:
        made = facts(session, earned(session))
    assert CertificateFacts.from_json(made.to_json()) == made


# --- the certificate


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
        for code in ("000000000000", None, "", "-", "%", "7K3MQ9ZX4TB_"):
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


# --- what stands in the way


def test_what_an_attempt_stumbled_over_is_told_until_it_is_over(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        assert hindrance_of(session, portfolio.id) is None
        queued = outbox.enqueue(
            session,
            kind="certificate.issue",
            payload={},
            institution_id=portfolio.institution_id,
            order_key=order_key(portfolio.id),
        )
        assert hindrance_of(session, portfolio.id) is None
        queued.state, queued.finished_at = DeliveryState.FAILED, queued.created_at + timedelta(minutes=1)
        queued.reason = "It does not fit.\nthe name"
        session.flush()
        found = hindrance_of(session, portfolio.id)
        assert found is not None
        assert (found.is_failed, found.reason, found.detail) == (True, "It does not fit.", "the name")
        queued.state, queued.reason = DeliveryState.CANCELLED, "It was undone."
        session.flush()
        assert hindrance_of(session, portfolio.id) is None


# --- who may look


def outcome(session: Session, actor: Actor, portfolio: Portfolio) -> str:
    try:
        require(PERMISSIONS, "certificate.see", actor, owned_of(session, portfolio.id))
    except NotFound:
        return "not found"
    return "sees"


def test_own_student_staff_of_the_course_and_coordinators_see_it_and_nobody_else(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        course = session.get_one(world.Course, portfolio.course_id)
        student = session.get_one(world.Person, portfolio.person_id)
        other_course = world.a_course(session)
        elsewhere = world.a_course(session, world.an_institution(session, "Umeå universitet"))
        staff = world.a_person(session, course, Role.TEACHER)
        stranger = world.a_person(session, elsewhere, Role.COORDINATOR)
        fellow = world.a_person(session, course)
        tester = world.a_person(session, course, is_test=True)
        seen = {
            "herself": world.an_actor(student, course),
            "herself from another course": world.an_actor(student, other_course),
            "her teacher": world.an_actor(staff, course, Role.TEACHER),
            "a coordinator without course": world.an_actor(staff, None, Role.COORDINATOR),
        }
        unseen = {
            "another student": world.an_actor(fellow, course),
            "a teacher of another course": world.an_actor(staff, other_course, Role.TEACHER),
            "a designer": world.an_actor(staff, course, Role.DESIGNER),
            "an observer": world.an_actor(staff, course, Role.OBSERVER),
            "herself as a designer": world.an_actor(student, course, Role.DESIGNER),
            "somebody without a role": Actor(
                course.institution_id, course.platform_id, staff.id, course.id, frozenset()
            ),
            "another institution's coordinator": world.an_actor(stranger, elsewhere, Role.COORDINATOR),
            "another institution's teacher": world.an_actor(stranger, elsewhere, Role.TEACHER),
            "a test student made teacher": world.an_actor(tester, course, Role.TEACHER),
        }
        for who, actor in (seen | unseen).items():
            assert outcome(session, actor, portfolio) == ("sees" if who in seen else "not found"), who


def test_a_teacher_of_a_course_where_something_was_submitted_sees_it_too(database: Database) -> None:
    """The student's page, which that teacher sees, leads here."""
    with database.writing() as session:
        portfolio = earned(session)
        earlier = world.a_course(session)
        teacher = world.a_person(session, earlier, Role.TEACHER)
        actor = world.an_actor(teacher, earlier, Role.TEACHER)
        assert outcome(session, actor, portfolio) == "not found"
        item = session.query(Item).filter_by(portfolio_id=portfolio.id).first()
        assert item is not None
        session.query(Submission).filter_by(item_id=item.id).update({"course_id": earlier.id})
        assert outcome(session, actor, portfolio) == "sees"
