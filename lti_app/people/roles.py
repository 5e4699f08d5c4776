"""From the role claim of a launch to what a person is in a course, and how a row keeps that. Pure.

Source: LTI 1.3 core, appendix A.2 (role vocabularies). Only roles in the context count: an institution role
rides along on anybody who teaches anywhere. A sub-role counts as its principal role, whatever it is called
itself: `membership/Learner#Instructor` is a learner. `institution/person#Administrator` counts only when no
context role is there at all.
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


_PRINCIPAL = {
    "Learner": Role.STUDENT,
    "Instructor": Role.TEACHER,
    "Administrator": Role.TEACHER,
    "ContentDeveloper": Role.DESIGNER,
    "Mentor": Role.OBSERVER,
}

# Written alone, without its principal role, in rosters and older claims.
_SHORT_SUB_ROLES = {"TeachingAssistant": "Instructor"}

_PAGE_ORDER = (Role.TEACHER, Role.COORDINATOR, Role.DESIGNER, Role.STUDENT, Role.OBSERVER)


def roles_from(claim: Iterable[str]) -> frozenset[Role]:
    """The roles that the claim's full or short membership words give; empty when we know none of them."""
    uris = set(claim)
    words = {word for uri in uris if (word := _principal_role(uri))}
    if not words and _INSTITUTION_ADMINISTRATOR in uris:
        return frozenset({Role.COORDINATOR})
    return frozenset(_PRINCIPAL[word] for word in words if word in _PRINCIPAL)


def words_of(roles: Iterable[Role]) -> str:
    """Roles as a row keeps them."""
    return " ".join(sorted(roles))


def roles_in(words: str) -> frozenset[Role]:
    """The roles that a row keeps."""
    return frozenset(Role(word) for word in words.split())


def is_test_student(claim: Iterable[str]) -> bool:
    """Whether this is Canvas's Test Student, who tries everything and counts nowhere."""
    return _TEST_USER in set(claim)


def page_role(roles: Iterable[Role]) -> Role:
    """The one word for `<body data-role>`; someone without any known role watches like an observer."""
    held = set(roles)
    return next((role for role in _PAGE_ORDER if role in held), Role.OBSERVER)


def _principal_role(uri: str) -> str:
    """`Instructor` from `…/membership#Instructor`, `…/membership/Instructor#Grader` and the short forms.

    Empty for a role at the institution or in the system.
    """
    if "#" not in uri and ":" not in uri:
        word = uri.partition("/")[0]
        return _SHORT_SUB_ROLES.get(word, word)
    base, _, word = uri.partition("#")
    if base == _MEMBERSHIP:
        return word
    return base.removeprefix(_MEMBERSHIP + "/") if base.startswith(_MEMBERSHIP + "/") else ""
