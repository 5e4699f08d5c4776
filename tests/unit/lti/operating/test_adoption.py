"""A platform with a new client id takes over people, courses and work of the old one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Base, Database
from lti_app.jobs.models import Delivery
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.gradebook import WantedLineItem
from lti_app.lti.ags.models import ChangedGrade, LineItem, LineItemKind, ScoreClock
from lti_app.lti.models import CourseHint, LoginState
from lti_app.lti.nrps.models import RosterReading
from lti_app.lti.operating.adoption import Adopted, adopt
from lti_app.lti.operating.twins import _NO_WORK
from lti_app.people.models import (
    Course,
    Deployment,
    Enrolment,
    Observation,
    Person,
    Platform,
    RoleGrant,
)
from lti_app.people.roles import Role
from lti_app.portfolio.models import Portfolio
from lti_app.schemes.models import CourseSetup
from lti_app.tables import ALL_MODELS
from lti_app.web.models import LaunchSession
from lti_app.web.sessions import NewLaunch, open_launch
from tests import world

assert ALL_MODELS
OLD, NEW = "10000000000001", "10000000000002"


@dataclass(frozen=True)
class Before:
    """The old platform with a student's work, and the new one, freshly registered."""

    old: Platform
    new: Platform
    course: Course
    student: Person
    portfolio: Portfolio


@pytest.fixture
def before(database: Database) -> Before:
    with database.writing() as session:
        old, new = world.a_platform(session, client_id=OLD), world.a_platform(session, client_id=NEW)
        world.a_deployment(session, old)
        course = world.a_running_course(session)
        student = world.a_person(session, course)
        portfolio = world.a_portfolio(session, student, course)
        world.a_submitted_item(session, portfolio)
        return Before(old, new, course, student, portfolio)


def adopted(database: Database, old: str = OLD, new: str = NEW) -> Adopted:
    with database.writing() as session:
        return adopt(session, old, new)


def twin_course(session: Session, before: Before) -> Course:
    """What a launch from the new platform has made of the same course."""
    course = world.a_course(session, platform=session.get_one(Platform, before.new.id))
    course.context_id = before.course.context_id
    session.flush()
    return course


def twin_person(session: Session, before: Before, course: Course, role: Role = Role.STUDENT) -> Person:
    """What a launch from the new platform has made of the same student."""
    person = world.a_person(session, course, role)
    person.sub = before.student.sub
    session.flush()
    return person


def test_everything_moves_and_the_old_platform_is_paused(database: Database, before: Before) -> None:
    with database.writing() as session:
        opened = world.an_actor(before.student, before.course)
        open_launch(session, NewLaunch(opened, "en", "", ""))
    done = adopted(database)
    assert (done.people, done.courses, done.deployments, done.merged) == (2, 1, 1, 0)
    with database.reading() as session:
        for model in (Person, Course, Deployment, LaunchSession):
            assert set(session.scalars(select(model.platform_id))) == {before.new.id}
        assert session.get_one(Person, before.student.id).sub == before.student.sub
        assert session.get_one(Portfolio, before.portfolio.id).person_id == before.student.id
        assert session.get_one(CourseSetup, before.course.id)
        assert not session.get_one(Platform, before.old.id).is_active
        assert session.get_one(Platform, before.new.id).is_active


def test_ids_name_platforms_as_client_ids_do(database: Database, before: Before) -> None:
    assert adopted(database, str(before.old.id), str(before.new.id)).people == 2


def test_what_a_first_launch_from_the_new_one_made_is_merged(database: Database, before: Before) -> None:
    with database.writing() as session:
        course = twin_course(session, before)
        course.title, course.lineitems_url = "Nytt namn", "https://new.test/line_items"
        person = twin_person(session, before, course, Role.TEACHER)
        open_launch(session, NewLaunch(world.an_actor(person, course, Role.TEACHER), "en", "", ""))
        session.add(
            Observation(
                observer_id=person.id,
                course_id=course.id,
                sub="somebody",
                institution_id=course.institution_id,
            )
        )
        session.add(CourseHint(course_id=course.id, institution_id=course.institution_id))
        session.add(RosterReading(course_id=course.id, institution_id=course.institution_id))
        session.add(
            Delivery(
                institution_id=course.institution_id,
                course_id=course.id,
                kind="nrps.roster",
                payload={},
                order_key="roster",
            )
        )
        session.add(
            RoleGrant(institution_id=course.institution_id, person_id=person.id, role=Role.COORDINATOR)
        )
    assert adopted(database).merged == 2
    with database.reading() as session:
        kept = session.scalars(select(Course)).one()
        assert (kept.id, kept.platform_id) == (before.course.id, before.new.id)
        assert (kept.title, kept.lineitems_url) == ("Nytt namn", "https://new.test/line_items")
        assert session.get(Person, person.id) is None
        roles = select(Enrolment.role).where(Enrolment.person_id == before.student.id)
        assert set(session.scalars(roles)) == {Role.STUDENT, Role.TEACHER}
        visit = session.scalars(select(LaunchSession)).one()
        assert (visit.person_id, visit.course_id) == (before.student.id, before.course.id)
        assert session.scalars(select(RoleGrant.person_id)).all() == [before.student.id]


def test_of_the_same_enrolment_the_later_word_counts(database: Database, before: Before) -> None:
    with database.writing() as session:
        course = twin_course(session, before)
        person = twin_person(session, before, course)
        session.execute(
            update(Enrolment)
            .where(Enrolment.person_id == before.student.id)
            .values(is_active=False, seen_at=now() - timedelta(days=100))
        )
    adopted(database)
    with database.reading() as session:
        enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == before.student.id)).one()
        assert enrolment.is_active
        assert session.get(Person, person.id) is None


def test_work_begun_under_the_new_one_is_kept_when_the_old_has_none(
    database: Database, before: Before
) -> None:
    """Somebody who had only looked in before: her twin is the one with the portfolio."""
    with database.writing() as session:
        looked_in = world.a_person(session, before.course, name="Ylva Ny")
        elsewhere = world.a_course(session, platform=session.get_one(Platform, before.new.id))
        world.a_setup(session, elsewhere)
        begun = world.a_person(session, elsewhere, name="Ylva Ny")
        begun.sub = looked_in.sub
        portfolio = world.a_portfolio(session, begun, elsewhere)
    assert adopted(database).merged == 1
    with database.reading() as session:
        assert session.get(Person, looked_in.id) is None
        assert session.get_one(Portfolio, portfolio.id).person_id == begun.id
        courses = select(Enrolment.course_id).where(Enrolment.person_id == begun.id)
        assert set(session.scalars(courses)) == {before.course.id, elsewhere.id}


def test_work_on_both_sides_is_refused_and_named_and_nothing_changes(
    database: Database, before: Before
) -> None:
    with database.writing() as session:
        elsewhere = world.a_course(session, platform=session.get_one(Platform, before.new.id))
        person = twin_person(session, before, elsewhere)
        portfolio = world.a_portfolio(session, person, elsewhere)
        # One scheme has one portfolio of a person: these two could never be one person's.
        assert portfolio.scheme_id == before.portfolio.scheme_id
    with pytest.raises(ValueError, match=f"work of the person with sub '{before.student.sub}'"):
        adopted(database)
    with database.reading() as session:
        assert session.get_one(Platform, before.old.id).is_active
        assert session.get_one(Person, before.student.id).platform_id == before.old.id


def test_a_course_set_up_on_both_sides_is_refused_by_its_title(database: Database, before: Before) -> None:
    with database.writing() as session:
        world.a_setup(session, twin_course(session, before))
    with pytest.raises(ValueError, match="work in the course 'Internationella meriter'"):
        adopted(database)


def test_line_items_move_with_their_course_and_unused_ones_of_a_twin_give_way(
    database: Database, before: Before
) -> None:
    wanted = [WantedLineItem(kind, kind.value, 3) for kind in LineItemKind]
    with database.writing() as session:
        gradebook.connect_line_items(session, course=before.course, wanted=wanted[:2])
        kept = set(session.scalars(select(LineItem.id)))
        gradebook.connect_line_items(session, course=twin_course(session, before), wanted=wanted[1:])
    adopted(database)
    with database.reading() as session:
        items = session.scalars(select(LineItem)).all()
        assert {each.course_id for each in items} == {before.course.id}
        assert {each.kind for each in items} == set(LineItemKind)
        assert kept < {each.id for each in items}


def test_grades_that_were_only_read_back_are_no_work(database: Database, before: Before) -> None:
    """A teacher has graded at the platform what the tool was never asked to tell."""
    wanted = [WantedLineItem(LineItemKind.ACTIVITIES, "A", 3)]
    with database.writing() as session:
        here = session.get_one(Course, before.course.id)
        gradebook.connect_line_items(session, course=here, wanted=wanted)
        there = twin_course(session, before)
        somebody = twin_person(session, before, there)
        gradebook.connect_line_items(session, course=there, wanted=wanted)
        for item in session.scalars(select(LineItem)).all():
            session.add(
                ChangedGrade(line_item_id=item.id, person_id=somebody.id, institution_id=item.institution_id)
            )
    assert adopted(database).merged == 2
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LineItem)) == 1
        assert session.scalar(select(func.count()).select_from(ChangedGrade)) == 0


def test_line_items_that_were_scored_on_are_work(database: Database, before: Before) -> None:
    wanted = [WantedLineItem(LineItemKind.ACTIVITIES, "A", 3)]
    with database.writing() as session:
        course = twin_course(session, before)
        (item,) = gradebook.connect_line_items(session, course=course, wanted=wanted)
        person = world.a_person(session, course)
        session.add(ScoreClock(line_item_id=item.id, person_id=person.id, last_timestamp=now()))
    with pytest.raises(ValueError, match="work in the course"):
        adopted(database)


def test_a_deployment_that_both_know_stays_approved(database: Database, before: Before) -> None:
    with database.writing() as session:
        new = session.get_one(Platform, before.new.id)
        session.add(Deployment(platform_id=new.id, deployment_id="1:deployment"))
        actor = world.an_actor(session.get_one(Person, before.student.id), before.course)
        came_by = select(Deployment.id).where(Deployment.platform_id == before.old.id)
        open_launch(session, NewLaunch(actor, "sv", "", "", deployment_id=session.scalars(came_by).one()))
    assert adopted(database).deployments == 0
    with database.reading() as session:
        found = session.scalars(select(Deployment)).one()
        assert session.scalars(select(LaunchSession.deployment_id)).all() == [found.id]
        assert (found.platform_id, found.is_approved) == (before.new.id, True)
        assert found.institution_id == before.course.institution_id


def test_a_new_deployment_at_an_institution_that_the_old_never_served_is_in_the_way(
    database: Database, before: Before
) -> None:
    """Its launches would look for people where nobody is."""
    with database.writing() as session:
        new, other = session.get_one(Platform, before.new.id), world.an_institution(session, "Malmö")
        world.a_deployment(session, new, other, deployment_id="2:new")
    with pytest.raises(ValueError, match="'2:new' of the new platform belongs to 'Malmö'"):
        adopted(database)


def test_people_of_other_institutions_and_platforms_stay(database: Database, before: Before) -> None:
    with database.writing() as session:
        third = world.a_platform(session, client_id="3")
        theirs = world.a_person(session, world.a_course(session, platform=third))
        theirs.sub = before.student.sub
    adopted(database)
    with database.reading() as session:
        assert session.get_one(Person, theirs.id).platform_id == third.id


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (OLD, OLD, "cannot adopt itself"),
        ("17", NEW, "no platform '17'"),
        (OLD, str(uuid.uuid4()), "no platform"),
    ],
)
def test_what_names_no_two_platforms_is_refused(
    old: str, new: str, said: str, database: Database, before: Before
) -> None:
    with pytest.raises(ValueError, match=said):
        adopted(database, old, new)


def test_a_client_id_of_two_issuers_is_not_clear(database: Database, before: Before) -> None:
    with database.writing() as session:
        world.a_platform(session, issuer="https://other.test", client_id=OLD)
    with pytest.raises(ValueError, match="Several platforms"):
        adopted(database)


def test_every_table_that_names_a_platform_is_thought_of() -> None:
    """Moved, dropped or left on purpose: a new table with a platform needs a decision here."""
    naming = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.column.table.name == "platform" for key in table.foreign_keys)
    }
    moved, dropped = (
        {"person", "course", "deployment", "launch_session"},
        {"login_state", "deep_link_request"},
    )
    about_the_registration_itself = {"invitation", "launch_failure", "brand"}
    assert naming == moved | dropped | about_the_registration_itself


def test_what_counts_as_no_work_exists() -> None:
    for kind, tables in _NO_WORK.items():
        for name in tables:
            table = Base.metadata.tables[name]
            assert any(key.column.table.name == kind for key in table.foreign_keys), (kind, name)


def test_adopting_a_platform_that_nobody_came_from_just_pauses_it(database: Database) -> None:
    with database.writing() as session:
        world.a_platform(session, client_id=OLD)
        world.a_platform(session, client_id=NEW)
    done = adopted(database)
    assert (done.people, done.courses, done.deployments, done.merged) == (0, 0, 0, 0)
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(~Platform.is_active)) == 1


def test_nobody_logs_in_or_arrives_while_a_platform_is_adopted(database: Database, before: Before) -> None:
    """Else a visit may be opened by a deployment that goes. (On SQLite nobody else writes anyway.)"""
    if database.engine.dialect.name != "postgresql":
        return
    row = {
        "state": "s",
        "nonce": "n",
        "platform_id": before.old.id,
        "browser_hash": "h",
        "target_link_uri": "https://t",
        "expires_at": now(),
    }
    with database.writing() as session:
        adopt(session, OLD, NEW)
        with database.engine.connect() as other:
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                other.execute(insert(LoginState).values(row))
