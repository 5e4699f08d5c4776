"""One item: its task list, the last look before submitting, submit, withdraw."""

from __future__ import annotations

import uuid

from flask import render_template, request
from werkzeug.wrappers import Response

from lti_app.errors import Conflict
from lti_app.i18n import page_words
from lti_app.portfolio import service
from lti_app.portfolio.service import Incomplete
from lti_app.portfolio.views.frame import (
    STALE,
    Answer,
    evidence_words,
    lacking,
    name_of,
    own_page,
    pages,
    to_item,
)
from lti_app.portfolio.wording import kind_name
from lti_app.schemes.wording import setting_name
from lti_app.web.context import current_actor, writing


@pages.get("/items/<uuid:item_id>")
def item(item_id: uuid.UUID) -> str:
    """The task list of an activity, a report or a presentation, and what can be done with it."""
    page = own_page(item_id)
    return render_template(
        "portfolio/item.html",
        page=page,
        name=name_of(page),
        kind=kind_name(page.row.kind, page_words()),
        setting=setting_name(page.row.setting, page_words()),
        lacks=lacking(page),
        evidence_rule=evidence_words(page),
        new_id=uuid.uuid4(),
        done=request.args.get("done", ""),
    )


@pages.get("/items/<uuid:item_id>/check")
def check(item_id: uuid.UUID) -> Answer:
    """Everything as it would be sent."""
    page = own_page(item_id)
    return _check_page(item_id) if page.may_change else to_item(item_id)


@pages.post("/items/<uuid:item_id>/submit")
def submit(item_id: uuid.UUID) -> Answer:
    """Submit what the check page showed. Twice is once."""
    try:
        with writing() as session:
            version = request.form.get("version", type=int)
            service.submit(session, current_actor(), item_id, version)
    except Incomplete:
        return _check_page(item_id), 422
    except Conflict as error:
        if error.slug != STALE or not own_page(item_id).may_change:
            raise
        return _check_page(item_id, is_changed=True), 409
    return to_item(item_id, "submitted")


@pages.post("/items/<uuid:item_id>/withdraw")
def withdraw(item_id: uuid.UUID) -> Response:
    """Make a submission that nobody has opened a draft again."""
    with writing() as session:
        service.withdraw(session, current_actor(), item_id)
    return to_item(item_id, "withdrawn")


def _check_page(item_id: uuid.UUID, *, is_changed: bool = False) -> str:
    page = own_page(item_id)
    return render_template(
        "portfolio/check.html",
        page=page,
        name=name_of(page),
        kind=kind_name(page.row.kind, page_words()),
        setting=setting_name(page.row.setting, page_words()),
        lacks=lacking(page),
        is_changed=is_changed,
    )
