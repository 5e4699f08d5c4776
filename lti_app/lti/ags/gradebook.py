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
| answer to a correction of it | Completed / FullyGraded | full, as it is | none |
| certificate revoked, no other there | Submitted / PendingManual | erased | none |

Source: 1EdTech Assignment and Grade Services 2.0 §3.2 (line items), §3.4 (scores).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.db import IN_TURN
from lti_app.jobs import outbox
from lti_app.jobs.models import Delivery
from lti_app.lti.ags.models import LineItem, LineItemKind, ScoreClock
from lti_app.lti.ags.scores import Activity, Grading, HandedIn, Score, marked
from lti_app.lti.ags.subjects import Subject, lane_of, order_key_of, subject_of
from lti_app.lti.verdicts import GONE
from lti_app.people.models import Course

LINE_ITEM = "ags.line_item"
SCORE = "ags.score"


@dataclass(frozen=True)
class WantedLineItem:
    """An assignment that a course shall have; the maximum is a whole number above 0.

    `instead_of` is the maximum that was wanted before, if that has changed.
    """

    kind: LineItemKind
    label: str
    score_maximum: Decimal
    instead_of: Decimal | None = None


def connect_line_items(
    session: Session, *, course: Course, wanted: Sequence[WantedLineItem]
) -> list[LineItem]:
    """See to it that the course has these assignments; one that is connected is left as it is.

    One that the platform no longer had is looked for or made again, and what failed for it waits anew. One
    that was told nothing yet takes a maximum that has changed. Whatever has a name keeps it. Safe to repeat:
    nothing is queued twice.
    """
    return [_connected(session, course, each) for each in wanted]


def rename_line_items(session: Session, *, course: Course, names: Mapping[LineItemKind, str]) -> None:
    """Give the course's assignments these names, at the platform too where they are there."""
    for kind in LineItemKind:
        line_item = locked_line_item(session, course, kind)
        if line_item is None:
            continue
        line_item.label = names[kind]
        if line_item.url and line_item.gone_at is None:
            queue_connecting(session, course, line_item.id, is_renamed=True)


def missing_rights(course: Course) -> tuple[str, ...]:
    """The scopes that reporting needs and that the last launch did not name; none when it named no scopes."""
    granted = course.gradebook_scopes.split()
    return tuple(each for each in ("lineitem", "score") if granted and each not in granted)


def may_read_results(course: Course) -> bool:
    """Whether the platform has said that the tool may read grades back."""
    return "result.readonly" in course.gradebook_scopes.split()


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
    subject = subject_of(session, course_id, person_id, kind)
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
    subject = subject_of(session, course_id, person_id, kind)
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
    subject = subject_of(session, course_id, person_id, LineItemKind.CERTIFICATE)
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


def queue_connecting(
    session: Session,
    course: Course,
    line_item_id: uuid.UUID,
    *,
    is_changed: bool = False,
    is_renamed: bool = False,
    gone_from: str = "",
) -> None:
    """Queue that a line item be connected, and what happened before be told; once at a time.

    `is_changed`: it has another maximum; `is_renamed`: another name, which is told in any case; `gone_from`:
    where it was, and may be again.
    """
    if not is_renamed and outbox.is_waiting(session, str(line_item_id), LINE_ITEM):
        return
    outbox.enqueue(
        session,
        kind=LINE_ITEM,
        payload={
            "line_item_id": str(line_item_id),
            "is_changed": is_changed,
            "is_renamed": is_renamed,
            "gone_from": gone_from,
        },
        institution_id=course.institution_id,
        course_id=course.id,
        order_key=str(line_item_id),
        lane=lane_of(course),
    )


def locked_line_item(session: Session, course: Course, kind: LineItemKind) -> LineItem | None:
    """The course's line item of this kind, for whoever changes it. Whoever takes several takes them in the
    order of LineItemKind, so that no two wait for each other.
    """
    known = select(LineItem).where(LineItem.course_id == course.id, LineItem.kind == kind)
    return session.scalars(known.with_for_update(**IN_TURN)).one_or_none()


def send_again(session: Session, line_item_id: uuid.UUID) -> None:
    """Let what failed because the line item was gone wait anew: another takes its place."""
    outbox.put_in_again(outbox.failed_because(session, f"{line_item_id}:", GONE))


def resource_id_of(line_item: LineItem) -> str:
    """Our own lasting name for a line item, by which it is found again at the platform."""
    return f"cim:{line_item.course_id}:{line_item.kind.value}"


def _queued(
    session: Session,
    subject: Subject,
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
        order_key=order_key_of(score.line_item_id, score.person_id),
        lane=lane_of(subject.course),
        cause_id=cause_id,
        not_before=not_before,
    )


def _connected(session: Session, course: Course, wanted: WantedLineItem) -> LineItem:
    line_item = locked_line_item(session, course, wanted.kind)
    gone_from = ""
    if line_item is None:
        line_item = LineItem(institution_id=course.institution_id, course_id=course.id, kind=wanted.kind)
        session.add(line_item)
    elif line_item.gone_at is not None:
        gone_from = _detached(session, line_item)
    elif not line_item.url:
        gone_from = _was_at(session, line_item.id)
    is_changed = bool(line_item.url) and _takes(session, line_item, wanted)
    line_item.label = line_item.label or wanted.label
    if not line_item.url or is_changed:
        line_item.score_maximum = wanted.score_maximum
    session.flush()
    if not line_item.url or is_changed:
        queue_connecting(session, course, line_item.id, is_changed=is_changed, gone_from=gone_from)
    return line_item


def _takes(session: Session, line_item: LineItem, wanted: WantedLineItem) -> bool:
    """Whether it can be given what is wanted now: it has what was wanted before, and no grade yet."""
    if wanted.instead_of in {None, wanted.score_maximum} or line_item.score_maximum != wanted.instead_of:
        return False
    told = select(ScoreClock.person_id).where(ScoreClock.line_item_id == line_item.id)
    return session.execute(told.limit(1)).first() is None


def _detached(session: Session, line_item: LineItem) -> str:
    """The address at which the platform had nothing, which it loses; what failed for that waits anew."""
    gone_from, line_item.url, line_item.gone_at = line_item.url, "", None
    send_again(session, line_item.id)
    return gone_from


def _was_at(session: Session, line_item_id: uuid.UUID) -> str:
    """Where one was that was looked for in vain; empty if nobody knows."""
    looked = select(Delivery.payload).where(
        Delivery.order_key == str(line_item_id), Delivery.kind == LINE_ITEM
    )
    last = session.scalars(looked.order_by(Delivery.sequence.desc()).limit(1)).first()
    return "" if last is None else str(last.get("gone_from", ""))
