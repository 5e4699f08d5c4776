"""A specimen shows every text of its scheme, draws, and can be taken for nobody's certificate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lti_app.certificates import pdf
from lti_app.certificates.code import normalised
from lti_app.certificates.specimen import CODE, specimen_facts
from lti_app.schemes.catalogue import activity_types
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.queries import bundled_schemes

TODAY = date(2026, 11, 21)


@pytest.fixture(params=sorted(bundled_schemes()))
def scheme(request: pytest.FixtureRequest) -> SchemeDocument:
    return bundled_schemes()[request.param]


@pytest.mark.parametrize("merits", [1, 3, 40])
def test_it_says_what_the_scheme_says_and_draws(scheme: SchemeDocument, merits: int) -> None:
    facts = specimen_facts(
        scheme, name=" Åsa Öberg ", merits=merits, public_url="https://cim.test", issued_on=TODAY
    )
    assert facts.specimen
    assert facts.holder_name == "Åsa Öberg"
    assert facts.title == scheme.certificate.title
    assert facts.issuer == scheme.certificate.issuer
    assert facts.statement == scheme.certificate.statement
    assert len(facts.signatories) == len(scheme.certificate.signatories)
    assert len(facts.merits) == merits
    assert all(merit.ends_on is not None and merit.ends_on <= TODAY for merit in facts.merits)
    accepted = sum(scheme.accepts(code) for code in activity_types())
    assert len({merit.type_label for merit in facts.merits}) == min(merits, accepted)
    assert pdf.draw(facts).startswith(b"%PDF-")


def test_its_code_is_written_like_one_but_belongs_to_no_certificate(scheme: SchemeDocument) -> None:
    facts = specimen_facts(scheme, name="A", merits=1, public_url="https://cim.test", issued_on=TODAY)
    assert facts.code == CODE == normalised(CODE)
    assert facts.number.endswith("-000000"), "numbers begin at 1"
    assert facts.verify_url == "https://cim.test/verify/SPEC-1MEN-0000"


@pytest.mark.parametrize("required", [True, False])
def test_it_has_a_presentation_where_one_is_required(*, required: bool) -> None:
    lund = bundled_schemes()["lund-medicine"]
    scheme = replace(lund, presentation=replace(lund.presentation, required=required))
    facts = specimen_facts(scheme, name="A", merits=1, public_url="https://cim.test", issued_on=TODAY)
    assert (facts.presentation is not None) is required


@pytest.mark.parametrize(("name", "merits"), [("", 1), (" ", 1), ("\u200d\u200b", 1), ("A", 0)])
def test_a_specimen_of_nobody_or_nothing_is_refused(scheme: SchemeDocument, name: str, merits: int) -> None:
    with pytest.raises(ValueError, match="needs a name and at least one merit"):
        specimen_facts(scheme, name=name, merits=merits, public_url="https://cim.test", issued_on=TODAY)
