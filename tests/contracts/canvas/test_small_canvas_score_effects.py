"""What an accepted score does to the gradebook: grade, attempt, comment, result."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lti_app.demo import SmallCanvas

from .conftest import BASE, EXTENSION, TOOL, Caller, Clock, submission_of


def test_a_graded_score_is_scaled_to_the_assignment_s_points(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    answer = caller.score(column, scoreGiven=0.75, scoreMaximum=1, comment="Well done")
    submission = submission_of(canvas)
    assert answer.json["resultUrl"] == f"{BASE}{column}/results/1"
    assert answer.json[EXTENSION] == {"content_items": []}
    assert answer.mimetype == "application/vnd.ims.lis.v1.score+json"
    assert (submission.score, submission.grader, submission.state) == (7.5, "tool:1", "graded")
    assert [(comment.author, comment.text) for comment in submission.comments] == [(None, "Well done")]


def test_a_pass_fail_assignment_passes_with_any_score_above_zero(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    canvas.assignments.change(canvas.assignments.in_course(1)[0].id, grading_type="pass_fail")
    caller.score(column, scoreGiven=0.1)
    assert submission_of(canvas).score == 10
    caller.score(column, scoreGiven=0)
    assert submission_of(canvas).score == 0


@pytest.mark.parametrize(
    ("grading", "given"),
    [("NotReady", 5), ("Failed", 5), ("Pending", 5), ("PendingManual", None), ("FullyGraded", None)],
)
def test_a_score_that_is_not_final_erases_a_grade_unless_preserved(
    canvas: SmallCanvas, caller: Caller, column: str, grading: str, given: float | None
) -> None:
    caller.score(column)
    kept = caller.score(column, gradingProgress=grading, scoreGiven=given, extension={"preserve_score": True})
    assert kept.status_code == 200
    assert submission_of(canvas).score == 8
    caller.score(column, gradingProgress=grading, scoreGiven=given)
    assert submission_of(canvas).score is None


def test_preserve_score_keeps_a_grade_from_erasure_but_not_from_a_new_grade(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    caller.score(column, scoreGiven=3, extension={"preserve_score": True})
    caller.score(column, scoreGiven=6, extension={"preserve_score": True})
    assert submission_of(canvas).score == 6


def test_a_grade_by_the_teacher_is_erased_in_the_same_way(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    asa, tove = canvas.people.get("asa"), canvas.people.get("tove")
    assignment = canvas.assignments.in_course(1)[0]
    canvas.grading.grade_by_hand(assignment.id, asa.id, 7.5, grader_id=tove.id, at=canvas.now())
    assert caller.submit(column).status_code == 200
    assert submission_of(canvas).score == 7.5
    caller.score(column, gradingProgress="PendingManual", scoreGiven=None)
    assert submission_of(canvas).score is None


def test_prioritize_non_tool_grade_spares_a_teacher_s_grade_but_not_a_tool_s(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    wish = {"prioritize_non_tool_grade": True, "new_submission": False}
    caller.score(column, scoreGiven=4)
    caller.score(column, scoreGiven=5, extension=wish)
    assert submission_of(canvas).score == 5
    asa, tove = canvas.people.get("asa"), canvas.people.get("tove")
    assignment = canvas.assignments.in_course(1)[0]
    canvas.grading.grade_by_hand(assignment.id, asa.id, 9, grader_id=tove.id, at=canvas.now())
    caller.score(column, scoreGiven=1, extension=wish)
    assert submission_of(canvas).score == 9


def test_handing_in_stores_the_launch_address_and_waits_for_review(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    caller.submit(column)
    submission = submission_of(canvas)
    assert (submission.attempt, submission.submitted_at) == (1, canvas.now())
    assert (submission.type, submission.url) == ("basic_lti_launch", f"{TOOL}/lti/launch/submission/1")
    assert (submission.state, submission.needs_grading) == ("pending_review", True)


def test_a_human_grade_or_a_final_score_ends_the_review(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    caller.submit(column)
    caller.score(column, extension={"new_submission": False})
    assert submission_of(canvas).state == "graded"
    caller.submit(column, "bjorn")
    bjorn, tove = canvas.people.get("bjorn"), canvas.people.get("tove")
    assignment = canvas.assignments.in_course(1)[0]
    canvas.grading.grade_by_hand(assignment.id, bjorn.id, 2, grader_id=tove.id, at=canvas.now())
    assert submission_of(canvas, "bjorn").state == "graded"


def test_an_equal_submitted_at_adds_no_attempt_and_a_later_one_does(
    canvas: SmallCanvas, caller: Caller, column: str, clock: Clock
) -> None:
    first = canvas.now()
    caller.submit(column, at=first)
    clock.move(seconds=5)
    caller.submit(column, at=first)
    assert submission_of(canvas).attempt == 1
    caller.submit(column)
    assert [attempt.number for attempt in submission_of(canvas).attempts] == [1, 2]


def test_without_submitted_at_every_repetition_is_a_new_attempt(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    caller.score(column)
    caller.score(column)
    assert submission_of(canvas).attempt == 2


@pytest.mark.parametrize(
    ("progress", "extension"),
    [
        ("InProgress", {}),
        ("Started", {}),
        ("Initialized", {}),
        ("Completed", {"new_submission": False}),
        ("Completed", {"submission_type": "none"}),
        ("Submitted", {"submission_type": "none"}),
    ],
)
def test_these_scores_make_no_attempt(
    canvas: SmallCanvas, caller: Caller, column: str, progress: str, extension: dict[str, object]
) -> None:
    caller.score(column, activityProgress=progress, extension=extension)
    submission = submission_of(canvas)
    assert (submission.attempt, submission.submitted_at, submission.score) == (0, None, 8)


def test_a_new_submission_without_address_replaces_the_stored_one(
    canvas: SmallCanvas, caller: Caller, column: str, clock: Clock
) -> None:
    caller.submit(column)
    clock.move(seconds=1)
    caller.score(column, extension={})
    submission = submission_of(canvas)
    assert (submission.attempt, submission.type, submission.url) == (2, "external_tool", None)


def test_text_is_kept_as_text(canvas: SmallCanvas, caller: Caller, column: str) -> None:
    caller.score(column, extension={"submission_type": "online_text_entry", "submission_data": "Hej å ä ö"})
    assert submission_of(canvas).body == "Hej å ä ö"


def test_a_comment_without_score_can_be_switched_off(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    caller.submit(column, comment="Returned")
    assert [comment.text for comment in submission_of(canvas).comments] == ["Returned"]
    canvas.switch(comments_without_score=False)
    caller.submit(column, comment="Again")
    assert len(submission_of(canvas).comments) == 1


def test_a_second_line_item_on_an_assignment_keeps_results_only(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    link = canvas.assignments.in_course(1)[0].lti_id
    body = {"label": "Extra", "scoreMaximum": 5, "resourceLinkId": link}
    extra = caller.send("POST", "/api/lti/courses/1/line_items", body).json["id"].removeprefix(BASE)
    assert caller.score(extra, scoreGiven=3, scoreMaximum=5).status_code == 200
    assert canvas.submission_of("asa", canvas.assignments.in_course(1)[0].id) is None
    assert caller.get(f"{extra}/results").json[0]["resultScore"] == 3


def test_results_tell_what_the_gradebook_holds(
    canvas: SmallCanvas, caller: Caller, column: str, clock: Clock
) -> None:
    assert caller.get(f"{column}/results").json == []
    caller.score(column, scoreGiven=4, scoreMaximum=5, comment="Good")
    asa = canvas.people.get("asa")
    answer = caller.get(f"{column}/results", user_id=asa.lti_id)
    assert answer.mimetype == "application/vnd.ims.lis.v2.resultcontainer+json"
    assert answer.json == [
        {
            "id": f"{BASE}{column}/results/1",
            "userId": asa.lti_id,
            "resultScore": 4.0,
            "resultMaximum": 5.0,
            "scoreOf": f"{BASE}{column}",
            "comment": "Good",
        }
    ]
    clock.move(minutes=1)
    tove = canvas.people.get("tove")
    assignment = canvas.assignments.in_course(1)[0]
    canvas.grading.grade_by_hand(assignment.id, asa.id, 9, grader_id=tove.id, at=canvas.now())
    [result] = caller.get(f"{column}/results").json
    assert (result["resultScore"], result["resultMaximum"]) == (9.0, 10.0)
    assert caller.get(f"{column}/results", user_id=tove.lti_id).json == []
    assert caller.get(f"{column}/results", user_id="nobody").json == []


def test_a_preserved_score_stays_in_the_result_too(
    canvas: SmallCanvas, caller: Caller, column: str, clock: Clock
) -> None:
    caller.score(column)
    clock.move(seconds=1)
    caller.submit(column)
    assert caller.get(f"{column}/results").json[0]["resultScore"] == 8
    clock.move(seconds=1)
    caller.score(column, gradingProgress="Pending", timestamp=(canvas.now() + timedelta(1)).isoformat())
    assert caller.get(f"{column}/results").json[0]["resultScore"] is None
