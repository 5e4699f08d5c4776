"""One score as it is queued and as it is posted. Pure: no database, no network.

Source: 1EdTech Assignment and Grade Services 2.0 §3.4 (Score publish service), and Canvas's extension to
it. Canvas erases a grade on any score that is not FullyGraded or has no points, unless `preserve_score` is
set, and adds an attempt unless `new_submission` is false; so both are always said. A placeholder 0 is never
posted.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit, urlunsplit

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
EXTENSION = "https://canvas.instructure.com/lti/submission"
TICK = timedelta(milliseconds=1)
_FINEST_POINT = Decimal("0.0001")


class Activity(StrEnum):
    """activityProgress: the two that we report."""

    SUBMITTED = "Submitted"
    COMPLETED = "Completed"


class Grading(StrEnum):
    """gradingProgress: the two that we report."""

    PENDING_MANUAL = "PendingManual"
    FULLY_GRADED = "FullyGraded"


@dataclass(frozen=True)
class HandedIn:
    """What a new attempt consists of: a submission to launch, or a stored file. One of the two is given."""

    submission_id: uuid.UUID | None = None
    stored_file_id: uuid.UUID | None = None
    file_title: str = ""


@dataclass(frozen=True)
class Score:
    """What the platform is told about one person on one line item.

    `points` of `maximum` is the grade; without points an existing one is left alone, or erased when the score
    `takes_back` an approval. `submitted_at` is that of the latest attempt and fixed; `handed_in` makes a new
    one. It `overwrites` what somebody entered at the platform only when staff have said so.
    """

    line_item_id: uuid.UUID
    person_id: uuid.UUID
    timestamp: datetime
    activity: Activity
    grading: Grading
    points: Decimal | None = None
    maximum: Decimal | None = None
    submitted_at: datetime | None = None
    handed_in: HandedIn | None = None
    comment: str = ""
    takes_back: bool = False
    overwrites: bool = False

    @property
    def says_grade(self) -> bool:
        """Whether the grade is another one, or none, once this has arrived."""
        return self.points is not None or self.takes_back

    @property
    def is_final(self) -> bool:
        """Whether it is told as a finished grading."""
        return self.grading is Grading.FULLY_GRADED

    def to_payload(self) -> dict[str, Any]:
        """As JSON for the outbox."""
        handed_in = self.handed_in or HandedIn()
        return {
            "line_item_id": str(self.line_item_id),
            "person_id": str(self.person_id),
            "timestamp": written(self.timestamp),
            "activity": self.activity.value,
            "grading": self.grading.value,
            "points": None if self.points is None else str(self.points),
            "maximum": None if self.maximum is None else str(self.maximum),
            "submitted_at": None if self.submitted_at is None else written(self.submitted_at),
            "submission_id": _text(handed_in.submission_id),
            "stored_file_id": _text(handed_in.stored_file_id),
            "file_title": handed_in.file_title,
            "comment": self.comment,
            "takes_back": self.takes_back,
            "overwrites": self.overwrites,
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Score:
        """The opposite of `to_payload`."""
        submission, stored_file = _id(payload["submission_id"]), _id(payload["stored_file_id"])
        is_attempt = submission is not None or stored_file is not None
        return cls(
            line_item_id=uuid.UUID(payload["line_item_id"]),
            person_id=uuid.UUID(payload["person_id"]),
            timestamp=datetime.fromisoformat(payload["timestamp"]),
            activity=Activity(payload["activity"]),
            grading=Grading(payload["grading"]),
            points=None if payload["points"] is None else Decimal(payload["points"]),
            maximum=None if payload["maximum"] is None else Decimal(payload["maximum"]),
            submitted_at=datetime.fromisoformat(payload["submitted_at"]) if payload["submitted_at"] else None,
            handed_in=HandedIn(submission, stored_file, payload["file_title"]) if is_attempt else None,
            comment=payload["comment"],
            takes_back=payload.get("takes_back", False),
            overwrites=payload.get("overwrites", False),
        )


def marked(score: Score, fraction: Decimal | None, maximum: Decimal) -> Score:
    """The score with this fraction (above 0, at most 1) of the maximum as its grade, or with none yet."""
    return replace(
        score,
        activity=Activity.COMPLETED if fraction else Activity.SUBMITTED,
        grading=Grading.FULLY_GRADED if fraction else Grading.PENDING_MANUAL,
        points=points_of(fraction, maximum) if fraction else None,
        maximum=maximum if fraction else None,
    )


def still_to_tell(score: Score, later: Sequence[Score], *, is_canvas: bool, was_graded: bool) -> Score | None:
    """What of a score is still to be told after `later` ones have arrived, the latest first; None: nothing.

    One that was put in again after later ones had arrived must not bring back an old grade: it goes with
    the grade as it stands now (its own, when no later one said anything of the grade), and without its
    attempt if there is a later one. Other platforms than Canvas erase a grade on a score that is not final,
    so there a mere submission is not told once something was graded.
    """
    if later:
        has_later_attempt = any(each.handed_in for each in later)
        latest = later[0]
        is_news = score.says_grade and not any(each.says_grade for each in later)
        if is_news:
            latest = replace(score, submitted_at=latest.submitted_at or score.submitted_at)
        if has_later_attempt or score.handed_in is None:
            latest = replace(latest, handed_in=None)
        else:
            latest = replace(latest, handed_in=score.handed_in, submitted_at=score.submitted_at)
        if latest.handed_in is None and not score.comment and not is_news:
            return None
        score = replace(latest, comment=score.comment, timestamp=score.timestamp, overwrites=score.overwrites)
    if not is_canvas and was_graded and not (score.is_final or score.takes_back):
        return None
    return score


def points_of(fraction: Decimal, maximum: Decimal) -> Decimal:
    """The grade that a fraction (above 0, at most 1) of the maximum is, to four decimals. Raises
    ValueError.
    """
    if not 0 < fraction <= 1:
        raise ValueError(f"a fraction lies above 0 and is at most 1: {fraction}")
    return (fraction * maximum).quantize(_FINEST_POINT, ROUND_HALF_UP).normalize()


def later_than(last: datetime | None, moment: datetime) -> datetime:
    """The moment in whole milliseconds, or the first one after `last`, whichever is later."""
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return whole if last is None or whole > last else last + TICK


def body_of(score: Score, *, user_id: str, is_canvas: bool, launch_url: str, file_url: str) -> dict[str, Any]:
    """The JSON to post.

    `launch_url` and `file_url` are where the platform finds what was handed in. Canvas's extension is left
    out elsewhere, and with it any way to hand in a file.
    """
    body: dict[str, Any] = {
        "userId": user_id,
        "activityProgress": score.activity.value,
        "gradingProgress": score.grading.value,
        "timestamp": written(score.timestamp),
    }
    if score.points is not None and score.maximum is not None:
        body |= {"scoreGiven": as_number(score.points), "scoreMaximum": as_number(score.maximum)}
    if score.comment:
        body["comment"] = score.comment
    if score.submitted_at is not None:
        body["submission"] = {"submittedAt": written(score.submitted_at)}
    if is_canvas:
        body[EXTENSION] = _extension(score, launch_url, file_url)
    return body


def _extension(score: Score, launch_url: str, file_url: str) -> dict[str, Any]:
    said: dict[str, Any] = {"new_submission": score.handed_in is not None}
    if not score.says_grade:
        said["preserve_score"] = True
    if score.submitted_at is not None:
        said["submitted_at"] = written(score.submitted_at)
    if score.handed_in is not None and score.handed_in.submission_id is not None:
        said |= {"submission_type": "basic_lti_launch", "submission_data": launch_url}
    if score.handed_in is not None and score.handed_in.stored_file_id is not None:
        file = {"type": "file", "url": file_url, "title": score.handed_in.file_title}
        said["content_items"] = [file | {"media_type": "application/pdf"}]
    return said


def scores_url(line_item_url: str) -> str:
    """Where scores of a line item go: `/scores` belongs before the query string, which some platforms
    have.
    """
    parts = urlsplit(line_item_url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/scores", fragment=""))


def written(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as the specification asks."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_number(value: Decimal) -> int | float:
    """A JSON number; whole ones without a point, because Open edX takes no others as maximum."""
    return int(value) if value == value.to_integral_value() else float(value)


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)


def _id(text: str | None) -> uuid.UUID | None:
    return None if text is None else uuid.UUID(text)
