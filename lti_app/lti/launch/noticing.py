"""What a launch says by the way: whom an observer observes, and how many attempts an assignment allows.

Sources: LTI 1.3 core §5.4.4 (role_scope_mentor); Canvas's variables com.instructure.User.observees and
Canvas.assignment.allowedAttempts, which the tool's configuration asks for as `observees` and
`allowed_attempts`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from lti_app.db import insert_into
from lti_app.lti.ags.models import LineItem
from lti_app.lti.launch.claims import LaunchClaims
from lti_app.people.models import Observation


def note_observed(
    session: Session,
    institution_id: uuid.UUID,
    observer_id: uuid.UUID,
    course_id: uuid.UUID,
    subs: Sequence[str],
) -> None:
    """Let an observer of a course observe these people, and nobody else any more. Idempotent."""
    session.execute(
        delete(Observation).where(
            Observation.observer_id == observer_id,
            Observation.course_id == course_id,
            Observation.sub.not_in(subs),
        )
    )
    if subs:
        here = {"institution_id": institution_id, "observer_id": observer_id, "course_id": course_id}
        rows = [here | {"sub": sub} for sub in subs]
        session.execute(insert_into(session, Observation).values(rows).on_conflict_do_nothing())


def note_assignment(session: Session, course_id: uuid.UUID, line_item_url: str, claims: LaunchClaims) -> None:
    """Keep how many attempts the assignment of this launch allows; and that it is there, after all."""
    allowed = allowed_attempts(claims)
    session.execute(
        update(LineItem)
        .where(
            LineItem.course_id == course_id,
            LineItem.url == line_item_url,
            or_(LineItem.allowed_attempts.is_distinct_from(allowed), LineItem.gone_at.is_not(None)),
        )
        .values(allowed_attempts=allowed, gone_at=None)
        .execution_options(synchronize_session=False)
    )


def allowed_attempts(claims: LaunchClaims) -> int | None:
    """The limit that the launch names; None for no limit, which Canvas writes as -1 or leaves out."""
    text = claims.custom.get("allowed_attempts", "")
    is_number = text.isascii() and text.isdecimal() and len(text) < 7
    return int(text) if is_number and int(text) > 0 else None
