"""From the role claim to what a person is in a course, platform by platform."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.people.roles import Role, is_test_student, page_role, roles_from, roles_in, words_of

LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
M = f"{LIS}membership#"
SUB = f"{LIS}membership/"
I = f"{LIS}institution/person#"  # noqa: E741
Y = f"{LIS}system/person#"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"

STUDENT, TEACHER, DESIGNER, OBSERVER, COORDINATOR = (
    Role.STUDENT,
    Role.TEACHER,
    Role.DESIGNER,
    Role.OBSERVER,
    Role.COORDINATOR,
)

CASES: dict[str, tuple[list[str], set[Role]]] = {
    "Canvas student": ([f"{M}Learner", f"{I}Student", f"{Y}User"], {STUDENT}),
    "Canvas teacher": ([f"{M}Instructor", f"{I}Instructor", f"{Y}User"], {TEACHER}),
    "Canvas TA": ([f"{SUB}Instructor#TeachingAssistant", f"{M}Instructor", f"{I}Instructor"], {TEACHER}),
    "Canvas designer": ([f"{M}ContentDeveloper", f"{I}Instructor"], {DESIGNER}),
    "Canvas observer": ([f"{M}Mentor", f"{I}Observer"], {OBSERVER}),
    "Canvas account administrator": ([f"{I}Administrator", f"{Y}User"], {COORDINATOR}),
    "Canvas site administrator": ([f"{I}Administrator", f"{Y}SysAdmin", f"{Y}User"], {COORDINATOR}),
    "Canvas Test Student": ([f"{M}Learner", TEST_USER], {STUDENT}),
    "a student who teaches another course": ([f"{M}Learner", f"{I}Instructor", f"{I}Student"], {STUDENT}),
    "an administrator enrolled as a student": ([f"{M}Learner", f"{I}Administrator"], {STUDENT}),
    "an administrator whose role in the course is unknown to us": (
        [f"{M}Manager", f"{I}Administrator"],
        set(),
    ),
    "an administrator of the course": ([f"{M}Administrator"], {TEACHER}),
    "a sub-role of it": ([f"{SUB}Administrator#Support"], {TEACHER}),
    "a TA sub-role alone": ([f"{SUB}Instructor#TeachingAssistant"], {TEACHER}),
    "a grader sub-role alone": ([f"{SUB}Instructor#Grader"], {TEACHER}),
    "a guest student's sub-role alone": ([f"{SUB}Learner#GuestLearner"], {STUDENT}),
    "a learner's sub-role that is called Instructor": ([f"{SUB}Learner#Instructor"], {STUDENT}),
    "a mentor's sub-role that is called Reviewer": ([f"{SUB}Mentor#Reviewer"], {OBSERVER}),
    "a member's sub-role": ([f"{SUB}Member#Member"], set()),
    "Instructor and Learner": ([f"{M}Instructor", f"{M}Learner"], {TEACHER, STUDENT}),
    "Moodle teacher": ([f"{I}Instructor", f"{M}Instructor"], {TEACHER}),
    "short names": (["Instructor"], {TEACHER}),
    "a short learner": (["Learner"], {STUDENT}),
    "a short TA": (["TeachingAssistant"], {TEACHER}),
    "a short sub-role": (["Instructor/TeachingAssistant"], {TEACHER}),
    "a short learner's sub-role": (["Learner/Instructor"], {STUDENT}),
    "an institution's instructor alone": ([f"{I}Instructor"], set()),
    "a system administrator alone": ([f"{Y}Administrator"], set()),
    "nobody": ([f"{Y}None"], set()),
    "no roles": ([], set()),
    "an unknown word": (["Dean"], set()),
    "another case": (["instructor", f"{M}instructor"], set()),
    "an empty word": (["", "#", "/", f"{M}", f"{SUB}", f"{SUB}#Instructor"], set()),
    "somebody's own vocabulary": (["https://evil.example/membership#Instructor"], set()),
    "a vocabulary that begins like ours": ([f"{LIS}memberships#Instructor"], set()),
    "the old LTI 1 form": (["urn:lti:role:ims/lis/Instructor"], set()),
}


@pytest.mark.parametrize(("claim", "wanted"), CASES.values(), ids=CASES.keys())
def test_a_claim_gives(claim: list[str], wanted: set[Role]) -> None:
    assert roles_from(claim) == wanted


def test_only_the_test_user_is_a_test_student() -> None:
    assert is_test_student([f"{M}Learner", TEST_USER])
    assert not is_test_student([f"{M}Learner", f"{Y}TestUser", f"{Y}User"])


@pytest.mark.parametrize(
    ("held", "shown"),
    [
        ({TEACHER, STUDENT}, TEACHER),
        ({COORDINATOR}, COORDINATOR),
        ({COORDINATOR, TEACHER}, TEACHER),
        ({COORDINATOR, STUDENT}, COORDINATOR),
        ({DESIGNER}, DESIGNER),
        ({DESIGNER, STUDENT}, DESIGNER),
        ({STUDENT}, STUDENT),
        ({OBSERVER}, OBSERVER),
        (set(), OBSERVER),
    ],
)
def test_a_page_has_one_role(held: set[Role], shown: Role) -> None:
    assert page_role(held) == shown


@given(st.lists(st.text(max_size=40) | st.sampled_from([f"{M}Learner", f"{I}Instructor", f"{Y}User"])))
def test_whatever_a_claim_holds_it_gives_roles_and_nothing_from_the_institution_makes_a_teacher(
    claim: list[str],
) -> None:
    found = roles_from(claim)
    assert found <= set(Role)
    without = roles_from([uri for uri in claim if not uri.startswith((I, Y))])
    assert found in (without, frozenset({COORDINATOR}))


def test_a_row_keeps_roles_as_words_in_one_order() -> None:
    assert words_of({Role.TEACHER, Role.STUDENT}) == "student teacher"
    for held in (frozenset(Role), frozenset[Role]()):
        assert roles_in(words_of(held)) == held
