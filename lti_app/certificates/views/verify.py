"""The public pages: whoever has a code, a link or a file asks whether a certificate is genuine."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from lti_app.certificates import code as codes
from lti_app.certificates.judging import MOST_BYTES, judge_file
from lti_app.certificates.queries import public_view
from lti_app.certificates.sharing import shared_with
from lti_app.clock import now
from lti_app.errors import Problem
from lti_app.web.context import parts, reading
from lti_app.web.limits import WHOLE_SCHOOL, limiter, takes_any_address
from lti_app.web.typed import clean_line
from lti_app.web.uploads import file_in_memory

public = Blueprint("verify", __name__)

# A code has 60 bits: 3,000 questions a minute to each server, from however many addresses, find none.
_guessing = limiter.limit("60 per minute", name="verify", in_total="3000 per minute")


@public.get("/")
def front() -> Response:
    """Whoever comes without a course comes to verify a certificate."""
    return redirect(url_for("verify.ask"), 303)


@public.get("/verify")
@takes_any_address
@limiter.limit(WHOLE_SCHOOL)
def ask() -> Response:
    """Where a code is typed; one that was typed, or its address, is answered under its own address."""
    typed = request.args.get("code", "").strip()
    return _typed(typed) if typed else _public_page("certificates/verify.html")


@_guessing
def _typed(typed: str) -> Response:
    typed, token = codes.in_address(typed) or (typed, "")
    code = codes.normalised(typed)
    if code is None:
        return answer(typed)
    plain, lang = codes.grouped(code), request.args.get("lang")
    if token:
        return redirect(url_for("verify.shared", code=plain, token=token, lang=lang), 303)
    return redirect(url_for("verify.answer", code=plain, lang=lang), 303)


@public.post("/verify")
@limiter.limit("20 per minute", in_total="300 per minute")
def judge() -> Response:
    """What the tool says of a file. Its bytes stay in memory, and are forgotten with the answer."""
    try:
        sent = file_in_memory("file", MOST_BYTES)
    except (Problem, RequestEntityTooLarge) as error:
        if isinstance(error, Problem) and error.slug != "too-large":
            raise
        return _ask_again("too-large", 413)
    if not sent:
        chosen = request.files.get("file")
        return _ask_again("empty" if chosen and chosen.filename else "missing", 422)
    with reading() as session:
        judged = judge_file(session, parts().settings, sent)
    return _public_page("certificates/judged.html", judged=judged, grouped=codes.grouped, today=_today())


def _ask_again(wrong: str, status: int) -> Response:
    """The form, with what is wrong with the file beside it."""
    page = _public_page("certificates/verify.html", wrong_file=wrong, most_bytes=MOST_BYTES)
    page.status_code = status
    return page


@public.get("/verify/<code>")
@takes_any_address
@_guessing
def answer(code: str) -> Response:
    """What the tool says of one code. A malformed one goes the same way as an unknown one."""
    return _answer(code, "")


@public.get("/verify/<code>/<token>")
@takes_any_address
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
        is_link_dead=bool(token) and found is not None and shown is None and not found.is_erased,
        typed=clean_line(code)[: codes.LONGEST_TYPED],
        is_number=codes.is_number(code),
        length=codes.length_of(code),
        right_length=codes.CODE_LENGTH,
        grouped=codes.grouped,
        today=_today(),
    )
    response.status_code = 200 if found else 404
    return response


def _today() -> date:
    """The day where the tool issues certificates, by which they are dated, too."""
    return now().astimezone(ZoneInfo(parts().settings.time_zone)).date()


def _public_page(template: str, **values: object) -> Response:
    g.may_be_framed = False
    page = render_template(template, is_trial=parts().settings.development, **values)
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
