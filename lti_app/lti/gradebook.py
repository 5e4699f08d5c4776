"""What the platform's gradebook is told, and when.

The rooms above call these verbs in their own transaction. Nothing leaves here; each verb queues a delivery
that the worker carries out (`lti/tasks.py`). All of one person's scores on one line item share an order key,
and their timestamps only ever grow. A Test Student is never reported.

| event | progress / grading | score | attempt |
|---|---|---|---|
| submitted | Submitted / PendingManual | left alone | new |
| reviewed, something approved | Completed / FullyGraded | the fraction | none |
| reviewed, nothing approved yet | Submitted / PendingManual | left alone | none |
| reopened, nothing approved any more | Submitted / PendingManual | erased | none |
| certificate | Completed / FullyGraded | full | new, with the PDF |

Source: 1EdTech Assignment and Grade Services 2.0 §3.2 (line items), §3.4 (scores).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import NotFound
from lti_app.jobs import outbox
from lti_app.jobs.models import Delivery
from lti_app.lti.models import LineItem, LineItemKind, ScoreClock
from lti_app.lti.scores import Activity, Grading, HandedIn, Score, later_than, marked
from lti_app.people.models import Course, Person

LINE_ITEM = "ags.line_item"
SCORE = "ags.score"


@dataclass(frozen=True)
class WantedLineItem:
    """An assignment that a course shall have; the maximum is a whole number above 0."""

    kind: LineItemKind
    label: str
    score_maximum: Decimal


def connect_line_items(
    session: Session, *, course: Course, wanted: Sequence[WantedLineItem]
) -> list[LineItem]:
    """See to it that the course has these assignments; one that is connected already is left as it is.

    Safe to repeat: it queues nothing for one that is connected or being connected.
    """
    return [_connected(session, course, each) for each in wanted]


def report_submitted(
    session: Session,
    *,
    course_id: uuid.UUID,
    person_id: uuid.UUID,
    kind: LineItemKind,
    submission_id: uuid.UUID,
    cause_id: uuid.UUID | None,
) -> Delivery | None:
    """Tell that somebody submitted: a new attempt, which opens that very submission."""
    subject = _subject(session, course_id, person_id, kind)
    if subject is None:
        return None
    timestamp = subject.new_attempt()
    score = Score(
        subject.line_item.id,
        person_id,
        timestamp,
        Activity.SUBMITTED,
        Grading.PENDING_MANUAL,
        submitted_at=timestamp,
        handed_in=HandedIn(submission_id=submission_id),
    )
    return _queued(session, subject, score, cause_id)


def report_reviewed(  # noqa: PLR0913 (each is one thing told)
    session: Session,
    *,
    course_id: uuid.UUID,
    person_id: uuid.UUID,
    kind: LineItemKind,
    fraction: Decimal | None,
    comment: str,
    cause_id: uuid.UUID | None,
    not_before: datetime | None = None,
    takes_back: bool = False,
) -> Delivery | None:
    """Tell what a review came to. `fraction` is of the whole, above 0 up to 1; None while nothing is
    approved. A review that `takes_back` an approval erases the grade when nothing else is approved.
    """
    subject = _subject(session, course_id, person_id, kind)
    if subject is None:
        return None
    score = Score(
        subject.line_item.id,
        person_id,
        subject.next_timestamp(),
        Activity.SUBMITTED,
        Grading.PENDING_MANUAL,
        submitted_at=subject.clock.submitted_at,
        comment=comment,
        takes_back=takes_back,
    )
    score = marked(score, fraction, subject.line_item.score_maximum)
    return _queued(session, subject, score, cause_id, not_before)


def report_certificate(
    session: Session,
    *,
    course_id: uuid.UUID,
    person_id: uuid.UUID,
    stored_file_id: uuid.UUID,
    file_title: str,
    comment: str,
    cause_id: uuid.UUID | None,
) -> Delivery | None:
    """Hand the certificate in for the student, with full marks; a superseding one is a further attempt."""
    subject = _subject(session, course_id, person_id, LineItemKind.CERTIFICATE)
    if subject is None:
        return None
    timestamp, maximum = subject.new_attempt(), subject.line_item.score_maximum
    score = Score(
        subject.line_item.id,
        person_id,
        timestamp,
        Activity.COMPLETED,
        Grading.FULLY_GRADED,
        points=maximum,
        maximum=maximum,
        submitted_at=timestamp,
        handed_in=HandedIn(stored_file_id=stored_file_id, file_title=file_title),
        comment=comment,
    )
    return _queued(session, subject, score, cause_id)


def fresh_timestamp(
    session: Session, line_item_id: uuid.UUID, person_id: uuid.UUID, after: datetime | None
) -> datetime:
    """A timestamp later than all so far and than `after`: the platform has something newer than we said."""
    _locked_person(session, person_id)
    clock = _clock(session, line_item_id, person_id)
    moment = later_than(after, now()) if after is not None else now()
    clock.last_timestamp = later_than(clock.last_timestamp, moment)
    return clock.last_timestamp


def resource_id_of(line_item: LineItem) -> str:
    """Our own lasting name for a line item, by which it is found again at the platform."""
    return f"cim:{line_item.course_id}:{line_item.kind.value}"


@dataclass(frozen=True)
class _Subject:
    """A person on a line item, locked, with the clock of what was reported so far."""

    course: Course
    person: Person
    line_item: LineItem
    clock: ScoreClock

    def next_timestamp(self) -> datetime:
        self.clock.last_timestamp = later_than(self.clock.last_timestamp, now())
        return self.clock.last_timestamp

    def new_attempt(self) -> datetime:
        """A timestamp that is also when the new attempt was submitted, from now on."""
        self.clock.submitted_at = self.next_timestamp()
        return self.clock.submitted_at


def _subject(
    session: Session, course_id: uuid.UUID, person_id: uuid.UUID, kind: LineItemKind
) -> _Subject | None:
    """None when there is nothing to report to, or nobody to report."""
    course = session.get(Course, course_id)
    person = _locked_person(session, person_id)
    if course is None or person is None or person.institution_id != course.institution_id:
        raise NotFound("course or person")
    wanted = select(LineItem).where(LineItem.course_id == course_id, LineItem.kind == kind)
    line_item = session.scalars(wanted).one_or_none()
    if person.is_test or line_item is None:
        return None
    return _Subject(course, person, line_item, _clock(session, line_item.id, person_id))


def _locked_person(session: Session, person_id: uuid.UUID) -> Person | None:
    """The person, so that two who queue something for the same one take turns: order and clock rest on it."""
    return session.get(Person, person_id, with_for_update={"key_share": True})


def _clock(session: Session, line_item_id: uuid.UUID, person_id: uuid.UUID) -> ScoreClock:
    clock = session.get(ScoreClock, (line_item_id, person_id), populate_existing=True)
    if clock is None:
        start = datetime.fromtimestamp(0, tz=now().tzinfo)
        clock = ScoreClock(line_item_id=line_item_id, person_id=person_id, last_timestamp=start)
        session.add(clock)
    return clock


def _queued(
    session: Session,
    subject: _Subject,
    score: Score,
    cause_id: uuid.UUID | None,
    not_before: datetime | None = None,
) -> Delivery:
    return outbox.enqueue(
        session,
        kind=SCORE,
        payload=score.to_payload(),
        institution_id=subject.course.institution_id,
        course_id=subject.course.id,
        order_key=f"{score.line_item_id}:{score.person_id}",
        cause_id=cause_id,
        not_before=not_before,
    )


def _connected(session: Session, course: Course, wanted: WantedLineItem) -> LineItem:
    known = select(LineItem).where(LineItem.course_id == course.id, LineItem.kind == wanted.kind)
    line_item = session.scalars(known.with_for_update()).one_or_none()
    if line_item is None:
        line_item = LineItem(institution_id=course.institution_id, course_id=course.id, kind=wanted.kind)
        session.add(line_item)
    if not line_item.url:
        line_item.label, line_item.score_maximum = wanted.label, wanted.score_maximum
    session.flush()
    if not line_item.url and not outbox.is_waiting(session, str(line_item.id), LINE_ITEM):
        outbox.enqueue(
            session,
            kind=LINE_ITEM,
            payload={"line_item_id": str(line_item.id)},
            institution_id=course.institution_id,
            course_id=course.id,
            order_key=str(line_item.id),
        )
    return line_item
