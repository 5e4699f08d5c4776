"""A hosted Canvas: one issuer for all schools, a host they share for logins, keys and tokens, and the
school's own domain for pages and services.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.jobs.models import DeliveryState
from lti_app.lti.ags.models import LineItem
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Person, Platform
from lti_app.people.roles import Role
from lti_app.schemes.service import set_up_course
from lti_app.settings import Settings
from tests.browsing import Browser, Shown
from tests.hands import Hands, read_roster
from tests.served_canvas import register, served_canvas


@pytest.fixture
def canvas(tmp_path: Path, settings: Settings, database: Database) -> Iterator[SmallCanvas]:
    with served_canvas(tmp_path / "canvas", settings, database, is_hosted=True) as canvas:
        register(canvas, settings, database)
        yield canvas


def launch(browser: Browser, canvas: SmallCanvas, login: str) -> Shown:
    begun = canvas.start_launch(login)
    return browser.launch("POST", begun.action, begun.fields)


@pytest.fixture
def course(browser: Browser, canvas: SmallCanvas, hands: Hands, database: Database) -> Course:
    """The course after its teacher has launched and set it up, and the worker connected it."""
    launch(browser, canvas, "tove")
    with database.writing() as session:
        course, teacher = session.scalars(select(Course)).one(), session.scalars(select(Person)).one()
        actor = Actor(
            course.institution_id, course.platform_id, teacher.id, course.id, frozenset({Role.TEACHER})
        )
        set_up_course(session, actor, "lund-medicine", "lakare")
    assert {each.state for each in hands.deliver()} == {DeliveryState.SENT}
    return course


def test_a_login_goes_by_the_shared_host_and_comes_back_from_the_schools_own(
    browser: Browser, canvas: SmallCanvas
) -> None:
    page = launch(browser, canvas, "asa")
    assert page.role == "student"
    hosts = list(dict.fromkeys(urlsplit(url).netloc for url in browser.visited))
    shared, school = (urlsplit(url).netloc for url in (canvas.config.shared_origin, canvas.config.base_url))
    assert hosts == ["localhost", shared, school]


def test_the_frame_may_stand_on_the_schools_pages_and_on_the_shared_host(
    browser: Browser, canvas: SmallCanvas
) -> None:
    policy = launch(browser, canvas, "asa").headers["Content-Security-Policy"]
    ancestors = policy.partition("frame-ancestors ")[2].partition(";")[0].split()
    assert {canvas.config.issuer_url, canvas.config.shared_origin, canvas.config.base_url} <= set(ancestors)


def test_services_lie_at_the_schools_domain_and_take_the_shared_hosts_token(
    canvas: SmallCanvas, course: Course, settings: Settings, database: Database
) -> None:
    school = canvas.config.base_url
    assert course.lineitems_url.startswith(school)
    with database.reading() as session:
        assert all(item.url.startswith(school) for item in session.scalars(select(LineItem)))
    assert canvas.people.get("asa").lti_id in read_roster(settings, database, course.memberships_url)


def test_a_token_is_for_the_host_that_was_asked(
    canvas: SmallCanvas, course: Course, settings: Settings, database: Database
) -> None:
    """The school's own token endpoint works too, told of itself; Canvas compares `aud` exactly."""
    with database.writing() as session:
        platform = session.scalars(select(Platform)).one()
        platform.token_url = f"{canvas.config.base_url}/login/oauth2/token"
    assert read_roster(settings, database, course.memberships_url)


def test_a_rotation_of_the_shared_keys_goes_unnoticed(browser: Browser, canvas: SmallCanvas) -> None:
    assert launch(browser, canvas, "asa").role == "student"
    canvas.keys.rotate(canvas.now())
    assert launch(browser, canvas, "asa").role == "student"


def test_another_environment_with_the_same_ids_is_another_platform(
    client: FlaskClient, canvas: SmallCanvas, settings: Settings, database: Database, tmp_path: Path
) -> None:
    """Beta and test are copies of production: same client id, same deployment, another issuer."""
    launch(Browser({settings.public_url: client}), canvas, "asa")
    with database.writing() as session:
        session.scalars(select(Platform)).one().issuer = "https://canvas.beta.instructure.com"
    begun = canvas.start_launch("asa")
    page = Browser({settings.public_url: client}).send("POST", begun.action, begun.fields)
    assert page.problem == "platform-unknown"
