"""A login lets in exactly one launch, whatever arrives at the same moment."""

from __future__ import annotations

import threading
from collections import Counter

from flask.testing import FlaskClient
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.people.models import Enrolment, Person
from lti_app.web.models import LaunchSession
from tests.signing_platform import SigningPlatform, post_launch, signed

AT_ONCE = 16


def _race(client: FlaskClient, attempts: list[tuple[str, str]], cookies: dict[str, str]) -> Counter[str]:
    """Post all attempts at the same moment, each from a client with these cookies; how each ended."""
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(len(attempts))

    def post(state: str, token: str) -> None:
        replay = client.application.test_client()
        for name, value in cookies.items():
            replay.set_cookie(name, value, path="/lti/")
        start.wait()
        response = post_launch(replay, state, token)
        slug = response.text.partition('data-error-code="')[2].partition('"')[0]
        outcomes[slug or str(response.status_code)] += 1

    threads = [threading.Thread(target=post, args=attempt) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _cookie(client: FlaskClient, state: str) -> dict[str, str]:
    kept = client.get_cookie(f"cim_login_{state}", path="/lti/")
    assert kept is not None
    return {kept.key: kept.value}


def test_of_sixteen_simultaneous_replays_exactly_one_wins(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    begun = platform.begin(client)
    token = signed(platform.claims(begun.nonce))
    outcomes = _race(client, [(begun.state, token)] * AT_ONCE, _cookie(client, begun.state))
    assert outcomes == {"303": 1, "launch-used": AT_ONCE - 1}
    assert platform.server.requests <= 2
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LaunchSession)) == 1


def test_other_tokens_for_the_same_login_do_not_pass_either(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    begun = platform.begin(client)
    attempts = [
        (begun.state, signed(platform.claims(begun.nonce, sub=str(number)))) for number in range(AT_ONCE)
    ]
    assert _race(client, attempts, _cookie(client, begun.state))["303"] == 1


def test_sixteen_logins_of_one_person_at_once_all_pass_and_make_one_person(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    logins = [platform.begin(client) for _ in range(AT_ONCE)]
    cookies: dict[str, str] = {}
    for begun in logins:
        cookies |= _cookie(client, begun.state)
    attempts = [(begun.state, signed(platform.claims(begun.nonce))) for begun in logins]
    assert _race(client, attempts, cookies) == {"303": AT_ONCE}
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 1


def test_a_reloaded_launch_is_refused_kindly(client: FlaskClient, platform: SigningPlatform) -> None:
    begun = platform.begin(client)
    token = signed(platform.claims(begun.nonce))
    assert post_launch(client, begun.state, token).status_code == 303
    again = post_launch(client, begun.state, token)
    assert 'data-error-code="launch-used"' in again.text
    assert "Set-Cookie" not in again.headers


def test_a_used_token_does_not_pass_with_a_new_login(client: FlaskClient, platform: SigningPlatform) -> None:
    begun = platform.begin(client)
    token = signed(platform.claims(begun.nonce))
    assert post_launch(client, begun.state, token).status_code == 303
    fresh = platform.begin(client)
    assert 'data-error-code="token-nonce"' in post_launch(client, fresh.state, token).text
