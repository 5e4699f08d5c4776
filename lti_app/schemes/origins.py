"""What a course may be set up as, by what its launches said: the codes that its assignments carry, and the
courses that it was copied from.

All of that is a stranger's word. A code counts only if this institution has such a scheme today and the
scheme is for that programme; an earlier course only if it is one of the same institution and platform.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.lti.models import CourseHint
from lti_app.people.models import Course, Institution
from lti_app.schemes import catalogue
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.models import CourseSetup, Scheme
from lti_app.schemes.queries import offered_schemes

_MOST_EARLIER = 3


@dataclass(frozen=True)
class PossibleSetup:
    """A scheme and a programme that fit together here; `course_title` is the earlier course that ran them."""

    scheme_slug: str
    programme_code: str
    document: SchemeDocument
    course_title: str = ""


def carried_setup(session: Session, institution_id: uuid.UUID, course_id: uuid.UUID) -> PossibleSetup | None:
    """What the course's assignments say that it runs; None if they say nothing that holds here."""
    hint = session.get(CourseHint, course_id)
    if hint is None or not hint.scheme_slug:
        return None
    offered = _offered(session, institution_id)
    return _possible(offered, hint.scheme_slug, hint.programme_code)


def earlier_setups(session: Session, course: Course) -> tuple[PossibleSetup, ...]:
    """What the courses ran that this one was copied from, as far as it is offered today; nearest first."""
    hint = session.get(CourseHint, course.id)
    if hint is None or not hint.earlier_contexts:
        return ()
    rows = session.execute(
        select(Course.context_id, Course.title, Scheme.slug, CourseSetup.programme_code)
        .join(CourseSetup, CourseSetup.course_id == Course.id)
        .join(Scheme, Scheme.id == CourseSetup.scheme_id)
        .where(
            Course.institution_id == course.institution_id,
            Course.platform_id == course.platform_id,
            Course.context_id.in_(hint.earlier_contexts),
        )
    ).all()
    offered = _offered(session, course.institution_id)
    institution = session.get_one(Institution, course.institution_id).name
    nearest = sorted(rows, key=lambda row: hint.earlier_contexts.index(row.context_id))
    found = (_possible(offered, row.slug, row.programme_code, row.title) for row in nearest)
    return tuple(each for each in found if each is not None and _is_offered(each, institution))[
        :_MOST_EARLIER
    ]


def _offered(session: Session, institution_id: uuid.UUID) -> dict[str, SchemeDocument]:
    return {document.slug: document for document in offered_schemes(session, institution_id)}


def _is_offered(possible: PossibleSetup, institution: str) -> bool:
    programme = catalogue.programmes()[possible.programme_code]
    return catalogue.is_offered(programme, possible.document, institution)


def _possible(
    offered: dict[str, SchemeDocument], slug: str, programme_code: str, title: str = ""
) -> PossibleSetup | None:
    document = offered.get(slug)
    if (
        document is None
        or programme_code not in catalogue.programmes()
        or not document.is_for(programme_code)
    ):
        return None
    return PossibleSetup(slug, programme_code, document, title)
