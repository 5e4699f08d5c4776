"""The two sides meet: the small Canvas, served over HTTP, launches the tool as its course pages do."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.demo import LoginInitiation, SmallCanvas
from lti_app.people.models import Course, Person
from lti_app.settings import Settings
from tests.served_canvas import register, served_canvas


@pytest.fixture
def canvas(tmp_path: Path, settings: Settings, database: Database) -> Iterator[SmallCanvas]:
    """A small Canvas that the tool has been told of as an operator would."""
    with served_canvas(tmp_path / "canvas", settings, database) as canvas:
        register(canvas, settings, database)
        yield canvas


def log_in(client: FlaskClient, begun: LoginInitiation) -> str:
    """Where the browser is sent on to, when it has posted the login form and shown that it keeps cookies."""
    started = client.post(urlsplit(begun.action).path, data=dict(begun.fields))
    if started.location.startswith("/"):
        started = client.get(started.location)
    assert started.status_code == 302, started.text
    return started.location


def launch(
    client: FlaskClient, canvas: SmallCanvas, person: str, retrieve_url: str | None = None
) -> TestResponse:
    """Do what the browser does: login form, redirect to the platform, the form it answers with."""
    begun = canvas.start_launch(person, retrieve_url=retrieve_url)
    answered = requests.get(log_in(client, begun), timeout=10)
    assert answered.ok, answered.text
    action = re.search(r'<form[^>]*action="([^"]+)"', answered.text)
    assert action
    fields = {}
    for tag in re.findall(r"<input[^>]*>", answered.text):
        attributes = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if "name" in attributes:
            fields[attributes["name"]] = attributes.get("value", "")
    return client.post(urlsplit(unescape(action[1])).path, data=fields)


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
    person: str, role: str, client: FlaskClient, canvas: SmallCanvas, database: Database
) -> None:
    who = canvas.people.get(person)
    response = launch(client, canvas, person)
    assert response.status_code == 303, response.text
    landing = client.get(response.location, follow_redirects=True)
    assert f'data-role="{role}"' in landing.text
    assert who.name in landing.text
    with database.reading() as session:
        assert session.scalars(select(Person.sub)).one() == who.lti_id
        assert session.scalars(select(Course.lineitems_url)).one().startswith(canvas.config.base_url)


def test_speedgrader_leads_to_the_submission(client: FlaskClient, canvas: SmallCanvas) -> None:
    submission = uuid.uuid4()
    address = f"{canvas.config.tool_url}/lti/launch/submission/{submission}"
    response = launch(client, canvas, "tove", retrieve_url=address)
    assert response.location.endswith(str(submission))


def test_after_a_rotation_of_its_keys_canvas_still_launches(client: FlaskClient, canvas: SmallCanvas) -> None:
    assert launch(client, canvas, "asa").status_code == 303
    canvas.keys.rotate(canvas.now())
    assert launch(client, canvas, "asa").status_code == 303


def test_a_session_that_ended_meanwhile_is_explained(client: FlaskClient, canvas: SmallCanvas) -> None:
    other_hint = log_in(client, canvas.start_launch("asa")).replace("login_hint=", "login_hint=x")
    answered = requests.get(other_hint, timeout=10).text
    assert "login_required" in answered
    response = client.post("/lti/launch", data={"error": "login_required", "state": "x"})
    assert 'data-error-code="platform-login-required"' in response.text
