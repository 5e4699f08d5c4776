"""What and when: a new activity, changing one, copying and deleting."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.errors import Conflict, NotFound
from lti_app.i18n import page_language, page_words
from lti_app.people.actors import require
from lti_app.portfolio import service
from lti_app.portfolio.forms import DetailsForm, Typed, details_form
from lti_app.portfolio.item_page import ItemPage
from lti_app.portfolio.permissions import PERMISSIONS
from lti_app.portfolio.queries import portfolio_here
from lti_app.portfolio.service import Details
from lti_app.portfolio.states import ItemKind
from lti_app.portfolio.views.frame import (
    Answer,
    conflict_page,
    name_of,
    own_page,
    pages,
    to_item,
    version_read,
)
from lti_app.schemes.catalogue import activity_types
from lti_app.schemes.wording import setting_name
from lti_app.web.context import current_actor, parts, reading, writing


@pages.get("/activities/new/<type_code>")
def new(type_code: str) -> str:
    """The empty form for an activity of this type. It carries the activity's id, so that it is made once, and
    the portfolio's, in case the student goes to another meanwhile.
    """
    require(PERMISSIONS, "portfolio.begin", current_actor())
    with reading() as session:
        here = portfolio_here(session, current_actor())
    form = details_form(type_code, page_language())
    return _form_page(form, type_code, new_id=uuid.uuid4(), portfolio_id=here.id if here else None)


@pages.post("/activities/new/<type_code>")
def add(type_code: str) -> Answer:
    """Make the activity."""
    form = details_form(type_code, page_language(), request.form)
    new_id = _uuid(request.form.get("new_id", ""))
    portfolio_id = request.form.get("portfolio", type=uuid.UUID)
    if not form.validate():
        return _form_page(form, type_code, new_id=new_id, portfolio_id=portfolio_id), 422
    with writing() as session:
        item = service.add_activity(
            session, current_actor(), type_code, form.details(), item_id=new_id, portfolio_id=portfolio_id
        )
    return to_item(item.id, "saved")


@pages.get("/items/<uuid:item_id>/details")
def details(item_id: uuid.UUID) -> Answer:
    """The form as it was saved; `?type=` shows it for another type."""
    page = _activity(item_id)
    if not page.may_change:
        return to_item(item_id)
    type_code = request.args.get("type") or page.row.type_code
    form = details_form(type_code, page_language(), details=_kept(page))
    return _form_page(form, type_code, page=page)


@pages.post("/items/<uuid:item_id>/details")
def change(item_id: uuid.UUID) -> Answer:
    """Save what and when."""
    page = _activity(item_id)
    type_code = request.form.get("type_code") or page.row.type_code
    form = details_form(type_code, page_language(), request.form)
    if not form.validate():
        return _form_page(form, type_code, page=page), 422
    try:
        with writing() as session:
            service.change_activity(
                session, current_actor(), item_id, form.details(), version_read(page), type_code=type_code
            )
    except Conflict as error:
        kept = details_form(type_code, page_language(), details=_kept(page))
        mine = {each.name: (str(each.label.text), _written(each)) for each in form}
        return conflict_page(error, page, {each.name: _written(each) for each in kept}, mine)
    return to_item(item_id, "saved")


@pages.get("/items/<uuid:item_id>/delete")
def confirm_delete(item_id: uuid.UUID) -> Answer:
    """Ask before a draft is deleted."""
    page = _activity(item_id)
    if not page.may_discard:
        return to_item(item_id)
    return render_template("portfolio/delete.html", page=page, name=name_of(page))


@pages.post("/portfolios/<uuid:portfolio_id>/items/<uuid:item_id>/delete")
def delete(portfolio_id: uuid.UUID, item_id: uuid.UUID) -> Response:
    """Delete a draft. The second of two clicks finds it gone, which is as well."""
    with writing() as session:
        service.discard_activity(session, parts().storage, current_actor(), portfolio_id, item_id)
    return redirect(url_for("home.landing", done="deleted"), 303)


@pages.post("/items/<uuid:item_id>/copy")
def copy(item_id: uuid.UUID) -> Response:
    """Begin a new activity like this one."""
    new_id = _uuid(request.form.get("new_id", ""))
    with writing() as session:
        item = service.copy_activity(session, current_actor(), item_id, new_id=new_id)
    return to_item(item.id, "copied")


def _form_page(
    form: DetailsForm,
    type_code: str,
    *,
    page: ItemPage | None = None,
    new_id: uuid.UUID | None = None,
    portfolio_id: uuid.UUID | None = None,
) -> str:
    kind = activity_types().get(type_code)
    if kind is None:
        raise NotFound("activity type")
    return render_template(
        "portfolio/details.html",
        form=form,
        kind=kind,
        setting=setting_name(kind.setting, page_words()),
        page=page,
        version=version_read(page) if page else None,
        new_id=new_id,
        portfolio_id=portfolio_id,
    )


def _activity(item_id: uuid.UUID) -> ItemPage:
    page = own_page(item_id)
    if page.row.kind is not ItemKind.ACTIVITY:
        raise NotFound("activity")
    return page


def _kept(page: ItemPage) -> Details:
    row = page.row
    return Details(row.title, row.starts_on, row.ends_on, row.attributes)


def _written(field: object) -> str:
    """A field's value as a person reads it: the label of a choice."""
    if isinstance(field, Typed):
        return field.shown
    data = getattr(field, "data", None)
    return str(data) if data else ""


def _uuid(raw: str) -> uuid.UUID:
    """The id that a form was given; a fresh one when it was lost on the way."""
    try:
        return uuid.UUID(raw)
    except ValueError:
        return uuid.uuid4()
