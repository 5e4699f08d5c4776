"""The tool's own keys: made once, published, unreadable without the secret."""

from __future__ import annotations

import threading
from dataclasses import replace

import jwt
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.lti.keys import current_key, published_keys
from lti_app.lti.models import ToolKey
from lti_app.settings import Settings


def test_what_the_key_signs_its_published_half_verifies(
    client: FlaskClient, database: Database, settings: Settings
) -> None:
    key = current_key(database, settings)
    token = jwt.encode({"iss": "me"}, key.private_key, "RS256", headers={"kid": key.kid})
    response = client.get("/lti/jwks.json")
    assert response.status_code == 200
    (published,) = response.get_json()["keys"]
    assert set(published) == {"kty", "n", "e", "alg", "use", "kid"}
    assert (published["kid"], published["alg"], published["use"]) == (key.kid, "RS256", "sig")
    assert jwt.decode(token, jwt.PyJWK(published), ["RS256"]) == {"iss": "me"}
    assert key.private_key.key_size >= 2048


def test_many_who_need_the_first_key_at_once_get_the_same(database: Database, settings: Settings) -> None:
    kids: list[str] = []
    threads = [
        threading.Thread(target=lambda: kids.append(current_key(database, settings).kid)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kids) == 4
    assert len(set(kids)) == 1


def test_a_loaded_key_is_kept(database: Database, settings: Settings) -> None:
    assert current_key(database, settings).private_key is current_key(database, settings).private_key


def test_the_private_half_is_not_readable_in_the_database(database: Database, settings: Settings) -> None:
    current_key(database, settings)
    with database.reading() as session:
        assert "PRIVATE" not in session.scalars(select(ToolKey.encrypted_pem)).one()


def test_another_secret_is_said_to_be_the_trouble(database: Database, settings: Settings) -> None:
    current_key(database, settings)
    other = replace(settings, secret_key="another secret of sufficient length!")
    with pytest.raises(Problem, match="another CIM_SECRET_KEY"):
        published_keys(database, other)
