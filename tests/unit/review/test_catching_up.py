"""What happened before a course's assignments were connected is told afterwards, once for each person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.tasks import HANDLERS as CERTIFICATES
from lti_app.clock import now
from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.demo.world.gradebook import Submission as Told
from lti_app.jobs import leases
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.ags.spares import note_spare, spares_of, use_instead
from lti_app.lti.tasks import HANDLERS as LTI
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.portfolio.service import withdraw
from lti_app.review.service import approve, return_, undo
from lti_app.review.tasks import HANDLERS as REVIEW
from lti_app.schemes.service import reconnect, set_up_course
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests.classroom import TYPES, UNDO, Classroom, a_submitted_activity
from tests.served_canvas import joined, served_canvas
from tests.world import a_person, an_actor

ACTIVITIES, OTHER = "International merits: activities", "Activities, again"


@dataclass
class School:
    """A course of the small Canvas that was set up while its gradebook offered nothing."""

    canvas: SmallCanvas
    database: Database
    room: Classroom
    delivering: Delivering

    def connect(self) -> None:
        """The administrator has switched the gradebook on, and the teacher tries again."""
        with self.database.writing() as session:
            course = session.get_one(Course, self.room.course.id)
            course.lineitems_url = f"{self.canvas.config.base_url}/api/lti/courses/1/line_items"
            reconnect(session, self.room.teaching)
        self.deliver()

    def deliver(self) -> None:
        """Deliver everything that waits, whatever it waits for."""
        for _ in range(20):
            with self.database.writing() as session:
                for row in session.scalars(select(Delivery).where(Delivery.state == DeliveryState.WAITING)):
                    row.not_before = now() - timedelta(seconds=1)
            with self.database.reading() as session:
                due = leases.due(session, 100)
            if not due:
                return
            for each in due:
                self.delivering.deliver(each)
        raise AssertionError("it never ends")

    def told(self, login: str = "asa", label: str = ACTIVITIES) -> Told | None:
        return self.canvas.submission_of(login, self.canvas.assignment_named(label).id)

    def scores(self) -> list[Delivery]:
        with self.database.reading() as session:
            wanted = select(Delivery).where(Delivery.kind == "ags.score").order_by(Delivery.sequence)
            return list(session.scalars(wanted))


@pytest.fixture
def school(tmp_path: Path, settings: Settings, database: Database, storage: Storage) -> Iterator[School]:
    with served_canvas(tmp_path / "canvas", settings, database) as canvas:
        with database.writing() as session:
            rows = joined(session, canvas)
            rows.course.lineitems_url = ""
            teacher = a_person(session, rows.course, Role.TEACHER, name="Tove Lärare")
            teaching = an_actor(teacher, rows.course, Role.TEACHER)
            set_up_course(session, teaching, "lund-medicine", "lakare")
            learning = an_actor(rows.student, rows.course)
            room = Classroom(rows.course, teacher, rows.student, teaching, learning)
        delivering = Delivering(Parts(settings, database, storage), {**LTI, **CERTIFICATES, **REVIEW})
        yield School(canvas, database, room, delivering)


def activities(session: Session) -> LineItem:
    """The course's Activities assignment."""
    return session.scalars(select(LineItem).where(LineItem.kind == LineItemKind.ACTIVITIES)).one()


def test_a_submission_from_before_becomes_the_attempt_that_opens_it(school: School) -> None:
    with school.database.writing() as session:
        a_submitted_activity(session, school.room.learning)
        latest = a_submitted_activity(session, school.room.learning, type_code=TYPES[1]).id
    assert school.scores() == []
    school.connect()
    told = school.told()
    assert told is not None
    assert (told.attempt, told.score, told.state) == (1, None, "pending_review")
    assert told.url == f"http://localhost/lti/launch/submission/{latest}"


def test_an_approval_from_before_becomes_attempt_and_grade(school: School) -> None:
    with school.database.writing() as session:
        sent = a_submitted_activity(session, school.room.learning)
        approve(session, school.room.teaching, sent.id, undo_for=UNDO, comment="Fint!")
    school.connect()
    told = school.told()
    assert told is not None
    assert (told.attempt, told.score, told.state, told.comments) == (1, 1.0, "graded", ())


def test_nothing_is_told_twice_however_often_it_is_connected(school: School) -> None:
    with school.database.writing() as session:
        sent = a_submitted_activity(session, school.room.learning)
        approve(session, school.room.teaching, sent.id, undo_for=UNDO)
    for _ in range(3):
        school.connect()
        with school.database.writing() as session:
            activities(session).url = ""
    assert len(school.scores()) == 2
    told = school.told()
    assert told is not None
    assert told.attempt == 1


def test_what_comes_after_follows_what_came_before(school: School) -> None:
    with school.database.writing() as session:
        first = a_submitted_activity(session, school.room.learning)
        approve(session, school.room.teaching, first.id, undo_for=UNDO)
    school.connect()
    with school.database.writing() as session:
        second = a_submitted_activity(session, school.room.learning, type_code=TYPES[1])
        approve(session, school.room.teaching, second.id, undo_for=UNDO)
    school.deliver()
    told = school.told()
    assert told is not None
    assert (told.attempt, told.score) == (2, 2.0)


def test_what_is_undone_in_time_is_not_told(school: School) -> None:
    with school.database.writing() as session:
        sent = a_submitted_activity(session, school.room.learning)
        decision = approve(session, school.room.teaching, sent.id, undo_for=UNDO)
        course = session.get_one(Course, school.room.course.id)
        course.lineitems_url = f"{school.canvas.config.base_url}/api/lti/courses/1/line_items"
        reconnect(session, school.room.teaching)
        decision_id = decision.id
    with school.database.reading() as session:
        due = leases.due(session, 10)
    for each in due:
        school.delivering.deliver(each)
    with school.database.writing() as session:
        undo(session, school.room.teaching, decision_id, undo_for=UNDO)
    school.deliver()
    told = school.told()
    assert told is not None
    assert (told.attempt, told.score) == (1, None)


def test_who_withdrew_and_test_students_are_not_told_of(school: School) -> None:
    with school.database.writing() as session:
        sent = a_submitted_activity(session, school.room.learning)
        withdraw(session, school.room.learning, sent.item_id)
        trial = a_person(session, school.room.course, name="Test Student", is_test=True)
        a_submitted_activity(session, an_actor(trial, school.room.course))
    school.connect()
    assert school.scores() == []


def test_a_return_from_before_leaves_an_attempt_without_a_grade(school: School) -> None:
    with school.database.writing() as session:
        sent = a_submitted_activity(session, school.room.learning)
        return_(session, school.room.teaching, sent.id, undo_for=UNDO, comment="Mer, tack.")
    school.connect()
    told = school.told()
    assert told is not None
    assert (told.attempt, told.score) == (1, None)


def approve_one_and_delete_its_assignment(school: School) -> None:
    """An approval has arrived; then somebody deletes the assignment in the small Canvas."""
    school.connect()
    with school.database.writing() as session:
        submission = a_submitted_activity(session, school.room.learning)
        approve(session, school.room.teaching, submission.id, undo_for=UNDO)
    school.deliver()
    school.canvas.assignments.change(school.canvas.assignment_named(ACTIVITIES).id, is_deleted=True)


def test_an_assignment_that_was_deleted_is_made_again_with_all_that_was_told(school: School) -> None:
    """The first approval had arrived at the assignment that was deleted; the second one failed."""
    approve_one_and_delete_its_assignment(school)
    with school.database.writing() as session:
        second = a_submitted_activity(session, school.room.learning, type_code=TYPES[1])
        approve(session, school.room.teaching, second.id, undo_for=UNDO, comment="Också bra.")
    school.deliver()
    assert [each.state for each in school.scores()[-2:]] == [DeliveryState.FAILED] * 2
    with school.database.reading() as session:
        gone = session.scalars(select(LineItem).where(LineItem.gone_at.is_not(None))).all()
        assert [each.kind for each in gone] == [LineItemKind.ACTIVITIES]
    school.connect()
    told = school.told()
    assert told is not None
    assert (told.attempt, told.score) == (1, 2.0)
    assert [each.text.partition(": ")[2] for each in told.comments] == ["Också bra."]
    assert {each.state for each in school.scores()} == {DeliveryState.SENT}


def test_who_was_only_told_to_the_deleted_assignment_is_told_to_the_new_one(school: School) -> None:
    approve_one_and_delete_its_assignment(school)
    with school.database.writing() as session:
        activities(session).gone_at = now()
    school.connect()
    told = school.told()
    assert told is not None
    assert (told.attempt, told.score) == (1, 1.0)


def test_an_assignment_that_is_there_again_is_told_nothing_twice(school: School) -> None:
    school.connect()
    with school.database.writing() as session:
        first = a_submitted_activity(session, school.room.learning)
        approve(session, school.room.teaching, first.id, undo_for=UNDO)
    school.deliver()
    with school.database.writing() as session:
        activities(session).gone_at = now()
    school.connect()
    assert len(school.scores()) == 2
    assert len(school.canvas.line_items.of_client(school.canvas.client_id, 1)) == 3


def let_another_take_over(school: School) -> str:
    """A second assignment, made in the small Canvas, gets the results from now on; its address."""
    made = school.canvas.assignments.add(1, OTHER, 3)
    added = school.canvas.line_items.add(made, school.canvas.client_id, label=OTHER, score_maximum=3)
    url = f"{school.canvas.config.base_url}/api/lti/courses/1/line_items/{added.id}"
    with school.database.writing() as session:
        course = session.get_one(Course, school.room.course.id)
        note_spare(session, course, LineItemKind.ACTIVITIES, url, OTHER)
        (spare,) = spares_of(session, course.id)
        use_instead(session, course, spare)
    school.deliver()
    return url


def delete_the_other(school: School) -> None:
    school.canvas.assignments.change(school.canvas.assignment_named(OTHER).id, is_deleted=True)
    with school.database.writing() as session:
        activities(session).gone_at = now()


@pytest.mark.parametrize("is_refused_at_first", [False, True])
def test_the_first_one_gets_what_a_deleted_one_was_told_after_taking_over(
    school: School, is_refused_at_first: bool
) -> None:
    school.connect()
    with school.database.writing() as session:
        first = a_submitted_activity(session, school.room.learning)
        approve(session, school.room.teaching, first.id, undo_for=UNDO)
    school.deliver()
    let_another_take_over(school)
    with school.database.writing() as session:
        second = a_submitted_activity(session, school.room.learning, type_code=TYPES[1])
        approve(session, school.room.teaching, second.id, undo_for=UNDO)
    school.deliver()
    delete_the_other(school)
    if is_refused_at_first:
        with school.database.writing() as session:
            reconnect(session, school.room.teaching)
            looked = select(Delivery).where(Delivery.state == DeliveryState.WAITING)
            session.scalars(looked).one().state = DeliveryState.FAILED
    school.connect()
    told = school.told()
    assert told is not None
    assert (told.attempt, told.score) == (2, 2.0)
    with school.database.reading() as session:
        assert activities(session).label == ACTIVITIES
        assert spares_of(session, school.room.course.id) == [], "what gets the results is no spare one"


def test_one_that_takes_over_from_a_deleted_one_gets_what_failed_there(school: School) -> None:
    approve_one_and_delete_its_assignment(school)
    with school.database.writing() as session:
        second = a_submitted_activity(session, school.room.learning, type_code=TYPES[1])
        approve(session, school.room.teaching, second.id, undo_for=UNDO)
    school.deliver()
    assert [each.state for each in school.scores()[-2:]] == [DeliveryState.FAILED] * 2
    let_another_take_over(school)
    told = school.told(label=OTHER)
    assert told is not None
    assert told.score == 2.0
    assert {each.state for each in school.scores()} == {DeliveryState.SENT}
    with school.database.reading() as session:
        assert spares_of(session, school.room.course.id) == [], "the deleted one is offered to nobody"


def test_another_scheme_before_anything_was_told_changes_the_points(school: School) -> None:
    with school.database.writing() as session:
        course = session.get_one(Course, school.room.course.id)
        course.lineitems_url = f"{school.canvas.config.base_url}/api/lti/courses/1/line_items"
        reconnect(session, school.room.teaching)
    school.deliver()
    with school.database.writing() as session:
        line_item = activities(session)
        wanted = gradebook.WantedLineItem(
            LineItemKind.ACTIVITIES, line_item.label, Decimal(5), instead_of=line_item.score_maximum
        )
        gradebook.connect_line_items(
            session, course=session.get_one(Course, school.room.course.id), wanted=[wanted]
        )
    school.deliver()
    assert school.canvas.assignment_named(ACTIVITIES).points_possible == 5
    with school.database.writing() as session:
        sent = a_submitted_activity(session, school.room.learning)
        again = gradebook.WantedLineItem(
            LineItemKind.ACTIVITIES, ACTIVITIES, Decimal(3), instead_of=Decimal(5)
        )
        gradebook.connect_line_items(
            session, course=session.get_one(Course, school.room.course.id), wanted=[again]
        )
        assert sent.id
    school.deliver()
    assert school.canvas.assignment_named(ACTIVITIES).points_possible == 5
