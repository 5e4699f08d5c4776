"""The life of the keys that sign credentials: made once, rotated, published for ever, sealed at rest."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from lti_app.certificates.badge.keys import current_signer, known_keys, reencrypt, rotate
from lti_app.certificates.badge.models import BadgeKey, BadgeKeyState
from lti_app.certificates.badge.proof import Signer
from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.settings import Settings
from tests.unit.certificates.badge.samples import DID


def signer(database: Database, settings: Settings) -> Signer:
    with database.writing() as session:
        return current_signer(session, settings, DID)


def kids(database: Database) -> list[tuple[str, BadgeKeyState]]:
    with database.reading() as session:
        return [(each.kid, each.state) for each in known_keys(session)]


def test_a_key_is_made_when_it_is_needed_and_then_kept(database: Database, settings: Settings) -> None:
    assert kids(database) == []
    first = signer(database, settings)
    assert kids(database) == [(first.jwk_fragment, BadgeKeyState.CURRENT)]
    assert signer(database, settings).private_key is first.private_key


def test_many_who_need_the_first_key_at_once_get_the_same(database: Database, settings: Settings) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(signer(database, settings).jwk_fragment))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_after_a_rotation_another_key_signs_and_all_stay_published(
    database: Database, settings: Settings
) -> None:
    signed = [signer(database, settings).jwk_fragment]
    for _ in range(2):
        with database.writing() as session:
            rotate(session, settings)
        signed.append(signer(database, settings).jwk_fragment)
    assert len(set(signed)) == 3
    current, *retired = kids(database)
    assert current == (signed[-1], BadgeKeyState.CURRENT)
    assert {kid for kid, state in retired if state is BadgeKeyState.RETIRED} == set(signed[:-1])


def test_the_private_half_is_not_readable_in_the_database(database: Database, settings: Settings) -> None:
    private = signer(database, settings).private_key.private_bytes_raw()
    with database.reading() as session:
        sealed = session.scalars(select(BadgeKey.sealed_private)).one()
    assert private.hex() not in sealed.encode().hex()


def test_another_secret_signs_nothing_but_hides_no_public_key(database: Database, settings: Settings) -> None:
    before = signer(database, settings)
    other = replace(settings, secret_key="another secret of sufficient length!")
    with pytest.raises(Problem, match="another CIM_SECRET_KEY"):
        signer(database, other)
    assert [kid for kid, _ in kids(database)] == [before.jwk_fragment]


def test_keys_move_to_a_new_secret_and_stay_the_same_keys(database: Database, settings: Settings) -> None:
    before = signer(database, settings)
    changed = replace(settings, secret_key="another secret of sufficient length!")
    for expected in (1, 0):
        with database.writing() as session:
            assert reencrypt(session, changed, settings.secret_key) == expected
    assert signer(database, changed).jwk_fragment == before.jwk_fragment


def test_a_wrong_old_secret_changes_nothing(database: Database, settings: Settings) -> None:
    before = signer(database, settings)
    changed = replace(settings, secret_key="another secret of sufficient length!")
    with pytest.raises(ValueError, match="Neither"), database.writing() as session:
        reencrypt(session, changed, "a wrong one")
    assert signer(database, settings).jwk_fragment == before.jwk_fragment


def test_keys_of_a_lost_secret_sign_no_more_and_stay_published(
    database: Database, settings: Settings
) -> None:
    before = signer(database, settings)
    changed = replace(settings, secret_key="another secret of sufficient length!")
    for expected in (1, 0):
        with database.writing() as session:
            assert reencrypt(session, changed, None) == expected
    after = signer(database, changed)
    assert kids(database) == [
        (after.jwk_fragment, BadgeKeyState.CURRENT),
        (before.jwk_fragment, BadgeKeyState.RETIRED),
    ]
