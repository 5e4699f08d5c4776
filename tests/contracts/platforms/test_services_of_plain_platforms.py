"""Gradebook and roster of platforms that are not Canvas, set up, submit, decide, read who is there."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import select, update

from lti_app.db import Database
from lti_app.demo.plain import MOODLE, PlainPlatform
from lti_app.demo.plain.columns import CONTAINER_TYPE
from lti_app.demo.plain.school import Grade
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.services import LINE_ITEM_SCOPE, Access, ServiceClient
from lti_app.people.models import Course, Person, Platform
from lti_app.people.roles import Role
from lti_app.settings import Settings
from tests.browsing import Browser
from tests.hands import Hands, read_roster

from .conftest import Launch

LABELS = {
    LineItemKind.ACTIVITIES: "International merits: activities",
    LineItemKind.FINAL_REPORT: "International merits: final report",
    LineItemKind.CERTIFICATE: "International merits: certificate",
}


@dataclass
class Class:
    """A course on the platform that its teacher has set up, and what is told of its student Åsa."""

    plain: PlainPlatform
    hands: Hands
    database: Database
    course_id: uuid.UUID
    student_id: uuid.UUID

    def submitted(self) -> None:
        with self.database.writing() as session:
            gradebook.report_submitted(
                session,
                course_id=self.course_id,
                person_id=self.student_id,
                kind=LineItemKind.ACTIVITIES,
                submission_id=uuid.uuid4(),
                cause_id=None,
            )

    def reviewed(self, fraction: str | None, comment: str = "") -> None:
        with self.database.writing() as session:
            gradebook.report_reviewed(
                session,
                course_id=self.course_id,
                person_id=self.student_id,
                kind=LineItemKind.ACTIVITIES,
                fraction=None if fraction is None else Decimal(fraction),
                comment=comment,
                cause_id=None,
            )

    def arrived(self) -> bool:
        """Whether everything was delivered, at once and without a reason to look at."""
        return {each.state for each in self.hands.deliver()} == {DeliveryState.SENT}

    def grade(self, kind: LineItemKind = LineItemKind.ACTIVITIES) -> Grade | None:
        column = next(each for each in self.plain.columns.values() if each.tag == f"cim:{kind.value}")
        return self.plain.grades.get((column.id, "asa"))


@pytest.fixture
def room(plain: PlainPlatform, launch: Launch, browser: Browser, hands: Hands, database: Database) -> Class:
    """Åsa has been there; Tove chooses the scheme, and the worker connects the assignments."""
    launch("asa")
    form = launch("tove")
    token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
    action = re.search(r'<form[^>]*action="([^"]*/set-up/choose)"', form.text)
    assert token, form.text
    assert action, form.text
    chosen = {"csrf_token": token[1], "scheme": "lund-medicine", "programme": "lakare"}
    done = browser.send("POST", plain.config.tool_url + action[1], chosen)
    assert done.status == 200
    assert {each.state for each in hands.deliver()} == {DeliveryState.SENT}
    with database.reading() as session:
        course = session.scalars(select(Course)).one()
        wanted = select(Person).where(Person.sub == plain.sub_of("asa"))
        return Class(plain, hands, database, course.id, session.scalars(wanted).one().id)


def client_of(settings: Settings, database: Database) -> ServiceClient:
    with database.reading() as session:
        return ServiceClient(settings, database, Access.to(session.scalars(select(Platform)).one()))


def test_the_set_up_makes_three_columns_and_knows_their_addresses(room: Class, database: Database) -> None:
    plain = room.plain
    assert len(plain.columns) == 3
    with database.reading() as session:
        for item in session.scalars(select(LineItem)):
            [column] = [each for each in plain.columns.values() if each.tag == f"cim:{item.kind.value}"]
            assert item.url == plain.service(plain.shape.paths.line_item, column.id)
            assert (column.label, column.maximum) == (item.label, item.score_maximum)


def test_only_what_every_platform_knows_is_sent(room: Class) -> None:
    """No `limit`, which makes Moodle page; no extension of Canvas's; whole maximums for Open edX."""
    room.submitted()
    room.reviewed("0.3333")
    assert room.arrived()
    for call in room.plain.requests.all("/l"):
        assert "limit" not in call.query
        body = call.body if isinstance(call.body, dict) else {}
        assert not [name for name in body if "canvas" in name]
        assert isinstance(body.get("scoreMaximum", 1), int)
    assert not [call for call in room.plain.requests.all() if call.method == "DELETE"]


def test_a_submission_a_grade_and_a_comment_arrive(room: Class) -> None:
    room.submitted()
    assert room.arrived()
    grade = room.grade()
    assert grade is not None
    assert (grade.points, grade.progress) == (None, "PendingManual")
    room.reviewed("0.5", "Bra, Åsa!")
    assert room.arrived()
    grade = room.grade()
    assert grade is not None
    assert (grade.points, grade.progress, grade.comment) == (1.5, "FullyGraded", "Bra, Åsa!")


def test_a_grade_outlives_what_comes_after_it_and_is_not_final(room: Class) -> None:
    """These platforms erase a grade on anything else, so a new submission is not told to them any more."""
    room.reviewed("1")
    assert room.arrived()
    room.submitted()
    room.reviewed(None, "Skriv mer.")
    assert room.arrived()
    grade = room.grade()
    assert grade is not None
    assert grade.points == 3


def test_two_grades_within_one_second_both_arrive(room: Class) -> None:
    with time_machine.travel(datetime.now(UTC).replace(microsecond=0), tick=False):
        room.reviewed("0.5")
        room.reviewed("1")
        assert room.arrived()
    grade = room.grade()
    assert grade is not None
    assert grade.points == 3
    statuses = [call.status for call in room.plain.requests.all("/scores")]
    conflicts = [409] if room.plain.shape.refuses_same_second else []
    taken = room.plain.shape.taken_status
    assert statuses == [taken, *conflicts, taken]


def test_a_score_whose_answer_was_lost_is_sent_again_without_harm(room: Class, database: Database) -> None:
    room.reviewed("0.5")
    assert room.arrived()
    with database.writing() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.kind == gradebook.SCORE)
            .values(state=DeliveryState.WAITING, finished_at=None)
        )
    assert room.arrived()
    grade = room.grade()
    assert grade is not None
    assert (grade.points, grade.progress) == (1.5, "FullyGraded")


def test_a_platform_that_has_something_newer_gets_a_newer_time(room: Class) -> None:
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
    room.reviewed("0.5")
    assert room.arrived()
    with time_machine.travel(moment, tick=False):
        room.reviewed("1")
    [(key, grade)] = room.plain.grades.items()
    room.plain.grades[key] = replace(grade, at=moment + timedelta(milliseconds=300))
    with time_machine.travel(moment + timedelta(milliseconds=600), tick=False):
        assert room.arrived()
    assert room.plain.grades[key].points == 3


def test_a_grade_that_a_teacher_changed_at_the_platform_is_not_overwritten(room: Class) -> None:
    room.reviewed("0.5")
    assert room.arrived()
    [(key, grade)] = room.plain.grades.items()
    room.plain.grades[key] = replace(grade, points=2)
    room.reviewed("1")
    assert not room.arrived()
    assert room.plain.grades[key].points == 2


def test_a_certificate_is_told_as_full_marks_with_the_words_that_lead_to_it(
    room: Class, database: Database
) -> None:
    with database.writing() as session:
        gradebook.report_certificate(
            session,
            course_id=room.course_id,
            person_id=room.student_id,
            stored_file_id=uuid.uuid4(),
            file_title="Certificate.pdf",
            comment="http://localhost/verify/x",
            cause_id=None,
        )
    assert room.arrived()
    grade = room.grade(LineItemKind.CERTIFICATE)
    assert grade is not None
    assert (grade.points, grade.comment) == (1, "http://localhost/verify/x")


def test_one_token_serves_while_it_lives_and_is_renewed_when_it_does_not(room: Class) -> None:
    def tokens() -> int:
        return len(room.plain.requests.all(room.plain.shape.paths.token))

    for _ in range(2):  # one for each set of scopes: to post, and to look before posting
        room.submitted()
        assert room.arrived()
    before = tokens()
    for _ in range(2):
        room.submitted()
        assert room.arrived()
    assert tokens() == before
    room.plain.tokens.clear()
    room.submitted()
    assert room.arrived()
    assert tokens() == before + 2


def test_everybody_in_the_course_is_read_with_role_and_name(
    room: Class, settings: Settings, database: Database
) -> None:
    found = read_roster(settings, database, room.plain.url(room.plain.shape.paths.memberships))
    assert set(found) == {room.plain.sub_of(login) for login in room.plain.people}
    for login, role in (("asa", Role.STUDENT), ("tove", Role.TEACHER), ("admin", Role.TEACHER)):
        member = found[room.plain.sub_of(login)]
        assert (member.name, member.roles) == (room.plain.people[login].name, frozenset({role}))


@pytest.mark.parametrize("plain", ["moodle"], indirect=True)
def test_a_list_in_pages_is_read_to_its_end_whatever_its_links_look_like(
    room: Class, settings: Settings, database: Database
) -> None:
    """Nobody asks Moodle for pages, but its Link header is the oddest that there is."""
    address = room.plain.service(MOODLE.paths.line_items) + "&limit=1"
    with client_of(settings, database) as client:
        pages = [
            answer.json()
            for answer in client.pages(address, scopes=(LINE_ITEM_SCOPE,), accept=CONTAINER_TYPE)
        ]
    assert [len(page) for page in pages] == [1, 1, 1]
    assert {page[0]["tag"] for page in pages} == {f"cim:{kind.value}" for kind in LineItemKind}
