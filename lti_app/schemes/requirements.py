"""What a scheme can ask for, and of which activities, as plain values; counting.py has how they are counted.

reading_rules.py makes them out of a scheme's file, rules.py judges them. A value that could never be missed
(nothing asked for, no parts) or that contradicts itself cannot be made: ValueError. `id` names a requirement
within its scheme; reading sees to it that ids differ. Amounts are Decimals of the measure's unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lti_app.schemes.messages import Message
from lti_app.schemes.text import Text


class Setting(StrEnum):
    """Where an activity belongs: abroad, at home, online, or created by the person who did it."""

    ABROAD = "abroad"
    HOME = "home"
    VIRTUAL = "virtual"
    OWN = "own"


class Measure(StrEnum):
    """What activities add up: weeks, hours, ECTS credits, occasions, or the points a scheme gives."""

    WEEKS = "weeks"
    HOURS = "hours"
    CREDITS = "credits"
    OCCASIONS = "occasions"
    POINTS = "points"


class Variety(StrEnum):
    """What of activities may have to differ. `type`: each activity has one; the others are tags or attributes
    of which an activity may have several, all of which count.
    """

    TYPE = "type"
    COUNTRY = "country"
    GOAL = "goal"  # one of the UN's seventeen goals
    COMPETENCE = "competence"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which activities: all conditions must hold, and an empty one holds always.

    `classes` are names of the scheme's classes. `least` are minima that a single activity must reach;
    `attributes` are its own answers, each with the values that will do; of several tags one is enough. What
    passes is bundled afterwards.
    """

    types: frozenset[str] = frozenset()
    settings: frozenset[Setting] = frozenset()
    classes: frozenset[str] = frozenset()
    least: tuple[tuple[Measure, Decimal], ...] = ()
    attributes: tuple[tuple[str, frozenset[str]], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether every activity passes."""
        return self == Filter()


EVERY = Filter()


@dataclass(frozen=True, slots=True)
class Count:
    """At least `need` approved activities (a complete bundle is one), of whatever type passes `of`."""

    need: int
    id: str = ""
    of: Filter = EVERY
    label: Text | None = None

    def __post_init__(self) -> None:
        at_least_one(self.need, "need")


@dataclass(frozen=True, slots=True)
class Distinct:
    """At least `need` different types, countries, goals or competences among the approved activities."""

    need: int
    id: str = ""
    variety: Variety = Variety.TYPE
    of: Filter = EVERY
    label: Text | None = None

    def __post_init__(self) -> None:
        at_least_one(self.need, "need")


@dataclass(frozen=True, slots=True)
class Settings:
    """At least so many approved activities in each setting named."""

    minimum: tuple[tuple[Setting, int], ...]
    id: str = ""
    label: Text | None = None

    def __post_init__(self) -> None:
        at_least_one(len(self.minimum), "the number of settings")
        for _, need in self.minimum:
            at_least_one(need, "need")
        if len({setting for setting, _ in self.minimum}) < len(self.minimum):
            raise ValueError("a setting is named twice")


@dataclass(frozen=True, slots=True)
class Amount:
    """Approved activities that add up to `need` of a measure: 12 weeks, 4.5 credits, 100 points.

    Activities of a bundle add up by themselves, and an answer that is no plain number brings nothing.
    """

    measure: Measure
    need: Decimal
    id: str = ""
    of: Filter = EVERY
    label: Text | None = None

    def __post_init__(self) -> None:
        if not self.need > 0:
            raise ValueError(f"need must be above 0, not {self.need}")


@dataclass(frozen=True, slots=True)
class Substitute:
    """`number` activities of class `give` that nothing else needs stand for one of class `serve_as`."""

    give: str
    number: int
    serve_as: str

    def __post_init__(self) -> None:
        at_least_one(self.number, "number")
        if self.give == self.serve_as:
            raise ValueError(Message("a class cannot stand for itself"))


@dataclass(frozen=True, slots=True)
class Classes:
    """So many activities of each class, where some may stand for others: one A and two B, one B = three C.

    A class gives to one other at most and substitution never goes round in circles, so that what is left over
    can be passed on in one sweep, exactly.
    """

    minimum: tuple[tuple[str, int], ...]
    substitutes: tuple[Substitute, ...] = ()
    id: str = ""
    label: Text | None = None

    def __post_init__(self) -> None:
        at_least_one(len(self.minimum), "the number of classes")
        for _, need in self.minimum:
            at_least_one(need, "need")
        if len({name for name, _ in self.minimum}) < len(self.minimum):
            raise ValueError(Message("a class is named twice"))
        gives = {each.give: each.serve_as for each in self.substitutes}
        if len(gives) < len(self.substitutes):
            raise ValueError(Message("a class gives to two others"))
        for start in gives:
            at, steps = start, 0
            while at in gives:
                at, steps = gives[at], steps + 1
                if steps > len(gives):
                    raise ValueError(Message("substitution goes round in a circle"))


@dataclass(frozen=True, slots=True)
class Separate:
    """Parts that do not share: each activity (or complete bundle) serves one part only.

    With `distinct_types` no type serves twice either, in whatever part. Assigned by maximum flow. Bundles are
    made before the parts' filters look, so a filter must not tell a bundle's members apart (limits.py).
    """

    parts: tuple[Count, ...]
    distinct_types: bool = False
    id: str = ""
    label: Text | None = None

    def __post_init__(self) -> None:
        at_least_one(len(self.parts), "the number of parts")


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must be met; parts share activities."""

    parts: tuple[Requirement, ...]
    id: str = ""
    label: Text | None = None

    def __post_init__(self) -> None:
        at_least_one(len(self.parts), "the number of parts")


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least `need` of the parts must be met; parts share activities."""

    parts: tuple[Requirement, ...]
    id: str = ""
    need: int = 1
    label: Text | None = None

    def __post_init__(self) -> None:
        at_least_one(len(self.parts), "the number of parts")
        at_least_one(self.need, "need")
        if self.need > len(self.parts):
            raise ValueError(f"{self.need} of {len(self.parts)} parts cannot be met")


@dataclass(frozen=True, slots=True)
class Ordered:
    """Parts in time: what counts for a part began on the day that the part before it was met, or later.

    A part is met on the day its last needed activity ended. An activity without days counts where no order
    is asked of it: in the first part, and for no part after another.
    """

    parts: tuple[Requirement, ...]
    id: str = ""
    label: Text | None = None

    def __post_init__(self) -> None:
        at_least_one(len(self.parts), "the number of parts")


Requirement = Count | Distinct | Settings | Amount | Classes | Separate | AllOf | AnyOf | Ordered


def at_least_one(number: int, what: str) -> None:
    """Raise ValueError for a number below 1; `what` is what it says."""
    if number < 1:
        raise ValueError(f"{what} must be at least 1, not {number}")
