"""The kinds of requirement a scheme is composed of. Pure values; rules.py judges them.

A requirement that could never be missed (nothing asked for, no parts) cannot be made: ValueError.
`id` names a requirement within its scheme; reading.py sees to it that ids differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Setting(StrEnum):
    """Where an activity belongs: abroad, at home, online, or created by the person who did it."""

    ABROAD = "abroad"
    HOME = "home"
    VIRTUAL = "virtual"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Count:
    """At least `need` approved activities, of whatever type."""

    need: int
    id: str = ""

    def __post_init__(self) -> None:
        _at_least_one(self.need, "need")


@dataclass(frozen=True, slots=True)
class DistinctTypes:
    """Approved activities of at least `need` different types."""

    need: int
    id: str = ""

    def __post_init__(self) -> None:
        _at_least_one(self.need, "need")


@dataclass(frozen=True, slots=True)
class Settings:
    """At least so many approved activities in each setting named."""

    minimum: tuple[tuple[Setting, int], ...]
    id: str = ""

    def __post_init__(self) -> None:
        _at_least_one(len(self.minimum), "the number of settings")
        for _, need in self.minimum:
            _at_least_one(need, "need")
        if len({setting for setting, _ in self.minimum}) < len(self.minimum):
            raise ValueError("a setting is named twice")


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must be met; parts share activities."""

    parts: tuple[Requirement, ...]
    id: str = ""

    def __post_init__(self) -> None:
        _at_least_one(len(self.parts), "the number of parts")


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part is enough."""

    parts: tuple[Requirement, ...]
    id: str = ""

    def __post_init__(self) -> None:
        _at_least_one(len(self.parts), "the number of parts")


Requirement = Count | DistinctTypes | Settings | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class SchemeRules:
    """What a scheme asks for, and of which activity types: all, all but `refused`, or only `accepted`."""

    requirement: Requirement
    accepted: frozenset[str] | None = None
    refused: frozenset[str] = frozenset()

    def accepts(self, type_code: str) -> bool:
        """Whether activities of this type can count."""
        return type_code not in self.refused and (self.accepted is None or type_code in self.accepted)


def _at_least_one(number: int, what: str) -> None:
    if number < 1:
        raise ValueError(f"{what} must be at least 1, not {number}")
