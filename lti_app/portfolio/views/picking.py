"""Picking a type of activity: all that count here, searched by words, in the four settings."""

from __future__ import annotations

import uuid

from flask import render_template, request

from lti_app.errors import Conflict
from lti_app.people.actors import require
from lti_app.portfolio.permissions import PERMISSIONS
from lti_app.portfolio.queries import items_of, portfolio_here
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.portfolio.views.frame import language, own_page, pages, words
from lti_app.schemes import catalogue
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.queries import document_of, setup_of
from lti_app.schemes.requirements import Setting
from lti_app.schemes.wording import setting_name
from lti_app.web.context import current_actor, reading
from lti_app.web.typed import clean_line


@pages.get("/activities/new")
def pick() -> str:
    """The types to begin an activity with."""
    document, approved = _scheme_here()
    return _picker(document, approved, None)


@pages.get("/items/<uuid:item_id>/type")
def new_type(item_id: uuid.UUID) -> str:
    """The types to change an activity's to."""
    page = own_page(item_id)
    return _picker(page.document, frozenset(), item_id)


def _scheme_here() -> tuple[SchemeDocument, frozenset[str]]:
    """What the course runs, and the types of the reader's approved activities."""
    actor = current_actor()
    require(PERMISSIONS, "portfolio.begin", actor)
    with reading() as session:
        setup = setup_of(session, actor.course_id) if actor.course_id else None
        if setup is None:
            raise Conflict("no set-up", slug="not-set-up")
        portfolio = portfolio_here(session, actor)
        version_id = portfolio.scheme_version_id if portfolio else setup.scheme_version_id
        items = items_of(session, portfolio.id) if portfolio else ()
        approved = (each for each in items if each.state is ItemState.APPROVED)
        types = frozenset(each.type_code for each in approved if each.kind is ItemKind.ACTIVITY)
        return document_of(session, version_id), types


def _picker(document: SchemeDocument, approved: frozenset[str], item_id: uuid.UUID | None) -> str:
    query, chosen = clean_line(request.args.get("q"))[:100], request.args.get("setting", "")
    setting = chosen if chosen in set(Setting) else None
    found = catalogue.search(query, setting=setting, locale=language(), scheme=document)
    return render_template(
        "portfolio/pick.html",
        document=document,
        approved=approved,
        item_id=item_id,
        query=query,
        setting=setting or "",
        settings=[(each.value, setting_name(each, words())) for each in Setting],
        groups=[(setting_name(key, words()), types) for key, types in catalogue.by_setting(found).items()],
        count=len(found),
    )
