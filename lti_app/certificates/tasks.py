"""The worker's part: issue a certificate that was queued, and remove the bytes of an erased one."""

from __future__ import annotations

from collections.abc import Mapping

from lti_app.certificates.erasing import REMOVE_BYTES, remove_bytes
from lti_app.certificates.queries import ISSUE
from lti_app.certificates.runs import RUN, gather
from lti_app.jobs import Handler, Work


def issue(work: Work) -> None:
    """Issue for one portfolio. What draws and signs takes as long to load as all the rest of a worker, and is
    loaded for the first certificate.
    """
    from lti_app.certificates.producing import issue as issue_now  # noqa: PLC0415 (says the docstring)

    issue_now(work)


HANDLERS: Mapping[str, Handler] = {ISSUE: issue, RUN: gather, REMOVE_BYTES: remove_bytes}
