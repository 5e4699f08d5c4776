"""From the role claim of a launch to what a person is in a course. Pure.

Source: LTI 1.3 core, appendix A.2 (role vocabularies). Only roles in the context count: an institution role rides
along on anybody who teaches anywhere. `institution/person#Administrator` counts only when no context role is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
_INSTITUTION_ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
_TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


class Role(StrEnum):
    """What a person is in a course (or, for a coordinator, at the institution)."""

    STUDENT = "student"
    TEACHER = "teacher"
    DESIGNER = "designer"
    OBSERVER = "observer"
    COORDINATOR = "coordinator"


_WORDS = {
    "Learner": Role.STUDENT,
    "Instructor": Role.TEACHER,
    "TeachingAssistant": Role.TEACHER,
    "Administrator": Role.TEACHER,
    "ContentDeveloper": Role.DESIGNER,
    "Mentor": Role.OBSERVER,
}

_PAGE_ORDER = (Role.TEACHER, Role.COORDINATOR, Role.DESIGNER, Role.STUDENT, Role.OBSERVER)


def roles_from(claim: Iterable[str]) -> frozenset[Role]:
    """The roles that the claim's full or short membership words give; empty when it gives none that we know."""
    uris = set(claim)
    found = frozenset(role for uri in uris if (role := _WORDS.get(_context_word(uri))) is not None)
    if not found and _INSTITUTION_ADMINISTRATOR in uris:
        return frozenset({Role.COORDINATOR})
    return found


def is_test_student(claim: Iterable[str]) -> bool:
    """Whether this is Canvas's Test Student, who tries everything and counts nowhere."""
    return _TEST_USER in set(claim)


def page_role(roles: Iterable[Role]) -> Role:
    """The one word for `<body data-role>`; someone without any known role watches like an observer."""
    held = set(roles)
    return next((role for role in _PAGE_ORDER if role in held), Role.OBSERVER)


def _context_word(uri: str) -> str:
    """`Instructor` from `…/membership#Instructor`, `…/membership/Instructor#TeachingAssistant` or the short form."""
    if "#" not in uri and "/" not in uri and ":" not in uri:
        return uri
    base, _, word = uri.partition("#")
    return word if base == _MEMBERSHIP or base.startswith(_MEMBERSHIP + "/") else ""
