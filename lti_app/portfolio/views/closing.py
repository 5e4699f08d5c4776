"""The closing steps: opening report and presentation, the presentation's form, the name to print."""

from __future__ import annotations

import uuid

from flask import render_template, request
from werkzeug.wrappers import Response

from lti_app.errors import Conflict, NotFound
from lti_app.i18n import page_language
from lti_app.portfolio import service
from lti_app.portfolio.forms import NameForm, PresentationForm
from lti_app.portfolio.item_page import ItemPage
from lti_app.portfolio.states import ItemKind
from lti_app.portfolio.views.frame import Answer, conflict_page, own_page, pages, to_item, version_read
from lti_app.web.context import current_actor, writing


@pages.post("/report")
def open_report() -> Response:
    """Begin the final report, or go on with it."""
    with writing() as session:
        item = service.open_report(session, current_actor(), _portfolio_meant())
    return to_item(item.id)


@pages.post("/presentation")
def open_presentation() -> Response:
    """Begin the presentation, or go on with it."""
    with writing() as session:
        item = service.open_presentation(session, current_actor(), _portfolio_meant())
    return to_item(item.id)


@pages.get("/items/<uuid:item_id>/presentation")
def presentation(item_id: uuid.UUID) -> Answer:
    """How, what and when."""
    page = _presentation(item_id)
    if not page.may_change:
        return to_item(item_id)
    form = PresentationForm(data=_kept(page)).offering(page.document.presentation, page_language())
    return _presentation_page(page, form)


@pages.post("/items/<uuid:item_id>/presentation")
def change_presentation(item_id: uuid.UUID) -> Answer:
    """Save it."""
    page = _presentation(item_id)
    form = PresentationForm(request.form).offering(page.document.presentation, page_language())
    if not form.validate():
        return _presentation_page(page, form), 422
    wanted = {"form": form.form.data or "", "title": form.title.data, "held_on": form.held_on.data}
    try:
        with writing() as session:
            service.change_presentation(
                session, current_actor(), item_id, **wanted, version=version_read(page)
            )
    except Conflict as error:
        names = {"": "", **form.form.choices}
        kept = {key: names.get(str(value), str(value or "")) for key, value in _kept(page).items()}
        mine = {
            each.name: (str(each.label.text), names.get(str(each.data), str(each.data or "")))
            for each in form
        }
        return conflict_page(error, page, kept, mine)
    return to_item(item_id, "saved")


@pages.get("/items/<uuid:item_id>/name")
def name(item_id: uuid.UUID) -> Answer:
    """The name to print."""
    page = _closing(item_id)
    return render_template("portfolio/name.html", page=page, form=NameForm(data={"name": page.printed_name}))


@pages.post("/items/<uuid:item_id>/name")
def choose_name(item_id: uuid.UUID) -> Answer:
    """Keep the name to print."""
    page, form = _closing(item_id), NameForm(request.form)
    if not form.validate():
        return render_template("portfolio/name.html", page=page, form=form), 422
    with writing() as session:
        service.choose_printed_name(session, current_actor(), form.name.data, page.portfolio_id)
    return to_item(item_id, "saved")


def _portfolio_meant() -> uuid.UUID | None:
    """The portfolio whose page the button was on; without one, that which the student works on here."""
    return request.form.get("portfolio", type=uuid.UUID)


def _presentation(item_id: uuid.UUID) -> ItemPage:
    page = own_page(item_id)
    if page.row.kind is not ItemKind.PRESENTATION:
        raise NotFound("presentation")
    return page


def _presentation_page(page: ItemPage, form: PresentationForm) -> str:
    return render_template("portfolio/presentation.html", page=page, version=version_read(page), form=form)


def _closing(item_id: uuid.UUID) -> ItemPage:
    page = own_page(item_id)
    if page.row.kind is ItemKind.ACTIVITY:
        raise NotFound("closing step")
    return page


def _kept(page: ItemPage) -> dict[str, object]:
    return {"form": page.row.form, "title": page.row.title, "held_on": page.row.starts_on}
