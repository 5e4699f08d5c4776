"""Every certificate of a course or an institution, newest first, a page at a time, for its staff."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from lti_app.certificates.models import Certificate, CertificateState, Correction, CorrectionState
from lti_app.certificates.permissions import Scope
from lti_app.people.models import Person
from lti_app.portfolio.models import Portfolio
from lti_app.web.paging import ROWS, Place


class Shown(StrEnum):
    """Which certificates a list shows; those to correct wait for somebody to decide or to mend."""

    ISSUED = "issued"
    TO_CORRECT = "to-correct"
    REVOKED = "revoked"
    ALL = "all"


_OPEN = (CorrectionState.REQUESTED, CorrectionState.APPROVED)


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
    """A page of them, in one query. Raises Problem("bad-request") for a place that is none."""
    found = session.execute(_wanted(scope, shown, after).limit(rows + 1)).all()
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


def _wanted(scope: Scope, shown: Shown, after: str) -> Select[*tuple[Any, ...]]:
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
        .outerjoin(Correction, (Correction.certificate_id == Certificate.id) & Correction.state.in_(_OPEN))
        .where(Certificate.institution_id == scope.institution_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )
    if scope.course_id is not None:
        wanted = wanted.where(Portfolio.course_id == scope.course_id)
    match shown:
        case Shown.TO_CORRECT:
            wanted = wanted.where(Correction.id.is_not(None))
        case Shown.ISSUED | Shown.REVOKED:
            wanted = wanted.where(Certificate.state == CertificateState(shown.value))
        case Shown.ALL:
            pass
    if after:
        wanted = wanted.where(tuple_(Certificate.issued_at, Certificate.id) < Place.from_cursor(after).bound)
    return wanted
