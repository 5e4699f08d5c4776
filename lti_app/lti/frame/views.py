"""What a page in the frame asks for its look: the school's colours, and to keep what the platform told it."""

from __future__ import annotations

from flask import Response, request

from lti_app.lti.addresses import origin_of
from lti_app.lti.frame.brand import ask_for_brand, brand_of
from lti_app.lti.frame.colours import style_sheet
from lti_app.lti.frame.look import completed, look_of
from lti_app.people.actors import Actor
from lti_app.people.models import Platform
from lti_app.web.context import current_actor, current_launch, reading, writing
from lti_app.web.frame import frame_blueprint
from lti_app.web.sessions import save_look

_LONGEST = 2000
_KEPT_SECONDS = 3600

pages = frame_blueprint("look", __name__)


@pages.get("/brand.css")
def brand() -> Response:
    """The school's colours."""
    return brand_sheet(current_actor(), current_launch().look.brand_url)


def brand_sheet(actor: Actor, url: str) -> Response:
    """The colours at this address as far as they are known; the first who asks has them fetched for all."""
    if not url:
        return _sheet("")
    with reading() as session:
        found = brand_of(session, actor.platform_id, url)
    if found.is_due:
        with writing() as session:
            ask_for_brand(session, actor, url)
    return _sheet(style_sheet(found.palette), is_final=found.is_fetched)


@pages.post("/page-settings")
def settings() -> Response:
    """Keep what the page around the frame told of itself, where the launch had left it open."""
    launch = current_launch()
    names = ("time_zone", "high_contrast", "brand_url")
    told = {name: request.form.get(name, "")[:_LONGEST] for name in names}
    with writing() as session:
        auth_url = session.get_one(Platform, launch.actor.platform_id).auth_url
        shown = look_of(told, launch.frame_ancestors, origin_of(launch.return_url), auth_url)
        look = completed(launch.look, shown)
        save_look(session, launch.sid, look, launch.locale or request.form.get("locale", ""))
    return Response(status=204)


def _sheet(text: str, *, is_final: bool = False) -> Response:
    """A style sheet; one that is not final yet is asked for again with the next page."""
    response = Response(text, mimetype="text/css")
    if is_final:
        response.cache_control.private, response.cache_control.max_age = True, _KEPT_SECONDS
    else:
        response.cache_control.no_store = True
    return response
