"""Credentials verify with a library that shares no code with ours, and fail when anything is altered."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError, OB3Verifier
from pyld import jsonld

from lti_app.certificates.badge.canonical import FILES, FOLDER, canonical
from lti_app.certificates.badge.signing import make, specimen
from lti_app.clock import now
from tests.certificate_samples import SAMPLES, TYPICAL, with_merits
from tests.unit.certificates.badge.samples import ANOTHER, DID, ISSUANCE, SIGNER, URL, prepared, the_world

SIGNED = make(TYPICAL, prepared(TYPICAL.number))
PEOPLES_KEY = the_world(SIGNER)


def embedded(document: bytes, world: Any = PEOPLES_KEY) -> Any:
    """Verify as a stranger does: by the DID document and the status list that can be fetched."""
    verifier = OB3LdpVerifier.for_issuer_did(DID)
    return verifier.verify(document, check_status=True, download=world)


def token(text: str, world: Any = PEOPLES_KEY) -> Any:
    return OB3Verifier.for_issuer_did(DID, download=world).verify(text, check_status=True, download=world)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every value in a document that holds no others."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            yield from leaves(inner, (*path, key))
    else:
        yield path


def altered(document: Any, path: tuple[Any, ...]) -> bytes:
    """The document with another value there: another answer for yes, the last character changed in a text."""
    changed = copy.deepcopy(document)
    place = changed
    for key in path[:-1]:
        place = place[key]
    old = place[path[-1]]
    place[path[-1]] = (not old) if isinstance(old, bool) else old[:-1] + ("0" if old[-1] != "0" else "1")
    return json.dumps(changed).encode()


def test_both_forms_verify_and_say_the_same() -> None:
    one, other = embedded(SIGNED.json_ld), token(SIGNED.jwt)
    assert one.id == other.id == TYPICAL.verify_url
    assert one.identifiers == other.identifiers
    assert [each.value for each in one.results] == ["1", "1", "1"]


def test_forty_merits_verify_too() -> None:
    assert embedded(make(with_merits(40), prepared(TYPICAL.number)).json_ld)


def test_a_specimen_verifies_by_itself() -> None:
    signed = specimen(SAMPLES["specimen"], URL)
    assert OB3LdpVerifier().verify(signed.json_ld).issuer.id.startswith("did:key:")
    did = json.loads(signed.json_ld)["issuer"]["id"]
    assert OB3Verifier.for_issuer_did(did).verify(signed.jwt)


_SMALLER = replace(TYPICAL, merits=TYPICAL.merits[:1])  # as many kinds of values, and sooner verified
_DOCUMENT = json.loads(make(_SMALLER, prepared(TYPICAL.number)).json_ld)


def test_there_is_no_value_that_can_be_altered() -> None:
    assert embedded(json.dumps(_DOCUMENT).encode())
    passed = []
    for path in leaves(_DOCUMENT):
        try:
            embedded(altered(_DOCUMENT, path))
        except OB3VerificationError:
            continue
        passed.append(path)
    assert passed == []
    assert len(list(leaves(_DOCUMENT))) > 40


def test_nothing_can_be_added_or_taken_away() -> None:
    for changes in (
        {"evidence": [{"id": "https://x.example"}]},
        {"awardedDate": "2020-01-01T00:00:00Z"},
        {"favourite": "colour"},
    ):
        with pytest.raises(OB3VerificationError):
            embedded(json.dumps({**_DOCUMENT, **changes}).encode())
    for name in _DOCUMENT:
        with pytest.raises(OB3VerificationError):
            embedded(json.dumps({key: value for key, value in _DOCUMENT.items() if key != name}).encode())


@given(st.integers(0, len(SIGNED.jwt) - 1), st.sampled_from("A_-z9"))
@settings(max_examples=60)
def test_no_character_of_the_token_can_be_altered(place: int, char: str) -> None:
    changed = SIGNED.jwt[:place] + char + SIGNED.jwt[place + 1 :]
    same = _decoded(changed) == _decoded(
        SIGNED.jwt
    )  # the last character of a segment has bits that mean nothing
    if not same:
        with pytest.raises(OB3VerificationError):
            token(changed)


def _decoded(text: str) -> list[bytes]:
    try:
        return [jwt.utils.base64url_decode(part) for part in text.split(".")]
    except ValueError:
        return []


def test_a_revoked_credential_fails_in_both_forms_and_no_other_does() -> None:
    assert ISSUANCE.status_index is not None
    revoked = the_world(SIGNER, revoked=(ISSUANCE.status_index,))
    with pytest.raises(OB3VerificationError, match="'revocation' is set"):
        embedded(SIGNED.json_ld, revoked)
    with pytest.raises(OB3VerificationError, match="'revocation' is set"):
        token(SIGNED.jwt, revoked)
    neighbours = the_world(SIGNER, revoked=(ISSUANCE.status_index - 1, ISSUANCE.status_index + 1))
    assert embedded(SIGNED.json_ld, neighbours)


def test_a_list_from_before_the_revocation_does_not_count_for_ever() -> None:
    """Whoever was revoked may keep the list of the day before, and hand it to a verifier herself."""
    yesterdays = the_world(SIGNER, listed_at=now() - timedelta(days=1))
    old = the_world(SIGNER, listed_at=now() - timedelta(days=3))
    assert embedded(SIGNED.json_ld, yesterdays)
    assert token(SIGNED.jwt, yesterdays)
    with pytest.raises(OB3VerificationError, match=r"(?i)expired"):
        embedded(SIGNED.json_ld, old)
    with pytest.raises(OB3VerificationError, match=r"(?i)expired"):
        token(SIGNED.jwt, old)


def test_a_key_that_the_tool_never_published_verifies_nothing() -> None:
    stranger = the_world(ANOTHER)
    with pytest.raises(OB3VerificationError):
        embedded(SIGNED.json_ld, stranger)
    with pytest.raises(OB3VerificationError):
        token(SIGNED.jwt, stranger)


def test_the_key_is_found_among_others() -> None:
    rotated = the_world(ANOTHER, SIGNER)
    assert embedded(SIGNED.json_ld, rotated)
    assert token(SIGNED.jwt, rotated)


def test_the_token_names_its_type_key_and_claims() -> None:
    assert jwt.get_unverified_header(SIGNED.jwt) == {
        "alg": "EdDSA",
        "typ": "JWT",
        "kid": f"{DID}#{SIGNER.jwk_fragment}",
    }
    claims = jwt.decode(SIGNED.jwt, options={"verify_signature": False})
    assert claims["iss"] == DID
    assert claims["jti"] == TYPICAL.verify_url
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=claims["nbf"]) == ISSUANCE.at
    assert "sub" not in claims  # the subject has no id


def test_a_second_library_verifies_the_token_by_the_published_jwk() -> None:
    """One that shares no code with the first, which reads tokens with the same library as we write them."""
    methods = json.loads(PEOPLES_KEY(f"{URL}/.well-known/did.json"))["verificationMethod"]
    kid = jwt.get_unverified_header(SIGNED.jwt)["kid"]
    (found,) = (each["publicKeyJwk"] for each in methods if each["id"] == kid)
    read = JWS()
    read.deserialize(SIGNED.jwt, JWK(**found), alg="EdDSA")
    assert json.loads(read.payload)["id"] == TYPICAL.verify_url
    assert JWK(**found).thumbprint() == found["kid"]


def test_a_context_that_is_not_bundled_is_refused() -> None:
    with pytest.raises(KeyError, match=r"example\.org"):
        canonical({"@context": ["https://example.org/context"], "id": "urn:x"})


def _bundled(address: str, _options: Any) -> Any:
    document = json.loads((FOLDER / FILES[address]).read_text("utf-8"))
    return {"contextUrl": None, "documentUrl": address, "document": document}


# PyLD leaves control characters as they are, where RDFC-1.0 asks for \u001F; no certificate can print one.
_PRINTED = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from("\t\n\r"), max_size=30
)


@given(_PRINTED, _PRINTED)
@settings(max_examples=30)
def test_two_implementations_agree_on_the_canonical_form_of_any_text(name: str, narrative: str) -> None:
    document = {
        "@context": _DOCUMENT["@context"],
        "id": "urn:uuid:210c2024-d1a1-55a1-8924-3385bdd80e96",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": name,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "result": [{"type": ["Result"], "value": narrative}] * 2,
        },
    }
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _bundled}
    assert canonical(document) == jsonld.normalize(document, options)
