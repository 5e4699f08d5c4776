"""Grades that a teacher changed in the small Canvas: read back, held, overwritten only if staff say so."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lti_app.errors import Conflict
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags import results
from lti_app.lti.ags.grades import Grade, means_same
from lti_app.lti.ags.models import ChangedGrade, LineItem
from lti_app.lti.ags.read_back import RESULTS, queue_reading
from lti_app.people.models import Course, Person, Platform
from tests.unit.lti.school import School
from tests.world import a_person

HELD = "The grade was changed at the platform, and is not overwritten unless you say so."


def changed(school: School) -> list[tuple[Decimal | None, Decimal | None]]:
    """What is kept of changed grades: points and maximum."""
    with school.database.reading() as session:
        return [(each.points, each.maximum) for each in session.scalars(select(ChangedGrade))]


def keys(school: School) -> tuple[uuid.UUID, uuid.UUID]:
    with school.database.reading() as session:
        return session.scalars(select(LineItem.id)).one(), school.student.id


def a_held_grade(school: School) -> None:
    """Half was told, a teacher made it 1 of 3, and now the tool would tell the whole."""
    school.submitted()
    school.reviewed("0.5")
    school.deliver()
    school.graded_by_hand(1.0)
    school.reviewed("1", "All done.")
    school.deliver()


def test_a_grade_changed_in_canvas_is_not_overwritten_but_held_and_shown(school: School) -> None:
    a_held_grade(school)
    held = school.deliveries()[-1]
    assert (held.state, held.reason) == (DeliveryState.FAILED, HELD)
    assert (school.submission().score, school.submission().comments) == (1.0, ())
    assert changed(school) == [(Decimal(1), Decimal(3))]


def test_a_grade_that_canvas_lost_is_held_too(school: School) -> None:
    school.reviewed("0.5")
    school.deliver()
    school.graded_by_hand(None)
    school.reviewed("1")
    assert school.deliver()[-1].reason == HELD
    assert changed(school) == [(None, Decimal(3))]


def test_a_grade_entered_in_canvas_before_ours_is_held_too(school: School) -> None:
    school.submitted()
    school.deliver()
    school.graded_by_hand(2.0)
    school.reviewed("1")
    assert school.deliver()[-1].reason == HELD
    assert school.submission().score == 2.0


def test_a_taken_back_approval_does_not_erase_a_teachers_grade(school: School) -> None:
    school.reviewed("0.5")
    school.deliver()
    school.graded_by_hand(2.0)
    school.reviewed(None, "Reopened.", takes_back=True)
    assert school.deliver()[-1].reason == HELD
    assert school.submission().score == 2.0


def test_sending_ours_overwrites_and_all_agree_again(school: School) -> None:
    a_held_grade(school)
    school.reviewed("0.6666666667", "Taken back a little.")
    school.deliver()
    assert [each.reason for each in school.deliveries()[-2:]] == [HELD, HELD]
    with school.database.writing() as session:
        results.send_ours(session, *keys(school))
    school.deliver()
    assert school.states() == [DeliveryState.SENT] * 4
    assert school.submission().score == 2.0
    assert [each.text for each in school.submission().comments] == ["All done.", "Taken back a little."]
    assert changed(school) == []
    school.reviewed("1")
    assert school.deliver()[-1].state is DeliveryState.SENT


def test_keeping_canvass_grade_sends_the_comment_and_holds_the_next_grade_again(school: School) -> None:
    a_held_grade(school)
    with school.database.writing() as session:
        results.keep_theirs(session, *keys(school))
    school.deliver()
    assert school.states()[-1] is DeliveryState.SENT
    assert school.submission().score == 1.0
    assert [each.text for each in school.submission().comments] == ["All done."]
    school.reviewed("0.9")
    assert school.deliver()[-1].reason == HELD


def test_keeping_a_grade_without_a_comment_sends_nothing(school: School) -> None:
    school.reviewed("0.5")
    school.deliver()
    school.graded_by_hand(1.0)
    school.reviewed("1")
    school.deliver()
    posted = len(school.posted())
    with school.database.writing() as session:
        results.keep_theirs(session, *keys(school))
    assert school.deliver()[-1].state is DeliveryState.CANCELLED
    assert len(school.posted()) == posted


def test_what_is_not_held_cannot_be_decided_on(school: School) -> None:
    school.reviewed("1")
    for act in (results.send_ours, results.keep_theirs):
        with school.database.writing() as session, pytest.raises(Conflict):
            act(session, *keys(school))


def test_an_answer_that_was_lost_does_not_pass_for_a_teachers_change(school: School) -> None:
    school.reviewed("0.5")
    school.deliver()
    school.reviewed("1")
    school.canvas.trouble.make("process_then_drop")
    school.deliver()
    assert school.deliver(hurry=True)[-1].state is DeliveryState.SENT
    assert changed(school) == []


def test_the_first_score_of_somebody_asks_nothing(school: School) -> None:
    school.reviewed("1")
    school.deliver()
    assert school.canvas.requests.all("/results") == []


@pytest.mark.parametrize("scopes", ["", "lineitem score", "-"])
def test_where_grades_may_not_be_read_ours_are_posted(school: School, scopes: str) -> None:
    with school.database.writing() as session:
        session.get_one(Course, school.course.id).gradebook_scopes = scopes
    a_held_grade(school)
    assert school.states() == [DeliveryState.SENT] * 3
    assert school.canvas.requests.all("/results") == []


def test_where_reading_is_refused_after_all_ours_are_posted(school: School) -> None:
    scopes = [scope for scope in school.canvas.developer_key.scopes if "result" not in scope]
    school.canvas.tools.change_key(school.canvas.client_id, scopes=tuple(scopes))
    a_held_grade(school)
    assert school.states() == [DeliveryState.SENT] * 3


def test_a_platform_in_trouble_is_asked_again_before_anything_is_posted(school: School) -> None:
    school.reviewed("0.5")
    school.deliver()
    school.graded_by_hand(1.0)
    school.reviewed("1", "All done.")
    school.canvas.trouble.make("status_500", path="/results")
    assert school.deliver()[-1].state is DeliveryState.WAITING
    assert school.deliver(hurry=True)[-1].reason == HELD
    assert len(school.posted()) == 1


def test_other_platforms_are_told_of_no_mere_submission_over_a_teachers_grade(school: School) -> None:
    with school.database.writing() as session:
        session.scalars(select(Platform)).one().product_family = "moodle"
    school.submitted()
    school.deliver()
    school.graded_by_hand(2.0)
    school.submitted()
    school.deliver()
    assert school.states() == [DeliveryState.SENT] * 2
    assert [body["gradingProgress"] for body in school.posted()] == ["PendingManual"]
    assert school.submission().score == 2.0


def read_back(school: School) -> None:
    with school.database.writing() as session:
        queue_reading(session, session.get_one(Course, school.course.id))
    school.deliver()
    with school.database.reading() as session:
        (row,) = session.scalars(select(Delivery).where(Delivery.kind == RESULTS))
        assert row.state is DeliveryState.SENT


def test_the_nightly_reading_finds_changed_grades_on_all_pages_and_lets_them_go(school: School) -> None:
    school.reviewed("0.5")
    with school.database.writing() as session:
        for student in school.canvas.add_students(12):
            person = a_person(session, school.course, name=student.name)
            person.sub = student.lti_id
            session.flush()
    school.deliver()
    read_back(school)
    assert changed(school) == []
    school.graded_by_hand(1.0)
    read_back(school)
    assert changed(school) == [(Decimal(1), Decimal(3))]
    school.graded_by_hand(1.5)
    read_back(school)
    assert changed(school) == []


def test_a_test_student_and_strangers_in_the_results_are_nobodys_grade(school: School) -> None:
    school.reviewed("0.5")
    school.deliver()
    school.graded_by_hand(1.0)
    with school.database.writing() as session:
        session.get_one(Person, school.student.id).is_test = True
    read_back(school)
    assert changed(school) == []


def test_what_was_just_told_is_not_taken_for_changed(school: School) -> None:
    school.reviewed("0.5")
    school.deliver()
    school.graded_by_hand(1.0)
    with school.database.writing() as session:
        row = session.scalars(select(Delivery).where(Delivery.kind == "ags.score")).one()
        assert row.finished_at is not None
        row.finished_at += timedelta(hours=1)
    read_back(school)
    assert changed(school) == []


points = st.decimals(min_value=0, max_value=1000, places=4)
maxima = st.decimals(min_value="0.5", max_value=1000, places=2)


@given(points, maxima, maxima)
def test_the_same_share_of_another_maximum_is_the_same_grade(
    given_points: Decimal, maximum: Decimal, other: Decimal
) -> None:
    one = Grade(given_points, maximum)
    assert means_same(one, Grade(given_points / maximum * other, other))
    assert not means_same(one, Grade(given_points + maximum / 100, maximum))
    assert not means_same(one, None)


def test_no_grade_is_the_same_as_no_grade_and_points_alone_are_compared_as_they_are() -> None:
    assert means_same(None, None)
    assert means_same(Grade(Decimal(5), None), Grade(Decimal(5), Decimal(10)))
    assert not means_same(Grade(Decimal(5), Decimal(0)), Grade(Decimal(6), Decimal(10)))
