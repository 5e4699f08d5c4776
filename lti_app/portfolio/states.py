"""The words for states, kinds and decisions: shared by the tables and by the pure workflow."""

from __future__ import annotations

from enum import StrEnum


class ItemKind(StrEnum):
    """What can be submitted."""

    ACTIVITY = "activity"
    FINAL_REPORT = "final_report"
    PRESENTATION = "presentation"


class ItemState(StrEnum):
    """draft → submitted → approved | returned | declined; portfolio.workflow has every way between."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    DECLINED = "declined"


class SubmissionState(StrEnum):
    """waiting → decided | withdrawn; an undone decision puts it back to waiting."""

    WAITING = "waiting"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"


class DecisionKind(StrEnum):
    """What a reviewer can decide. Reopening takes back an approval or a decline, with a reason."""

    APPROVE = "approve"
    RETURN = "return"
    DECLINE = "decline"
    REOPEN = "reopen"
