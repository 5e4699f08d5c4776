"""What a gradebook's answer to a score means, and what to do about it. Pure.

Sources: Canvas's documented error codes for Assignment and Grade Services, its throttling guide, and how
Moodle (409 within the same second) and Open edX (400 for the same timestamp or an older one) answer. Matched
by code and body, never by the reason phrase.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from lti_app.errors import N_

_MOMENT = re.compile(r"last updated timestamp of (\S+)")
# Of Canvas, and of Open edX. The latter refuses even a repetition, whose timestamp can only be our own.
_OLDER_TIMESTAMP = ("before last updated timestamp", "can only be updated to a later point in time")
_SAME_TIMESTAMP = "Score already exists for the provided timestamp"
_LONGEST_DETAIL = 300
_LONGEST_WAIT_SECONDS = 3600.0


class Answered(StrEnum):
    """What to do next. In `busy`, `later` and `refused` nothing has arrived; in `unknown` something may
    have.
    """

    TAKEN = "taken"
    NEWER_NEEDED = "newer needed"
    BUSY = "busy"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """`reason` is a message id; `detail` what the platform said. `newer_than` goes with NEWER_NEEDED."""

    answered: Answered
    reason: str = ""
    detail: str = ""
    after_seconds: float | None = None
    newer_than: datetime | None = None


UNREACHABLE = N_("The platform could not be reached.")
NOBODY = N_("The course or the person is no longer known.")
BUSY = N_("The platform is busy and asked us to wait.")
IN_TROUBLE = N_("The platform had a problem of its own.")
NO_ACCESS = N_("The platform did not accept our access.")
GONE = N_("The assignment is no longer there: it was deleted, or the course has ended.")
NOT_TAKEN = N_("The platform refused it.")
UNPUBLISHED = N_("The assignment is not published yet.")
COURSE_ENDED = N_("The course has ended, and its gradebook takes nothing more.")
NO_STUDENT = N_("The platform does not know this person as a student of the course.")
NO_ATTEMPTS_LEFT = N_("The assignment allows only so many attempts, and they are used up.")
OUT_OF_STEP = N_("The platform has something newer.")
_REFUSALS = {
    "unpublished": UNPUBLISHED,
    "not published": UNPUBLISHED,
    "concluded": COURSE_ENDED,
    "not a student": NO_STUDENT,
    "number of allowed attempts": NO_ATTEMPTS_LEFT,
}


def verdict(status: int, headers: Mapping[str, str], body: bytes, timestamp: datetime) -> Verdict:
    """Judge the answer to a score that carried this timestamp. `headers` compares names without case."""
    detail = f"{status} {said(body)}".strip()
    if 200 <= status < 300 or (status == 400 and _SAME_TIMESTAMP in detail):
        return Verdict(Answered.TAKEN)
    is_older = status == 400 and any(words in detail for words in _OLDER_TIMESTAMP)
    if is_older or status == 409:
        newer_than = _moment(detail) if is_older else timestamp + timedelta(seconds=1)
        return Verdict(Answered.NEWER_NEEDED, OUT_OF_STEP, detail, newer_than=newer_than)
    if is_throttled(status, headers, body):
        return Verdict(Answered.BUSY, BUSY, detail, after_seconds=wait_asked_for(headers))
    if status in {401, 503}:
        reason = NO_ACCESS if status == 401 else IN_TROUBLE
        return Verdict(Answered.LATER, reason, detail, after_seconds=wait_asked_for(headers))
    if status in {408, 425} or status >= 500:
        return Verdict(Answered.UNKNOWN, IN_TROUBLE, detail)
    return Verdict(Answered.REFUSED, _why_refused(status, detail), detail)


def is_throttled(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the platform turned the call away because there were too many: 429, or a 403 that says so."""
    return status == 429 or (status == 403 and _is_used_up(headers, body))


def wait_asked_for(headers: Mapping[str, str]) -> float | None:
    """Seconds the platform asked for, within an hour; None when it named none (a date counts as none)."""
    asked = headers.get("Retry-After", "").strip()
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        return None
    return min(max(float(asked), 1.0), _LONGEST_WAIT_SECONDS)


def said(body: bytes) -> str:
    """The message in an error body, in any of the shapes that platforms use; at most 300 characters.

    A page for people (HTML) says nothing.
    """
    text = body[:20_000].decode("utf-8", "replace").strip()
    if text.startswith("<"):
        return ""
    with suppress(ValueError, RecursionError):
        text = _message(json.loads(text)) or text
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:_LONGEST_DETAIL]


def _message(said: Any) -> str:
    if isinstance(said, str):
        return said
    if isinstance(said, list):
        return "; ".join(filter(None, map(_message, said[:3])))
    if isinstance(said, dict):
        names = ("message", "errors", "error_description", "error", "detail", "reason")
        return next((found for name in names if (found := _message(said.get(name)))), "")
    return ""


def _why_refused(status: int, detail: str) -> str:
    """Canvas's reasons in words of ours; its wording differs by release."""
    if status in {404, 410, 412}:
        return GONE
    lower = detail.lower()
    return next((reason for words, reason in _REFUSALS.items() if words in lower), NOT_TAKEN)


def _is_used_up(headers: Mapping[str, str], body: bytes) -> bool:
    try:
        is_used_up = float(headers.get("X-Rate-Limit-Remaining", "1")) <= 0
    except ValueError:
        is_used_up = False
    return is_used_up or b"rate limit exceeded" in body.lower()


def _moment(detail: str) -> datetime | None:
    found = _MOMENT.search(detail)
    try:
        moment = datetime.fromisoformat(found.group(1).rstrip(".")) if found else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo else None
