"""The gradebook as it is read: submissions with their attempts, files and comments, and AGS results.

Who may change it: people through grading.py, tools through services/score_effects.py.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from .records import record, records
from .store import Store


@dataclass(frozen=True, slots=True)
class Attempt:
    """One handing-in, numbered from 1."""

    number: int
    submitted_at: datetime
    type: str
    url: str | None
    body: str | None


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """A file Canvas downloaded itself; the bytes lie under `path`, relative to the data folder."""

    id: int
    submission_id: int
    attempt: int
    title: str
    media_type: str
    size_bytes: int
    sha256: str
    source_url: str
    path: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A submission comment; comments of tools have no author and are shown as "Someone"."""

    author: str | None
    text: str
    attempt: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student has in one assignment; `grader` is `tool:<id>` or `person:<id>`."""

    id: int
    assignment_id: int
    person_id: int
    attempt: int
    submitted_at: datetime | None
    type: str | None
    url: str | None
    body: str | None
    score: float | None
    grader: str | None
    graded_at: datetime | None
    graded_attempt: int | None
    needs_review: bool
    attempts: tuple[Attempt, ...] = ()
    files: tuple[SubmittedFile, ...] = ()
    comments: tuple[Comment, ...] = ()

    @property
    def state(self) -> str:
        """Canvas's workflow state: unsubmitted, submitted, pending_review or graded."""
        if self.needs_review:
            return "pending_review"
        if self.score is not None:
            return "graded"
        return "submitted" if self.submitted_at else "unsubmitted"

    @property
    def needs_grading(self) -> bool:
        """True while somebody has to look: for review, or handed in again since the grade."""
        if self.state in ("pending_review", "submitted"):
            return True
        return self.state == "graded" and (self.graded_attempt or 0) < self.attempt


@dataclass(frozen=True, slots=True)
class Result:
    """The AGS result of a person on a line item.

    `updated_at` is the last timestamp a tool sent, or a grader's time.
    """

    id: int
    line_item_id: int
    person_id: int
    score: float | None
    maximum: float | None
    activity_progress: str
    grading_progress: str
    comment: str | None
    updated_at: datetime


class Gradebook:
    """Reads submissions and results."""

    def __init__(self, store: Store, data_dir: Path) -> None:
        self._store = store
        self._data_dir = data_dir

    def submission(self, assignment_id: int, person_id: int) -> Submission | None:
        """One student's submission with everything in it, or None before anything happened."""
        with self._store.reading() as db:
            row = db.execute(
                "SELECT * FROM submission WHERE assignment_id = ? AND person_id = ?",
                (assignment_id, person_id),
            ).fetchone()
            return None if row is None else self._whole(db, record(Submission, row))

    def _whole(self, db: sqlite3.Connection, submission: Submission) -> Submission:
        def rows(table: str, order: str) -> list[sqlite3.Row]:
            query = f"SELECT * FROM {table} WHERE submission_id = ? ORDER BY {order}"  # noqa: S608 - our own names
            return db.execute(query, (submission.id,)).fetchall()

        return replace(
            submission,
            attempts=tuple(records(Attempt, rows("attempt", "number"))),
            files=tuple(records(SubmittedFile, rows("file", "id"))),
            comments=tuple(records(Comment, rows("comment", "id"))),
        )

    def of_assignment(self, assignment_id: int) -> list[Submission]:
        """Every submission of an assignment, with everything in them."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT * FROM submission WHERE assignment_id = ? ORDER BY id", (assignment_id,)
            )
            return [self._whole(db, record(Submission, row)) for row in rows.fetchall()]

    def file(self, file_id: int) -> SubmittedFile | None:
        """One downloaded file, or None."""
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM file WHERE id = ?", (file_id,)).fetchone()
        return None if row is None else record(SubmittedFile, row)

    def content(self, file: SubmittedFile) -> bytes:
        """The bytes exactly as they were downloaded."""
        return (self._data_dir / file.path).read_bytes()

    def result(self, line_item_id: int, person_id: int) -> Result | None:
        """One result, or None before the first score."""
        with self._store.reading() as db:
            row = db.execute(
                "SELECT * FROM result WHERE line_item_id = ? AND person_id = ?", (line_item_id, person_id)
            ).fetchone()
        return None if row is None else record(Result, row)

    def results(self, line_item_id: int) -> list[Result]:
        """Every result of a line item, oldest first."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT * FROM result WHERE line_item_id = ? ORDER BY id", (line_item_id,)
            ).fetchall()
        return records(Result, rows)

    def submission_by_id(self, submission_id: int) -> Submission | None:
        """The submission a file belongs to, or None."""
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM submission WHERE id = ?", (submission_id,)).fetchone()
            return None if row is None else self._whole(db, record(Submission, row))
