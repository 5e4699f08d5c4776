"""What reaches the small Canvas's gradebook, over HTTP."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lti_app.clock import now
from lti_app.jobs import outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags import gradebook, posting
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.services import SCORE_SCOPE
from lti_app.lti.verdicts import Verdict
from lti_app.people.models import Person, Platform
from lti_app.storage.models import StoredFile
from tests.unit.lti.school import School


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


def test_what_canvas_has_from_a_later_time_gets_a_newer_timestamp(school: School) -> None:
    school.submitted()
    school.reviewed("0.5")
    school.deliver()
    school.reviewed("1", "All done.")
    school.graded_by_hand(1.5, ahead=timedelta(seconds=40))
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


def a_certificate_whose_bytes_are_not_there(school: School) -> None:
    """It is to be handed in, with full marks."""
    with school.database.writing() as session:
        lost = StoredFile(
            institution_id=school.course.institution_id,
            key="0" * 32 + "/00/" + "0" * 62,
            media_type="application/pdf",
            size_bytes=1,
            sha256="0" * 64,
        )
        session.add(lost)
        session.flush()
        known = select(LineItem).where(LineItem.course_id == school.course.id)
        session.scalars(known).one().kind = LineItemKind.CERTIFICATE
        session.flush()
        gradebook.report_certificate(
            session,
            course_id=school.course.id,
            person_id=school.student.id,
            stored_file_id=lost.id,
            file_title="CIM-2026-000001.pdf",
            comment="CIM-2026-000001",
            cause_id=None,
        )


def without_its_file(school: School) -> None:
    """As an erasure leaves a delivery that it does not drop."""
    with school.database.writing() as session:
        delivery = session.get_one(Delivery, school.deliveries()[-1].sequence)
        delivery.payload = {**delivery.payload, "stored_file_id": None}


def test_a_file_that_the_store_lacks_is_waited_for_in_sight_of_staff(school: School) -> None:
    a_certificate_whose_bytes_are_not_there(school)
    (row,) = school.deliver()
    assert (row.state, row.reason) == (DeliveryState.WAITING, "The file is not in the store.")
    assert school.posted() == []


def test_of_a_file_that_was_erased_meanwhile_the_rest_is_told(school: School) -> None:
    a_certificate_whose_bytes_are_not_there(school)
    without_its_file(school)
    school.deliver()
    assert school.states() == [DeliveryState.SENT]
    found = school.submission()
    assert (found.attempt, found.score, found.state) == (0, 3.0, "graded")
    assert [each.text for each in found.comments] == ["CIM-2026-000001"]
    (posted,) = school.posted()
    assert "/f/" not in str(posted)


def test_a_newer_timestamp_does_not_bring_back_what_was_taken_out_meanwhile(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.reviewed("0.5")
    school.deliver()
    school.graded_by_hand(1.5, ahead=timedelta(seconds=40))
    school.reviewed("1", "Åsa writes well.")
    verdict = posting.verdict

    def erasing(*answered: Any) -> Verdict:
        monkeypatch.setattr(posting, "verdict", verdict)
        with school.database.writing() as session:
            delivery = session.get_one(Delivery, school.deliveries()[-1].sequence)
            delivery.payload = {**delivery.payload, "comment": ""}
        return verdict(*answered)

    monkeypatch.setattr(posting, "verdict", erasing)
    school.deliver()
    assert school.states()[-1] is DeliveryState.SENT
    last = school.deliveries()[-1].payload
    assert last["comment"] == ""
    assert last["timestamp"] == school.posted()[-1]["timestamp"]


def test_undone_before_its_time_nothing_was_sent(school: School) -> None:
    cause = school.reviewed("1", "Oops.", not_before=now() + timedelta(minutes=2))
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
        counted[0] += SCORE_SCOPE in scopes
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
