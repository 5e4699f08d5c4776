"""*Test this platform*: whether the tool reaches it, gets a token, and may read gradebook and roster.

Nothing is written on either side. Each request waits 5 seconds at most; where one gets no answer, what needs
the same host is left out, so the whole takes half a minute at worst. Call it outside of any transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.lti.fetching import FetchError, fetch_json
from lti_app.lti.outbound import NoAnswer, Outbound
from lti_app.lti.platform_keys import usable_keys
from lti_app.lti.registration import SCOPES
from lti_app.lti.services import (
    LINE_ITEM_SCOPE,
    ROSTER_SCOPE,
    Access,
    ServiceClient,
    TokenRefused,
)
from lti_app.lti.verdicts import said
from lti_app.lti.verification import LEEWAY
from lti_app.people.models import Course, Enrolment, Platform
from lti_app.settings import Settings

SECONDS_EACH = 5.0
_LINE_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


class Part(StrEnum):
    """What is tried, in this order."""

    KEYS = "keys"
    CLOCK = "clock"
    TOKEN = "token"  # noqa: S105 (the name of a step)
    LINE_ITEMS = "line_items"
    ROSTER = "roster"


class Outcome(StrEnum):
    """How it went; *left out* says that something before it failed, or that there is nothing to try it on."""

    OK = "ok"
    FAILED = "failed"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Step:
    """One thing tried. `figure` is how many were read, for the clock the seconds the platform is ahead.

    `subject` is a scope, or the course's title; `detail` is what the platform said.
    """

    part: Part
    outcome: Outcome
    figure: int = 0
    subject: str = ""
    detail: str = ""


@dataclass(frozen=True)
class TriedCourse:
    """The course that was last launched, and its services' addresses; either may be empty."""

    title: str
    lineitems_url: str
    memberships_url: str


def try_platform(settings: Settings, db: Database, platform_id: uuid.UUID) -> list[Step]:
    """Try everything, and say of each part how it went. Raises NoResultFound for no such platform."""
    with db.reading() as session:
        platform = session.get_one(Platform, platform_id)
        course = _last_course(session, platform_id)
    steps = [_keys(settings, platform), _clock(settings, platform)]
    access = Access.to(platform)
    with ServiceClient(settings, db, access, longest_seconds=SECONDS_EACH) as client:
        steps += _tokens(client)
        given = {step.subject for step in steps if step.part is Part.TOKEN and step.outcome is Outcome.OK}
        steps.append(_line_items(client, course, is_given=LINE_ITEM_SCOPE in given))
        steps.append(_roster(client, course, is_given=ROSTER_SCOPE in given))
    return steps


def _keys(settings: Settings, platform: Platform) -> Step:
    try:
        found = usable_keys(fetch_json(platform.jwks_url, development=settings.development))
    except FetchError as error:
        return Step(Part.KEYS, Outcome.FAILED, detail=str(error))
    return Step(Part.KEYS, Outcome.OK if found else Outcome.FAILED, figure=len(found))


def _clock(settings: Settings, platform: Platform) -> Step:
    """How far the platform's clock is from ours, as a launch may not differ by more than a minute."""
    try:
        with Outbound(development=settings.development, longest_seconds=SECONDS_EACH) as outbound:
            before = now()
            answer = outbound.send("GET", platform.jwks_url, headers={"Accept": "application/json"})
            middle = before + (now() - before) / 2
        told = parsedate_to_datetime(answer.headers.get("Date", ""))
        ahead = round((told - middle).total_seconds())
    except NoAnswer as error:
        return Step(Part.CLOCK, Outcome.LEFT_OUT, detail=error.detail)
    except (ValueError, TypeError):
        return Step(Part.CLOCK, Outcome.LEFT_OUT, detail="no Date")
    is_close = abs(ahead) < LEEWAY.total_seconds() / 2
    return Step(Part.CLOCK, Outcome.OK if is_close else Outcome.FAILED, figure=ahead)


def _tokens(client: ServiceClient) -> Iterator[Step]:
    """One token for each scope, as a platform may allow some and not others."""
    is_silent = False
    for scope in SCOPES:
        if is_silent:
            yield Step(Part.TOKEN, Outcome.LEFT_OUT, subject=scope)
            continue
        try:
            client.renew(scope)
        except TokenRefused as error:
            yield Step(Part.TOKEN, Outcome.FAILED, subject=scope, detail=str(error))
        except Problem as problem:  # our own key cannot be read
            yield Step(Part.TOKEN, Outcome.FAILED, subject=scope, detail=problem.detail)
        except NoAnswer as error:
            is_silent = True
            yield Step(Part.TOKEN, Outcome.FAILED, subject=scope, detail=error.detail)
        else:
            yield Step(Part.TOKEN, Outcome.OK, subject=scope)


def _line_items(client: ServiceClient, course: TriedCourse | None, *, is_given: bool) -> Step:
    if course is None or not course.lineitems_url or not is_given:
        return Step(Part.LINE_ITEMS, Outcome.LEFT_OUT, subject=course.title if course else "")
    return _read(client, Part.LINE_ITEMS, course.title, course.lineitems_url)


def _roster(client: ServiceClient, course: TriedCourse | None, *, is_given: bool) -> Step:
    if course is None or not course.memberships_url or not is_given:
        return Step(Part.ROSTER, Outcome.LEFT_OUT, subject=course.title if course else "")
    return _read(client, Part.ROSTER, course.title, course.memberships_url)


def _read(client: ServiceClient, part: Part, title: str, url: str) -> Step:
    """The first page of a list."""
    scope, accept = (ROSTER_SCOPE, _MEMBERS) if part is Part.ROSTER else (LINE_ITEM_SCOPE, _LINE_ITEMS)
    try:
        answer = client.call("GET", url, scopes=(scope,), accept=accept)
        if answer.status != 200:
            detail = f"{answer.status} {said(answer.body)}".strip()
            return Step(part, Outcome.FAILED, subject=title, detail=detail)
        listed = answer.json()
    except (NoAnswer, TokenRefused) as error:
        return Step(part, Outcome.FAILED, subject=title, detail=str(error))
    if part is Part.ROSTER and isinstance(listed, dict):
        listed = listed.get("members")
    if not isinstance(listed, list):
        return Step(part, Outcome.FAILED, subject=title, detail="200 without a list")
    return Step(part, Outcome.OK, figure=len(listed), subject=title)


def _last_course(session: Session, platform_id: uuid.UUID) -> TriedCourse | None:
    """Of the courses with services, the one that somebody was last seen in."""
    row = session.execute(
        select(Course.title, Course.label, Course.lineitems_url, Course.memberships_url)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(
            Course.platform_id == platform_id, or_(Course.lineitems_url != "", Course.memberships_url != "")
        )
        .group_by(Course.id)
        .order_by(func.max(Enrolment.seen_at).desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return TriedCourse(row.title or row.label, row.lineitems_url, row.memberships_url)
