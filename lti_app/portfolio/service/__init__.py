"""What a student does with her portfolio: one verb each, each with its actor.

Every verb checks permission, locks what it changes, asks the workflow, writes. Done twice with the same
content, each acts once. What is not the actor's raises NotFound; what its state forbids, Conflict.
"""

from __future__ import annotations

from lti_app.portfolio.service.activities import (
    Details,
    add_activity,
    change_activity,
    copy_activity,
    discard_activity,
)
from lti_app.portfolio.service.answers import write_answers
from lti_app.portfolio.service.beginning import begin_portfolio, work_towards
from lti_app.portfolio.service.closing import (
    change_presentation,
    choose_printed_name,
    open_presentation,
    open_report,
)
from lti_app.portfolio.service.evidence import add_file_evidence, add_link_evidence, remove_evidence
from lti_app.portfolio.service.submitting import Incomplete, submit, withdraw

__all__ = [
    "Details",
    "Incomplete",
    "add_activity",
    "add_file_evidence",
    "add_link_evidence",
    "begin_portfolio",
    "change_activity",
    "change_presentation",
    "choose_printed_name",
    "copy_activity",
    "discard_activity",
    "open_presentation",
    "open_report",
    "remove_evidence",
    "submit",
    "withdraw",
    "work_towards",
    "write_answers",
]
