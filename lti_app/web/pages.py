"""What every template can use, and the few pages that belong to no other room: health, icon, language."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.units import format_unit
from flask import Blueprint, Flask, Response, current_app, g, redirect, request, url_for
from flask_babel import get_locale
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from lti_app import migrations
from lti_app.clock import now, zone_named
from lti_app.days import DAY, day_in, span_in
from lti_app.errors import Problem
from lti_app.figures import in_figures
from lti_app.i18n import LANGUAGES, page_language
from lti_app.jobs.queue import open_queue
from lti_app.people.roles import page_role
from lti_app.web.context import current_launch, parts, writing
from lti_app.web.frame import frame_blueprint
from lti_app.web.sessions import save_language

public = Blueprint("public", __name__)
pages = frame_blueprint("web", __name__)


def init_app(app: Flask) -> None:
    """Register the pages, the guards and the template names."""
    app.register_blueprint(public)
    app.register_blueprint(pages)
    app.context_processor(_template_names)
    app.jinja_env.filters["day"] = spelled_day
    app.jinja_env.filters["span"] = spelled_span
    app.jinja_env.filters["brief_day"] = brief_day
    app.jinja_env.filters["moment"] = spelled_moment
    app.jinja_env.filters["clock"] = spelled_clock
    app.jinja_env.filters["size"] = spelled_size
    app.jinja_env.filters["number"] = spelled_number


def spelled_day(day: date | None) -> str:
    """A day in words of the page's language, a moment's in the person's time zone; empty for none."""
    if day is None:
        return ""
    seen = _as_seen(day).date() if isinstance(day, datetime) else day
    return day_in(seen, get_locale().language)


def spelled_span(first: date | None, last: date | None) -> str:
    """From one day to another in words of the page's language; a single day as one, empty for none."""
    return span_in(first, last, get_locale().language)


def brief_day(moment: datetime) -> str:
    """A moment's day where there is little room: without the year in this one, else with a short month."""
    seen = _as_seen(moment)
    pattern = "d MMMM" if seen.year == _as_seen(now()).year else "d MMM y"
    return format_date(seen, pattern, locale=get_locale())


def spelled_moment(moment: datetime | None) -> str:
    """A day and time in words of the page's language and in the person's time zone; empty for none."""
    return format_datetime(_as_seen(moment), f"{DAY}, HH:mm", locale=get_locale()) if moment else ""


def spelled_clock(moment: datetime) -> str:
    """A moment's hour and minute in the person's time zone, for one that is near."""
    return format_datetime(_as_seen(moment), "HH:mm", locale=get_locale())


def spelled_number(number: Decimal) -> str:
    """A number with at most four decimals, none of them a final zero, as the page's language writes it."""
    return in_figures(round(number, 4), page_language())


def spelled_size(size_bytes: int) -> str:
    """A file's size with its unit, such as `1.5 MB`, in figures of the page's language."""
    for unit, bytes_each in (("megabyte", 1_000_000), ("kilobyte", 1_000)):
        if size_bytes >= bytes_each:
            return format_unit(round(size_bytes / bytes_each, 1), unit, "short", locale=get_locale())
    return format_unit(size_bytes, "byte", "long", locale=get_locale())


def _as_seen(moment: datetime) -> datetime:
    """The moment on the clock of whoever reads the page, or on the tool's own."""
    launch = g.get("launch")
    zone = zone_named(launch.look.time_zone) if launch else None
    return moment.astimezone(zone or ZoneInfo(parts().settings.time_zone))


def _template_names() -> dict[str, Any]:
    launch = g.get("launch")
    return {
        "launch": launch,
        "language": page_language(),
        "has_high_contrast": launch is not None and launch.look.contrast == "high",
        "page_role": page_role(launch.actor.roles) if launch else None,
        "csrf_field": _csrf_field,
        "address_here": _address_here,
        "address_in": _address_in,
    }


def _address_here() -> str:
    """Where to come back to once the language is chosen: this page, or the one whose form led here."""
    query = request.query_string.decode("ascii", "ignore")
    adapter = current_app.create_url_adapter(request)
    above = request.path.rpartition("/")[0]
    for path in (request.path, above):
        if adapter and adapter.test(path, "GET"):
            return f"{path}?{query}" if query else path
    return ""


def _address_in(language: str) -> str:
    """The address of this page in a language, for pages without a session that could keep one."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*asked, ('lang', language)])}"


def _csrf_field() -> Markup:
    """The hidden field every form under /l/ carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(current_launch().csrf_token)


@public.get("/healthz")
def healthz() -> Response:
    """Alive: the process answers."""
    return Response("ok\n", mimetype="text/plain")


@public.get("/readyz")
def readyz() -> Response:
    """Ready: database migrated and reachable, storage writable, queue usable."""
    try:
        if not migrations.is_current(parts().db.engine):
            raise Problem("not-ready", "database not migrated")
        parts().storage.check()
        with closing(open_queue(parts().settings.queue_url)) as queue:
            queue.check()
    except Problem:
        raise
    except Exception as error:
        raise Problem("not-ready", type(error).__name__) from error
    return Response("ready\n", mimetype="text/plain")


@public.get("/favicon.ico")
def favicon() -> AnyResponse:
    """The icon, where a browser asks for it by itself: beside a PDF or JSON, which cannot name their own."""
    return current_app.send_static_file("icon.svg")


@pages.post("/language")
def language() -> AnyResponse:
    """Keep the language chosen, and go back to the page it was chosen on."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise Problem("bad-request", "unknown language")
    with writing() as session:
        save_language(session, current_launch().actor.person_id, chosen)
    return redirect(_page_of_this_launch(request.form.get("back", "")), 303)


def _page_of_this_launch(path: str) -> str:
    """`path`, with its query, when it is a page of this launch that exists, else the landing page: never
    another site.
    """
    path, _, query = path.partition("?")
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, values = adapter.match(path, method="GET") if adapter else ("", {})
    except HTTPException:
        return url_for("home.landing")
    if values.get("sid") != current_launch().sid:
        return url_for("home.landing")
    return url_for(endpoint, **values) + (f"?{urlencode(parse_qsl(query))}" if query else "")
