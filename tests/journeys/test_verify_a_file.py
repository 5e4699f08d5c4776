"""Somebody who holds a certificate's file has it checked: genuine, changed, signed only, or not from here."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from flask.testing import FlaskClient
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf

from lti_app.certificates import afterwards
from lti_app.certificates.badge import keys as badge_keys
from lti_app.certificates.code import grouped
from lti_app.certificates.judging import MOST_BYTES
from lti_app.certificates.keys import signing_key
from lti_app.certificates.making import make
from lti_app.certificates.models import RevokeReason
from lti_app.certificates.trust import mark_compromised
from lti_app.clock import now
from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.settings import Settings
from lti_app.storage.models import StoredFile
from lti_app.web.context import Parts
from tests.certificate_samples import TYPICAL
from tests.inspect_page import page
from tests.signing_keys import p256_key, stored
from tests.unit.certificates.issuing import an_earner, certificates, deliver_due, files_in
from tests.unit.certificates.test_afterwards import actor_for, asked_for


@pytest.fixture
def issued(parts: Parts, database: Database) -> Iterator[bytes]:
    """The bytes of a certificate that was issued."""
    with database.writing() as session:
        an_earner(session)
    deliver_due(parts)
    with database.reading() as session:
        (found,) = certificates(session)
        file = session.get_one(StoredFile, found.stored_file_id)
    with parts.storage.open(file.key) as body:
        yield body.read()


def judged(client: FlaskClient, pdf: bytes) -> str:
    sent = client.post("/verify?lang=en", data={"file": (io.BytesIO(pdf), "certificate.pdf")})
    shown = page(sent)
    assert sent.headers["X-Robots-Tag"] == "noindex"
    return shown.main.attributes.get("data-judgement", "")


def test_a_file_is_genuine_only_byte_for_byte(
    client: FlaskClient, database: Database, settings: Settings, issued: bytes
) -> None:
    before = files_in(settings)
    assert judged(client, issued) == "genuine"
    middle = len(issued) // 2
    assert judged(client, issued[:middle] + bytes([issued[middle] ^ 1]) + issued[middle + 1 :]) == "changed"
    assert judged(client, issued + b"\n%%EOF\n") == "changed"
    assert judged(client, make(settings, replace(TYPICAL, specimen=True))) == "signed_only"
    assert files_in(settings) == before, "what is checked is kept nowhere"


@pytest.mark.parametrize(
    ("state", "heading", "beside"),
    [
        ("issued", "This certificate is valid", "neither replaced nor revoked"),
        ("superseded", "This certificate has been replaced", "See the newer certificate"),
        (
            "revoked",
            "This certificate has been revoked",
            "revoked on 1 July 2031 and is no longer valid. Reason: It was issued by mistake.",
        ),
    ],
)
def test_a_file_tells_what_became_of_its_certificate_as_loudly_as_its_code(
    client: FlaskClient, parts: Parts, issued: bytes, state: str, heading: str, beside: str
) -> None:
    with parts.db.reading() as session:
        (found,) = certificates(session)
    if state == "superseded":
        asked = asked_for(parts.db, found.id, new_name="Åsa Öberg Ek")
        with parts.db.writing() as session:
            afterwards.approve_correction(session, actor_for(session, found.id, Role.TEACHER), asked)
        deliver_due(parts)
    if state == "revoked":
        with time_machine.travel(datetime(2031, 6, 30, 22, 30, tzinfo=UTC)), parts.db.writing() as session:
            coordinator = actor_for(session, found.id, Role.COORDINATOR)
            afterwards.revoke(session, coordinator, found.id, reason=RevokeReason.ERROR)
    by_file = page(client.post("/verify?lang=en", data={"file": (io.BytesIO(issued), "x.pdf")}))
    by_code = page(client.get(f"/verify/{grouped(found.code)}?lang=en"))
    for seen in (by_file, by_code):
        assert seen.main.attributes["data-certificate-state"] == state
        assert seen.h1 == heading
        assert beside in seen.text
        assert "Å•• Ö••••" in seen.text
    assert "The file itself is genuine" in by_file.text
    newer = "See the newer certificate"
    assert by_file.links.get(newer) == by_code.links.get(newer)
    assert (newer in by_file.links) is (state == "superseded")


def saved_anew(pdf: bytes) -> bytes:
    """What a program makes of a certificate that is opened in it and saved as another file."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def test_a_copy_that_was_saved_anew_leads_to_the_certificate_and_is_not_called_genuine(
    client: FlaskClient, database: Database, issued: bytes
) -> None:
    with database.reading() as session:
        (found,) = certificates(session)
    for copy in (
        saved_anew(issued),
        b"%PDF-1.7\n% https://cim.example/verify/" + grouped(found.code).encode(),
    ):
        seen = page(client.post("/verify?lang=en", data={"file": (io.BytesIO(copy), "copy.pdf")}))
        assert seen.main.attributes["data-judgement"] == "copy"
        assert seen.h1 == "This is not the file that was issued"
        assert "the file by itself proves nothing" in seen.text
        assert "Anyone can put a code into a file" in seen.text
        assert seen.form("/verify") == {"lang": "en", "code": grouped(found.code)}
        for said_only_of_certificates in (found.number, "Å••", "valid", "genuine certificate is"):
            assert said_only_of_certificates not in seen.text
    asked = client.get("/verify", query_string=seen.form("/verify"), follow_redirects=True)
    assert page(asked).main.attributes["data-certificate-state"] == "issued"


@pytest.mark.parametrize(
    ("content", "judgement", "heading", "code"),
    [
        (
            b"%PDF-1.7 /verify/7777-7777-7777 ",
            "copy",
            "This is not the file that was issued",
            "7777-7777-7777",
        ),
        (
            b"%PDF-1.7 /verify/7777-7777-7777 /verify/8888-8888-8888 ",
            "copy",
            "This is not the file that was issued",
            "",
        ),
        (b"%PDF-1.7 a scan, or another document", "foreign", "This is not a certificate from here", ""),
        (bytes(1019) + b"%PDF-1.7", "foreign", "This is not a certificate from here", ""),
        (bytes(1020) + b"%PDF-1.7", "not_pdf", "This is not a PDF", ""),
        (b"\x89PNG\r\n\x1a\n a picture of a certificate", "not_pdf", "This is not a PDF", ""),
        (b"see https://cim.example/verify/7777-7777-7777", "not_pdf", "This is not a PDF", ""),
    ],
)
def test_a_file_that_is_none_of_ours_is_called_what_it_is_known_to_be(
    client: FlaskClient, content: bytes, judgement: str, heading: str, code: str
) -> None:
    sent = client.post("/verify?lang=en", data={"file": (io.BytesIO(content), "scan.pdf")})
    seen = page(sent)
    assert sent.status_code == 200
    assert (seen.main.attributes["data-judgement"], seen.h1) == (judgement, heading)
    assert seen.form("/verify")["code"] == code, "whatever it is, a certificate can be looked up by its code"


@pytest.mark.parametrize(
    ("language", "other"), [("sv", "English (choose the file again)"), ("en", "Svenska (välj filen igen)")]
)
def test_whoever_changes_the_language_of_an_answer_is_told_that_the_file_is_asked_for_again(
    client: FlaskClient, language: str, other: str
) -> None:
    file = {"file": (io.BytesIO(b"%PDF-1.7"), "x.pdf")}
    there = page(client.post(f"/verify?lang={language}", data=file)).links[other]
    path, _, field = there.partition("#")
    asked = page(client.get(path))
    assert asked.language == ("en" if language == "sv" else "sv")
    assert field in [each.attributes.get("id") for each in asked.main.all("input")]
    before = page(client.get(f"/verify?lang={language}"))
    assert other.partition(" ")[0] in before.links, "where nothing is lost nothing is said"


def test_a_document_that_somebody_else_signed_is_not_called_a_changed_certificate(
    client: FlaskClient, issued: bytes, tmp_path: Path
) -> None:
    blank = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(blank)
    signer = SimpleSigner.load_pkcs12(stored(p256_key("Another university"), tmp_path / "another.p12"))
    for name in ("First", "Second"):
        blank = sign_pdf(IncrementalPdfFileWriter(blank), PdfSignatureMetadata(field_name=name), signer)
        assert judged(client, blank.getvalue()) == "foreign"
    assert judged(client, blank.getvalue() + b"\n") == "foreign"
    assert judged(client, saved_anew(issued) + blank.getvalue()) == "copy"


def test_what_a_compromised_key_signed_proves_nothing_unless_it_is_known_here(
    app: Flask, client: FlaskClient, parts: Parts, issued: bytes, tmp_path: Path
) -> None:
    settings, marked = parts.settings, tmp_path / "2026.pem"
    unknown = make(settings, replace(TYPICAL, specimen=True))
    marked.write_bytes(signing_key(settings).certificate.public_bytes(Encoding.PEM))
    trusting = replace(settings, signing_trust=str(marked))
    mark_compromised(trusting, marked, now())
    app.extensions["cim"] = replace(parts, settings=trusting)
    assert judged(client, unknown) == "compromised"
    assert judged(client, issued) == "genuine", "these very bytes were issued, whoever signs now"
    with parts.db.writing() as session:
        (found,) = certificates(session)
        (key,) = badge_keys.known_keys(session)
        badge_keys.mark_compromised(session, settings, key.kid, now())
    shown = page(client.get(f"/verify/{grouped(found.code)}?lang=en"))
    assert shown.main.attributes["data-certificate-state"] == "issued"
    assert "the badge by itself proves nothing" in shown.text


def test_a_form_without_a_file_or_with_too_much_is_answered_kindly(client: FlaskClient) -> None:
    missing, empty = "Choose a file first.", "This file is empty."
    for form, said in (
        ({}, missing),
        ({"file": "text"}, missing),
        ({"file": (io.BytesIO(b""), "x.pdf")}, empty),
    ):
        sent = client.post("/verify?lang=en", data=form)
        assert sent.status_code == 422
        assert said in page(sent).text
    for too_many in (1, 20_000):
        sent = client.post(
            "/verify?lang=en",
            data=a_form_with(MOST_BYTES + too_many),
            content_type="multipart/form-data; boundary=x",
        )
        assert sent.status_code == 413
        assert "too large to be a certificate" in page(sent).text


def a_form_with(size_bytes: int) -> bytes:
    """A form with a file of this size, made by hand: the client would write it to the disk."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n'
    return head + b"x" * size_bytes + b"\r\n--x--\r\n"
