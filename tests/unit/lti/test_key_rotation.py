"""The life of the tool's keys: next, current, retired; and storing them under another secret."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import time_machine

from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.lti.keys import (
    PUBLISHED_FOR,
    RETIRED_FOR,
    KeyView,
    current_key,
    list_keys,
    prepare_rotation,
    published_keys,
    reencrypt,
    rotate,
)
from lti_app.lti.models import KeyState
from lti_app.settings import Settings

MORNING = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def prepared(database: Database, settings: Settings) -> None:
    current_key(database, settings)
    with database.writing() as session:
        prepare_rotation(session, settings)


def rotated(
    database: Database, settings: Settings, *, kid: str = "", is_urgent: bool = False
) -> list[KeyView]:
    kid = kid or "".join(kids(database)[KeyState.NEXT])
    with database.writing() as session:
        return rotate(session, settings, kid, is_urgent=is_urgent)


def kids(database: Database) -> dict[KeyState, list[str]]:
    with database.reading() as session:
        found = list_keys(session)
    return {state: [each.kid for each in found if each.state is state] for state in KeyState}


def test_next_becomes_current_and_current_retired(database: Database, settings: Settings) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        prepared(database, settings)
        before = kids(database)
        clock.shift(PUBLISHED_FOR)
        found = rotated(database, settings)
    after = kids(database)
    assert after[KeyState.CURRENT] == before[KeyState.NEXT]
    assert after[KeyState.RETIRED] == before[KeyState.CURRENT]
    assert len(after[KeyState.NEXT]) == 1
    assert {each.state: each.changed_at for each in found} == dict.fromkeys(KeyState, MORNING + PUBLISHED_FOR)


def test_every_key_is_published_and_what_each_signed_still_verifies(
    database: Database, settings: Settings
) -> None:
    prepared(database, settings)
    tokens = []
    for _ in range(2):
        key = current_key(database, settings)
        tokens.append(jwt.encode({"iss": "me"}, key.private_key, "RS256", headers={"kid": key.kid}))
        rotated(database, settings, is_urgent=True)
    published = {each["kid"]: each for each in published_keys(database, settings)["keys"]}
    assert set(published) == {kid for found in kids(database).values() for kid in found}
    assert len(published) == 4
    for token in tokens:
        jwk = published[jwt.get_unverified_header(token)["kid"]]
        assert jwt.decode(token, jwt.PyJWK(jwk), ["RS256"]) == {"iss": "me"}


def test_the_process_signs_with_the_new_key_at_once(database: Database, settings: Settings) -> None:
    """Another process rotates: nothing of what this one has loaded stands in the way."""
    prepared(database, settings)
    before = current_key(database, settings)
    elsewhere = Database(settings.database_url)
    rotated(elsewhere, settings, is_urgent=True)
    elsewhere.engine.dispose()
    assert current_key(database, settings).kid != before.kid


def test_a_key_that_platforms_cannot_know_yet_does_not_sign(database: Database, settings: Settings) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        prepared(database, settings)
        before = kids(database)
        clock.shift(PUBLISHED_FOR - SECOND)
        with pytest.raises(ValueError, match=r"less than an hour.*Rotate in 1 min, or with --now"):
            rotated(database, settings)
        assert kids(database) == before
        rotated(database, settings, is_urgent=True)
    assert kids(database)[KeyState.CURRENT] == before[KeyState.NEXT]


def test_a_retired_key_is_published_for_a_week_and_deleted_by_the_rotation_after(
    database: Database, settings: Settings
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        prepared(database, settings)
        (first,) = kids(database)[KeyState.CURRENT]
        rotated(database, settings, is_urgent=True)
        clock.shift(RETIRED_FOR - SECOND)
        rotated(database, settings)
        assert first in kids(database)[KeyState.RETIRED]
        clock.shift(PUBLISHED_FOR)
        rotated(database, settings)
    retired = kids(database)[KeyState.RETIRED]
    assert first not in retired
    assert len(retired) == 2


def test_preparing_twice_makes_one_next_key(database: Database, settings: Settings) -> None:
    prepared(database, settings)
    before = kids(database)
    prepared(database, settings)
    assert kids(database) == before


def test_a_rotation_without_a_next_key_is_refused(database: Database, settings: Settings) -> None:
    current_key(database, settings)
    with pytest.raises(ValueError, match="Somebody else"):
        rotated(database, settings, is_urgent=True)


def test_of_two_rotations_at_once_one_is_carried_out(database: Database, settings: Settings) -> None:
    """The other would sign with a key that no platform has seen."""
    current_key(database, settings)
    start, outcomes = threading.Barrier(2), []

    def turn() -> None:
        with database.writing() as session:
            kid = prepare_rotation(session, settings)
        start.wait()
        try:
            rotated(database, settings, kid=kid, is_urgent=True)
        except ValueError as refusal:
            outcomes.append(str(refusal))

    threads = [threading.Thread(target=turn) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["Somebody else has just rotated the keys; `cim keys list` shows them."]
    assert {state: len(found) for state, found in kids(database).items()} == dict.fromkeys(KeyState, 1)


def test_keys_move_to_a_new_secret_and_stay_the_same_keys(database: Database, settings: Settings) -> None:
    prepared(database, settings)
    published = published_keys(database, settings)
    changed = replace(settings, secret_key="another secret of sufficient length!")
    with database.writing() as session:
        assert reencrypt(session, changed, settings.secret_key) == 2
    assert published_keys(database, changed) == published
    with pytest.raises(Problem, match="another CIM_SECRET_KEY"):
        current_key(database, settings)
    with database.writing() as session:
        assert reencrypt(session, changed, settings.secret_key) == 0


def test_a_wrong_old_secret_changes_nothing(database: Database, settings: Settings) -> None:
    prepared(database, settings)
    changed = replace(settings, secret_key="another secret of sufficient length!")
    with pytest.raises(ValueError, match="Neither"), database.writing() as session:
        reencrypt(session, changed, "a wrong one")
    assert current_key(database, settings)


def test_keys_of_a_lost_secret_make_room_for_new_ones(database: Database, settings: Settings) -> None:
    prepared(database, settings)
    before = kids(database)
    changed = replace(settings, secret_key="another secret of sufficient length!")
    with database.writing() as session:
        assert reencrypt(session, changed, None) == 2
    assert current_key(database, changed).kid not in before[KeyState.CURRENT]
