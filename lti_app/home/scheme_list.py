"""The institution's schemes for its staff: versions, drafts, and how many courses and portfolios follow each.

Three queries, however many schemes there are.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.portfolio.models import Portfolio
from lti_app.schemes.editor.queries import VersionRow, versions_of
from lti_app.schemes.text import Text


@dataclass(frozen=True)
class SchemeRow:
    """A scheme with its published versions, the newest first; `portfolios` are by version."""

    slug: str
    name: Text
    draft: VersionRow | None
    versions: tuple[VersionRow, ...]
    portfolios: dict[uuid.UUID, int]


def schemes_of(session: Session, institution_id: uuid.UUID) -> tuple[SchemeRow, ...]:
    """The institution's schemes by short name. Test Students' portfolios are counted nowhere."""
    rows = versions_of(session, institution_id)
    counted = session.execute(
        select(Portfolio.scheme_version_id, func.count())
        .where(Portfolio.institution_id == institution_id, Portfolio.is_test.is_(False))
        .group_by(Portfolio.scheme_version_id)
    )
    portfolios = {row[0]: int(row[1]) for row in counted}
    return tuple(
        _row(slug, [each for each in rows if each.slug == slug], portfolios) for slug in _slugs(rows)
    )


def _slugs(rows: tuple[VersionRow, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.slug for each in rows))


def _row(slug: str, rows: list[VersionRow], portfolios: dict[uuid.UUID, int]) -> SchemeRow:
    published = tuple(each for each in rows if not each.is_draft)
    draft = next((each for each in rows if each.is_draft), None)
    name = published[0].name if published else rows[0].name
    return SchemeRow(slug, name, draft, published, portfolios)
