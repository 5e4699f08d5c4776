"""What the student's home and record show, gathered from portfolio, scheme and certificates.

The number of queries does not grow with the number of activities.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.hindrances import Hindrance
from lti_app.certificates.models import CorrectionState
from lti_app.certificates.queries import CertificateView, certificate_of, certified_of, last_correction
from lti_app.certificates.stages import Stage, reissue_of, state_of
from lti_app.home.change_queries import Change, changes_of
from lti_app.people.actors import Actor
from lti_app.portfolio.models import Decision, Item, Portfolio, Submission
from lti_app.portfolio.queries import items_of, judged, portfolio_here, portfolios_in
from lti_app.portfolio.records import ItemRow, SubmissionRow
from lti_app.portfolio.states import DecisionKind, ItemKind, ItemState
from lti_app.portfolio.submission_queries import submissions_of
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.queries import Setup, document_of, newer_version, setup_of
from lti_app.schemes.rules import Progress
from lti_app.schemes.text import Text

_ORDER = (ItemState.RETURNED, ItemState.DRAFT, ItemState.SUBMITTED, ItemState.APPROVED, ItemState.DECLINED)


class Step(StrEnum):
    """The one thing to do next."""

    BEGIN = "begin"
    MEND = "mend"
    FINISH = "finish"
    ADD = "add"
    WRITE_REPORT = "write_report"
    PRESENT = "present"
    WAIT = "wait"
    CERTIFICATE_COMING = "certificate_coming"
    CERTIFICATE_AT_STAFF = "certificate_at_staff"
    CERTIFICATE_FAILED = "certificate_failed"
    CERTIFICATE_REVOKED = "certificate_revoked"
    CERTIFIED = "certified"
    DONE_AS_TEST = "done_as_test"


_STEPS: dict[Stage | None, Step] = {
    Stage.AT_STAFF: Step.CERTIFICATE_AT_STAFF,
    Stage.FAILED: Step.CERTIFICATE_FAILED,
    Stage.REVOKED: Step.CERTIFICATE_REVOKED,
}


@dataclass(frozen=True)
class Other:
    """What else a student may work towards in the course: in a portfolio that she has, or, where the course
    runs this scheme and she has none yet, in a new one.
    """

    scheme_id: uuid.UUID
    name: Text
    is_run: bool
    portfolio_id: uuid.UUID | None
    is_certified: bool


@dataclass(frozen=True)
class StudentHome:
    """A student's home. `portfolio_id` is None before it is begun; `words` what reviewers said, by item;
    `has_newer_version` that the portfolio could move to newer rules; `others` what else she works towards.
    `stage` is how far a certificate has come that is not there though nothing is left to do, or the next one
    that a correction brings; `hindrance` what it waits for or failed by; `correction` how the certificate's
    last one stands.
    """

    portfolio_id: uuid.UUID | None
    is_test: bool
    document: SchemeDocument
    programme_code: str
    progress: Progress
    activities: tuple[ItemRow, ...]
    report: ItemRow | None
    presentation: ItemRow | None
    certificate: CertificateView | None
    words: Mapping[uuid.UUID, str]
    has_newer_version: bool = False
    stage: Stage | None = None
    hindrance: Hindrance | None = None
    correction: CorrectionState | None = None
    others: tuple[Other, ...] = ()

    @property
    def is_report_open(self) -> bool:
        return self.report is not None or self.progress.met

    @property
    def is_presentation_open(self) -> bool:
        return self.presentation is not None or _is_approved(self.report)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left for the student to do."""
        is_presented = not self.document.presentation.required or _is_approved(self.presentation)
        return self.progress.met and _is_approved(self.report) and is_presented

    @property
    def is_reopened(self) -> bool:
        """Whether something is to be approved again before the next certificate, as a correction wants it."""
        is_corrected = self.certificate is not None and self.correction is CorrectionState.APPROVED
        return is_corrected and not self.is_complete

    @property
    def step(self) -> Step:
        """The next step: what was returned first, then what is begun, then what is missing."""
        if self.certificate is not None and not self.is_reopened:
            return Step.CERTIFIED
        if self.is_complete:
            return Step.DONE_AS_TEST if self.is_test else _STEPS.get(self.stage, Step.CERTIFICATE_COMING)
        if self.step_item is not None:
            return Step.MEND if self.step_item.state is ItemState.RETURNED else Step.FINISH
        return self._open_step()

    @property
    def step_item(self) -> ItemRow | None:
        """What the next step is about: a closing step before an activity, returned ones before drafts."""
        items = [each for each in (self.presentation, self.report, *self.activities) if each is not None]
        returned = [each for each in items if each.state is ItemState.RETURNED]
        drafts = [
            each
            for each in items
            if each.state is ItemState.DRAFT and not (each.kind is ItemKind.ACTIVITY and self.progress.met)
        ]
        return next(iter([*returned, *drafts]), None)

    def _open_step(self) -> Step:
        if not self.progress.met:
            waiting = sum(each.state is ItemState.SUBMITTED and not each.is_plan for each in self.activities)
            demand = self.progress.next_step
            # A search that gave up names no activities: then nothing says that what waits is enough.
            is_enough = demand is not None and 0 < demand.activities <= waiting
            return Step.BEGIN if not self.activities else Step.WAIT if is_enough else Step.ADD
        if self.report is None:
            return Step.WRITE_REPORT
        is_next = _is_approved(self.report) and self.presentation is None
        return Step.PRESENT if is_next and self.document.presentation.required else Step.WAIT


@dataclass(frozen=True)
class Record:
    """What happened to a portfolio: every submission with its decisions, newest first; items by id; and what
    was changed of what it follows. `others` are those that a page of their own tells of.
    """

    document: SchemeDocument
    items: Mapping[uuid.UUID, ItemRow]
    submissions: tuple[SubmissionRow, ...]
    changes: tuple[Change, ...]
    certificate: CertificateView | None
    others: tuple[Other, ...]


def student_home(session: Session, actor: Actor) -> StudentHome | None:
    """The home of this student in this course; None while the course runs nothing."""
    setup = setup_of(session, actor.course_id) if actor.course_id else None
    if setup is None:
        return None
    portfolio = portfolio_here(session, actor)
    document = document_of(session, portfolio.scheme_version_id if portfolio else setup.scheme_version_id)
    programme_code = portfolio.programme_code if portfolio else setup.programme_code
    items = items_of(session, portfolio.id) if portfolio else ()
    one_of = {each.kind: each for each in items if each.kind is not ItemKind.ACTIVITY}
    activities = [each for each in items if each.kind is ItemKind.ACTIVITY]
    certificate = certificate_of(session, portfolio.id) if portfolio else None
    home = StudentHome(
        portfolio_id=portfolio.id if portfolio else None,
        is_test=portfolio.is_test if portfolio else actor.is_test,
        document=document,
        programme_code=programme_code,
        progress=judged(document, programme_code, items),
        activities=tuple(sorted(activities, key=lambda each: _ORDER.index(each.state))),
        report=one_of.get(ItemKind.FINAL_REPORT),
        presentation=one_of.get(ItemKind.PRESENTATION),
        certificate=certificate,
        words=_last_words(session, portfolio) if portfolio else {},
        has_newer_version=portfolio is not None
        and certificate is None
        and newer_version(session, portfolio.scheme_version_id) is not None,
        correction=last_correction(session, certificate.id) if certificate else None,
        others=_others(session, actor, setup, portfolio) if portfolio else (),
    )
    is_awaited = certificate is None or home.correction is CorrectionState.APPROVED
    if portfolio is None or not is_awaited or not home.is_complete or home.is_test:
        return home
    coming = state_of(session, portfolio.id) if certificate is None else reissue_of(session, portfolio.id)
    return replace(home, stage=coming.stage, hindrance=coming.hindrance)


def _others(session: Session, actor: Actor, setup: Setup, current: Portfolio) -> tuple[Other, ...]:
    """Beside the portfolio that she works on. Two queries."""
    found = portfolios_in(session, setup.course_id, setup.scheme_id, [actor.person_id])
    theirs = [each for each in found.get(actor.person_id, ()) if each.id != current.id]
    certified = certified_of(session, [each.id for each in theirs])
    others = [
        Other(
            each.scheme_id,
            document_of(session, each.scheme_version_id).name,
            each.scheme_id == setup.scheme_id,
            each.id,
            each.id in certified,
        )
        for each in theirs
    ]
    if current.scheme_id != setup.scheme_id and not any(each.is_run for each in others):
        name = document_of(session, setup.scheme_version_id).name
        others.append(Other(setup.scheme_id, name, is_run=True, portfolio_id=None, is_certified=False))
    return tuple(others)


def report_of(session: Session, actor: Actor) -> uuid.UUID | None:
    """The actor's own final report; None before it is begun."""
    portfolio = portfolio_here(session, actor)
    items = items_of(session, portfolio.id) if portfolio else ()
    return next((each.id for each in items if each.kind is ItemKind.FINAL_REPORT), None)


def record_of(session: Session, actor: Actor) -> Record | None:
    """The actor's own record; None before anything was begun."""
    portfolio = portfolio_here(session, actor)
    if portfolio is None:
        return None
    items = {each.id: each for each in items_of(session, portfolio.id)}
    setup = setup_of(session, actor.course_id) if actor.course_id else None
    others = _others(session, actor, setup, portfolio) if setup else ()
    return Record(
        document=document_of(session, portfolio.scheme_version_id),
        items=items,
        submissions=tuple(reversed(submissions_of(session, items))),
        changes=changes_of(session, portfolio.id),
        certificate=certificate_of(session, portfolio.id),
        others=tuple(each for each in others if each.portfolio_id is not None),
    )


def _last_words(session: Session, portfolio: Portfolio) -> dict[uuid.UUID, str]:
    """The last comment on each item that was returned, declined or opened again. One query."""
    rows = session.execute(
        select(Submission.item_id, Decision.kind, Decision.comment)
        .join(Submission, Submission.id == Decision.submission_id)
        .join(Item, Item.id == Submission.item_id)
        .where(Item.portfolio_id == portfolio.id, Decision.undone_at.is_(None))
        .order_by(Decision.decided_at)
    )
    last = {row.item_id: (row.kind, row.comment) for row in rows}
    return {item_id: comment for item_id, (kind, comment) in last.items() if kind is not DecisionKind.APPROVE}


def _is_approved(item: ItemRow | None) -> bool:
    return item is not None and item.state is ItemState.APPROVED
