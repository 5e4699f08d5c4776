"""Where the browser keeps no cookie of ours: its secret lies in the platform's page (LTI platform storage).

The login's page has the platform's frame keep the secret under the login's state, and goes on; the launch's
page asks for it and posts it back with the token, which has not been used up meanwhile. An answer counts only
if a page of ours posted it: a secret is known to whoever began that login, in whichever browser.
static/storage.js does the talking. Source: 1EdTech LTI OIDC Login with LTI Client Side postMessages 1.0, LTI
postMessage Storage 0.1 (docs/decisions/008-where-a-browser-keeps-its-secret.md).
"""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for

from lti_app.lti.addresses import origin_of
from lti_app.lti.launch.cookies import comes_from_our_own_page
from lti_app.lti.launch.logins import PendingLogin, StartedLogin

_ANSWER = "stored_secret"


def keeping_page(started: StartedLogin, target: str) -> Response:
    """A page that has the platform keep the secret, then goes on; it also holds both ways on as links."""
    return _page(
        "lti/keeping.html",
        origin=origin_of(started.authentication_url),
        target=target,
        key=_key(started.state),
        secret=started.browser_secret,
        onward=started.authentication_url,
        tab=url_for("lti.tab", state=started.state),
    )


def asking_page(login: PendingLogin, id_token: str) -> Response:
    """A page that asks the platform for the secret, and posts it back with the token."""
    return _page(
        "lti/asking.html",
        origin=origin_of(login.auth_url),
        target=login.storage_target,
        key=_key(login.state),
        state=login.state,
        id_token=id_token,
        answer=_ANSWER,
    )


def stored_secret() -> str | None:
    """What the platform kept, as our own page posts it; None when no page has asked yet.

    Empty when it kept nothing, and for what another site posts.
    """
    if _ANSWER not in request.form:
        return None
    return request.form[_ANSWER] if comes_from_our_own_page() else ""


def _key(state: str) -> str:
    return f"cim_{state}"


def _page(template: str, **values: str) -> Response:
    response = make_response(render_template(template, **values))
    response.headers["Cache-Control"] = "no-store"
    return response
