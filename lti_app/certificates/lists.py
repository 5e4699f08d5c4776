"""The certificates of a course or an institution, newest first, a page at a time, for its staff."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from lti_app.certificates.code import numbers_meant
from lti_app.certificates.models import (
    Certificate,
    CertificateState,
    Correction,
    CorrectionKind,
    CorrectionState,
)
from lti_app.certificates.permissions import Scope
from lti_app.clock import now
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


_MOST_WORDS = 5
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
    session: Session, scope: Scope, *, shown: Shown, sought: str = "", after: str = "", rows: int = ROWS
) -> CertificateList:
    """A page of them, in two queries at most; of a `sought` name or number alone, where there is one.

    Raises Problem("bad-request") for a place that is none.
    """
    place = Place.from_cursor(after) if after else None
    found_by = tuple(_found_by(scope, sought))
    wanted = [_page(scope, part, place).where(*found_by).limit(rows + 1) for part in _parts(scope, shown)]
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


@dataclass(frozen=True)
class OpenCorrections:
    """How many corrections wait for somebody to decide, and how many approved ones for something to be
    mended: one of a name is issued by itself.
    """

    asked: int
    to_mend: int


def corrections_open(session: Session, scope: Scope, *, not_of: uuid.UUID) -> OpenCorrections:
    """Those that wait for staff, without those of the reviewer's own certificate (`not_of`)."""
    is_to_mend = and_(Correction.state == CorrectionState.APPROVED, Correction.kind == CorrectionKind.OTHER)
    wanted = (
        select(Correction.state, func.count())
        .join(Certificate, Certificate.id == Correction.certificate_id)
        .join(Portfolio, Portfolio.id == Certificate.portfolio_id)
        .where(
            Correction.institution_id == scope.institution_id,
            _IS_OPEN,
            or_(Correction.state == CorrectionState.REQUESTED, is_to_mend),
            Portfolio.person_id != not_of,
        )
        .group_by(Correction.state)
    )
    if scope.course_id is not None:
        wanted = wanted.where(Portfolio.course_id == scope.course_id)
    found = {row[0]: row[1] for row in session.execute(wanted)}
    return OpenCorrections(found.get(CorrectionState.REQUESTED, 0), found.get(CorrectionState.APPROVED, 0))


@dataclass(frozen=True)
class _Part:
    """Certificates that one index leads to: which they are, and by which column they are in order there."""

    which: tuple[ColumnElement[bool], ...]
    at: ColumnElement[Any] = table_of(Certificate).c.issued_at


def _found_by(scope: Scope, sought: str) -> Iterator[ColumnElement[bool]]:
    """That a certificate has this number, whole or in part, or that its student's name, in the course or as
    it is to be printed, has each of these words in it.
    """
    # Numbers have the year of the place where they are given, in which the new one may have begun already.
    numbers = numbers_meant(sought, (now() + timedelta(days=1)).year)
    if numbers:
        numbered = aliased(Certificate)
        yield Certificate.id.in_(
            select(numbered.id).where(
                numbered.institution_id == scope.institution_id, numbered.number.in_(numbers)
            )
        )
        return
    for word in sought.split()[:_MOST_WORDS]:
        # SQLite knows small letters of ASCII alone.
        cases = {word, word.lower(), word.upper(), word.capitalize()}
        yield or_(
            *(
                name.icontains(each, autoescape=True)
                for name in (Person.name, Portfolio.printed_name)
                for each in sorted(cases)
            )
        )


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
