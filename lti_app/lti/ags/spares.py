"""Spare assignments: further ones of a kind that a course has already, such as duplicates made in Canvas.

They open the same pages as the first of their kind, but results go to one only. Each is kept when somebody
opens it or a look at the platform finds it, so that staff can be told, and can choose which of the two gets
the results.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import insert_into, new_id
from lti_app.lti.ags.gradebook import locked_line_item, queue_connecting, send_again
from lti_app.lti.ags.models import LONGEST_LABEL, ChangedGrade, LineItem, LineItemKind, SpareAssignment
from lti_app.people.models import Course
from lti_app.web.typed import clean_line

_MOST = 20  # of one course: nobody looks through more
_LONGEST_URL = 500  # an index row holds no more of both databases' text


def note_spare(session: Session, course: Course, kind: LineItemKind, url: str, title: str) -> None:
    """Keep that this assignment is there, with the title that it has now. Idempotent, and without effect for
    one that gets results.
    """
    if len(url) > _LONGEST_URL or not url.isascii():
        return
    bound = session.scalars(select(LineItem.url).where(LineItem.course_id == course.id))
    if any(is_same(each, url) for each in bound):
        return
    title = clean_line(title)[:LONGEST_LABEL]
    here = SpareAssignment.course_id == course.id
    noted = select(SpareAssignment.kind, SpareAssignment.title).where(here, SpareAssignment.url == url)
    if session.execute(noted).one_or_none() == (kind, title):
        return  # looked up first, as even an upsert that changes nothing would let a class wait for one row
    if (session.scalar(select(func.count()).where(here, SpareAssignment.url != url)) or 0) >= _MOST:
        return
    row = {
        "id": new_id(),
        "institution_id": course.institution_id,
        "course_id": course.id,
        "kind": kind,
        "url": url,
        "title": title,
    }
    statement = insert_into(session, SpareAssignment).values(row)
    new = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["course_id", "url"], set_={"kind": new.kind, "title": new.title}
        )
    )


def is_same(kept: str, told: str) -> bool:
    """Whether two addresses mean one line item: platforms behind a proxy write the same address once with
    http and once with https.
    """
    return bool(kept) and kept.partition("://")[2] == told.partition("://")[2]


def forget_spare(session: Session, course_id: uuid.UUID, url: str) -> None:
    """What has this address is no spare one, or not any more. Without effect if it was none."""
    session.execute(
        delete(SpareAssignment).where(SpareAssignment.course_id == course_id, SpareAssignment.url == url)
    )


def spares_of(session: Session, course_id: uuid.UUID) -> Sequence[SpareAssignment]:
    """A course's spare assignments, those of one kind together."""
    found = select(SpareAssignment).where(SpareAssignment.course_id == course_id)
    return session.scalars(found.order_by(SpareAssignment.kind, SpareAssignment.url)).all()


def spare_names(session: Session, course_id: uuid.UUID | None) -> tuple[str, ...]:
    """What a course's spare assignments are called; one without a title by its address."""
    if course_id is None:
        return ()
    return tuple(each.title or each.url for each in spares_of(session, course_id))


def use_instead(session: Session, course: Course, spare: SpareAssignment) -> None:
    """Let results go to this assignment from now on, and tell it what happened before; the one that had them
    becomes a spare one, unless it is gone. What stands in its gradebook column stays there.
    """
    line_item = locked_line_item(session, course, spare.kind)
    if line_item is None:
        return
    if is_same(line_item.url, spare.url):
        session.delete(spare)
        return
    before, title, was_gone = line_item.url, line_item.label, line_item.gone_at is not None
    line_item.url, line_item.label = spare.url, spare.title or line_item.label
    line_item.connected_at, line_item.gone_at, line_item.allowed_attempts = now(), None, None
    session.delete(spare)
    session.execute(delete(ChangedGrade).where(ChangedGrade.line_item_id == line_item.id))
    session.flush()
    if was_gone:
        send_again(session, line_item.id)
    elif before:
        note_spare(session, course, line_item.kind, before, title)
    queue_connecting(session, course, line_item.id)
