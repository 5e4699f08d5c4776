"""A course is copied in Canvas: its assignments bring scheme and programme along, and find their places."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import select

from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.people.models import Course
from lti_app.schemes.queries import setup_of
from tests.inspect_page import page
from tests.journeys.in_canvas import SETUP, InCanvas

COPY = 2


@pytest.fixture
def school(school: InCanvas) -> InCanvas:
    """A course with its three assignments, added by a teacher from a dialog and opened once."""
    kinds = [kind.value for kind in LineItemKind]
    school.add(school.picker(placement="link_selection"), kinds=kinds, **SETUP)
    school.publish_all()
    school.landing("tove", assignment_id=school.canvas.assignments.in_course(1)[0].id)
    school.work()
    return school


def copied(school: InCanvas, **form: str) -> None:
    answer = requests.post(
        f"{school.canvas.config.base_url}/as/tove/courses/1/copy", data={"people": "1"} | form, timeout=10
    )
    answer.raise_for_status()
    assert urlsplit(answer.url).path == f"/as/tove/courses/{COPY}"


def assignment_in_copy(school: InCanvas, name: str = "activities") -> int:
    return school.canvas.assignment_named(f"International merits: {name}", COPY).id


def bound(school: InCanvas, course_id: int) -> dict[LineItemKind, str]:
    """The line items' addresses that the tool has of a course, by kind."""
    here = f"{school.canvas.config.base_url}/api/lti/courses/{course_id}/"
    with school.database.reading() as session:
        rows = session.scalars(
            select(LineItem)
            .join(Course, Course.id == LineItem.course_id)
            .where(Course.lineitems_url.startswith(here))
        ).all()
    return {each.kind: each.url for each in rows}


@pytest.mark.parametrize("person", ["asa", "tove"])
def test_the_first_launch_of_an_assignment_sets_the_copy_up_whoever_comes(
    school: InCanvas, person: str
) -> None:
    copied(school)
    landing = school.landing(person, assignment_id=assignment_in_copy(school))
    assert page(landing).h1 in {"Lund, Medicine", "Lund, medicin", "Review queue"}
    with school.database.reading() as session:
        courses = session.scalars(select(Course)).all()
        setups = [setup_of(session, each.id) for each in courses]
    assert [each and (each.scheme_slug, each.programme_code) for each in setups] == [
        ("lund-medicine", "lakare")
    ] * 2


def test_the_copies_are_bound_to_their_own_columns_and_none_is_made(school: InCanvas) -> None:
    before = bound(school, 1)
    copied(school)
    school.landing("asa", assignment_id=assignment_in_copy(school))
    assert set(bound(school, COPY)) == {LineItemKind.ACTIVITIES}
    school.work()
    found = bound(school, COPY)
    assert set(found) == set(LineItemKind)
    remote = school.canvas.line_items.of_client(school.canvas.client_id, COPY)
    assert len(remote) == 3
    there = f"{school.canvas.config.base_url}/api/lti/courses/{COPY}/line_items"
    assert set(found.values()) == {f"{there}/{each.id}" for each in remote}
    assert bound(school, 1) == before


def test_copied_assignments_have_new_ids_and_the_same_custom_parameters(school: InCanvas) -> None:
    copied(school)
    first, second = (
        {link.title: link for link in school.canvas.links.in_course(course)} for course in (1, COPY)
    )
    assert {name: link.custom for name, link in first.items()} == {
        name: link.custom for name, link in second.items()
    }
    assert not {link.lti_id for link in first.values()} & {link.lti_id for link in second.values()}


def test_a_teacher_who_opens_the_copy_from_its_menu_is_offered_what_the_old_course_ran(
    school: InCanvas,
) -> None:
    copied(school, people="0")
    guide = school.landing("tove", course_id=COPY)
    shown = page(guide)
    assert shown.h1 == "Set up the certificate in this course"
    assert "This course is a copy of “Internationella meriter – Läkarprogrammet”" in shown.text
    offered = next(each for each in shown.root.all("form") if "Set up as in" in each.text)
    fields = {each.attributes["name"]: each.attributes["value"] for each in offered.all("input")}
    assert fields | SETUP == fields
    saved = school.client.post(guide.request.path, data=fields)
    assert saved.status_code == 303
    school.work()
    assert set(bound(school, COPY)) == set(LineItemKind)
    assert all(bound(school, COPY).values())
    assert len(school.canvas.line_items.of_client(school.canvas.client_id, COPY)) == 3


def test_a_student_who_opens_the_copy_from_its_menu_waits_for_the_teacher(school: InCanvas) -> None:
    copied(school)
    assert "has not been set up yet" in school.landing("bjorn", course_id=COPY).text


def test_codes_that_mean_nothing_here_are_ignored_and_the_teacher_is_asked(school: InCanvas) -> None:
    copied(school)
    with school.canvas.store.writing() as db:
        db.execute(
            "UPDATE resource_link SET custom = replace(custom, 'lund-medicine', 'no-such-scheme')"
            " WHERE course_id = ?",
            (COPY,),
        )
    landing = page(school.landing("tove", assignment_id=assignment_in_copy(school)))
    assert landing.h1 == "Set up the certificate in this course"


def test_an_account_administrator_gets_the_overview_outside_of_courses(school: InCanvas) -> None:
    overview = school.landing("astrid", placement="account_navigation")
    assert page(overview).h1 == "Courses of your institution"
    assert "Internationella meriter – Läkarprogrammet" in overview.text
    (course,) = page(overview).main.all("tbody")
    assert re.search(r"· since \d{1,2} \w+ 20\d\d\b", course.text)  # courses of one title are told apart


def test_outside_of_courses_the_tool_is_for_coordinators_only(school: InCanvas) -> None:
    refused = school.launch("tove", placement="account_navigation")
    assert refused.status_code == 403
    assert 'data-error-code="no-course"' in refused.text
