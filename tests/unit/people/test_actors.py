"""Asking whether somebody may: not knowing of a thing answers otherwise than not being allowed."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from lti_app.errors import NotAllowed, NotFound
from lti_app.people.actors import Actor, Rule, require
from lti_app.people.roles import Role


def acting(*roles: Role, institution_id: uuid.UUID | None = None) -> Actor:
    return Actor(institution_id or uuid.uuid4(), uuid.uuid4(), uuid.uuid4(), uuid.uuid4(), frozenset(roles))


PERMISSIONS = {
    "change": Rule(
        may_see=lambda actor, subject: actor.institution_id == subject,
        may_act=lambda actor, _subject: actor.is_teacher,
    )
}


def outcome(actor: Actor, subject: Any) -> str:
    try:
        require(PERMISSIONS, "change", actor, subject)
    except NotFound:
        return "not found"
    except NotAllowed:
        return "not allowed"
    return "passes"


def test_who_may_not_know_hears_not_found_even_with_the_right_role() -> None:
    teacher, student = acting(Role.TEACHER), acting(Role.STUDENT)
    assert outcome(teacher, teacher.institution_id) == "passes"
    assert outcome(student, student.institution_id) == "not allowed"
    assert outcome(teacher, uuid.uuid4()) == "not found"
    assert outcome(student, uuid.uuid4()) == "not found"


def test_an_action_that_no_table_has_is_a_mistake_of_ours_and_never_passes() -> None:
    with pytest.raises(KeyError):
        require(PERMISSIONS, "chnage", acting(Role.TEACHER), None)


def test_what_an_actor_is_comes_from_the_roles_of_the_launch() -> None:
    assert acting(Role.COORDINATOR).is_teacher
    assert acting(Role.COORDINATOR).is_coordinator
    assert acting(Role.TEACHER, Role.STUDENT).is_student
    assert not acting(Role.TEACHER).is_coordinator
    assert not acting(Role.DESIGNER).is_teacher
    assert not acting().is_student
