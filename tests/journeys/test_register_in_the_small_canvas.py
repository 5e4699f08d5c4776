"""The two sides meet before they know each other: both ways of registering end in a launch that works."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.lti.platforms import PlatformDetails, add_platform, list_platforms
from lti_app.settings import Settings
from tests.browsing import Browser, Shown
from tests.inspect_page import inspect
from tests.journeys.registering import an_address
from tests.served_canvas import Server, a_canvas

INSTITUTION = "Lunds universitet"


@pytest.fixture
def canvas(tmp_path: Path, settings: Settings, database: Database) -> Iterator[SmallCanvas]:
    """A small Canvas that does not know the tool yet."""
    server = Server()
    app = a_canvas(tmp_path / "canvas", settings, database, base_url=server.url, knows_tool=False)
    with server.serving(app):
        yield app.extensions["canvas"]


class Astrid:
    """The account's administrator at her browser."""

    def __init__(self, canvas: SmallCanvas, client: FlaskClient) -> None:
        self.canvas = canvas
        self.browser = Browser({"http://localhost": client})
        self.admin = f"{canvas.config.base_url}/as/astrid/accounts/1"

    def register(self, address: str) -> tuple[Shown, Shown]:
        """Give Canvas the address, confirm in its frame; the tool's last page, and Canvas's review."""
        page = self.begin(address)
        done = self.browser.submit(self.browser.send("GET", _source(page)))
        return done, self.browser.send("GET", f"{page.url}/review")

    def begin(self, address: str) -> Shown:
        """Give Canvas the address; its page with the tool's in a frame."""
        return self.post("/apps/registrations", tool_url=address)

    def enable(self, review: Shown, **wishes: Any) -> None:
        """Install and enable what the review shows, all of it unless told otherwise."""
        form: dict[str, Any] = {"scopes": [], "placements": [], "privacy_level": "public"}
        for name, value in re.findall(r'name="(scopes|placements)" value="([^"]+)" checked', review.text):
            form[name].append(unescape(value))
        answer = self.browser.send("POST", review.url, form | wishes)
        assert answer.status == 200, answer.text

    def post(self, path: str, **fields: str) -> Shown:
        return self.browser.send("POST", f"{self.admin}{path}", fields)

    def show_in_menu(self) -> None:
        """Let the teacher put the tool into the course's menu."""
        tool = self.canvas.tools.all()[-1]
        self.canvas.navigation.show(1, tool.id, is_shown=True)

    def launch(self) -> Shown:
        """The teacher opens the tool from the course's menu."""
        course = f"{self.canvas.config.base_url}/as/tove/courses/1"
        menu = self.browser.send("GET", course)
        entry = re.search(r'href="/as/tove/courses/1/external_tools/(\d+)"', menu.text)
        assert entry, menu.text
        login = self.browser.send("GET", f"{course}/external_tools/{entry[1]}/launch")
        return self.browser.launch("POST", *login.form())


@pytest.fixture
def astrid(canvas: SmallCanvas, client: FlaskClient) -> Astrid:
    return Astrid(canvas, client)


def test_a_dynamic_registration_ends_in_a_launch(
    astrid: Astrid, canvas: SmallCanvas, database: Database, settings: Settings
) -> None:
    done, review = astrid.register(an_address(database, settings, INSTITUTION))
    assert inspect(done.text, done.url).h1 == "International Merits is registered"
    assert "as they are" in done.text
    assert 'name="scopes"' in review.text
    (tool,) = canvas.tools.all()
    assert not tool.is_available
    assert tool.deployment_id in done.text
    astrid.enable(review)
    assert astrid.browser.send("GET", f"{canvas.config.base_url}/as/tove/courses/1").status == 200
    assert not [entry for entry in canvas.navigation.entries(1) if entry.is_shown]
    astrid.show_in_menu()
    assert astrid.launch().role == "teacher"
    with database.reading() as session:
        (platform,) = list_platforms(session)
    assert platform.name == canvas.courses.account().name
    assert [each.institution for each in platform.deployments] == [INSTITUTION]


def test_an_older_canvas_brings_its_deployment_with_the_first_launch(
    astrid: Astrid, canvas: SmallCanvas, database: Database, settings: Settings
) -> None:
    canvas.switch(registration_installs=False, registration_prefixes=False)
    done, review = astrid.register(an_address(database, settings, INSTITUTION))
    assert "by its client id" in done.text
    assert canvas.tools.all() == []
    astrid.enable(review)
    (key,) = canvas.tools.all_keys()
    astrid.post("/apps", client_id=key.client_id)
    astrid.show_in_menu()
    assert astrid.launch().role == "teacher"
    with database.reading() as session:
        (platform,) = list_platforms(session)
    (deployment,) = platform.deployments
    assert (deployment.deployment_id, deployment.institution) == (
        canvas.tools.all()[0].deployment_id,
        INSTITUTION,
    )
    second = canvas.tools.install(
        key.client_id, "course", course_id=1, domain="localhost", privacy_level="public"
    )
    canvas.tools.change(canvas.tools.all()[0].id, is_available=False)
    canvas.navigation.show(1, second.id, is_shown=True)
    assert astrid.launch().problem == "deployment-inactive"


def test_a_developer_key_of_the_tools_own_json_ends_in_a_launch(
    astrid: Astrid, canvas: SmallCanvas, client: FlaskClient, database: Database, settings: Settings
) -> None:
    answer = client.get("/lti/canvas.json")
    assert answer.content_type == "application/json"
    saved = astrid.post(
        "/developer_keys",
        method="json",
        key_name="International Merits",
        redirect_uris=f"{settings.public_url}/lti/launch",
        configuration=answer.text,
    )
    assert saved.status == 200, saved.text
    (key,) = canvas.tools.all_keys()
    assert astrid.post("/apps", client_id=key.client_id).status == 422
    astrid.post(f"/developer_keys/{key.client_id}/state", state="on")
    astrid.post("/apps", client_id=key.client_id)
    (tool,) = canvas.tools.all()
    assert tool.privacy_level == "public"
    details = PlatformDetails(
        name="Lund",
        issuer=canvas.config.issuer_url,
        client_id=key.client_id,
        auth_url=canvas.config.auth_url,
        token_url=canvas.config.token_url,
        jwks_url=canvas.config.jwks_url,
    )
    with database.writing() as session:
        add_platform(session, settings, details, deployment_ids=[tool.deployment_id])
    astrid.show_in_menu()
    assert astrid.launch().role == "teacher"


def test_what_an_administrator_takes_away_is_gone(
    astrid: Astrid, canvas: SmallCanvas, database: Database, settings: Settings
) -> None:
    _, review = astrid.register(an_address(database, settings, INSTITUTION))
    astrid.enable(review, scopes=[], placements=["course_navigation"], privacy_level="name_only")
    (key,) = canvas.tools.all_keys()
    assert (key.scopes, [each["placement"] for each in key.placements]) == ((), ["course_navigation"])
    assert canvas.tools.all()[0].privacy_level == "name_only"
    astrid.show_in_menu()
    assert astrid.launch().role == "teacher"


def test_a_registration_token_that_canvas_takes_no_more_is_said(
    astrid: Astrid, database: Database, settings: Settings
) -> None:
    used, fresh = an_address(database, settings), an_address(database, settings)
    page = astrid.begin(used)
    astrid.browser.submit(astrid.browser.send("GET", _source(page)))
    again = astrid.browser.send("GET", _source(page))
    assert again.problem == "invitation-used"
    refused = astrid.browser.submit(astrid.browser.send("GET", _source(page).replace(used, fresh)))
    assert refused.problem == "registration-unreachable"
    assert "answered 401" in refused.text


def _source(page: Shown) -> str:
    found = re.search(r'<iframe[^>]*src="([^"]+)"', page.text)
    assert found
    return unescape(found[1])


def test_the_same_json_twice_makes_two_keys(astrid: Astrid, canvas: SmallCanvas, client: FlaskClient) -> None:
    described = json.dumps(client.get("/lti/canvas.json").json)
    for _ in range(2):
        astrid.post("/developer_keys", method="json", configuration=described)
    assert [key.client_id for key in canvas.tools.all_keys()] == ["10000000000003", "10000000000002"]
