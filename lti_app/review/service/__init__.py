"""What a reviewer does with a submission: one verb each, each with its actor.

Every verb checks permission, locks what it changes, asks the workflow, writes. A decision is never changed;
an undone one says when it was undone.
"""

from __future__ import annotations

from lti_app.review.service.deciding import approve, decline, open_submission, return_
from lti_app.review.service.recording import LONGEST_COMMENT, confirms_name
from lti_app.review.service.taking_back import has_certificate, reopen, undo

__all__ = [
    "LONGEST_COMMENT",
    "approve",
    "confirms_name",
    "decline",
    "has_certificate",
    "open_submission",
    "reopen",
    "return_",
    "undo",
]
