"""What a credential says of a certificate, and what it never says."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft201909Validator

from lti_app.certificates.badge.credential import credential, identity_hash
from lti_app.certificates.badge.signing import make, specimen
from lti_app.certificates.facts import CertificateFacts, Text
from tests.certificate_samples import SAMPLES, SHORTEST, TYPICAL, with_merits
from tests.unit.certificates.badge.samples import ISSUANCE, URL, prepared

SCHEMA = Draft201909Validator(
    json.loads(Path(__file__).with_name("ob_v3p0_achievementcredential_schema.json").read_text("utf-8"))
)


def said(facts: CertificateFacts = TYPICAL) -> Any:
    """The signed credential of these facts, read again."""
    signed = specimen(facts, URL) if facts.specimen else make(facts, prepared(facts.number))
    return json.loads(signed.json_ld)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_certificate_has_a_credential_that_the_official_schema_takes(name: str) -> None:
    document = said(SAMPLES[name])
    assert [error.message for error in SCHEMA.iter_errors(document)] == []
    assert isinstance(document["proof"], list)


def test_the_official_schema_would_refuse_one_without_criteria() -> None:
    document = said()
    del document["credentialSubject"]["achievement"]["criteria"]
    assert not SCHEMA.is_valid(document)


def test_it_names_certificate_issuer_day_and_place_of_verification() -> None:
    document = said()
    assert document["id"] == TYPICAL.verify_url
    assert document["issuer"]["id"] == "did:web:cim.example.org"
    assert document["issuer"]["name"] == "Lunds universitet / Lund University"
    assert document["validFrom"] == "2026-11-21T10:00:30Z"
    assert document["credentialSubject"]["licenseNumber"] == "CIM-2026-000123"
    assert document["credentialSubject"]["achievement"]["achievementType"] == "CoCurricular"


def test_name_description_and_criteria_are_in_both_languages() -> None:
    achievement = said()["credentialSubject"]["achievement"]
    assert achievement["name"] == "Diplom över internationella meriter / Certificate of International Merits"
    for text in (achievement["description"], achievement["criteria"]["narrative"]):
        swedish, english = text.split("\n\n")
        assert "Lunds universitet" in swedish
        assert "Lund University" in english
    assert said(SHORTEST)["name"] == "Certificate of International Merits"


def test_a_scheme_is_named_unless_the_title_says_it() -> None:
    facts = replace(TYPICAL, scheme_name=Text("Lund, medicin", "Lund, Medicine"))
    achievement = said(facts)["credentialSubject"]["achievement"]
    swedish, english = achievement["description"].split("\n\n")
    assert swedish.endswith("kraven i certifikatsordningen ”Lund, medicin” vid Lunds universitet.")
    assert english.endswith("the requirements of the scheme “Lund, Medicine” at Lund University.")
    assert "the requirements of the scheme “Lund, Medicine”. " in achievement["criteria"]["narrative"]
    told = said(SHORTEST)["credentialSubject"]["achievement"]["description"]
    assert told.endswith("the requirements at Lund University.")
    half = replace(TYPICAL, scheme_name=Text("Ett annat namn", TYPICAL.title.en))
    assert "ordningen ”Ett annat namn”" in said(half)["credentialSubject"]["achievement"]["description"]


def test_merits_are_counted_by_setting_and_each_figure_is_explained() -> None:
    subject = said(with_merits(40))["credentialSubject"]
    explained = {each["id"]: each["name"] for each in subject["achievement"]["resultDescription"]}
    assert {explained[each["resultDescription"]]: each["value"] for each in subject["result"]} == {
        "Godkända meriter, utomlands / Approved merits, abroad": "10",
        "Godkända meriter, på hemmaplan / Approved merits, at home": "10",
        "Godkända meriter, digitalt / Approved merits, virtual": "10",
        "Godkända meriter, på egen hand / Approved merits, on own initiative": "10",
    }


def test_nothing_personal_is_in_it_but_a_hash() -> None:
    merit = replace(TYPICAL.merits[0], title="TITLE-OF-HERS", place="PLACE-OF-HERS")
    facts = replace(TYPICAL, holder_name="Name Of-Hers", merits=(merit,))
    text = json.dumps(said(facts), ensure_ascii=False)
    private = (
        "Name Of-Hers",
        merit.title,
        merit.place,
        merit.type_label.en,
        "2024-10-14",
        "Åkesson",
        "Berlin",
    )
    assert [each for each in private if each in text] == []
    assert "evidence" not in text


def test_the_holders_name_can_be_confirmed_by_whom_knows_it() -> None:
    (identity,) = said()["credentialSubject"]["identifier"]
    by_hand = hashlib.sha256((TYPICAL.holder_name + identity["salt"]).encode()).hexdigest()
    assert identity["identityHash"] == f"sha256${by_hand}"
    assert (identity["hashed"], identity["identityType"]) == (True, "name")


def test_a_name_is_the_same_however_its_accents_are_stored() -> None:
    assert identity_hash("A\u030asa", "salt") == identity_hash("\u00c5sa", "salt")


def test_another_salt_makes_the_same_name_unrecognisable() -> None:
    assert identity_hash("Åsa", "1") != identity_hash("Åsa", "2")


def test_an_achievement_is_the_same_for_every_holder_and_another_for_every_institution() -> None:
    def achievement_id(facts: CertificateFacts, **changes: Any) -> Any:
        subject: Any = credential(facts, replace(ISSUANCE, **changes))["credentialSubject"]
        return subject["achievement"]["id"]

    same = achievement_id(TYPICAL)
    assert achievement_id(replace(TYPICAL, holder_name="Bo Ek", number="CIM-2026-000124")) == same
    assert achievement_id(TYPICAL, institution_id=prepared("").issuance.institution_id) == same
    assert achievement_id(TYPICAL, institution_id=type(ISSUANCE.institution_id)(int=1)) != same


def test_the_same_facts_prepared_alike_give_the_same_bytes() -> None:
    assert make(TYPICAL, prepared(TYPICAL.number)) == make(TYPICAL, prepared(TYPICAL.number))
    assert specimen(SAMPLES["specimen"], URL) == specimen(SAMPLES["specimen"], URL)


def test_a_specimen_says_so_names_no_issuer_of_ours_and_cannot_be_revoked() -> None:
    document = said(SAMPLES["specimen"])
    assert document["name"].startswith("PROVEXEMPLAR – INTE GILTIGT / SPECIMEN – NOT VALID: ")
    assert document["issuer"]["id"].startswith("did:key:z6Mk")
    assert "credentialStatus" not in document


def test_a_specimen_is_never_signed_as_a_certificate_nor_the_other_way_round() -> None:
    with pytest.raises(ValueError, match="not prepared"):
        make(replace(TYPICAL, specimen=True), prepared(TYPICAL.number))
    with pytest.raises(ValueError, match="no specimen"):
        specimen(TYPICAL, URL)


def test_what_was_prepared_for_one_certificate_signs_no_other() -> None:
    with pytest.raises(ValueError, match="not prepared"):
        make(TYPICAL, prepared("CIM-2026-000999"))


def test_a_private_key_does_not_show_where_it_is_printed() -> None:
    shown = repr(prepared("CIM-2026-000001"))
    assert "private" not in shown.lower()
    assert {each.name for each in fields(prepared("").signer) if not each.repr} == {"private_key"}
