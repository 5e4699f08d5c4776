"""An operator who has come in by a link, in the test client: a real session, its cookie, its CSRF token."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.people.models import Deployment, Platform
from lti_app.settings import Settings
from lti_app.web.operators import new_link
from tests.inspect_page import Page, page


class Operating:
    """The operator's session in a client. Paths are given without `/admin`, or whole."""

    def __init__(self, client: FlaskClient, database: Database, settings: Settings) -> None:
        self.client = client
        with database.writing() as session:
            link = new_link(session, settings, lives=timedelta(minutes=15))
        answer = client.post(urlsplit(link).path)
        assert answer.status_code == 303, answer.text
        self.csrf_token = self.page("/coordinators").form("/leave")["csrf_token"]

    def path(self, path: str) -> str:
        """The whole path of an operator's page."""
        return path if path.startswith("/admin") else f"/admin/{path.lstrip('/')}"

    def get(self, path: str) -> TestResponse:
        """Open a page; the answer is not inspected."""
        return self.client.get(self.path(path))

    def page(self, path: str) -> Page:
        """Open a page that must be there, and inspect it."""
        response = self.get(path)
        assert response.status_code == 200, f"{path}: {response.status}"
        return page(response)

    def post(self, path: str, data: dict[str, Any] | None = None) -> TestResponse:
        """Send a form with its CSRF token."""
        return self.client.post(self.path(path), data={"csrf_token": self.csrf_token} | (data or {}))

    def done(self, path: str, data: dict[str, Any] | None = None) -> Page:
        """Send a form that is taken, and inspect the page it leads to."""
        response = self.post(path, data)
        assert response.status_code == 303, f"{path}: {response.status} {response.text}"
        return self.page(response.location)


def a_waiting_deployment(database: Database, platform: Platform) -> Deployment:
    """A further installation at this platform, which nobody has approved yet."""
    with database.writing() as session:
        deployment = Deployment(platform_id=platform.id, deployment_id="2:waiting")
        session.add(deployment)
    return deployment
