"""Connecting one of a course's assignments: find our line item at the platform, or create it.

Source: 1EdTech Assignment and Grade Services 2.0 §3.2. Our `resourceId` finds again what an attempt made that
died before it could say so, and what is still there when a launch or a score said that it was not; our tag
finds what came with a copy of another course.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import N_
from lti_app.jobs import Failed, Retry, Work, outbox
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.client import Gradebook, RemoteLineItem
from lti_app.lti.ags.models import LineItem
from lti_app.lti.ags.spares import forget_spare, is_same
from lti_app.lti.answers import as_outcomes
from lti_app.lti.services import Access, ServiceClient
from lti_app.lti.verdicts import NOBODY
from lti_app.people.models import Course, Platform

_NO_GRADEBOOK = N_(
    "The platform offers no gradebook for this course yet; open the tool from the course again."
)


@dataclass(frozen=True)
class _Column:
    """A line item to be connected, as read before talking to the platform."""

    line_item: LineItem
    course: Course
    platform: Platform


def connect_line_item(work: Work) -> None:
    """Find our line item at the platform or create it, and keep its address; one that has its address is only
    told its label and maximum, if they have changed. Safe to repeat after a kill.
    """
    with work.db.reading() as session:
        column = _column(session, uuid.UUID(work.payload["line_item_id"]))
    is_renamed = bool(work.payload.get("is_renamed"))
    if column.line_item.url and not (is_renamed or work.payload.get("is_changed")):
        return
    if not column.course.lineitems_url:
        raise Retry(_NO_GRADEBOOK)
    wanted = _wanted(column, work.settings.public_url)
    with ServiceClient(work.settings, work.db, Access.to(column.platform)) as client, as_outcomes():
        remote = Gradebook(client, column.course.lineitems_url)
        if wanted.url:
            if is_renamed and (
                there := remote.line_item(wanted.url)
            ):  # a teacher may have changed its points
                wanted = replace(wanted, score_maximum=there.score_maximum)
            remote.update(wanted)
            return
        gone_from = str(work.payload.get("gone_from", ""))
        ours, is_as_before = _ours(remote, wanted, gone_from)
        found = ours or next(remote.tagged(wanted.tag), None) or remote.create(wanted)
    _keep(work, column, found, is_as_before=is_as_before)


def _ours(remote: Gradebook, wanted: RemoteLineItem, gone_from: str) -> tuple[RemoteLineItem | None, bool]:
    """The line item where it was gone from, or else by our lasting name for it; and whether it is the very
    one of before. Our name is on the one that we made, which may have been a spare one meanwhile.
    """
    if gone_from and (there := remote.line_item(gone_from)):
        return there, True
    named = next(remote.line_items(wanted.resource_id), None)
    return named, named is not None and (not gone_from or is_same(gone_from, named.url))


def _keep(work: Work, column: _Column, found: RemoteLineItem, *, is_as_before: bool) -> None:
    """Another one than before is told everything anew, and keeps the name that it has."""
    before = column.line_item
    known_since = before.connected_at or before.created_at if is_as_before else now()
    label = before.label if is_as_before else found.label or before.label
    with work.db.writing() as session:
        session.execute(
            update(LineItem)
            .where(LineItem.id == column.line_item.id, LineItem.url == "")
            .values(url=found.url, label=label, gone_at=None, connected_at=known_since)
        )
        forget_spare(session, column.course.id, found.url)
        outbox.hurry(session, column.course.id, gradebook.SCORE)


def _column(session: Session, line_item_id: uuid.UUID) -> _Column:
    row = session.execute(
        select(LineItem, Course, Platform)
        .join(Course, Course.id == LineItem.course_id)
        .join(Platform, Platform.id == Course.platform_id)
        .where(LineItem.id == line_item_id)
    ).one_or_none()
    if row is None:
        raise Failed(NOBODY)
    return _Column(*row)


def _wanted(column: _Column, public_url: str) -> RemoteLineItem:
    is_canvas = column.platform.product_family == "canvas"
    return RemoteLineItem(
        url=column.line_item.url,
        label=column.line_item.label,
        score_maximum=column.line_item.score_maximum,
        resource_id=gradebook.resource_id_of(column.line_item),
        tag=f"cim:{column.line_item.kind.value}",
        launch_url=f"{public_url}/lti/launch" if is_canvas else "",
    )
