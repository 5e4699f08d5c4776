"""A student has two certificates, by two schemes, on one assignment: the marks stay as long as one stands."""

from __future__ import annotations

import uuid

import pytest

from lti_app.certificates.handing_in import hand_in_at
from lti_app.certificates.models import Certificate
from lti_app.db import Database
from lti_app.jobs.models import DeliveryState
from lti_app.people.models import Course, Person
from lti_app.people.roles import Role
from lti_app.portfolio.service import work_towards
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.service import set_up_course
from tests.unit.certificates.test_afterwards import actor_for, issued
from tests.unit.certificates.test_telling_every_course import (
    Moved,
    moved,
    portfolio_of,
    revoke,
    set_state,
    told,
    work_in,
)
from tests.unit.home.moving import certify
from tests.world import an_actor

__all__ = ["issued", "moved"]
Marks = tuple[str | None, bool]
FULL, ERASED = ("1", False), (None, True)


def by_another_scheme(database: Database, moved: Moved) -> uuid.UUID:
    """The id of another certificate of the same student, handed in in the first course only."""
    work_in(database, moved.certificate_id, moved.first)
    with database.writing() as session:
        course = session.get_one(Course, moved.first)
        set_up_course(
            session, actor_for(session, moved.certificate_id, Role.TEACHER), "malmo", "sjukskoterska"
        )
        holder = session.get_one(Person, portfolio_of(session, moved.certificate_id).person_id)
        scheme_id = session.get_one(CourseSetup, course.id).scheme_id
        other = work_towards(session, an_actor(holder, course), scheme_id)
        certify(session, other)
        session.flush()
        issued = session.query(Certificate).filter_by(portfolio_id=other.id).one()
        hand_in_at(session, other, issued, course.id)
        return issued.id


def marks(database: Database, certificate_id: uuid.UUID) -> dict[uuid.UUID | None, Marks]:
    """What each course was last told of it: points, and whether those of before are erased."""
    return {
        each.course_id: (each.payload["points"], each.payload["takes_back"])
        for each in told(database, certificate_id)
    }


@pytest.mark.parametrize("is_first_revoked_first", [True, False])
def test_the_full_marks_go_with_the_last_of_them(
    database: Database, moved: Moved, is_first_revoked_first: bool
) -> None:
    other = by_another_scheme(database, moved)
    first, last = (moved.certificate_id, other) if is_first_revoked_first else (other, moved.certificate_id)
    revoke(database, first)
    assert marks(database, first)[moved.first] == FULL
    assert "återkallat" in told(database, first)[-1].payload["comment"]
    revoke(database, last)
    assert marks(database, last)[moved.first] == ERASED
    assert marks(database, moved.certificate_id)[moved.second] == ERASED, "the other was never there"


@pytest.mark.parametrize("state", [DeliveryState.CANCELLED, DeliveryState.FAILED])
def test_one_that_did_not_get_there_keeps_no_marks(
    database: Database, moved: Moved, state: DeliveryState
) -> None:
    other = by_another_scheme(database, moved)
    set_state(database, other, state)
    revoke(database, moved.certificate_id)
    assert set(marks(database, moved.certificate_id).values()) == {ERASED}
