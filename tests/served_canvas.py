"""A small Canvas that answers over HTTP, and our own rows for its course and people.

The tool signs with a real key of its database; the small Canvas is given the public part, so that no tool
need be served. `canvas` is the handle to read, alter and break it.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from lti_app.clock import now
from lti_app.db import Database
from lti_app.demo import CanvasConfig, SmallCanvas, create_canvas
from lti_app.demo.launch.keys import KeyRing
from lti_app.lti.keys import published_keys
from lti_app.lti.platforms import PlatformDetails, add_platform
from lti_app.people.models import Course, Person
from lti_app.settings import Settings
from tests.world import a_course, a_person, a_platform


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


class Server:
    """A WSGI application on a free port of this machine; the application may be given after the address."""

    def __init__(self) -> None:
        self._server = make_server("127.0.0.1", 0, _nothing, threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def serving(self, app: WSGIApplication) -> Iterator[None]:
        self._server.app = _at_once(app)
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


def _at_once(app: WSGIApplication) -> WSGIApplication:
    """The same application with whole answers: this server leaves one open whose reader went away."""

    def whole(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        answer = app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            if hasattr(answer, "close"):
                answer.close()

    return whole


def _nothing(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("503 Service Unavailable", [])
    return []


@contextmanager
def served_canvas(
    data: Path, settings: Settings, database: Database, *, is_hosted: bool = False
) -> Iterator[SmallCanvas]:
    """A new small Canvas whose developer key is that of our database.

    A hosted one has the issuer of all hosted ones, and a second host for logins, keys and tokens.
    """
    server, shared = Server(), Server()
    hosted = {"issuer": "https://canvas.instructure.com", "shared_url": shared.url} if is_hosted else {}
    app = a_canvas(data, settings, database, base_url=server.url, **hosted)
    with server.serving(app), shared.serving(app):
        yield app.extensions["canvas"]


def a_canvas(data: Path, settings: Settings, database: Database, **config: Any) -> Flask:
    """A new small Canvas whose developer key is that of our database, as an application; `config` is of its
    CanvasConfig.
    """
    data.mkdir(parents=True, exist_ok=True)
    (data / "signing_keys.json").write_text(_signing_keys(), "utf-8")
    app = canvas_app(CanvasConfig(data_dir=data, tool_url=settings.public_url, **config))
    canvas: SmallCanvas = app.extensions["canvas"]
    if config.get("knows_tool", True):
        public = published_keys(database, settings)["keys"][0]
        canvas.tools.change_key(canvas.client_id, public_jwk_url=None, public_jwk=public)
    return app


def register(canvas: SmallCanvas, settings: Settings, database: Database, institution: str = "") -> None:
    """Tell the tool of the small Canvas, as its operator would."""
    details = PlatformDetails(
        name="Small Canvas",
        issuer=canvas.config.issuer_url,
        client_id=canvas.client_id,
        auth_url=canvas.config.auth_url,
        token_url=canvas.config.token_url,
        jwks_url=canvas.config.jwks_url,
    )
    with database.writing() as session:
        add_platform(
            session, settings, details, deployment_ids=[canvas.deployment_id], institution=institution
        )


def canvas_app(config: CanvasConfig) -> Flask:
    """What create_canvas makes, sooner: a copy of one whose routes, which take a third of a second, are made.

    A copy, so that a request of an earlier one that is late meets nothing of a later one.
    """
    canvas, app = SmallCanvas(config), copy(_built())
    app.extensions, app.config = {"canvas": canvas}, copy(app.config)
    app.secret_key = canvas.secret
    return app


@cache
def _built() -> Flask:
    with tempfile.TemporaryDirectory() as folder:
        return create_canvas(CanvasConfig("http://127.0.0.1", Path(folder), "http://localhost"))


@cache
def _signing_keys() -> str:
    """One key ring for all small Canvases of a run: making three keys takes half a second."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signing_keys.json"
        KeyRing(path, now())
        return path.read_text("utf-8")


@dataclass(frozen=True)
class Joined:
    """Our rows for the small Canvas's course and one of its students."""

    course: Course
    student: Person


def joined(session: Session, canvas: SmallCanvas, login: str = "asa") -> Joined:
    """The course and the student as a launch would have left them."""
    platform = a_platform(session, issuer=canvas.config.base_url, client_id=canvas.client_id)
    course = a_course(session, platform=platform)
    course.lineitems_url = f"{canvas.config.base_url}/api/lti/courses/1/line_items"
    course.memberships_url = f"{canvas.config.base_url}/api/lti/courses/1/names_and_roles"
    course.gradebook_scopes = "lineitem result.readonly score"
    student = a_person(session, course)
    student.sub = canvas.people.get(login).lti_id
    session.flush()
    return Joined(course, student)
