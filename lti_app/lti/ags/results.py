"""Grades that somebody changed at the platform: read back, kept to be shown, never overwritten silently.

What the platform should show is what it was last told, which the outbox knows. Before another grade is posted
the platform is asked what it shows; once a night it is asked about everybody. A grade that is neither what it
was told nor what it would be told was entered there: the delivery is held until staff decide. Between the
question and the post a teacher may still enter one; AGS has no way to exclude that.
Source: 1EdTech Assignment and Grade Services 2.0 §3.3 (Result service).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import insert_into
from lti_app.errors import N_, Conflict
from lti_app.jobs import Busy, Failed, Retry, outbox
from lti_app.jobs.models import Delivery
from lti_app.lti.ags.client import Gradebook, Result
from lti_app.lti.ags.grades import Grade
from lti_app.lti.ags.models import ChangedGrade, LineItem
from lti_app.lti.ags.scores import Score
from lti_app.lti.ags.subjects import order_key_of
from lti_app.lti.answers import as_outcomes
from lti_app.lti.verdicts import NO_ACCESS
from lti_app.people.models import Course, Person, Platform

HELD = N_("The grade was changed at the platform, and is not overwritten unless you say so.")
KEPT = N_("The platform's grade was kept.")


def shown_by(remote: Gradebook, line_item_url: str, user_id: str) -> Result | None:
    """What the platform shows for somebody; None when it does not let us know. Raises Busy and Retry."""
    try:
        with as_outcomes():
            pages = remote.results(line_item_url, user_id=user_id)
            found = next((each for page in pages for each in page if each.user_id == user_id), None)
    except Busy:
        raise
    except Failed:
        return None
    except Retry as again:
        if again.text.startswith(NO_ACCESS):
            return None
        raise Retry(again.text, again.after_seconds) from again
    return found or Result(user_id, None, None)


def grade_of(result: Result) -> Grade | None:
    """The grade that a result shows."""
    return None if result.points is None else Grade(result.points, result.maximum)


def graded_by(score: Score) -> Grade | None:
    """The grade that a score brings."""
    return None if score.points is None else Grade(score.points, score.maximum)


def note(session: Session, line_item_id: uuid.UUID, person: Person, result: Result) -> None:
    """Keep what the platform shows, because it is not what it was told."""
    row = {
        "line_item_id": line_item_id,
        "person_id": person.id,
        "institution_id": person.institution_id,
        "points": result.points,
        "maximum": result.maximum,
        "noticed_at": now(),
    }
    insertion = insert_into(session, ChangedGrade).values(row)
    changes = {name: insertion.excluded[name] for name in ("points", "maximum", "noticed_at")}
    session.execute(
        insertion.on_conflict_do_update(
            index_elements=["line_item_id", "person_id"],
            set_=changes,
            where=insertion.table.c.points.is_distinct_from(insertion.excluded.points)
            | insertion.table.c.maximum.is_distinct_from(insertion.excluded.maximum),
        )
    )


def forget(session: Session, line_item_id: uuid.UUID, person_ids: Iterable[uuid.UUID]) -> None:
    """The platform shows what it was told again."""
    session.execute(
        delete(ChangedGrade).where(
            ChangedGrade.line_item_id == line_item_id, ChangedGrade.person_id.in_(list(person_ids))
        )
    )


def send_ours(session: Session, line_item_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Let what is held of somebody go out and replace the platform's grade. Raises Conflict if nothing is."""
    for delivery in _held(session, line_item_id, person_id):
        delivery.payload = {**delivery.payload, "overwrites": True}
        outbox.put_in_again([delivery])


def keep_theirs(session: Session, line_item_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Let what is held of somebody go out without its grade, as far as there is more to it and the platform
    is one that keeps a grade then. Raises Conflict if nothing is held.
    """
    family = session.scalar(
        select(Platform.product_family)
        .join(Course, Course.platform_id == Platform.id)
        .join(LineItem, LineItem.course_id == Course.id)
        .where(LineItem.id == line_item_id)
    )
    for delivery in _held(session, line_item_id, person_id):
        score = Score.from_payload(delivery.payload)
        if family == "canvas" and (score.comment or score.handed_in):
            bare = replace(score, points=None, maximum=None, takes_back=False)
            delivery.payload = bare.to_payload()
            outbox.put_in_again([delivery])
        else:
            outbox.drop(delivery, KEPT)


def is_since(connected_at: datetime | None, finished_at: datetime | None) -> bool:
    """Whether what finished then was told to the line item that the platform has now."""
    return connected_at is None or (finished_at is not None and finished_at >= connected_at)


def _held(session: Session, line_item_id: uuid.UUID, person_id: uuid.UUID) -> list[Delivery]:
    found = outbox.failed_because(session, order_key_of(line_item_id, person_id), HELD)
    if not found:
        raise Conflict("nothing is held")
    return found
