"""What a requirement without parts still lacks, as states that new activities change: the common part. Pure.

A shortfall knows its state at the start, what a new activity does to a state, and a lower bound: how many new
activities it takes at least. States are values; a state that is met is always `MET`, so that what is over and
above makes no difference. counted_shortfalls.py and assigned_shortfalls.py have the kinds, nearest.py
searches over them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from lti_app.schemes.counting import Bundle
from lti_app.schemes.facts import Facts, occasions
from lti_app.schemes.judging import Judge
from lti_app.schemes.units import pools_of

MET = "met"
OUT_OF_REACH = 10**6
State = Hashable


@dataclass(frozen=True, slots=True)
class Effect:
    """What a new activity does to one requirement, its type aside.

    `kind` is what it serves there: True, its class, its parts, or an amount. In a bundle it adds `number` to
    what is bundled in its setting.
    """

    kind: Any
    bundle: Bundle | None = None
    setting: str = ""
    number: int = 1


@dataclass(slots=True)
class Shortfall(ABC):
    """The common part: bundles being filled. A state is what is lacking, and how full each bundle is."""

    judge: Judge
    start: State = MET
    cheapest: int = 0
    most: int = 0
    is_in_reach: bool = False
    _bounds: dict[State, int] = field(default_factory=dict)

    @abstractmethod
    def effect(self, new: Facts) -> Effect | None:
        """What a new activity like this does here; None if nothing, ever."""

    def seen(self, type_code: str) -> Hashable:
        """What makes a type differ here from others with the same effect."""
        return None

    def used(self, state: State) -> frozenset[str]:
        """The types of new activities that the state remembers."""
        return frozenset()

    def expect(self, effects: Iterable[tuple[Effect, int, Collection[str]]]) -> None:
        """Take note of what could be done: effects with their effort and the types that have them."""
        for effect, effort, _ in effects:
            self.cheapest = effort if not self.is_in_reach else min(self.cheapest, effort)
            self.is_in_reach = True
            self.most = max(self.most, self._worth(effect))

    def bound(self, state: State) -> int:
        """At least so many new activities are lacking; 0 exactly when met."""
        if state == MET:
            return 0
        if not self.is_in_reach:
            return OUT_OF_REACH
        found = self._bounds.get(state)
        if found is None:
            found = self._bounds[state] = self._bound(state)
        return found

    @abstractmethod
    def add(self, state: State, type_code: str, effect: Effect) -> State:
        """The state after one more."""

    @abstractmethod
    def _bound(self, state: Any) -> int:
        """The same as `bound`, worked out for a state that is not met and in reach."""

    def _worth(self, effect: Effect) -> int:
        """The most units that one such activity can add."""
        return max(1, -(-effect.number // effect.bundle.size)) if effect.bundle else 1


def bundled(judge: Judge, new: Facts, kind: Any) -> Effect:
    activity = new.activity
    bundle = judge.bundles.get(activity.type_code)
    if bundle is None:
        return Effect(kind)
    return Effect(kind, bundle, activity.setting, occasions(activity) if bundle.by_occasions else 1)


def fills_of(judge: Judge, given: Iterable[Facts]) -> tuple[tuple[tuple[str, str], int], ...]:
    """How full each begun bundle is."""
    return tuple(
        ((pool.bundle.id, setting), pool.bundle.size - pool.missing)
        for pool, setting in _begun(judge, given)
        if pool.missing < pool.bundle.size
    )


def _begun(judge: Judge, given: Iterable[Facts]) -> list[tuple[Any, str]]:
    by_setting: dict[str, list[Facts]] = {}
    for each in given:
        by_setting.setdefault(each.activity.setting, []).append(each)
    return [
        (pool, setting)
        for setting, members in sorted(by_setting.items())
        for pool in pools_of(members, judge.bundles)
    ]


def filled(fills: Any, effect: Effect) -> tuple[int, Any]:
    """How many bundles this completes, and how full they are then."""
    bundle = effect.bundle
    assert bundle is not None
    full = dict(fills)
    key = (bundle.id, effect.setting)
    complete, rest = divmod(full.get(key, 0) + effect.number, bundle.size)
    full[key] = rest
    return complete, tuple(sorted((key, number) for key, number in full.items() if number))
