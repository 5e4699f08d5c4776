"""What the worker does for this room."""

from __future__ import annotations

from collections.abc import Mapping

from lti_app.jobs import Handler
from lti_app.lti.ags import binding, gradebook, read_back
from lti_app.lti.ags.connecting import connect_line_item
from lti_app.lti.ags.finding import find_line_items
from lti_app.lti.ags.posting import post_score
from lti_app.lti.frame import brand
from lti_app.lti.nrps.asking import ROSTER
from lti_app.lti.nrps.sync import sync_roster

HANDLERS: Mapping[str, Handler] = {
    gradebook.LINE_ITEM: connect_line_item,
    gradebook.SCORE: post_score,
    read_back.RESULTS: read_back.read_results,
    ROSTER: sync_roster,
    binding.FIND: find_line_items,
    brand.KIND: brand.fetch_brand,
}
