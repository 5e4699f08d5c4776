"""The certificates above the signer's: which go with a signature, and that none of their bits can change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from lti_app.certificates.conformance import breaches_of
from lti_app.certificates.keys import MOST_ABOVE, SigningKey, as_asn1, signing_key
from lti_app.certificates.pdf import draw
from lti_app.certificates.signature import sign
from lti_app.certificates.signed_bytes import signature_in
from lti_app.certificates.verification import Finding, verify
from lti_app.clock import now
from lti_app.settings import Settings
from tests.certificate_samples import SHORTEST
from tests.signing_keys import certified_key, chained_key, p256_key, rsa_key, stored
from tests.timestamping import stamper
from tests.unit.certificates.test_signature import status_of
from tests.unit.certificates.test_verification import signed_as_at_first

DRAWN = draw(SHORTEST)
LOST = {Finding.CHANGED, Finding.NOT_SIGNED}


def loaded(settings: Settings, folder: Path, key: SigningKey) -> SigningKey:
    return signing_key(replace(settings, signing_pkcs12=str(stored(key, folder / "key.p12"))))


def without_root(make: Any) -> SigningKey:
    key = chained_key(make)
    return replace(key, chain=key.chain[:-1])


def der_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def flipped(pdf: bytes, certificate: x509.Certificate, bits: list[int]) -> Iterator[bytes]:
    """The file with one bit of this certificate in its signature changed, for each of these bits."""
    der = der_of(certificate)
    start = pdf.index(der.hex().upper().encode())
    for bit in bits:
        changed = bytearray(der)
        changed[bit // 8] ^= 1 << bit % 8
        yield pdf[:start] + changed.hex().upper().encode() + pdf[start + 2 * len(der) :]


def test_those_between_the_key_and_the_root_go_with_it_in_whatever_order_the_file_has_them(
    settings: Settings, tmp_path: Path
) -> None:
    key = chained_key()
    issuing, policy, root = key.chain
    mixed = replace(key, chain=(root, p256_key("another").certificate, policy, key.certificate, issuing))
    assert loaded(settings, tmp_path, mixed).chain == (issuing, policy)


def test_a_key_that_the_root_itself_has_certified_is_signed_with_as_one_without_a_chain(
    settings: Settings, tmp_path: Path
) -> None:
    assert loaded(settings, tmp_path, certified_key()).chain == ()


@pytest.mark.parametrize("is_stamped", [False, True], ids=["by itself", "with a timestamp"])
@pytest.mark.parametrize("make", [p256_key, rsa_key])
def test_no_bit_of_any_certificate_in_a_chain_can_change(make: Any, is_stamped: bool) -> None:
    key = without_root(make)
    authority, tsa = stamper(now()) if is_stamped else (None, key.certificate)
    signed = sign(DRAWN, key, timestamps=authority)
    for trust in ([key.certificate, tsa], []):
        assert verify(signed, trust).is_intact
    assert verify(signed, [key.certificate, tsa]).is_valid
    for place, each in enumerate((key.certificate, *key.chain)):
        bits = range(8 * len(der_of(each)))
        some = [*bits[:80], *bits[-40:], *sorted(Random(place).sample(bits, 60))]
        for changed in flipped(signed, each, some):
            assert verify(changed, [key.certificate, tsa]).finding in LOST


def test_of_one_part_of_a_certificate_every_single_bit_is_tried() -> None:
    """Of its algorithm and signature, which its issuer's signature over it does not cover."""
    key = without_root(p256_key)
    signed, last = sign(DRAWN, key), 8 * len(der_of(key.chain[1]))
    for changed in flipped(signed, key.chain[1], list(range(last - 8 * 90, last))):
        assert verify(changed, [key.certificate]).finding in LOST


@pytest.mark.parametrize("make", [p256_key, rsa_key])
def test_a_second_reader_finds_a_way_up_the_chain_to_a_root_that_it_knows(make: Any) -> None:
    key = without_root(make)
    signed = sign(DRAWN, key, timestamps=stamper(now())[0])
    status = status_of(signed, chained_key(make).chain[-1])
    assert status.intact
    assert status.valid
    assert status.trusted
    assert breaches_of(signed) == ()
    assert [name["cert_hash"].native for name in named_in(signed)] == [
        as_asn1(each).sha256 for each in (key.certificate, *key.chain)
    ]


def named_in(signed: bytes) -> Any:
    found = signature_in(signed)
    assert found is not None
    signer = cms.ContentInfo.load(found.der)["content"]["signer_infos"][0]
    (attribute,) = [
        each for each in signer["signed_attrs"] if each["type"].native == "signing_certificate_v2"
    ]
    return attribute["values"][0]["certs"]


def test_one_that_is_missing_added_or_exchanged_is_found() -> None:
    key = without_root(p256_key)
    signed = sign(DRAWN, key)
    issuing, policy = key.chain
    for beside in (
        [],
        [issuing],
        [issuing, issuing],
        [issuing, policy, policy],
        [issuing, policy, key.certificate],
    ):
        assert verify(with_beside(signed, key, beside), [key.certificate]).finding is Finding.CHANGED
    assert verify(with_beside(signed, key, [policy, issuing]), [key.certificate]).is_valid


def with_beside(signed: bytes, key: SigningKey, beside: list[x509.Certificate]) -> bytes:
    """The file with these certificates beside the signer's, in the room that its signature has."""
    found = signature_in(signed)
    assert found is not None
    outer = cms.ContentInfo.load(found.der)
    outer["content"]["certificates"] = [
        cms.CertificateChoices("certificate", as_asn1(each)) for each in (key.certificate, *beside)
    ]
    start = signed.rindex(b"/Contents <") + len(b"/Contents <")
    end = signed.index(b">", start)
    digits = outer.dump().hex().upper().encode().ljust(end - start, b"0")
    assert len(digits) == end - start, "there is room enough"
    return signed[:start] + digits + signed[end:]


def test_what_was_signed_before_the_chain_was_named_counts_as_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    key = chained_key()
    older = signed_as_at_first(monkeypatch, DRAWN, key)
    assert len(named_in(older)) == 1
    assert verify(older, [key.certificate]).is_valid
    for changed in flipped(older, key.chain[0], [1000]):
        assert verify(changed, [key.certificate]).is_valid


def test_without_a_chain_nothing_is_named_but_the_signers_own() -> None:
    assert len(named_in(sign(DRAWN, p256_key()))) == 1


def test_many_certificates_or_names_cost_a_stranger_more_than_us(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = without_root(p256_key)
    many = tuple(p256_key(f"{each}").certificate for each in range(40))
    crowded = sign(DRAWN, replace(key, chain=many))
    crowded_once = signed_as_at_first(monkeypatch, DRAWN, replace(key, chain=many))
    start = time.process_time()
    assert verify(crowded, [key.certificate]).finding is Finding.CHANGED
    assert verify(crowded_once, [key.certificate]).is_valid
    assert time.process_time() - start < 0.2
    most = sign(DRAWN, replace(key, chain=many[:MOST_ABOVE]))
    assert verify(most, [key.certificate]).is_valid
