"""What pages, decisions and certificates ask of portfolios, as frozen values.

Nothing here checks who asks: services and views do, with permissions.py and the `Owned` that goes along. What
was submitted and decided stands in submission_queries.py.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, ScalarSelect, case, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lti_app.errors import NotFound
from lti_app.people.actors import Actor
from lti_app.portfolio.completeness import Draft
from lti_app.portfolio.models import Answer, Evidence, Item, Portfolio
from lti_app.portfolio.records import ItemRow
from lti_app.portfolio.snapshots import FrozenEvidence
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.schemes.catalogue import type_answers, type_settings
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.queries import document_of
from lti_app.schemes.rules import CountedActivity, Progress, progress
from lti_app.storage.models import StoredFile


def portfolio_here(session: Session, actor: Actor) -> Portfolio | None:
    """The portfolio that the actor works on in the course of this launch, if any: see `portfolio_in`."""
    runs = select(CourseSetup.scheme_id).where(CourseSetup.course_id == actor.course_id).scalar_subquery()
    here = portfolio_in(actor.course_id, runs, actor.person_id)
    return session.scalars(
        select(Portfolio).where(Portfolio.id == here, Portfolio.institution_id == actor.institution_id)
    ).one_or_none()


def portfolio_in(
    course_id: uuid.UUID | None,
    scheme_id: ScalarSelect[uuid.UUID] | uuid.UUID,
    person_id: ColumnElement[uuid.UUID] | InstrumentedAttribute[uuid.UUID] | uuid.UUID,
) -> ScalarSelect[uuid.UUID]:
    """The id of the portfolio that a person works on in a course which runs this scheme, to select by.

    Of those that she has there (`portfolios_in`) it is the one that she went to last; until she has chosen,
    the one for that scheme, unless there is nothing in it and something in another.
    """
    theirs = aliased(Portfolio)
    is_there, place = _places(theirs, course_id, scheme_id)
    return (
        select(theirs.id)
        .where(theirs.person_id == person_id, is_there)
        .order_by(
            theirs.chosen_at.is_(None), theirs.chosen_at.desc(), place, theirs.created_at.desc(), theirs.id
        )
        .limit(1)
        .scalar_subquery()
    )


def portfolios_in(
    session: Session,
    course_id: uuid.UUID,
    scheme_id: ScalarSelect[uuid.UUID] | uuid.UUID,
    person_ids: Iterable[uuid.UUID],
) -> dict[uuid.UUID, tuple[Portfolio, ...]]:
    """Every portfolio that these people have in a course which runs this scheme, by person. One query.

    They are the one for that scheme, whichever course it is worked on in, and those of this course, with
    anything in them, from when it ran others. First comes that with work for the scheme that is run, then the
    others, the newest first, and last one for the scheme that is run with nothing in it yet.
    """
    is_there, place = _places(Portfolio, course_id, scheme_id)
    rows = session.scalars(
        select(Portfolio)
        .where(Portfolio.person_id.in_(list(person_ids)), is_there)
        .order_by(place, Portfolio.created_at.desc(), Portfolio.id)
    )
    found: dict[uuid.UUID, list[Portfolio]] = {}
    for each in rows:
        found.setdefault(each.person_id, []).append(each)
    return {key: tuple(theirs) for key, theirs in found.items()}


def _places(
    theirs: type[Portfolio], course_id: uuid.UUID | None, scheme_id: ScalarSelect[uuid.UUID] | uuid.UUID
) -> tuple[ColumnElement[bool], ColumnElement[int]]:
    """Whether somebody has a portfolio in the course, and its place among those she has there."""
    is_run = theirs.scheme_id == scheme_id
    has_begun = exists().where(Item.portfolio_id == theirs.id)
    is_there = is_run | ((theirs.course_id == course_id) & has_begun)
    return is_there, case((is_run & has_begun, 0), (is_run, 2), else_=1)


def portfolio_id_of(session: Session, actor: Actor) -> uuid.UUID:
    """The id of the actor's portfolio in this course. Raises NotFound before it is begun."""
    found = portfolio_here(session, actor)
    if found is None:
        raise NotFound("no portfolio yet")
    return found.id


def progress_of(session: Session, portfolio_id: uuid.UUID) -> Progress:
    """What the scheme's rules say of this portfolio. Raises LookupError for one that is not there."""
    row = session.execute(
        select(Portfolio.scheme_version_id, Portfolio.programme_code).where(Portfolio.id == portfolio_id)
    ).one_or_none()
    if row is None:
        raise LookupError(f"no portfolio {portfolio_id}")
    document = document_of(session, row.scheme_version_id)
    return judged(document, row.programme_code, items_of(session, portfolio_id))


def judged(document: SchemeDocument, programme_code: str, items: Iterable[ItemRow]) -> Progress:
    """How far these items meet the scheme, for a student on this programme: the one way that every page, the
    gradebook and the certificate ask it.
    """
    rules = document.rules.for_programme(programme_code)
    return progress(rules, counted(items), type_settings(), type_answers())


def counted(items: Iterable[ItemRow]) -> list[CountedActivity]:
    """The activities among these items as the rules see them."""
    return [
        CountedActivity(
            each.id,
            each.type_code,
            each.setting,
            each.attributes,
            each.state is ItemState.APPROVED,
            each.starts_on,
            each.ends_on,
        )
        for each in items
        if each.kind is ItemKind.ACTIVITY
    ]


def items_of(session: Session, portfolio_id: uuid.UUID) -> tuple[ItemRow, ...]:
    """Every item of a portfolio, the last changed first."""
    return items_by_portfolio(session, [portfolio_id]).get(portfolio_id, ())


def items_by_portfolio(
    session: Session, portfolio_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, tuple[ItemRow, ...]]:
    """Every item of these portfolios, the last changed first. One query."""
    columns = (getattr(Item, name) for name in ItemRow.__dataclass_fields__)
    rows = session.execute(
        select(Item.portfolio_id, *columns)
        .where(Item.portfolio_id.in_(list(portfolio_ids)))
        .order_by(Item.updated_at.desc(), Item.id)
    )
    found: dict[uuid.UUID, list[ItemRow]] = {}
    for portfolio_id, *values in rows:
        found.setdefault(portfolio_id, []).append(ItemRow(*values))
    return {key: tuple(items) for key, items in found.items()}


def is_closing_returned(session: Session, portfolio: Portfolio) -> bool:
    """Whether the closing step, with which the name to print is confirmed, is the student's to change."""
    is_presented = document_of(session, portfolio.scheme_version_id).presentation.required
    returned = select(Item.id).where(
        Item.portfolio_id == portfolio.id,
        Item.kind == (ItemKind.PRESENTATION if is_presented else ItemKind.FINAL_REPORT),
        Item.state.in_((ItemState.RETURNED, ItemState.DRAFT)),
    )
    return session.execute(returned).first() is not None


def answers_of(session: Session, item_id: uuid.UUID) -> dict[str, str]:
    """The item's answers by question."""
    return answers_by_item(session, [item_id]).get(item_id, {})


def answers_by_item(session: Session, item_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    """The answers of these items, by item and question. One query."""
    rows = session.execute(
        select(Answer.item_id, Answer.question_id, Answer.text).where(Answer.item_id.in_(list(item_ids)))
    )
    found: dict[uuid.UUID, dict[str, str]] = {}
    for row in rows:
        if row.text:
            found.setdefault(row.item_id, {})[row.question_id] = row.text
    return found


def row_of(item: Item) -> ItemRow:
    """An item as a list shows it."""
    return ItemRow(**{name: getattr(item, name) for name in ItemRow.__dataclass_fields__})


def evidence_of(session: Session, item_id: uuid.UUID) -> tuple[FrozenEvidence, ...]:
    """The item's files and links that were not removed, in the order they came."""
    rows = session.execute(
        select(Evidence, StoredFile)
        .outerjoin(StoredFile, StoredFile.id == Evidence.stored_file_id)
        .where(Evidence.item_id == item_id, Evidence.removed_at.is_(None))
        .order_by(Evidence.created_at, Evidence.id)
    )
    return tuple(_frozen(row.Evidence, row.StoredFile) for row in rows)


def draft_with(
    row: ItemRow,
    portfolio: Portfolio,
    answers: dict[str, str],
    evidence: Sequence[FrozenEvidence],
) -> Draft:
    """The item as completeness judges it."""
    return Draft(
        kind=row.kind,
        title=row.title,
        type_code=row.type_code,
        starts_on=row.starts_on,
        attributes=row.attributes,
        form=row.form,
        answers=answers,
        evidence_count=len(evidence),
        printed_name=portfolio.printed_name,
        programme_code=portfolio.programme_code,
        is_plan=row.is_plan,
    )


def _frozen(evidence: Evidence, stored: StoredFile | None) -> FrozenEvidence:
    return FrozenEvidence(
        evidence_id=evidence.id,
        name=evidence.name,
        url=evidence.url,
        stored_file_id=evidence.stored_file_id,
        sha256=stored.sha256 if stored else "",
        size_bytes=stored.size_bytes if stored else 0,
        media_type=stored.media_type if stored else "",
    )
