"""What the worker does for this room."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta

from lti_app.jobs import Handler, Work
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.connecting import connect_line_item
from lti_app.review.catching_up import catch_up


def connect_and_catch_up(work: Work) -> None:
    """Connect a line item, and queue what happened before it was. Safe to repeat after a kill."""
    connect_line_item(work)
    catch_up(
        work.db,
        uuid.UUID(work.payload["line_item_id"]),
        timedelta(seconds=work.settings.undo_seconds),
    )


HANDLERS: Mapping[str, Handler] = {gradebook.LINE_ITEM: connect_and_catch_up}
