"""A login lets in exactly one launch, whatever arrives at the same moment."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.lti.ags.models import LineItem, LineItemKind, SpareAssignment
from lti_app.people.models import Enrolment, Person
from lti_app.web.models import LaunchSession
from tests.signing_platform import LTI, SigningPlatform, post_launch, signed

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


def test_a_class_that_opens_a_copied_course_at_once_is_let_in(
    app: Flask, platform: SigningPlatform, database: Database
) -> None:
    """The first to come sets the course up, while the others are noted in it: nobody waits for each other."""
    kinds = [kind.value for kind in LineItemKind]
    browsers, ready = [app.test_client() for _ in range(12)], threading.Barrier(12)
    tokens = []
    for number, browser in enumerate(browsers):
        begun = platform.begin(browser)
        lineitem = {"lineitems": "https://school.test/li", "lineitem": f"https://school.test/li/{number % 6}"}
        carried = {"cim_kind": kinds[number % 3], "cim_scheme": "lund-medicine", "cim_programme": "lakare"}
        claims = platform.claims(
            begun.nonce,
            sub=f"student {number % 6}",  # some in two tabs
            **{LTI + "custom": carried, "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": lineitem},
        )
        tokens.append((browser, begun.state, signed(claims)))

    def enter(browser: FlaskClient, state: str, token: str) -> int:
        ready.wait()
        answer = post_launch(browser, state, token)
        return browser.get(answer.location, follow_redirects=True).status_code if answer.location else 0

    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(lambda each: enter(*each), tokens)) == {200}
    with database.reading() as session:
        bound = {each.kind: each.url for each in session.scalars(select(LineItem))}
        spare = {each.url for each in session.scalars(select(SpareAssignment))}
    assert set(bound) == set(LineItemKind)
    assert spare == {f"https://school.test/li/{number}" for number in range(6)} - set(bound.values())
