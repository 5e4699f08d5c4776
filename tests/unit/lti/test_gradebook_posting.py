"""What reaches the small Canvas's gradebook, over HTTP, and what becomes of a delivery that meets trouble."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.demo.world.gradebook import Submission
from lti_app.jobs import leases, outbox
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti import gradebook
from lti_app.lti.gradebook import WantedLineItem
from lti_app.lti.models import LineItem, LineItemKind
from lti_app.lti.tasks import HANDLERS
from lti_app.people.models import Course, Person, Platform
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests.served_canvas import joined, served_canvas

LABEL = "Aktiviteter"


@dataclass
class School:
    """A course whose Activities assignment is connected, and what a test does there."""

    canvas: SmallCanvas
    database: Database
    course: Course
    student: Person
    delivering: Delivering

    def submitted(self, submission_id: uuid.UUID | None = None) -> uuid.UUID:
        submission_id = submission_id or uuid.uuid4()
        with self.database.writing() as session:
            gradebook.report_submitted(
                session,
                course_id=self.course.id,
                person_id=self.student.id,
                kind=LineItemKind.ACTIVITIES,
                submission_id=submission_id,
                cause_id=submission_id,
            )
        return submission_id

    def reviewed(
        self,
        fraction: str | None,
        comment: str = "",
        *,
        not_before: datetime | None = None,
        takes_back: bool = False,
    ) -> None:
        with self.database.writing() as session:
            gradebook.report_reviewed(
                session,
                course_id=self.course.id,
                person_id=self.student.id,
                kind=LineItemKind.ACTIVITIES,
                fraction=None if fraction is None else Decimal(fraction),
                comment=comment,
                cause_id=uuid.uuid4(),
                not_before=not_before,
                takes_back=takes_back,
            )

    def deliver(self, *, hurry: bool = False) -> list[Delivery]:
        """Deliver what is due once, in order; `hurry` does not wait for pauses and dead workers' leases."""
        if hurry:
            with self.database.writing() as session:
                for row in session.scalars(select(Delivery).where(Delivery.state == DeliveryState.WAITING)):
                    row.not_before = now() - timedelta(seconds=1)
                    row.lease_until = row.lease_until and row.not_before
        following: uuid.UUID | None = None
        with self.database.reading() as session:
            waiting = leases.due(session, 100)
        for each in waiting:
            following = self.delivering.deliver(each)
            while following is not None:
                following = self.delivering.deliver(following)
        return self.deliveries()

    def deliveries(self) -> list[Delivery]:
        with self.database.reading() as session:
            wanted = select(Delivery).where(Delivery.kind == gradebook.SCORE).order_by(Delivery.sequence)
            return list(session.scalars(wanted))

    def states(self) -> list[DeliveryState]:
        return [each.state for each in self.deliveries()]

    def submission(self) -> Submission:
        found = self.canvas.submission_of("asa", self.canvas.assignment_named(LABEL).id)
        assert found is not None
        return found

    def posted(self) -> list[dict[str, object]]:
        return [call.body for call in self.canvas.requests.all("/scores")]


@pytest.fixture
def school(tmp_path: Path, settings: Settings, database: Database, storage: Storage) -> Iterator[School]:
    with served_canvas(tmp_path / "canvas", settings, database) as canvas:
        with database.writing() as session:
            rows = joined(session, canvas)
            wanted = [WantedLineItem(LineItemKind.ACTIVITIES, LABEL, Decimal(3))]
            gradebook.connect_line_items(session, course=rows.course, wanted=wanted)
        delivering = Delivering(Parts(settings, database, storage), HANDLERS)
        school = School(canvas, database, rows.course, rows.student, delivering)
        school.deliver()
        canvas.requests.clear()
        yield school


def test_a_submission_is_a_new_attempt_that_opens_it_and_has_no_grade(school: School) -> None:
    submission_id = school.submitted()
    school.deliver()
    found = school.submission()
    assert (found.attempt, found.score, found.state) == (1, None, "pending_review")
    assert found.type == "basic_lti_launch"
    assert found.url == f"http://localhost/lti/launch/submission/{submission_id}"


def test_an_approval_grades_comments_and_adds_no_attempt(school: School) -> None:
    school.submitted()
    school.reviewed("0.3333333333", "Bra: å, ä och ö.")
    school.deliver()
    found = school.submission()
    assert (found.attempt, found.score, found.state) == (1, 1.0, "graded")
    assert [(each.author, each.text) for each in found.comments] == [(None, "Bra: å, ä och ö.")]
    assert school.states() == [DeliveryState.SENT] * 2


def test_a_return_with_nothing_approved_keeps_the_grade_empty_and_comments(school: School) -> None:
    school.submitted()
    school.reviewed(None, "Please add the dates.")
    school.deliver()
    found = school.submission()
    assert (found.attempt, found.score, found.state) == (1, None, "pending_review")
    assert [each.text for each in found.comments] == ["Please add the dates."]


def test_taking_the_only_approval_back_erases_its_grade(school: School) -> None:
    school.submitted()
    school.reviewed("0.3333333333", "Approved.")
    school.deliver()
    assert school.submission().score == 1
    school.reviewed(None, "Reopened.", takes_back=True)
    school.deliver()
    found = school.submission()
    assert (found.attempt, found.score, found.state) == (1, None, "pending_review")
    assert [each.text for each in found.comments] == ["Approved.", "Reopened."]


def test_taking_one_of_two_approvals_back_lowers_the_grade(school: School) -> None:
    school.submitted()
    school.reviewed("0.6666666667")
    school.reviewed("0.3333333333", takes_back=True)
    school.deliver()
    assert (school.submission().score, school.submission().state) == (1, "graded")


def test_a_resubmission_does_not_touch_a_grade_that_is_there(school: School) -> None:
    school.submitted()
    school.reviewed("0.5")
    second = school.submitted()
    school.deliver()
    found = school.submission()
    assert (found.attempt, found.score) == (2, 1.5)
    assert found.url == f"http://localhost/lti/launch/submission/{second}"


def test_a_placeholder_zero_is_never_posted(school: School) -> None:
    school.submitted()
    school.reviewed("0")
    school.reviewed(None)
    school.deliver()
    assert all("scoreGiven" not in body for body in school.posted())
    assert school.states() == [DeliveryState.SENT] * 3


def test_timestamps_only_grow_and_the_time_of_submission_stays(school: School) -> None:
    school.submitted()
    for fraction in ("0.25", "0.5", "0.75"):
        school.reviewed(fraction)
    school.deliver()
    stamps = [str(body["timestamp"]) for body in school.posted()]
    assert stamps == sorted(set(stamps))
    assert len(stamps) == 4
    submitted = {str(body["submission"]) for body in school.posted()}
    assert len(submitted) == 1


def test_a_test_student_is_never_reported(school: School) -> None:
    with school.database.writing() as session:
        session.get_one(Person, school.student.id).is_test = True
    school.submitted()
    school.reviewed("1")
    assert school.deliveries() == []


def test_a_course_without_assignments_has_nothing_to_report_to(school: School) -> None:
    with school.database.writing() as session:
        nothing = gradebook.report_certificate(
            session,
            course_id=school.course.id,
            person_id=school.student.id,
            stored_file_id=uuid.uuid4(),
            file_title="x.pdf",
            comment="",
            cause_id=None,
        )
    assert nothing is None


def test_what_has_no_assignment_yet_waits_and_leaves_as_soon_as_there_is_one(school: School) -> None:
    with school.database.writing() as session:
        line_item = session.scalars(select(LineItem)).one()
        address, line_item.url = line_item.url, ""
    school.submitted()
    (row,) = school.deliver()
    assert (row.state, row.reason) == (
        DeliveryState.WAITING,
        "The assignment is not connected to the platform yet.",
    )
    with school.database.writing() as session:
        wanted = [WantedLineItem(LineItemKind.ACTIVITIES, LABEL, Decimal(3))]
        course = session.get_one(Course, school.course.id)
        gradebook.connect_line_items(session, course=course, wanted=wanted)
    school.deliver()
    with school.database.reading() as session:
        assert session.scalars(select(LineItem)).one().url == address
    (row,) = school.deliver()
    assert row.state is DeliveryState.SENT


@pytest.mark.parametrize("kind", ["status_500", "rate_limit_403", "rate_limit_429", "drop"])
def test_trouble_that_strikes_first_delays_and_loses_nothing(school: School, kind: str) -> None:
    school.submitted()
    school.canvas.trouble.make(kind, times=2)
    assert school.deliver()[0].state is DeliveryState.WAITING
    assert school.deliver(hurry=True)[0].state is DeliveryState.WAITING
    assert school.deliver(hurry=True)[0].state is DeliveryState.SENT
    assert school.submission().attempt == 1


@pytest.mark.parametrize("kind", ["process_then_500", "process_then_drop"])
def test_an_answer_lost_on_the_way_back_repeats_neither_attempt_nor_grade(school: School, kind: str) -> None:
    school.submitted()
    school.canvas.trouble.make(kind)
    assert school.deliver()[0].state is DeliveryState.WAITING
    assert school.deliver(hurry=True)[0].state is DeliveryState.SENT
    first, second = school.posted()
    assert first == second
    assert school.submission().attempt == 1


@pytest.mark.parametrize("kind", ["process_then_500", "process_then_drop"])
def test_a_comment_of_unknown_fate_is_not_sent_again_and_staff_are_told(school: School, kind: str) -> None:
    school.submitted()
    school.reviewed("1", "Well done.")
    school.deliver()  # the submission
    school.reviewed("0.5", "Only half, sorry.")
    school.canvas.trouble.make(kind)
    school.deliver()
    school.deliver(hurry=True)
    assert school.states() == [DeliveryState.SENT, DeliveryState.SENT, DeliveryState.UNCERTAIN]
    found = school.submission()
    assert [each.text for each in found.comments] == ["Well done.", "Only half, sorry."]
    assert (found.score, found.attempt) == (1.5, 1)


def test_a_comment_that_certainly_did_not_arrive_is_sent_again(school: School) -> None:
    school.submitted()
    school.reviewed("1", "Well done.")
    school.canvas.trouble.make("delay")  # the submission passes
    school.canvas.trouble.make("rate_limit_429")
    school.deliver()
    school.deliver(hurry=True)
    assert school.states() == [DeliveryState.SENT] * 2
    assert [each.text for each in school.submission().comments] == ["Well done."]


def test_an_uncertain_comment_goes_again_when_staff_say_so(school: School) -> None:
    school.reviewed("1", "Well done.")
    school.canvas.trouble.make("drop")
    school.deliver()
    (row,) = school.deliver(hurry=True)
    assert row.state is DeliveryState.UNCERTAIN
    assert school.submission().comments == ()
    with school.database.writing() as session:
        outbox.requeue(session, row.institution_id, row.id)
    (row,) = school.deliver()
    assert row.state is DeliveryState.SENT
    assert [each.text for each in school.submission().comments] == ["Well done."]


def test_an_unpublished_assignment_fails_with_its_reason_and_holds_nothing_else_back(school: School) -> None:
    assignment = school.canvas.assignment_named(LABEL)
    school.canvas.assignments.change(assignment.id, is_published=False)
    school.submitted()
    (row,) = school.deliver()
    assert row.state is DeliveryState.FAILED
    assert row.reason == "The platform refused it.\n422 This assignment is still unpublished"
    school.canvas.assignments.change(assignment.id, is_published=True)
    school.reviewed("1")
    school.deliver()
    assert school.states() == [DeliveryState.FAILED, DeliveryState.SENT]


def test_a_deleted_assignment_says_that_it_is_gone(school: School) -> None:
    school.canvas.assignments.change(school.canvas.assignment_named(LABEL).id, is_deleted=True)
    school.submitted()
    (row,) = school.deliver()
    assert row.state is DeliveryState.FAILED
    assert row.reason.startswith("The assignment is no longer there")


def test_somebody_who_left_the_course_is_a_refusal_with_its_reason(school: School) -> None:
    with school.database.writing() as session:
        session.get_one(Person, school.student.id).sub = str(uuid.uuid4())
    school.submitted()
    (row,) = school.deliver()
    assert row.state is DeliveryState.FAILED
    assert "not a student" in row.reason


def test_a_grade_given_in_canvas_meanwhile_gets_a_newer_timestamp(school: School) -> None:
    school.submitted()
    school.reviewed("0.5")
    school.deliver()
    school.reviewed("1", "All done.")
    assignment, student = school.canvas.assignment_named(LABEL), school.canvas.people.get("asa")
    teacher = school.canvas.people.get("tove")
    ahead = datetime.now(UTC) + timedelta(seconds=40)  # Canvas's clock is not ours
    school.canvas.grading.grade_by_hand(assignment.id, student.id, 0.5, grader_id=teacher.id, at=ahead)
    school.deliver()
    assert school.states()[-1] is DeliveryState.SENT
    assert school.submission().score == 3.0
    assert [each.text for each in school.submission().comments] == ["All done."]
    stamps = [str(body["timestamp"]) for body in school.posted()]
    assert stamps == sorted(set(stamps))
    assert school.deliveries()[-1].payload["timestamp"] == stamps[-1]
    school.reviewed("0.5")
    school.deliver()
    assert school.states()[-1] is DeliveryState.SENT


def test_a_failed_grade_put_in_again_does_not_bring_back_an_old_grade(school: School) -> None:
    school.submitted()
    school.deliver()
    assignment = school.canvas.assignment_named(LABEL)
    school.canvas.assignments.change(assignment.id, is_published=False)
    school.reviewed("0.3", "First.")
    (_, failed) = school.deliver()
    school.canvas.assignments.change(assignment.id, is_published=True)
    school.reviewed("1", "Second.")
    school.deliver()
    with school.database.writing() as session:
        outbox.requeue(session, failed.institution_id, failed.id)
    school.deliver()
    assert school.states() == [DeliveryState.SENT] * 3
    found = school.submission()
    assert (found.score, found.attempt) == (3.0, 1)
    assert [each.text for each in found.comments] == ["Second.", "First."]


def test_a_failed_grade_put_in_again_after_a_later_submission_still_arrives(school: School) -> None:
    school.submitted()
    school.deliver()
    assignment = school.canvas.assignment_named(LABEL)
    school.canvas.assignments.change(assignment.id, is_published=False)
    school.reviewed("0.3333333333")
    (_, failed) = school.deliver()
    school.canvas.assignments.change(assignment.id, is_published=True)
    second = school.submitted()
    school.deliver()
    with school.database.writing() as session:
        outbox.requeue(session, failed.institution_id, failed.id)
    school.deliver()
    found = school.submission()
    assert (found.score, found.attempt) == (1, 2)
    assert found.url == f"http://localhost/lti/launch/submission/{second}"


def test_a_failed_submission_put_in_again_after_its_review_still_becomes_the_attempt(school: School) -> None:
    assignment = school.canvas.assignment_named(LABEL)
    school.canvas.assignments.change(assignment.id, is_published=False)
    submission_id = school.submitted()
    (failed,) = school.deliver()
    school.canvas.assignments.change(assignment.id, is_published=True)
    school.reviewed("1", "Approved.")
    school.deliver()
    with school.database.writing() as session:
        outbox.requeue(session, failed.institution_id, failed.id)
    school.deliver()
    found = school.submission()
    assert (found.score, found.attempt, found.state) == (3.0, 1, "graded")
    assert found.url == f"http://localhost/lti/launch/submission/{submission_id}"
    assert [each.text for each in found.comments] == ["Approved."]


def test_undone_before_its_time_nothing_was_sent(school: School) -> None:
    cause = uuid.uuid4()
    with school.database.writing() as session:
        gradebook.report_reviewed(
            session,
            course_id=school.course.id,
            person_id=school.student.id,
            kind=LineItemKind.ACTIVITIES,
            fraction=Decimal(1),
            comment="Oops.",
            cause_id=cause,
            not_before=now() + timedelta(minutes=2),
        )
    school.deliver()
    with school.database.writing() as session:
        assert outbox.cancel(session, cause) == 1
    school.deliver()
    assert school.posted() == []


def test_other_platforms_get_no_extension_and_no_mere_submission_over_a_grade(school: School) -> None:
    with school.database.writing() as session:
        session.scalars(select(Platform)).one().product_family = "moodle"
    school.submitted()
    school.reviewed("0.5")
    school.submitted()
    school.deliver()
    assert school.states() == [DeliveryState.SENT] * 3
    assert [body["gradingProgress"] for body in school.posted()] == ["PendingManual", "FullyGraded"]
    assert all("https://canvas.instructure.com/lti/submission" not in body for body in school.posted())


def test_other_platforms_are_told_that_an_approval_was_taken_back(school: School) -> None:
    with school.database.writing() as session:
        session.scalars(select(Platform)).one().product_family = "moodle"
    school.reviewed("0.5")
    school.reviewed(None, takes_back=True)
    school.deliver()
    assert [body["gradingProgress"] for body in school.posted()] == ["FullyGraded", "PendingManual"]


def test_one_token_serves_many_scores_and_is_renewed_once_when_refused(school: School) -> None:
    def tokens_asked() -> int:
        return counted[0]

    counted = [0]
    issue = school.canvas.tokens.issue

    def counting(client_id: str, scopes: list[str]) -> str:
        counted[0] += 1
        return issue(client_id, scopes)

    school.canvas.tokens.issue = counting  # type: ignore[method-assign]
    school.submitted()
    school.deliver()
    before = tokens_asked()
    for fraction in ("0.1", "0.2", "0.3"):
        school.reviewed(fraction)
    school.deliver()
    assert tokens_asked() == before
    school.canvas.tokens.revoke_all()
    school.reviewed("0.4")
    school.deliver()
    assert tokens_asked() == before + 1
    assert school.states() == [DeliveryState.SENT] * 5
    assert [call.status for call in school.canvas.requests.all("/scores")][-2:] == [401, 200]
