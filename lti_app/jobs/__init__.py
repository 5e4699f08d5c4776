"""Everything that happens outside a request: the outbox, the queue, and the worker that empties them.

Rooms write deliveries with `jobs.outbox` and offer handlers, written against what this module exports.
"""

from lti_app.jobs.rounds import Nightly
from lti_app.jobs.work import Busy, Claimed, Failed, Handler, Retry, Uncertain, Work

__all__ = ["Busy", "Claimed", "Failed", "Handler", "Nightly", "Retry", "Uncertain", "Work"]
