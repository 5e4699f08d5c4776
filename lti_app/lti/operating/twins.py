"""People and courses that two platforms both know, because somebody has launched from the new one already.

Of two, the one with work is kept; when both have work, nothing can be put together. Whether work rests on a
row is asked of the database itself (its foreign keys), so that a table that comes later counts as work until
somebody says otherwise here.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Uuid,
    column,
    delete,
    inspect,
    literal,
    select,
    table,
    update,
)
from sqlalchemy.orm import Session, aliased

from lti_app.jobs.models import Delivery
from lti_app.lti.ags.models import ChangedGrade, LineItem, ScoreClock, SpareAssignment
from lti_app.lti.models import CourseHint
from lti_app.lti.nrps.models import RosterReading
from lti_app.people.models import Course, Enrolment, Observation, Person, RoleGrant
from lti_app.web.models import LaunchSession

# What launches, rosters and looking at the gradebook make by themselves, and make again: no work rests in it.
# (A line item counts from its first score on; a delivery that tells of work is a score.)
_NO_WORK = {
    "person": {"changed_grade", "enrolment", "launch_session", "observation", "role_grant"},
    "course": {
        "course_hint",
        "delivery",
        "enrolment",
        "launch_session",
        "line_item",
        "observation",
        "roster_reading",
        "spare_assignment",
    },
}
_COURSE_TEXTS = ("label", "title", "lineitems_url", "memberships_url", "gradebook_scopes")
Row = TypeVar("Row", Person, Course)


class Twins:
    """The work of putting together, in one session; each merge is flushed, so that the next one sees it."""

    def __init__(self, session: Session, old_id: uuid.UUID, new_id: uuid.UUID) -> None:
        self._session = session
        self._old_id = old_id
        self._new_id = new_id
        self._work_on = {kind: _references(session, kind) for kind in _NO_WORK}

    def merge_courses(self) -> int:
        """Make one of each course that both know, with the addresses that the new platform gave; how many.

        Raises ValueError when both have work in one.
        """
        pairs = self._pairs(Course, "context_id")
        for old, new in pairs:
            name = old.title or old.label or old.context_id
            kept, gone = self._kept_and_gone("course", old, new, f"in the course {name!r}")
            for text in _COURSE_TEXTS:
                setattr(kept, text, getattr(new, text) or getattr(old, text))
            for each in self._enrolments(Enrolment.course_id == gone.id):
                self._move_enrolment(each, each.person_id, kept.id)
            self._move_line_items(gone.id, kept.id)
            for derived in (CourseHint, Delivery, Observation, RosterReading, SpareAssignment):
                self._session.execute(delete(derived).where(derived.course_id == gone.id))
            launches = update(LaunchSession).where(LaunchSession.course_id == gone.id)
            self._session.execute(launches.values(course_id=kept.id))
            self._drop(gone)
        return len(pairs)

    def merge_people(self) -> int:
        """Make one of everybody whom both know; how many. Raises ValueError when both have work of one."""
        pairs = self._pairs(Person, "sub")
        for old, new in pairs:
            kept, gone = self._kept_and_gone("person", old, new, f"of the person with sub {old.sub!r}")
            kept.last_launch_at = max(old.last_launch_at, new.last_launch_at)
            for each in self._enrolments(Enrolment.person_id == gone.id):
                self._move_enrolment(each, kept.id, each.course_id)
            if self._session.scalar(select(RoleGrant.id).where(RoleGrant.person_id == kept.id)) is None:
                grants = update(RoleGrant).where(RoleGrant.person_id == gone.id)
                self._session.execute(grants.values(person_id=kept.id))
            self._session.execute(delete(RoleGrant).where(RoleGrant.person_id == gone.id))
            self._session.execute(delete(Observation).where(Observation.observer_id == gone.id))
            self._session.execute(delete(ChangedGrade).where(ChangedGrade.person_id == gone.id))
            launches = update(LaunchSession).where(LaunchSession.person_id == gone.id)
            self._session.execute(launches.values(person_id=kept.id))
            self._drop(gone)
        return len(pairs)

    def _pairs(self, model: type[Row], name: str) -> list[tuple[Row, Row]]:
        """What both platforms know, at one institution and by one name: the old row and the new one."""
        other = aliased(model)
        found = self._session.execute(
            select(model, other)
            .join(other, getattr(other, name) == getattr(model, name))
            .where(
                model.platform_id == self._old_id,
                other.platform_id == self._new_id,
                other.institution_id == model.institution_id,
            )
            .order_by(model.id)
        )
        return [(row[0], row[1]) for row in found]

    def _kept_and_gone(self, kind: str, old: Row, new: Row, what: str) -> tuple[Row, Row]:
        """Of two, the one with work first. Raises ValueError when both have some."""
        if not self._has_work(kind, new.id):
            return old, new
        if self._has_work(kind, old.id):
            raise ValueError(
                f"Both platforms have work {what} ({old.id} and {new.id}): it cannot be put together. "
                f"Nothing was changed."
            )
        return new, old

    def _has_work(self, kind: str, row_id: uuid.UUID) -> bool:
        scored = select(literal(1)).join_from(ScoreClock, LineItem).where(LineItem.course_id == row_id)
        if kind == "course" and self._session.scalar(scored.limit(1)):
            return True
        return any(
            self._session.scalar(select(literal(1)).where(referring == row_id).limit(1))
            for referring in self._work_on[kind]
        )

    def _move_line_items(self, gone_id: uuid.UUID, kept_id: uuid.UUID) -> None:
        """Those that the kept course lacks; nothing was ever scored on the others."""
        there = set(self._session.scalars(select(LineItem.kind).where(LineItem.course_id == kept_id)))
        for each in self._session.scalars(select(LineItem).where(LineItem.course_id == gone_id)).all():
            if each.kind in there:
                self._session.execute(delete(ChangedGrade).where(ChangedGrade.line_item_id == each.id))
                self._session.delete(each)
            else:
                each.course_id = kept_id

    def _enrolments(self, which: ColumnElement[bool]) -> Sequence[Enrolment]:
        return self._session.scalars(select(Enrolment).where(which)).all()

    def _move_enrolment(self, enrolment: Enrolment, person_id: uuid.UUID, course_id: uuid.UUID) -> None:
        """Let it be of this person in this course; of two that say the same, the later one counts."""
        there = self._session.scalars(
            select(Enrolment).where(
                Enrolment.person_id == person_id,
                Enrolment.course_id == course_id,
                Enrolment.role == enrolment.role,
            )
        ).one_or_none()
        if there is None:
            enrolment.person_id, enrolment.course_id = person_id, course_id
            self._session.flush()
            return
        if enrolment.seen_at > there.seen_at:
            there.is_active, there.seen_at = enrolment.is_active, enrolment.seen_at
        self._drop(enrolment)

    def _drop(self, row: Person | Course | Enrolment) -> None:
        self._session.flush()
        self._session.delete(row)
        self._session.flush()


def _references(session: Session, kind: str) -> list[ColumnClause[uuid.UUID]]:
    """Every column by which work can refer to a person or course, as the database's foreign keys say."""
    inspector = inspect(session.connection())
    found: list[ColumnClause[uuid.UUID]] = []
    for name in sorted(set(inspector.get_table_names()) - _NO_WORK[kind]):
        for key in inspector.get_foreign_keys(name):
            if key["referred_table"] == kind:
                position = key["referred_columns"].index("id")
                referring: ColumnClause[uuid.UUID] = column(key["constrained_columns"][position], Uuid())
                table(name, referring)  # which tells the column whose it is
                found.append(referring)
    return found
