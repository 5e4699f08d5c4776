"""A score as a typed value: what a tool sent, once it has passed every check; and how its texts are read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from lti_app.demo.world.assignments import Assignment
from lti_app.demo.world.line_items import LineItem
from lti_app.demo.world.people import Person

FINAL_PROGRESS = ("FullyGraded", "PendingManual")


@dataclass(frozen=True, slots=True)
class FileItem:
    """A file Canvas shall download."""

    url: str
    title: str
    media_type: str | None


@dataclass(frozen=True, slots=True)
class CheckedScore:
    """A score that passed every check."""

    item: LineItem
    assignment: Assignment
    person: Person
    activity_progress: str
    grading_progress: str
    timestamp: datetime
    score_given: float | None
    score_maximum: float | None
    comment: str | None
    is_new_submission: bool
    submission_type: str
    submission_data: str | None
    submitted_at: datetime | None
    preserve_score: bool
    prioritize_non_tool_grade: bool
    files: tuple[FileItem, ...]

    @property
    def resets(self) -> bool:
        """True when the score is not final or has no points: an existing grade is erased unless preserved."""
        return self.grading_progress not in FINAL_PROGRESS or self.score_given is None


def aware_time(text: object) -> datetime | None:
    """An ISO 8601 date and time with an offset, or None."""
    if not isinstance(text, str) or "T" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def finite_number(value: object) -> float | None:
    """A JSON number, or text that reads as one; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
