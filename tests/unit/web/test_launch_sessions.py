"""Launch sessions: which launch an address means, what proves it, and when it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.models import Person
from lti_app.people.roles import Role
from lti_app.web import sessions
from lti_app.web.frame import COOKIE, set_launch_cookie
from lti_app.web.models import LaunchSession
from lti_app.web.sessions import NewLaunch, open_launch
from tests import world
from tests.inspect_page import page
from tests.visit import Visit

MORNING = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
Visiting = Callable[..., Visit]


@dataclass
class People:
    """A student and a teacher of one course."""

    student: Actor
    teacher: Actor


@pytest.fixture
def people(database: Database) -> People:
    with database.writing() as session:
        course = world.a_course(session)
        student = world.a_person(session, course, name="Åsa Öberg")
        teacher = world.a_person(session, course, Role.TEACHER, name="Eva Ek")
        return People(world.an_actor(student, course), world.an_actor(teacher, course, Role.TEACHER))


def is_refused(visit: Visit) -> bool:
    response = visit.post("/language", {"language": "en"})
    assert response.status_code in {303, 401}
    if response.status_code == 401:
        assert page(response).main.attributes["data-error-code"] == "session-missing"
    return response.status_code == 401


def test_a_session_ends_eight_hours_after_its_last_use(visit: Visiting, people: People) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        opened = visit(people.student)
        clock.move_to(MORNING + 7 * HOUR)
        assert not is_refused(opened)
        clock.move_to(MORNING + 15 * HOUR - MINUTE)
        assert not is_refused(opened)
    with time_machine.travel(MORNING, tick=False) as clock:
        unused = visit(people.student)
        clock.move_to(MORNING + 8 * HOUR)
        assert is_refused(unused)


def test_a_session_ends_a_day_after_the_launch_however_much_it_is_used(
    visit: Visiting, people: People
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        opened = visit(people.student)
        for hours in (6, 12, 18, 23):
            clock.move_to(MORNING + hours * HOUR)
            assert not is_refused(opened)
        clock.move_to(MORNING + 24 * HOUR - MINUTE)
        assert not is_refused(opened)
        clock.move_to(MORNING + 24 * HOUR)
        assert is_refused(opened)


def test_a_page_that_is_used_all_the_time_is_not_written_down_each_time(
    visit: Visiting, people: People, database: Database
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        opened = visit(people.student)
        used = []
        for minutes in (1, 4, 6, 7):
            clock.move_to(MORNING + minutes * MINUTE)
            opened.get("/")
            with database.reading() as session:
                used.append((session.get_one(LaunchSession, opened.sid).last_used_at - MORNING) // MINUTE)
    assert used == [0, 0, 6, 6]


def test_an_ended_session_is_swept_by_a_later_launch(
    visit: Visiting, people: People, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_CLEAN_UP_ONE_IN", 1)
    with time_machine.travel(MORNING, tick=False) as clock:
        visit(people.student)
        clock.move_to(MORNING + 9 * HOUR)
        opened = visit(people.teacher)
    with database.reading() as session:
        assert [each.sid for each in session.query(LaunchSession)] == [opened.sid]


@pytest.mark.parametrize("cookie", ["", "wrong", "å\N{SNOWMAN}", "x" * 3000])
def test_a_wrong_cookie_proves_nothing(visit: Visiting, people: People, cookie: str) -> None:
    opened = visit(people.student)
    opened.client.set_cookie(COOKIE, cookie, path=f"/l/{opened.sid}/")
    assert is_refused(opened)


def test_no_cookie_or_another_launchs_cookie_proves_nothing(
    app: Flask, visit: Visiting, people: People
) -> None:
    student, teacher = visit(people.student), visit(people.teacher)
    assert app.test_client().get(student.path("/")).status_code == 401
    secret = student.client.get_cookie(COOKIE, path=f"/l/{student.sid}/")
    assert secret is not None
    thief = app.test_client()
    thief.set_cookie(COOKIE, secret.value, path="/")
    assert thief.get(teacher.path("/")).status_code == 401
    assert thief.get(student.path("/")).status_code in {200, 303}


@pytest.mark.parametrize("sid", ["x", "å", "a" * 5000, "%00", "..", "%2e%2e", "' OR 1=1 --"])
def test_an_unknown_launch_is_refused_whatever_it_is_called(client: FlaskClient, sid: str) -> None:
    assert client.get(f"/l/{sid}/").status_code in {400, 401, 404}


def test_two_people_side_by_side_in_one_browser_stay_themselves(visit: Visiting, people: People) -> None:
    student, teacher = visit(people.student, locale="sv"), visit(people.teacher, locale="en")
    for opened, name in ((student, "Åsa Öberg"), (teacher, "Eva Ek"), (student, "Åsa Öberg")):
        shown = opened.get("/certificate", follow_redirects=True).get_data(as_text=True)
        assert opened.client is student.client
        assert f"/l/{opened.sid}/" in opened.get("/").headers.get("Location", f"/l/{opened.sid}/")
        landing = opened.get("/", follow_redirects=True).get_data(as_text=True)
        assert name in landing + shown


def test_only_a_hash_of_the_secret_is_kept(visit: Visiting, people: People, database: Database) -> None:
    opened = visit(people.student)
    cookie = opened.client.get_cookie(COOKIE, path=f"/l/{opened.sid}/")
    assert cookie is not None
    with database.reading() as session:
        kept = session.query(LaunchSession).one()
        assert cookie.value not in [getattr(kept, column.name) for column in LaunchSession.__table__.columns]


def test_the_cookie_goes_to_its_own_launch_in_its_own_frame_only(app: Flask) -> None:
    response = app.make_response("")
    set_launch_cookie(response, "abc", "secret")
    parts = {part.strip() for part in response.headers["Set-Cookie"].split(";")}
    assert {"Path=/l/abc/", "Secure", "HttpOnly", "SameSite=None", "Partitioned", "Max-Age=86400"} <= parts
    assert not any(part.startswith("Domain") for part in parts)


@pytest.mark.parametrize("token", ["", "wrong", "å", "0" * 64])
def test_a_form_without_its_token_is_answered_by_a_page(visit: Visiting, people: People, token: str) -> None:
    opened = visit(people.student)
    response = opened.client.post(opened.path("/language"), data={"language": "sv", "csrf_token": token})
    assert response.status_code == 400
    assert page(response).main.attributes["data-error-code"] == "form-expired"


def test_a_token_is_good_for_its_own_launch_only(visit: Visiting, people: People) -> None:
    first, second = visit(people.student), visit(people.student)
    sent = {"language": "sv", "csrf_token": second.csrf_token}
    assert first.client.post(first.path("/language"), data=sent).status_code == 400
    assert first.csrf_token != second.csrf_token


def test_a_script_sends_the_token_in_a_header(visit: Visiting, people: People) -> None:
    opened = visit(people.student)
    headers = {"X-CSRF-Token": opened.csrf_token}
    sent = opened.client.post(opened.path("/language"), data={"language": "sv"}, headers=headers)
    assert sent.status_code == 303


def test_the_language_chosen_is_kept_for_every_later_launch(
    visit: Visiting, people: People, database: Database
) -> None:
    opened = visit(people.teacher, locale="en-GB")
    before = page(opened.get("/", follow_redirects=True))
    assert before.language == "en"
    assert opened.post("/language", {"language": "sv"}).status_code == 303
    assert page(opened.get("/", follow_redirects=True)).language == "sv"
    later = visit(people.teacher, locale="en")
    assert page(later.get("/", follow_redirects=True)).language == "sv"
    with database.reading() as session:
        assert session.get_one(Person, people.teacher.person_id).language == "sv"
        assert session.get_one(Person, people.student.person_id).language == ""


@pytest.mark.parametrize(
    ("locale", "asked", "shown"),
    [("sv-SE", "en", "sv"), ("en_GB", "sv", "en"), ("de-DE", "sv", "sv"), ("", "de", "en"), ("fi", "", "en")],
)
def test_a_language_comes_from_the_launch_else_from_the_browser(
    visit: Visiting, people: People, locale: str, asked: str, shown: str
) -> None:
    opened = visit(people.teacher, locale=locale)
    response = opened.get("/", follow_redirects=True, headers={"Accept-Language": asked})
    assert page(response).language == shown


@pytest.mark.parametrize("language", ["", "de", "SV", "sv-SE", "<b>"])
def test_another_language_is_a_bad_request(visit: Visiting, people: People, language: str) -> None:
    assert visit(people.student).post("/language", {"language": language}).status_code == 400


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/verify",
        "/l/another/certificate",
        "/l/{sid}/../../verify",
        "/l/{sid}//evil.example",
        "/l/{sid}/nowhere",
        "/l/{sid}/language",
        "/l/{sid}/certificate\r\nSet-Cookie: a=b",
        "/l/{sid}@evil.example/",
        "https://evil.example/l/{sid}/certificate?a=b",
        "",
    ],
)
def test_after_choosing_a_language_nobody_is_sent_elsewhere(
    visit: Visiting, people: People, back: str
) -> None:
    opened = visit(people.student)
    sent = {"language": "sv", "back": back.replace("{sid}", opened.sid)}
    response = opened.post("/language", sent)
    assert response.status_code == 303
    assert response.headers["Location"] == opened.path("/")
    assert "Set-Cookie" not in response.headers


def test_after_choosing_a_language_the_same_page_is_shown(visit: Visiting, people: People) -> None:
    opened = visit(people.student)
    response = opened.post("/language", {"language": "sv", "back": opened.path("/certificate")})
    assert response.headers["Location"] == opened.path("/certificate")


def test_what_a_launch_allows_to_frame_it_cannot_end_the_policy(
    client: FlaskClient, database: Database, people: People
) -> None:
    named = "https://canvas.test https://school.test:8443 *; script-src https: 'unsafe-inline'"
    with database.writing() as session:
        sid, secret = open_launch(session, NewLaunch(people.student, "en", "", named))
    client.set_cookie(COOKIE, secret, path=f"/l/{sid}/")
    policy = client.post(f"/l/{sid}/language")
    wanted = "frame-ancestors 'self' https://canvas.test https://school.test:8443"
    assert policy.headers["Content-Security-Policy"].endswith(wanted)
