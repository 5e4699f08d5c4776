"""The handle on a running plain platform: its people, its one course, its gradebook, and what was asked.

It is what `app.extensions["plain"]` holds; tests read and alter it from any thread.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from flask import current_app

from lti_app.demo.launch.keys import SigningKey, new_key
from lti_app.demo.services.traffic import CallLog

from .shapes import Shape

if TYPE_CHECKING:
    from .launching import Pending

DEPLOYMENT_ID = "1"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCOPES = (f"{AGS}lineitem", f"{AGS}result.readonly", f"{AGS}score", NRPS)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class PlainConfig:
    """How one platform is set up.

    `base_url` and `tool_url` are origins without a final slash; `tool_keys` the tool's public keys (RFC
    7517), as an administrator pastes them; without `signing_key` a new one is made, which takes a while.
    """

    shape: Shape
    base_url: str
    tool_url: str
    tool_keys: Sequence[Mapping[str, Any]]
    signing_key: SigningKey | None = None
    clock: Callable[[], datetime] = _utc_now


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the course; `number` is the row's, `external_id` what is shown outside instead."""

    login: str
    number: int
    given_name: str
    family_name: str
    is_teacher: bool = False
    is_administrator: bool = False
    external_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def name(self) -> str:
        """Both names."""
        return f"{self.given_name} {self.family_name}"

    @property
    def email(self) -> str:
        """An address."""
        return f"{self.login}@plain.test"


@dataclass(frozen=True, slots=True)
class Column:
    """A line item."""

    id: int
    label: str
    maximum: float
    resource_id: str
    tag: str


@dataclass(frozen=True, slots=True)
class Grade:
    """What the gradebook has of one person in one column. `points` is None after a score without any."""

    points: float | None
    maximum: float | None
    progress: str
    comment: str
    at: datetime


class PlainPlatform:
    """One course on one platform."""

    def __init__(self, config: PlainConfig) -> None:
        self.config = config
        self.shape: Shape = config.shape
        self.key = config.signing_key or new_key(config.clock())
        self.people = {
            person.login: person
            for person in (
                Person("admin", 2, "Astrid", "Admin", is_teacher=True, is_administrator=True),
                Person("tove", 3, "Tove", "Lärarsson", is_teacher=True),
                Person("asa", 4, "Åsa", "Öberg"),
                Person("bjorn", 5, "Björn", "Ängström"),
            )
        }
        self.columns: dict[int, Column] = {}
        self.grades: dict[tuple[int, str], Grade] = {}
        self.tokens: dict[str, tuple[frozenset[str], datetime]] = {}
        self.pending: dict[str, Pending] = {}
        self.requests = CallLog()
        self.lock = threading.RLock()

    def switch(self, **changes: Any) -> None:
        """Move switches of the shape at run time."""
        self.shape = replace(self.shape, **changes)

    def now(self) -> datetime:
        """The platform's own time."""
        return self.config.clock()

    def url(self, path: str, column_id: int | None = None) -> str:
        """The whole address of a path of the shape."""
        return self.config.base_url + path.replace("<int:column_id>", str(column_id))

    def service(self, path: str, column_id: int | None = None) -> str:
        """The address of a service, with the query that belongs to it."""
        query = self.shape.service_query
        return self.url(path, column_id) + (f"?{query}" if query else "")

    def sub_of(self, login: str) -> str:
        """The `sub` of a launch, and the `userId` of a score."""
        person = self.people[login]
        return str(person.number) if self.shape.has_numeric_ids else person.external_id

    def person_of(self, sub: object) -> Person | None:
        """Whose `sub` that is."""
        return next((person for person in self.people.values() if self.sub_of(person.login) == sub), None)

    def grade_of(self, login: str, label: str) -> Grade | None:
        """What the gradebook has; KeyError when there is no such column."""
        column = next((each for each in self.columns.values() if each.label == label), None)
        if column is None:
            raise KeyError(label)
        return self.grades.get((column.id, login))


def the_platform() -> PlainPlatform:
    """The platform that the current request is to."""
    return cast("PlainPlatform", current_app.extensions["plain"])
