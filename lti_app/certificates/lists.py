"""Every certificate of a course or an institution, newest first, a page at a time, for its staff."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from lti_app.certificates.models import Certificate, CertificateState, Correction, CorrectionState
from lti_app.certificates.permissions import Scope
from lti_app.db import table_of, written_out
from lti_app.people.models import Person
from lti_app.portfolio.models import Portfolio
from lti_app.web.paging import ROWS, Place


class Shown(StrEnum):
    """Which certificates a list shows; those to correct wait for somebody to decide or to mend."""

    ISSUED = "issued"
    TO_CORRECT = "to-correct"
    REVOKED = "revoked"
    ALL = "all"


_IS_OPEN = Correction.state.in_(written_out(CorrectionState.REQUESTED, CorrectionState.APPROVED))


@dataclass(frozen=True)
class CertificateRow:
    """One certificate of the list; `correction` is None when none is open. An erased one has no file."""

    portfolio_id: uuid.UUID
    number: str
    state: CertificateState
    issued_at: datetime
    student_name: str
    correction: CorrectionState | None
    is_erased: bool


@dataclass(frozen=True)
class CertificateList:
    """Some certificates; `next_cursor` is empty on the last page."""

    rows: tuple[CertificateRow, ...]
    next_cursor: str


def certificates_in(
    session: Session, scope: Scope, *, shown: Shown, after: str = "", rows: int = ROWS
) -> CertificateList:
    """A page of them, in two queries at most. Raises Problem("bad-request") for a place that is none."""
    place = Place.from_cursor(after) if after else None
    wanted = [_page(scope, part, place).limit(rows + 1) for part in _parts(scope, shown)]
    found = sorted(
        (each for one in wanted for each in session.execute(one)),
        key=lambda each: (each.issued_at, each.id),
        reverse=True,
    )
    last = found[rows - 1] if len(found) > rows else None
    return CertificateList(
        tuple(
            CertificateRow(
                portfolio_id=each.portfolio_id,
                number=each.number,
                state=each.state,
                issued_at=each.issued_at,
                student_name=each.name,
                correction=each.correction,
                is_erased=each.erased_at is not None,
            )
            for each in found[:rows]
        ),
        Place(last.issued_at, last.id).cursor if last else "",
    )


def corrections_asked_for(session: Session, scope: Scope, *, not_of: uuid.UUID) -> int:
    """How many corrections wait for somebody to decide, without those of the reviewer's own (`not_of`)."""
    wanted = (
        select(func.count())
        .select_from(Correction)
        .join(Certificate, Certificate.id == Correction.certificate_id)
        .join(Portfolio, Portfolio.id == Certificate.portfolio_id)
        .where(
            Correction.institution_id == scope.institution_id,
            Correction.state == CorrectionState.REQUESTED,
            Portfolio.person_id != not_of,
        )
    )
    if scope.course_id is not None:
        wanted = wanted.where(Portfolio.course_id == scope.course_id)
    return session.scalar(wanted) or 0


@dataclass(frozen=True)
class _Part:
    """Certificates that one index leads to: which they are, and by which column they are in order there."""

    which: tuple[ColumnElement[bool], ...]
    at: ColumnElement[Any] = table_of(Certificate).c.issued_at


def _parts(scope: Scope, shown: Shown) -> tuple[_Part, ...]:
    """What makes up a list. All those of a course are those that stand, to which its portfolios lead, and the
    few of the institution's that stand no more: together, each time, they would first be put in order.
    """
    if scope.course_id is None:
        standing = _Part((Certificate.state == CertificateState.ISSUED,))
    else:  # ix_portfolio_certified has the same time, by course
        is_issued = Certificate.state.in_(written_out(CertificateState.ISSUED))
        standing = _Part((Portfolio.certified_at.is_not(None), is_issued), table_of(Portfolio).c.certified_at)
    match shown:
        case Shown.ISSUED:
            return (standing,)
        case Shown.REVOKED:
            return (_of_state(scope, CertificateState.REVOKED),)
        case Shown.ALL if scope.course_id is None:
            return (_Part(()),)
        case Shown.ALL:
            return standing, _of_state(scope, CertificateState.REVOKED, CertificateState.SUPERSEDED)
        case Shown.TO_CORRECT:
            asked = select(Correction.certificate_id).where(
                Correction.institution_id == scope.institution_id, _IS_OPEN
            )
            return (_Part((Certificate.id.in_(asked),)),)


def _of_state(scope: Scope, *states: CertificateState) -> _Part:
    """Those of the institution in a state which few are in."""
    few = aliased(Certificate)
    found = select(few.id).where(few.institution_id == scope.institution_id, few.state.in_(states))
    return _Part((Certificate.id.in_(found),))


def _page(scope: Scope, part: _Part, after: Place | None) -> Select[*tuple[Any, ...]]:
    wanted: Select[*tuple[Any, ...]] = (
        select(
            Certificate.id,
            Certificate.portfolio_id,
            Certificate.number,
            Certificate.state,
            Certificate.issued_at,
            Certificate.erased_at,
            Person.name,
            Correction.state.label("correction"),
        )
        .join(Portfolio, Portfolio.id == Certificate.portfolio_id)
        .join(Person, Person.id == Portfolio.person_id)
        .outerjoin(Correction, (Correction.certificate_id == Certificate.id) & _IS_OPEN)
        .where(Certificate.institution_id == scope.institution_id, *part.which)
        .order_by(part.at.desc(), Certificate.id.desc())
    )
    if scope.course_id is not None:
        wanted = wanted.where(Portfolio.course_id == scope.course_id)
    if after is not None:
        wanted = wanted.where(part.at <= after.at, tuple_(part.at, Certificate.id) < after.bound)
    return wanted
