"""Scores and results (Assignment and Grade Services 2.0 §3.3, §3.4) as these platforms do them.

Both erase a grade on a score that is not FullyGraded. Moodle refuses a second score within the same second
by 409; Open edX one with the same timestamp or an older one by 400.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, request

from .columns import column_of
from .school import AGS, Column, Grade, PlainPlatform, the_platform
from .wire import RefusedError, answer, is_number, json_object, require, require_media_type

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
NEEDED = ("userId", "timestamp", "gradingProgress", "activityProgress")


def posted(column_id: int) -> Response:
    """Take a score."""
    require(f"{AGS}score")
    require_media_type(SCORE_TYPE)
    platform, column, body = the_platform(), column_of(column_id), json_object()
    person = platform.person_of(body.get("userId"))
    numbers = [body[name] for name in ("scoreGiven", "scoreMaximum") if body.get(name) is not None]
    if person is None or person.is_teacher or any(not body.get(name) for name in NEEDED):
        raise RefusedError(400, "Incorrect score received")
    if not all(map(is_number, numbers)) or (body.get("scoreGiven") is not None and len(numbers) < 2):
        raise RefusedError(400, "Incorrect score received")
    with platform.lock:
        at = _moment(platform, platform.grades.get((column.id, person.login)), body)
        is_final = body["gradingProgress"] == "FullyGraded"
        platform.grades[column.id, person.login] = Grade(
            points=body.get("scoreGiven") if is_final else None,
            maximum=body.get("scoreMaximum"),
            progress=body["gradingProgress"],
            comment=body.get("comment") or "",
            at=at,
        )
    return answer({}, SCORE_TYPE, platform.shape.taken_status)


def _moment(platform: PlainPlatform, known: Grade | None, body: dict[str, Any]) -> datetime:
    """The timestamp, when it is late enough."""
    try:
        at = datetime.fromisoformat(body["timestamp"])
    except (TypeError, ValueError) as error:
        raise RefusedError(400, "Incorrect score received") from error
    if at.tzinfo is None:
        raise RefusedError(400, "Incorrect score received")
    if known is None:
        return at
    if platform.shape.refuses_same_second:
        if int(known.at.timestamp()) >= int(at.timestamp()):
            raise RefusedError(409, "Refusing score with an earlier timestamp")
    elif known.at == at:
        raise RefusedError(400, "Score already exists for the provided timestamp")
    elif known.at > at:
        raise RefusedError(400, "Score timestamp can only be updated to a later point in time")
    return at


def results(column_id: int) -> Response:
    """The grades of a column, or one person's."""
    require(f"{AGS}result.readonly")
    require_media_type(RESULTS_TYPE)
    platform, column = the_platform(), column_of(column_id)
    wanted = request.args.get("user_id")
    found = [
        _shown(platform, column, platform.sub_of(login), grade)
        for (of_column, login), grade in platform.grades.items()
        if of_column == column.id and wanted in (None, platform.sub_of(login)) and grade.points is not None
    ]
    return answer(found, RESULTS_TYPE)


def _shown(platform: PlainPlatform, column: Column, sub: str, grade: Grade) -> dict[str, Any]:
    address = platform.service(platform.shape.paths.line_item, column.id)
    return {
        "id": f"{address.partition('?')[0]}/results/{sub}",
        "userId": sub,
        "resultScore": grade.points,
        "resultMaximum": grade.maximum,
        "scoreOf": address,
        "comment": grade.comment,
    }
