"""Noting what the entrance refuses, after the page is made: it must neither fail nor delay it.

One look-up, and a short transaction of its own when the platform is known. What an address asks too often is
not noted: it would turn each refused request into a write.
"""

from __future__ import annotations

import re

import structlog
from flask import Response, g, request

from lti_app.lti.operating.failures import count_failure, platform_of
from lti_app.web.context import reading, writing
from lti_app.web.problems import Refusal

_LOG = structlog.get_logger("cim.lti")
_NOT_NOTED = frozenset({"too-many-requests", "launch-too-large", "server-error", "not-ready"})
_STATE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def note_refusal(response: Response) -> Response:
    """Count the refusal that this response tells of, if it does and its platform is known."""
    refusal: Refusal | None = g.get("refusal")
    if refusal is None or refusal.slug in _NOT_NOTED:
        return response
    try:
        _note(refusal)
    except Exception as error:  # whatever it is, the person gets the page
        _LOG.warning("refusal_not_noted", reference=refusal.reference, error=type(error).__name__)
    return response


def _note(refusal: Refusal) -> None:
    state = (request.view_args or {}).get("state", "") or request.form.get("state", "")
    if state and not _STATE.fullmatch(state):
        return
    asked = request.form if "iss" in request.form else request.args
    issuer, client_id = asked.get("iss", "")[:501], asked.get("client_id", "")[:201]
    if not (issuer + client_id).isprintable():
        return
    with reading() as session:
        platform_id = platform_of(session, state=state, issuer=issuer, client_id=client_id)
    if platform_id is not None:
        with writing() as session:
            count_failure(session, platform_id, refusal.slug, refusal.reference)
