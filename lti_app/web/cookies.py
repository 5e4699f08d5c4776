"""Cookies that live in the platform's frame: Partitioned, so that browsers keep them apart for each site.

Written and read here and not by Werkzeug, which quotes what these can never hold, and takes apart whatever
else came along. Source: RFC 6265bis §4.1, CHIPS.
"""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Response, request

_WORD = re.compile(r"[A-Za-z0-9_-]*")


def set_frame_cookie(response: Response, name: str, value: str, *, path: str, lifetime: timedelta) -> None:
    """Set a cookie for one path in this frame; no lifetime takes it away. Name and value need no quoting."""
    if not (_WORD.fullmatch(name) and _WORD.fullmatch(value)):
        raise ValueError("a frame's cookie holds letters, digits, - and _ only")
    seconds = int(lifetime.total_seconds())
    ends = f"Max-Age={seconds}" if seconds else "Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0"
    kept = f"{ends}; Secure; HttpOnly; Path={path}; SameSite=None; Partitioned"
    response.headers.add("Set-Cookie", f"{name}={value}; {kept}")


def sent_cookie(name: str) -> str | None:
    """The first cookie of that name that the browser sent, as it stands; None for none."""
    for each in request.environ.get("HTTP_COOKIE", "").split(";"):
        found, _, value = each.strip().partition("=")
        if found == name:
            return str(value)
    return None
