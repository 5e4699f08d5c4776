"""`cim certificate verify`: in a shell without settings, on a developer's machine, in production."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from lti_app.certificates.keys import DEVELOPMENT, SPECIMEN, signing_key, specimen_key
from lti_app.certificates.pdf import draw
from lti_app.certificates.signature import sign
from lti_app.certificates.verification import MOST_BYTES, Finding, Verdict, verify
from lti_app.cli.verifying import Place, told
from lti_app.settings import Settings
from tests.certificate_samples import SHORTEST
from tests.signing_keys import p256_key, stored
from tests.unit.cli.conftest import Said

Cim = Callable[..., Said]
DRAWN = draw(SHORTEST)
SPECIMEN_FILE = sign(DRAWN, specimen_key())
CHANGED = SPECIMEN_FILE.replace(b"/Pages", b"/pages", 1)
TRUSTING, DEVELOPING, ANYWHERE = Place.TRUSTING, Place.DEVELOPMENT, Place.ANYWHERE


@pytest.fixture
def anywhere(cim: Cim, monkeypatch: pytest.MonkeyPatch) -> Cim:
    """The command in a shell in which nothing says what installation this is."""
    for name in [each for each in os.environ if each.startswith("CIM_")]:
        monkeypatch.delenv(name)
    return cim


@pytest.fixture
def production(anywhere: Cim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cim:
    """The command with the settings of a production installation."""
    monkeypatch.setenv("CIM_PUBLIC_URL", "https://cim.example.se")
    monkeypatch.setenv("CIM_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("CIM_SIGNING_PKCS12", str(stored(p256_key(), tmp_path / "key.p12")))
    return anywhere


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A certificate, signed by a key of a university's."""
    file = tmp_path / "certificate.pdf"
    file.write_bytes(sign(DRAWN, p256_key()))
    return file


def a_specimen(cim: Cim, folder: Path) -> Path:
    out = folder / "specimen.pdf"
    assert cim("certificate", "specimen", "lund-medicine", "--out", str(out)).code == 0
    return out


def test_without_settings_it_is_said_that_a_file_is_whole_and_that_nobody_knows_by_whom(
    anywhere: Cim, file: Path
) -> None:
    said = anywhere("certificate", "verify", str(file))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{file}: unchanged and whole since 'Lunds universitet' signed it on ")
    assert said.out.endswith(
        " UTC (as the signer says). Who that is was not checked: give --trust, or run this with an "
        "installation's settings.\n"
    )


def test_a_specimen_is_called_one_without_settings_and_on_a_developers_machine(
    cim: Cim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = cim("certificate", "verify", str(a_specimen(cim, tmp_path)))
    assert (said.code, said.err) == (0, "")
    assert "specimen.pdf: a specimen, unchanged and whole since it was signed on " in said.out
    assert said.out.endswith("; it proves nothing elsewhere.\n")
    for name in [each for each in os.environ if each.startswith("CIM_")]:
        monkeypatch.delenv(name)
    said = cim("certificate", "verify", str(a_specimen(cim, tmp_path)))
    assert (said.code, said.err) == (0, "")
    assert "specimen.pdf: a specimen, which proves nothing; unchanged and whole since " in said.out
    assert "Who made it was not checked: give --trust" in said.out


def test_a_development_installation_takes_its_own_certificates_for_what_they_are(
    cim: Cim, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.pdf"
    own.write_bytes(sign(DRAWN, signing_key(settings)))
    said = cim("certificate", "verify", str(own))
    assert (said.code, said.err) == (0, "")
    assert ", with the development key of this installation; it proves nothing elsewhere.\n" in said.out
    monkeypatch.setenv("CIM_VAR_DIR", str(tmp_path / "another"))
    said = cim("certificate", "verify", str(own))
    assert (said.code, said.out) == (1, "")
    assert f"own.pdf: not valid: signed by '{DEVELOPMENT}' on " in said.err


def test_whose_signature_counts_is_known_without_address_and_secret(
    anywhere: Cim, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIM_SIGNING_TRUST", str(tmp_path))
    said = anywhere("certificate", "verify", str(file))
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "whose certificate is not trusted here" in said.err
    (tmp_path / "trusted.pem").write_bytes(p256_key().certificate.public_bytes(Encoding.PEM))
    assert anywhere("certificate", "verify", str(file)).code == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CIM_PUBLIC_URL", ""),
        ("CIM_PUBLIC_URL", "cim.example.se"),
        ("CIM_DEVELOPMENT", "perhaps"),
        ("CIM_SIGNING_TRUST", "/nowhere/at/all"),
        ("CIM_CONFIG", "/nowhere/at/all.toml"),
    ],
)
def test_settings_that_cannot_be_used_are_no_reason_to_check_less(
    anywhere: Cim, file: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    said = anywhere("certificate", "verify", str(file))
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    "variable",
    ["CIM_SECRET_KEY", "CIM_DATABASE_URL", "CIM_VAR_DIR", "CIM_SIGNING_PASSPHRASE", "CIM_SIGNING_PKCS"],
)
def test_whatever_is_set_half_set_or_misspelt_no_unknown_key_counts(
    anywhere: Cim, file: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, f"sqlite:////nowhere/{'k' * 40}")
    said = anywhere("certificate", "verify", str(file))
    assert (said.code, said.out) == (1, "")
    assert "whose certificate is not trusted here" in said.err


def test_a_settings_file_says_what_installation_this_is(
    anywhere: Cim, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = stored(p256_key(), tmp_path / "own.p12")
    config = tmp_path / "cim.toml"
    monkeypatch.setenv("CIM_CONFIG", str(config))
    config.write_text(f'public_url = "https://cim.example.se"\nsecret_key = "{"k" * 40}"\n')
    assert anywhere("certificate", "verify", str(file)).code == 1
    config.write_text(config.read_text() + f'signing_pkcs12 = "{own}"\n')
    assert anywhere("certificate", "verify", str(file)).code == 0


def test_in_production_only_its_own_key_and_those_that_it_trusts_count(
    production: Cim, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = production("certificate", "verify", str(file))
    assert (said.code, said.out.count("\n")) == (0, 1)
    assert "valid: signed by Lunds universitet on " in said.out
    said = production("certificate", "verify", str(a_specimen(production, tmp_path)))
    assert said.code == 1
    assert f"specimen.pdf: not valid: signed by '{SPECIMEN}' on " in said.err
    monkeypatch.setenv("CIM_SIGNING_PKCS12", str(stored(p256_key("another"), tmp_path / "another.p12")))
    said = production("certificate", "verify", str(file))
    assert said.code == 1
    assert "not valid: signed by 'Lunds universitet' on " in said.err


def test_the_installations_own_certificates_are_known_without_naming_any(
    cim: Cim, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIM_SIGNING_PKCS12", str(stored(p256_key(), tmp_path / "key.p12")))
    assert cim("certificate", "verify", str(file)).code == 0
    assert "Lunds universitet" in cim("doctor").out


def test_a_certificate_is_verified_with_the_certificates_that_are_trusted(
    anywhere: Cim, file: Path, tmp_path: Path
) -> None:
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(p256_key().certificate.public_bytes(Encoding.PEM))
    said = anywhere("certificate", "verify", str(file), "--trust", str(trusted))
    assert (said.code, said.out.count("\n")) == (0, 1)
    assert "valid: signed by Lunds universitet on " in said.out
    said = anywhere("certificate", "verify", str(a_specimen(anywhere, tmp_path)), "--trust", str(trusted))
    assert said.code == 1
    trusted.write_text("Compromised since: 2026-05-01T12:00:00+00:00\n" + trusted.read_text())
    said = anywhere("certificate", "verify", str(file), "--trust", str(trusted))
    assert said.code == 1
    assert "and that key is compromised" in said.err
    file.write_bytes(file.read_bytes() + b" ")
    said = anywhere("certificate", "verify", str(file), "--trust", str(trusted))
    assert said.code == 1
    assert "something was added to the file" in said.err


def test_the_file_of_a_compromised_key_says_so(
    cim: Cim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(p256_key().certificate.public_bytes(Encoding.PEM))
    said = cim("keys", "compromised", str(trusted))
    assert said.code == 1
    assert "is not among the files that CIM_SIGNING_TRUST names" in said.err
    monkeypatch.setenv("CIM_SIGNING_TRUST", str(trusted))
    said = cim("keys", "compromised", str(trusted), "--since", "2026-05-01T12:00")
    assert "counts only with a timestamp from before 2026-05-01 12:00 UTC" in said.out
    assert trusted.read_text().startswith("Compromised since: 2026-05-01T12:00:00+00:00\n")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "there is no whole signature in this file"),
        (b"%PDF-1.7\n", "there is no whole signature in this file"),
        (b"\xff" * 5000, "there is no whole signature in this file"),
        (DRAWN, "there is no whole signature in this file"),
        (bytes(MOST_BYTES + 1), "the file is larger than any certificate"),
        (SPECIMEN_FILE[:3000] + SPECIMEN_FILE[3001:], "there is no whole signature in this file"),
        (CHANGED, "the file was changed, or its signature is broken"),
    ],
    ids=["empty", "beginning", "rubbish", "unsigned", "too large", "shortened", "changed"],
)
@pytest.mark.parametrize("place", ["cim", "anywhere", "production"])
def test_a_file_that_is_no_certificate_is_refused_in_one_line_everywhere(
    request: pytest.FixtureRequest, tmp_path: Path, place: str, content: bytes, why: str
) -> None:
    file = tmp_path / "no.pdf"
    file.write_bytes(content)
    said = request.getfixturevalue(place)("certificate", "verify", str(file))
    assert (said.code, said.out) == (1, "")
    assert said.err == f"cim: {file}: not valid: {why}.\n"


@pytest.mark.parametrize("place", Place)
def test_a_specimen_with_any_byte_flipped_or_something_added_will_do_nowhere(place: Place) -> None:
    trust = {TRUSTING: (), DEVELOPING: (p256_key().certificate,), ANYWHERE: ()}[place]
    assert told(verify(SPECIMEN_FILE, trust), place)[0] is (place is not TRUSTING)
    end = len(SPECIMEN_FILE)
    for where in [*range(0, end, end // 40), *range(end - 20_000, end, 97), end - 1]:
        flipped = bytearray(SPECIMEN_FILE)
        flipped[where] ^= 1 << where % 8
        assert not told(verify(bytes(flipped), trust), place)[0], where
    for added in (b"\n", b" ", b"\0", b"\n%%EOF\n"):
        is_good, words = told(verify(SPECIMEN_FILE + added, trust), place)
        assert not is_good
        assert "something was added" in words


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("finding", Finding)
def test_what_will_do_where(finding: Finding, place: Place) -> None:
    goods = {
        TRUSTING: {Finding.VALID},
        DEVELOPING: {Finding.VALID, Finding.DEVELOPMENT},
        ANYWHERE: {Finding.VALID, Finding.UNTRUSTED},
    }
    for name in ("Somebody", DEVELOPMENT):
        is_good, words = told(Verdict(finding, signed_by=name), place)
        assert is_good is (finding in goods[place])
        assert words.startswith("not valid: ") is not is_good
    is_good, _ = told(Verdict(finding, signed_by=SPECIMEN), place)
    assert is_good is (finding in goods[place] or (place, finding) == (DEVELOPING, Finding.UNTRUSTED))
