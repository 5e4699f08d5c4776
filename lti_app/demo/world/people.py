"""People and their enrolments; says who is active where, not what that means in LTI (launch/roles.py)."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass

from .records import record, records
from .store import Store


@dataclass(frozen=True, slots=True)
class Person:
    """A Canvas user. `lti_id` is the `sub` of LTI 1.3.

    `opaque_id` (40 hex) is `login_hint` and the LTI 1.1 id.
    """

    id: int
    login: str
    name: str
    given_name: str
    family_name: str
    email: str | None
    sis_id: str | None
    lti_id: str
    opaque_id: str
    locale: str
    timezone: str
    is_admin: bool
    is_site_admin: bool
    is_test_student: bool
    prefers_high_contrast: bool

    @property
    def sortable_name(self) -> str:
        """Family name first, as in a gradebook."""
        return f"{self.family_name}, {self.given_name}" if self.family_name else self.given_name


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One person's place in one course; observers have `observed_id`."""

    id: int
    course_id: int
    person_id: int
    type: str
    state: str
    observed_id: int | None


class People:
    """The people of the account and their enrolments."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self,
        login: str,
        given_name: str,
        family_name: str,
        *,
        sis_id: str | None = None,
        locale: str = "en",
        admin: bool = False,
        site_admin: bool = False,
        test_student: bool = False,
    ) -> Person:
        """Create a person with fresh LTI ids; logins are unique."""
        email = None if test_student else f"{login}@school.example"
        name = f"{given_name} {family_name}".strip()
        values = (
            login,
            name,
            given_name,
            family_name,
            email,
            sis_id,
            str(uuid.uuid4()),
            secrets.token_hex(20),
        )
        flags = (locale, "Europe/Stockholm", admin, site_admin, test_student)
        with self._store.writing() as db:
            db.execute(
                "INSERT INTO person (login, name, given_name, family_name, email, sis_id, lti_id, opaque_id,"
                " locale, timezone, is_admin, is_site_admin, is_test_student)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values + flags,
            )
        return self.get(login)

    def change(self, person_id: int, *, locale: str, timezone: str, prefers_high_contrast: bool) -> Person:
        """Change a person's settings."""
        with self._store.writing() as db:
            db.execute(
                "UPDATE person SET locale = ?, timezone = ?, prefers_high_contrast = ? WHERE id = ?",
                (locale, timezone, prefers_high_contrast, person_id),
            )
        return self.by_id(person_id)

    def get(self, login: str) -> Person:
        """The person with this login; KeyError when there is none."""
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM person WHERE login = ?", (login,)).fetchone()
        if row is None:
            raise KeyError(login)
        return record(Person, row)

    def by_id(self, person_id: int) -> Person:
        """The person with this numeric id; KeyError when there is none."""
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM person WHERE id = ?", (person_id,)).fetchone()
        if row is None:
            raise KeyError(person_id)
        return record(Person, row)

    def by_lti_user_id(self, user_id: str) -> Person | None:
        """Whom a service call means by `userId`: the `sub` of a launch, or a numeric Canvas id as text."""
        numeric = int(user_id) if user_id.isdecimal() and len(user_id) < 18 else -1
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM person WHERE lti_id = ? OR id = ?", (user_id, numeric)).fetchone()
        return None if row is None else record(Person, row)

    def all(self) -> list[Person]:
        """Everyone, in order of creation."""
        with self._store.reading() as db:
            return records(Person, db.execute("SELECT * FROM person ORDER BY id").fetchall())

    def enrol(
        self,
        person_id: int,
        course_id: int,
        kind: str,
        *,
        state: str = "active",
        observed_id: int | None = None,
    ) -> None:
        """Give a person a place in a course (`StudentEnrollment`, …), or change the state of the one there
        is.
        """
        with self._store.writing() as db:
            db.execute(
                "INSERT INTO enrolment (course_id, person_id, type, state, observed_id) VALUES (?,?,?,?,?) "
                "ON CONFLICT (course_id, person_id, type, coalesce(observed_id, 0)) "
                "DO UPDATE SET state = excluded.state",
                (course_id, person_id, kind, state, observed_id),
            )

    def active_enrolments(self, person_id: int, course_id: int | None = None) -> list[Enrolment]:
        """The person's current enrolments, in one course or everywhere."""
        query = "SELECT * FROM enrolment WHERE person_id = ? AND state = 'active'"
        with self._store.reading() as db:
            if course_id is None:
                rows = db.execute(f"{query} ORDER BY id", (person_id,)).fetchall()
            else:
                rows = db.execute(f"{query} AND course_id = ? ORDER BY id", (person_id, course_id)).fetchall()
        return records(Enrolment, rows)

    def enrolments_in(self, course_id: int) -> dict[int, list[Enrolment]]:
        """The current enrolments of everybody in the course, by person."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT * FROM enrolment WHERE course_id = ? AND state = 'active' ORDER BY id", (course_id,)
            ).fetchall()
        found: dict[int, list[Enrolment]] = {}
        for enrolment in records(Enrolment, rows):
            found.setdefault(enrolment.person_id, []).append(enrolment)
        return found

    def test_student_ids(self) -> set[int]:
        """The Test Students of all courses."""
        with self._store.reading() as db:
            rows = db.execute("SELECT id FROM person WHERE is_test_student").fetchall()
        return {int(row["id"]) for row in rows}

    def is_student_in(self, person_id: int, course_id: int, *, test_student: bool = True) -> bool:
        """Whether somebody is an active student of the course; a Test Student is one unless left out."""
        kinds = ("StudentEnrollment", "StudentViewEnrollment" if test_student else "StudentEnrollment")
        with self._store.reading() as db:
            row = db.execute(
                "SELECT 1 FROM enrolment WHERE course_id = ? AND person_id = ? AND state = 'active' "
                "AND type IN (?, ?)",
                (course_id, person_id, *kinds),
            ).fetchone()
        return row is not None

    def enrolled_in(self, course_id: int) -> list[Person]:
        """Everyone with an active enrolment in the course, once each, in order of creation."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT * FROM person WHERE id IN (SELECT person_id FROM enrolment "
                "WHERE course_id = ? AND state = 'active') ORDER BY id",
                (course_id,),
            ).fetchall()
        return records(Person, rows)

    def students_in(self, course_id: int, *, test_student: bool = True) -> list[Person]:
        """Active students of the course; the Test Student is one unless left out."""
        kinds = ("StudentEnrollment", "StudentViewEnrollment" if test_student else "StudentEnrollment")
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT * FROM person WHERE id IN (SELECT person_id FROM enrolment "
                "WHERE course_id = ? AND state = 'active' AND type IN (?, ?)) ORDER BY is_test_student, id",
                (course_id, *kinds),
            ).fetchall()
        return records(Person, rows)

    def test_student_of(self, course_id: int) -> Person:
        """The course's Test Student, made at the first use of Student View as Canvas does."""
        login = f"student-view-{course_id}"
        with self._store.writing():
            try:
                person = self.get(login)
            except KeyError:
                person = self.add(login, "Test", "Student", test_student=True)
            self.enrol(person.id, course_id, "StudentViewEnrollment")
        return person
