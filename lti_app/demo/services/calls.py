"""What every service call shares: the error bodies of Canvas, JSON in and out, pages with a Link header."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, request

T = TypeVar("T")

DEFAULT_PAGE_SIZE = 10
LARGEST_PAGE_SIZE = 100
NOT_FOUND_MESSAGE = "The specified resource does not exist."


class ServiceError(Exception):
    """A refusal: status and body as Canvas would answer. An empty body is a bare status line."""

    def __init__(self, status: int, body: dict[str, Any] | None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


def refused(status: int, message: str) -> ServiceError:
    """A refusal by a service, typed as Canvas types it."""
    kinds = {
        401: "unauthorized",
        412: "precondition_failed",
        422: "unprocessable_entity",
        504: "gateway_timeout",
    }
    return ServiceError(status, {"errors": {"type": kinds.get(status, "bad_request"), "message": message}})


def bare(status: int) -> ServiceError:
    """A refusal with an empty body."""
    return ServiceError(status, None)


def not_found() -> ServiceError:
    """A Rails-level 404."""
    return ServiceError(404, {"errors": [{"message": NOT_FOUND_MESSAGE}]})


def answer_refusal(error: ServiceError) -> Response:
    """The refusal as a response."""
    if error.body is None:
        return Response(status=error.status)
    return answer(error.body, "application/json", error.status)


def answer(body: Any, media_type: str, status: int = 200) -> Response:
    """A JSON response with the exact media type of the service."""
    return Response(
        json.dumps(body, ensure_ascii=False), status=status, content_type=f"{media_type}; charset=utf-8"
    )


def json_object() -> dict[str, Any]:
    """The request body as a JSON object; other media types count as an empty one, broken JSON is refused."""
    if not request.mimetype.endswith("json"):
        return {}
    try:
        body = json.loads(request.get_data(), parse_constant=_no_constant)
    except ValueError as error:
        raise refused(400, "There was a problem parsing the JSON body") from error
    if not isinstance(body, dict):
        raise refused(400, "The JSON body must be an object")
    return body


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def page_size(default: int = DEFAULT_PAGE_SIZE, largest: int = LARGEST_PAGE_SIZE) -> int:
    """The `limit` (or `per_page`) of the request within bounds; nonsense counts as the default."""
    asked = request.args.get("per_page") or request.args.get("limit") or ""
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 9) or int(asked) < 1:
        return default
    return min(int(asked), largest)


def page_of(items: Sequence[T], base_url: str, size: int) -> tuple[list[T], str]:
    """The requested page of the items and its Link header: current, next, prev, first, last."""
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and 0 < len(asked) < 9 else 1
    number = max(number, 1)
    last = max((len(items) + size - 1) // size, 1)
    kept = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in ("page", "per_page", "limit")
    ]

    def link(page: int, relation: str) -> str:
        query = urlencode([*kept, ("page", page), ("per_page", size)])
        return f'<{base_url}{request.path}?{query}>; rel="{relation}"'

    links = [link(number, "current")]
    if number < last:
        links.append(link(number + 1, "next"))
    if number > 1:
        links.append(link(number - 1, "prev"))
    links += [link(1, "first"), link(last, "last")]
    return list(items[(number - 1) * size : number * size]), ",".join(links)
