"""From what a service answered, or failed to answer, to what the outbox does next.

One table for every call but a score, whose answers mean more (`lti/verdicts.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lti_app.jobs import Busy, Failed, Retry
from lti_app.lti.outbound import Answer, NoAnswer
from lti_app.lti.services import TokenRefused
from lti_app.lti.verdicts import (
    BUSY,
    GONE,
    IN_TROUBLE,
    NO_ACCESS,
    NOT_TAKEN,
    UNREACHABLE,
    is_throttled,
    said,
    wait_asked_for,
)


@contextmanager
def as_outcomes() -> Iterator[None]:
    """Raise Retry or Busy for what a call raises: no answer, no token."""
    try:
        yield
    except NoAnswer as error:
        raise Retry(UNREACHABLE, detail=error.detail, is_known=not error.was_sent) from error
    except TokenRefused as error:
        if error.is_throttled:
            raise Busy(BUSY, error.after_seconds, detail=str(error)) from error
        raise Retry(NO_ACCESS, detail=str(error)) from error


def successful(answer: Answer, *, gone: str = GONE) -> Answer:
    """The answer, if it is a success. Raises Busy, Retry when waiting may help, else Failed; `gone` is the
    reason when there is nothing at the address.
    """
    if 200 <= answer.status < 300:
        return answer
    detail = f"{answer.status} {said(answer.body)}".strip()
    if is_throttled(answer.status, answer.headers, answer.body):
        raise Busy(BUSY, wait_asked_for(answer.headers), detail=detail)
    if answer.status in {401, 403}:
        raise Retry(NO_ACCESS, detail=detail)
    if answer.status in {408, 425} or answer.status >= 500:
        raise Retry(IN_TROUBLE, wait_asked_for(answer.headers), detail=detail)
    raise Failed(gone if answer.status in {404, 410, 412} else NOT_TAKEN, detail=detail)
