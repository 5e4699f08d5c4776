"""Line items (Assignment and Grade Services 2.0 §3.2) as these platforms do them.

Moodle pages only if it is asked to (`limit`), and then by a Link header that is escaped as HTML and has curly
quotes in it. Open edX takes only whole maximums and deletes nothing.
"""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from .school import AGS, Column, PlainPlatform, the_platform
from .wire import RefusedError, answer, is_number, json_object, require, require_media_type

ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
CONTAINER_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCOPE = f"{AGS}lineitem"


def listed() -> Response:
    """The columns that the filters leave."""
    require(SCOPE)
    require_media_type(CONTAINER_TYPE)
    platform = the_platform()
    wanted = {name: request.args[name] for name in ("resource_id", "tag") if name in request.args}
    found = [
        column
        for column in platform.columns.values()
        if all(getattr(column, name) == value for name, value in wanted.items())
    ]
    limit, start = request.args.get("limit", 0, type=int), request.args.get("from", 0, type=int)
    page = found[start : start + limit] if limit > 0 else found
    response = answer([_shown(platform, column) for column in page], CONTAINER_TYPE)
    if limit > 0:
        response.headers["Link"] = _links(platform, wanted, limit, start, len(found))
    return response


def _links(platform: PlainPlatform, wanted: dict[str, str], limit: int, start: int, total: int) -> str:
    def link(relation: str, position: int) -> str:
        query = urlencode({**wanted, "type_id": 1, "limit": limit, "from": position})
        address = f"{platform.url(platform.shape.paths.line_items)}?{query}"
        return f"<{html.escape(address)}>; rel=“{relation}”"

    links = [link("first", 0), link("canonical", start)]
    if start + limit < total:
        links.append(link("next", start + limit))
    header = ", ".join([*links, link("last", max(total - limit + 1, 0))])
    return header.encode("utf-8").decode("latin-1")  # UTF-8 on the wire, as PHP sends it


def made() -> Response:
    """A new column; `scoreMaximum` and `label` are needed, on Open edX `resourceId` too."""
    require(SCOPE)
    require_media_type(ITEM_TYPE)
    platform = the_platform()
    with platform.lock:
        column = _read(platform, max(platform.columns, default=9) + 1, json_object())
        platform.columns[column.id] = column
    return answer(_shown(platform, column), ITEM_TYPE, 201)


def shown(column_id: int) -> Response:
    """One column."""
    require(SCOPE)
    require_media_type(ITEM_TYPE)
    return answer(_shown(the_platform(), column_of(column_id)), ITEM_TYPE)


def changed(column_id: int) -> Response:
    """Another label or maximum."""
    require(SCOPE)
    require_media_type(ITEM_TYPE)
    platform = the_platform()
    column_of(column_id)
    platform.columns[column_id] = _read(platform, column_id, json_object())
    return answer(_shown(platform, platform.columns[column_id]), ITEM_TYPE)


def deleted(column_id: int) -> Response:
    """Delete it with its grades, where that is offered."""
    require(SCOPE)
    platform = the_platform()
    if not platform.shape.offers_delete:
        raise RefusedError(403, "You do not have permission to perform this action.")
    column_of(column_id)
    with platform.lock:
        del platform.columns[column_id]
        platform.grades = {key: grade for key, grade in platform.grades.items() if key[0] != column_id}
    return Response(status=204)


def column_of(column_id: int) -> Column:
    """The column; 404 when there is none."""
    column = the_platform().columns.get(column_id)
    if column is None:
        raise RefusedError(404, f"Not Found: Grade item {column_id} doesn't exist.")
    return column


def _read(platform: PlainPlatform, column_id: int, body: dict[str, Any]) -> Column:
    label, maximum = body.get("label"), body.get("scoreMaximum")
    if not isinstance(label, str) or not label or not is_number(maximum):
        raise RefusedError(400, "No label or Score Maximum")
    if platform.shape.takes_whole_maximum_only and not isinstance(maximum, int):
        raise RefusedError(400, "scoreMaximum: A valid integer is required.")
    if platform.shape.takes_whole_maximum_only and not body.get("resourceId"):
        raise RefusedError(400, "resourceId: This field is required.")
    resource_id, tag = str(body.get("resourceId", "")), str(body.get("tag", ""))
    return Column(column_id, label, float(maximum or 0), resource_id, tag)


def _shown(platform: PlainPlatform, column: Column) -> dict[str, Any]:
    maximum = int(column.maximum) if column.maximum.is_integer() else column.maximum
    return {
        "id": platform.service(platform.shape.paths.line_item, column.id),
        "label": column.label,
        "scoreMaximum": maximum,
        "resourceId": column.resource_id,
        "tag": column.tag,
    }
