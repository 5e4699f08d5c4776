"""Redirects that every launch takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


# All there are: Werkzeug would add a type, and look whether it is there.
_HEADERS = {"Content-Type": "text/html; charset=utf-8", "Content-Length": "0", "Cache-Control": "no-store"}


class _Redirect(Response):
    """A redirect that goes out as it is: an address of ASCII needs none of Werkzeug's rewriting."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        return self.headers


def redirect_to(address: str, status: int) -> Response:
    """A redirect that nobody keeps."""
    headers = _HEADERS | {"Location": address}
    return (_Redirect if address.isascii() else Response)(status=status, headers=headers)
