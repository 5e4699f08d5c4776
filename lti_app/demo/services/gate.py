"""What happens around every service call: trouble first, the log and throttling headers last."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from lti_app.demo.current import the_canvas

from .calls import ServiceError, answer_refusal
from .traffic import after_processing, before_processing, dropped, rate_limited


def guard(blueprint: Blueprint) -> None:
    """Wrap a blueprint's calls: faults, refusals as JSON, the log, throttling headers."""
    blueprint.before_request(_enter)
    blueprint.after_request(_leave)
    blueprint.register_error_handler(ServiceError, answer_refusal)


def _enter() -> Response | None:
    request.get_data(cache=True)
    g.fault = the_canvas().trouble.take(request.path)
    g.is_struck = False
    if g.fault is None:
        return _metered()
    response = before_processing(g.fault)
    g.is_struck = response is not None
    return response


def _metered() -> Response | None:
    """Canvas's answer to a call too many, if calls are metered."""
    canvas = the_canvas()
    switches = canvas.switches
    if not switches.calls_per_second:
        return None
    g.calls_left = canvas.meter.take(switches.calls_per_second, switches.calls_at_once)
    return rate_limited(switches.rate_limit_status) if g.calls_left < 0 else None


def _leave(response: Response) -> Response:
    canvas = the_canvas()
    fault = g.get("fault")
    if fault is not None and not g.is_struck:
        response = after_processing(fault, response)
    is_dropped = fault is not None and fault.kind in ("drop", "process_then_drop")
    canvas.requests.note(request, 0 if is_dropped else response.status_code, canvas.now())
    if is_dropped:  # noted first: whoever sees it dropped may ask for the log at once
        return dropped(request)
    response.headers.setdefault("X-Request-Cost", "0.0421")
    response.headers.setdefault("X-Rate-Limit-Remaining", f"{max(g.get('calls_left', 599.9), 0.1):.1f}")
    return response
