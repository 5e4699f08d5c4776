"""What every service of the platform shares: who may call, which media type, how a refusal looks, the log."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request

from .school import the_platform


class RefusedError(Exception):
    """A refusal: status and reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason


def answer_refusal(error: RefusedError) -> Response:
    """The refusal as Moodle writes it: the reason in a JSON object with the status."""
    return answer({"status": error.status, "reason": error.reason}, "application/json", error.status)


def answer(body: Any, media_type: str, status: int = 200) -> Response:
    """A JSON answer of exactly that media type."""
    return Response(json.dumps(body), status=status, content_type=f"{media_type}; charset=utf-8")


def note_call(response: Response) -> Response:
    """Write the call down."""
    platform = the_platform()
    platform.requests.note(request, response.status_code, platform.now())
    return response


def require_scope(scope: str) -> None:
    """Pass for a valid token with that scope; else 401."""
    platform = the_platform()
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    scopes, until = platform.tokens.get(token, (frozenset(), platform.now()))
    if kind != "Bearer" or until <= platform.now() or scope not in scopes:
        raise RefusedError(401, "Unauthorized")


def require(scope: str) -> None:
    """As `require_scope`, and 403 at an address of the gradebook without its query."""
    require_scope(scope)
    name, _, value = the_platform().shape.service_query.partition("=")
    if name and request.args.get(name, "") != value:
        raise RefusedError(403, "Which tool is this?")


def require_media_type(wanted: str) -> None:
    """The one right word in `Accept` of a GET, or in `Content-Type` of anything else: 400, or 406 and 415.

    A platform that is not exact about it takes `*/*` in `Accept`, and parameters.
    """
    is_get = request.method == "GET"
    said = request.headers.get("Accept" if is_get else "Content-Type", "")
    if said == wanted:
        return
    if the_platform().shape.is_exact_about_media_types:
        raise RefusedError(400, "No context or unsupported content type")
    if is_get and request.accept_mimetypes.best_match([wanted]) is None:
        raise RefusedError(406, "Not acceptable")
    if not is_get and request.mimetype != wanted:
        raise RefusedError(415, "Unsupported media type")


def json_object() -> dict[str, Any]:
    """The body as a JSON object; 400 for anything else."""
    try:
        body = json.loads(request.get_data())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise RefusedError(400, "The body is no JSON object")
    return body


def is_number(value: object) -> bool:
    """Whether this is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)
