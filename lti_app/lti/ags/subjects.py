"""A person on a line item: whom the gradebook is told about, locked, with the clock of what was told so far.

Everything told of one person on one line item shares an order key, and its timestamps only ever grow.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import IN_TURN
from lti_app.errors import NotFound
from lti_app.lti.ags.models import LineItem, LineItemKind, ScoreClock
from lti_app.lti.ags.scores import later_than
from lti_app.people.models import Course, Person


@dataclass(frozen=True)
class Subject:
    """A person on a line item, locked, with the clock of what was reported so far."""

    course: Course
    person: Person
    line_item: LineItem
    clock: ScoreClock

    def next_timestamp(self) -> datetime:
        """A timestamp later than all so far."""
        self.clock.last_timestamp = later_than(self.clock.last_timestamp, now())
        return self.clock.last_timestamp

    def new_attempt(self) -> datetime:
        """A timestamp that is also when the new attempt was submitted, from now on."""
        self.clock.submitted_at = self.next_timestamp()
        return self.clock.submitted_at


def subject_of(
    session: Session, course_id: uuid.UUID, person_id: uuid.UUID, kind: LineItemKind
) -> Subject | None:
    """None when there is nothing to report to, or nobody to report. Raises NotFound across institutions."""
    course = session.get(Course, course_id)
    person = _locked_person(session, person_id)
    if course is None or person is None or person.institution_id != course.institution_id:
        raise NotFound("course or person")
    wanted = select(LineItem).where(LineItem.course_id == course_id, LineItem.kind == kind)
    line_item = session.scalars(wanted).one_or_none()
    if person.is_test or line_item is None:
        return None
    return Subject(course, person, line_item, _clock(session, line_item.id, person_id))


def fresh_timestamp(
    session: Session, line_item_id: uuid.UUID, person_id: uuid.UUID, after: datetime | None
) -> datetime:
    """A timestamp later than all so far and than `after`: the platform has something newer than we said."""
    _locked_person(session, person_id)
    clock = _clock(session, line_item_id, person_id)
    moment = later_than(after, now()) if after is not None else now()
    clock.last_timestamp = later_than(clock.last_timestamp, moment)
    return clock.last_timestamp


def order_key_of(line_item_id: uuid.UUID, person_id: uuid.UUID) -> str:
    """The key under which all that is told of a person on a line item goes out in order."""
    return f"{line_item_id}:{person_id}"


def lane_of(course: Course) -> str:
    """The lane of everything that goes to this course's platform."""
    return f"platform:{course.platform_id}"


def _locked_person(session: Session, person_id: uuid.UUID) -> Person | None:
    """The person, so that two who queue something for the same one take turns: order and clock rest on it."""
    return session.get(Person, person_id, with_for_update=IN_TURN)


def _clock(session: Session, line_item_id: uuid.UUID, person_id: uuid.UUID) -> ScoreClock:
    clock = session.get(ScoreClock, (line_item_id, person_id), populate_existing=True)
    if clock is None:
        start = datetime.fromtimestamp(0, tz=now().tzinfo)
        clock = ScoreClock(line_item_id=line_item_id, person_id=person_id, last_timestamp=start)
        session.add(clock)
    return clock
