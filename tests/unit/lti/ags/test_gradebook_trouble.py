"""What becomes of a delivery to the small Canvas that meets trouble, and of one that is put in again."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from sqlalchemy import select

from lti_app.jobs import outbox
from lti_app.jobs.models import DeliveryState
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.gradebook import WantedLineItem
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.people.models import Course, Person
from tests.unit.lti.school import LABEL, School


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
    assert row.reason == "The assignment is not published yet.\n422 This assignment is still unpublished"
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
