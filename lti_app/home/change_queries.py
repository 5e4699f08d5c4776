"""Who has changed what a portfolio follows: its programme, or the version of its scheme."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lti_app.people.models import Person
from lti_app.portfolio.moves import PortfolioMove, ProgrammeChange
from lti_app.schemes.models import SchemeVersion


@dataclass(frozen=True)
class Change:
    """One change, by whom and when. `before` and `after` are programmes' codes, or the numbers of versions;
    `has_lost` says that a requirement was met before and no longer, as a teacher confirmed.
    """

    is_programme: bool
    before: str
    after: str
    changed_at: datetime
    by_id: uuid.UUID
    by_name: str
    reason: str
    has_lost: bool


def changes_of(session: Session, portfolio_id: uuid.UUID) -> tuple[Change, ...]:
    """The changes of a portfolio, the first one first. Two queries."""
    programmes = session.execute(
        select(ProgrammeChange, Person.name)
        .join(Person, Person.id == ProgrammeChange.changed_by_id)
        .where(ProgrammeChange.portfolio_id == portfolio_id)
    )
    before, after = aliased(SchemeVersion), aliased(SchemeVersion)
    versions = session.execute(
        select(PortfolioMove, before.number, after.number, Person.name)
        .join(before, before.id == PortfolioMove.from_version_id)
        .join(after, after.id == PortfolioMove.to_version_id)
        .join(Person, Person.id == PortfolioMove.moved_by_id)
        .where(PortfolioMove.portfolio_id == portfolio_id)
    )
    found = [
        *(
            Change(
                True,
                row.from_code,
                row.to_code,
                row.changed_at,
                row.changed_by_id,
                name,
                row.reason,
                bool(row.lost),
            )
            for row, name in programmes
        ),
        *(
            Change(False, str(old), str(new), row.moved_at, row.moved_by_id, name, "", bool(row.lost))
            for row, old, new, name in versions
        ),
    ]
    return tuple(sorted(found, key=lambda each: each.changed_at))
