"""The public pages: whoever has a code, a link or a file asks whether a certificate is genuine."""

from __future__ import annotations

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.certificates import code as codes
from lti_app.certificates.judging import MOST_BYTES, judge_file
from lti_app.certificates.queries import public_view
from lti_app.certificates.sharing import shared_with
from lti_app.web.context import parts, reading
from lti_app.web.limits import limiter
from lti_app.web.uploads import file_in_memory

public = Blueprint("verify", __name__)

# A code has 60 bits: whoever may ask 3,000 times a minute, from however many addresses, finds none.
_guessing = limiter.limit("60 per minute", name="verify", in_total="3000 per minute")


@public.get("/")
def front() -> Response:
    """Whoever comes without a course comes to verify a certificate."""
    return redirect(url_for("verify.ask"), 303)


@public.get("/verify")
@_guessing
def ask() -> Response:
    """Where a code is typed; one that was typed is answered under its own address."""
    typed = request.args.get("code", "").strip()
    if not typed:
        return _public_page("certificates/verify.html")
    code = codes.normalised(typed)
    if code is None:
        return answer(typed)
    return redirect(url_for("verify.answer", code=codes.grouped(code), lang=request.args.get("lang")), 303)


@public.post("/verify")
@limiter.limit("20 per minute", in_total="300 per minute")
def judge() -> Response:
    """What the tool says of a file. Its bytes stay in memory, and are forgotten with the answer."""
    sent = file_in_memory("file", MOST_BYTES)
    if not sent:
        page = _public_page("certificates/verify.html", is_file_missing=True)
        page.status_code = 422
        return page
    with reading() as session:
        judged = judge_file(session, parts().settings, sent)
    return _public_page("certificates/judged.html", judged=judged, grouped=codes.grouped)


@public.get("/verify/<code>")
@_guessing
def answer(code: str) -> Response:
    """What the tool says of one code. A malformed one goes the same way as an unknown one."""
    return _answer(code, "")


@public.get("/verify/<code>/<token>")
@_guessing
def shared(code: str, token: str) -> Response:
    """The same by a link that the holder handed out: with what the holder chose to show."""
    return _answer(code, token)


def _answer(code: str, token: str) -> Response:
    plain = codes.sought(code)
    with reading() as session:
        found = public_view(session, plain)
        shown = shared_with(session, plain, token) if found and token else None
    response = _public_page(
        "certificates/answer.html",
        found=found,
        shown=shown,
        is_link_dead=bool(token) and shown is None,
        typed=code[:64],
        grouped=codes.grouped,
    )
    response.status_code = 200 if found else 404
    return response


def _public_page(template: str, **values: object) -> Response:
    g.may_be_framed = False
    response = make_response(render_template(template, **values))
    response.headers["X-Robots-Tag"] = "noindex"
    return response
