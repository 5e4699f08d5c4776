"""How often one address may come to the tool's entrance; test_verify.py shows what comes of too often."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.clock import now
from lti_app.web.limits import WHOLE_SCHOOL, limiter
from tests.signing_platform import SigningPlatform

ENTRANCE = {"/lti/login": "lti_app.lti.launch.views.login", "/lti/launch": "lti_app.lti.launch.views.launch"}
HOW_MANY = int(WHOLE_SCHOOL.split()[0])


def asked(client: FlaskClient, path: str, address: str) -> TestResponse:
    return client.post(path, environ_base={"REMOTE_ADDR": address})


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    """Time stands still, for limits are by the minute."""
    with time_machine.travel(now(), tick=False):
        yield


@pytest.mark.parametrize("path", ENTRANCE)
def test_each_address_has_a_whole_schools_share_of_requests(
    path: str, client: FlaskClient, platform: SigningPlatform
) -> None:
    rate = limiter.rates[ENTRANCE[path]]
    assert rate.amount == HOW_MANY >= 1000
    for address, used in (("192.0.2.7", 1), ("192.0.2.7", 2), ("192.0.2.8", 1)):
        assert asked(client, path, address).status_code == 400
        assert rate.used(address) == used
    for _ in range(HOW_MANY):
        rate.hit("192.0.2.7")
    assert asked(client, path, "192.0.2.7").status_code == 429
    assert asked(client, path, "192.0.2.8").status_code == 400


@pytest.mark.parametrize("path", ENTRANCE)
def test_a_developers_own_machine_may_launch_as_often_as_it_likes(
    path: str, client: FlaskClient, platform: SigningPlatform
) -> None:
    assert asked(client, path, "127.0.0.1").status_code == 400
    assert limiter.rates[ENTRANCE[path]].used("127.0.0.1") == 0
