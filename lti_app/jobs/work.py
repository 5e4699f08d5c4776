"""What a handler gets and how it answers: returning means sent, else it raises Retry, Failed or Uncertain.

A reason is one English sentence marked with `N_`, translated where it is read, with the `values` that it
names; `detail` is what the other side said, shown as it is. None may hold a token.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from lti_app.db import Database
from lti_app.jobs.reasons import Reason
from lti_app.settings import Settings

if TYPE_CHECKING:
    from lti_app.storage import Storage


class Outcome(Exception):  # noqa: N818 (an answer more than an error)
    """What became of a delivery that was not simply sent."""

    def __init__(self, reason: str, *, values: Mapping[str, str] | None = None, detail: str = "") -> None:
        super().__init__(reason)
        self.text = Reason(reason, values or {}, detail).written


class Retry(Outcome):
    """Try again, after so many seconds or with growing pauses.

    `is_known` says that nothing of this attempt arrived, so that it may be repeated as a whole.
    """

    def __init__(
        self, reason: str, after_seconds: float | None = None, *, detail: str = "", is_known: bool = True
    ) -> None:
        super().__init__(reason, detail=detail)
        self.after_seconds = after_seconds
        self.is_known = is_known


class Busy(Retry):
    """The other side asked us to wait: nothing of this delivery's lane leaves for so long, and it does not
    count as an attempt. None leaves the time to us.
    """


class Failed(Outcome):
    """Trying again would not help until somebody has changed something."""


class Uncertain(Outcome):
    """What may be repeated has arrived; the fate of the rest is unknown, and staff must look."""


class LeaseLost(Exception):  # noqa: N818
    """Another worker has taken the delivery over; whatever this one still wanted to do, it must not."""


@dataclass(frozen=True)
class Claimed:
    """A delivery as the worker that holds it sees it. `is_in_doubt`: an earlier attempt may have arrived."""

    id: uuid.UUID
    sequence: int
    kind: str
    payload: dict[str, Any]
    institution_id: uuid.UUID
    course_id: uuid.UUID | None
    cause_id: uuid.UUID | None
    order_key: str
    lane: str | None
    attempts: int
    lease_count: int
    is_in_doubt: bool
    created_at: datetime


class Parts(Protocol):
    """What a worker is made with; the application's parts fit."""

    @property
    def settings(self) -> Settings: ...
    @property
    def db(self) -> Database: ...
    @property
    def storage(self) -> Storage: ...


@dataclass(frozen=True)
class Work:
    """One delivery in hand, and what its handler needs.

    The handler runs outside any transaction; it opens short ones itself, never while it talks to another
    machine. It calls `mark_in_doubt` just before something leaves that must not arrive twice (LeaseLost:
    stop).
    """

    settings: Settings
    db: Database
    storage: Storage
    delivery: Claimed
    mark_in_doubt: Callable[[], None]

    @property
    def payload(self) -> dict[str, Any]:
        """What was queued."""
        return self.delivery.payload


Handler = Callable[[Work], None]
