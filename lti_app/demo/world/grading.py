"""Changes to the gradebook, in one transaction each: rows for submissions, grades and comments by people."""

from __future__ import annotations

from datetime import datetime

from .gradebook import Gradebook, Submission
from .store import Store


class Grading:
    """Writes submissions; keeps AGS results in step with grades that people set."""

    def __init__(self, store: Store, gradebook: Gradebook) -> None:
        self._store = store
        self._gradebook = gradebook

    def find_or_create(self, assignment_id: int, person_id: int) -> Submission:
        """The student's submission row, made on first use."""
        with self._store.writing() as db:
            db.execute(
                "INSERT INTO submission (assignment_id, person_id, attempt, needs_review) "
                "VALUES (?, ?, 0, 0) ON CONFLICT (assignment_id, person_id) DO NOTHING",
                (assignment_id, person_id),
            )
            found = self._gradebook.submission(assignment_id, person_id)
        if found is None:
            raise RuntimeError("a submission just inserted is missing")
        return found

    def add_attempt(
        self, submission: Submission, *, submitted_at: datetime, kind: str, url: str | None, body: str | None
    ) -> int:
        """Hand in: a new attempt becomes the current one. Returns its number."""
        number = submission.attempt + 1
        moment = submitted_at.isoformat()
        with self._store.writing() as db:
            db.execute(
                "INSERT INTO attempt (submission_id, number, submitted_at, type, url, body) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (submission.id, number, moment, kind, url, body),
            )
            db.execute(
                "UPDATE submission SET attempt = ?, submitted_at = ?, type = ?, url = ?, body = ? "
                "WHERE id = ?",
                (number, moment, kind, url, body, submission.id),
            )
        return number

    def set_score(self, submission_id: int, score: float | None, *, grader: str | None, at: datetime) -> None:
        """Grade the current attempt, or erase the grade with None."""
        with self._store.writing() as db:
            db.execute(
                "UPDATE submission SET score = ?, grader = ?, graded_at = ?, graded_attempt = "
                "CASE WHEN ? IS NULL THEN NULL ELSE attempt END WHERE id = ?",
                (score, grader, at.isoformat(), score, submission_id),
            )

    def set_needs_review(self, submission_id: int, needs_review: bool) -> None:
        """Mark for review, or take the mark away."""
        with self._store.writing() as db:
            db.execute("UPDATE submission SET needs_review = ? WHERE id = ?", (needs_review, submission_id))

    def comment(self, submission_id: int, text: str, *, author: str | None, at: datetime) -> None:
        """Add a comment to the current attempt; without author it is shown as "Someone"."""
        with self._store.writing() as db:
            db.execute(
                "INSERT INTO comment (submission_id, author, text, attempt, created_at) "
                "SELECT id, ?, ?, attempt, ? FROM submission WHERE id = ?",
                (author, text, at.isoformat(), submission_id),
            )

    def grade_by_hand(
        self, assignment_id: int, person_id: int, score: float | None, *, grader_id: int, at: datetime
    ) -> None:
        """A person grades: the review mark goes, an existing AGS result follows, nothing is pushed."""
        with self._store.writing() as db:
            submission = self.find_or_create(assignment_id, person_id)
            self.set_score(submission.id, score, grader=f"person:{grader_id}", at=at)
            self.set_needs_review(submission.id, False)
            db.execute(
                "UPDATE result SET score = ?, updated_at = ?, maximum = (SELECT score_maximum FROM line_item "
                "WHERE line_item.id = line_item_id) WHERE person_id = ? AND line_item_id IN "
                "(SELECT id FROM line_item WHERE assignment_id = ? AND is_primary = 1)",
                (score, at.isoformat(), person_id, assignment_id),
            )

    def comment_by_hand(
        self, assignment_id: int, person_id: int, text: str, *, author: str, at: datetime
    ) -> None:
        """A person writes a comment in Canvas."""
        with self._store.writing():
            submission = self.find_or_create(assignment_id, person_id)
            self.comment(submission.id, text, author=author, at=at)
