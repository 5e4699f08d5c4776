"""How a row of routes.py says who gets in, by the status that each kind of reader is answered with.

A `Thing` is about something that a student owns, a `Place` about nothing of the sort; a `Public` page lies
outside of the frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OK, DONE, ON, BAD, NOT_IN, NO, NONE, CONFLICT, GONE, UNFIT = (
    200,
    204,
    303,
    400,
    401,
    403,
    404,
    409,
    410,
    422,
)
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Thing:
    """A page of somebody's thing; `ids` name the things in its address.

    The student whose it is gets `own` (None: as if it were another's), who teaches its course `staff`, who
    coordinates its institution `coordinator` (None: as who teaches), others in its course `here`, who
    observes her `observer` (None: as those others), and everybody else 404.
    """

    method: str
    ids: Texts
    own: int | None
    staff: int
    here: int = NONE
    observer: int | None = None
    coordinator: int | None = None
    form: Texts = field(default_factory=dict)
    parts: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """A page that is about nobody's thing, by who comes.

    `test` is the Test Student (None: as a student), `both` a teacher who studies (None: whatever lets her in,
    as a teacher first).
    """

    method: str
    student: int
    teacher: int
    designer: int
    coordinator: int
    observer: int
    test: int | None = None
    both: int | None = None
    form: Texts = field(default_factory=dict)
    parts: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Public:
    """A page outside of the frame, the same for everybody."""

    method: str
    path: str
    status: int
