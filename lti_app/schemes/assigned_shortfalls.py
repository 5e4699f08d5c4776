"""What classes and parts that do not share still lack. Pure."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lti_app.schemes.facts import Facts
from lti_app.schemes.flow import shares
from lti_app.schemes.judging import Judge
from lti_app.schemes.requirements import EVERY, Classes, Count, Separate
from lti_app.schemes.shortfalls import MET, Effect, Shortfall, State, bundled, filled, fills_of
from lti_app.schemes.substitution import served
from lti_app.schemes.units import own_type, units_of

_NO_CLASSES = Classes((("", 1),))
_NO_PARTS = Separate((Count(1),))


@dataclass(slots=True)
class ClassesShortfall(Shortfall):
    """More of some classes, or of those that stand for them. State: (units of each class, fills of each)."""

    wanted: Classes = _NO_CLASSES
    useful: frozenset[str] = frozenset()
    enough: int = 0

    @classmethod
    def find(cls, judge: Judge, wanted: Classes, given: Sequence[Facts]) -> ClassesShortfall:
        by_name: dict[str, list[Facts]] = {}
        for each in given:
            by_name.setdefault(each.class_name, []).append(each)
        useful = {name for name, _ in wanted.minimum} | {each.give for each in wanted.substitutes}
        enough = sum(need for _, need in wanted.minimum)
        for step in wanted.substitutes:
            enough *= step.number
        own = tuple(sorted((name, len(units_of(by_name.get(name, ()), judge.bundles))) for name in useful))
        fills = tuple((name, fills_of(judge, by_name.get(name, ()))) for name in sorted(useful))
        found = cls(judge, (own, fills), wanted=wanted, useful=frozenset(useful), enough=enough)
        if not found._lacking(own):
            found.start = MET
        return found

    def effect(self, new: Facts) -> Effect | None:
        return bundled(self.judge, new, new.class_name) if new.class_name in self.useful else None

    def expect(self, effects: Iterable[tuple[Effect, int, Collection[str]]]) -> None:
        given = list(effects)
        Shortfall.expect(self, given)
        plenty = max((n for _, n in self.wanted.minimum), default=0) + self.enough * len(self.useful)
        own = dict(self.start[0]) if isinstance(self.start, tuple) else {}
        own |= {effect.kind: plenty for effect, _, _ in given}
        self.is_in_reach = self.is_in_reach and not self._lacking(own)

    def add(self, state: Any, type_code: str, effect: Effect) -> State:
        if state == MET:
            return MET
        own, fills = dict(state[0]), dict(state[1])
        complete = 1
        if effect.bundle:
            complete, fills[effect.kind] = filled(fills[effect.kind], effect)
        own[effect.kind] = min(own[effect.kind] + complete, max(self.enough, own[effect.kind]))
        after = tuple(sorted(own.items()))
        return (after, tuple(sorted(fills.items()))) if self._lacking(after) else MET

    def _bound(self, state: Any) -> int:
        return -(-self._lacking(state[0]) // self.most)

    def _lacking(self, own: Any) -> int:
        found = served(self.wanted, dict(own))
        return sum(need - found[name] for name, need in self.wanted.minimum)


@dataclass(slots=True)
class SeparateShortfall(Shortfall):
    """More for parts that do not share. State: (what there is, by the parts it suits; fills; types).

    `is_plain` where no type can come to suit more parts than it does by its first activity. Then something
    that helps nothing now never will: what is shared out are substitutes for one another.
    """

    wanted: Separate = _NO_PARTS
    had: Mapping[str, frozenset[int]] = field(default_factory=dict)
    is_plain: bool = True
    _lacks: dict[Any, int] = field(default_factory=dict)

    @classmethod
    def find(cls, judge: Judge, wanted: Separate, given: Sequence[Facts]) -> SeparateShortfall:
        had: dict[str, frozenset[int]] = {}
        supply: dict[frozenset[int], int] = {}
        for unit in judge.units(EVERY, given):
            kind = frozenset(n for n, part in enumerate(wanted.parts) if judge.suits(part, unit))
            had[unit.type_code] = had.get(unit.type_code, frozenset()) | kind
            supply[kind] = supply.get(kind, 0) + 1
        if wanted.distinct_types:
            supply = {}
            for kind in had.values():
                supply[kind] = supply.get(kind, 0) + 1
        found = cls(judge, MET, wanted=wanted, had=had if wanted.distinct_types else {})
        start = (_frozen(supply), fills_of(judge, given) if judge.bundles else (), ())
        found.start = start if found._lacking(start[0]) else MET
        return found

    def effect(self, new: Facts) -> Effect | None:
        unit = units_of([new], {})[0]
        kind = frozenset(n for n, part in enumerate(self.wanted.parts) if self.judge.suits(part, unit))
        return bundled(self.judge, new, kind) if kind else None

    def seen(self, type_code: str) -> Hashable:
        return self.had.get(self._identity(type_code))

    def used(self, state: Any) -> frozenset[str]:
        return frozenset() if state == MET else frozenset(code for code, _ in state[2])

    def expect(self, effects: Iterable[tuple[Effect, int, Collection[str]]]) -> None:
        given = list(effects)
        Shortfall.expect(self, given)
        if self.start == MET:
            return
        kinds: dict[str, set[frozenset[int]]] = {}
        for effect, _, codes in given:
            for code in {self._identity(code) for code in codes}:
                kinds.setdefault(code, set()).add(effect.kind)
        every = dict(self.start[0])  # type: ignore[index]
        if self.wanted.distinct_types:
            self.is_plain = all(
                len(found) == 1 and self.had.get(code, kind) >= kind
                for code, found in kinds.items()
                for kind in found
            )
            for code, found in kinds.items():
                before = self.had.get(code)
                if before is not None:
                    every[before] -= 1
                after = frozenset().union(before or (), *found)
                every[after] = every.get(after, 0) + 1
        else:
            every |= {kind: self._most_needed() for found in kinds.values() for kind in found}
        self.is_in_reach = self.is_in_reach and not self._lacking(_frozen(every))

    def add(self, state: Any, type_code: str, effect: Effect) -> State:
        if state == MET:
            return MET
        supply, fills, changed = state
        code, complete = self._identity(type_code), 1
        before = dict(changed).get(code, self.had.get(code)) if self.wanted.distinct_types else None
        if self.is_plain and (before is not None or not self._gains(supply, effect.kind)):
            return (supply, fills, changed)
        if effect.bundle:
            complete, fills = filled(fills, effect)
            if not complete:
                return (supply, fills, changed)
        after = dict(supply)
        if self.wanted.distinct_types:
            kind = (before or frozenset()) | effect.kind
            if before is not None:
                after[before] -= 1
            after[kind] = after.get(kind, 0) + 1
            if kind != before:
                changed = tuple(sorted({**dict(changed), code: kind}.items()))
        else:
            number = after.get(effect.kind, 0)
            after[effect.kind] = min(number + complete, max(self._most_needed(), number))
        frozen = _frozen(after)
        return (frozen, fills, changed) if self._lacking(frozen) else MET

    def part_for(self, state: Any, effect: Effect) -> int:
        """The part that something new with this effect is for: one it suits that lacks, if there is one."""
        given = shares([part.need for part in self.wanted.parts], dict(state[0]))
        lacking = [n for n in sorted(effect.kind) if sum(given[n].values()) < self.wanted.parts[n].need]
        return int(lacking[0] if lacking else min(effect.kind))

    def _identity(self, type_code: str) -> str:
        bundle = self.judge.bundles.get(type_code)
        return own_type(bundle) if bundle else type_code

    def _most_needed(self) -> int:
        return sum(part.need for part in self.wanted.parts)

    def _gains(self, supply: Any, kind: frozenset[int]) -> bool:
        """Whether one more of this kind serves a part that lacks."""
        more = dict(supply)
        more[kind] = more.get(kind, 0) + 1
        return self._lacking(_frozen(more)) < self._lacking(supply)

    def _bound(self, state: Any) -> int:
        return -(-self._lacking(state[0]) // (1 if self.wanted.distinct_types else self.most))

    def _lacking(self, supply: Any) -> int:
        found = self._lacks.get(supply)
        if found is None:
            given = shares([part.need for part in self.wanted.parts], dict(supply))
            found = self._most_needed() - sum(number for part in given for number in part.values())
            self._lacks[supply] = found
        return found


def _frozen(supply: Mapping[frozenset[int], int]) -> tuple[tuple[frozenset[int], int], ...]:
    return tuple(sorted(((k, n) for k, n in supply.items() if n), key=lambda each: sorted(each[0])))
