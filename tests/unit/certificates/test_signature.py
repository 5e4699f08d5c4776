"""The signature: whole and alone, by pyHanko's own reader as well as by ours, with and without timestamp."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import time_machine
from cryptography.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from lti_app.certificates.conformance import breaches_of
from lti_app.certificates.keys import as_asn1, signing_key
from lti_app.certificates.pdf import draw
from lti_app.certificates.signature import sign
from lti_app.certificates.timestamps import TimestampUnavailable
from lti_app.certificates.verification import Finding, verify
from lti_app.settings import load
from tests.certificate_samples import SHORTEST, TYPICAL
from tests.signing_keys import NAME, certified_key, p256_key, rsa_key, stored
from tests.timestamping import stamper


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return draw(TYPICAL, credential=b"{}")


def status_of(pdf: bytes, trusted: Certificate) -> Any:
    """What pyHanko says, reading the file as a PDF."""
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    trust = ValidationContext(trust_roots=[as_asn1(trusted)], allow_fetching=False)
    return validate_pdf_signature(signature, trust)


@pytest.mark.parametrize("key", [p256_key, rsa_key])
def test_a_second_reader_finds_it_whole_trusted_and_certified_against_change(drawn: bytes, key: Any) -> None:
    signed = sign(drawn, key())
    status = status_of(signed, key().certificate)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.docmdp_ok
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        signature = pdf.Root.Perms.DocMDP
        assert signature.SubFilter == "/ETSI.CAdES.detached"
        assert signature.Reference[0].TransformParams.P == 1
        assert pdf.Root.AcroForm.Fields[0].TU == "Digital signature of the issuer"
    assert breaches_of(signed) == ()


def test_a_certified_key_counts_by_its_own_certificate_not_by_its_authority(
    drawn: bytes, tmp_path: Path
) -> None:
    key = certified_key()
    file = stored(key, tmp_path / "key.p12")
    production = load({"CIM_PUBLIC_URL": "https://cim.example", "CIM_SECRET_KEY": "x" * 32})
    signed = sign(drawn, signing_key(replace(production, signing_pkcs12=str(file))))
    assert breaches_of(signed) == ()
    assert verify(signed, [key.certificate]).signed_by == NAME
    with time_machine.travel(key.certificate.not_valid_after_utc + timedelta(days=400)):
        assert verify(signed, [key.certificate]).is_valid
    assert verify(signed, [key.chain[0]]).finding is Finding.UNTRUSTED, "it certifies others, too"


def test_what_is_signed_after_the_certificate_has_ended_does_not_count(drawn: bytes) -> None:
    with time_machine.travel(certified_key().certificate.not_valid_after_utc + timedelta(days=400)):
        late = sign(drawn, certified_key())
    verdict = verify(late, [certified_key().certificate])
    assert verdict.finding is Finding.UNTRUSTED
    assert verdict.is_intact


def test_our_reader_says_by_whom_and_when(drawn: bytes) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    verdict = verify(sign(drawn, p256_key()), [p256_key().certificate])
    assert verdict.is_valid
    assert verdict.signed_by == NAME
    assert verdict.signed_at is not None
    assert before < verdict.signed_at < datetime.now(UTC) + timedelta(seconds=2)
    assert not verdict.is_timestamped


def test_signing_leaves_what_was_drawn_as_it_is(drawn: bytes) -> None:
    assert sign(drawn, p256_key()).startswith(drawn)


def test_two_signatures_of_one_key_take_the_same_room(drawn: bytes) -> None:
    first, second = (sign(drawn, p256_key("room")) for _ in range(2))
    assert len(first) == len(second)


def test_a_timestamp_proves_when(drawn: bytes) -> None:
    moment = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    authority, root = stamper(moment)
    signed = sign(drawn, p256_key(), timestamps=authority)
    verdict = verify(signed, [p256_key().certificate, root])
    assert verdict.is_valid
    assert verdict.is_timestamped
    assert verdict.signed_at == moment
    assert breaches_of(signed) == ()
    unproved = verify(signed, [p256_key().certificate])
    assert unproved.is_valid
    assert not unproved.is_timestamped


def test_a_timestamp_authority_that_fails_is_no_certificate() -> None:
    class Broken(DummyTimeStamper):
        async def async_request_tsa_response(self, req: Any) -> Any:
            from pyhanko.sign.timestamps.common_utils import TimestampRequestError

            raise TimestampRequestError("it answered 503")

    broken = Broken.__new__(Broken)
    super(DummyTimeStamper, broken).__init__()
    with pytest.raises(TimestampUnavailable, match="503"):
        sign(draw(SHORTEST), p256_key(), timestamps=broken)


def test_one_that_is_trusted_by_name_but_has_another_key_is_not(drawn: bytes) -> None:
    signed = sign(drawn, p256_key())
    assert verify(signed, [rsa_key().certificate]).finding is Finding.UNTRUSTED
    assert verify(signed, [p256_key("another").certificate]).finding is Finding.UNTRUSTED
    assert verify(signed, []).finding is Finding.UNTRUSTED
