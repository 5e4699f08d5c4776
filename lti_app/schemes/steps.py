"""The nearest next step: the fewest new activities that would meet what is still missing. Pure.

Every new activity is taken to be of a type not used before, which is always the most useful kind, and to
lie in one setting. So what is missing of a whole is, per figure, the largest that any part misses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Alternatives kept while combining nested choices. Schemes seen have at most a handful; the bound keeps
# an absurd scheme fast, at the price that its step may then not be the very shortest.
_MOST_ALTERNATIVES = 64


@dataclass(frozen=True, slots=True)
class Demand:
    """New approved activities wanted: `any_type` in all, `new_types` of types not used, and per setting."""

    any_type: int = 0
    new_types: int = 0
    settings: tuple[tuple[str, int], ...] = ()

    @property
    def activities(self) -> int:
        """How many new activities that takes at least: one activity may be of a new type and abroad."""
        return max(self.any_type, self.new_types, sum(number for _, number in self.settings))

    def joined(self, other: Demand) -> Demand:
        """What serves both at once."""
        settings = dict(self.settings)
        for setting, number in other.settings:
            settings[setting] = max(number, settings.get(setting, 0))
        return Demand(
            any_type=max(self.any_type, other.any_type),
            new_types=max(self.new_types, other.new_types),
            settings=tuple(sorted(settings.items())),
        )

    def covers(self, other: Demand) -> bool:
        """Whether whoever does this has done the other too."""
        return self.joined(other) == self


def combined(alternatives: Iterable[frozenset[Demand]]) -> frozenset[Demand]:
    """The ways to serve one alternative of every set."""
    ways = frozenset({Demand()})
    for choices in alternatives:
        ways = _worth_keeping({way.joined(choice) for way in ways for choice in choices})
    return ways


def cheapest(ways: Iterable[Demand]) -> Demand:
    """The way with the fewest new activities; of equals, the one with the fewest conditions."""
    return min(ways, key=_cost)


def _worth_keeping(ways: set[Demand]) -> frozenset[Demand]:
    kept: list[Demand] = []
    for way in sorted(ways, key=_cost):
        if len(kept) < _MOST_ALTERNATIVES and not any(way.covers(other) for other in kept):
            kept.append(way)
    return frozenset(kept)


def _cost(way: Demand) -> tuple[int, int, int, tuple[tuple[str, int], ...]]:
    return (way.activities, sum(number for _, number in way.settings), way.new_types, way.settings)
