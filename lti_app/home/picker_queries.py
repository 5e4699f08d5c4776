"""What the deep-link picker offers: the three assignments; programme and scheme if nobody has chosen them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.deep_linking.requested import Asked
from lti_app.people.models import Course, Institution
from lti_app.schemes.assignments import label_of, points_of
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.origins import PossibleSetup, carried_setup, earlier_setups
from lti_app.schemes.queries import Setup, document_of, offered_schemes, setup_of


@dataclass(frozen=True)
class Offer:
    """One assignment. `points` are None while no scheme says how many; `is_here`: the course has it."""

    kind: LineItemKind
    label: str
    points: Decimal | None
    is_here: bool


@dataclass(frozen=True)
class Picker:
    """The page. Without a `setup` one of `schemes` is to be chosen, perhaps the `suggested` one."""

    setup: Setup | None
    document: SchemeDocument | None
    schemes: Mapping[str, SchemeDocument]
    institution: str
    suggested: PossibleSetup | None
    has_gradebook: bool
    offers: tuple[Offer, ...]


def picker_for(session: Session, asked: Asked, language: str) -> Picker:
    """What can be added to the course of this request, named in this language."""
    course = session.get_one(Course, asked.course_id)
    setup = setup_of(session, course.id)
    schemes: dict[str, SchemeDocument] = {}
    suggested = None
    if setup is None:
        schemes = {each.slug: each for each in offered_schemes(session, course.institution_id)}
        suggested = carried_setup(session, course.institution_id, course.id)
        suggested = suggested or next(iter(earlier_setups(session, course)), None)
    document = document_of(session, setup.scheme_version_id) if setup else None
    if document is None and len(schemes) == 1:
        document = next(iter(schemes.values()))
    here = kinds_here(session, course)
    return Picker(
        setup=setup,
        document=document,
        schemes=schemes,
        institution=session.get_one(Institution, course.institution_id).name,
        suggested=suggested,
        has_gradebook=asked.accepts_line_items and bool(course.lineitems_url),
        offers=tuple(
            Offer(
                kind=kind,
                label=label_of(kind, language),
                points=points_of(kind, document) if document else None,
                is_here=kind in here,
            )
            for kind in LineItemKind
        ),
    )


def kinds_here(session: Session, course: Course) -> frozenset[LineItemKind]:
    """The assignments that the course has: one that the platform has lost does not count."""
    standing = select(LineItem.kind).where(
        LineItem.course_id == course.id, LineItem.url != "", LineItem.gone_at.is_(None)
    )
    return frozenset(session.scalars(standing))
