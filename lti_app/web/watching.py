"""A page of which parts are fetched again by themselves until what it waits for is there, or nothing has
changed for ten minutes.

The page gives along what it shows (`seen`, a mark made of states, never of texts) and since when it shows
that, in seconds since the epoch. As long as nothing has changed the answer is empty, so that nothing is
replaced and nothing read out twice (templates/components/watching.html).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from lti_app.clock import now

LONGEST_SECONDS = 600
_STOP_ASKING = 286  # htmx asks no more after an answer with this status


@dataclass(frozen=True)
class Watch:
    """What the page shows now, what the one that asks shows, and since when; how long that one has asked."""

    mark: str
    seen: str
    since: int
    asked_seconds: float

    @property
    def is_over(self) -> bool:
        """Whether it has asked long enough: whoever still waits looks again herself."""
        return self.seen == self.mark and self.asked_seconds > LONGEST_SECONDS

    @property
    def nothing_new(self) -> Response | None:
        """The whole answer while nothing has changed."""
        return Response(status=204) if self.seen == self.mark and not self.is_over else None

    @property
    def status(self) -> int:
        """Of an answer that has a page. The page's news ask for more by themselves, once they are put in:
        somebody may write where they belong.
        """
        return _STOP_ASKING if self.asked_seconds > LONGEST_SECONDS else 200


def watching(mark: str) -> Watch:
    """The watch of the page that this request asks for; its mark is not empty."""
    seen, told = request.args.get("seen", ""), request.args.get("since", "")
    moment = now().timestamp()
    asked = int(told) if told.isascii() and told.isdecimal() and len(told) < 12 else int(moment)
    return Watch(mark, seen, asked if seen == mark else int(moment), moment - asked)
