"""The worker's part: move the portfolios of a course."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from lti_app.home.moving_runs import COURSE_MOVE, move_next
from lti_app.jobs import Handler, Work


def move_course(work: Work) -> None:
    """Move a course's portfolios, a few at a time, until none is left. Safe to repeat after any kill."""
    move_id = uuid.UUID(work.payload["move_id"])
    work.db.write_in_turns(lambda session: move_next(session, move_id))


HANDLERS: Mapping[str, Handler] = {COURSE_MOVE: move_course}
