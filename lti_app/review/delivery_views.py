"""The Deliveries page: what was sent, what waits, what failed, and trying again."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.people.actors import require
from lti_app.review.deliveries import keep_grade, mark_arrived, overwrite_grade, send_again, send_all_again
from lti_app.review.delivery_queries import Filter, deliveries_for
from lti_app.review.permissions import PERMISSIONS, scope_of
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("deliveries", __name__)


@pages.get("/deliveries")
def overview() -> str:
    """The deliveries of the course, newest first; those that are not settled unless asked otherwise."""
    actor, after = current_actor(), request.args.get("after", "")
    require(PERMISSIONS, "see_deliveries", actor, scope_of(actor))
    with reading() as session:
        page = deliveries_for(session, scope_of(actor), shown=_shown(), after=after)
    again = request.args.get("again", type=int)
    return render_template("review/deliveries.html", page=page, shown=_shown(), after=after, again=again)


@pages.post("/deliveries/<uuid:delivery_id>/retry")
def retry(delivery_id: uuid.UUID) -> Response:
    """Send one again."""
    with writing() as session:
        send_again(session, current_actor(), delivery_id)
    return redirect(url_for("deliveries.overview", again=1), 303)


@pages.post("/deliveries/retry")
def retry_all() -> Response:
    """Send everything again that failed."""
    with writing() as session:
        number = send_all_again(session, current_actor())
    return redirect(url_for("deliveries.overview", again=number), 303)


@pages.post("/deliveries/<uuid:delivery_id>/arrived")
def arrived(delivery_id: uuid.UUID) -> Response:
    """Note that one arrived after all."""
    with writing() as session:
        mark_arrived(session, current_actor(), delivery_id)
    return redirect(url_for("deliveries.overview"), 303)


@pages.post("/deliveries/<uuid:delivery_id>/send-ours")
def send_ours(delivery_id: uuid.UUID) -> Response:
    """Overwrite a grade that was changed at the platform."""
    with writing() as session:
        overwrite_grade(session, current_actor(), delivery_id)
    return redirect(url_for("deliveries.overview"), 303)


@pages.post("/deliveries/<uuid:delivery_id>/keep-theirs")
def keep_theirs(delivery_id: uuid.UUID) -> Response:
    """Leave such a grade as it is."""
    with writing() as session:
        keep_grade(session, current_actor(), delivery_id)
    return redirect(url_for("deliveries.overview"), 303)


def _shown() -> Filter:
    word = request.args.get("show", "")
    return Filter(word) if word in set(Filter) else Filter.OPEN
