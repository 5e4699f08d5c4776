"""What an observer sees: whom the platform says she observes, and of them how far they have come.

Nothing that a student wrote or uploaded is here, neither titles nor reflections, evidence, comments or the
certificate itself; drafts are the student's alone.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lti_app.certificates.queries import certificate_of, certified_of
from lti_app.home.permissions import is_observer
from lti_app.people.actors import Actor
from lti_app.people.models import Enrolment, Observation, Person
from lti_app.people.roles import Role
from lti_app.portfolio.queries import items_of, judged, portfolios_in
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.queries import document_of, setup_of
from lti_app.schemes.rules import Progress
from lti_app.schemes.text import Text


@dataclass(frozen=True)
class Observed:
    """Somebody whom the observer observes in this course."""

    person_id: uuid.UUID
    name: str


@dataclass(frozen=True)
class ObservedItem:
    """Something that the student has submitted: what it is and how it stands."""

    kind: ItemKind
    type_code: str
    state: ItemState


@dataclass(frozen=True)
class ObservedPage:
    """How far a student has come, in the portfolio that the class table shows, too. `progress` is None before
    a start, or where she works on it elsewhere, and there is nothing more of hers then.

    `others` are the schemes of her further portfolios in the course, and whether each is certified.
    """

    student: Observed
    document: SchemeDocument | None
    is_elsewhere: bool
    progress: Progress | None
    items: tuple[ObservedItem, ...]
    certified_at: datetime | None
    others: tuple[tuple[Text, bool], ...] = ()


def observed_by(session: Session, actor: Actor) -> tuple[Observed, ...]:
    """The active students of this launch's course whom the last launch named, by name; others never."""
    if not is_observer(actor):
        return ()
    rows = session.execute(_observed(actor).order_by(Person.name_key, Person.id))
    return tuple(Observed(row.id, row.name) for row in rows)


def observed_page(session: Session, actor: Actor, person_id: uuid.UUID) -> ObservedPage | None:
    """How far somebody has come whom the actor observes; None for anybody else."""
    if not is_observer(actor) or actor.course_id is None:
        return None
    row = session.execute(_observed(actor).where(Person.id == person_id)).one_or_none()
    if row is None:
        return None
    student = Observed(row.id, row.name)
    setup = setup_of(session, actor.course_id)
    if setup is None:
        return ObservedPage(student, None, False, None, (), None)
    theirs = portfolios_in(session, actor.course_id, setup.scheme_id, [person_id]).get(person_id, ())
    portfolio = next((each for each in theirs if each.course_id == actor.course_id), None)
    if portfolio is None:
        document = document_of(session, setup.scheme_version_id)
        return ObservedPage(student, document, bool(theirs), None, (), None)
    document, items = document_of(session, portfolio.scheme_version_id), items_of(session, portfolio.id)
    certificate = certificate_of(session, portfolio.id)
    further = tuple(each for each in theirs if each.id != portfolio.id)
    certified = certified_of(session, [each.id for each in further])
    return ObservedPage(
        student,
        document,
        False,
        judged(document, portfolio.programme_code, items),
        tuple(
            ObservedItem(each.kind, each.type_code, each.state)
            for each in items
            if each.state is not ItemState.DRAFT
        ),
        certificate.issued_at if certificate else None,
        tuple((document_of(session, each.scheme_version_id).name, each.id in certified) for each in further),
    )


def _observed(actor: Actor) -> Select[uuid.UUID, str]:
    return (
        select(Person.id, Person.name)
        .join(Observation, Observation.sub == Person.sub)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Observation.observer_id == actor.person_id,
            Observation.course_id == actor.course_id,
            Observation.institution_id == actor.institution_id,
            Person.institution_id == actor.institution_id,
            Person.platform_id == actor.platform_id,
            Person.is_test.is_(False),
            Enrolment.course_id == actor.course_id,
            Enrolment.role == Role.STUDENT,
            Enrolment.is_active,
        )
    )
