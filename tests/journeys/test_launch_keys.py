"""What launches cost their platform in fetches of its keys: none while they are known, two at a burst."""

from __future__ import annotations

import threading

from flask.testing import FlaskClient

from tests.journeys.launching import refused, sid_of
from tests.signing_platform import SigningPlatform, jwk, post_launch, signed


def test_launches_fetch_the_platforms_keys_once_and_then_not_at_all(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    sid_of(platform.launch(client))
    platform.server.requests = 0
    for _ in range(10):
        sid_of(platform.launch(client))
    assert platform.server.requests == 0


def test_a_platform_that_signs_with_a_new_key_right_after_a_fetch_is_believed_at_once(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    sid_of(platform.launch(client))
    platform.server.keys = [jwk("key-1"), jwk("key-2", 1)]
    begun = platform.begin(client)
    token = signed(platform.claims(begun.nonce), number=1, kid="key-2")
    sid_of(post_launch(client, begun.state, token))


def test_twenty_launches_with_made_up_keys_at_once_cost_two_fetches(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    sid_of(platform.launch(client))
    platform.server.requests = 0
    begun = [platform.begin(client) for _ in range(20)]
    tokens = [signed(platform.claims(each.nonce), kid=f"made-up-{n}") for n, each in enumerate(begun)]
    cookies = {
        name: client.get_cookie(f"cim_login_{name}", path="/lti/") for name in (b.state for b in begun)
    }
    answers = []

    def post(state: str, token: str) -> None:
        browser, cookie = client.application.test_client(), cookies[state]
        assert cookie is not None
        browser.set_cookie(cookie.key, cookie.value, path="/lti/")
        answers.append(post_launch(browser, state, token))

    threads = [
        threading.Thread(target=post, args=(each.state, token))
        for each, token in zip(begun, tokens, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    for answer in answers:
        refused(answer, "token-key-unknown")
    assert platform.server.requests <= 2
