"""Every refusal and failure as a page for a person: what happened, what to do, a reference for the log."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit, urlunsplit

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, TooManyRequests

from lti_app.errors import KINDS, Problem, trace_of
from lti_app.i18n import page_language, translator
from lti_app.web.operators import PREFIX
from lti_app.web.uploads import TextTooLong

_LOG = structlog.get_logger("cim.web")
# The database cannot be reached, or is busier than anybody can wait for.
_UNREACHABLE = (OperationalError, InterfaceError, NoConnectionFree)
_BY_STATUS = {
    400: "bad-request",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    429: "too-many-requests",
}


@dataclass(frozen=True)
class Refusal:
    """The problem that this request was answered with; it lies in `g.refusal`."""

    slug: str
    reference: str


@dataclass(frozen=True)
class InOther:
    """What a problem is called, and what to do about it, in another language than the page's; `gettext`
    translates what else a page has to say.
    """

    language: str
    name: str
    title: str
    advice: str
    gettext: Callable[[str], str]


def init_app(app: Flask) -> None:
    """Answer every exception by a page; nothing a person or platform sends ends in a bare 500."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failure)


def problem_page(
    slug: str,
    detail: str = "",
    return_url: str = "",
    *,
    template: str = "errors/problem.html",
    **values: object,
) -> Response:
    """The page for one kind of problem, logged under its reference, with the way back if it is known.

    A room that has more to say gives a template of its own, which extends this one, and its values.
    """
    reference = _new_reference()
    _LOG.warning("refused", slug=slug, reference=reference, detail=detail, path=_logged_path())
    return _page(slug, reference, return_url, template, values)


def _new_reference() -> str:
    """What a person reads out to the administrator, who finds it in the log."""
    return secrets.token_hex(4).upper()


def _page(
    slug: str,
    reference: str,
    return_url: str = "",
    template: str = "errors/problem.html",
    values: Mapping[str, object] = MappingProxyType({}),
) -> Response:
    kind = KINDS[slug]
    g.refusal = Refusal(slug, reference)
    back = _with_message(return_url, gettext(kind.title), f"{slug} {reference}") if return_url else ""
    is_operators = f"{request.path}/".startswith(f"{PREFIX}/")
    advice = (is_operators and kind.for_operator) or kind.advice
    page = render_template(
        template,
        slug=slug,
        kind=kind,
        advice=advice,
        reference=reference,
        back=back,
        is_operators=is_operators,
        other=_in_the_other(kind.title, advice),
        **values,
    )
    response = make_response(page, kind.status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _in_the_other(title: str, advice: str) -> InOther:
    """The same in the language that the page is not in: its reader has had no chance to choose one."""
    language = "en" if page_language() == "sv" else "sv"
    words = translator(language)
    name = "English" if language == "en" else "Svenska"
    return InOther(language, name, words(title), words(advice), words)


def _problem(error: Problem) -> Response:
    return problem_page(error.slug, error.detail, error.return_url)


def _http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # a redirect that routing asked for
    slug = "text-too-long" if isinstance(error, TextTooLong) else _BY_STATUS.get(error.code or 500)
    if slug is None:
        slug = "bad-request" if (error.code or 500) < 500 else "server-error"
    response = problem_page(slug, type(error).__name__)
    if error.code is not None and 400 <= error.code < 500:
        response.status_code = error.code
    if isinstance(error, TooManyRequests) and isinstance(error.retry_after, int):
        response.headers["Retry-After"] = str(error.retry_after)
    if error.code == 405:
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or []))
    return response


def _failure(error: Exception) -> Response:
    reference = _new_reference()
    slug = "not-ready" if isinstance(error, _UNREACHABLE) else "server-error"
    _LOG.error("failed", slug=slug, reference=reference, path=_logged_path(), trace=trace_of(error))
    return _page(slug, reference)


def _with_message(return_url: str, message: str, log: str) -> str:
    """The platform's return address with what it may show there, and log (LTI 1.3 core §5.4.4)."""
    parts = urlsplit(return_url)
    query = f"{parts.query}&" if parts.query else ""
    told = {"lti_errormsg": message, "lti_errorlog": log}
    return urlunsplit(parts._replace(query=query + urlencode(told)))


def _logged_path() -> str:
    """The route, not the address: addresses carry session ids and signed tokens."""
    return request.url_rule.rule if request.url_rule else "(no route)"
