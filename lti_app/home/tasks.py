"""The worker's part: move the portfolios of a course."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping

from lti_app.home.moving_runs import COURSE_MOVE, move_next
from lti_app.jobs import Handler, Work


def move_course(work: Work) -> None:
    """Move a course's portfolios, a few at a time, until none is left. Safe to repeat after a kill anywhere.

    Between two transactions it rests as long as the last one took: on SQLite whoever waits for the write lock
    only looks for it now and then, and would hardly ever meet a pause that is shorter.
    """
    move_id = uuid.UUID(work.payload["move_id"])
    while True:
        began = time.monotonic()
        with work.db.writing() as session:
            is_more_left = move_next(session, move_id)
        if not is_more_left:
            return
        time.sleep(time.monotonic() - began)


HANDLERS: Mapping[str, Handler] = {COURSE_MOVE: move_course}
