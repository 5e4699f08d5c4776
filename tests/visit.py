"""A person's visit to the frame in the test client: a real launch session, its cookie, its CSRF token."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.web.context import Parts
from lti_app.web.frame import COOKIE
from lti_app.web.sessions import Look, NewLaunch, load_launch, open_launch
from tests.inspect_page import Page, page


class Visit:
    """One launch session in the client. Paths are given without `/l/<sid>`, or whole."""

    def __init__(
        self,
        client: FlaskClient,
        database: Database,
        actor: Actor,
        *,
        locale: str = "en",
        return_url: str = "",
        look: Look | None = None,
    ) -> None:
        parts: Parts = client.application.extensions["cim"]
        with database.writing() as session:
            self.sid, secret = open_launch(session, NewLaunch(actor, locale, return_url, "", look or Look()))
        with database.reading() as session:
            self.csrf_token = load_launch(session, self.sid, secret, parts.settings.secret_key).csrf_token
        self.client = client
        self.actor = actor
        client.set_cookie(COOKIE, secret, path=f"/l/{self.sid}/")

    def path(self, path: str) -> str:
        """The whole path of a page of this visit."""
        return path if path.startswith(f"/l/{self.sid}/") else f"/l/{self.sid}/{path.lstrip('/')}"

    def get(self, path: str = "/", **options: Any) -> TestResponse:
        """Open a page; the answer is not inspected."""
        return self.client.get(self.path(path), **options)

    def page(self, path: str = "/") -> Page:
        """Open a page that must be there, and inspect it."""
        response = self.get(path)
        assert response.status_code == 200, f"{path}: {response.status}"
        return page(response)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form with its CSRF token."""
        return self.client.post(
            self.path(path), data={"csrf_token": self.csrf_token} | (data or {}), **options
        )
