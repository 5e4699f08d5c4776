"""What a course may be set up as by what its launches said: nothing that does not hold at its institution."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.errors import NotFound
from lti_app.jobs.models import Delivery
from lti_app.lti.models import CourseHint
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.origins import carried_setup, earlier_setups
from lti_app.schemes.queries import bundled_schemes, setup_of
from lti_app.schemes.service import publish, set_up_as_carried
from tests.world import a_course, a_person, a_platform, a_setup, an_actor, an_institution

CODES = {"scheme_slug": "lund-medicine", "programme_code": "lakare"}


def hinted(session: Session, course: Course, **hint: Any) -> None:
    session.add(
        CourseHint(
            course_id=course.id, institution_id=course.institution_id, **{"earlier_contexts": []} | hint
        )
    )
    session.flush()


@pytest.mark.parametrize("role", [Role.STUDENT, Role.TEACHER, Role.DESIGNER])
def test_whoever_comes_first_sets_the_course_up_as_its_assignments_say(
    database: Database, role: Role
) -> None:
    with database.writing() as session:
        course = a_course(session)
        hinted(session, course, **CODES)
        actor = an_actor(a_person(session, course, role), course, role)
        assert set_up_as_carried(session, actor) is not None
        setup = setup_of(session, course.id)
        assert setup is not None
        assert (setup.scheme_slug, setup.programme_code) == ("lund-medicine", "lakare")
        assert [each.kind for each in session.scalars(select(Delivery))] == ["ags.find"]  # nothing is made


def test_what_a_teacher_has_chosen_stays(database: Database) -> None:
    with database.writing() as session:
        course = a_course(session)
        a_setup(session, course, programme="sjukskoterska")
        hinted(session, course, **CODES)
        set_up_as_carried(session, an_actor(a_person(session, course), course))
        assert session.scalars(select(CourseSetup.programme_code)).all() == ["sjukskoterska"]


@pytest.mark.parametrize(
    "codes",
    [
        {},
        {"scheme_slug": "no-such"},
        {"programme_code": "no-such"},
        {"scheme_slug": ""},
        {"programme_code": ""},
        {"scheme_slug": "only-elsewhere"},
        {"scheme_slug": "nurses-only"},
    ],
    ids=str,
)
def test_codes_that_do_not_hold_at_this_institution_are_nothing(
    database: Database, codes: dict[str, str]
) -> None:
    with database.writing() as session:
        course, elsewhere = a_course(session), an_institution(session, "KTH")
        lund = bundled_schemes()["lund-medicine"]
        publish(session, elsewhere.id, replace(lund, slug="only-elsewhere"))
        nurses = replace(lund, slug="nurses-only", programmes=("sjukskoterska",))
        publish(session, course.institution_id, nurses)
        if codes:
            hinted(session, course, **CODES | codes)
        actor = an_actor(a_person(session, course), course)
        assert carried_setup(session, course.institution_id, course.id) is None
        assert set_up_as_carried(session, actor) is None
        assert setup_of(session, course.id) is None


def test_outside_of_a_course_there_is_nothing_to_set_up(database: Database) -> None:
    with database.writing() as session:
        person = a_person(session, a_course(session))
        with pytest.raises(NotFound):
            set_up_as_carried(session, an_actor(person, None, Role.COORDINATOR))


def test_earlier_courses_are_offered_nearest_first(database: Database) -> None:
    with database.writing() as session:
        names = ("new", "near", "far", "idle", "of another institution's programme")
        course, near, far, idle, other = (a_course(session, title=name) for name in names)
        a_setup(session, near, programme="lakare")
        a_setup(session, far, programme="sjukskoterska")
        a_setup(session, other, programme="master_toxikologi")
        contexts = [idle.context_id, other.context_id, near.context_id, "gone", far.context_id]
        hinted(session, course, earlier_contexts=contexts)
        found = earlier_setups(session, course)
        assert [(each.course_title, each.programme_code) for each in found] == [
            ("near", "lakare"),
            ("far", "sjukskoterska"),
        ]


def test_courses_of_others_are_never_offered(database: Database) -> None:
    with database.writing() as session:
        course = a_course(session)
        foreign = a_course(session, an_institution(session, "KTH"), title="Hemlig")
        other_platform = a_course(
            session, platform=a_platform(session, issuer="https://moodle.test", client_id="2")
        )
        for each in (foreign, other_platform):
            a_setup(session, each)
        hinted(session, course, earlier_contexts=[foreign.context_id, other_platform.context_id])
        assert earlier_setups(session, course) == ()
