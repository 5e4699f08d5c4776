"""How far activities meet a requirement, for every kind of requirement. Pure.

Given are activities that can count at all, in the order of facts.in_time. Each kind is exact: classes by
substitution.py, parts that do not share by flow.py, order by the earliest day on which a part is met. What
was found becomes a Result in tallying.py.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from lti_app.schemes.counting import Bundle, SchemeRules
from lti_app.schemes.facts import SCALE, Facts, amount, cap, passes, scaled, unscaled
from lti_app.schemes.flow import shares
from lti_app.schemes.requirements import (
    EVERY,
    AllOf,
    Amount,
    AnyOf,
    Classes,
    Count,
    Distinct,
    Filter,
    Measure,
    Ordered,
    Requirement,
    Separate,
    Settings,
    Variety,
)
from lti_app.schemes.results import Kind, Result
from lti_app.schemes.substitution import assigned
from lti_app.schemes.tallying import choice, counted, distinct_tags, distinct_types, ids_of, in_setting, whole
from lti_app.schemes.units import Unit, bundles_by_type, units_of

MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges requirements by one scheme's bundles, classes and points."""

    rules: SchemeRules
    bundles: Mapping[str, Bundle]
    # Bundles and ordered parts are asked for again by other requirements, the reasons and the next step.
    _units: dict[tuple[int, ...], list[Unit]] = field(default_factory=dict)
    _orders: dict[tuple[int, ...], list[tuple[Result, list[Facts]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: SchemeRules) -> Judge:
        """The judge of this scheme."""
        return cls(rules, bundles_by_type(rules))

    def judge(self, wanted: Requirement, given: Sequence[Facts]) -> Result:
        """What becomes of this requirement with these activities."""
        match wanted:
            case Count():
                found = counted(wanted, self.units(wanted.of, given))
            case Distinct(variety=Variety.TYPE):
                found = distinct_types(wanted, self.units(wanted.of, given))
            case Distinct():
                found = distinct_tags(wanted, self.passing(wanted.of, given))
            case Settings():
                found = self._settings(wanted, given)
            case Amount():
                found = self._amount(wanted, given)
            case Classes():
                found = self._classes(wanted, given)
            case Separate():
                found = self._separate(wanted, given)
            case AllOf():
                parts = tuple(self.judge(part, given) for part in wanted.parts)
                found = whole(wanted, Kind.ALL_OF, parts)
            case AnyOf():
                found = choice(wanted, tuple(self.judge(part, given) for part in wanted.parts))
            case Ordered():
                found = whole(wanted, Kind.ORDERED, tuple(part for part, _ in self.in_order(wanted, given)))
            case _:
                assert_never(wanted)
        return found

    def passing(self, of: Filter, given: Iterable[Facts]) -> list[Facts]:
        """The activities that pass a filter."""
        return list(given) if of is EVERY else [each for each in given if passes(of, each, self.rules)]

    def units(self, of: Filter, given: Iterable[Facts]) -> list[Unit]:
        """What the activities that pass a filter count as."""
        passing = self.passing(of, given)
        if not self.bundles:
            return units_of(passing, self.bundles)
        key = tuple(map(id, passing))
        known = self._units.get(key)
        if known is None:
            known = self._units[key] = units_of(passing, self.bundles)
        return known

    def in_order(self, wanted: Ordered, given: Sequence[Facts]) -> list[tuple[Result, list[Facts]]]:
        """Each part's result, and the activities that could count for it: late enough ones."""
        key = (id(wanted), *map(id, given))
        known = self._orders.get(key)
        if known is not None:
            return known
        found: list[tuple[Result, list[Facts]]] = []
        able: list[Facts] = list(given)
        for n, part in enumerate(wanted.parts):
            result = self.judge(part, able)
            found.append((result, able))
            if n + 1 == len(wanted.parts):
                break
            day = self._met_on(part, able) if result.met else None
            able = [] if day is None else [each for each in able if each.began_on and each.began_on >= day]
        self._orders[key] = found
        return found

    def suits(self, part: Count, unit: Unit) -> bool:
        """Whether a unit can serve a part that shares with no other.

        A bundle can where the filter cannot tell its members apart; `scheme check` refuses other filters.
        """
        bundle = self.bundles.get(unit.members[0].activity.type_code)
        if bundle is None:
            return passes(part.of, unit.members[0], self.rules)
        is_told_apart = part.of.least or part.of.attributes or part.of.classes
        by_type = not part.of.types or bundle.types <= part.of.types
        return not is_told_apart and by_type and (not part.of.settings or unit.setting in part.of.settings)

    def _met_on(self, part: Requirement, able: Sequence[Facts]) -> date:
        """The day by which a part that is met was met: the earliest whose prefix of ended activities does."""
        ended = [(each.ended_on or date.min, each) for each in able]
        days = sorted({day for day, _ in ended})

        def is_met_by(day: date) -> bool:
            return self.judge(part, [each for end, each in ended if end <= day]).met

        return days[bisect_left(days, True, hi=len(days) - 1, key=is_met_by)]

    def _settings(self, wanted: Settings, given: Sequence[Facts]) -> Result:
        units = self.units(EVERY, given)
        parts = tuple(
            in_setting(
                f"{wanted.id}.{setting}", need, [unit for unit in units if unit.setting == setting], setting
            )
            for setting, need in wanted.minimum
        )
        return whole(wanted, Kind.SETTINGS, parts)

    def _amount(self, wanted: Amount, given: Sequence[Facts]) -> Result:
        brought = [
            (each, amount(each, wanted.measure, self.rules)) for each in self.passing(wanted.of, given)
        ]
        if wanted.measure is Measure.POINTS:
            brought = _capped(brought, self.rules)
        total, need = sum(number for _, number in brought), scaled(wanted.need)
        required = steps_of(wanted)
        return Result(
            wanted.id,
            Kind.AMOUNT,
            unscaled(total),
            wanted.need,
            required,
            required if total >= need else required * total // need,
            tuple(each.id for each, number in brought if number),
            label=wanted.label,
            of=wanted.of,
            measure=wanted.measure,
        )

    def _classes(self, wanted: Classes, given: Sequence[Facts]) -> Result:
        by_name: dict[str, list[Facts]] = {}
        for each in given:
            by_name.setdefault(each.class_name, []).append(each)
        own = {name: units_of(members, self.bundles) for name, members in by_name.items() if name}
        serving = assigned(wanted, own)
        labels = {each.name: each.label for each in self.rules.classes}
        parts = tuple(
            Result(
                f"{wanted.id}.{name}",
                Kind.CLASS,
                len(serving[name]),
                need,
                need,
                len(serving[name]),
                ids_of(each for token in serving[name] for unit in token for each in unit.members),
                label=labels.get(name),
                of=Filter(classes=frozenset({name})),
            )
            for name, need in wanted.minimum
        )
        return whole(wanted, Kind.CLASSES, parts)

    def _separate(self, wanted: Separate, given: Sequence[Facts]) -> Result:
        """Units, or types where no type serves twice, shared out by the parts that they suit."""
        units = self.units(EVERY, given)
        suited = [
            frozenset(n for n, part in enumerate(wanted.parts) if self.suits(part, unit)) for unit in units
        ]
        groups: dict[str | int, frozenset[int]] = {}
        for n, unit in enumerate(units):
            key: str | int = unit.type_code if wanted.distinct_types else n
            groups[key] = groups.get(key, frozenset()) | suited[n]
        waiting: dict[frozenset[int], list[str | int]] = {}
        for key, kind in groups.items():
            waiting.setdefault(kind, []).append(key)
        given_to = shares(
            [part.need for part in wanted.parts], {kind: len(keys) for kind, keys in waiting.items()}
        )
        parts = []
        for n, part in enumerate(wanted.parts):
            keys = [waiting[kind].pop(0) for kind, number in given_to[n].items() for _ in range(number)]
            serving = [
                next(
                    unit
                    for m, unit in enumerate(units)
                    if (unit.type_code if wanted.distinct_types else m) == key and n in suited[m]
                )
                for key in keys
            ]
            parts.append(counted(part, serving))
        return whole(wanted, Kind.SEPARATE, tuple(parts))


def steps_of(wanted: Amount) -> int:
    """How many steps of the progress bar an amount is worth: one for each whole unit, up to a hundred."""
    return int(min(MOST_STEPS, max(1, -(-scaled(wanted.need) // SCALE))))


def _capped(brought: list[tuple[Facts, int]], rules: SchemeRules) -> list[tuple[Facts, int]]:
    """The points each brings when those before it of the same type have taken theirs of the type's cap."""
    left: dict[str, int] = {}
    found = []
    for each, number in brought:
        code = each.activity.type_code
        room = left.get(code, cap(code, rules))
        found.append((each, min(number, room)))
        left[code] = room - min(number, room)
    return found
