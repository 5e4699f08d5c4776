"""What is told of items, submissions and decisions: frozen values that queries.py fills."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lti_app.portfolio.permissions import Owned
from lti_app.portfolio.rubric import ChosenLevel
from lti_app.portfolio.snapshots import Snapshot
from lti_app.portfolio.states import DecisionKind, ItemKind, ItemState, SubmissionState


@dataclass(frozen=True)
class ItemRow:
    """An item in a list."""

    id: uuid.UUID
    kind: ItemKind
    state: ItemState
    version: int
    title: str
    type_code: str
    setting: str
    starts_on: date | None
    ends_on: date | None
    form: str
    updated_at: datetime
    attributes: Mapping[str, str]
    is_plan: bool


@dataclass(frozen=True)
class DecisionView:
    """A decision for a reader; `kind` reopen takes an earlier one back. `levels` are the rubric's."""

    id: uuid.UUID
    submission_id: uuid.UUID
    kind: DecisionKind
    comment: str
    reviewer_name: str
    decided_at: datetime
    levels: tuple[ChosenLevel, ...] = ()


@dataclass(frozen=True)
class SubmissionRow:
    """A submission in a list, with the decisions that were not undone, oldest first.

    `title` is the one it was submitted under, whatever the item is called now.
    """

    id: uuid.UUID
    item_id: uuid.UUID
    course_id: uuid.UUID
    revision: int
    title: str
    state: SubmissionState
    submitted_at: datetime
    opened_at: datetime | None
    is_plan: bool
    decisions: tuple[DecisionView, ...]


@dataclass(frozen=True)
class SubmissionView:
    """A submission with everything it froze. `others` are all of the item's submissions, oldest first."""

    id: uuid.UUID
    item_id: uuid.UUID
    item_kind: ItemKind
    item_state: ItemState
    portfolio_id: uuid.UUID
    institution_id: uuid.UUID
    course_id: uuid.UUID
    student_id: uuid.UUID
    student_name: str
    revision: int
    state: SubmissionState
    is_test: bool
    submitted_at: datetime
    opened_at: datetime | None
    snapshot: Snapshot
    others: tuple[SubmissionRow, ...]

    @property
    def owned(self) -> Owned:
        """For the permission check: the staff of the course it was made from."""
        return Owned(self.institution_id, self.student_id, frozenset({self.course_id}))

    @property
    def decisions(self) -> tuple[DecisionView, ...]:
        """What was decided on this very submission."""
        return next((each.decisions for each in self.others if each.id == self.id), ())
