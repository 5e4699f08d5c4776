"""Looking at the platform for assignments of ours that a course has and that nobody has opened yet.

They were made by deep linking, or came with a copy of another course; our tag tells which is which. Nothing
is created here: lti/connecting.py does that, when a teacher asks for it.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from lti_app.jobs import Failed, Retry, Work
from lti_app.lti.binding import Found, bind, tag_of
from lti_app.lti.models import LineItemKind
from lti_app.lti.outbound import NoAnswer
from lti_app.lti.services import LINE_ITEM_SCOPE, Access, ServiceClient, TokenRefused
from lti_app.lti.verdicts import IN_TROUBLE, NO_ACCESS, NOBODY, NOT_TAKEN, UNREACHABLE, said
from lti_app.people.models import Course, Platform

_CONTAINER_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_KINDS = {tag_of(kind): kind for kind in LineItemKind}


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
    try:
        with ServiceClient(work.settings, work.db, Access.to(platform)) as client:
            found = list(_ours(client, course))
    except NoAnswer as error:
        raise Retry(UNREACHABLE, detail=error.detail) from error
    except TokenRefused as error:
        raise Retry(NO_ACCESS, detail=str(error)) from error
    with work.db.writing() as session:
        for each in found:
            bind(session, course.institution_id, course.id, each)


def _ours(client: ServiceClient, course: Course) -> Iterator[Found]:
    for answer in client.pages(course.lineitems_url, scopes=(LINE_ITEM_SCOPE,), accept=_CONTAINER_TYPE):
        if not 200 <= answer.status < 300:
            detail = f"{answer.status} {said(answer.body)}".strip()
            if answer.status in {401, 403, 408, 425, 429} or answer.status >= 500:
                raise Retry(NO_ACCESS if answer.status == 401 else IN_TROUBLE, detail=detail)
            raise Failed(NOT_TAKEN, detail=detail)
        listed = answer.json()
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and (one := found_in(each, course.lineitems_url)):
                yield one


def found_in(item: dict[str, Any], lineitems_url: str) -> Found | None:
    """The line item as one of ours; None for any other, and for one at another host: our token goes there."""
    kind, url, label = _KINDS.get(str(item.get("tag"))), item.get("id"), item.get("label")
    maximum = item.get("scoreMaximum")
    if kind is None or not isinstance(url, str) or len(url) > 1000:
        return None
    if urlsplit(url).hostname != urlsplit(lineitems_url).hostname:
        return None
    is_number = isinstance(maximum, int | float) and not isinstance(maximum, bool) and math.isfinite(maximum)
    points = (
        Decimal(str(maximum)).quantize(Decimal("0.01")) if is_number and 0 < maximum < 1e7 else Decimal(1)
    )
    return Found(kind, url, label if isinstance(label, str) else "", points or Decimal(1))
