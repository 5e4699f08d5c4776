"""A real Chromium, and schools to use it in: the tool, its worker and the small Canvas as processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.schemes.editor.beginning import begin_from_version
from lti_app.settings import Settings
from tests import world
from tests.browser.chromium import options as chromium_options
from tests.browser.people import Member, sitting
from tests.browser.school import School, running_school
from tests.browser.served_tool import ServedTool, served_tool
from tests.browser.steps import set_the_course_up

Enter = Callable[..., Member]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for all these tests; without one they are skipped, except where CI=true."""
    options = chromium_options()
    if options is None:
        told = "The browser tests need Chromium (Debian, Ubuntu: apt-get install chromium)."
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()


@pytest.fixture
def drafting(chromium: Browser, settings: Settings, database: Database) -> Iterator[ServedTool]:
    """The tool, served without a platform around it, where `karin` has begun a draft."""
    with served_tool(chromium, settings) as tool:
        with database.writing() as session:
            course = world.a_running_course(session)
            person = world.a_person(session, course, name="Karin Ko")
            tool.actors["karin"] = world.an_actor(person, course, Role.COORDINATOR)
            begin_from_version(session, tool.actors["karin"], "lund-medicine", 1)
        yield tool


@pytest.fixture
def new_school(chromium: Browser, tmp_path: Path) -> Iterator[School]:
    """A school where nobody has opened the tool yet. (The browser comes first: without one, no school.)"""
    with running_school(tmp_path, undo_seconds=1) as running:
        yield running


@pytest.fixture(scope="package")
def school(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """A school whose course is set up; tests share it, so each does things that the others do not mind."""
    with running_school(tmp_path_factory.mktemp("school"), undo_seconds=60) as running:
        tove = Member(chromium, running, "tove")
        set_the_course_up(tove)
        tove.leave()
        yield running


@pytest.fixture
def enter(chromium: Browser) -> Iterator[Enter]:
    """`enter(school, "asa")` gives a person a browser; what its pages complain about fails the test."""
    with sitting() as members:

        def sit_down(school: School, login: str, **options: object) -> Member:
            members.append(Member(chromium, school, login, **options))
            return members[-1]

        yield sit_down
