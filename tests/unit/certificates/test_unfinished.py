"""What somebody is still writing becomes a specimen as far as it goes."""

from __future__ import annotations

from typing import Any

import pytest

from lti_app.certificates.unfinished import MISSING, drawable
from lti_app.schemes.picture_places import in_file_form
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.reading import SchemeInvalid
from lti_app.schemes.text import Text
from lti_app.schemes.writing import to_json


def typed(slug: str = "kth-global-competence", **certificate: Any) -> dict[str, Any]:
    """A draft of this scheme with these values in its certificate."""
    plain = in_file_form(to_json(bundled_schemes()[slug]))
    return {**plain, "certificate": {**plain["certificate"], **certificate}}


@pytest.mark.parametrize("slug", bundled_schemes())
def test_a_whole_scheme_is_itself(slug: str) -> None:
    assert drawable(typed(slug)) == bundled_schemes()[slug]


def test_a_missing_text_is_seen_to_be_missing() -> None:
    found = drawable(
        typed(title={"sv": "", "en": "Certificate"}, signatories=[{"role": {"sv": "", "en": ""}}])
    )
    assert found.certificate.title == Text(MISSING, "Certificate")
    assert found.certificate.signatories[0].role == Text(MISSING, MISSING)


def test_what_is_wrong_in_the_layout_is_as_usual_and_the_rest_of_it_stays() -> None:
    found = drawable(
        typed(layout={"accent": "red", "ornament": "#123456", "annex": {"sv": "Bilaga", "en": ""}})
    )
    usual = drawable(typed()).certificate.layout
    layout = found.certificate.layout
    assert (layout.accent, layout.ornament) == (usual.accent, "#123456")
    assert layout.annex == Text("Bilaga", MISSING)


@pytest.mark.parametrize("wrong", [{"signature_images": ["zz"]}, {"shows": ["nothing such"]}, {"logo": "zz"}])
def test_what_is_wrong_inside_a_list_of_the_layout_is_as_usual_too(wrong: dict[str, Any]) -> None:
    assert drawable(typed(layout=wrong)).certificate.layout == drawable(typed(layout={})).certificate.layout


def test_another_scheme_stands_in_for_sections_that_are_not_whole() -> None:
    draft = typed(title={"sv": "Intyg", "en": "Certificate"}) | {"requirement": {}, "name": {}}
    found = drawable(draft)
    assert found.certificate.title == Text("Intyg", "Certificate")
    assert found.certificate.issuer == drawable(typed()).certificate.issuer


@pytest.mark.parametrize("certificate", [{"title": {"sv": "x" * 999, "en": "x"}}, {"signatories": "none"}])
def test_what_cannot_be_drawn_is_refused(certificate: dict[str, Any]) -> None:
    with pytest.raises(SchemeInvalid):
        drawable(typed(**certificate))


@pytest.mark.parametrize(
    "draft", [{}, {"certificate": None}, {"certificate": []}, {"certificate": {"layout": 7}}]
)
def test_a_draft_of_odd_values_is_refused_too(draft: dict[str, Any]) -> None:
    with pytest.raises(SchemeInvalid):
        drawable(draft)
