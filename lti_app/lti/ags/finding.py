"""Looking at the platform for assignments of ours that a course has and that nobody has opened yet.

They were made by deep linking, or came with a copy of another course; our tag tells which is which. Nothing
is created here: lti/ags/connecting.py does that, when a teacher asks for it.
"""

from __future__ import annotations

import uuid
from decimal import Decimal

from sqlalchemy import select

from lti_app.jobs import Failed, Work
from lti_app.lti.ags.binding import Found, bind, tag_of
from lti_app.lti.ags.client import Gradebook, RemoteLineItem
from lti_app.lti.ags.models import LineItemKind
from lti_app.lti.ags.spares import note_spare
from lti_app.lti.answers import as_outcomes
from lti_app.lti.services import Access, ServiceClient
from lti_app.lti.verdicts import NOBODY
from lti_app.people.models import Course, Platform

_KINDS = {tag_of(kind): kind for kind in LineItemKind}
_IN_ORDER = list(LineItemKind)  # as `gradebook.locked_line_item` asks for
_CENT = Decimal("0.01")


def find_line_items(work: Work) -> None:
    """Bind what the platform has of ours in this course. Safe to repeat; finding nothing is no failure."""
    with work.db.reading() as session:
        row = session.execute(
            select(Course, Platform)
            .join(Platform, Platform.id == Course.platform_id)
            .where(Course.id == uuid.UUID(work.payload["course_id"]))
        ).one_or_none()
    if row is None:
        raise Failed(NOBODY)
    course, platform = row
    if not course.lineitems_url:
        return
    with ServiceClient(work.settings, work.db, Access.to(platform)) as client, as_outcomes():
        found = list(Gradebook(client, course.lineitems_url).tagged(*_KINDS))
    with work.db.writing() as session:
        for item in sorted(map(_found, found), key=lambda each: _IN_ORDER.index(each.kind)):
            if not bind(session, course.institution_id, course.id, item):
                note_spare(session, course, item.kind, item.url, item.label)


def _found(item: RemoteLineItem) -> Found:
    return Found(_KINDS[item.tag], item.url, item.label, max(item.score_maximum, _CENT).quantize(_CENT))
