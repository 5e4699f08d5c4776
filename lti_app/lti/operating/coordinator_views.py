"""The operator's page of coordinators: who is one, finding somebody, granting, revoking.

People are searched for by a posted form, so that no name or address stands in an address of a page.
"""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.errors import Problem
from lti_app.lti.operating.coordinators import (
    MOST_FOUND,
    PersonRow,
    coordinators,
    grant_to,
    revoke_from,
    search_people,
)
from lti_app.lti.operating.forms import SearchForm
from lti_app.lti.operating.queries import institutions
from lti_app.web.admin import operator_blueprint
from lti_app.web.context import reading, writing

pages = operator_blueprint("coordination", __name__)

Answer = str | tuple[str, int]


@pages.get("/coordinators")
def overview() -> Answer:
    """Everybody who coordinates because an operator said so."""
    return _page(SearchForm())


@pages.get("/coordinators/search")
def back_to_overview() -> Response:
    """Where the address of a search leads when a browser opens it again."""
    return redirect(url_for("coordination.overview"), 303)


@pages.post("/coordinators/search")
def search() -> Answer:
    """The same page, with those who were found."""
    return _page(SearchForm(request.form))


@pages.post("/coordinators/<any(grant, revoke):act>")
def change(act: str) -> Response:
    """Give somebody the role, or take it back."""
    institution_id, person_id = _posted_id("institution_id"), _posted_id("person_id")
    with writing() as session:
        (grant_to if act == "grant" else revoke_from)(session, institution_id, person_id)
    return redirect(url_for("coordination.overview", done=act), 303)


def _page(form: SearchForm) -> Answer:
    found: list[PersonRow] | None = None
    with reading() as session:
        form.offering([(str(each), name) for each, name in institutions(session)])
        if request.method == "POST" and form.validate():
            found = search_people(session, uuid.UUID(form.institution.data), form.term.data)
        rows = coordinators(session)
    page = render_template(
        "operator/coordinators.html",
        rows=rows,
        form=form,
        found=found,
        most=MOST_FOUND,
        done=request.args.get("done", ""),
    )
    return (page, 422) if form.errors else page


def _posted_id(name: str) -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get(name, ""))
    except ValueError:
        raise Problem("bad-request", f"{name} is no id") from None
