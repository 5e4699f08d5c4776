"""Picking a type of activity: what each would be worth here, searched by words, in the four settings."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import render_template, request
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import Conflict
from lti_app.i18n import page_language, page_words
from lti_app.people.actors import require
from lti_app.portfolio.item_page import item_page
from lti_app.portfolio.permissions import PERMISSIONS
from lti_app.portfolio.queries import counted, items_of, portfolio_here
from lti_app.portfolio.records import ItemRow
from lti_app.portfolio.states import ItemState
from lti_app.portfolio.views.frame import pages
from lti_app.schemes import catalogue
from lti_app.schemes.asking import asking_of
from lti_app.schemes.choosing import Standing, Use, standings
from lti_app.schemes.choosing_wording import standing_sentences
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.queries import document_of, setup_of
from lti_app.schemes.requirements import Setting
from lti_app.schemes.wording import setting_name
from lti_app.web.context import current_actor, reading
from lti_app.web.typed import clean_line

OWN_ACTIVITY = "own_activity"
Group = tuple[str, list[tuple[Standing, tuple[str, ...]]]]


@dataclass(frozen=True)
class Choosing:
    """Who chooses: under which scheme and programme, beside which activities, for which activity if any."""

    document: SchemeDocument
    programme_code: str
    items: tuple[ItemRow, ...]
    item_id: uuid.UUID | None = None


@pages.get("/activities/new")
def pick() -> str:
    """The types to begin an activity with; `?show=useful` only those that bring the student further."""
    require(PERMISSIONS, "portfolio.begin", current_actor())
    with reading() as session:
        choosing = _choosing_here(session)
    return _picker(choosing)


@pages.get("/items/<uuid:item_id>/type")
def new_type(item_id: uuid.UUID) -> str:
    """The types to change an activity's to."""
    with reading() as session:
        page = item_page(session, current_actor(), item_id)
        others = (each for each in items_of(session, page.portfolio_id) if each.id != item_id)
        choosing = Choosing(page.document, page.programme_code, tuple(others), item_id)
    return _picker(choosing)


def _choosing_here(session: Session) -> Choosing:
    """What the course runs, or the reader's portfolio follows, and what she has."""
    actor = current_actor()
    setup = setup_of(session, actor.course_id) if actor.course_id else None
    if setup is None:
        raise Conflict("no set-up", slug="not-set-up")
    portfolio = portfolio_here(session, actor)
    if portfolio is None:
        return Choosing(document_of(session, setup.scheme_version_id), setup.programme_code, ())
    document = document_of(session, portfolio.scheme_version_id)
    return Choosing(document, portfolio.programme_code, items_of(session, portfolio.id))


def _picker(choosing: Choosing) -> str:
    query, chosen = clean_line(request.args.get("q"))[:100], request.args.get("setting", "")
    setting = chosen if chosen in set(Setting) else ""
    only_useful = request.args.get("show") == "useful"
    types = catalogue.search(query, setting=setting or None, locale=page_language())
    own = counted(each for each in choosing.items if each.state is not ItemState.DECLINED)
    found = standings(choosing.document, choosing.programme_code, types, own, now().date())
    taken = [each for each in found if each.use is not Use.REFUSED and (each.is_useful or not only_useful)]
    refused = [] if only_useful else [each for each in found if each.use is Use.REFUSED]
    return render_template(
        "portfolio/pick.html",
        document=choosing.document,
        item_id=choosing.item_id,
        query=query,
        setting=setting,
        only_useful=only_useful,
        settings=[(each.value, setting_name(each, page_words())) for each in Setting],
        groups=_groups(choosing, taken),
        refused=_told(choosing, refused),
        count=len(taken),
        own_activity=OWN_ACTIVITY if choosing.document.accepts(OWN_ACTIVITY, choosing.programme_code) else "",
    )


def _groups(choosing: Choosing, taken: list[Standing]) -> list[Group]:
    """The types by setting, and after them what mostly staff do."""
    students = [each for each in taken if each.kind.is_for_students]
    groups = [
        (setting_name(setting, page_words()), [each for each in students if each.kind.setting is setting])
        for setting in Setting
    ]
    staff = [each for each in taken if not each.kind.is_for_students]
    groups.append((page_words().gettext("Mostly done by staff"), staff))
    return [(heading, _told(choosing, group)) for heading, group in groups if group]


def _told(choosing: Choosing, group: list[Standing]) -> list[tuple[Standing, tuple[str, ...]]]:
    asking = asking_of(choosing.document, choosing.programme_code, page_words(), page_language())
    return [(each, standing_sentences(each, asking)) for each in group]
