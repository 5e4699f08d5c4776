"""Assignments: the rows of a gradebook that a tool may have made through line items."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .records import record, records
from .store import Store

_CHANGEABLE = frozenset(
    {
        "name",
        "description",
        "points_possible",
        "grading_type",
        "allowed_attempts",
        "due_at",
        "is_published",
        "is_deleted",
    }
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """`lti_id` is its resource link id; `allowed_attempts` is -1 when unlimited.

    Times are ISO text in the database.
    """

    id: int
    course_id: int
    name: str
    description: str
    points_possible: float
    lti_id: str
    submission_type: str
    tool_id: int | None
    tool_url: str | None
    grading_type: str
    allowed_attempts: int
    due_at: datetime | None
    is_published: bool
    is_deleted: bool


class Assignments:
    """Assignment rows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self,
        course_id: int,
        name: str,
        points_possible: float,
        *,
        submission_type: str = "none",
        tool_id: int | None = None,
        tool_url: str | None = None,
        is_published: bool = True,
    ) -> Assignment:
        """Create an assignment with a fresh resource link id and unlimited attempts."""
        with self._store.writing() as db:
            cursor = db.execute(
                "INSERT INTO assignment (course_id, name, description, points_possible, lti_id,"
                " submission_type, tool_id, tool_url, grading_type, allowed_attempts, is_published,"
                " is_deleted)"
                " VALUES (?, ?, '', ?, ?, ?, ?, ?, 'points', -1, ?, 0)",
                (
                    course_id,
                    name,
                    points_possible,
                    str(uuid.uuid4()),
                    submission_type,
                    tool_id,
                    tool_url,
                    is_published,
                ),
            )
        return self.get(int(cursor.lastrowid or 0))

    def get(self, assignment_id: int) -> Assignment:
        """The assignment, deleted or not; KeyError when there is none."""
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM assignment WHERE id = ?", (assignment_id,)).fetchone()
        if row is None:
            raise KeyError(assignment_id)
        return record(Assignment, row)

    def by_lti_id(self, lti_id: str) -> Assignment | None:
        """The assignment behind a resource link id, or None."""
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM assignment WHERE lti_id = ?", (lti_id,)).fetchone()
        return None if row is None else record(Assignment, row)

    def in_course(self, course_id: int) -> list[Assignment]:
        """The course's assignments that are not deleted, oldest first."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT * FROM assignment WHERE course_id = ? AND is_deleted = 0 ORDER BY id", (course_id,)
            ).fetchall()
        return records(Assignment, rows)

    def change(self, assignment_id: int, **changes: Any) -> Assignment:
        """Change fields (`is_published`, `allowed_attempts`, `grading_type`, …).

        ValueError for unknown names.
        """
        if unknown := set(changes) - _CHANGEABLE:
            raise ValueError(f"not changeable: {sorted(unknown)}")
        if isinstance(changes.get("due_at"), datetime):
            changes["due_at"] = changes["due_at"].isoformat()
        assignments = ", ".join(f"{name} = :{name}" for name in changes)
        with self._store.writing() as db:
            db.execute(
                f"UPDATE assignment SET {assignments} WHERE id = :id",  # noqa: S608 - names come from _CHANGEABLE
                {**changes, "id": assignment_id},
            )
        return self.get(assignment_id)
