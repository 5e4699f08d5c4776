"""A portfolio follows the version it began with until it is moved, and what moving it takes and leaves."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from lti_app.certificates.models import CertificateClaim
from lti_app.clock import now
from lti_app.errors import Conflict, NotFound
from lti_app.home.change_queries import changes_of
from lti_app.home.moving_queries import outcome_of
from lti_app.home.moving_service import move_portfolio
from lti_app.jobs.models import Delivery
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.people.roles import Role
from lti_app.portfolio.moves import PortfolioMove
from lti_app.portfolio.queries import progress_of
from lti_app.schemes.comparing import WHOLE
from lti_app.schemes.requirements import Count, Distinct, Filter
from tests import world
from tests.unit.home.moving import School, begun


def test_a_student_moves_where_nothing_is_lost(school: School) -> None:
    began_with = school.portfolio.scheme_version_id
    version = school.published(Distinct(2, "r"))
    move = move_portfolio(school.session, school.student, school.portfolio.id, version.id)
    assert move is not None
    assert (move.from_version_id, move.to_version_id) == (began_with, version.id)
    assert (move.moved_by_id, move.lost) == (school.student.person_id, [])
    assert school.portfolio.scheme_version_id == version.id
    assert move_portfolio(school.session, school.student, school.portfolio.id, version.id) is None
    assert len(school.session.scalars(select(PortfolioMove)).all()) == 1


def test_a_student_never_loses_what_is_met_unless_staff_confirm_each(school: School) -> None:
    version = school.published(Distinct(5, "r"))
    outcome = outcome_of(school.session, school.portfolio)
    assert outcome is not None
    assert outcome.would.lost == ("r", WHOLE)
    also_teaches = replace(school.student, roles=frozenset({Role.STUDENT, Role.TEACHER}))
    for actor, confirmed in (
        (school.student, ()),
        (also_teaches, ("r", WHOLE)),
        (school.student, ("r", WHOLE)),
        (school.teacher, ()),
        (school.teacher, ("r",)),
        (school.teacher, ("x", WHOLE)),
    ):
        with pytest.raises(Conflict) as refused:
            move_portfolio(school.session, actor, school.portfolio.id, version.id, confirmed=confirmed)
        assert refused.value.slug == "requirement-lost"
    assert progress_of(school.session, school.portfolio.id).met
    move = move_portfolio(
        school.session, school.teacher, school.portfolio.id, version.id, confirmed=("r", WHOLE)
    )
    assert move is not None
    assert move.lost == ["r", WHOLE]
    (told,) = changes_of(school.session, school.portfolio.id)
    assert (told.before, told.after, told.has_lost, told.by_id) == ("1", "2", True, school.teacher.person_id)
    assert not progress_of(school.session, school.portfolio.id).met


def test_only_the_newest_version_is_moved_to(school: School) -> None:
    older = school.published(Distinct(2, "r"))
    began_with = school.portfolio.scheme_version_id
    newest = school.published(Count(1, "r"))
    for version_id in (older.id, uuid.uuid4()):
        with pytest.raises(Conflict):
            move_portfolio(school.session, school.student, school.portfolio.id, version_id)
    move_portfolio(school.session, school.student, school.portfolio.id, newest.id)
    with pytest.raises(Conflict):
        move_portfolio(school.session, school.student, school.portfolio.id, began_with)


def test_nothing_moves_while_a_certificate_is_drawn(school: School) -> None:
    version = school.published(Count(1, "r"))
    held_until = now() + timedelta(hours=1)
    school.session.add(
        CertificateClaim(portfolio_id=school.portfolio.id, number="1", code="1" * 12, lease_until=held_until)
    )
    school.session.flush()
    with pytest.raises(Conflict) as refused:
        move_portfolio(school.session, school.teacher, school.portfolio.id, version.id)
    assert refused.value.slug == "already-certified"


def test_strangers_hear_of_no_portfolio(school: School) -> None:
    version = school.published(Count(1, "r"))
    other = world.a_course(school.session)
    classmate = begun(school.session, school.course)[0]
    roles = (Role.DESIGNER, Role.OBSERVER)
    strangers = [
        classmate,
        world.an_actor(world.a_person(school.session, other, Role.TEACHER), other, Role.TEACHER),
        *(
            world.an_actor(world.a_person(school.session, school.course, role), school.course, role)
            for role in roles
        ),
    ]
    for actor in strangers:
        with pytest.raises(NotFound):
            move_portfolio(school.session, actor, school.portfolio.id, version.id)


def test_where_nothing_counts_any_more_the_grade_is_taken_back(school: School) -> None:
    inside = {"institution_id": school.course.institution_id, "course_id": school.course.id}
    held = LineItem(
        **inside, kind=LineItemKind.ACTIVITIES, label="A", score_maximum=3, url="https://canvas.test/1"
    )
    school.session.add(held)
    school.session.flush()
    version = school.published(Count(1, "r", of=Filter(types=frozenset({"exchange_studies"}))))
    move_portfolio(school.session, school.teacher, school.portfolio.id, version.id, confirmed=("r", WHOLE))
    (told,) = school.session.scalars(select(Delivery)).all()
    assert (told.payload["points"], told.payload["takes_back"]) == (None, True)
