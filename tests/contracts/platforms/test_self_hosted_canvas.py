"""A self-hosted Canvas behind a proxy, and the tool as it runs for real people: https only, http in a claim.

Both answer in this process, for no test has certificates; the platform's keys are handed over as a fetch
would bring them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lti_app import create_app
from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.lti.launch.platform_keys import PlatformKeys
from lti_app.people.models import Course, Person
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from lti_app.web.limits import limiter
from tests.browsing import Browser
from tests.served_canvas import a_canvas, register

SCHOOL = "https://canvas.school.example"


@pytest.fixture
def real(settings: Settings) -> Settings:
    """Settings as for real people."""
    return replace(settings, development=False, public_url="https://cim.example")


@pytest.fixture
def canvas_app(tmp_path: Path, real: Settings, database: Database) -> Flask:
    app = a_canvas(tmp_path / "canvas", real, database, base_url=SCHOOL, has_http_lineitems=True)
    register(app.extensions["canvas"], real, database)
    return app


@pytest.fixture
def browser(canvas_app: Flask, real: Settings, database: Database, storage: Storage) -> Iterator[Browser]:
    canvas: SmallCanvas = canvas_app.extensions["canvas"]

    class HandedOver(PlatformKeys):
        def _fetch(self, url: str) -> Any:
            assert url == f"{SCHOOL}/api/lti/security/jwks"
            return canvas.keys.public_set()

    tool = create_app(real)
    tool.extensions["cim"].db.engine.dispose()
    tool.extensions["cim"] = Parts(real, database, storage)
    tool.extensions["cim.platform_keys"] = HandedOver(development=False)
    limiter.reset()
    yield Browser({real.public_url: tool.test_client(), SCHOOL: canvas_app.test_client()})
    limiter.reset()


@pytest.fixture
def canvas(canvas_app: Flask) -> SmallCanvas:
    found: SmallCanvas = canvas_app.extensions["canvas"]
    return found


def test_a_person_arrives_and_http_in_a_service_address_is_taken_for_https(
    browser: Browser, canvas: SmallCanvas, database: Database
) -> None:
    begun = canvas.start_launch("asa")
    page = browser.launch("POST", begun.action, begun.fields)
    assert page.role == "student"
    claims = canvas.make_claims()
    endpoint = claims["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"]
    assert endpoint["lineitems"].startswith("http://")
    with database.reading() as session:
        course = session.scalars(select(Course)).one()
        assert course.lineitems_url == f"{SCHOOL}/api/lti/courses/1/line_items"
        assert course.memberships_url == f"{SCHOOL}/api/lti/courses/1/names_and_roles"
        assert session.scalars(select(Person.sub)).one() == canvas.people.get("asa").lti_id


def test_cookies_and_frames_are_for_https(browser: Browser, canvas: SmallCanvas) -> None:
    begun = canvas.start_launch("tove")
    page = browser.launch("POST", begun.action, begun.fields)
    policy = page.headers["Content-Security-Policy"].partition("frame-ancestors ")[2]
    assert SCHOOL in policy.split()
    assert page.headers["Strict-Transport-Security"]
    assert begun.fields["lti_message_hint"]


def test_a_service_at_a_private_address_is_not_called_at_all(
    browser: Browser, canvas: SmallCanvas, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A platform's word is no reason to call machines inside the tool's own network."""
    begun = canvas.start_launch("asa")
    with canvas.store.writing() as db:
        claims = db.execute("SELECT claims FROM launch").fetchone()["claims"]
        db.execute(
            "UPDATE launch SET claims = ?", (claims.replace("canvas.school.example/api", "10.0.0.7/api"),)
        )
    assert browser.launch("POST", begun.action, begun.fields).role == "student"
    with database.reading() as session:
        course = session.scalars(select(Course)).one()
        assert (course.lineitems_url, course.memberships_url) == ("", "")
