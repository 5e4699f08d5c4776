"""The entrance's cookies: one per login, which shows that the browser is the same, and a mark that stays.

All are Partitioned: a browser that keeps cookies in frames at all keeps them apart for each site around the
frame. The mark says nothing but that it came back, so that a returning browser need not be looked at again
before its platform's single-use hint is spent (docs/decisions/008-where-a-browser-keeps-its-secret.md).
"""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request

from lti_app.lti.addresses import origin_of
from lti_app.lti.launch.logins import LOGIN_LIFETIME, StartedLogin
from lti_app.web.context import parts
from lti_app.web.cookies import sent_cookie, set_frame_cookie

_PATH = "/lti/"
_MARK = "cim_cookies"
_MARK_LIFETIME = timedelta(days=400)  # the longest that browsers allow


def keeps_cookies() -> bool:
    """Whether a mark of ours came along: this browser keeps our cookies where it is now."""
    return sent_cookie(_MARK) is not None


def set_mark(response: Response) -> None:
    """Leave the mark."""
    set_frame_cookie(response, _MARK, "1", path=_PATH, lifetime=_MARK_LIFETIME)


def set_state_cookie(response: Response, started: StartedLogin) -> None:
    """Give the browser the secret of its login, and the mark if it has none."""
    name = _state_name(started.state)
    set_frame_cookie(response, name, started.browser_secret, path=_PATH, lifetime=LOGIN_LIFETIME)
    if not keeps_cookies():
        set_mark(response)


def state_secret(state: str) -> str:
    """The secret that the browser shows for this login; empty for none."""
    return sent_cookie(_state_name(state)) or ""


def forget_state_cookie(response: Response, state: str) -> None:
    """Take a login's cookie away: it is over."""
    set_frame_cookie(response, _state_name(state), "", path=_PATH, lifetime=timedelta(0))


def comes_from_our_own_page() -> bool:
    """Whether a form was posted by a page of ours: browsers say so in Origin, and no page can change it."""
    return request.headers.get("Origin") == origin_of(parts().settings.public_url)


def _state_name(state: str) -> str:
    """Each login has a cookie of its own, so that two tabs cannot overwrite each other's."""
    return f"cim_login_{state}"
