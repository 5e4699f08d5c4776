"""An administrator with a registration address: what she opens and confirms, as her platform does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.lti.registration.invitations import invite
from lti_app.people.models import Platform
from lti_app.settings import Settings
from tests.inspect_page import Page, page
from tests.registering_platform import RegisteringPlatform

TOKEN = "eyJhbGciOiJIUzI1NiJ9.a-registration-token.x"


def an_address(database: Database, settings: Settings, institution: str = "Lunds universitet") -> str:
    """A fresh registration address."""
    with database.writing() as session:
        return invite(session, settings, institution=institution)


def slug_of(response: TestResponse) -> str:
    """The slug of a problem page, which passes inspection."""
    page(response)
    return response.text.partition('data-error-code="')[2].partition('"')[0]


@dataclass
class Administrator:
    """Somebody who has been sent a registration address."""

    client: FlaskClient
    database: Database
    address: str

    def look(self, configuration_url: str, **more: str) -> TestResponse:
        """Open the address as the platform opens it in its frame."""
        query = {"openid_configuration": configuration_url, "registration_token": TOKEN, **more}
        return self.client.get(urlsplit(self.address).path, query_string=query)

    def confirm(self, configuration_url: str, **fields: Any) -> TestResponse:
        """Send the form of that page."""
        data = {"openid_configuration": configuration_url, "registration_token": TOKEN, **fields}
        return self.client.post(urlsplit(self.address).path, data=data)

    def register(self, platform: RegisteringPlatform) -> Page:
        """Look, confirm, and see what was registered."""
        form = page(self.look(platform.configuration_url)).form(urlsplit(self.address).path)
        return page(self.client.post(urlsplit(self.address).path, data=form))

    def platforms(self) -> list[Platform]:
        """What the tool knows by now."""
        with self.database.reading() as session:
            return list(session.scalars(select(Platform).order_by(Platform.created_at)))
