"""Addresses of stored files without a cookie, and how stored bytes are served."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.storage.models import StoredFile, note_stored
from lti_app.web.signed import sign_file
from tests import world

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
MINUTE = timedelta(minutes=1)


@pytest.fixture
def stored(database: Database, storage: Storage) -> StoredFile:
    return a_stored_file(database, storage, PDF, "application/pdf")


def a_stored_file(database: Database, storage: Storage, content: bytes, media_type: str) -> StoredFile:
    with database.writing() as session:
        institution_id = world.an_institution(session).id
    upload = storage.begin(institution_id)
    upload.write(content)
    with database.writing() as session:
        return note_stored(session, upload.finish(), institution_id=institution_id, media_type=media_type)


def test_a_signed_address_gives_the_bytes_without_any_rights(
    client: FlaskClient, settings: Settings, stored: StoredFile
) -> None:
    response = _get(client, _path(sign_file(settings, stored.id, "intyg.pdf", lifetime=MINUTE)))
    assert response.status_code == 200
    assert response.data == PDF
    assert response.mimetype == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox;")
    assert response.headers["Content-Disposition"] == 'attachment; filename="intyg.pdf"'
    assert response.headers["Content-Length"] == str(len(PDF))


def test_a_name_outside_of_ascii_is_given_both_ways(
    client: FlaskClient, settings: Settings, stored: StoredFile
) -> None:
    response = _get(client, _path(sign_file(settings, stored.id, 'Närvaro "Åbo" 🎓.pdf', lifetime=MINUTE)))
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="N_rvaro __bo_ _.pdf"; '
        "filename*=UTF-8''N%C3%A4rvaro%20%22%C3%85bo%22%20%F0%9F%8E%93.pdf"
    )


def test_a_slash_in_a_name_does_not_break_its_address(
    client: FlaskClient, settings: Settings, stored: StoredFile
) -> None:
    assert _get(client, _path(sign_file(settings, stored.id, "a/b.pdf", lifetime=MINUTE))).status_code == 200


def test_an_address_whose_time_is_over_says_so(
    client: FlaskClient, settings: Settings, stored: StoredFile
) -> None:
    address = _path(sign_file(settings, stored.id, "a.pdf", lifetime=MINUTE))
    with time_machine.travel(stored.created_at + 2 * MINUTE):
        response = _get(client, address)
    assert response.status_code == 410
    assert b'data-error-code="link-expired"' in response.data


def test_another_name_another_key_or_a_forged_token_finds_nothing(
    client: FlaskClient, settings: Settings, stored: StoredFile
) -> None:
    address = _path(sign_file(settings, stored.id, "a.pdf", lifetime=MINUTE))
    assert _get(client, address.replace("/a.pdf", "/b.pdf")).status_code == 404
    assert _get(client, address.replace("/f/", "/f/x")).status_code == 404
    unknown = sign_file(settings, uuid.uuid4(), "a.pdf", lifetime=MINUTE)
    assert _get(client, _path(unknown)).status_code == 404


def test_a_part_of_the_bytes_can_be_asked_for(
    client: FlaskClient, settings: Settings, stored: StoredFile
) -> None:
    address = _path(sign_file(settings, stored.id, "a.pdf", lifetime=MINUTE))
    part = _get(client, address, headers={"Range": "bytes=5-8"})
    assert part.status_code == 206
    assert part.data == PDF[5:9]
    assert part.headers["Content-Range"] == f"bytes 5-8/{len(PDF)}"
    assert _get(client, address, headers={"Range": "bytes=999999-"}).status_code == 416


def test_bytes_that_the_store_lacks_are_not_found_and_not_said_to_be_removed_for_good(
    client: FlaskClient, settings: Settings, storage: Storage, stored: StoredFile
) -> None:
    storage.delete(stored.key)
    answer = _get(client, _path(sign_file(settings, stored.id, "a.pdf", lifetime=MINUTE)))
    assert answer.status_code == 404
    assert b'data-error-code="not-found"' in answer.data


def _get(client: FlaskClient, path: str, **options: Any) -> TestResponse:
    return client.get(path, buffered=True, **options)


def _path(address: str) -> str:
    return urlsplit(address).path
