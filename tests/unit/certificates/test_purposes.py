"""What a key may be for, as its certificate says: readers and the tool agree on what is refused."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from lti_app.certificates.keys import NoSigningKey, SigningKey, as_asn1, signing_key
from lti_app.certificates.pdf import draw
from lti_app.certificates.signature import sign
from lti_app.settings import Settings
from tests.certificate_samples import SHORTEST
from tests.signing_keys import key_for, p256_key, stored

ADOBE = x509.ObjectIdentifier("1.2.840.113583.1.1.5")
MICROSOFT = x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12")
DOCUMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
NO_USAGE = "its keyUsage has neither digitalSignature nor nonRepudiation"
NO_PURPOSE = "its extendedKeyUsage has none of documentSigning, "


def loaded(settings: Settings, folder: Path, key: SigningKey) -> SigningKey:
    production = replace(settings, development=False, signing_pkcs12=str(stored(key, folder / "key.p12")))
    return signing_key(production)


def is_valid_to_others(key: SigningKey) -> bool:
    """What pyHanko's own validation, as it is set by default, says of a signature with this key."""
    signed = PdfFileReader(BytesIO(sign(draw(SHORTEST), key))).embedded_signatures[0]
    roots = [as_asn1(p256_key("authority").certificate)]
    verdict = validate_pdf_signature(signed, ValidationContext(trust_roots=roots, allow_fetching=False))
    return bool(verdict.bottom_line)


@pytest.mark.parametrize(
    ("usage", "purposes", "reason"),
    [
        (["key_encipherment"], None, NO_USAGE),
        (["key_agreement"], [DOCUMENTS], NO_USAGE),
        (["key_cert_sign", "crl_sign"], None, NO_USAGE),
        ([], None, NO_USAGE),
        (["digital_signature"], [Purpose.SERVER_AUTH], NO_PURPOSE),
        (["content_commitment"], [Purpose.SERVER_AUTH, Purpose.CLIENT_AUTH], NO_PURPOSE),
        (["digital_signature"], [Purpose.CLIENT_AUTH], NO_PURPOSE),
        (["digital_signature"], [Purpose.TIME_STAMPING], NO_PURPOSE),
        (None, [Purpose.OCSP_SIGNING], NO_PURPOSE),
    ],
)
@pytest.mark.parametrize("is_critical", [True, False], ids=["critical", "not critical"])
def test_a_key_that_is_not_for_signing_is_refused_in_one_sentence(
    settings: Settings,
    tmp_path: Path,
    usage: list[str] | None,
    purposes: list[x509.ObjectIdentifier] | None,
    reason: str,
    is_critical: bool,
) -> None:
    with pytest.raises(NoSigningKey) as refused:
        loaded(settings, tmp_path, key_for(usage, purposes, is_critical=is_critical))
    said = str(refused.value)
    assert said.startswith("CIM_SIGNING_PKCS12: ")
    assert f"key.p12 holds a certificate that is not for signing documents: {reason}" in said
    assert said.endswith(".")


@pytest.mark.parametrize("usage", [None, ["digital_signature"], ["content_commitment", "key_encipherment"]])
@pytest.mark.parametrize(
    "purposes",
    [
        None,
        [DOCUMENTS],
        [ADOBE],
        [MICROSOFT, Purpose.CLIENT_AUTH],
        [Purpose.CLIENT_AUTH, Purpose.EMAIL_PROTECTION],
        [Purpose.CODE_SIGNING],
        [Purpose.ANY_EXTENDED_KEY_USAGE],
    ],
)
def test_a_key_of_which_one_purpose_is_signing_is_taken(
    settings: Settings,
    tmp_path: Path,
    usage: list[str] | None,
    purposes: list[x509.ObjectIdentifier] | None,
) -> None:
    key = key_for(usage, purposes)
    assert loaded(settings, tmp_path, key).certificate == key.certificate


@pytest.mark.parametrize("usage", [None, ["digital_signature", "key_cert_sign"]])
def test_a_certificate_that_calls_itself_an_authority_is_taken_as_those_that_openssl_makes_are(
    settings: Settings, tmp_path: Path, usage: list[str] | None
) -> None:
    key = key_for(usage, None, is_authority=True)
    assert loaded(settings, tmp_path, key).certificate == key.certificate


def test_extensions_that_cannot_be_read_are_said(settings: Settings, tmp_path: Path) -> None:
    nonsense = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.15"), b"\x04\x01a")
    with pytest.raises(NoSigningKey, match="not for signing documents: its extensions cannot be read"):
        loaded(settings, tmp_path, key_for(None, None, beside=[nonsense]))


def test_other_software_takes_what_has_nonrepudiation_and_refuses_what_cannot_sign() -> None:
    assert is_valid_to_others(key_for(["content_commitment"], [DOCUMENTS]))
    assert is_valid_to_others(key_for(["content_commitment", "digital_signature"], None, is_authority=True))
    assert not is_valid_to_others(key_for(["key_encipherment"], None))
    assert not is_valid_to_others(key_for(["digital_signature"], [Purpose.SERVER_AUTH]))
