"""Connecting one of a course's assignments: find our line item at the platform, or create it.

Source: 1EdTech Assignment and Grade Services 2.0 §3.2, and Canvas's extension that makes the assignment
launchable. Our `resourceId` finds again what an attempt made that died before it could say so.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_app.errors import N_
from lti_app.jobs import Failed, Retry, Work, outbox
from lti_app.lti import gradebook
from lti_app.lti.models import LineItem
from lti_app.lti.outbound import Answer, NoAnswer
from lti_app.lti.scores import as_number
from lti_app.lti.services import LINE_ITEM_SCOPE, Access, ServiceClient, TokenRefused
from lti_app.lti.verdicts import IN_TROUBLE, NO_ACCESS, NOBODY, NOT_TAKEN, UNREACHABLE, said
from lti_app.people.models import Course, Platform

_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
_CONTAINER_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_SUBMISSION_TYPE = "https://canvas.instructure.com/lti/submission_type"

_NO_GRADEBOOK = N_(
    "The platform offers no gradebook for this course yet; open the tool from the course again."
)
_ODD_ANSWER = N_("The platform gave an answer that we do not understand.")


@dataclass(frozen=True)
class _Column:
    """A line item to be connected, as read before talking to the platform."""

    line_item: LineItem
    course: Course
    platform: Platform


def connect_line_item(work: Work) -> None:
    """Find our line item at the platform or create it, and keep its address. Safe to repeat after a kill."""
    with work.db.reading() as session:
        column = _column(session, uuid.UUID(work.payload["line_item_id"]))
    if column.line_item.url:
        return
    if not column.course.lineitems_url:
        raise Retry(_NO_GRADEBOOK)
    with ServiceClient(work.settings, work.db, Access.to(column.platform)) as client:
        try:
            url = _found(client, column) or _created(client, column, work.settings.public_url)
        except NoAnswer as error:
            raise Retry(UNREACHABLE, detail=error.detail) from error
        except TokenRefused as error:
            raise Retry(NO_ACCESS, detail=str(error)) from error
    with work.db.writing() as session:
        session.execute(
            update(LineItem).where(LineItem.id == column.line_item.id, LineItem.url == "").values(url=url)
        )
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


def _found(client: ServiceClient, column: _Column) -> str:
    """The address of the line item that bears our resource id, or empty. No `limit`: Moodle's pages break
    by it.
    """
    ours = gradebook.resource_id_of(column.line_item)
    url = _with_query(column.course.lineitems_url, resource_id=ours)
    for answer in client.pages(url, scopes=(LINE_ITEM_SCOPE,), accept=_CONTAINER_TYPE):
        listed = _json(answer)
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and each.get("resourceId") == ours:
                return _address(each, column)
    return ""


def _created(client: ServiceClient, column: _Column, public_url: str) -> str:
    wanted: dict[str, Any] = {
        "label": column.line_item.label,
        "scoreMaximum": as_number(column.line_item.score_maximum),
        "resourceId": gradebook.resource_id_of(column.line_item),
        "tag": f"cim:{column.line_item.kind.value}",
    }
    if column.platform.product_family == "canvas":
        wanted[_SUBMISSION_TYPE] = {"type": "external_tool", "external_tool_url": f"{public_url}/lti/launch"}
    answer = client.call(
        "POST",
        column.course.lineitems_url,
        scopes=(LINE_ITEM_SCOPE,),
        accept=_ITEM_TYPE,
        content_type=_ITEM_TYPE,
        body=wanted,
    )
    return _address(_json(answer), column)


def _json(answer: Answer) -> Any:
    """The JSON of a successful answer; Retry or Failed for any other."""
    if 200 <= answer.status < 300:
        return answer.json()
    detail = f"{answer.status} {said(answer.body)}".strip()
    if answer.status in {401, 403, 408, 425, 429} or answer.status >= 500:
        raise Retry(NO_ACCESS if answer.status == 401 else IN_TROUBLE, detail=detail)
    raise Failed(NOT_TAKEN, detail=detail)


def _address(item: object, column: _Column) -> str:
    """The line item's address, which must lie at the host of the gradebook: our token goes there."""
    url = item.get("id") if isinstance(item, dict) else None
    if not isinstance(url, str) or len(url) > 1000:
        raise Failed(_ODD_ANSWER, detail="no address of a line item")
    if urlsplit(url).hostname != urlsplit(column.course.lineitems_url).hostname:
        raise Failed(_ODD_ANSWER, detail="the line item lies at another host")
    return url


def _with_query(url: str, **more: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(more))))))
