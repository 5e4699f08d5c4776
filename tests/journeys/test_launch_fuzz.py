"""2,000 requests that nobody sends who means well, to everything below /lti/: a page or a redirect for each.

No failure of ours, no cookie with a refusal, no way out to a stranger, and whoever is let in by an odd launch
is shown a page. The requests come out of a seed; a failure names its own. Of each kind the first fifth is
repeated on PostgreSQL.
"""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from lti_app.db import Database
from tests.journeys.asking import check
from tests.journeys.launching import sid_of
from tests.journeys.lti_fuzz import Fuzz
from tests.signing_platform import SigningPlatform

RUN = {
    "logins": 350,
    "mangled_tokens": 350,
    "signed_claims": 650,
    "junk_bodies": 200,
    "odd_addresses": 300,
    "odd_launches": 150,
}


def test_the_run_is_of_two_thousand() -> None:
    assert sum(RUN.values()) == 2000


@pytest.mark.parametrize("kind", RUN)
def test_whatever_arrives_is_answered(
    kind: str, database: Database, client: FlaskClient, platform: SigningPlatform
) -> None:
    fuzz = Fuzz(f"2026-11-22 {kind}", platform, client)
    outcomes = set()
    is_repeated = database.engine.dialect.name == "postgresql"
    for shot in fuzz.shots(kind, RUN[kind] // 5 if is_repeated else RUN[kind]):
        response = shot.fire(fuzz.client)
        outcomes.add(response.status_code)
        check(response, shot.what, shot.method)
        if response.status_code >= 400:
            assert "Set-Cookie" not in response.headers, shot.what
        if response.status_code == 303:
            shown = fuzz.client.get(response.location, follow_redirects=True)
            check(shown, f"the page after {shot.what}")
    assert any(status >= 400 for status in outcomes), "nothing that was sent was odd"
    sid_of(platform.launch(client))
