"""Platform keys: fetched seldom, rotated at once, and an outage ends with the platform's."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import time_machine

from lti_app.lti.launch.platform_keys import (
    KEYS_FRESH_SECONDS,
    KEYS_USABLE_SECONDS,
    REFILL_SECONDS,
    KeysUnreachableError,
    PlatformKeys,
    usable_keys,
)
from tests.signing_platform import KeyServer, jwk, key_server


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with key_server() as server:
        yield server


@pytest.fixture
def keys() -> PlatformKeys:
    return PlatformKeys(development=True)


def test_keys_are_fetched_once_while_they_are_warm(keys: PlatformKeys, server: KeyServer) -> None:
    for _ in range(50):
        assert keys.find(server.url, "key-1") is not None
    assert server.requests == 1


def test_people_who_come_while_keys_are_being_fetched_wait_for_that_fetch(
    keys: PlatformKeys, server: KeyServer
) -> None:
    server.delay_seconds = 0.2
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(keys.find(server.url, "key-1"))) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert None not in found
    assert server.requests == 1


def test_a_rotation_right_after_a_fetch_works_at_once(keys: PlatformKeys, server: KeyServer) -> None:
    keys.find(server.url, "key-1")
    server.keys = [jwk("key-1"), jwk("key-2", 1)]
    assert keys.find(server.url, "key-2") is not None


@pytest.mark.parametrize("is_warm", [True, False])
def test_a_burst_of_twenty_unknown_keys_costs_two_fetches(
    is_warm: bool, keys: PlatformKeys, server: KeyServer
) -> None:
    if is_warm:
        keys.find(server.url, "key-1")
        server.requests = 0
    assert {keys.find(server.url, f"made-up-{number}") for number in range(20)} == {None}
    assert server.requests <= 2


def test_the_bucket_fills_again(keys: PlatformKeys, server: KeyServer) -> None:
    for number in range(5):
        keys.find(server.url, f"made-up-{number}")
    server.keys = [jwk("key-2", 1)]
    assert keys.find(server.url, "key-2") is None
    with time_machine.travel(time.time() + REFILL_SECONDS + 1):
        assert keys.find(server.url, "key-2") is not None


def test_an_outage_is_over_within_a_second_of_the_platforms(keys: PlatformKeys, server: KeyServer) -> None:
    server.status = 503
    for _ in range(10):
        with pytest.raises(KeysUnreachableError):
            keys.find(server.url, "key-1")
    server.status = 200
    time.sleep(0.6)
    assert keys.find(server.url, "key-1") is not None


def test_an_outage_leaves_known_keys_good_and_says_so_of_unknown_ones(
    keys: PlatformKeys, server: KeyServer
) -> None:
    keys.find(server.url, "key-1")
    server.status = 503
    with pytest.raises(KeysUnreachableError):
        keys.find(server.url, "key-2")
    assert keys.find(server.url, "key-1") is not None


def test_a_platform_that_hangs_is_given_up_after_five_seconds_and_not_again_at_once(
    keys: PlatformKeys, server: KeyServer
) -> None:
    server.delay_seconds = 60
    started = time.monotonic()
    with pytest.raises(KeysUnreachableError):
        keys.find(server.url, "key-1")
    assert 4 < time.monotonic() - started < 30
    server.delay_seconds = 0
    assert server.requests <= 2
    time.sleep(0.6)
    assert keys.find(server.url, "key-1") is not None


def test_keys_that_are_an_hour_old_are_fetched_again_so_a_withdrawn_one_ends(
    keys: PlatformKeys, server: KeyServer
) -> None:
    keys.find(server.url, "key-1")
    server.keys = [jwk("key-2", 1)]
    assert keys.find(server.url, "key-1") is not None
    with time_machine.travel(time.time() + KEYS_FRESH_SECONDS + 1):
        assert keys.find(server.url, "key-1") is None


def test_old_keys_carry_over_an_outage_of_a_day(keys: PlatformKeys, server: KeyServer) -> None:
    keys.find(server.url, "key-1")
    server.status = 503
    started = time.time()
    with time_machine.travel(started + KEYS_USABLE_SECONDS - 60):
        assert keys.find(server.url, "key-1") is not None
    with time_machine.travel(started + KEYS_USABLE_SECONDS + 60), pytest.raises(KeysUnreachableError):
        keys.find(server.url, "key-1")


@pytest.mark.parametrize(
    "body", [b"", b"no", b"[]", b"{}", b'{"keys": {}}', b'{"keys": []}', b'{"error": 1}', b"[" * 90_000]
)
def test_an_answer_without_keys_counts_as_none_and_replaces_nothing(
    body: bytes, keys: PlatformKeys, server: KeyServer
) -> None:
    keys.find(server.url, "key-1")
    server.body = body
    with pytest.raises(KeysUnreachableError):
        keys.find(server.url, "key-2")
    assert keys.find(server.url, "key-1") is not None


def test_what_is_no_signing_key_is_left_out() -> None:
    good = jwk("key-1")
    weak = good | {"kid": "weak", "n": good["n"][:100]}
    odd = [
        None,
        "key",
        {},
        weak,
        good | {"kid": ""},
        good | {"kid": 5},
        good | {"kid": "for encryption", "use": "enc"},
        good | {"kid": "other algorithm", "alg": "RS512"},
        good | {"kid": "other kind", "kty": "EC"},
        good | {"kid": "no exponent", "e": None},
        good | {"kid": "even exponent", "e": "Ag"},
        good | {"kid": "no base64", "n": "å"},
        good | {"kid": "endless", "n": "A" * 5000},
    ]
    assert set(usable_keys({"keys": [*odd, good]})) == {"key-1"}
    bare = {name: value for name, value in good.items() if name not in {"use", "alg"}}
    assert set(usable_keys({"keys": [bare]})) == {"key-1"}
