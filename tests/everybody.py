"""Two institutions, three courses, everybody who can come in, and what the students among them have.

Every course has a secret word in its title, and every student one that all her belongings bear, so that an
answer tells whose things it shows.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.lti.launch.noticing import note_observed
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Person
from lti_app.people.roles import Role, roles_from
from lti_app.portfolio.models import Item
from lti_app.schemes.editor.beginning import begin_from_version
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.models import LaunchSession
from lti_app.web.sessions import LONGEST, NewLaunch, load_launch, open_launch
from tests import world
from tests.belongings import Belongings
from tests.classroom import a_classroom

LUND, UPPSALA = "Lund", "Uppsala"
HOME, ELSEWHERE, FOREIGN = "home", "elsewhere", "foreign"
_TEACHERS = {HOME: "teacher", ELSEWHERE: "teacher elsewhere", FOREIGN: "foreign teacher"}
_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
_ASSISTANT = roles_from([f"{_MEMBERSHIP}/Instructor#TeachingAssistant", f"{_MEMBERSHIP}#Instructor"])


@dataclass(frozen=True)
class Somebody:
    """Somebody in a launch; `course` is empty for one outside of courses, `observes` for all but an observer
    of a student of that name.
    """

    name: str
    actor: Actor
    institution: str
    course: str
    sid: str = ""
    secret: str = ""
    csrf_token: str = ""
    observes: str = ""


@dataclass(frozen=True)
class Owner:
    """A student with things; `ids` are by what they are: draft, waiting, portfolio…"""

    name: str
    institution: str
    course: str
    word: str
    ids: Mapping[str, uuid.UUID]
    draft_version: int


@dataclass(frozen=True)
class Everybody:
    """Everybody by name, those who have something, the courses' secret words, and a code that verifies."""

    people: Mapping[str, Somebody]
    owners: Mapping[str, Owner]
    course_words: Mapping[str, str]
    code: str


def everybody(
    database: Database, storage: Storage, settings: Settings, *, is_one_platform: bool = False
) -> Everybody:
    """Make the two institutions, and let everybody in. They may share one platform, by one client id."""
    with database.writing() as session:
        made = _Making(session, storage, is_one_platform)
        made.courses_and_staff()
        made.student_with_things("student", HOME)
        made.student_with_things("classmate", HOME)
        made.student_with_things("teacher who studies", HOME)
        made.student_with_things("student elsewhere", ELSEWHERE)
        made.student_with_things("foreign student", FOREIGN)
        made.drafts()
        made.somebody("test student", HOME, Role.STUDENT, is_test=True)
        made.observer("parent", "student")
    people = {each.name: _let_in(database, settings, each) for each in made.people.values()}
    return Everybody(people, made.owners, made.course_words, made.code)


def _let_in(database: Database, settings: Settings, who: Somebody) -> Somebody:
    with database.writing() as session:
        sid, secret = open_launch(session, NewLaunch(who.actor, "en", "", ""))
        # Not even a slow run comes to where using it writes that it is used.
        session.get_one(LaunchSession, sid).last_used_at = now() + LONGEST
    with database.reading() as session:
        launch = load_launch(session, sid, secret, settings.secret_key)
    return replace(who, sid=sid, secret=secret, csrf_token=launch.csrf_token)


class _Making:
    """The work of `everybody`."""

    def __init__(self, session: Session, storage: Storage, is_one_platform: bool) -> None:
        self.session, self.storage, self.is_one_platform = session, storage, is_one_platform
        self.courses: dict[str, Course] = {}
        self.course_words: dict[str, str] = {}
        self.people: dict[str, Somebody] = {}
        self.owners: dict[str, Owner] = {}
        self.code = ""

    def courses_and_staff(self) -> None:
        lund, uppsala = (world.an_institution(self.session, name) for name in (LUND, UPPSALA))
        ours = world.a_platform(self.session)
        theirs = ours
        if not self.is_one_platform:
            theirs = world.a_platform(self.session, issuer="https://other.test", client_id="2")
        for name, where, platform in (
            (HOME, lund, ours),
            (ELSEWHERE, lund, ours),
            (FOREIGN, uppsala, theirs),
        ):
            self.course_words[name] = f"Kurshemlis{name.title()}Ord"
            course = world.a_course(self.session, where, platform, title=self.course_words[name])
            self.courses[name] = a_classroom(self.session, course).course
        self.somebody("teacher", HOME, Role.TEACHER)
        self.somebody("assistant", HOME, *_ASSISTANT)
        self.somebody("designer", HOME, Role.DESIGNER)
        self.somebody("observer", HOME, Role.OBSERVER)
        self.somebody("nobody known", HOME)
        self.somebody("coordinator", "", Role.COORDINATOR)
        self.somebody("teacher elsewhere", ELSEWHERE, Role.TEACHER)
        self.somebody("foreign teacher", FOREIGN, Role.TEACHER)
        self.somebody("foreign coordinator", "", Role.COORDINATOR, of=FOREIGN)

    def somebody(
        self, name: str, course: str, *roles: Role, of: str = HOME, is_test: bool = False
    ) -> Somebody:
        """Somebody with these roles in the course, or in none at the institution of course `of`."""
        where = self.courses[course or of]
        enrolled = next((role for role in roles if role is not Role.COORDINATOR), Role.OBSERVER)
        person = world.a_person(self.session, where, enrolled, name=f"Person {name}", is_test=is_test)
        actor = Actor(
            institution_id=person.institution_id,
            platform_id=person.platform_id,
            person_id=person.id,
            course_id=where.id if course else None,
            roles=frozenset(roles),
            is_test=is_test,
        )
        institution = UPPSALA if FOREIGN in (course, of) else LUND
        self.people[name] = Somebody(name, actor, institution, course)
        return self.people[name]

    def drafts(self) -> None:
        """A draft at each institution, of the scheme that its courses run."""
        for name in ("coordinator", "foreign coordinator"):
            begin_from_version(self.session, self.people[name].actor, "lund-medicine", 1)

    def observer(self, name: str, student: str) -> None:
        """Somebody who observes this student, as the platform says; and nobody else."""
        observed, who = self.people[student], self.somebody(name, HOME, Role.OBSERVER)
        self.people[name] = replace(who, observes=student)
        sub = self.session.get_one(Person, observed.actor.person_id).sub
        course = self.courses[observed.course]
        note_observed(self.session, course.institution_id, who.actor.person_id, course.id, [sub])

    def student_with_things(self, name: str, course: str) -> None:
        roles = (Role.STUDENT, Role.TEACHER) if name == "teacher who studies" else (Role.STUDENT,)
        student = self.somebody(name, course, *roles)
        word = f"Hemlis{name.title().replace(' ', '')}Ord"
        person = self.session.get_one(Person, student.actor.person_id)
        person.name, person.family_name = f"Åsa {word}", word
        self.session.flush()
        teaching = self.people[_TEACHERS[course]].actor
        things = Belongings(self.session, self.storage, student.actor, teaching, word)
        ids = things.made()
        version = self.session.get_one(Item, ids["draft"]).version
        self.owners[name] = Owner(name, student.institution, course, word, ids, version)
        self.code = self.code or things.code
