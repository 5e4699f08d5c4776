"""What was issued stays as it was, byte for byte, and can be verified, whatever happens afterwards."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError, OB3Verifier
from sqlalchemy.orm import Session

from lti_app.certificates.afterwards import approve_correction, request_correction, revoke
from lti_app.certificates.badge import keys as badge_keys
from lti_app.certificates.badge.did import did_web
from lti_app.certificates.badge.publishing import published_did, published_list
from lti_app.certificates.badge.queries import credential_of
from lti_app.certificates.code import grouped
from lti_app.certificates.judging import Judgement, judge_file
from lti_app.certificates.models import Certificate, CertificateState, RevokeReason
from lti_app.certificates.trust import trust_of
from lti_app.certificates.verification import verify
from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.schemes.certificate_layout import CertificateLayout, Orientation
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.storage.models import StoredFile
from lti_app.web.context import Parts
from tests import world
from tests.classroom import a_classroom
from tests.signing_keys import p256_key, stored
from tests.unit.certificates.issuing import an_earner, certificates, deliver_due, only


def kept(session: Session, storage: Storage, found: Certificate) -> tuple[bytes, bytes, str]:
    """Everything that anybody has of a certificate: its file, and its credential in both forms."""
    badge = credential_of(session, found.institution_id, found.number)
    assert badge is not None
    with storage.open(session.get_one(StoredFile, found.stored_file_id).key) as opened:
        return opened.read(), badge.json_ld, badge.jwt


def prove(
    session: Session, settings: Settings, issued: tuple[bytes, bytes, str], *, status: bool
) -> set[str]:
    """Verify the badge as a stranger does, in the PDF and as a token, by what the tool publishes now."""

    def fetch(url: str) -> bytes:
        if url.endswith("/.well-known/did.json"):
            return json.dumps(published_did(session, settings)).encode()
        listed = published_list(session, settings, int(url.rsplit("/", 1)[1]))
        assert listed is not None
        return listed.jwt.encode()

    pdf, json_ld, jwt = issued
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        attached = opened.Root.AF[0].EF.F.read_bytes()
    assert attached == json_ld
    did = did_web(settings.public_url)
    embedded = OB3LdpVerifier.for_issuer_did(did)
    token = OB3Verifier.for_issuer_did(did, download=fetch)
    return {
        str(embedded.verify(attached, check_status=status, download=fetch).id),
        str(token.verify(jwt, check_status=status, download=fetch).id),
    }


def test_renaming_reissuing_revoking_new_keys_and_a_new_layout_change_nothing_that_was_issued(
    database: Database, settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    old_key, new_key = p256_key("the key of 2026"), p256_key("the key of 2027")
    trusted = tmp_path / "trust"
    trusted.mkdir()
    before = replace(
        settings,
        public_url="https://cim.example.org",
        signing_pkcs12=str(stored(old_key, tmp_path / "old.p12")),
        signing_trust=str(trusted),
    )
    after = replace(before, signing_pkcs12=str(stored(new_key, tmp_path / "new.p12")))
    with database.writing() as session:
        room = a_classroom(session)
        an_earner(session, room)
    deliver_due(Parts(before, database, storage))
    first = only(database)
    with database.reading() as session:
        issued = kept(session, storage, first)
        assert len(prove(session, before, issued, status=True)) == 1

    (trusted / "2026.pem").write_bytes(old_key.certificate.public_bytes(Encoding.PEM))
    document = bundled_schemes()["lund-medicine"]
    lying = replace(document.certificate, layout=CertificateLayout(Orientation.LANDSCAPE))
    with database.writing() as session:
        badge_keys.rotate(session, after)
        version = publish(session, room.course.institution_id, replace(document, certificate=lying))
        session.get_one(CourseSetup, room.course.id).scheme_version_id = version.id
        asked = request_correction(session, room.learning, first.id, new_name="Åsa Ny")
        approve_correction(session, room.teaching, asked.id)
    deliver_due(Parts(after, database, storage))
    with database.writing() as session:
        old, new = certificates(session)
        person = world.a_person(session, room.course, name="Karin Ko")
        coordinator = world.an_actor(person, room.course, Role.COORDINATOR)
        second = kept(session, storage, new)
        revoke(session, coordinator, new.id, reason=RevokeReason.HOLDER)

    with database.reading() as session:
        old, new = certificates(session)
        assert (old.state, new.state) == (CertificateState.SUPERSEDED, CertificateState.REVOKED)
        assert old.facts == first.facts
        assert kept(session, storage, old) == issued
        assert kept(session, storage, new) == second
        for pdf, found in ((issued[0], old), (second[0], new)):
            assert verify(pdf, *trust_of(after)).is_valid
            judged = judge_file(session, after, pdf)
            assert judged.judgement is Judgement.GENUINE
            assert judged.view is not None
            assert (judged.view.number, judged.view.state) == (found.number, found.state)
        for whole, found in ((issued, old), (second, new)):
            (proved,) = prove(session, after, whole, status=False)
            assert proved.endswith(grouped(found.code))
            with pytest.raises(OB3VerificationError, match="'revocation' is set"):
                prove(session, after, whole, status=True)
        published = {each.kid for each in badge_keys.known_keys(session)}
        assert len(published) == 2
