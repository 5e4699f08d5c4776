"""Two institutions, three courses, everybody who can come in, and what the students among them have.

Everything that belongs to a student bears her secret word, and every course has one in its title, so that an
answer tells whose things it shows. Made by the real verbs as far as they reach. Long: it is one world.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from lti_app.certificates import afterwards, runs, sharing
from lti_app.certificates.code import new_code
from lti_app.certificates.models import Certificate
from lti_app.certificates.snapshot import facts_of
from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs import outbox
from lti_app.jobs.models import DeliveryState
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.models import LineItemKind
from lti_app.lti.ags.results import HELD
from lti_app.lti.launch.noticing import note_observed
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Person
from lti_app.people.roles import Role, roles_from
from lti_app.portfolio import service as student_service
from lti_app.portfolio.inspection import FileType
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.moves import CourseMove
from lti_app.portfolio.service import Details
from lti_app.review import service as review_service
from lti_app.schemes.editor.beginning import begin_from_version
from lti_app.settings import Settings
from lti_app.storage import Storage, Stored
from lti_app.storage.models import StoredFile
from lti_app.web.sessions import NewLaunch, load_launch, open_launch
from tests import world
from tests.classroom import LONG_ANSWER, TYPES, a_classroom

Ids = dict[str, uuid.UUID]
UNDO = timedelta(hours=1)
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
        things = _Things(self, student.actor, self.people[_TEACHERS[course]].actor, word)
        ids = things.made()
        version = self.session.get_one(Item, ids["draft"]).version
        self.owners[name] = Owner(name, student.institution, course, word, ids, version)
        self.code = self.code or things.code


class _Things:
    """What one student has."""

    def __init__(self, making: _Making, actor: Actor, teaching: Actor, word: str) -> None:
        self.session, self.storage = making.session, making.storage
        self.actor, self.teaching, self.word = actor, teaching, word
        self.said = f"{word} {LONG_ANSWER}"
        self.code = new_code()

    def made(self) -> Ids:
        """Everything, with its ids."""
        ids: Ids = {}
        for code in TYPES[:3]:
            sent = self.submitted(code)
            comment = f"Bra {self.word}"
            review_service.approve(self.session, self.teaching, sent.id, undo_for=UNDO, comment=comment)
            ids["approved"] = sent.id
        ids |= self.closing_steps()
        waiting = self.submitted(TYPES[3])
        ids |= {"waiting item": waiting.item_id, "waiting": waiting.id, "sent evidence": self.evidence_id}
        declined = self.submitted(TYPES[0])
        verdict = review_service.decline(
            self.session, self.teaching, declined.id, undo_for=UNDO, comment=f"Nej {self.word}"
        )
        ids |= {"declined": declined.id, "declined item": declined.item_id, "declined decision": verdict.id}
        draft = self.draft(TYPES[0])
        ids |= {"draft": draft.id, "evidence": self.evidence_id, "portfolio": draft.portfolio_id}
        ids["person"] = self.actor.person_id
        if self.actor.course_id is not None:
            ids["course"] = self.actor.course_id
        ids |= self.certificate(draft.portfolio_id)
        return ids | self.deliveries(waiting)

    def draft(self, type_code: str) -> Item:
        """An activity with answers, a file and a link."""
        details = Details(f"Titel {self.word}", date(2026, 3, 2), date(2026, 3, 6))
        item = student_service.add_activity(self.session, self.actor, type_code, details)
        pdf = FileType("application/pdf", (".pdf",))
        self.evidence_id = student_service.add_file_evidence(
            self.session,
            self.storage,
            self.actor,
            item.id,
            stored=self.stored(),
            file_type=pdf,
            name=f"{self.word}.pdf",
        ).id
        url = f"https://example.org/{self.word}"
        student_service.add_link_evidence(self.session, self.actor, item.id, url=url)
        answers = {"what": self.said, "learned": self.said}
        student_service.write_answers(self.session, self.actor, item.id, answers, item.version)
        return item

    def submitted(self, type_code: str) -> Submission:
        return student_service.submit(self.session, self.actor, self.draft(type_code).id)

    def closing_steps(self) -> Ids:
        """A report that was approved, and a presentation that is not yet submitted."""
        report = student_service.open_report(self.session, self.actor)
        answers = {"q1": self.said, "q2": self.said}
        student_service.write_answers(self.session, self.actor, report.id, answers, report.version)
        student_service.choose_printed_name(self.session, self.actor, f"Åsa {self.word}")
        sent = student_service.submit(self.session, self.actor, report.id)
        review_service.approve(self.session, self.teaching, sent.id, undo_for=UNDO)
        presentation = student_service.open_presentation(self.session, self.actor)
        return {"report": report.id, "presentation": presentation.id}

    def deliveries(self, waiting: Submission) -> Ids:
        """One that failed, one that is uncertain and one held, besides those that the verbs queued."""
        made: Ids = {}
        held = gradebook.report_reviewed(
            self.session,
            course_id=waiting.course_id,
            person_id=self.actor.person_id,
            kind=LineItemKind.ACTIVITIES,
            fraction=Decimal(1),
            comment=self.word,
            cause_id=None,
        )
        assert held is not None
        held.state, held.reason = DeliveryState.FAILED, HELD
        made["held"] = held.id
        for state in (DeliveryState.FAILED, DeliveryState.UNCERTAIN):
            delivery = outbox.enqueue(
                self.session,
                kind="ags.score",
                payload={"person_id": str(self.actor.person_id)},
                institution_id=waiting.institution_id,
                course_id=waiting.course_id,
                order_key=secrets.token_hex(8),
            )
            delivery.state, delivery.reason = state, f"The platform refused it.\n{self.word}"
            made[str(state)] = delivery.id
        return made

    def certificate(self, portfolio_id: uuid.UUID) -> Ids:
        """One that stands, although no verb would issue it without a presentation; with a correction and a
        link.
        """
        portfolio = self.session.get_one(Portfolio, portfolio_id)
        number = f"CIM-2026-{secrets.randbelow(10**6):06d}"
        facts = facts_of(
            self.session,
            portfolio,
            number=number,
            code=self.code,
            verify_url="http://localhost/verify/x",
            issued_on=date(2026, 6, 1),
        )
        stored = self.stored()
        file = StoredFile(
            institution_id=portfolio.institution_id,
            key=stored.key,
            media_type="application/pdf",
            size_bytes=stored.size_bytes,
            sha256=stored.sha256,
        )
        self.session.add(file)
        self.session.flush()
        found = Certificate(
            institution_id=portfolio.institution_id,
            portfolio_id=portfolio_id,
            number=number,
            code=self.code,
            facts=facts.to_json(),
            stored_file_id=file.id,
        )
        self.session.add(found)
        self.session.flush()
        note = f"Fel {self.word}"
        asked = afterwards.request_correction(self.session, self.actor, found.id, note=note)
        link = sharing.share(self.session, self.actor, found.id, shows_name=True, shows_merits=True)
        run = runs.start_run(self.session, self.teaching)
        return {
            "certificate": found.id,
            "correction": asked.id,
            "link": link.id,
            "run": run.id,
            "move": self.course_move(portfolio).id,
        }

    def course_move(self, portfolio: Portfolio) -> CourseMove:
        """That its course has moved, which is over."""
        move = CourseMove(
            institution_id=portfolio.institution_id,
            course_id=portfolio.course_id,
            scheme_id=portfolio.scheme_id,
            to_version_id=portfolio.scheme_version_id,
            started_by_id=self.teaching.person_id,
            finished_at=now(),
        )
        self.session.add(move)
        self.session.flush()
        return move

    def stored(self) -> Stored:
        """A file of the student's, with her secret word in it."""
        upload = self.storage.begin(self.actor.institution_id)
        upload.write(f"%PDF-1.7\n{self.word} {secrets.token_hex(4)}\n%%EOF\n".encode())
        return upload.finish()
