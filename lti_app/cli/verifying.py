"""What `cim certificate verify` makes of a verdict: whether the file will do, and a sentence. Pure.

Whose signature counts depends on where the command runs. Production counts only keys that stand for somebody;
a development installation takes what it makes itself for what it is; where there is no installation, nobody
can say who has signed, only that nothing was changed since.
"""

from __future__ import annotations

from enum import Enum, auto

from lti_app.certificates.keys import SPECIMEN
from lti_app.certificates.verification import Finding, Verdict


class Place(Enum):
    """Where a file is judged."""

    TRUSTING = auto()  # by certificates that somebody has named, or those of a production installation
    DEVELOPMENT = auto()  # by those of a development installation
    ANYWHERE = auto()  # by none


_VALID = "valid: signed by {by} {at}, unchanged and whole."
_UNCHECKED = "was not checked: give --trust, or run this with an installation's settings."
_GOOD: dict[Place, dict[str, str]] = {
    Place.TRUSTING: {"valid": _VALID},
    Place.DEVELOPMENT: {
        "valid": _VALID,
        "development": "unchanged and whole since it was signed {at}, with the development key of this "
        "installation; it proves nothing elsewhere.",
        "specimen": "a specimen, unchanged and whole since it was signed {at}; it proves nothing elsewhere.",
    },
    Place.ANYWHERE: {
        "valid": _VALID,
        "untrusted": f"unchanged and whole since {{by!r}} signed it {{at}}. Who that is {_UNCHECKED}",
        "specimen": "a specimen, which proves nothing; unchanged and whole since it was signed {at}. "
        f"Who made it {_UNCHECKED}",
    },
}
_BAD = {
    Finding.DEVELOPMENT: "not valid: signed with a development key {at}.",
    Finding.UNTRUSTED: "not valid: signed by {by!r} {at}, whose certificate is not trusted here.",
    Finding.COMPROMISED: "not valid: signed with the key of {by!r} {at}, and that key is compromised.",
    Finding.EXTENDED: "not valid: signed by {by!r}, but something was added to the file after that.",
    Finding.CHANGED: "not valid: the file was changed, or its signature is broken.",
    Finding.NOT_SIGNED: "not valid: there is no whole signature in this file.",
    Finding.TOO_LARGE: "not valid: the file is larger than any certificate.",
}


def told(verdict: Verdict, place: Place) -> tuple[bool, str]:
    """Whether a file with this verdict will do in this place, and what to say of it."""
    is_specimen = verdict.finding is Finding.UNTRUSTED and verdict.signed_by == SPECIMEN
    good = _GOOD[place].get("specimen" if is_specimen else verdict.finding.value)
    words = good or _BAD[verdict.finding]
    return good is not None, words.format(by=verdict.signed_by, at=_moment(verdict))


def _moment(verdict: Verdict) -> str:
    if verdict.signed_at is None:
        return "at a time that it does not say"
    proved = "proved by a timestamp" if verdict.is_timestamped else "as the signer says"
    return f"on {verdict.signed_at:%Y-%m-%d %H:%M} UTC ({proved})"
