"""What Canvas is told of a decision: the share reached so far, and the reviewer's words.

An activity counts into the Activities assignment as progress ÷ required; the report and the presentation have
the Final report assignment together, full once the report is approved. With nothing approved yet there is no
share: the platform keeps what it shows, and is told that a teacher is at work on it. Only when the last
approval is taken back, the grade that it brought goes, too. Who has several portfolios in a course, from when
it ran other schemes, has one grade for them: that of the one that has come furthest.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.db import IN_TURN
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.correcting import correct_waiting
from lti_app.lti.ags.models import LineItemKind
from lti_app.people.models import Person
from lti_app.portfolio.models import Decision, Item, Portfolio, Submission
from lti_app.portfolio.queries import progress_of
from lti_app.portfolio.rubric import chosen_from_json
from lti_app.portfolio.states import DecisionKind, ItemKind, ItemState
from lti_app.review.cases import standing_decision
from lti_app.schemes.rules import Progress


def report_decision(
    session: Session,
    decision: Decision,
    submission: Submission,
    item: Item,
    portfolio: Portfolio,
    *,
    not_before: datetime,
) -> None:
    """Queue what the platform is told of this decision, in the course that the submission was made from.

    Nothing of a Test Student's, whoever the platform says that this is by now.
    """
    if submission.is_test:
        return
    gradebook.report_reviewed(
        session,
        course_id=submission.course_id,
        person_id=portfolio.person_id,
        kind=_assignment(item),
        fraction=share_of(session, _assignment(item), portfolio, submission.course_id),
        comment=_comment(item, decision),
        cause_id=decision.id,
        not_before=not_before,
        takes_back=_takes_back_approval(session, decision),
    )


def correct_reports(session: Session, item: Item, portfolio: Portfolio) -> None:
    """Let what waits to be told of other decisions no longer count one that was undone on this item."""
    courses = session.scalars(
        select(Submission.course_id)
        .join(Item, Item.id == Submission.item_id)
        .where(Item.portfolio_id == portfolio.id)
        .distinct()
    )
    for course_id in courses.all():
        correct_waiting(
            session,
            course_id=course_id,
            person_id=portfolio.person_id,
            kind=_assignment(item),
            fraction=share_of(session, _assignment(item), portfolio, course_id),
        )


def share_of(
    session: Session, kind: LineItemKind, portfolio: Portfolio, course_id: uuid.UUID
) -> Decimal | None:
    """The share of this course's Activities or Final report assignment that is reached now, with a portfolio
    that is held; None while nothing is. Takes turns by the student.
    """
    return furthest(_share(session, kind, portfolio.id), share_of_others(session, kind, portfolio, course_id))


def share_of_others(
    session: Session, kind: LineItemKind, portfolio: Portfolio, course_id: uuid.UUID
) -> Decimal | None:
    """The share that is reached in the other portfolios of the same student that have to do with the course
    that is told: worked on there now, or with anything sent from there. Takes turns by the student.
    """
    take_turns(session, portfolio.person_id)
    sent_from_there = (
        select(Item.portfolio_id)
        .join(Submission, Submission.item_id == Item.id)
        .where(Submission.course_id == course_id)
    )
    others = select(Portfolio.id).where(
        Portfolio.person_id == portfolio.person_id,
        Portfolio.id != portfolio.id,
        (Portfolio.course_id == course_id) | Portfolio.id.in_(sent_from_there),
    )
    return furthest(*(_share(session, kind, each) for each in session.scalars(others).all()))


def take_turns(session: Session, person_id: uuid.UUID) -> None:
    """Lock the student, whose portfolio is held already, so that what is read of her other portfolios holds
    until it is told: of two approvals at once, the second counts what the first one brought.
    """
    session.get_one(Person, person_id, with_for_update=IN_TURN)


def furthest(*shares: Decimal | None) -> Decimal | None:
    """The largest of these shares; None when none is reached."""
    return max((each for each in shares if each is not None), default=None)


def share_reached(progress: Progress) -> Decimal | None:
    """The share of the Activities assignment that is reached with this progress; None while nothing is."""
    if not progress.achieved_total:
        return None
    return Decimal(progress.achieved_total) / Decimal(progress.required_total)


def _assignment(item: Item) -> LineItemKind:
    return LineItemKind.ACTIVITIES if item.kind is ItemKind.ACTIVITY else LineItemKind.FINAL_REPORT


def _share(session: Session, kind: LineItemKind, portfolio_id: uuid.UUID) -> Decimal | None:
    if kind is LineItemKind.ACTIVITIES:
        return share_reached(progress_of(session, portfolio_id))
    approved = select(Item.id).where(
        Item.portfolio_id == portfolio_id,
        Item.kind == ItemKind.FINAL_REPORT,
        Item.state == ItemState.APPROVED,
    )
    return Decimal(1) if session.execute(approved).first() else None


def _takes_back_approval(session: Session, decision: Decision) -> bool:
    if decision.kind is not DecisionKind.REOPEN:
        return False
    standing = standing_decision(session, decision.submission_id)
    return standing is not None and standing.kind is DecisionKind.APPROVE


def _comment(item: Item, decision: Decision) -> str:
    """The reviewer's words and the levels chosen, these in both languages because nobody knows the reader's.

    One assignment holds all activities, so the comment names the one it is about.
    """
    levels = [
        f"{each.criterion.sv} / {each.criterion.en}: {each.level.sv} / {each.level.en}"
        for each in chosen_from_json(decision.levels)
    ]
    said = "\n".join(filter(None, (decision.comment, *levels)))
    return f"{item.title}: {said}" if said and item.title else said
