"""Taking hold of an item: found, the actor's own, locked, and in a state and version that may be changed.

Whoever writes into a portfolio or anything in it, student, reviewer or worker, first locks the portfolio, and
nothing else in it: so all take turns, and nobody waits for somebody who waits for them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import Conflict, NotFound
from lti_app.people.actors import Actor, require
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.permissions import PERMISSIONS, Owned
from lti_app.portfolio.queries import portfolio_here
from lti_app.portfolio.states import SubmissionState
from lti_app.portfolio.workflow import Act, after
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.queries import document_of


@dataclass(frozen=True)
class Held:
    """An item of the actor's own, locked until the transaction ends, with its portfolio and scheme."""

    item: Item
    portfolio: Portfolio
    document: SchemeDocument

    def check_changeable(self) -> None:
        """Raise Conflict unless the item may be changed in the state it is in."""
        after(self.item.state, Act.CHANGE)

    def check_unchanged(self, version: int, *written_at: int) -> None:
        """Raise Conflict when what was last written at these versions is newer than what the actor saw."""
        if not 0 < version <= self.item.version or any(each > version for each in written_at):
            raise Conflict(f"written at {max(written_at, default=0)}, seen at {version}")

    def note_change(self) -> None:
        """Make other tabs notice that the item has changed."""
        self.item.version += 1
        self.item.updated_at = now()


def own_item(session: Session, actor: Actor, item_id: uuid.UUID) -> Held:
    """The actor's own item. Raises NotFound; NotAllowed for staff, who may know of it but not change it."""
    portfolio = session.scalars(
        select(Portfolio)
        .join(Item, Item.portfolio_id == Portfolio.id)
        .where(Item.id == item_id, Item.institution_id == actor.institution_id)
        .with_for_update(of=Portfolio)
        .execution_options(populate_existing=True)
    ).one_or_none()
    item = session.get(Item, item_id, populate_existing=True) if portfolio else None
    if portfolio is None or item is None:
        raise NotFound("item")
    require(PERMISSIONS, "item.change", actor, owned(session, portfolio, item))
    return Held(item, portfolio, document_of(session, portfolio.scheme_version_id))


def own_portfolio(session: Session, actor: Actor, portfolio_id: uuid.UUID | None = None) -> Portfolio | None:
    """The portfolio that the actor works on in this course, locked, if one has been begun; or the one with
    this id, if it is hers: a page that was opened before she went to another goes on being about its own.
    """
    here = session.get(Portfolio, portfolio_id) if portfolio_id else portfolio_here(session, actor)
    owner = (actor.institution_id, actor.person_id)
    if here is not None and (here.institution_id, here.person_id) != owner:
        return None
    if here is not None:
        session.refresh(here, with_for_update=True)
    return here


def owned(session: Session, portfolio: Portfolio, item: Item) -> Owned:
    """Whose the item is, and whose courses it was submitted from."""
    courses = session.scalars(select(Submission.course_id).where(Submission.item_id == item.id))
    return Owned(portfolio.institution_id, portfolio.person_id, frozenset({portfolio.course_id, *courses}))


def waiting_submission(session: Session, item_id: uuid.UUID) -> Submission | None:
    """The submission of a held item that waits for a decision."""
    return session.scalars(
        select(Submission)
        .where(Submission.item_id == item_id, Submission.state == SubmissionState.WAITING)
        .execution_options(populate_existing=True)
    ).one_or_none()
