"""One item as its owner's pages show it: how it stands, what it holds, what it lacks, what was said of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.errors import NotFound
from lti_app.people.actors import Actor, require
from lti_app.portfolio.completeness import Missing, Task, TaskState, Want, missing, task_states
from lti_app.portfolio.freezing import freeze
from lti_app.portfolio.models import Item, Portfolio
from lti_app.portfolio.permissions import PERMISSIONS, Owned
from lti_app.portfolio.queries import answers_of, draft_with, evidence_of, is_closing_returned, row_of
from lti_app.portfolio.questions import questions_of
from lti_app.portfolio.records import DecisionView, ItemRow, SubmissionRow
from lti_app.portfolio.snapshots import FrozenEvidence, Snapshot
from lti_app.portfolio.states import DecisionKind, ItemState, SubmissionState
from lti_app.portfolio.submission_queries import submissions_of
from lti_app.portfolio.workflow import Act, may
from lti_app.schemes.document import Question, SchemeDocument
from lti_app.schemes.queries import document_of


@dataclass(frozen=True)
class ItemPage:
    """An item of the reader's own. `snapshot` is what a submission would freeze now."""

    row: ItemRow
    portfolio_id: uuid.UUID
    programme_code: str
    printed_name: str
    is_name_confirmed: bool
    document: SchemeDocument
    answers: Mapping[str, str]
    evidence: tuple[FrozenEvidence, ...]
    submissions: tuple[SubmissionRow, ...]
    lacks: tuple[Missing, ...]
    tasks: Mapping[Task, TaskState]
    snapshot: Snapshot

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the item is asked now."""
        row = self.row
        return questions_of(self.document, row.kind, row.type_code, is_plan=row.is_plan)

    @property
    def is_unprintable(self) -> bool:
        """Whether it has characters that no certificate can show."""
        return any(each.want is Want.CHARACTERS for each in self.lacks)

    @property
    def was_planned(self) -> bool:
        """Whether a plan of the activity was approved."""
        return not self.row.is_plan and any(each.is_plan for each in self.submissions)

    @property
    def may_change(self) -> bool:
        return may(self.row.state, Act.CHANGE)

    @property
    def may_discard(self) -> bool:
        """Whether the draft can go: what was submitted stays in the record."""
        return may(self.row.state, Act.DISCARD) and not self.submissions

    @property
    def waiting(self) -> SubmissionRow | None:
        """The submission that waits for a decision."""
        return next((each for each in self.submissions if each.state is SubmissionState.WAITING), None)

    @property
    def may_withdraw(self) -> bool:
        is_opened = self.waiting is not None and self.waiting.opened_at is not None
        return may(self.row.state, Act.WITHDRAW, is_opened=is_opened)

    @property
    def feedback(self) -> DecisionView | None:
        """What a reviewer said last, unless it was an approval that stands."""
        if self.row.state in {ItemState.SUBMITTED, ItemState.APPROVED}:
            return None
        said = [each for submission in self.submissions for each in submission.decisions]
        last = said[-1] if said else None
        return last if last is not None and last.kind is not DecisionKind.APPROVE else None


def item_page(session: Session, actor: Actor, item_id: uuid.UUID) -> ItemPage:
    """The actor's own item. Raises NotFound; NotAllowed for staff, who look at submissions instead."""
    row = session.execute(
        select(Item, Portfolio)
        .join(Portfolio, Portfolio.id == Item.portfolio_id)
        .where(Item.id == item_id, Item.institution_id == actor.institution_id)
    ).one_or_none()
    if row is None:
        raise NotFound("item")
    item, portfolio = row
    submissions = submissions_of(session, [item_id])
    courses = {portfolio.course_id, *(each.course_id for each in submissions)}
    owned = Owned(portfolio.institution_id, portfolio.person_id, frozenset(courses))
    require(PERMISSIONS, "item.change", actor, owned)
    document = document_of(session, portfolio.scheme_version_id)
    answers, evidence = answers_of(session, item_id), evidence_of(session, item_id)
    draft = draft_with(row_of(item), portfolio, answers, evidence)
    return ItemPage(
        row=row_of(item),
        portfolio_id=portfolio.id,
        programme_code=portfolio.programme_code,
        printed_name=portfolio.printed_name,
        is_name_confirmed=portfolio.name_confirmed_at is not None
        and not is_closing_returned(session, portfolio),
        document=document,
        answers=answers,
        evidence=evidence,
        submissions=submissions,
        lacks=missing(document, draft),
        tasks=task_states(document, draft),
        snapshot=freeze(document, portfolio, item, answers, evidence),
    )
