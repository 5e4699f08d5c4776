"""Custom variable expansion; what is unknown or unavailable in a launch stays the literal `$Name`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lti_app.demo.world.assignments import Assignment
from lti_app.demo.world.courses import Account, Course
from lti_app.demo.world.people import Enrolment, Person

_EMBEDDED = re.compile(r"\$\{([^}]+)\}")
_GRADING_RIGHTS = ("TeacherEnrollment", "TaEnrollment")
_HISTORY = ("Context.id.history", "Canvas.course.previousContextIds")
_PERSONAL = ("Person.", "Canvas.user.", "Message.locale", "com.instructure.User.sectionNames")


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything a variable may speak of; parts that a launch lacks are None."""

    base_url: str
    account: Account
    person: Person | None
    course: Course | None = None
    enrolments: tuple[Enrolment, ...] = ()
    observed_lti_ids: tuple[str, ...] = ()
    assignment: Assignment | None = None
    attempts: int | None = None
    history: tuple[str, ...] = ()


def expand(custom: Mapping[str, str], scope: Scope, *, personal_only: bool = False) -> dict[str, Any]:
    """Custom fields with their variables replaced. Numbers and booleans stay JSON numbers and booleans."""
    known = {name: value for name, value in _values(scope).items() if value is not None}
    if personal_only:
        known = {name: value for name, value in known.items() if name.startswith(_PERSONAL)}
    return {name: _expanded(str(text), known, scope) for name, text in custom.items()}


def _expanded(text: str, known: Mapping[str, Any], scope: Scope) -> Any:
    if text.startswith("$Canvas.membership.permissions<") and text.endswith(">"):
        return _permissions(text.partition("<")[2][:-1], scope)
    if text.startswith("$") and text[1:] in known:
        return known[text[1:]]
    return _EMBEDDED.sub(lambda match: str(known.get(match[1], match[0])), text)


def _permissions(asked: str, scope: Scope) -> str:
    may_grade = any(enrolment.type in _GRADING_RIGHTS for enrolment in scope.enrolments)
    granted = ("manage_grades", "view_all_grades") if may_grade else ()
    return ",".join(name for name in asked.split(",") if name in granted)


def _values(scope: Scope) -> dict[str, Any]:
    domain = scope.base_url.partition("://")[2]
    values: dict[str, Any] = {
        "Canvas.account.id": scope.account.id,
        "Canvas.account.name": scope.account.name,
        "Canvas.rootAccount.id": scope.account.id,
        "Canvas.api.baseUrl": scope.base_url,
        "Canvas.api.domain": domain,
        "com.instructure.brandConfigJSON.url": scope.base_url + scope.account.brand_path,
        "Message.locale": scope.person.locale if scope.person else "en",
    }
    if scope.person:
        values |= _of_person(scope.person, scope)
    if scope.course:
        values |= _of_course(scope.course, scope.enrolments)
        values |= dict.fromkeys(_HISTORY, ",".join(scope.history) or None)
    if scope.assignment:
        values |= _of_assignment(scope.assignment, scope.attempts)
    return values


def _of_person(person: Person, scope: Scope) -> dict[str, Any]:
    return {
        "Canvas.user.id": person.id,
        "Canvas.user.globalId": 10_000_000_000_000 + person.id,
        "Canvas.user.sisSourceId": person.sis_id,
        "Canvas.user.loginId": person.login,
        "Canvas.user.prefersHighContrast": person.prefers_high_contrast,
        "Person.sourcedId": person.sis_id,
        "Person.name.full": person.name,
        "Person.name.given": person.given_name,
        "Person.name.family": person.family_name,
        "Person.name.display": person.name,
        "com.instructure.Person.name_sortable": person.sortable_name,
        "Person.email.primary": person.email,
        "vnd.Canvas.Person.email.sis": person.email if person.sis_id else None,
        "Person.address.timezone": person.timezone,
        "com.instructure.User.student_view": person.is_test_student,
        "com.instructure.User.observees": ",".join(scope.observed_lti_ids) or None,
    }


def _of_course(course: Course, enrolments: Iterable[Enrolment]) -> dict[str, Any]:
    current = list(enrolments)
    return {
        "Canvas.course.id": course.id,
        "Canvas.course.name": course.name,
        "Canvas.course.sisSourceId": course.sis_id,
        "Canvas.course.workflowState": course.state,
        "Canvas.course.startAt": course.start_at.isoformat() if course.start_at else None,
        "Canvas.course.endAt": course.end_at.isoformat() if course.end_at else None,
        "Canvas.course.sectionIds": str(course.id),
        "com.instructure.User.sectionNames": json.dumps([course.name], ensure_ascii=False),
        "Canvas.term.name": course.term_name,
        "Canvas.membership.roles": ",".join(sorted({enrolment.type for enrolment in current})),
        "Canvas.enrollment.enrollmentState": current[0].state if current else "",
    }


def _of_assignment(assignment: Assignment, attempts: int | None) -> dict[str, Any]:
    return {
        "Canvas.assignment.id": assignment.id,
        "Canvas.assignment.title": assignment.name,
        "Canvas.assignment.pointsPossible": assignment.points_possible,
        "Canvas.assignment.published": assignment.is_published,
        "Canvas.assignment.allowedAttempts": assignment.allowed_attempts
        if assignment.allowed_attempts > 0
        else None,
        "Canvas.assignment.dueAt.iso8601": assignment.due_at.isoformat() if assignment.due_at else None,
        "Canvas.assignment.submission.studentAttempts": attempts,
        "com.instructure.Assignment.lti.id": assignment.lti_id,
        "ResourceLink.id": assignment.lti_id,
        "ResourceLink.title": assignment.name,
        "LineItem.resultValue.max": assignment.points_possible,
    }
