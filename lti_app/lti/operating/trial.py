"""*Test this platform*: whether the tool reaches it, gets a token, and may read gradebook and roster.

Nothing is written on either side. Each request waits 5 seconds at most; where one gets no answer, what needs
the same host is left out, so the whole takes half a minute at worst. Call it outside of any transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.lti.fetching import FetchError, fetch_json
from lti_app.lti.launch.platform_keys import usable_keys
from lti_app.lti.launch.verification import LEEWAY
from lti_app.lti.outbound import NoAnswer, Outbound
from lti_app.lti.registration.configuration import SCOPES
from lti_app.lti.services import (
    LINE_ITEM_SCOPE,
    ROSTER_SCOPE,
    Access,
    ServiceClient,
    TokenRefused,
)
from lti_app.lti.verdicts import said
from lti_app.people.models import Course, Enrolment, Platform
from lti_app.settings import Settings

SECONDS_EACH = 5.0


# Why gradebook or roster were left out: nobody has launched from a course with either, the course last
# launched has no such service, no token was given for it.
NO_COURSE, NO_ADDRESS, NO_TOKEN = "no course", "no address", "no token"


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

    `subject` is a scope, or the course's title; `detail` is what the platform said, or why it was left out.
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


@dataclass(frozen=True)
class _Listing:
    """A list of a course: the scope of its token, which address of the course it has, its media type."""

    scope: str
    address: str
    media_type: str


_LISTS = {
    Part.LINE_ITEMS: _Listing(
        LINE_ITEM_SCOPE, "lineitems_url", "application/vnd.ims.lis.v2.lineitemcontainer+json"
    ),
    Part.ROSTER: _Listing(
        ROSTER_SCOPE, "memberships_url", "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
    ),
}


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
        steps += (_read(client, part, course, is_given=_LISTS[part].scope in given) for part in _LISTS)
    return steps


def _keys(settings: Settings, platform: Platform) -> Step:
    try:
        found = usable_keys(fetch_json(platform.jwks_url, development=settings.development))
    except FetchError as error:
        return Step(Part.KEYS, Outcome.FAILED, detail=str(error))
    return Step(Part.KEYS, Outcome.OK if found else Outcome.FAILED, figure=len(found))


def _clock(settings: Settings, platform: Platform) -> Step:
    """How far the platform's clock is from ours: a launch may not differ by more than a minute."""
    try:
        with Outbound(development=settings.development, longest_seconds=SECONDS_EACH) as outbound:
            before = now()
            answer = outbound.send("GET", platform.jwks_url, headers={"Accept": "application/json"})
    except NoAnswer as error:
        return Step(Part.CLOCK, Outcome.LEFT_OUT, detail=error.detail)
    ahead = seconds_ahead(answer.headers.get("Date", ""), before + (now() - before) / 2)
    if ahead is None:
        return Step(Part.CLOCK, Outcome.LEFT_OUT)
    is_close = abs(ahead) < LEEWAY.total_seconds() / 2
    return Step(Part.CLOCK, Outcome.OK if is_close else Outcome.FAILED, figure=ahead)


def seconds_ahead(date: str, moment: datetime) -> int | None:
    """How far an answer's Date (RFC 9110 §6.6.1) is ahead of the moment; None if it tells no time."""
    try:
        return round((parsedate_to_datetime(date) - moment).total_seconds())
    except (ValueError, TypeError):  # the second for a time without zone
        return None


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


def _read(client: ServiceClient, part: Part, course: TriedCourse | None, *, is_given: bool) -> Step:
    """The first page of a list of the course's."""
    if course is None:
        return Step(part, Outcome.LEFT_OUT, detail=NO_COURSE)
    listing, title = _LISTS[part], course.title
    url = getattr(course, listing.address)
    if not url or not is_given:
        return Step(part, Outcome.LEFT_OUT, subject=title, detail=NO_TOKEN if url else NO_ADDRESS)
    try:
        answer = client.call("GET", url, scopes=(listing.scope,), accept=listing.media_type)
        listed = answer.json() if answer.status == 200 else None
    except (NoAnswer, TokenRefused) as error:
        return Step(part, Outcome.FAILED, subject=title, detail=str(error))
    if part is Part.ROSTER and isinstance(listed, dict):
        listed = listed.get("members")
    if not isinstance(listed, list):
        return Step(
            part, Outcome.FAILED, subject=title, detail=f"{answer.status} {said(answer.body)}".strip()
        )
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
