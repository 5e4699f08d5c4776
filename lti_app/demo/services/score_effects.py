"""What an accepted score does: attempt, grade, review mark, comment, files and result, in one transaction."""

from __future__ import annotations

from datetime import datetime

from lti_app.demo.current import the_canvas
from lti_app.demo.small_canvas import SmallCanvas
from lti_app.demo.world.gradebook import Submission

from .access import Caller
from .downloads import Downloaded
from .score_values import CheckedScore


def repeats_attempt(score: CheckedScore) -> bool:
    """True when the score hands in what is there already: `submittedAt` equals the stored one."""
    submission = the_canvas().gradebook.submission(score.assignment.id, score.person.id)
    return (
        submission is not None
        and score.submitted_at is not None
        and submission.submitted_at == score.submitted_at
    )


def apply_score(score: CheckedScore, caller: Caller, files: list[Downloaded]) -> tuple[int, list[int]]:
    """Change gradebook and result. Returns the result's id and one progress id per downloaded file."""
    canvas = the_canvas()
    progress_ids: list[int] = []
    with canvas.store.writing():
        if score.item.is_primary:
            submission = canvas.grading.find_or_create(score.assignment.id, score.person.id)
            if score.is_new_submission:
                attempt = _hand_in(canvas, submission, score)
                progress_ids = [_keep_file(canvas, submission.id, attempt, file, caller) for file in files]
            _grade(canvas, submission, score, caller)
            _comment(canvas, submission, score)
        result_id = _keep_result(canvas, score)
    return result_id, progress_ids


def _hand_in(canvas: SmallCanvas, submission: Submission, score: CheckedScore) -> int:
    """A new attempt, unless it is the current one sent again.

    A new one without address replaces the stored one.
    """
    is_address = score.submission_type in ("basic_lti_launch", "online_url")
    url = score.submission_data if is_address else None
    body = score.submission_data if score.submission_type == "online_text_entry" else None
    if score.submitted_at is not None and score.submitted_at == submission.submitted_at:
        return submission.attempt
    return canvas.grading.add_attempt(
        submission,
        submitted_at=score.submitted_at or canvas.now(),
        kind=score.submission_type,
        url=url,
        body=body,
    )


def _keep_file(
    canvas: SmallCanvas, submission_id: int, attempt: int, file: Downloaded, caller: Caller
) -> int:
    with canvas.store.writing() as db:
        db.execute(
            "INSERT INTO file (submission_id, attempt, title, media_type, size_bytes, sha256, source_url,"
            " path) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                submission_id,
                attempt,
                file.item.title,
                file.media_type,
                file.size_bytes,
                file.sha256,
                file.item.url,
                file.path,
            ),
        )
        cursor = db.execute(
            "INSERT INTO progress (client_id, state, completion) VALUES (?, 'completed', 100)",
            (caller.key.client_id,),
        )
    return int(cursor.lastrowid or 0)


def _grade(canvas: SmallCanvas, submission: Submission, score: CheckedScore, caller: Caller) -> None:
    now = canvas.now()
    by_a_person = submission.score is not None and (submission.grader or "").startswith("person:")
    if score.resets:
        if not score.preserve_score:
            canvas.grading.set_score(submission.id, None, grader=None, at=now)
    elif not (score.prioritize_non_tool_grade and by_a_person):
        points = scaled_points(score)
        canvas.grading.set_score(submission.id, points, grader=f"tool:{caller.tool.id}", at=now)
        if score.grading_progress == "FullyGraded":
            canvas.grading.set_needs_review(submission.id, False)
    if score.grading_progress == "PendingManual":
        canvas.grading.set_needs_review(submission.id, True)


def scaled_points(score: CheckedScore) -> float:
    """The grade in the assignment's points: given × item maximum ÷ score maximum.

    Pass/fail is all or nothing.
    """
    given, maximum = score.score_given or 0.0, score.score_maximum or 0.0
    if score.assignment.grading_type == "pass_fail":
        return score.assignment.points_possible if given > 0 else 0.0
    return given * score.item.score_maximum / maximum if maximum else given


def _comment(canvas: SmallCanvas, submission: Submission, score: CheckedScore) -> None:
    if score.comment and (score.score_given is not None or canvas.switches.comments_without_score):
        canvas.grading.comment(submission.id, score.comment, author=None, at=canvas.now())


def _keep_result(canvas: SmallCanvas, score: CheckedScore) -> int:
    """The line item's result for the person; a preserved score stays in it too."""
    previous = canvas.gradebook.result(score.item.id, score.person.id)
    given, maximum = score.score_given, score.score_maximum
    if score.resets:
        given = previous.score if previous and score.preserve_score else None
        maximum = previous.maximum if previous and score.preserve_score else None
    return _upsert_result(canvas, score, given, maximum, score.timestamp)


def _upsert_result(
    canvas: SmallCanvas, score: CheckedScore, given: float | None, maximum: float | None, updated_at: datetime
) -> int:
    with canvas.store.writing() as db:
        db.execute(
            "INSERT INTO result (line_item_id, person_id, score, maximum, activity_progress,"
            " grading_progress, comment, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (line_item_id, person_id)"
            " DO UPDATE SET score = excluded.score, maximum = excluded.maximum,"
            " activity_progress = excluded.activity_progress, grading_progress = excluded.grading_progress,"
            " comment = coalesce(excluded.comment, comment), updated_at = excluded.updated_at",
            (
                score.item.id,
                score.person.id,
                given,
                maximum,
                score.activity_progress,
                score.grading_progress,
                score.comment,
                updated_at.isoformat(),
            ),
        )
    result = canvas.gradebook.result(score.item.id, score.person.id)
    return result.id if result else 0
