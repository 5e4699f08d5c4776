"""A person's settings as Canvas keeps them, and the school's colours: what tools are told of how to look."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_app.demo.current import the_canvas
from lti_app.demo.world.courses import BRAND

from .visitor import Visitor, visitor

blueprint = Blueprint("profile", __name__)

LOCALES = {"en": "English", "sv": "Svenska", "nb": "Norsk", "de": "Deutsch"}
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@blueprint.app_context_processor
def everywhere() -> dict[str, object]:
    """For the page around a tool: what `lti.getPageSettings` answers."""
    return {"page_settings": _page_settings}


def _page_settings(who: Visitor | None) -> dict[str, object]:
    canvas = the_canvas()
    person = who.person if who else None
    brand_url = canvas.config.base_url + canvas.courses.account().brand_path
    return {
        "locale": person.locale if person else "en",
        "time_zone": person.timezone if person else "Etc/UTC",
        "use_high_contrast": bool(person and person.prefers_high_contrast),
        "active_brand_config_json_url": brand_url,
    }


@blueprint.get("/as/<login>/settings")
def page(login: str) -> str:
    """Her settings; an administrator's page also has the school's colours."""
    return render_template(
        "profile.html",
        who=visitor(login),
        locales=LOCALES,
        zones=sorted(available_timezones()),
        colours=BRAND | the_canvas().courses.account().brand,
        is_saved="saved" in request.args,
    )


@blueprint.post("/as/<login>/settings")
def save(login: str) -> BaseResponse:
    """Keep them; the next launch, and the next page around a tool, tell them."""
    who = visitor(login)
    locale, zone = request.form.get("locale", ""), request.form.get("timezone", "")
    if locale not in LOCALES or zone not in available_timezones():
        abort(400)
    the_canvas().people.change(
        who.person.id, locale=locale, timezone=zone, prefers_high_contrast="high_contrast" in request.form
    )
    return redirect(url_for("profile.page", login=login, saved=""))


@blueprint.post("/as/<login>/accounts/1/theme")
def paint(login: str) -> BaseResponse:
    """Change the school's colours, which gives them a new address: for administrators."""
    who = visitor(login)
    if not who.person.is_admin:
        abort(403)
    colours = {name: request.form.get(name, "") for name in BRAND}
    if not all(_COLOUR.fullmatch(value) for value in colours.values()):
        abort(400)
    the_canvas().courses.paint(colours)
    return redirect(url_for("profile.page", login=login, saved=""))


@blueprint.get("/dist/brandable_css/<folder>/variables-<fingerprint>.json")
def brand(folder: str, fingerprint: str) -> Response:
    """The school's colours, for anybody; only at the address that they have now."""
    account = the_canvas().courses.account()
    if account.brand_path != f"/dist/brandable_css/{folder}/variables-{fingerprint}.json":
        abort(404)
    return jsonify(account.brand)
