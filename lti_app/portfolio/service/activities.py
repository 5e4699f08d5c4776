"""Activities: add, change, copy, discard."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lti_app.db import after_commit
from lti_app.errors import Conflict, NotFound, Problem
from lti_app.people.actors import Actor
from lti_app.portfolio.limits import EARLIEST, LATEST, MOST_ITEMS, TITLE_CHARS
from lti_app.portfolio.models import Activity, Answer, Evidence, Item, Portfolio, Submission
from lti_app.portfolio.service.beginning import begin_portfolio
from lti_app.portfolio.service.held import own_item, own_portfolio
from lti_app.portfolio.states import ItemKind
from lti_app.portfolio.workflow import Act, after
from lti_app.schemes.catalogue import activity_types, form_fields
from lti_app.schemes.fields import FieldInvalid
from lti_app.schemes.queries import document_of
from lti_app.storage import Storage
from lti_app.storage.models import StoredFile


@dataclass(frozen=True)
class Details:
    """What and when. `attributes` are the fields of the activity's type, as schemes.fields reads them."""

    title: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


def add_activity(
    session: Session,
    actor: Actor,
    type_code: str,
    details: Details | None = None,
    *,
    item_id: uuid.UUID | None = None,
    portfolio_id: uuid.UUID | None = None,
) -> Item:
    """A new draft of this type, in the portfolio that the actor works on in this course or the one with this
    id. `item_id` is the id that its form was given: sent twice, it is one activity, in the portfolio that it
    was first added to.

    Raises NotFound for another's portfolio and for a type that the scheme does not take,
    Problem("bad-request") for bad details.
    """
    portfolio = begin_portfolio(session, actor, portfolio_id)
    if item_id is not None and (known := session.get(Item, item_id)) is not None:
        first = session.get_one(Portfolio, known.portfolio_id)
        if (first.institution_id, first.person_id) != (actor.institution_id, actor.person_id):
            raise NotFound("item")
        return known
    _check_type(session, portfolio, type_code)
    _check_room(session, portfolio)
    added = Activity(
        id=item_id or uuid.uuid4(), institution_id=actor.institution_id, portfolio_id=portfolio.id
    )
    _fill(added, type_code, details or Details())
    added.is_plan = _begins_with_plan(session, portfolio, added)
    session.add(added)
    session.flush()
    return added


def change_activity(
    session: Session,
    actor: Actor,
    item_id: uuid.UUID,
    details: Details,
    version: int,
    *,
    type_code: str | None = None,
) -> Item:
    """Write what and when. Of another type it begins anew as a plan, or not, as the scheme has that type.

    Raises Conflict when it changed since `version`, unless it reads the same.
    """
    held = own_item(session, actor, item_id)
    item = held.item
    if item.kind is not ItemKind.ACTIVITY:
        raise NotFound("activity")
    wanted = type_code or item.type_code
    attributes = {name: value for name, value in details.attributes.items() if value}
    as_it_is = (item.type_code, item.title, item.starts_on, item.ends_on, item.attributes)
    if as_it_is == (wanted, details.title, details.starts_on, details.ends_on, attributes):
        return item
    held.check_changeable()
    held.check_unchanged(version, item.details_version)
    if wanted != item.type_code:
        _check_type(session, held.portfolio, wanted)
    is_other_type = wanted != item.type_code
    _fill(item, wanted, details)
    if is_other_type:
        item.is_plan = _begins_with_plan(session, held.portfolio, item)
    held.note_change()
    item.details_version = item.version
    return item


def copy_activity(session: Session, actor: Actor, item_id: uuid.UUID, *, new_id: uuid.UUID) -> Item:
    """A new draft like this activity, without its dates, evidence and history; its answers come along."""
    held = own_item(session, actor, item_id)
    if held.item.kind is not ItemKind.ACTIVITY:
        raise NotFound("activity")
    is_new = session.get(Item, new_id) is None
    like = Details(title=held.item.title, attributes=held.item.attributes)
    added = add_activity(
        session, actor, held.item.type_code, like, item_id=new_id, portfolio_id=held.portfolio.id
    )
    if is_new:
        for answer in session.scalars(select(Answer).where(Answer.item_id == item_id)):
            session.add(
                Answer(
                    institution_id=actor.institution_id,
                    item_id=added.id,
                    question_id=answer.question_id,
                    text=answer.text,
                )
            )
    return added


def discard_activity(
    session: Session, storage: Storage, actor: Actor, portfolio_id: uuid.UUID, item_id: uuid.UUID
) -> None:
    """Delete a draft that was never submitted, with its files. Nothing happens when it is gone already.

    Raises NotFound when the portfolio is not the actor's or the item no activity; Conflict for anything that
    has been submitted.
    """
    if own_portfolio(session, actor, portfolio_id) is None:
        raise NotFound("portfolio")
    known = session.scalars(
        select(Item.id).where(Item.id == item_id, Item.portfolio_id == portfolio_id)
    ).one_or_none()
    if known is None:
        return
    item = own_item(session, actor, item_id).item
    if item.kind is not ItemKind.ACTIVITY:
        raise NotFound("activity")
    after(item.state, Act.DISCARD)
    if session.scalars(select(Submission.id).where(Submission.item_id == item_id).limit(1)).first():
        raise Conflict("it was submitted before", slug="kept-in-record")
    _forget_files(session, storage, item_id)
    session.execute(delete(Answer).where(Answer.item_id == item_id))
    session.delete(item)


def _check_type(session: Session, portfolio: Portfolio, type_code: str) -> None:
    document = document_of(session, portfolio.scheme_version_id)
    if type_code not in activity_types() or not document.accepts(type_code, portfolio.programme_code):
        raise NotFound("activity type")


def _begins_with_plan(session: Session, portfolio: Portfolio, item: Item) -> bool:
    """Whether the scheme wants the plan of such an activity approved first."""
    return document_of(session, portfolio.scheme_version_id).plans.asks(item.type_code, item.setting)


def _check_room(session: Session, portfolio: Portfolio) -> None:
    held = session.scalar(select(func.count()).select_from(Item).where(Item.portfolio_id == portfolio.id))
    if (held or 0) >= MOST_ITEMS:
        raise Problem("too-large", f"{held} items")


def _fill(item: Item, type_code: str, details: Details) -> None:
    """Write checked details into the item. Raises Problem("bad-request")."""
    kind = activity_types()[type_code]
    days = [day for day in (details.starts_on, details.ends_on) if day is not None]
    if len(details.title) > TITLE_CHARS or days != sorted(days):
        raise Problem("bad-request", "title or dates")
    if any(not EARLIEST <= day <= LATEST for day in days):
        raise Problem("bad-request", "date out of range")
    item.type_code = type_code
    item.setting = kind.setting
    item.title = details.title
    item.starts_on = details.starts_on
    item.ends_on = details.ends_on
    try:
        asked = form_fields(type_code)
        read = {each.name: each.read(details.attributes.get(each.name, "")) for each in asked}
    except FieldInvalid as error:
        raise Problem("bad-request", f"field {error.field.name}") from error
    item.attributes = {name: value for name, value in read.items() if value}


def _forget_files(session: Session, storage: Storage, item_id: uuid.UUID) -> None:
    """Delete the item's evidence, and once that is committed, the bytes."""
    files = session.scalars(
        select(StoredFile)
        .join(Evidence, Evidence.stored_file_id == StoredFile.id)
        .where(Evidence.item_id == item_id)
    ).all()
    session.execute(delete(Evidence).where(Evidence.item_id == item_id))
    for file in files:
        session.delete(file)
        after_commit(session, partial(storage.delete, file.key))
