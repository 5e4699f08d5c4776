"""What counts, types, tags and amounts still lack. Pure."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lti_app.schemes.facts import Facts, amount, cap, passes, scaled, tags
from lti_app.schemes.judging import Judge
from lti_app.schemes.requirements import EVERY, Amount, Count, Distinct, Filter, Measure
from lti_app.schemes.shortfalls import MET, OUT_OF_REACH, Effect, Shortfall, State, bundled, filled, fills_of
from lti_app.schemes.units import own_type, units_of


@dataclass(slots=True)
class CountShortfall(Shortfall):
    """So many more that pass a filter. State: (number, fills)."""

    of: Filter = EVERY

    @classmethod
    def find(cls, judge: Judge, wanted: Count, given: Sequence[Facts]) -> CountShortfall:
        passing = judge.passing(wanted.of, given)
        lacking = wanted.need - len(units_of(passing, judge.bundles))
        fills = fills_of(judge, passing) if judge.bundles else ()
        return cls(judge, MET if lacking <= 0 else (lacking, fills), of=wanted.of)

    def effect(self, new: Facts) -> Effect | None:
        return bundled(self.judge, new, True) if passes(self.of, new, self.judge.rules) else None

    def add(self, state: Any, type_code: str, effect: Effect) -> State:
        if state == MET:
            return MET
        lacking, fills = state
        complete = 1
        if effect.bundle:
            complete, fills = filled(fills, effect)
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
        fills = fills_of(judge, passing) if judge.bundles else ()
        start: State = MET if lacking <= 0 else (lacking, fills, frozenset())
        return cls(judge, start, of=wanted.of, had=had)

    def effect(self, new: Facts) -> Effect | None:
        code, bundle = new.activity.type_code, self.judge.bundles.get(new.activity.type_code)
        is_had = (own_type(bundle) if bundle else code) in self.had
        if is_had or not passes(self.of, new, self.judge.rules):
            return None
        return bundled(self.judge, new, True)

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
            complete, fills = filled(fills, effect)
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

    def expect(self, effects: Iterable[tuple[Effect, int, Collection[str]]]) -> None:
        given = list(effects)
        Shortfall.expect(self, given)
        codes = {code for _, _, codes in given for code in codes}
        capped = self.measure is Measure.POINTS and codes <= self.judge.rules.points.at_most.keys()
        if capped and isinstance(self.start, tuple):
            self.is_in_reach = sum(self._room(code) for code in codes) >= self.start[0]

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
