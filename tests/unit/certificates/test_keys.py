"""The key that signs: read as the operator has it, made for development, missed in a clear sentence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec

from lti_app.certificates.keys import NoSigningKey, SigningKey, self_signed, signing_key
from lti_app.certificates.making import make
from lti_app.settings import Settings
from tests.certificate_samples import SHORTEST
from tests.signing_keys import p256_key, rsa_key, stored
from tests.unit.certificates.test_drawing import text_of


@pytest.fixture
def production(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, development=False, var_dir=str(tmp_path))


@pytest.mark.parametrize("passphrase", ["", "lösen ord"])
def test_a_key_file_is_opened_with_its_passphrase(
    production: Settings, tmp_path: Path, passphrase: str
) -> None:
    file = stored(p256_key(), tmp_path / "key.p12", passphrase)
    key = signing_key(replace(production, signing_pkcs12=str(file), signing_passphrase=passphrase))
    assert key.certificate == p256_key().certificate
    assert not key.is_development
    assert "lösen" not in repr(replace(production, signing_passphrase=passphrase))


def test_an_rsa_key_will_do(production: Settings, tmp_path: Path) -> None:
    file = stored(rsa_key(), tmp_path / "key.p12")
    assert signing_key(replace(production, signing_pkcs12=str(file))).certificate == rsa_key().certificate


def test_what_will_not_do_is_said_in_one_sentence(production: Settings, tmp_path: Path) -> None:
    curve = ec.generate_private_key(ec.SECP384R1())
    other = SigningKey(curve, self_signed(curve, "other"))
    (tmp_path / "no.p12").write_bytes(b"no key")
    said = {
        "": "CIM_SIGNING_PKCS12 is not set",
        str(tmp_path / "nowhere.p12"): "cannot be read: No such file",
        str(tmp_path / "no.p12"): "is no PKCS#12 file, or CIM_SIGNING_PASSPHRASE does not open it",
        str(stored(p256_key(), tmp_path / "locked.p12", "secret")): "CIM_SIGNING_PASSPHRASE",
        str(stored(other, tmp_path / "other.p12")): "must hold a P-256 key or an RSA key of at least 2048 b",
    }
    for path, reason in said.items():
        with pytest.raises(NoSigningKey, match=reason):
            signing_key(replace(production, signing_pkcs12=path))


def test_a_certificate_that_has_ended_signs_no_more(production: Settings, tmp_path: Path) -> None:
    file = stored(p256_key(), tmp_path / "key.p12")
    with (
        time_machine.travel(p256_key().certificate.not_valid_after_utc + timedelta(days=1)),
        pytest.raises(NoSigningKey, match="does not hold now"),
    ):
        signing_key(replace(production, signing_pkcs12=str(file)))


def test_development_makes_one_key_and_keeps_it_also_when_many_ask_at_once(settings: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        serials = set(pool.map(lambda _: signing_key(settings).certificate.serial_number, range(4)))
    assert len(serials) == 1
    (file,) = Path(settings.var_dir).glob("development-signing.p12*")
    assert file.stat().st_mode & 0o077 == 0
    assert "DEVELOPMENT" in signing_key(settings).certificate.subject.rfc4514_string()


def test_a_page_signed_with_it_says_so(settings: Settings) -> None:
    (page,) = text_of(make(settings, SHORTEST))
    assert "DEVELOPMENT KEY – NOT VALID" in page
    assert "UTVECKLINGSNYCKEL – INTE GILTIGT" in page
