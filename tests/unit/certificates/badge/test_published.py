"""What the tool publishes of its credentials, for anybody's software: the DID document, the status lists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import jwt
import pytest
import time_machine
from flask.testing import FlaskClient

from lti_app.certificates.badge import publishing
from lti_app.certificates.badge import service as badge
from lti_app.certificates.badge.keys import rotate
from lti_app.certificates.badge.signing import make
from lti_app.certificates.facts import CertificateFacts
from lti_app.db import Database
from lti_app.settings import Settings
from tests import world
from tests.certificate_samples import TYPICAL

STATUS = "/credentials/status/1"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    """No day ends while a test runs: a list is signed anew each day."""
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def revocable(database: Database, settings: Settings) -> CertificateFacts:
    """A certificate whose credential has been issued."""
    with database.writing() as session:
        institution_id = world.an_institution(session).id
        ready = badge.prepare(session, settings, institution_id=institution_id, number=TYPICAL.number)
        badge.record(session, institution_id, make(TYPICAL, ready))
    return TYPICAL


def revoke(database: Database) -> None:
    with database.writing() as session:
        institution_id = world.an_institution(session).id
        assert badge.revoke(session, institution_id, TYPICAL.number)


def test_before_the_first_credential_the_did_has_no_key_and_there_is_no_list(client: FlaskClient) -> None:
    document = client.get("/.well-known/did.json").get_json()
    assert document["id"] == "did:web:localhost"
    assert document["verificationMethod"] == []
    assert client.get(STATUS).status_code == 404


def test_the_did_document_is_public_and_may_be_kept_for_minutes(
    client: FlaskClient, revocable: CertificateFacts
) -> None:
    answer = client.get("/.well-known/did.json")
    assert answer.content_type == "application/json"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    assert [each["type"] for each in answer.get_json()["verificationMethod"]] == ["JsonWebKey", "Multikey"]


def test_a_status_list_comes_as_a_document_or_as_a_token(
    client: FlaskClient, revocable: CertificateFacts
) -> None:
    document = client.get(STATUS)
    assert document.content_type == "application/ld+json"
    token = client.get(STATUS, headers={"Accept": "application/vc+jwt"})
    assert token.content_type == "application/vc+jwt"
    for answer in (document, token):
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Vary"] == "Accept"
    claims = jwt.decode(token.data.decode(), options={"verify_signature": False})
    said = json.loads(document.data)
    assert said["id"] == "http://localhost/credentials/status/1"
    assert claims["credentialSubject"] == said["credentialSubject"]
    assert claims["sub"] == said["credentialSubject"]["id"]
    assert said["proof"][0]["cryptosuite"] == "eddsa-rdfc-2022"


def test_a_browser_gets_the_document(client: FlaskClient, revocable: CertificateFacts) -> None:
    answer = client.get(STATUS, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.content_type == "application/ld+json"
    assert client.get(STATUS, headers={"Accept": "image/png"}).status_code == 200


def test_a_list_is_signed_once_and_again_when_it_or_the_key_has_changed(
    client: FlaskClient,
    database: Database,
    settings: Settings,
    revocable: CertificateFacts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signed = []
    sign = publishing.with_proof
    monkeypatch.setattr(publishing, "with_proof", lambda *args: signed.append(args) or sign(*args))
    first = client.get(STATUS)
    assert client.get(STATUS).data == first.data
    assert len(signed) == 1
    revoke(database)
    second = client.get(STATUS)
    assert second.data != first.data
    with database.writing() as session:
        rotate(session, settings)
    assert client.get(STATUS).data != second.data
    assert len(signed) == 3


def test_a_list_is_signed_anew_each_day_although_nothing_has_changed(
    client: FlaskClient, database: Database, settings: Settings
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        with database.writing() as session:
            institution_id = world.an_institution(session).id
            badge.prepare(session, settings, institution_id=institution_id, number=TYPICAL.number)
        first = client.get(STATUS)
        clock.move_to(datetime(2026, 12, 1, 23, 59, tzinfo=UTC))
        assert client.get(STATUS).data == first.data
        clock.move_to(datetime(2026, 12, 2, 0, 1, tzinfo=UTC))
        second = client.get(STATUS, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.get_json()["validUntil"], second.get_json()["validUntil"]) == (
        "2026-12-03T00:00:00Z",
        "2026-12-04T00:00:00Z",
    )
    assert first.get_json()["validFrom"] == second.get_json()["validFrom"] == "2026-12-01T12:00:00Z"
    created = [each.get_json()["proof"][0]["created"] for each in (first, second)]
    assert created == ["2026-12-01T12:00:00Z", "2026-12-02T00:00:00Z"]


def test_a_token_ends_with_the_list_in_it(client: FlaskClient, revocable: CertificateFacts) -> None:
    said = client.get(STATUS).get_json()
    token = client.get(STATUS, headers={"Accept": "application/vc+jwt"}).get_data(as_text=True)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert datetime.fromtimestamp(claims["exp"], UTC) == datetime.fromisoformat(said["validUntil"])


def test_who_has_the_list_already_need_not_fetch_it_again(
    client: FlaskClient, database: Database, revocable: CertificateFacts
) -> None:
    etag = client.get(STATUS).headers["ETag"]
    assert client.get(STATUS, headers={"If-None-Match": etag}).status_code == 304
    revoke(database)
    assert client.get(STATUS, headers={"If-None-Match": etag}).status_code == 200


def test_what_is_no_list_is_not_found(client: FlaskClient, revocable: CertificateFacts) -> None:
    for number in ("0", "2", "-1", "1000001", "9" * 40, "x", "1.5"):
        assert client.get(f"/credentials/status/{number}").status_code == 404, number


def test_few_lists_are_kept_in_memory(
    monkeypatch: pytest.MonkeyPatch, client: FlaskClient, revocable: CertificateFacts, database: Database
) -> None:
    monkeypatch.setattr(publishing, "_signed", {})
    monkeypatch.setattr(publishing, "_KEPT", 1)
    client.get(STATUS)
    revoke(database)
    client.get(STATUS)
    assert len(publishing._signed) == 1
