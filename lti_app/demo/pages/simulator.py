"""The simulator's own levers over HTTP, for tests against a real process.

Trouble, the call log, the gradebook as JSON.

Nothing here exists in Canvas.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from lti_app.demo.current import the_canvas
from lti_app.demo.services.traffic import Fault

blueprint = Blueprint("simulator", __name__, url_prefix="/simulator")


@blueprint.post("/trouble")
def make_trouble() -> tuple[Response, int]:
    """Prepare a fault from JSON: `kind`, and optionally `times`, `path`, `seconds`."""
    wish = request.get_json(silent=True)
    if not isinstance(wish, dict):
        return jsonify(error="a JSON object is needed"), 400
    try:
        fault = Fault(
            kind=str(wish.get("kind", "")),
            times=int(wish.get("times", 1)),
            path=str(wish.get("path", "/scores")),
            seconds=float(wish.get("seconds", 0.0)),
        )
    except (TypeError, ValueError) as error:
        return jsonify(error=str(error)), 400
    the_canvas().trouble.make(fault.kind, times=fault.times, path=fault.path, seconds=fault.seconds)
    return jsonify(asdict(fault)), 201


@blueprint.get("/trouble")
def waiting_trouble() -> Response:
    """What has not struck yet."""
    return jsonify([asdict(fault) for fault in the_canvas().trouble.waiting])


@blueprint.delete("/trouble")
def clear_trouble() -> tuple[str, int]:
    """Forget it."""
    the_canvas().trouble.clear()
    return "", 204


@blueprint.get("/calls")
def calls() -> Response:
    """The service calls received, oldest first; `path` narrows them."""
    return jsonify([_plain(asdict(call)) for call in the_canvas().requests.all(request.args.get("path", ""))])


@blueprint.get("/registration")
def registration() -> Response:
    """What the tool's administrator types in: issuer, ids and addresses."""
    canvas = the_canvas()
    if not canvas.tools.all():
        abort(404)
    return jsonify(
        issuer=canvas.config.issuer_url,
        client_id=canvas.client_id,
        deployment_id=canvas.deployment_id,
        auth_url=canvas.config.auth_url,
        token_url=canvas.config.token_url,
        jwks_url=canvas.config.jwks_url,
    )


@blueprint.get("/courses/<int:course_id>/gradebook")
def gradebook(course_id: int) -> Response:
    """Every submission of the course with attempts, files and comments."""
    canvas = the_canvas()
    rows = []
    for assignment in canvas.assignments.in_course(course_id):
        for submission in canvas.gradebook.of_assignment(assignment.id):
            more = {"state": submission.state, "login": canvas.people.by_id(submission.person_id).login}
            rows.append(_plain({"assignment": assignment.name, **more, **asdict(submission)}))
    return jsonify(rows)


@blueprint.post("/courses/<int:course_id>/students")
def add_students(course_id: int) -> tuple[Response, int]:
    """Enrol `count` new students (1 to 2000)."""
    wish = request.get_json(silent=True)
    count = wish.get("count") if isinstance(wish, dict) else None
    if not isinstance(count, int) or not 1 <= count <= 2000:
        return jsonify(error="count is 1 to 2000"), 400
    students = the_canvas().add_students(count, course_id)
    return jsonify([student.login for student in students]), 201


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value
