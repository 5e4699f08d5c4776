"""A credential from claim to revocation, as issuing a certificate goes through it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError, OB3Verifier
from sqlalchemy.orm import Session

from lti_app.certificates import issuing as certificates
from lti_app.certificates.badge import service as badge
from lti_app.certificates.badge.keys import known_keys, mark_compromised, rotate
from lti_app.certificates.badge.models import Credential, StatusList
from lti_app.certificates.badge.queries import credential_of, revoked_in
from lti_app.certificates.badge.signing import Prepared, SignedCredential, make
from lti_app.certificates.issuing import Claim
from lti_app.certificates.queries import public_view
from lti_app.db import Database
from lti_app.settings import Settings
from lti_app.storage import Storage
from tests import world
from tests.certificate_samples import TYPICAL
from tests.unit.certificates.earned import earned

URL, DID = "https://cim.example.org", "did:web:cim.example.org"
Fetch = Callable[[str], bytes]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation that others can reach."""
    return replace(settings, public_url=URL)


@pytest.fixture
def fetch(client: FlaskClient) -> Fetch:
    """Fetch what the tool publishes, as a stranger's software does that reads tokens."""

    def get(url: str) -> bytes:
        answer = client.get(url.removeprefix(URL), headers={"Accept": "application/vc+jwt, application/json"})
        assert answer.status_code == 200, url
        return answer.data

    return get


def claimed(database: Database, settings: Settings) -> tuple[Claim, Prepared]:
    with database.writing() as session:
        portfolio = earned(session)
    with database.writing() as session:
        taken = certificates.claim(session, settings, portfolio.id)
        assert taken is not None
        return taken, prepared(session, settings, taken)


def prepared(session: Session, settings: Settings, taken: Claim) -> Prepared:
    return badge.prepare(session, settings, institution_id=taken.institution_id, number=taken.facts.number)


def issued(database: Database, settings: Settings, storage: Storage) -> tuple[Claim, SignedCredential]:
    """The whole sequence: claim and prepare, make, store, record and conclude."""
    taken, ready = claimed(database, settings)
    signed = make(taken.facts, ready)
    upload = storage.begin(taken.institution_id)
    upload.write(signed.json_ld)
    stored = upload.finish()
    with database.writing() as session:
        certificates.conclude(session, taken, stored, signed)
    return taken, signed


def test_an_issued_credential_verifies_by_what_the_tool_publishes_until_it_is_revoked(
    database: Database, settings: Settings, storage: Storage, fetch: Fetch
) -> None:
    taken, signed = issued(database, settings, storage)
    number = taken.facts.number

    def verify() -> set[str | None]:
        embedded = OB3LdpVerifier.for_issuer_did(DID)
        token = OB3Verifier.for_issuer_did(DID, download=fetch)
        return {
            embedded.verify(signed.json_ld, check_status=True, download=fetch).id,
            token.verify(signed.jwt, check_status=True, download=fetch).id,
        }

    assert verify() == {taken.facts.verify_url}
    with database.writing() as session:
        rotate(session, settings)
    assert verify() == {taken.facts.verify_url}
    with database.writing() as session:
        assert badge.revoke(session, taken.institution_id, number)
    with pytest.raises(OB3VerificationError, match="'revocation' is set"):
        verify()


def test_what_a_compromised_key_signed_counts_no_more_and_another_signs_at_once(
    database: Database, settings: Settings, storage: Storage, fetch: Fetch
) -> None:
    taken, signed = issued(database, settings, storage)
    since = datetime(2026, 5, 1, tzinfo=UTC)
    with database.reading() as session:
        seen = public_view(session, taken.facts.code)
        assert seen is not None
        assert seen.badge_counts
        (stolen,) = known_keys(session)
    with database.writing() as session:
        for at in (since, since + timedelta(days=1)):
            current, other = mark_compromised(session, settings, stolen.kid, at)
        assert (other.kid, other.compromised_at) == (stolen.kid, since)
        assert current.kid != stolen.kid
        assert badge.revoke(session, taken.institution_id, taken.facts.number)  # the list is signed anew
        with pytest.raises(LookupError):
            mark_compromised(session, settings, "nobody's", since)
    document = json.loads(fetch(f"{URL}/.well-known/did.json"))
    assert [each["id"].endswith(current.kid) for each in document["verificationMethod"]] == [True, False]
    for verifier, form in (
        (OB3LdpVerifier.for_issuer_did(DID), signed.json_ld),
        (OB3Verifier.for_issuer_did(DID, download=fetch), signed.jwt),
    ):
        with pytest.raises(OB3VerificationError, match="has no verificationMethod"):
            verifier.verify(form, check_status=False, download=fetch)
    with database.reading() as session:
        seen = public_view(session, taken.facts.code)
    assert seen is not None
    assert not seen.badge_counts


def test_what_is_kept_is_what_was_made_byte_for_byte(
    database: Database, settings: Settings, storage: Storage
) -> None:
    taken, signed = issued(database, settings, storage)
    with database.writing() as session:
        rotate(session, settings)
        badge.revoke(session, taken.institution_id, taken.facts.number)
    with database.reading() as session:
        kept = credential_of(session, taken.institution_id, taken.facts.number)
    assert kept is not None
    assert (kept.json_ld, kept.jwt) == (signed.json_ld, signed.jwt)
    assert kept.revoked_at is not None


def test_preparing_again_gives_the_same_and_so_does_making(database: Database, settings: Settings) -> None:
    taken, ready = claimed(database, settings)
    with database.writing() as session:
        again = prepared(session, settings, taken)
    assert again == ready
    assert make(taken.facts, again) == make(taken.facts, ready)


def test_a_credential_that_was_only_prepared_is_nobodys(database: Database, settings: Settings) -> None:
    taken, _ = claimed(database, settings)
    with database.writing() as session:
        assert credential_of(session, taken.institution_id, taken.facts.number) is None
        assert not badge.revoke(session, taken.institution_id, taken.facts.number)
        assert not badge.revoke(session, taken.institution_id, "CIM-2026-999999")


def test_a_credential_is_kept_once_and_never_replaced(
    database: Database, settings: Settings, storage: Storage
) -> None:
    taken, signed = issued(database, settings, storage)
    for wrong in (signed, replace(signed, number="CIM-2026-999999")):
        with (
            pytest.raises(ValueError, match="not prepared, or has been issued"),
            database.writing() as session,
        ):
            badge.record(session, taken.institution_id, wrong)


def test_revoking_again_changes_nothing(database: Database, settings: Settings, storage: Storage) -> None:
    taken, _ = issued(database, settings, storage)
    seen = []
    for _ in range(2):
        with database.writing() as session:
            assert badge.revoke(session, taken.institution_id, taken.facts.number)
        with database.reading() as session:
            listed = session.get_one(StatusList, 1)
            seen.append((listed.version, listed.changed_at, session.query(Credential).one().revoked_at))
    assert seen[0] == seen[1]
    assert seen[0][0] == 1


def test_what_is_forgotten_is_gone_and_stays_revoked(
    database: Database, settings: Settings, storage: Storage
) -> None:
    taken, signed = issued(database, settings, storage)
    number = taken.facts.number
    with database.writing() as session:
        badge.revoke(session, taken.institution_id, number)
        for _ in range(2):
            badge.forget(session, taken.institution_id, number)
        badge.forget(session, taken.institution_id, "CIM-2026-999999")
    with database.reading() as session:
        assert credential_of(session, taken.institution_id, number) is None
        row = session.query(Credential).one()
        assert (row.json_ld, row.jwt, row.salt) == ("", "", "")
        assert revoked_in(session, row.status_list) == [row.status_index]
    with pytest.raises(ValueError, match="has been issued"), database.writing() as session:
        badge.record(session, taken.institution_id, signed)


def test_no_two_credentials_share_a_place_however_full_the_list_is(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(badge, "SIZE_BITS", 8)
    monkeypatch.setattr(badge, "FULL_AT", 6)
    with database.writing() as session:
        institution = world.an_institution(session)
        for number in range(14):
            badge.prepare(session, settings, institution_id=institution.id, number=f"CIM-{number}")
        places = [(each.status_list, each.status_index) for each in session.query(Credential)]
        lists = {each.number: each.allotted for each in session.query(StatusList)}
    assert len(set(places)) == 14
    assert lists == {1: 6, 2: 6, 3: 2}


def test_places_are_allotted_at_random(database: Database, settings: Settings) -> None:
    with database.writing() as session:
        institution = world.an_institution(session)
        places = [
            badge.prepare(session, settings, institution_id=institution.id, number=f"CIM-{number}").issuance
            for number in range(6)
        ]
    indexes = [each.status_index or 0 for each in places]
    assert len({later - earlier for earlier, later in pairwise(indexes)}) > 1


def test_those_who_prepare_at_once_get_places_of_their_own(database: Database, settings: Settings) -> None:
    with database.writing() as session:
        institution_id = world.an_institution(session).id
    ready = threading.Barrier(4)
    found: list[tuple[str, int | None]] = []

    def prepare(number: str) -> None:
        ready.wait(30)
        with database.writing() as session:
            made = badge.prepare(session, settings, institution_id=institution_id, number=number)
        found.append((made.signer.jwk_fragment, made.issuance.status_index))

    threads = [threading.Thread(target=prepare, args=(f"CIM-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 4
    assert len({key for key, _ in found}) == 1
    assert len({index for _, index in found}) == 4
    with database.reading() as session:
        assert session.get_one(StatusList, 1).allotted == 4


def test_two_institutions_may_have_the_same_number(database: Database, settings: Settings) -> None:
    with database.writing() as session:
        first, second = world.an_institution(session), world.an_institution(session, "Another university")
        one = badge.prepare(session, settings, institution_id=first.id, number=TYPICAL.number)
        other = badge.prepare(session, settings, institution_id=second.id, number=TYPICAL.number)
    assert one.issuance.salt != other.issuance.salt
    assert one.issuance.status_index != other.issuance.status_index
