"""The two sides meet: the small Canvas, served over HTTP, launches the tool as its course pages do."""

from __future__ import annotations

import uuid

import pytest
import requests
from sqlalchemy import select

from lti_app.db import Database
from lti_app.people.models import Course, Person
from tests.journeys.in_canvas import InCanvas, log_in


@pytest.mark.parametrize(
    ("person", "role"),
    [
        ("asa", "student"),
        ("tove", "teacher"),
        ("tage", "teacher"),
        ("disa", "designer"),
        ("olle", "observer"),
    ],
)
def test_a_launch_from_the_course_menu_arrives(
    person: str, role: str, school: InCanvas, database: Database
) -> None:
    who = school.canvas.people.get(person)
    response = school.launch(person)
    assert response.status_code == 303, response.text
    landing = school.client.get(response.location, follow_redirects=True)
    assert f'data-role="{role}"' in landing.text
    assert who.name in landing.text
    with database.reading() as session:
        assert session.scalars(select(Person.sub)).one() == who.lti_id
        assert session.scalars(select(Course.lineitems_url)).one().startswith(school.canvas.config.base_url)


def test_speedgrader_leads_to_the_submission(school: InCanvas) -> None:
    submission = uuid.uuid4()
    address = f"{school.canvas.config.tool_url}/lti/launch/submission/{submission}"
    response = school.launch("tove", retrieve_url=address)
    assert response.location.endswith(str(submission))


def test_after_a_rotation_of_its_keys_canvas_still_launches(school: InCanvas) -> None:
    assert school.launch("asa").status_code == 303
    school.canvas.keys.rotate(school.canvas.now())
    assert school.launch("asa").status_code == 303


def test_a_session_that_ended_meanwhile_is_explained(school: InCanvas) -> None:
    other_hint = log_in(school.client, school.canvas.start_launch("asa")).replace(
        "login_hint=", "login_hint=x"
    )
    answered = requests.get(other_hint, timeout=60).text
    assert "login_required" in answered
    response = school.client.post("/lti/launch", data={"error": "login_required", "state": "x"})
    assert 'data-error-code="platform-login-required"' in response.text
