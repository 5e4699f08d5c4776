"""Any bytes whatever: a certificate that was changed is found out, and nothing makes the reader stumble."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from itertools import chain
from pathlib import Path

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.signers import PdfSignatureMetadata
from pypdf import PdfReader, PdfWriter

from lti_app.certificates import signature
from lti_app.certificates.keys import NoSigningKey, SigningKey, self_signed
from lti_app.certificates.pdf import draw
from lti_app.certificates.signature import sign
from lti_app.certificates.trust import TrustUnreadable, mark_compromised, trust_in, trust_of, usable_key
from lti_app.certificates.verification import MOST_BYTES, Finding, verify
from lti_app.clock import now
from lti_app.settings import Settings
from tests.certificate_samples import SHORTEST
from tests.signing_keys import NAME, p256_key, stored
from tests.timestamping import stamper

NOT_WHOLE = {Finding.CHANGED, Finding.NOT_SIGNED, Finding.UNTRUSTED, Finding.EXTENDED}


@cache
def signed() -> bytes:
    return sign(draw(SHORTEST), p256_key())


def finding_of(pdf: bytes) -> Finding:
    return verify(pdf, [p256_key().certificate]).finding


def signed_as_at_first(monkeypatch: pytest.MonkeyPatch, drawn: bytes, key: SigningKey) -> bytes:
    """By the ordinary signer, which names the signer's own certificate alone."""
    with monkeypatch.context() as patched:
        patched.setattr(signature, "_Attributes", lambda *_: None)
        return sign(drawn, replace(key))


def signature_place() -> int:
    return signed().rindex(b"/Contents <3082") + len(b"/Contents ")


@settings(max_examples=25)
@given(st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_one_flipped_bit_is_found_wherever_it_is(place: int, bit: int) -> None:
    changed = bytearray(signed())
    changed[place % len(changed)] ^= 1 << bit
    assert finding_of(bytes(changed)) in {Finding.CHANGED, Finding.NOT_SIGNED}


@settings(max_examples=60)
@given(st.integers(min_value=0, max_value=2 * 840), st.integers(min_value=0, max_value=7))
@example(6, 0)
@example(8, 1)
def test_also_in_the_signature_itself(offset: int, bit: int) -> None:
    changed = bytearray(signed())
    changed[signature_place() + offset] ^= 1 << bit
    assert finding_of(bytes(changed)) in {Finding.CHANGED, Finding.NOT_SIGNED}


def test_something_added_afterwards_is_found() -> None:
    for added in (b"\n", b"\n%%EOF\n", b"1 0 obj\n<</A 1>>\nendobj\nstartxref\n0\n%%EOF\n"):
        verdict = verify(signed() + added, [p256_key().certificate])
        assert verdict.finding is Finding.EXTENDED
        assert verdict.is_intact
        assert not verdict.covers_whole_file


def test_a_revision_that_another_tool_adds_is_found(tmp_path: Path) -> None:
    writer = PdfWriter(PdfReader(_written(tmp_path)), incremental=True)
    writer.add_metadata({"/Subject": "another"})
    writer.write(tmp_path / "more.pdf")
    more = (tmp_path / "more.pdf").read_bytes()
    assert more.startswith(signed())
    assert finding_of(more) is Finding.EXTENDED


def _written(folder: Path) -> Path:
    (folder / "signed.pdf").write_bytes(signed())
    return folder / "signed.pdf"


def test_a_second_range_that_claims_more_does_not_help_a_forger() -> None:
    end = len(signed()) + 40
    forged = signed() + b"/ByteRange [0 10 20 %d]" % (end - 20)
    assert finding_of(forged.ljust(end)) in NOT_WHOLE


@settings(max_examples=25)
@given(st.binary(max_size=3000))
@example(b"")
@example(b"%PDF-1.7\n/ByteRange [0 1 3 0]")
def test_random_bytes_are_no_certificate(content: bytes) -> None:
    assert finding_of(content) is Finding.NOT_SIGNED
    start = signature_place() + 1
    inside = (
        signed()[:start] + content.hex().upper().encode()[:1600].ljust(1600, b"0") + signed()[start + 1600 :]
    )
    assert finding_of(inside) in {Finding.CHANGED, Finding.NOT_SIGNED}


@pytest.mark.parametrize("kept", [0, 1, 100, 20_000, -1, -2, -100, -1500])
def test_a_file_that_was_cut_off_is_no_certificate(kept: int) -> None:
    assert finding_of(signed()[:kept]) is Finding.NOT_SIGNED


@pytest.mark.parametrize(
    "hostile",
    [
        b"/ByteRange [0 1 2 3]" * 50_000,
        b"/ByteRange " + b" " * 5_000_000,
        b"/ByteRange [0 " + b"9" * 5_000_000,
        b"/Contents <" + b"30" * 2_000_000 + b">/ByteRange [0 11 4000013 10]",
        b"%PDF-1.7\n" + b"<<" * 1_000_000,
        bytes(MOST_BYTES),
        b"x" * 7_000_000
        + b"/Contents <"
        + b"0" * 190_000
        + b">"
        + b"".join(b"/ByteRange [0 7000010 7190012 %d]" % number for number in range(1000)),
    ],
    ids=["many ranges", "blanks", "digits", "deep", "nested", "zeros", "one gap, many ranges"],
)
def test_a_hostile_file_is_turned_away_quickly(hostile: bytes) -> None:
    start = time.process_time()
    assert finding_of(hostile) is Finding.NOT_SIGNED
    assert time.process_time() - start < 1


def test_certificates_that_lead_round_and_round_are_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ways through those that say the same name are as many as the factorial of their number."""
    key, alike = p256_key(), [self_signed(p256_key(str(each)).private, "alike") for each in range(12)]
    trusted = [key.certificate, alike[0]]
    few, many = (stamper(now(), beside=alike[:most])[0] for most in (4, 5))
    drawn = draw(SHORTEST)
    with_chain = signed_as_at_first(monkeypatch, drawn, replace(key, chain=tuple(alike)))
    with_few, with_many = (sign(drawn, key, timestamps=each) for each in (few, many))
    of_content = CAdESSignedAttrSpec(timestamp_content=True)
    twice = partial(PdfSignatureMetadata, cades_signed_attr_spec=of_content)
    monkeypatch.setattr(signature, "PdfSignatureMetadata", twice)
    stamped_twice = sign(drawn, key, timestamps=few)
    start = time.process_time()
    assert verify(with_chain, trusted).is_valid, "what stands beside the signer's own is not looked at"
    assert verify(with_few, trusted).is_valid
    assert verify(with_many, trusted).finding is Finding.CHANGED
    assert verify(stamped_twice, trusted).finding is Finding.CHANGED, "ours have one, beside the signature"
    assert time.process_time() - start < 1


def test_a_file_larger_than_any_certificate_is_not_read() -> None:
    assert finding_of(bytes(MOST_BYTES + 1)) is Finding.TOO_LARGE


def test_a_deeply_nested_signature_is_turned_away() -> None:
    start = signature_place() + 1
    nested = (b"30820400" * 200)[:1600]
    assert finding_of(signed()[:start] + nested + signed()[start + 1600 :]) in NOT_WHOLE


def test_a_certificate_outlives_the_key_that_signed_it() -> None:
    with time_machine.travel(p256_key().certificate.not_valid_after_utc + timedelta(days=400)):
        assert finding_of(signed()) is Finding.VALID


def test_earlier_keys_count_as_long_as_their_certificates_are_kept(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "trust"
    folder.mkdir()
    own = stored(p256_key("the new key"), tmp_path / "new.p12")
    rotated = replace(settings, signing_pkcs12=str(own), signing_trust=str(folder))
    assert verify(signed(), *trust_of(rotated)).finding is Finding.UNTRUSTED
    (folder / "2026.pem").write_bytes(p256_key().certificate.public_bytes(Encoding.PEM))
    (folder / "read me.txt").write_text("not a certificate")
    assert verify(signed(), *trust_of(rotated)).is_valid
    assert verify(sign(draw(SHORTEST), p256_key("the new key")), *trust_of(rotated)).is_valid


def test_what_a_compromised_key_signed_counts_only_with_a_timestamp_from_before(
    settings: Settings, tmp_path: Path
) -> None:
    at = now().replace(microsecond=0)
    authority, root = stamper(at - timedelta(seconds=1))
    kept = tmp_path / "2026.pem"
    kept.write_bytes(p256_key().certificate.public_bytes(Encoding.PEM))
    (tmp_path / "authority.crt").write_bytes(root.public_bytes(Encoding.DER))
    own = str(stored(p256_key(), tmp_path / "own.p12"))
    found = replace(settings, signing_pkcs12=own, signing_trust=str(tmp_path))
    before = sign(draw(SHORTEST), p256_key(), timestamps=authority)
    after = sign(draw(SHORTEST), p256_key(), timestamps=stamper(at)[0])
    usable_key(found)
    for since in (at + timedelta(days=9), at, at + timedelta(days=9)):
        marked = mark_compromised(found, kept, since)
    assert marked == at, "the earlier moment stays"
    findings = [verify(each, *trust_of(found)).finding for each in (before, after, signed())]
    assert findings == [Finding.VALID, Finding.COMPROMISED, Finding.COMPROMISED]
    with pytest.raises(NoSigningKey, match="compromised"):
        usable_key(found)
    assert kept.read_text().count("Compromised since") == 1
    kept.write_text(kept.read_text().replace("+00:00", ""))
    with pytest.raises(TrustUnreadable, match="no time zone"):
        trust_of(found)
    with pytest.raises(TrustUnreadable, match="PEM"):
        mark_compromised(found, tmp_path / "authority.crt", at)
    with pytest.raises(TrustUnreadable, match="not among the files that CIM_SIGNING_TRUST names"):
        mark_compromised(found, Path(own), at)


def test_a_mark_is_written_whole_or_not_at_all(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, named = tmp_path / "kept" / "2026.pem", tmp_path / "trust" / "2026.pem"
    there.parent.mkdir()
    there.write_bytes(p256_key().certificate.public_bytes(Encoding.PEM))
    there.chmod(0o640)
    named.parent.mkdir()
    named.symlink_to(there)
    found, before = replace(settings, signing_trust=str(named.parent)), there.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(TrustUnreadable, match=r"No space left on device\. Its folder must"):
            mark_compromised(found, named, now())
    assert there.read_bytes() == before

    def denied(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    with monkeypatch.context() as patched:
        patched.setattr(os, "chown", denied)  # as for whoever is not root
        at = mark_compromised(found, named, now())
    assert list(trust_of(found).compromised.values()) == [at]
    assert named.is_symlink()
    assert there.stat().st_mode & 0o777 == 0o640
    assert list(there.parent.iterdir()) == [there]


def test_whoever_has_a_compromised_key_proves_no_earlier_moment_with_it(
    settings: Settings, tmp_path: Path
) -> None:
    stolen, at = p256_key(), now().replace(microsecond=0)
    renewed = SigningKey(stolen.private, self_signed(stolen.private, NAME))
    for name, key in (("stolen", stolen), ("renewed", renewed)):
        (tmp_path / f"{name}.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
    found = replace(settings, signing_trust=str(tmp_path))
    theirs, _ = stamper(at - timedelta(hours=1), stolen)
    forged = [sign(draw(SHORTEST), each, timestamps=theirs) for each in (stolen, renewed)]
    assert all(verify(each, *trust_of(found)).is_timestamped for each in forged)
    mark_compromised(found, tmp_path / "stolen.pem", at)
    for each in forged:
        verdict = verify(each, *trust_of(found))
        assert (verdict.finding, verdict.is_timestamped) == (Finding.COMPROMISED, False)
    again = replace(found, signing_pkcs12=str(stored(renewed, tmp_path / "renewed.p12")))
    with pytest.raises(NoSigningKey, match="compromised"):
        usable_key(again)


def test_certificates_are_read_from_a_file_or_a_folder_in_both_forms(tmp_path: Path) -> None:
    both = [p256_key(name).certificate for name in ("one", "two")]
    (tmp_path / "bundle.pem").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in both))
    assert list(trust_in(tmp_path / "bundle.pem").certificates) == both
    (tmp_path / "third.der").write_bytes(both[0].public_bytes(Encoding.DER))
    assert list(trust_in(tmp_path).certificates) == [*both, both[0]]
    (tmp_path / "bad.crt").write_bytes(os.urandom(20))
    with pytest.raises(TrustUnreadable, match=r"bad\.crt holds no certificate"):
        trust_in(tmp_path)
    with pytest.raises(TrustUnreadable, match="cannot be read"):
        trust_in(tmp_path / "nowhere")


def test_every_place_of_the_ranges_is_protected() -> None:
    start = signed().rindex(b"/ByteRange")
    for place in chain(range(start, start + 60, 3), range(len(signed()) - 40, len(signed()), 3)):
        changed = bytearray(signed())
        changed[place] ^= 1
        assert finding_of(bytes(changed)) in NOT_WHOLE, place
