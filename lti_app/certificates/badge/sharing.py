"""How a holder takes a badge along: the files' names, and a link that fills in LinkedIn's form.

Nothing is sent: the link opens the form in the holder's own browser, with what stands on the certificate.
"""

from __future__ import annotations

from urllib.parse import urlencode

from lti_app.certificates.facts import CertificateFacts

# `application/vc` would be more exact, but software that looks for "json" in the type would not parse it.
JSON_LD_TYPE = "application/ld+json"
JWT_TYPE = "application/vc+jwt"

_LINKEDIN = "https://www.linkedin.com/profile/add"


def json_ld_name(number: str) -> str:
    """What the file with the embedded proof is called as a download; in the PDF it is `pdf.CREDENTIAL`."""
    return f"{number}.credential.json"


def jwt_name(number: str) -> str:
    """What the file with the token is called."""
    return f"{number}.credential.jwt"


def linkedin_url(facts: CertificateFacts, language: str) -> str:
    """LinkedIn's form for a certificate, filled in, in Swedish for `sv` and in English otherwise."""
    is_swedish = language == "sv"
    fields = {
        "startTask": "CERTIFICATION_NAME",
        "name": facts.title.sv if is_swedish else facts.title.en,
        "organizationName": facts.issuer.sv if is_swedish else facts.issuer.en,
        "issueYear": facts.issued_on.year,
        "issueMonth": facts.issued_on.month,
        "certId": facts.number,
        "certUrl": facts.verify_url,
    }
    return f"{_LINKEDIN}?{urlencode(fields)}"
