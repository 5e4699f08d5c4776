"""The tool's DID, and the document that anybody resolves it by."""

from __future__ import annotations

import base64

import pytest
from openbadgeslib.ob3.did import did_web_from_url, resolve_verification_method

from lti_app.certificates.badge.did import did_document, did_web
from lti_app.certificates.badge.encoding import base58btc, thumbprint
from tests.unit.certificates.badge.samples import ANOTHER, DID, SIGNER, published, the_world


@pytest.mark.parametrize(
    ("url", "did"),
    [
        ("https://cim.example.se", "did:web:cim.example.se"),
        ("http://localhost:8000", "did:web:localhost%3A8000"),
        ("https://cim.example.se:8443", "did:web:cim.example.se%3A8443"),
        ("http://[::1]:8000", "did:web:%5B%3A%3A1%5D%3A8000"),
        ("https://xn--hgskola-b1a.se", "did:web:xn--hgskola-b1a.se"),
    ],
)
def test_a_did_is_the_address_with_its_port_encoded(url: str, did: str) -> None:
    assert did_web(url) == did


@pytest.mark.parametrize("url", ["https://cim.example.se", "https://cim.example.se:8443"])
def test_others_make_the_same_did_of_the_address(url: str) -> None:
    assert did_web(url) == did_web_from_url(url)


def test_each_key_is_there_twice_and_may_assert() -> None:
    document = did_document(DID, [published(SIGNER), published(ANOTHER)])
    methods: list[dict[str, str]] = document["verificationMethod"]  # type: ignore[assignment]
    assert document["id"] == DID
    assert [each["type"] for each in methods] == ["JsonWebKey", "Multikey"] * 2
    assert {each["controller"] for each in methods} == {DID}
    assert document["assertionMethod"] == [each["id"] for each in methods]
    assert len({each["id"] for each in methods}) == 4


def test_nothing_private_is_in_it() -> None:
    text = str(did_document(DID, [published(SIGNER)]))
    private = SIGNER.private_key.private_bytes_raw()
    assert "'d'" not in text
    assert base64.urlsafe_b64encode(private).decode().rstrip("=") not in text


def test_both_methods_of_a_key_lead_to_the_same_public_key() -> None:
    world = the_world(ANOTHER, SIGNER)
    as_jwk = resolve_verification_method(f"{DID}#{SIGNER.jwk_fragment}", world)
    as_multikey = resolve_verification_method(f"{DID}#{SIGNER.multikey_fragment}", world)
    assert as_jwk == as_multikey
    assert as_jwk != resolve_verification_method(f"{DID}#{ANOTHER.jwk_fragment}", world)


@pytest.mark.parametrize(
    ("data", "text"), [(b"", "z"), (b"\0\0\x01", "z112"), (b"Hello World!", "z2NEpo7TZRRrLZSi2U")]
)
def test_base58_is_written_as_others_write_it(data: bytes, text: str) -> None:
    assert base58btc(data) == text


def test_a_thumbprint_is_that_of_the_standard() -> None:
    """RFC 8037 appendix A.3."""
    public = base64.urlsafe_b64decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    assert thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
