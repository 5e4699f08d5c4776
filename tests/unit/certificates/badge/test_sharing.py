"""What a holder takes along."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from lti_app.certificates.badge.sharing import json_ld_name, jwt_name, linkedin_url
from lti_app.certificates.facts import Text
from tests.certificate_samples import TYPICAL


def test_the_linkedin_form_is_filled_in_with_what_the_certificate_says() -> None:
    url = linkedin_url(TYPICAL, "sv")
    assert url.startswith("https://www.linkedin.com/profile/add?")
    assert parse_qs(urlsplit(url).query) == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["Diplom över internationella meriter"],
        "organizationName": ["Lunds universitet"],
        "issueYear": ["2026"],
        "issueMonth": ["11"],
        "certId": ["CIM-2026-000123"],
        "certUrl": [TYPICAL.verify_url],
    }
    assert "name=Certificate+of+International+Merits&" in linkedin_url(TYPICAL, "en")


def test_no_text_can_add_a_field_of_its_own() -> None:
    odd = replace(TYPICAL, title=Text(sv="A&certUrl=https://evil.example#", en="A"))
    assert parse_qs(urlsplit(linkedin_url(odd, "sv")).query)["certUrl"] == [TYPICAL.verify_url]


def test_the_two_files_have_names_of_their_own() -> None:
    names = {json_ld_name(TYPICAL.number), jwt_name(TYPICAL.number)}
    assert names == {"CIM-2026-000123.credential.json", "CIM-2026-000123.credential.jwt"}
