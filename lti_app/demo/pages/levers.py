"""The trouble panel: a page of buttons that make the small Canvas slow, deaf or strict, and the latest calls.

Nothing here exists in Canvas. Tests against a real process use the JSON beside it (`simulator.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_app.demo.current import the_canvas
from lti_app.demo.services.traffic import Fault
from lti_app.demo.small_canvas import SmallCanvas

blueprint = Blueprint("levers", __name__, url_prefix="/simulator")

SLOW_SECONDS = 8.0
SHOWN_CALLS = 40
KINDS = {
    "delay": f"slow: wait {SLOW_SECONDS:.0f} seconds, then answer",
    "status_500": "answer 500",
    "rate_limit_403": "throttle, as 403",
    "rate_limit_429": "throttle, as 429",
    "process_then_drop": "do the work, then lose the answer",
}
CALLS = {
    "/": "any service call",
    "/scores": "scores",
    "/line_items": "line items",
    "/names_and_roles": "the roster",
    "/login/oauth2/token": "access tokens",
}
LAUNCHES = {
    "expired_hint": "Expire its hint",
    "login_required": "Answer login_required",
    "launch_no_longer_valid": "Answer launch_no_longer_valid",
    "unauthorized_client": "Answer unauthorized_client",
}
SAID = {
    "services": "The next matching calls are in trouble.",
    "launch": "The next launch is in trouble.",
    "rotate": "The keys were shifted by one: what was to come signs now.",
    "replace": "All three keys are new; none that a tool knows is valid any more.",
    "keys": "Done.",
    "assignment": "Done.",
    "course": "Done.",
    "calm": "All trouble that had not struck yet is forgotten.",
}
Form = Mapping[str, str]


@blueprint.get("/")
def panel() -> str:
    """Every lever, what is still waiting, and the latest service calls, newest first."""
    canvas = the_canvas()
    courses = [(course, canvas.assignments.in_course(course.id)) for course in canvas.courses.all()]
    return render_template(
        "simulator.html",
        said=SAID.get(request.args.get("done", "")),
        kinds=KINDS,
        targets=CALLS,
        launches=LAUNCHES,
        courses=courses,
        waiting=canvas.trouble.waiting,
        strikes=canvas.launch_trouble.waiting,
        are_keys_unreachable=canvas.launch_trouble.are_keys_unreachable,
        calls=canvas.requests.all()[: -SHOWN_CALLS - 1 : -1],
    )


@blueprint.post("/levers/<lever>")
def pull(lever: str) -> BaseResponse:
    """Pull one lever; 404 for one that is not there, 400 for a wish that makes no sense."""
    pulled = LEVERS.get(lever)
    if pulled is None:
        abort(404)
    try:
        pulled(the_canvas(), request.form)
    except (KeyError, ValueError):
        abort(400)
    return redirect(url_for("levers.panel", done=lever), 303)


def _services(canvas: SmallCanvas, form: Form) -> None:
    seconds = SLOW_SECONDS if form["kind"] == "delay" else 0.0
    fault = Fault(form["kind"], int(form["times"]), form["path"], seconds)
    canvas.trouble.make(fault.kind, times=fault.times, path=fault.path, seconds=fault.seconds)


def _launch(canvas: SmallCanvas, form: Form) -> None:
    canvas.launch_trouble.make(form["kind"])


def _keys(canvas: SmallCanvas, form: Form) -> None:
    canvas.launch_trouble.are_keys_unreachable = form["reachable"] == "0"


def _assignment(canvas: SmallCanvas, form: Form) -> None:
    assignment = canvas.assignments.get(int(form["id"]))
    canvas.assignments.change(assignment.id, is_published=not assignment.is_published)


def _course(canvas: SmallCanvas, form: Form) -> None:
    course = canvas.courses.get(int(form["id"]))
    (canvas.courses.reopen if course.is_concluded else canvas.courses.conclude)(course.id)


def _calm(canvas: SmallCanvas, _form: Form) -> None:
    canvas.trouble.clear()
    canvas.launch_trouble.clear()


LEVERS: dict[str, Callable[[SmallCanvas, Form], None]] = {
    "services": _services,
    "launch": _launch,
    "rotate": lambda canvas, _form: canvas.keys.rotate(canvas.now()),
    "replace": lambda canvas, _form: canvas.keys.replace_all(canvas.now()),
    "keys": _keys,
    "assignment": _assignment,
    "course": _course,
    "calm": _calm,
}
