"""What every answer carries, and what becomes of everything that goes wrong."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import structlog
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from lti_app import create_app
from lti_app.db import Database
from lti_app.errors import KINDS, Problem
from lti_app.i18n import translator
from lti_app.people.models import Person
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts, writing
from lti_app.web.limits import limiter
from tests import world
from tests.inspect_page import page
from tests.visit import Visit

SECRET = "Åsa Hemlig asa@example.se"


@pytest.fixture(scope="module")
def built() -> list[Flask]:
    """The application below, once it has been made."""
    return []


@pytest.fixture
def app(built: list[Flask], settings: Settings, database: Database, storage: Storage) -> Flask:
    """The application with routes that go wrong in every way."""
    if not built:
        built.append(with_routes_that_fail(create_app(settings)))
        built[0].extensions["cim"].db.engine.dispose()
    built[0].extensions["cim"] = Parts(settings, database, storage)
    limiter.reset()
    return built[0]


def with_routes_that_fail(app: Flask) -> Flask:
    app.add_url_rule("/fails", view_func=_fails)
    app.add_url_rule("/refused-by-the-database", view_func=_refused_by_the_database)
    app.add_url_rule("/problem/<slug>", view_func=_problem)
    app.add_url_rule("/abort/<int:status>", view_func=_abort)
    app.add_url_rule("/broken-database", view_func=_broken_database)
    return app


def _fails() -> str:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(SECRET) from error


def _refused_by_the_database() -> str:
    with writing() as session:
        course = world.a_course(session)
        person = world.a_person(session, course, name=SECRET)
        session.add(
            Person(institution_id=person.institution_id, platform_id=uuid.uuid4(), sub=SECRET, name=SECRET)
        )
    return ""


def _broken_database() -> str:
    with Database("postgresql://nobody@127.0.0.1:1/none").reading() as session:
        session.execute(text("SELECT 1"))
    return ""


def _problem(slug: str) -> str:
    raise Problem(slug, "the detail")


def _abort(status: int) -> str:
    abort(status)


def assert_headers(response: TestResponse) -> str:
    """What every answer must carry; its policy."""
    assert "X-Frame-Options" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "Cache-Control" in response.headers
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    for wanted in ("base-uri 'none'", "form-action 'self'", "frame-ancestors "):
        assert wanted in policy
    assert "unsafe" not in policy
    return policy


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/static/app.css", 200),
        ("/verify", 200),
        ("/verify/none", 404),
        ("/nowhere", 404),
        ("/l/none/", 401),
        ("/l/none", 308),
        ("/f/none/none", 404),
        ("/lti/jwks.json", 200),
        ("/lti/login", 400),
        ("/lti/launch", 405),
        ("/fails", 500),
        ("/abort/403", 403),
        ("/abort/418", 418),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_every_answer_carries_the_headers(client: FlaskClient, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method)
    assert response.status_code == status
    assert_headers(response)
    response.close()
    if method == "GET" and status >= 400:
        assert page(response).h1


def test_a_page_without_data_may_be_framed_by_any_secure_site_a_public_one_by_none(
    client: FlaskClient, settings: Settings, database: Database
) -> None:
    assert assert_headers(client.get("/nowhere")).endswith("frame-ancestors https: http:")
    assert assert_headers(client.get("/verify")).endswith("frame-ancestors 'none'")
    strict = create_app(replace(settings, development=False, public_url="https://cim.test"))
    response = strict.test_client().get("/nowhere")
    assert assert_headers(response).endswith("frame-ancestors https:")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    strict.extensions["cim"].db.engine.dispose()


def test_a_page_of_a_launch_may_be_framed_by_what_the_launch_named_only(
    visit: Callable[..., Visit], database: Database
) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        student = world.a_person(session, course)
    opened = visit(world.an_actor(student, course))
    assert assert_headers(opened.get("/nowhere", follow_redirects=True)).endswith(
        "frame-ancestors https: http:"
    )
    assert assert_headers(opened.post("/language", {"language": "xx"})).endswith("frame-ancestors 'self'")


def test_every_kind_of_problem_is_a_page_with_its_slug_and_a_reference(client: FlaskClient) -> None:
    for slug, kind in KINDS.items():
        for language in ("en", "sv"):
            response = client.get(f"/problem/{slug}", headers={"Accept-Language": language})
            assert response.status_code == kind.status, slug
            shown = page(response)
            assert shown.language == language
            assert shown.main.attributes["data-error-code"] == slug
            assert re.search(r"\b[0-9A-F]{8}\b", shown.text), slug
            assert response.headers["Cache-Control"] == "no-store"
            assert "the detail" not in shown.text, "the detail is for the log"
            other = shown.root.all("details")[0].all("div")[0]
            assert other.attributes["lang"] == ("sv" if language == "en" else "en")
            assert (translator("sv")(kind.advice) if language == "en" else kind.advice) in other.text


@pytest.mark.parametrize(
    ("status", "slug"),
    [
        (400, "bad-request"),
        (403, "not-allowed"),
        (404, "not-found"),
        (413, "too-large"),
        (416, "bad-request"),
        (429, "too-many-requests"),
    ],
)
def test_what_the_framework_refuses_keeps_its_status(client: FlaskClient, status: int, slug: str) -> None:
    response = client.get(f"/abort/{status}")
    assert response.status_code == status
    assert page(response).main.attributes["data-error-code"] == slug


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    response = client.post("/healthz")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert page(response).main.attributes["data-error-code"] == "method-not-allowed"


def test_the_reference_on_the_page_is_in_the_log(client: FlaskClient) -> None:
    for path in ("/nowhere", "/fails", "/problem/not-allowed"):
        with structlog.testing.capture_logs() as logged:
            shown = page(client.get(path))
        assert len(logged) == 1
        assert logged[0]["reference"] in shown.text
        assert logged[0]["slug"] == shown.main.attributes["data-error-code"]


def test_a_failure_says_in_the_log_where_it_was_and_not_what_it_was_about(client: FlaskClient) -> None:
    for path in ("/fails", "/refused-by-the-database"):
        with structlog.testing.capture_logs() as logged:
            response = client.get(path)
        assert page(response).main.attributes["data-error-code"] == "server-error"
        said = str(logged)
        assert "test_headers_and_problems.py" in said
        assert "Error" in said
        for word in SECRET.split():
            assert word not in said
            assert word not in response.get_data(as_text=True)


def test_a_database_that_is_away_is_no_fault_of_the_page(client: FlaskClient) -> None:
    response = client.get("/broken-database")
    assert response.status_code == 503
    assert page(response).main.attributes["data-error-code"] == "not-ready"


def test_the_log_names_the_route_and_not_the_address(
    visit: Callable[..., Visit], database: Database, client: FlaskClient
) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        student = world.a_person(session, course, name=SECRET)
    opened = visit(world.an_actor(student, course))
    with structlog.testing.capture_logs() as logged:
        opened.post("/language", {"language": f"{SECRET}"})
        opened.client.post(opened.path("/language"), data={"csrf_token": "a-wrong-token"})
        client.get("/f/a-signed-token/a-name.pdf")
        client.get(f"/nowhere/a-signed-token?name={SECRET}")
    assert [each["path"] for each in logged] == [
        "/l/<sid>/language",
        "/l/<sid>/language",
        "/f/<token>/<name>",
        "(no route)",
    ]
    for kept in (
        opened.sid,
        opened.csrf_token,
        "a-wrong-token",
        "a-signed-token",
        "a-name.pdf",
        *SECRET.split(),
    ):
        assert kept not in str(logged)


@pytest.mark.parametrize(
    "path", ["/a%00b", "/%00?code=a", "/lti/login?iss=%00", "/healthz?a=b&a=%00", "/healthz?%00=a"]
)
def test_a_nul_in_an_address_is_a_bad_request(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    assert page(response).main.attributes["data-error-code"] == "bad-request"


@pytest.mark.parametrize(
    "fields",
    [{"language": "s\0v"}, {"language": ["sv", "\0"]}, {"language": "sv", "a\0": ""}, {"back": "\0"}],
)
@pytest.mark.parametrize("is_multipart", [False, True])
def test_a_nul_in_a_form_is_a_bad_request(
    visit: Callable[..., Visit], database: Database, fields: dict[str, Any], is_multipart: bool
) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        student = world.a_person(session, course)
    opened = visit(world.an_actor(student, course))
    content = {"content_type": "multipart/form-data"} if is_multipart else {}
    response = opened.post("/language", {"language": "sv"} | fields, **content)
    assert response.status_code == 400
    assert page(response).main.attributes["data-error-code"] == "bad-request"


def test_a_nul_in_a_public_form_is_a_bad_request(client: FlaskClient) -> None:
    for fields in ({"state": "\0", "id_token": "a"}, {"state": "a", "id_token": "\0"}):
        assert client.post("/lti/launch", data=fields).status_code == 400


def test_a_file_where_none_is_expected_is_refused_and_not_kept(
    client: FlaskClient, settings: Settings
) -> None:
    response = client.post("/lti/login", data={"a": (io.BytesIO(b"x" * 100_000), "a.pdf")})
    assert response.status_code == 400


@pytest.mark.parametrize(
    "path", ["/%ff%fe", "/verify/%ED%A0%80", "/verify?code=%ff", "/l/%ff/", "/f/%ff/%ff", "/%F0%9F%98%80"]
)
def test_bytes_that_are_no_text_are_answered(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {303, 400, 401, 404}


def test_ready_means_database_storage_and_queue(
    settings: Settings, app: Flask, client: FlaskClient, tmp_path: Any
) -> None:
    assert client.get("/readyz").status_code == 200
    (tmp_path / "a-file").write_text("no folder")
    broken = {
        "storage_url": (tmp_path / "a-file" / "files").as_uri(),
        "queue_url": f"sqlite:///{tmp_path / 'a-file' / 'queue.sqlite3'}",
        "database_url": f"sqlite:///{tmp_path / 'not-migrated.sqlite3'}",
    }
    for name, address in broken.items():
        other = create_app(replace(settings, **{name: address}))
        response = other.test_client().get("/readyz")
        assert response.status_code == 503, name
        assert page(response).main.attributes["data-error-code"] == "not-ready"
        other.extensions["cim"].db.engine.dispose()


def test_a_page_on_its_own_has_an_icon(client: FlaskClient) -> None:
    head = client.get("/verify").get_data(as_text=True)
    (icon,) = re.findall(r'<link rel="icon" href="([^"]+)"', head)
    with client.get(icon) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")


def test_a_browser_that_asks_for_the_icon_by_itself_gets_it(client: FlaskClient) -> None:
    """As it does beside a PDF that is opened directly."""
    with client.get("/favicon.ico") as asked, client.get("/static/icon.svg") as named:
        assert (asked.status_code, asked.mimetype) == (200, "image/svg+xml")
        assert asked.data == named.data
