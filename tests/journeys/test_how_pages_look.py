"""Pages look as the platform asks for each person: her time zone, her contrast, her school's colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.jobs.models import Delivery
from lti_app.lti.models import Brand
from lti_app.people.actors import Actor
from lti_app.people.roles import Role
from lti_app.settings import Settings
from lti_app.web.models import LaunchSession
from lti_app.web.sessions import Look
from tests import world
from tests.browsing import Browser, Shown
from tests.served_canvas import register, served_canvas
from tests.visit import Visit

Visiting = Callable[..., Visit]
LATE = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
COLOURS = "https://canvas.test/dist/brandable_css/x/variables-1.json"


@dataclass
class School:
    """A small Canvas that the tool knows, and a browser that opens the tool in its course."""

    canvas: SmallCanvas
    browser: Browser

    def open(self, login: str) -> Shown:
        begun = self.canvas.start_launch(login)
        return self.browser.launch("POST", begun.action, begun.fields)


@pytest.fixture
def school(tmp_path: Path, settings: Settings, database: Database, client: FlaskClient) -> Iterator[School]:
    with served_canvas(tmp_path / "canvas", settings, database) as canvas:
        register(canvas, settings, database)
        yield School(canvas, Browser({settings.public_origin: client}))


@pytest.fixture
def student(database: Database) -> Actor:
    with database.writing() as session:
        course = world.a_running_course(session)
        return world.an_actor(world.a_person(session, course), course)


def kept(database: Database) -> Look:
    with database.reading() as session:
        launch = session.scalars(select(LaunchSession)).one()
        return Look(launch.time_zone, launch.contrast, launch.brand_url)


def test_a_launch_tells_how_pages_are_to_look(school: School, database: Database) -> None:
    canvas = school.canvas
    canvas.people.change(
        canvas.people.get("asa").id, locale="sv", timezone="Africa/Nairobi", prefers_high_contrast=True
    )
    shown = school.open("asa")
    assert '<html lang="sv" data-theme="light" data-contrast="high">' in shown.text
    assert "/brand.css" in shown.text
    assert "data-settings" not in shown.text
    brand_url = canvas.config.base_url + canvas.courses.account().brand_path
    assert kept(database) == Look("Africa/Nairobi", "high", brand_url)


def test_a_platform_that_tells_nothing_gets_pages_as_they_are(school: School, database: Database) -> None:
    school.canvas.tools.change_key(school.canvas.client_id, custom_fields={})
    shown = school.open("asa")
    assert "data-contrast" not in shown.text
    assert "brand.css" not in shown.text
    assert "data-settings" in shown.text  # so the page around the frame is asked
    assert kept(database) == Look()


def test_what_a_platform_cannot_resolve_was_not_told(school: School, database: Database) -> None:
    names = ("time_zone", "high_contrast", "brand_url")
    school.canvas.tools.change_key(school.canvas.client_id, custom_fields=dict.fromkeys(names, "$No.such"))
    school.open("asa")
    assert kept(database) == Look()


@pytest.mark.parametrize(
    ("zone", "said"), [("", "21 November 2026, 23:30"), ("Africa/Nairobi", "22 November 2026, 01:30")]
)
def test_times_are_told_by_the_readers_clock(
    visit: Visiting, database: Database, student: Actor, zone: str, said: str
) -> None:
    with time_machine.travel(LATE, tick=False):
        with database.writing() as session:
            portfolio = world.a_portfolio(
                session,
                session.get_one(world.Person, student.person_id),
                session.get_one(world.Course, student.course_id),
            )
            world.a_submitted_item(session, portfolio, "language_cafe")
        assert said in visit(student, look=Look(time_zone=zone)).page("/record").text


def test_the_class_table_names_the_year_only_where_it_is_another(
    visit: Visiting, database: Database, student: Actor
) -> None:
    with time_machine.travel(LATE, tick=False) as clock:
        with database.writing() as session:
            course = session.get_one(world.Course, student.course_id)
            teacher = world.an_actor(world.a_person(session, course, Role.TEACHER), course, Role.TEACHER)
            person = session.get_one(world.Person, student.person_id)
            world.a_submitted_item(session, world.a_portfolio(session, person, course), "language_cafe")
        assert "21 November" in visit(teacher).page("/class").text
        assert "2026" not in visit(teacher).page("/class").text
        clock.move_to(datetime(2027, 2, 1, tzinfo=UTC))
        assert "21 Nov 2026" in visit(teacher).page("/class").text


def test_the_page_around_the_frame_fills_in_what_the_launch_left_open(
    visit: Visiting, database: Database, student: Actor
) -> None:
    opened = visit(student, locale="", return_url="https://canvas.test/courses/1")
    told = {
        "time_zone": "Africa/Nairobi",
        "high_contrast": "true",
        "brand_url": "/dist/brandable_css/x/variables-1.json",
        "locale": "sv-SE",
    }
    assert opened.post("/page-settings", told).status_code == 204
    assert kept(database) == Look("Africa/Nairobi", "high", COLOURS)
    shown = opened.page("/")
    assert shown.language == "sv"
    assert shown.root.all("html")[0].attributes["data-contrast"] == "high"
    assert "data-settings" not in shown.root.all("body")[0].attributes


def test_the_page_around_the_frame_overrules_no_launch_and_names_no_other_address(
    visit: Visiting, database: Database, student: Actor
) -> None:
    opened = visit(student, locale="en", look=Look("Europe/Oslo", "normal", ""))
    told = {
        "time_zone": "Nowhere",
        "high_contrast": "true",
        "brand_url": "https://elsewhere.example/x",
        "locale": "sv",
    }
    assert opened.post("/page-settings", told).status_code == 204
    assert kept(database) == Look("Europe/Oslo", "normal", "")
    assert opened.page("/").language == "en"


def test_nothing_is_kept_without_the_pages_own_token(
    visit: Visiting, database: Database, student: Actor
) -> None:
    opened = visit(student)
    refused = opened.client.post(opened.path("/page-settings"), data={"high_contrast": "true"})
    assert refused.status_code == 400
    assert kept(database) == Look()


def test_a_page_does_not_wait_for_the_schools_colours(
    visit: Visiting, database: Database, student: Actor
) -> None:
    opened = visit(student, look=Look(brand_url=COLOURS))
    sheet = opened.get("/brand.css")
    assert (sheet.status_code, sheet.mimetype, sheet.data) == (200, "text/css", b"")
    assert sheet.headers["Cache-Control"] == "no-store"
    opened.get("/brand.css")
    with database.reading() as session:
        (queued,) = session.scalars(select(Delivery))
    assert (queued.kind, queued.institution_id) == ("lti.brand", student.institution_id)
    assert queued.course_id is None


def test_colours_that_are_there_are_kept_by_the_browser_for_an_hour(
    visit: Visiting, database: Database, student: Actor
) -> None:
    opened = visit(student, look=Look(brand_url=COLOURS))
    opened.get("/brand.css")
    with database.writing() as session:
        found = session.scalars(select(Brand)).one()
        found.colours, found.fetched_at = {"link": "#7b2d6e", "accent": "red;}body{display:none"}, LATE
    sheet = opened.get("/brand.css")
    assert "--pico-primary:#7b2d6e" in sheet.text
    assert "display" not in sheet.text
    assert sheet.headers["Cache-Control"] == "private, max-age=3600"


def test_without_an_address_there_are_no_colours_and_nothing_is_fetched(
    visit: Visiting, database: Database, student: Actor
) -> None:
    assert visit(student).get("/brand.css").data == b""
    with database.reading() as session:
        assert session.scalars(select(Delivery)).all() == []


def test_the_editors_pages_alone_bring_its_style_and_before_the_schools_colours(
    visit: Visiting, database: Database
) -> None:
    with database.writing() as session:
        course = world.a_running_course(session)
        keeper = world.an_actor(world.a_person(session, course), None, Role.COORDINATOR)
    opened = visit(keeper, look=Look(brand_url=COLOURS))

    def sheets(path: str) -> list[str]:
        links = opened.page(path).root.all("link")
        return [
            each.attributes["href"].rpartition("/")[2]
            for each in links
            if each.attributes["rel"] == "stylesheet"
        ]

    shared = ["pico.min.css", "app.css", "brand.css", "contrast.css"]
    assert sheets("/overview") == shared
    assert sheets("/schemes/new") == [*shared[:2], "editor.css", *shared[2:]]
