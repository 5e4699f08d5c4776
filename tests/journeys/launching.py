"""How a launch ended: let in, with whose pages it opens, or refused by a page of its own."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.errors import KINDS
from tests.inspect_page import page
from tests.signing_platform import LTI, MEMBERSHIP

TEACHER = MEMBERSHIP + "Instructor"


def roles(*uris: str) -> dict[str, Any]:
    """The roles claim with exactly these."""
    return {LTI + "roles": list(uris)}


def sid_of(response: TestResponse) -> str:
    """Where a launch that was let in leads: the id of its session."""
    assert response.status_code == 303, response.text
    found = re.fullmatch(r"/l/([A-Za-z0-9_-]{22})/", response.location)
    assert found, response.location
    return found[1]


def role_on_page(client: FlaskClient, response: TestResponse) -> str:
    """The role whose pages the launch opens."""
    landing = client.get(response.location, follow_redirects=True)
    assert landing.status_code == 200, landing.text
    shown = re.search(r'<body data-role="(\w+)"', landing.text)
    assert shown, landing.text
    return shown[1]


def refused(response: TestResponse, slug: str) -> None:
    """The answer is the page of this problem, whole and without a cookie."""
    found = page(response)
    assert f'data-error-code="{slug}"' in response.text, response.text
    assert response.status_code == KINDS[slug].status
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert "X-Frame-Options" not in response.headers
    assert found is not None
