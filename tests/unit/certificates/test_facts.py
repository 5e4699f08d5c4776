"""The snapshot of a certificate: what goes into JSON comes out, and a damaged one is named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.certificates.facts import CertificateFacts, Merit, Presentation, Signatory
from lti_app.schemes.text import Text
from tests.certificate_samples import CAFE, EXCHANGE, SAMPLES, SUMMER_SCHOOL, TYPICAL

texts = st.builds(Text, sv=st.text(), en=st.text())
merits = st.builds(
    Merit,
    type_label=texts,
    title=st.text(),
    setting=st.sampled_from(["abroad", "home", "virtual", "own", "elsewhere"]),
    setting_label=texts,
    starts_on=st.none() | st.dates(),
    ends_on=st.none() | st.dates(),
    place=st.text(),
)
certificates = st.builds(
    CertificateFacts,
    number=st.text(),
    code=st.text(),
    verify_url=st.text(),
    holder_name=st.text(),
    title=texts,
    scheme_name=texts,
    issuer=texts,
    issued_on=st.dates(),
    merits=st.lists(merits, max_size=3).map(tuple),
    faculty=st.none() | texts,
    programme=st.none() | texts,
    statement=st.none() | texts,
    presentation=st.none() | st.builds(Presentation, form=texts, held_on=st.none() | st.dates()),
    signatories=st.lists(st.builds(Signatory, name=st.text(), role=texts), max_size=2).map(tuple),
    specimen=st.booleans(),
)


@given(certificates)
def test_facts_come_back_from_json_as_they_were(facts: CertificateFacts) -> None:
    assert CertificateFacts.from_json(facts.to_json()) == facts


@pytest.mark.parametrize("facts", SAMPLES.values(), ids=SAMPLES)
def test_the_same_facts_give_the_same_json(facts: CertificateFacts) -> None:
    assert CertificateFacts.from_json(facts.to_json().encode()).to_json() == facts.to_json()


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (["format"], 4, "certificate.format"),
        (["holder_name"], None, "certificate.holder_name"),
        (["issuer"], "Lund", "certificate.issuer"),
        (["title", "sv"], 7, "certificate.title.sv"),
        (["issued_on"], "21 November", "certificate.issued_on"),
        (["merits"], "none", "certificate.merits"),
        (["merits", 1, "starts_on"], "2025-02-30", "certificate.merits[1].starts_on"),
        (["specimen"], "no", "certificate.specimen"),
    ],
)
def test_a_damaged_snapshot_is_refused_by_field(path: list[str | int], value: object, named: str) -> None:
    document = json.loads(TYPICAL.to_json())
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(ValueError) as caught:
        CertificateFacts.from_json(json.dumps(document))
    assert str(caught.value).startswith(f"{named}:")


def test_merits_are_grouped_by_setting_and_ordered_by_start() -> None:
    later = replace(EXCHANGE, starts_on=date(2025, 9, 1))
    undated = replace(EXCHANGE, starts_on=None)
    facts = replace(TYPICAL, merits=(SUMMER_SCHOOL, undated, later, CAFE, EXCHANGE))
    groups = facts.merits_by_setting()
    assert [label.en for label, _ in groups] == ["Abroad", "At home", "Virtual"]
    assert groups[0][1] == (EXCHANGE, later, undated)
