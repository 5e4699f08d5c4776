"""What a requirement without parts still lacks, as states that new activities change. Pure.

A shortfall knows its state at the start, what a new activity does to a state, and a lower bound: how many new
activities it takes at least. States are values; a state that is met is always `MET`, so that what is over and
above makes no difference. nearest.py searches over them.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lti_app.schemes.facts import Facts, amount, cap, occasions, passes, scaled, tags
from lti_app.schemes.flow import shares
from lti_app.schemes.judging import Judge
from lti_app.schemes.requirements import (
    EVERY,
    Amount,
    Bundle,
    Classes,
    Count,
    Distinct,
    Filter,
    Measure,
    Separate,
    Variety,
)
from lti_app.schemes.substitution import served
from lti_app.schemes.units import own_type, pools_of, units_of

MET = "met"
OUT_OF_REACH = 10**6
State = Hashable
_NO_CLASSES = Classes((("", 1),))
_NO_PARTS = Separate((Count(1),))


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
class Shortfall:
    """The common part: bundles being filled. A state is what is lacking, and how full each bundle is."""

    judge: Judge
    start: State = MET
    cheapest: int = 0
    most: int = 0
    is_in_reach: bool = False
    _bounds: dict[State, int] = field(default_factory=dict)

    def effect(self, new: Facts) -> Effect | None:
        """What a new activity like this does here; None if nothing, ever."""
        raise NotImplementedError

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

    def add(self, state: State, type_code: str, effect: Effect) -> State:
        """The state after one more."""
        raise NotImplementedError

    def _bound(self, state: Any) -> int:
        raise NotImplementedError

    def _worth(self, effect: Effect) -> int:
        """The most units that one such activity can add."""
        return max(1, -(-effect.number // effect.bundle.size)) if effect.bundle else 1


def _bundled(judge: Judge, new: Facts, kind: Any) -> Effect:
    activity = new.activity
    bundle = judge.bundles.get(activity.type_code)
    if bundle is None:
        return Effect(kind)
    return Effect(kind, bundle, activity.setting, occasions(activity) if bundle.by_occasions else 1)


def _fills(judge: Judge, given: Iterable[Facts]) -> tuple[tuple[tuple[str, str], int], ...]:
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


def _filled(fills: Any, effect: Effect) -> tuple[int, Any]:
    """How many bundles this completes, and how full they are then."""
    bundle = effect.bundle
    assert bundle is not None
    full = dict(fills)
    key = (bundle.id, effect.setting)
    complete, rest = divmod(full.get(key, 0) + effect.number, bundle.size)
    full[key] = rest
    return complete, tuple(sorted((key, number) for key, number in full.items() if number))


@dataclass(slots=True)
class CountShortfall(Shortfall):
    """So many more that pass a filter. State: (number, fills)."""

    of: Filter = EVERY

    @classmethod
    def find(cls, judge: Judge, wanted: Count, given: Sequence[Facts]) -> CountShortfall:
        passing = judge.passing(wanted.of, given)
        lacking = wanted.need - len(units_of(passing, judge.bundles))
        fills = _fills(judge, passing) if judge.bundles else ()
        return cls(judge, MET if lacking <= 0 else (lacking, fills), of=wanted.of)

    def effect(self, new: Facts) -> Effect | None:
        return _bundled(self.judge, new, True) if passes(self.of, new, self.judge.rules) else None

    def add(self, state: Any, type_code: str, effect: Effect) -> State:
        if state == MET:
            return MET
        lacking, fills = state
        complete = 1
        if effect.bundle:
            complete, fills = _filled(fills, effect)
        return (lacking - complete, fills) if lacking > complete else MET

    def _bound(self, state: Any) -> int:
        return int(-(-state[0] // self.most))


@dataclass(slots=True)
class TypesShortfall(Shortfall):
    """So many more types. State: (number, fills, new types used)."""

    of: Filter = EVERY
    had: frozenset[str] = frozenset()
    fresh: set[str] = field(default_factory=set)

    @classmethod
    def find(cls, judge: Judge, wanted: Distinct, given: Sequence[Facts]) -> TypesShortfall:
        passing = judge.passing(wanted.of, given)
        had = frozenset(unit.type_code for unit in units_of(passing, judge.bundles))
        lacking = wanted.need - len(had)
        fills = _fills(judge, passing) if judge.bundles else ()
        start: State = MET if lacking <= 0 else (lacking, fills, frozenset())
        return cls(judge, start, of=wanted.of, had=had)

    def effect(self, new: Facts) -> Effect | None:
        code, bundle = new.activity.type_code, self.judge.bundles.get(new.activity.type_code)
        is_had = (own_type(bundle) if bundle else code) in self.had
        if is_had or not passes(self.of, new, self.judge.rules):
            return None
        return _bundled(self.judge, new, True)

    def seen(self, type_code: str) -> Hashable:
        return type_code in self.had

    def used(self, state: Any) -> frozenset[str]:
        return frozenset() if state == MET else state[2]

    def expect(self, effects: Iterable[tuple[Effect, int, Collection[str]]]) -> None:
        given = list(effects)
        Shortfall.expect(self, given)
        for effect, _, codes in given:
            self.fresh |= {own_type(effect.bundle)} if effect.bundle else set(codes)

    def add(self, state: Any, type_code: str, effect: Effect) -> State:
        if state == MET:
            return MET
        lacking, fills, used = state
        if effect.bundle:
            complete, fills = _filled(fills, effect)
            if not complete:
                return (lacking, fills, used)
            type_code = own_type(effect.bundle)
        if type_code in used:
            return (lacking, fills, used)
        return (lacking - 1, fills, used | {type_code}) if lacking > 1 else MET

    def _bound(self, state: Any) -> int:
        lacking, _, used = state
        return int(lacking) if lacking <= len(self.fresh - used) else OUT_OF_REACH


@dataclass(slots=True)
class TagsShortfall(Shortfall):
    """More countries, goals or competences: one activity may bring all of them. State: (number,)."""

    of: Filter = EVERY

    @classmethod
    def find(cls, judge: Judge, wanted: Distinct, given: Sequence[Facts]) -> TagsShortfall:
        had = {tag for each in judge.passing(wanted.of, given) for tag in tags(each.activity, wanted.variety)}
        lacking = wanted.need - len(had)
        return cls(judge, MET if lacking <= 0 else (lacking,), of=wanted.of)

    def effect(self, new: Facts) -> Effect | None:
        return Effect(True) if passes(self.of, new, self.judge.rules) else None

    def add(self, state: Any, type_code: str, effect: Effect) -> State:
        return MET

    def _bound(self, state: Any) -> int:
        return 1


@dataclass(slots=True)
class AmountShortfall(Shortfall):
    """More of a measure. State: (SCALEths, what each capped type gave)."""

    of: Filter = EVERY
    measure: Measure = Measure.WEEKS
    gave: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def find(cls, judge: Judge, wanted: Amount, given: Sequence[Facts]) -> AmountShortfall:
        rules, is_points = judge.rules, wanted.measure is Measure.POINTS
        gave: dict[str, int] = {}
        for each in judge.passing(wanted.of, given):
            code = each.activity.type_code
            gave[code] = gave.get(code, 0) + amount(each, wanted.measure, rules)
        if is_points:
            gave = {code: min(number, cap(code, rules)) for code, number in gave.items()}
        lacking = scaled(wanted.need) - sum(gave.values())
        start: State = MET if lacking <= 0 else (lacking, ())
        return cls(judge, start, of=wanted.of, measure=wanted.measure, gave=gave)

    def effect(self, new: Facts) -> Effect | None:
        if not passes(self.of, new, self.judge.rules):
            return None
        number = amount(new, self.measure, self.judge.rules)
        if self.measure is Measure.POINTS:
            number = min(number, self._room(new.activity.type_code))
        return Effect(number) if number else None

    def seen(self, type_code: str) -> Hashable:
        if self.measure is not Measure.POINTS or type_code not in self.judge.rules.points.at_most:
            return None
        return self._room(type_code)

    def used(self, state: Any) -> frozenset[str]:
        return frozenset() if state == MET else frozenset(code for code, _ in state[1])

    def add(self, state: Any, type_code: str, effect: Effect) -> State:
        if state == MET:
            return MET
        lacking, taken = state
        number = effect.kind
        if self.measure is Measure.POINTS and type_code in self.judge.rules.points.at_most:
            took = dict(taken)
            number = min(number, self._room(type_code) - took.get(type_code, 0))
            took[type_code] = took.get(type_code, 0) + number
            taken = tuple(sorted(took.items()))
        return (lacking - number, taken) if lacking > number else MET

    def _room(self, type_code: str) -> int:
        return cap(type_code, self.judge.rules) - self.gave.get(type_code, 0)

    def _bound(self, state: Any) -> int:
        return int(-(-state[0] // self.most))

    def _worth(self, effect: Effect) -> int:
        return int(effect.kind)


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
        fills = tuple((name, _fills(judge, by_name.get(name, ()))) for name in sorted(useful))
        found = cls(judge, (own, fills), wanted=wanted, useful=frozenset(useful), enough=enough)
        if not found._lacking(own):
            found.start = MET
        return found

    def effect(self, new: Facts) -> Effect | None:
        return _bundled(self.judge, new, new.class_name) if new.class_name in self.useful else None

    def add(self, state: Any, type_code: str, effect: Effect) -> State:
        if state == MET:
            return MET
        own, fills = dict(state[0]), dict(state[1])
        complete = 1
        if effect.bundle:
            complete, fills[effect.kind] = _filled(fills[effect.kind], effect)
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
    """More for parts that do not share. State: (what there is, by the parts it suits; fills; types)."""

    wanted: Separate = _NO_PARTS
    had: Mapping[str, frozenset[int]] = field(default_factory=dict)

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
        fills = _fills(judge, given) if judge.bundles else ()
        start = (_frozen(supply), fills, ())
        if found._lacking(start[0]):
            found.start = start
        return found

    def effect(self, new: Facts) -> Effect | None:
        bundled = _bundled(self.judge, new, None)
        unit = units_of([new], {})[0]
        kind = frozenset(n for n, part in enumerate(self.wanted.parts) if self.judge.suits(part, unit))
        return Effect(kind, bundled.bundle, bundled.setting, bundled.number) if kind else None

    def seen(self, type_code: str) -> Hashable:
        return self.had.get(self._identity(type_code))

    def used(self, state: Any) -> frozenset[str]:
        return frozenset() if state == MET else frozenset(code for code, _ in state[2])

    def add(self, state: Any, type_code: str, effect: Effect) -> State:
        if state == MET:
            return MET
        supply, fills, changed = dict(state[0]), state[1], dict(state[2])
        complete = 1
        if effect.bundle:
            complete, fills = _filled(fills, effect)
        if complete and self.wanted.distinct_types:
            code = self._identity(type_code)
            before = changed.get(code, self.had.get(code))
            after = (before or frozenset()) | effect.kind
            if before is not None:
                supply[before] -= 1
            supply[after] = supply.get(after, 0) + 1
            if after != before:
                changed[code] = after
        elif complete:
            enough = sum(part.need for part in self.wanted.parts)
            before_number = supply.get(effect.kind, 0)
            supply[effect.kind] = min(before_number + complete, max(enough, before_number))
        frozen = _frozen(supply)
        return (frozen, fills, tuple(sorted(changed.items()))) if self._lacking(frozen) else MET

    def part_for(self, state: Any, effect: Effect) -> int:
        """The part that something new with this effect is for: one it suits that lacks, if there is one."""
        given = shares([part.need for part in self.wanted.parts], dict(state[0]))
        lacking = [n for n in sorted(effect.kind) if sum(given[n].values()) < self.wanted.parts[n].need]
        return int(lacking[0] if lacking else min(effect.kind))

    def _identity(self, type_code: str) -> str:
        bundle = self.judge.bundles.get(type_code)
        return own_type(bundle) if bundle else type_code

    def _bound(self, state: Any) -> int:
        return -(-self._lacking(state[0]) // (1 if self.wanted.distinct_types else self.most))

    def _lacking(self, supply: Any) -> int:
        needs = [part.need for part in self.wanted.parts]
        given = shares(needs, dict(supply))
        return sum(needs) - sum(number for part in given for number in part.values())


def _frozen(supply: Mapping[frozenset[int], int]) -> tuple[tuple[frozenset[int], int], ...]:
    return tuple(sorted(((k, n) for k, n in supply.items() if n), key=lambda each: sorted(each[0])))


def shortfall_of(judge: Judge, wanted: Any, given: Sequence[Facts]) -> Shortfall:
    """What this requirement without parts lacks."""
    match wanted:
        case Count():
            return CountShortfall.find(judge, wanted, given)
        case Distinct(variety=Variety.TYPE):
            return TypesShortfall.find(judge, wanted, given)
        case Distinct():
            return TagsShortfall.find(judge, wanted, given)
        case Amount():
            return AmountShortfall.find(judge, wanted, given)
        case Classes():
            return ClassesShortfall.find(judge, wanted, given)
        case _:
            return SeparateShortfall.find(judge, wanted, given)
