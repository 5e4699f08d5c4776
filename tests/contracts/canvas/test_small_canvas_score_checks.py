"""The checks of a score, one test each, in Canvas's order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lti_app.demo import SmallCanvas

from .conftest import Caller, Clock


def message(answer: Any) -> str:
    errors = answer.json["errors"]
    return str(errors["message"] if isinstance(errors, dict) else errors[0]["message"])


def assignment_id(canvas: SmallCanvas) -> int:
    return canvas.assignments.in_course(1)[0].id


def test_check_1_a_concluded_course_refuses_scores_with_422(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    canvas.courses.conclude(1)
    answer = caller.score(column)
    assert answer.status_code == 422
    assert "concluded" in message(answer)


def test_check_1_without_the_flag_a_concluded_course_answers_404(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    canvas.switch(concluded_course_422=False)
    canvas.courses.conclude(1)
    assert caller.score(column).status_code == 404


def test_check_2_a_line_item_of_another_course_answers_404(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    other = canvas.courses.add("Another course", "OTHER", "HT 2026")
    assert caller.score(column.replace("/courses/1/", f"/courses/{other.id}/")).status_code == 404
    assert caller.score("/api/lti/courses/1/line_items/999").status_code == 404


def test_check_2_a_foreign_resource_link_id_answers_412(caller: Caller, column: str) -> None:
    assert caller.score(column, resourceLinkId="not-the-one").status_code == 412


@pytest.mark.parametrize("login", ["tove", "tage", "disa", "olle", "astrid"])
def test_check_3_only_students_of_the_course_receive_scores(caller: Caller, column: str, login: str) -> None:
    answer = caller.score(column, login)
    assert answer.status_code == 422
    assert message(answer) == "User not found in course or is not a student"


def test_check_3_an_unknown_or_missing_user_answers_422(caller: Caller, column: str) -> None:
    assert caller.score(column, userId="nobody").status_code == 422
    assert caller.score(column, userId="").status_code == 422


def test_check_3_a_student_who_left_answers_422(canvas: SmallCanvas, caller: Caller, column: str) -> None:
    canvas.people.enrol(canvas.people.get("asa").id, 1, "StudentEnrollment", state="inactive")
    assert caller.score(column).status_code == 422


def test_check_3_the_numeric_canvas_id_names_a_student_too(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    assert caller.score(column, userId=str(canvas.people.get("asa").id)).status_code == 200


def test_check_3_older_releases_refuse_the_test_student(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    login = canvas.people.test_student_of(1).login
    assert caller.score(column, login).status_code == 200
    canvas.switch(test_student_scores=False)
    assert caller.score(column, login).status_code == 422


@pytest.mark.parametrize("name", ["activityProgress", "gradingProgress", "timestamp"])
def test_check_4_a_missing_required_parameter_answers_400(caller: Caller, column: str, name: str) -> None:
    answer = caller.score(column, **{name: None})
    assert answer.status_code == 400
    assert name in message(answer)


def test_check_5_an_unpublished_assignment_answers_422(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    canvas.assignments.change(assignment_id(canvas), is_published=False)
    answer = caller.score(column)
    assert answer.status_code == 422
    assert "unpublished" in message(answer)


@pytest.mark.parametrize("text", ["yesterday", "2026-11-02", "2026-11-02T12:00:00", "2026-13-02T12:00:00Z"])
def test_check_6_an_invalid_timestamp_answers_400(caller: Caller, column: str, text: str) -> None:
    assert caller.score(column, timestamp=text).status_code == 400


def test_check_6_a_timestamp_older_than_the_stored_result_answers_400_and_an_equal_one_is_fine(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    now = canvas.now()
    assert caller.score(column, timestamp=now.isoformat()).status_code == 200
    assert caller.score(column, timestamp=now.isoformat()).status_code == 200
    older = (now - timedelta(milliseconds=1)).isoformat()
    answer = caller.score(column, timestamp=older)
    assert answer.status_code == 400
    assert "before last updated timestamp" in message(answer)


def test_check_6_a_grade_set_by_a_teacher_moves_the_stored_time(
    canvas: SmallCanvas, caller: Caller, column: str, clock: Clock
) -> None:
    before = canvas.now()
    caller.score(column)
    clock.move(minutes=5)
    asa, tove = canvas.people.get("asa"), canvas.people.get("tove")
    canvas.grading.grade_by_hand(assignment_id(canvas), asa.id, 3, grader_id=tove.id, at=canvas.now())
    assert caller.score(column, timestamp=(before + timedelta(minutes=1)).isoformat()).status_code == 400


@pytest.mark.parametrize("maximum", [None, -1, 0, "many"])
def test_check_7_a_score_needs_a_maximum_above_zero(caller: Caller, column: str, maximum: Any) -> None:
    assert caller.score(column, scoreMaximum=maximum).status_code == 422


def test_check_7_a_maximum_of_zero_is_fine_for_a_line_item_of_zero(caller: Caller) -> None:
    column = caller.make_column("Ungraded", 0)
    assert caller.score(column, scoreGiven=0, scoreMaximum=0).status_code == 200


def test_check_7_is_skipped_when_no_score_is_given(caller: Caller, column: str) -> None:
    assert caller.score(column, scoreGiven=None, scoreMaximum=None).status_code == 200


def test_check_8_a_negative_score_answers_422_and_one_above_the_maximum_is_fine(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    assert caller.score(column, scoreGiven=-0.5).status_code == 422
    assert caller.score(column, scoreGiven=12).status_code == 200
    submission = canvas.submission_of("asa", assignment_id(canvas))
    assert submission is not None
    assert submission.score == 12


def test_check_9_submitted_at_must_be_a_time_at_most_one_minute_ahead(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    assert caller.score(column, submission={"submittedAt": "soon"}).status_code == 400
    assert caller.submit(column, at=canvas.now() + timedelta(seconds=61)).status_code == 400
    assert caller.submit(column, at=canvas.now() + timedelta(seconds=59)).status_code == 200


def test_check_9_holds_for_the_extension_too(canvas: SmallCanvas, caller: Caller, column: str) -> None:
    ahead = (canvas.now() + timedelta(hours=1)).isoformat()
    assert caller.score(column, extension={"submitted_at": ahead}).status_code == 400


def test_check_10_an_upload_without_files_answers_422(caller: Caller, column: str) -> None:
    assert caller.score(column, extension={"submission_type": "online_upload"}).status_code == 422


def test_check_11_no_more_than_the_allowed_attempts(
    canvas: SmallCanvas, caller: Caller, column: str, clock: Clock
) -> None:
    canvas.assignments.change(assignment_id(canvas), allowed_attempts=1)
    first = canvas.now()
    assert caller.submit(column, at=first).status_code == 200
    clock.move(minutes=1)
    answer = caller.submit(column)
    assert answer.status_code == 422
    assert message(answer).startswith("The maximum number of allowed attempts")
    assert caller.submit(column, at=first).status_code == 200, "the same attempt sent again is none"
    assert caller.score(column, extension={"new_submission": False}).status_code == 200


def test_the_checks_come_in_canvas_s_order(
    canvas: SmallCanvas, caller: Caller, column: str, clock: Clock
) -> None:
    """Everything is wrong at once; mending one thing after the other walks down the list."""
    caller.submit(column)
    last = canvas.now()
    clock.move(minutes=10)
    canvas.assignments.change(assignment_id(canvas), is_published=False, allowed_attempts=1)
    canvas.courses.conclude(1)
    wrong: dict[str, Any] = {
        "resourceLinkId": "wrong",
        "userId": "nobody",
        "gradingProgress": None,
        "timestamp": (last - timedelta(minutes=1)).isoformat(),
        "scoreMaximum": -1,
        "scoreGiven": -1,
        "submission": {"submittedAt": "soon"},
        "extension": {"submission_type": "online_upload"},
    }
    steps: list[tuple[int, str, dict[str, Any]]] = [
        (422, "concluded", {}),
        (412, "link ID", {"resourceLinkId": None}),
        (422, "not a student", {"userId": canvas.people.get("asa").lti_id}),
        (400, "gradingProgress", {"gradingProgress": "FullyGraded"}),
        (422, "unpublished", {}),
        (400, "before last updated", {"timestamp": canvas.now().isoformat()}),
        (422, "ScoreMaximum", {"scoreMaximum": 10}),
        (422, "ScoreGiven", {"scoreGiven": 5}),
        (400, "not a valid timestamp", {"submission": None}),
        (422, "Content items", {"extension": None}),
        (422, "allowed attempts", {}),
    ]
    for status, words, mended in steps:
        answer = caller.score(column, **wrong)
        assert (answer.status_code, words in message(answer)) == (status, True), (words, answer.text)
        wrong |= mended
        if words == "concluded":
            canvas.courses.reopen(1)
        if words == "unpublished":
            canvas.assignments.change(assignment_id(canvas), is_published=True)
    assert caller.score(column, **{**wrong, "extension": {"new_submission": False}}).status_code == 200


def test_a_refused_score_changes_nothing(canvas: SmallCanvas, caller: Caller, column: str) -> None:
    caller.score(column)
    before = canvas.submission_of("asa", assignment_id(canvas))
    assert caller.score(column, scoreGiven=-1, comment="no").status_code == 422
    assert caller.score(column, gradingProgress="Almost", comment="no").status_code == 422
    assert canvas.submission_of("asa", assignment_id(canvas)) == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"scoreGiven": NaN}'])
def test_a_body_that_is_no_json_object_is_refused(
    canvas: SmallCanvas, caller: Caller, column: str, body: bytes
) -> None:
    answer = caller.client.post(
        f"{column}/scores",
        data=body,
        content_type="application/vnd.ims.lis.v1.score+json",
        headers=caller.headers(),
    )
    assert answer.status_code == 400
    assert canvas.gradebook.of_assignment(assignment_id(canvas)) == []
