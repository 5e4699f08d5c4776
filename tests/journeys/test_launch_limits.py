"""How often one address may come to the tool's entrance; test_verify.py shows what comes of too often."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.web.limits import WHOLE_SCHOOL
from tests.signing_platform import SigningPlatform

ENTRANCE = ("/lti/login", "/lti/launch")
HOW_MANY = int(WHOLE_SCHOOL.split()[0])


def asked(client: FlaskClient, path: str, address: str) -> TestResponse:
    response = client.post(path, environ_base={"REMOTE_ADDR": address})
    assert response.status_code == 400
    return response


@pytest.mark.parametrize("path", ENTRANCE)
def test_each_address_has_a_whole_schools_share_of_requests(
    path: str, client: FlaskClient, platform: SigningPlatform
) -> None:
    for address, left in (("192.0.2.7", 1), ("192.0.2.7", 2), ("192.0.2.8", 1)):
        headers = asked(client, path, address).headers
        assert int(headers["X-RateLimit-Limit"]) == HOW_MANY >= 1000
        assert int(headers["X-RateLimit-Remaining"]) == HOW_MANY - left


@pytest.mark.parametrize("path", ENTRANCE)
def test_a_developers_own_machine_is_not_limited(
    path: str, client: FlaskClient, platform: SigningPlatform
) -> None:
    assert "X-RateLimit-Limit" not in asked(client, path, "127.0.0.1").headers
