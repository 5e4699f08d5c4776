"""A portfolio says when the certificate was issued that stands for it, whatever happened before."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lti_app.certificates.lists import Shown, certificates_in
from lti_app.certificates.models import Certificate, CertificateState
from lti_app.certificates.permissions import Scope
from lti_app.db import Database
from lti_app.home.overview_queries import overview_of
from lti_app.people.models import Institution, Platform
from lti_app.portfolio.models import Portfolio
from tests import world

STUDENTS = 3
BEGAN_AT = datetime(2026, 1, 1, tzinfo=UTC)
Step = tuple[str, int]
ACTS = ("issue", "correct", "revoke", "rehome", "erase", "redate", "remove")
HISTORIES = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, STUDENTS - 1)),
    max_size=20,
)


class School:
    """Two courses that run one scheme, and students with a portfolio each; its clock never stands still."""

    def __init__(self, session: Session) -> None:
        self.session = session
        first = world.a_running_course(session)
        second = world.a_course(
            session,
            session.get_one(Institution, first.institution_id),
            session.get_one(Platform, first.platform_id),
        )
        self.courses = (first, second)
        world.a_setup(session, second)
        self.portfolios = [
            world.a_portfolio(session, world.a_person(session, first), first) for _ in range(STUDENTS)
        ]
        self.moment = BEGAN_AT

    def do(self, act: str, number: int) -> None:
        """What a service would do, if it can be done now."""
        portfolio = self.portfolios[number]
        standing = self.session.scalars(
            select(Certificate).filter_by(portfolio_id=portfolio.id, state=CertificateState.ISSUED)
        ).one_or_none()
        self.moment += timedelta(minutes=1)
        match act:
            case "issue" if standing is None:
                self.issue(portfolio, uuid.uuid4())
            case "correct" if standing is not None:
                successor = uuid.uuid4()
                standing.state, standing.superseded_by_id = CertificateState.SUPERSEDED, successor
                self.session.flush()
                self.issue(portfolio, successor)
            case "revoke" if standing is not None:
                standing.state, standing.revoke_reason = CertificateState.REVOKED, "error"
                standing.revoked_at = self.moment
            case "erase" if standing is not None:
                standing.erased_at = self.moment
            case "redate" if standing is not None:
                standing.issued_at = self.moment
            case "remove" if standing is not None:
                self.session.delete(standing)
            case "rehome":
                here = portfolio.course_id == self.courses[0].id
                portfolio.course_id = self.courses[here].id
        self.session.flush()

    def issue(self, portfolio: Portfolio, certificate_id: uuid.UUID) -> None:
        """A certificate for it."""
        word = certificate_id.hex[:12].upper()
        world.a_certificate(
            self.session, portfolio, number=word, code=word, id=certificate_id, issued_at=self.moment
        )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=HISTORIES)
@example(history=[("issue", 0), ("redate", 0)])
@example(history=[("issue", 0), ("remove", 0)])
def test_it_is_what_the_certificates_say_after_any_history(database: Database, history: list[Step]) -> None:
    with database.writing() as session:
        savepoint = session.begin_nested()
        school = School(session)
        for act, number in history:
            school.do(act, number)
        session.expire_all()
        told = {row.id: row.certified_at for row in session.scalars(select(Portfolio))}
        live = dict.fromkeys(told) | {
            row.portfolio_id: row.issued_at
            for row in session.scalars(select(Certificate).filter_by(state=CertificateState.ISSUED))
        }
        assert told == live
        for course in school.courses:
            check_lists(session, course.institution_id, course.id)
        savepoint.rollback()


def test_it_is_kept_while_a_dump_is_restored(database: Database) -> None:
    """PostgreSQL then looks for tables nowhere but where they are said to be."""
    schema = "main"
    with database.writing() as session:
        school = School(session)
        school.do("issue", 0)
        if database.engine.dialect.name == "postgresql":
            schema = "public"
            session.execute(text("SET LOCAL search_path = ''"))
        session.execute(text(f"UPDATE {schema}.certificate SET issued_at = '2026-02-01 00:00:00+00'"))
    with database.reading() as session:
        told = session.get_one(Portfolio, school.portfolios[0].id).certified_at
    assert told == datetime(2026, 2, 1, tzinfo=UTC)


def check_lists(session: Session, institution_id: uuid.UUID, course_id: uuid.UUID) -> None:
    """The lists of a course, a page at a time, and the coordinators' figure are what the rows say."""
    in_order = (Certificate.issued_at.desc(), Certificate.id.desc())
    every = select(Certificate).join(Portfolio).where(Portfolio.course_id == course_id)
    for shown, states in (
        (Shown.ISSUED, ["issued"]),
        (Shown.REVOKED, ["revoked"]),
        (Shown.ALL, [each.value for each in CertificateState]),
    ):
        wanted = every.where(Certificate.state.in_(states)).order_by(*in_order)
        numbers = [each.number for each in session.scalars(wanted)]
        assert listed(session, Scope(institution_id, course_id), shown) == numbers
    standing = every.where(Certificate.state == CertificateState.ISSUED)
    count = session.scalar(select(func.count()).select_from(standing.subquery()))
    figures = {row.course_id: row.certificates for row in overview_of(session, institution_id).rows}
    assert figures[course_id] == count


def listed(session: Session, scope: Scope, shown: Shown) -> list[str]:
    """Every number that a list shows, two to a page."""
    numbers: list[str] = []
    after = ""
    while True:
        page = certificates_in(session, scope, shown=shown, after=after, rows=2)
        numbers += [each.number for each in page.rows]
        after = page.next_cursor
        if not after:
            return numbers
