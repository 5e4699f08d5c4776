"""A status list: which bit is whose, and that others read it as it is meant."""

from __future__ import annotations

import base64
import gzip
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3.status import decode_encoded_list, set_indices

from lti_app.certificates.badge.status import SIZE_BITS, encoded, list_credential, signed_on
from tests.unit.certificates.badge.samples import AT, DID


def test_the_first_place_is_the_leftmost_bit() -> None:
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded([0, 9])[1:] + "=="))
    assert bits[:2] == bytes([0b1000_0000, 0b0100_0000])
    assert len(bits) * 8 == SIZE_BITS == 131_072


@given(st.sets(st.integers(0, SIZE_BITS - 1), max_size=20))
@settings(max_examples=20)
def test_others_read_exactly_the_bits_that_are_set(revoked: set[int]) -> None:
    assert set_indices(decode_encoded_list(encoded(revoked))) == revoked


def test_a_bit_that_is_no_longer_set_leaves_no_trace() -> None:
    assert encoded([7, 94_567]) != encoded([7])
    assert set_indices(decode_encoded_list(encoded([7]))) == {7}


def test_the_list_is_a_credential_of_its_own() -> None:
    document = list_credential("https://cim.example.org/credentials/status/1", DID, [], AT, signed_on(AT))
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert document["issuer"] == DID
    subject: dict[str, str] = document["credentialSubject"]  # type: ignore[assignment]
    assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
    assert subject["encodedList"].startswith("u")


def test_a_list_counts_for_a_day_at_least_and_is_fetched_again_after_minutes() -> None:
    document = list_credential("https://cim.example.org/credentials/status/1", DID, [], AT, signed_on(AT))
    assert document["validFrom"] == "2026-11-21T10:00:30Z"
    assert document["validUntil"] == "2026-11-23T00:00:00Z"
    assert document["credentialSubject"]["ttl"] == 300_000  # type: ignore[index]  # in milliseconds


def test_the_day_of_a_list_is_the_same_wherever_it_is_asked() -> None:
    late = datetime(2026, 11, 22, 1, tzinfo=timezone(timedelta(hours=2)))
    assert signed_on(late) == signed_on(AT) == datetime(2026, 11, 21, tzinfo=UTC)


def test_an_empty_list_is_small() -> None:
    assert len(encoded([])) < 200
