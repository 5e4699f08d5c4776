"""One submission as the review page shows it: what was sent, what was decided before, and who else looked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lti_app.glyphs import missing
from lti_app.people.models import Course, Person
from lti_app.portfolio.models import Decision, Item, Portfolio, Submission
from lti_app.portfolio.printed import NAME, unprintable
from lti_app.portfolio.records import DecisionView
from lti_app.portfolio.rubric import chosen_from_json, criteria_for
from lti_app.portfolio.snapshots import Snapshot
from lti_app.portfolio.states import DecisionKind, ItemKind, ItemState, SubmissionState
from lti_app.portfolio.submission_queries import decisions_on
from lti_app.review.permissions import Reviewed
from lti_app.schemes.document import Criterion, SchemeDocument
from lti_app.schemes.queries import document_of
from lti_app.web.paging import Place


@dataclass(frozen=True)
class Revision:
    """One submission of the item, with the decisions on it that were not undone, oldest first."""

    submission_id: uuid.UUID
    number: int
    submitted_at: datetime
    state: SubmissionState
    snapshot: Snapshot
    decisions: tuple[DecisionView, ...]


@dataclass(frozen=True)
class Verdict:
    """A decision as the note names it that offers to undo it, on the page after: on what, and whose."""

    id: uuid.UUID
    submission_id: uuid.UUID
    kind: DecisionKind
    decided_at: datetime
    reviewer_id: uuid.UUID
    item_kind: ItemKind
    is_plan: bool
    title: str | None
    student_name: str


@dataclass(frozen=True)
class SubmissionPage:
    """Everything the review page shows. `revisions` are all of the item's, newest first."""

    submission_id: uuid.UUID
    subject: Reviewed
    course_title: str
    portfolio_id: uuid.UUID
    scheme_version_id: uuid.UUID
    programme_code: str
    document: SchemeDocument
    student_name: str
    kind: ItemKind
    item_state: ItemState
    printed_name: str
    is_test: bool
    opened_at: datetime | None
    opened_by_id: uuid.UUID | None
    opened_by: str
    revisions: tuple[Revision, ...]

    @property
    def this(self) -> Revision:
        """The revision the page is about."""
        return next(each for each in self.revisions if each.submission_id == self.submission_id)

    @property
    def earlier(self) -> tuple[Revision, ...]:
        """The revisions before this one, newest first."""
        return tuple(each for each in self.revisions if each.number < self.this.number)

    @property
    def compared_with(self) -> Revision | None:
        """The last revision before this one that a reviewer decided on: what the student answered to."""
        decided = (each for each in self.earlier if each.state is SubmissionState.DECIDED)
        return next((each for each in decided if each.snapshot.is_plan == self.is_plan), None)

    @property
    def is_plan(self) -> bool:
        """Whether it is an activity's plan that is looked at."""
        return self.this.snapshot.is_plan

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What the scheme's rubric asks the reviewer to look at here."""
        return criteria_for(self.document, self.kind, is_plan=self.is_plan)

    def unprintable(self, *, with_name: bool) -> dict[str, tuple[str, ...]]:
        """The characters for which its approval is refused, by what they stand in, as printed.py names it: no
        certificate could show them. `with_name`: approving it confirms the name to print.
        """
        shown, is_merit = self.this.snapshot, self.kind is ItemKind.ACTIVITY and not self.is_plan
        found = unprintable(self.document, shown.title, shown.fields) if is_merit else {}
        lacking = missing([self.printed_name]) if with_name else ()
        return found | ({NAME: lacking} if lacking else {})

    @property
    def is_waiting(self) -> bool:
        return self.this.state is SubmissionState.WAITING

    @property
    def is_withdrawn(self) -> bool:
        """Whether the student took it back; its content is then nobody else's."""
        return self.this.state is SubmissionState.WITHDRAWN

    @property
    def is_newest(self) -> bool:
        return self.revisions[0].submission_id == self.submission_id

    @property
    def may_be_reopened(self) -> bool:
        """Whether its state allows it; a certificate may still stand against it."""
        return self.is_newest and self.item_state in {ItemState.APPROVED, ItemState.DECLINED}

    @property
    def place(self) -> Place:
        """Where it stands, or stood, in the queue."""
        return Place(self.this.submitted_at, self.submission_id)


def submission_page(
    session: Session, institution_id: uuid.UUID, submission_id: uuid.UUID
) -> SubmissionPage | None:
    """The page of one submission; None when the institution has no such one. Three queries, and one for its
    scheme the first time in a process.
    """
    opener = aliased(Person)
    row = session.execute(
        select(Submission, Item.kind, Item.state, Portfolio, Person, Course.title, opener.name)
        .join(Item, Item.id == Submission.item_id)
        .join(Portfolio, Portfolio.id == Item.portfolio_id)
        .join(Person, Person.id == Portfolio.person_id)
        .join(Course, Course.id == Submission.course_id)
        .outerjoin(opener, opener.id == Submission.opened_by_id)
        .where(Submission.id == submission_id, Submission.institution_id == institution_id)
    ).one_or_none()
    if row is None:
        return None
    submission, kind, item_state, portfolio, person, course_title, opened_by = row
    return SubmissionPage(
        submission_id=submission.id,
        subject=Reviewed(submission.institution_id, submission.course_id, person.id),
        course_title=course_title,
        portfolio_id=portfolio.id,
        scheme_version_id=portfolio.scheme_version_id,
        programme_code=portfolio.programme_code,
        document=document_of(session, portfolio.scheme_version_id),
        student_name=person.name,
        kind=kind,
        item_state=item_state,
        printed_name=portfolio.printed_name,
        is_test=submission.is_test,
        opened_at=submission.opened_at,
        opened_by_id=submission.opened_by_id,
        opened_by=opened_by or "",
        revisions=_revisions(session, submission.item_id),
    )


def standing_verdict(session: Session, institution_id: uuid.UUID, decision_id: uuid.UUID) -> Verdict | None:
    """A decision that was not undone; None when there is none."""
    row = session.execute(
        select(
            Decision.id,
            Decision.submission_id,
            Decision.kind,
            Decision.decided_at,
            Decision.reviewer_id,
            Item.kind.label("item_kind"),
            Submission.is_plan,
            Submission.snapshot["title"].as_string().label("title"),
            Person.name.label("student_name"),
        )
        .join(Submission, Submission.id == Decision.submission_id)
        .join(Item, Item.id == Submission.item_id)
        .join(Portfolio, Portfolio.id == Item.portfolio_id)
        .join(Person, Person.id == Portfolio.person_id)
        .where(
            Decision.id == decision_id,
            Decision.institution_id == institution_id,
            Decision.undone_at.is_(None),
        )
    ).one_or_none()
    return Verdict(**row._mapping) if row else None


def undone_words(
    session: Session, submission_id: uuid.UUID, reviewer_id: uuid.UUID, decision_id: uuid.UUID
) -> tuple[str, Mapping[str, str]] | None:
    """What the reviewer wrote with an own decision that was undone, and the levels chosen, by criterion; None
    when there is none.
    """
    row = session.execute(
        select(Decision.comment, Decision.levels).where(
            Decision.id == decision_id,
            Decision.submission_id == submission_id,
            Decision.reviewer_id == reviewer_id,
            Decision.undone_at.is_not(None),
        )
    ).one_or_none()
    if row is None:
        return None
    return row.comment, {each.criterion_id: each.level_id for each in chosen_from_json(row.levels)}


def _revisions(session: Session, item_id: uuid.UUID) -> tuple[Revision, ...]:
    submissions = session.scalars(
        select(Submission).where(Submission.item_id == item_id).order_by(Submission.revision.desc())
    ).all()
    decided = decisions_on(session, [each.id for each in submissions])
    return tuple(
        Revision(
            submission_id=each.id,
            number=each.revision,
            submitted_at=each.submitted_at,
            state=each.state,
            snapshot=Snapshot.from_json(each.snapshot),
            decisions=tuple(view for view in decided if view.submission_id == each.id),
        )
        for each in submissions
    )
