"""Bringing a course's people up to date with the platform's roster: joiners, leavers, other roles.

Each page is stored in a transaction of its own, and how far the reading has come with it, so that a worker
that dies or is asked to wait goes on where it was. Everybody seen is marked with the time the reading began;
only when the last page is in are those without that mark taken to have left. Their work stays, and a launch
lets them in again.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import insert_into, new_id
from lti_app.errors import N_
from lti_app.jobs import Failed, Work
from lti_app.lti.answers import as_outcomes
from lti_app.lti.nrps.models import RosterReading
from lti_app.lti.nrps.roster import NO_ROSTER, Member, pages
from lti_app.lti.services import Access, ServiceClient
from lti_app.lti.verdicts import NOBODY
from lti_app.people.models import Course, Enrolment, Person, Platform
from lti_app.people.roles import Role

_GOES_ON_FOR = timedelta(minutes=30)  # an older reading may have missed who moved to another page
_LONGEST_URL = 2000
_NAMES = ("name", "given_name", "family_name")

_EMPTY = N_("The platform named nobody at all in this course, so nothing was changed.")


def sync_roster(work: Work) -> None:
    """Read the roster and bring the course up to date. Safe to repeat after a kill at any point."""
    with work.db.writing() as session:
        course, platform = _course(session, uuid.UUID(work.payload["course_id"]))
        reading = _begun(session, course)
        begun_at, url = reading.begun_at, reading.next_url
    if begun_at is None or not url:
        raise Failed(NO_ROSTER)
    with ServiceClient(work.settings, work.db, Access.to(platform)) as client, as_outcomes():
        for page in pages(client, url):
            with work.db.writing() as session:
                _take(session, course, begun_at, page.members, page.next_url)
    with work.db.writing() as session:
        is_empty = _conclude(session, course, begun_at)
    if is_empty:
        raise Failed(_EMPTY)


def _course(session: Session, course_id: uuid.UUID) -> tuple[Course, Platform]:
    row = session.execute(
        select(Course, Platform)
        .join(Platform, Platform.id == Course.platform_id)
        .where(Course.id == course_id)
    ).one_or_none()
    if row is None:
        raise Failed(NOBODY)
    return row.Course, row.Platform


def _begun(session: Session, course: Course) -> RosterReading:
    """The reading to go on with, or a new one from the first page."""
    row = {"course_id": course.id, "institution_id": course.institution_id, "next_url": "", "read_count": 0}
    row |= {"joined_count": 0, "left_count": 0}
    session.execute(insert_into(session, RosterReading).values(row).on_conflict_do_nothing())
    reading = session.get_one(RosterReading, course.id, with_for_update=True, populate_existing=True)
    moment = now()
    if reading.begun_at is None or moment - reading.begun_at > _GOES_ON_FOR:
        reading.begun_at = moment if course.memberships_url else None
        reading.next_url = course.memberships_url
        reading.read_count = reading.joined_count = 0
    return reading


def _take(
    session: Session, course: Course, begun_at: datetime, members: Sequence[Member], next_url: str
) -> None:
    """Store a page, and that the next one is to follow; after the last the mark stays until it is judged."""
    known = _stored(session, course, members)
    active = set(
        session.scalars(
            select(Enrolment.person_id).where(
                Enrolment.course_id == course.id,
                Enrolment.person_id.in_(list(known.values())),
                Enrolment.role == Role.STUDENT,
                Enrolment.is_active,
            )
        )
    )
    rows = [
        {
            "id": new_id(),
            "institution_id": course.institution_id,
            "person_id": known[member.sub],
            "course_id": course.id,
            "role": role,
            "is_active": True,
            "seen_at": begun_at,
        }
        for member in members
        for role in sorted(member.roles - {Role.COORDINATOR})
    ]
    if rows:
        insertion = insert_into(session, Enrolment).values(
            sorted(rows, key=lambda row: str(row["person_id"]))
        )
        session.execute(
            insertion.on_conflict_do_update(
                index_elements=["person_id", "course_id", "role"],
                set_={"is_active": True, "seen_at": insertion.excluded.seen_at},
            )
        )
    joined = {row["person_id"] for row in rows if row["role"] == Role.STUDENT} - active
    session.execute(
        update(RosterReading)
        .where(RosterReading.course_id == course.id, RosterReading.begun_at == begun_at)
        .values(
            next_url=next_url[:_LONGEST_URL] or RosterReading.next_url,
            read_count=RosterReading.read_count + len(members),
            joined_count=RosterReading.joined_count + len(joined),
        )
    )


def _stored(session: Session, course: Course, members: Sequence[Member]) -> dict[str, uuid.UUID]:
    """The ids of these people by `sub`: new ones are made, names and addresses that were given are kept."""
    here = {"institution_id": course.institution_id, "platform_id": course.platform_id}
    wanted = select(Person).filter_by(**here).where(Person.sub.in_([each.sub for each in members]))
    people = {each.sub: each for each in session.scalars(wanted)}
    rows = [_new(member) | here for member in members if member.sub not in people]
    if rows:
        session.execute(insert_into(session, Person).values(rows).on_conflict_do_nothing())
        people = {each.sub: each for each in session.scalars(wanted)}
    for member in members:
        _rename(people[member.sub], member)
    session.flush()
    return {sub: person.id for sub, person in people.items()}


def _new(member: Member) -> dict[str, Any]:
    return {
        "id": new_id(),
        "sub": member.sub,
        "name": member.name,
        "given_name": member.given_name,
        "family_name": member.family_name,
        "email": member.email,
        "language": "",
        "is_test": False,
        "created_at": now(),
        "last_launch_at": now(),
        "has_launched": False,
    }


def _rename(person: Person, member: Member) -> None:
    """Nothing is touched that is as told already, or that the platform does not tell."""
    if member.name and any(getattr(person, name) != getattr(member, name) for name in _NAMES):
        for name in _NAMES:
            setattr(person, name, getattr(member, name))
    if member.email and person.email != member.email:
        person.email = member.email


def _conclude(session: Session, course: Course, begun_at: datetime) -> bool:
    """The whole roster is in: whoever has not been seen since it was begun has left. Whether it was empty,
    which leaves all as it is: a course has at least the teacher who asked.
    """
    reading = session.get_one(RosterReading, course.id, with_for_update=True, populate_existing=True)
    if reading.begun_at != begun_at:
        return False
    reading.begun_at, reading.next_url = None, ""
    if not reading.read_count:
        return True
    is_test = exists().where(Person.id == Enrolment.person_id, Person.is_test)
    gone = session.scalars(
        update(Enrolment)
        .where(Enrolment.course_id == course.id, Enrolment.is_active, Enrolment.seen_at < begun_at, ~is_test)
        .values(is_active=False)
        .returning(Enrolment.role)
        .execution_options(synchronize_session=False)
    ).all()
    reading.left_count = sum(role == Role.STUDENT for role in gone)
    reading.finished_at = now()
    return False
