"""How a scheme counts activities, and its rules as a whole, as plain values.

Bundles, classes, points and lists of types say what an activity is worth to the requirements
(requirements.py). As there, a value that contradicts itself cannot be made: ValueError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from lti_app.schemes.messages import Message
from lti_app.schemes.requirements import Filter, Requirement, Setting, at_least_one
from lti_app.schemes.text import Text


@dataclass(frozen=True, slots=True)
class Bundle:
    """Small activities that count together: `size` of them are one activity, of the bundle's own type.

    They bundle within a setting. With `by_occasions` what is counted are the occasions that each tells (at
    least one); with `distinct_days` activities that began on one day count once, and those without a day not.
    """

    id: str
    types: frozenset[str]
    size: int
    label: Text
    by_occasions: bool = False
    distinct_days: bool = False

    def __post_init__(self) -> None:
        at_least_one(len(self.types), "the number of types")
        if self.size < 2:
            raise ValueError(f"size must be at least 2, not {self.size}")
        if self.by_occasions and self.distinct_days:
            raise ValueError(Message("occasions have no days of their own"))


@dataclass(frozen=True, slots=True)
class ActivityClass:
    """A class that a scheme sorts activities into; of several that fit, the first in the scheme's order."""

    name: str
    of: Filter
    label: Text


@dataclass(frozen=True, slots=True)
class PointsTable:
    """How many points an activity gives: by its type, else by its setting, else `other`.

    `at_most` caps what the activities of one type give together.
    """

    types: Mapping[str, Decimal] = field(default_factory=dict)
    settings: Mapping[Setting, Decimal] = field(default_factory=dict)
    other: Decimal = Decimal(0)
    at_most: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Activities that count nowhere, judged by their own answers alone, and why."""

    of: Filter
    reason: Text

    def __post_init__(self) -> None:
        if self.of.is_open:
            raise ValueError("an exclusion must say of what")


@dataclass(frozen=True, slots=True)
class TypeList:
    """Which types can count: all, all but `refused`, or only `accepted`."""

    accepted: frozenset[str] | None = None
    refused: frozenset[str] = frozenset()

    def accepts(self, type_code: str) -> bool:
        """Whether activities of this type can count."""
        return type_code not in self.refused and (self.accepted is None or type_code in self.accepted)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work an activity is, in the scheme's own whole numbers: settles which next step is nearest."""

    types: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[Setting, int] = field(default_factory=dict)
    other: int = 1

    def of(self, type_code: str, setting: str) -> int:
        """The effort of an activity of this type in this setting."""
        by_setting = {str(each): number for each, number in self.settings.items()}
        return self.types.get(type_code, by_setting.get(setting, self.other))


@dataclass(frozen=True, slots=True)
class SchemeRules:
    """What a scheme asks for, of which activities, and how it counts them.

    `per_programme` replaces the scheme's own list of types for some programmes.
    """

    requirement: Requirement
    accepted: frozenset[str] | None = None
    refused: frozenset[str] = frozenset()
    per_programme: Mapping[str, TypeList] = field(default_factory=dict)
    bundles: tuple[Bundle, ...] = ()
    classes: tuple[ActivityClass, ...] = ()
    points: PointsTable = PointsTable()
    exclusions: tuple[Exclusion, ...] = ()
    effort: Effort = Effort()

    def __post_init__(self) -> None:
        bundled = [code for bundle in self.bundles for code in bundle.types]
        if len(set(bundled)) < len(bundled):
            raise ValueError("a type is in two bundles")

    def for_programme(self, programme_code: str) -> SchemeRules:
        """The rules as they hold for this programme: with its own list of types, if it has one."""
        own = self.per_programme.get(programme_code)
        if own is None:
            return self
        return replace(self, accepted=own.accepted, refused=own.refused, per_programme={})

    def accepts(self, type_code: str) -> bool:
        """Whether activities of this type can count."""
        return TypeList(self.accepted, self.refused).accepts(type_code)
