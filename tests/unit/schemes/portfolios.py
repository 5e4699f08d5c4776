"""Made-up portfolios for the tests of the rules."""

from __future__ import annotations

from itertools import count
from uuid import UUID

from lti_app.schemes.rules import CountedActivity

_numbers = count(1)


def activity(type_code: str, setting: str = "home", *, approved: bool = True) -> CountedActivity:
    """An activity with an id of its own."""
    return CountedActivity(UUID(int=next(_numbers)), type_code, setting, {}, approved)


def approved(*type_codes: str) -> list[CountedActivity]:
    """Approved activities of these types, all at home."""
    return [activity(code) for code in type_codes]
