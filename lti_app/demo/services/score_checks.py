"""The eleven checks of a score, in Canvas's order; each refuses, none changes anything.

Source: Assignment and Grade Services 2.0 §3.4 and the order in which Canvas answers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from lti_app.demo.current import the_canvas
from lti_app.demo.world.assignments import Assignment
from lti_app.demo.world.line_items import LineItem
from lti_app.demo.world.people import Person

from .access import Caller, line_item_of
from .calls import not_found, refused
from .score_values import FINAL_PROGRESS, CheckedScore, FileItem, aware_time, finite_number

EXTENSION = "https://canvas.instructure.com/lti/submission"
REQUIRED = ("userId", "activityProgress", "gradingProgress", "timestamp")
ACTIVITY_PROGRESS = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADING_PROGRESS = ("NotReady", "Failed", "Pending", "PendingManual", "FullyGraded")
SUBMITTING_PROGRESS = ("Submitted", "Completed")
SUBMISSION_TYPES = (
    "none",
    "basic_lti_launch",
    "online_text_entry",
    "online_url",
    "external_tool",
    "online_upload",
)
FUTURE_SUBMITTED_AT = timedelta(minutes=1)


def line_item_for_score(caller: Caller, line_item_id: int, body: dict[str, Any]) -> LineItem:
    """Checks 1 and 2: the course is open, the line item is in it and is the client's, a given link id is its
    own.
    """
    canvas = the_canvas()
    if caller.course.is_concluded:
        if canvas.switches.concluded_course_422:
            raise refused(
                422, "This course has concluded. AGS requests will no longer be accepted for this course."
            )
        raise not_found()
    item = line_item_of(caller, line_item_id)
    if body.get("resourceLinkId") and body["resourceLinkId"] != item.resource_link_id:
        raise refused(412, "The specified LTI link ID is not associated with the line item.")
    return item


def checked_score(item: LineItem, body: dict[str, Any]) -> CheckedScore:
    """Checks 3 to 11 in order, then the whole score typed."""
    canvas = the_canvas()
    person = _student(item, body)
    _check_required(body)
    assignment = canvas.assignments.get(item.assignment_id)
    if not assignment.is_published:
        raise refused(422, "This assignment is still unpublished")
    timestamp = _timestamp(item, person, body)
    extension = _object(body, EXTENSION)
    score_given, score_maximum = _points(item, body)
    submitted_at = _submitted_at(body, extension)
    files = _files(extension)
    kind = "online_upload" if files else str(extension.get("submission_type") or "external_tool")
    if kind == "online_upload" and not files:
        raise refused(422, "Content items must be provided with submission type 'online_upload'")
    is_new = (
        extension.get("new_submission", kind != "none") is not False
        and kind != "none"
        and body["activityProgress"] in SUBMITTING_PROGRESS
        and item.is_primary
    )
    if is_new:
        _check_attempts_left(assignment, person, submitted_at)
    _check_vocabulary(body, kind)
    return CheckedScore(
        item=item,
        assignment=assignment,
        person=person,
        activity_progress=body["activityProgress"],
        grading_progress=body["gradingProgress"],
        timestamp=timestamp,
        score_given=score_given,
        score_maximum=score_maximum,
        comment=str(body["comment"]) if body.get("comment") else None,
        is_new_submission=is_new,
        submission_type=kind,
        submission_data=str(extension["submission_data"]) if extension.get("submission_data") else None,
        submitted_at=submitted_at,
        preserve_score=extension.get("preserve_score") is True,
        prioritize_non_tool_grade=extension.get("prioritize_non_tool_grade") is True,
        files=files,
    )


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _student(item: LineItem, body: dict[str, Any]) -> Person:
    """Check 3."""
    canvas = the_canvas()
    person = canvas.people.by_lti_user_id(str(body.get("userId") or ""))
    may_be_test = canvas.switches.test_student_scores
    if person is None or not canvas.people.is_student_in(person.id, item.course_id, test_student=may_be_test):
        raise refused(422, "User not found in course or is not a student")
    return person


def _check_required(body: dict[str, Any]) -> None:
    """Check 4."""
    for name in REQUIRED:
        if body.get(name) in (None, ""):
            raise refused(400, f"param is missing or the value is empty: {name}")


def _timestamp(item: LineItem, person: Person, body: dict[str, Any]) -> datetime:
    """Check 6."""
    timestamp = aware_time(body["timestamp"])
    if timestamp is None:
        raise refused(400, f"Provided timestamp of {body['timestamp']} not a valid timestamp")
    result = the_canvas().gradebook.result(item.id, person.id)
    if result is not None and result.updated_at > timestamp:
        raise refused(
            400,
            f"Provided timestamp of {body['timestamp']} before last updated timestamp "
            f"of {result.updated_at.isoformat(timespec='milliseconds')}",
        )
    return timestamp


def _points(item: LineItem, body: dict[str, Any]) -> tuple[float | None, float | None]:
    """Checks 7 and 8."""
    if body.get("scoreGiven") is None:
        return None, finite_number(body.get("scoreMaximum"))
    maximum = finite_number(body.get("scoreMaximum"))
    if body.get("gradingProgress") in FINAL_PROGRESS:
        if maximum is None:
            raise refused(422, "ScoreMaximum not supplied when ScoreGiven present.")
        if maximum < 0 or (maximum == 0 and item.score_maximum != 0):
            raise refused(422, "ScoreMaximum must be greater than 0")
    given = finite_number(body["scoreGiven"])
    if given is None or given < 0:
        raise refused(422, "ScoreGiven must be greater than or equal to 0")
    return given, maximum


def _submitted_at(body: dict[str, Any], extension: dict[str, Any]) -> datetime | None:
    """Check 9."""
    text = _object(body, "submission").get("submittedAt") or extension.get("submitted_at")
    if not text:
        return None
    submitted_at = aware_time(text)
    if submitted_at is None:
        raise refused(400, f"Provided submitted_at timestamp of {text} not a valid timestamp")
    if submitted_at > the_canvas().now() + FUTURE_SUBMITTED_AT:
        raise refused(400, f"Provided submitted_at timestamp of {text} in the future")
    return submitted_at


def _files(extension: dict[str, Any]) -> tuple[FileItem, ...]:
    items = extension.get("content_items")
    if not isinstance(items, list):
        return ()
    return tuple(
        FileItem(str(item["url"]), str(item.get("title") or "file"), item.get("media_type"))
        for item in items
        if isinstance(item, dict) and item.get("type") == "file" and item.get("url")
    )


def _check_attempts_left(assignment: Assignment, person: Person, submitted_at: datetime | None) -> None:
    """Check 11."""
    submission = the_canvas().gradebook.submission(assignment.id, person.id)
    if assignment.allowed_attempts < 1 or submission is None:
        return
    if submitted_at is not None and submitted_at == submission.submitted_at:
        return
    if submission.attempt >= assignment.allowed_attempts:
        raise refused(422, "The maximum number of allowed attempts has been reached for this submission")


def _check_vocabulary(body: dict[str, Any], kind: str) -> None:
    """Values outside the vocabularies, which Canvas's own validation refuses last."""
    if body["activityProgress"] not in ACTIVITY_PROGRESS:
        raise refused(422, "Activity progress is not included in the list")
    if body["gradingProgress"] not in GRADING_PROGRESS:
        raise refused(422, "Grading progress is not included in the list")
    if kind not in SUBMISSION_TYPES:
        raise refused(422, "Submission type is not permissible")
