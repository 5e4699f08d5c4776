"""From the launch to the services and back, in a small Canvas: what an administrator, a clock or a teacher
there changes is said on the tool's pages in plain words.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lti_app.db import Database
from lti_app.lti.ags.models import LineItem
from lti_app.people.models import Course, Person
from tests.inspect_page import Page, page
from tests.journeys.in_canvas import SETUP, InCanvas

ACTIVITIES = "International merits: activities"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"


class Tool:
    """The tool as Tove sees it, in the launch she is in."""

    def __init__(self, school: InCanvas) -> None:
        self.school = school
        self.base = ""
        self.enter()

    def enter(self) -> None:
        """Open the tool from the course, again."""
        launched = self.school.launch("tove")
        assert launched.status_code == 303, launched.text
        self.base = launched.location.rstrip("/")

    def page(self, path: str) -> Page:
        response = self.school.client.get(self.base + path, follow_redirects=True)
        assert response.status_code == 200
        return page(response)

    def send(self, shown: Page, action: str, **fields: str) -> None:
        form = shown.form(action)
        done = self.school.client.post(self.base + action, data=form | fields)
        assert done.status_code == 303, done.text

    def set_up(self) -> None:
        """Choose Lund's scheme, and let the worker make the assignments."""
        self.send(self.page("/set-up/choose"), "/set-up/choose", **SETUP)
        self.school.work()


def test_the_class_is_there_before_anybody_has_come(school: InCanvas) -> None:
    tool = Tool(school)
    tool.set_up()
    before = tool.page("/class")
    assert "No students yet" in before.text
    tool.send(before, "/class/update")
    school.work()
    shown = tool.page("/class")
    assert "Åsa Öberg Has not opened the tool yet" in shown.text
    assert "joined." in shown.text
    school.landing("asa")
    assert "Åsa Öberg Not started" in tool.page("/class").text
    asa = school.canvas.people.get("asa")
    school.canvas.people.enrol(asa.id, 1, "StudentEnrollment", state="inactive")
    tool.send(shown, "/class/update")
    school.work()
    assert "Åsa Öberg" not in tool.page("/class").text
    assert "Åsa Öberg" in tool.page("/class?show=left").text


@pytest.mark.parametrize("privacy", ["public", "anonymous"])
def test_an_observer_sees_the_one_whom_canvas_names(
    school: InCanvas, database: Database, privacy: str
) -> None:
    """With little privacy by the claim, with much by the custom variable."""
    tool = Tool(school)
    tool.set_up()
    for person in ("asa", "bjorn"):
        school.landing(person)
    school.canvas.tools.change(school.canvas.tool.id, privacy_level=privacy)
    watching = page(school.landing("olle"))
    assert watching.h1 == "Students you observe"
    with database.reading() as session:
        subs = {login: school.canvas.people.get(login).lti_id for login in ("asa", "bjorn")}
        ids = {
            login: session.scalars(select(Person.id).where(Person.sub == sub)).one()
            for login, sub in subs.items()
        }
    assert [link for link in watching.links.values() if "/observed/" in link] == [
        link for link in watching.links.values() if link.endswith(str(ids["asa"]))
    ]
    seen = school.client.get(watching.links["Åsa Öberg"])
    assert page(seen).h1 == "Åsa Öberg"
    other = watching.links["Åsa Öberg"].replace(str(ids["asa"]), str(ids["bjorn"]))
    assert school.client.get(other).status_code == 404


def test_an_assignment_with_few_attempts_is_said_until_they_are_unlimited(
    school: InCanvas, database: Database
) -> None:
    tool = Tool(school)
    tool.set_up()
    assignment = school.canvas.assignment_named(ACTIVITIES)
    assert "attempts" not in tool.page("/set-up").text
    school.canvas.assignments.change(assignment.id, allowed_attempts=2)
    assert school.launch("tove", assignment_id=assignment.id).status_code == 303
    assert f"“{ACTIVITIES}” allows 2 attempts only." in tool.page("/set-up").text
    school.canvas.assignments.change(assignment.id, allowed_attempts=-1)
    school.launch("asa", assignment_id=assignment.id)
    assert "attempts only" not in tool.page("/set-up").text


def test_rights_that_are_missing_are_said_and_nothing_is_tried(school: InCanvas, database: Database) -> None:
    scopes = school.canvas.developer_key.scopes
    fewer = tuple(each for each in scopes if each != f"{AGS}score")
    school.canvas.tools.change_key(school.canvas.client_id, scopes=fewer)
    tool = Tool(school)
    tool.set_up()
    shown = tool.page("/set-up")
    assert "to create and update submission results (score)" in shown.text
    assert "(lineitem)" not in shown.text
    assert school.canvas.requests.all("/line_items") == []
    school.canvas.tools.change_key(school.canvas.client_id, scopes=scopes)
    tool.enter()
    again = tool.page("/set-up")
    tool.send(again, "/set-up/retry")
    school.work()
    with database.reading() as session:
        assert all(session.scalars(select(LineItem.url)))
    assert "The course is ready." in tool.page("/set-up").text


def test_the_right_to_read_grades_is_missed_politely(school: InCanvas, database: Database) -> None:
    scopes = tuple(each for each in school.canvas.developer_key.scopes if "result" not in each)
    school.canvas.tools.change_key(school.canvas.client_id, scopes=scopes)
    tool = Tool(school)
    tool.set_up()
    shown = tool.page("/set-up").text
    assert "The tool may not read grades back" in shown
    assert "The course is ready." in shown
    with database.reading() as session:
        assert session.scalars(select(Course.gradebook_scopes)).one() == "lineitem lineitem.readonly score"


def test_an_assignment_that_was_restored_is_found_by_its_own_launch(
    school: InCanvas, database: Database
) -> None:
    tool = Tool(school)
    tool.set_up()
    assignment = school.canvas.assignment_named(ACTIVITIES)
    with database.writing() as session:
        for each in session.scalars(select(LineItem)):
            each.gone_at = each.created_at
    assert "No longer there" in tool.page("/set-up").text
    school.launch("asa", assignment_id=assignment.id)
    assert tool.page("/set-up").text.count("No longer there") == 2
