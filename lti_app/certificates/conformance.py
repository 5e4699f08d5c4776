"""Whether a file is what it says: PDF/A-3a and PDF/UA-1, asked before a certificate is issued.

Source of the rules: ISO 19005-3 and ISO 14289-1, by way of page-validation (docs/decisions/021).
"""

from __future__ import annotations

from dataclasses import dataclass

import page

_PROFILES = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)
_MOST_NAMED = 5


@dataclass(frozen=True)
class Breach:
    """One rule that a file breaks, by its clause."""

    profile: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.profile} {self.rule}: {self.message}"


class NotConforming(Exception):  # noqa: N818 (a fact about the file)
    """A file breaks rules of PDF/A-3a or PDF/UA-1."""

    def __init__(self, breaches: tuple[Breach, ...]) -> None:
        self.breaches = breaches
        super().__init__("; ".join(map(str, breaches[:_MOST_NAMED])))


def breaches_of(pdf: bytes) -> tuple[Breach, ...]:
    """Every rule that the file breaks, none if it conforms to both. A file that is no PDF breaks one."""
    found: list[Breach] = []
    for profile in _PROFILES:
        try:
            report = page.validate_pdf_bytes(pdf, profile=profile)
        except page.PageError as error:
            found.append(Breach(str(profile), "unreadable", str(error)))
        else:
            found += (Breach(str(profile), each.rule_id, each.message) for each in report.failures)
            if not report.is_compliant and not report.failures:
                found.append(Breach(str(profile), "unknown", "not compliant"))
    return tuple(found)


def require_conforming(pdf: bytes) -> None:
    """Pass when the file is PDF/A-3a and PDF/UA-1. Raises NotConforming."""
    if breaches := breaches_of(pdf):
        raise NotConforming(breaches)
