"""What the worker does for this room."""

from __future__ import annotations

from collections.abc import Mapping

from lti_app.jobs import Handler
from lti_app.lti import brand, gradebook
from lti_app.lti.connecting import connect_line_item
from lti_app.lti.posting import post_score

HANDLERS: Mapping[str, Handler] = {
    gradebook.LINE_ITEM: connect_line_item,
    gradebook.SCORE: post_score,
    brand.KIND: brand.fetch_brand,
}
