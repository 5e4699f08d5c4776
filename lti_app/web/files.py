"""Serving stored bytes so that they never get our origin's rights.

Every answer carries `nosniff`, a Content-Security-Policy that sandboxes it, and a Content-Disposition
(RFC 6266); only PDF and images may be shown inline. Byte ranges are answered (RFC 9110 §14). The public route
serves signed addresses; a room's own view calls `serve_stored` after it has checked who asks.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from lti_app.errors import NotFound
from lti_app.storage.models import StoredFile
from lti_app.web.context import parts, reading
from lti_app.web.headers import frame_ancestors
from lti_app.web.signed import read_signed

SHOWN_INLINE = frozenset({"application/pdf", "image/jpeg", "image/png"})

public = Blueprint("files", __name__)


def init_app(app: Flask) -> None:
    """Answer signed addresses."""
    app.register_blueprint(public)


@public.get("/f/<token>/<name>")
def signed_file(token: str, name: str) -> Response:
    """The file that a signed address names."""
    file_id = read_signed(parts().settings, token, name)
    with reading() as session:
        stored = session.get(StoredFile, file_id)
    if stored is None:
        raise NotFound("stored file")
    return serve_stored(stored, name, inline=False)


def serve_stored(stored: StoredFile, name: str, *, inline: bool) -> Response:
    """An answer with the stored bytes; `inline` is a wish, granted to PDF and images only.

    Raises NotFound when the store lacks them. Whoever knows that they were removed for good says so before.
    """
    try:
        body = parts().storage.open(stored.key)
    except FileNotFoundError as error:
        raise NotFound("the store lacks the bytes") from error
    response = Response(wrap_file(request.environ, body), mimetype=stored.media_type, direct_passthrough=True)
    response.call_on_close(body.close)
    response.content_length = stored.size_bytes
    response.set_etag(stored.sha256)
    response.headers["Content-Disposition"] = _disposition(
        "inline" if inline and stored.media_type in SHOWN_INLINE else "attachment", name
    )
    response.headers["Content-Security-Policy"] = f"sandbox; frame-ancestors {frame_ancestors()}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    try:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=stored.size_bytes)
    except RequestedRangeNotSatisfiable:
        body.close()
        whole = f"bytes */{stored.size_bytes}"
        return Response(status=416, headers={"Content-Range": whole}, mimetype="text/plain")
    return response


def serve_bytes(data: bytes, media_type: str, name: str) -> Response:
    """An answer with bytes that were made for it, shown inline; `media_type` is one that may be."""
    response = Response(data, mimetype=media_type)
    response.headers["Content-Disposition"] = _disposition("inline", name)
    response.headers["Content-Security-Policy"] = f"sandbox; frame-ancestors {frame_ancestors()}"
    return response


def _disposition(kind: str, name: str) -> str:
    """RFC 6266: a plain name for old readers, the true one in UTF-8 beside it when they differ."""
    plain = "".join(sign if " " <= sign <= "~" and sign not in '"\\%' else "_" for sign in name) or "file"
    if plain == name:
        return f'{kind}; filename="{plain}"'
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
