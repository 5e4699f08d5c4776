"""The two closing steps, and the name that is printed on the certificate."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.errors import Conflict, NotFound, Problem
from lti_app.people.actors import Actor, require
from lti_app.people.models import Person
from lti_app.portfolio.limits import EARLIEST, LATEST, NAME_CHARS, TITLE_CHARS
from lti_app.portfolio.models import FinalReport, Item, Portfolio, Presentation
from lti_app.portfolio.permissions import PERMISSIONS, Owned
from lti_app.portfolio.queries import is_closing_returned, progress_of
from lti_app.portfolio.service.held import own_item, own_portfolio
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.schemes.queries import document_of
from lti_app.web.typed import is_blank


def open_report(session: Session, actor: Actor, portfolio_id: uuid.UUID | None = None) -> Item:
    """The final report of the portfolio that the actor works on here, or of the one with this id, made once
    the requirements are met. Before: Conflict("not-open-yet").
    """
    portfolio = _own_portfolio(session, actor, portfolio_id)
    found = _item(session, portfolio.id, ItemKind.FINAL_REPORT)
    if found is not None:
        return found
    check_report_is_open(session, portfolio)
    return _added(session, FinalReport(institution_id=actor.institution_id, portfolio_id=portfolio.id))


def open_presentation(session: Session, actor: Actor, portfolio_id: uuid.UUID | None = None) -> Item:
    """The presentation, as `open_report`, made once the report is approved."""
    portfolio = _own_portfolio(session, actor, portfolio_id)
    found = _item(session, portfolio.id, ItemKind.PRESENTATION)
    if found is not None:
        return found
    check_presentation_is_open(session, portfolio)
    return _added(session, Presentation(institution_id=actor.institution_id, portfolio_id=portfolio.id))


def check_report_is_open(session: Session, portfolio: Portfolio) -> None:
    """Raise Conflict("not-open-yet") unless the approved activities meet the scheme."""
    if not progress_of(session, portfolio.id).met:
        raise Conflict("requirements not met", slug="not-open-yet")


def check_presentation_is_open(session: Session, portfolio: Portfolio) -> None:
    """Raise Conflict("not-open-yet") unless the report is approved and the scheme asks for a presentation."""
    report = _item(session, portfolio.id, ItemKind.FINAL_REPORT)
    is_asked = document_of(session, portfolio.scheme_version_id).presentation.required
    if not is_asked or report is None or report.state is not ItemState.APPROVED:
        raise Conflict("report not approved", slug="not-open-yet")


def change_presentation(
    session: Session,
    actor: Actor,
    item_id: uuid.UUID,
    *,
    form: str,
    title: str,
    held_on: date | None,
    version: int,
) -> Item:
    """Write how, what and when. Raises Conflict when it changed since `version`, unless it reads the same."""
    held = own_item(session, actor, item_id)
    item = held.item
    if item.kind is not ItemKind.PRESENTATION:
        raise NotFound("presentation")
    if (item.form, item.title, item.starts_on) == (form, title, held_on):
        return item
    held.check_changeable()
    held.check_unchanged(version, item.details_version)
    is_form = not form or held.document.presentation.form(form) is not None
    if not is_form or len(title) > TITLE_CHARS or (held_on and not EARLIEST <= held_on <= LATEST):
        raise Problem("bad-request", "presentation")
    item.form, item.title, item.starts_on = form, title, held_on
    held.note_change()
    item.details_version = item.version
    return item


def choose_printed_name(
    session: Session, actor: Actor, name: str, portfolio_id: uuid.UUID | None = None
) -> None:
    """The name to print on the certificate of the portfolio, as `open_report`.

    Raises Problem("bad-request") for none or more than 300 characters, Conflict("name-confirmed") once a
    teacher has confirmed another, and until the closing step is reopened: a new name is confirmed with it.
    """
    portfolio = _own_portfolio(session, actor, portfolio_id)
    if is_blank(name) or len(name) > NAME_CHARS:
        raise Problem("bad-request", "name")
    if portfolio.printed_name == name:
        return
    if portfolio.name_confirmed_at is not None and not is_closing_returned(session, portfolio):
        raise Conflict("confirmed", slug="name-confirmed")
    portfolio.name_confirmed_at = portfolio.name_confirmed_by_id = None
    portfolio.printed_name = name


def _own_portfolio(session: Session, actor: Actor, portfolio_id: uuid.UUID | None) -> Portfolio:
    """The actor's portfolio, locked, with a name to print if the platform told one since."""
    here = own_portfolio(session, actor, portfolio_id)
    if here is None:
        raise NotFound("portfolio")
    require(PERMISSIONS, "item.change", actor, Owned(here.institution_id, here.person_id, frozenset()))
    if not here.printed_name:
        here.printed_name = session.get_one(Person, here.person_id).name[:NAME_CHARS]
    return here


def _item(session: Session, portfolio_id: uuid.UUID, kind: ItemKind) -> Item | None:
    return session.scalars(
        select(Item).where(Item.portfolio_id == portfolio_id, Item.kind == kind)
    ).one_or_none()


def _added(session: Session, item: Item) -> Item:
    session.add(item)
    session.flush()
    return item
