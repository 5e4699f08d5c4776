"""What is wrong with what is said of a platform: one check for the command, the form and registering.

A fault is the end of a sentence whose subject the caller knows ("The issuer …", a form's label). Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lti_app.errors import N_
from lti_app.lti.addresses import MAX_URL_LENGTH, origin_of, refusal_of
from lti_app.web.typed import JOINERS

LONGEST = {"name": 200, "issuer": 500, "client_id": 200, "deployment_id": 255, "institution": 200}
LONGEST_ANCESTORS = 1000
_MISSING = N_("is missing")
_ODD = N_("has blanks around it or control characters in it")
_TOO_LONG = N_("is longer than %(limit)d characters")
_NO_ORIGIN = N_("must be origins such as https://school.example.se, separated by blanks")


@dataclass(frozen=True)
class Fault:
    """The end of a sentence, as a message id and its figures; `str()` gives it in English."""

    phrase: str
    figures: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.phrase % self.figures if self.figures else self.phrase


def fault_of(name: str, value: str, *, development: bool) -> Fault | None:
    """What is wrong with one of a platform's details, named as the field of PlatformDetails, or nothing."""
    if not value.strip():
        return Fault(_MISSING)
    is_prose = name in {"name", "institution"}
    if not (is_line(value) if is_prose else value == value.strip() and value.isprintable()):
        return Fault(_ODD)
    limit = LONGEST.get(name, MAX_URL_LENGTH)
    if len(value) > limit:
        return Fault(_TOO_LONG, {"limit": limit})
    is_address = name == "issuer" or name.endswith("_url")
    why = refusal_of(value, development=development) if is_address else ""
    return Fault(why) if why else None


def is_line(value: str) -> bool:
    """Whether it is one line without blanks around it; names may hold the joiners that some scripts need."""
    return value == value.strip() and all(sign.isprintable() or sign in JOINERS for sign in value)


def ancestors_fault(value: str, *, development: bool) -> Fault | None:
    """What is wrong with a list of origins that may frame the tool; an empty list is fine."""
    if len(value) > LONGEST_ANCESTORS:
        return Fault(_TOO_LONG, {"limit": LONGEST_ANCESTORS})
    for origin in value.split():
        if origin_of(origin) != origin:
            return Fault(_NO_ORIGIN)
        if why := refusal_of(origin, development=development):
            return Fault(why)
    return None
