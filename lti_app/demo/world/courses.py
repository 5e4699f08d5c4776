"""The account and its courses: names, opaque context ids, and whether a course is concluded."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .records import record, records
from .store import Store

BRAND = {
    "ic-brand-primary": "#2B7ABC",
    "ic-brand-button--primary-bgd": "#2B7ABC",
    "ic-brand-button--primary-text": "#FFFFFF",
    "ic-brand-font-color-dark": "#273540",
    "ic-link-color": "#0E68B3",
    "ic-brand-global-nav-bgd": "#334451",
}


@dataclass(frozen=True, slots=True)
class Account:
    """The school. `opaque_id` (40 hex) is the context id of account launches; `brand` holds its colours by
    the names of Canvas's theme editor.
    """

    id: int
    name: str
    opaque_id: str
    guid: str
    brand: dict[str, str]

    @property
    def brand_path(self) -> str:
        """Where the colours lie: an address that changes with them, as in Canvas."""
        written = json.dumps(self.brand, sort_keys=True).encode()
        fingerprint = hashlib.md5(written, usedforsecurity=False).hexdigest()
        return f"/dist/brandable_css/{fingerprint}/variables-{fingerprint}.json"


@dataclass(frozen=True, slots=True)
class Course:
    """A course; `opaque_id` (40 hex) is its LTI context id."""

    id: int
    account_id: int
    name: str
    code: str
    opaque_id: str
    sis_id: str | None
    term_name: str
    state: str
    start_at: datetime | None
    end_at: datetime | None

    @property
    def is_concluded(self) -> bool:
        """Read-only for the services."""
        return self.state == "completed"


class Courses:
    """Account and course rows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def account(self) -> Account:
        """The one account."""
        with self._store.reading() as db:
            return record(Account, db.execute("SELECT * FROM account ORDER BY id").fetchone())

    def add_account(self, name: str) -> Account:
        """Create the account."""
        with self._store.writing() as db:
            db.execute(
                "INSERT INTO account (name, opaque_id, guid, brand) VALUES (?, ?, ?, ?)",
                (name, secrets.token_hex(20), f"{secrets.token_urlsafe(30)}:canvas-lms", json.dumps(BRAND)),
            )
        return self.account()

    def paint(self, colours: Mapping[str, str]) -> Account:
        """Change some of the school's colours."""
        with self._store.writing() as db:
            account = self.account()
            changed = json.dumps({**account.brand, **colours})
            db.execute("UPDATE account SET brand = ? WHERE id = ?", (changed, account.id))
        return self.account()

    def add(self, name: str, code: str, term_name: str, *, sis_id: str | None = None) -> Course:
        """Create a published course in the account."""
        with self._store.writing() as db:
            cursor = db.execute(
                "INSERT INTO course (account_id, name, code, opaque_id, sis_id, term_name, state) "
                "VALUES (?, ?, ?, ?, ?, ?, 'available')",
                (self.account().id, name, code, secrets.token_hex(20), sis_id, term_name),
            )
        return self.get(int(cursor.lastrowid or 0))

    def get(self, course_id: int) -> Course:
        """The course; KeyError when there is none."""
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM course WHERE id = ?", (course_id,)).fetchone()
        if row is None:
            raise KeyError(course_id)
        return record(Course, row)

    def all(self) -> list[Course]:
        """Every course."""
        with self._store.reading() as db:
            return records(Course, db.execute("SELECT * FROM course ORDER BY id").fetchall())

    def conclude(self, course_id: int) -> None:
        """End the course: its enrolments are completed with it, so nobody holds a course role any more."""
        self._move(course_id, "completed", "active", "completed")

    def reopen(self, course_id: int) -> None:
        """Undo `conclude`."""
        self._move(course_id, "available", "completed", "active")

    def _move(self, course_id: int, state: str, enrolments_from: str, enrolments_to: str) -> None:
        with self._store.writing() as db:
            db.execute("UPDATE course SET state = ? WHERE id = ?", (state, course_id))
            db.execute(
                "UPDATE enrolment SET state = ? WHERE course_id = ? AND state = ?",
                (enrolments_to, course_id, enrolments_from),
            )
