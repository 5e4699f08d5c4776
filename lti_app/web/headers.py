"""Headers of every answer: what may run in our pages, and who may frame them."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g

from lti_app.web.context import parts

# What a launch says is checked where it comes in; here nothing else can end or extend the directive.
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]*-]+")

_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),  # what may be kept says so itself
)


def csp_nonce() -> str:
    """This request's nonce for an inline script; the same for the whole request."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def init_app(app: Flask) -> None:
    """Add the headers to every answer, and the nonce to every template.

    A page whose form leads to a platform puts that origin, as `origin_of` gives it, into `g.form_origin`.
    """
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    there = {name.lower() for name, _ in headers}  # Werkzeug would look through all of them for each
    if "content-security-policy" not in there:
        headers.add("Content-Security-Policy", _policy())
    for name, value in _ALWAYS:
        if name.lower() not in there:
            headers.add(name, value)
    if "strict-transport-security" not in there and not parts().settings.development:
        headers.add("Strict-Transport-Security", "max-age=31536000")
    return response


def _policy() -> str:
    told = g.__dict__
    script = f"'self' 'nonce-{told['csp_nonce']}'" if "csp_nonce" in told else "'self'"
    targets = f"'self' {told['form_origin']}" if "form_origin" in told else "'self'"
    return (
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; frame-src 'self'; form-action {targets}; base-uri 'none'; "
        f"frame-ancestors {frame_ancestors()}"
    )


def frame_ancestors() -> str:
    """The origins that may frame this page: the launch's, else any secure one for a page without data.

    A launch that has just arrived puts its origins into `g.frame_ancestors`.
    """
    told = g.__dict__
    launch = told.get("launch")
    listed = launch.frame_ancestors if launch is not None else told.get("frame_ancestors")
    if listed is not None:
        named = (origin for origin in listed.split() if _ORIGIN.fullmatch(origin))
        return " ".join(["'self'", *named])
    if told.get("may_be_framed", True):
        return "https: http:" if parts().settings.development else "https:"
    return "'none'"
