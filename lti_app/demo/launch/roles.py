"""The roles a person carries into a launch or a roster, as Canvas maps its enrolments (LTI 1.3 core, appendix
A.2).
"""

from __future__ import annotations

from collections.abc import Iterable

from lti_app.demo.world.people import Enrolment, Person

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
NOBODY = f"{SYSTEM}#None"

_COURSE_ROLES = {
    "StudentEnrollment": (f"{MEMBERSHIP}#Learner",),
    "StudentViewEnrollment": (f"{MEMBERSHIP}#Learner",),
    "TeacherEnrollment": (f"{MEMBERSHIP}#Instructor",),
    "TaEnrollment": (f"{MEMBERSHIP}/Instructor#TeachingAssistant", f"{MEMBERSHIP}#Instructor"),
    "DesignerEnrollment": (f"{MEMBERSHIP}#ContentDeveloper",),
    "ObserverEnrollment": (f"{MEMBERSHIP}#Mentor",),
}
_TEACHING = ("TeacherEnrollment", "TaEnrollment")


def course_roles(enrolments: Iterable[Enrolment]) -> list[str]:
    """Membership roles of current enrolments in one course, unique and sorted."""
    return sorted({role for enrolment in enrolments for role in _COURSE_ROLES[enrolment.type]})


def launch_roles(person: Person, everywhere: Iterable[Enrolment], course_id: int | None) -> list[str]:
    """Course, institution and system roles together, unique and sorted.

    `everywhere` are the person's current enrolments in all courses: whoever teaches anywhere is an
    institution instructor, also where she is a student.
    """
    enrolments = list(everywhere)
    roles = set(course_roles(enrolment for enrolment in enrolments if enrolment.course_id == course_id))
    if person.is_test_student:
        return sorted(roles | {TEST_USER})
    kinds = {enrolment.type for enrolment in enrolments}
    if kinds.intersection(_TEACHING):
        roles |= {f"{INSTITUTION}#Instructor", f"{SYSTEM}#User"}
    if "StudentEnrollment" in kinds:
        roles |= {f"{INSTITUTION}#Student", f"{SYSTEM}#User"}
    if person.is_admin or person.is_site_admin:
        roles |= {f"{INSTITUTION}#Administrator", f"{SYSTEM}#User"}
    if person.is_site_admin:
        roles.add(f"{SYSTEM}#SysAdmin")
    return sorted(roles) or [f"{SYSTEM}#User"]
