"""The rules once more, from their definitions and by trying everything: what the real ones must agree with.

Shares no code with lti_app beyond the values of the language. Slow on purpose; for a handful of activities.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from lti_app.schemes.counting import Bundle, SchemeRules
from lti_app.schemes.facts import CountedActivity
from lti_app.schemes.requirements import (
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

Unit = tuple[str, str, tuple[CountedActivity, ...]]


def able(rules: SchemeRules, activities: Sequence[CountedActivity]) -> list[CountedActivity]:
    """Those that can count at all."""
    return [
        each
        for each in activities
        if each.approved
        and each.type_code not in rules.refused
        and (rules.accepted is None or each.type_code in rules.accepted)
        and not any(fits(rules, exclusion.of, each) for exclusion in rules.exclusions)
    ]


def measure(rules: SchemeRules, what: Measure, each: CountedActivity) -> Fraction:
    """What one activity brings. Answers here are well formed."""
    told = {name: Fraction(value) for name, value in each.attributes.items() if name not in {"goals", "mode"}}
    match what:
        case Measure.WEEKS:
            both = told.get("weeks_abroad", Fraction(0)) + told.get("weeks_home", Fraction(0))
            return told.get("duration_weeks") or both or told.get("duration_days", Fraction(0)) / 7
        case Measure.HOURS:
            return told.get("hours") or told.get("minutes", Fraction(0)) / 60
        case Measure.CREDITS:
            return told.get("credits", Fraction(0))
        case Measure.OCCASIONS:
            return max(Fraction(1), told.get("occasions", Fraction(1)))
        case Measure.POINTS:
            by_setting = {str(setting): number for setting, number in rules.points.settings.items()}
            other = by_setting.get(each.setting, rules.points.other)
            return Fraction(rules.points.types.get(each.type_code, other))


def class_of(rules: SchemeRules, each: CountedActivity) -> str:
    """The first class that fits."""
    return next((one.name for one in rules.classes if fits(rules, one.of, each)), "")


def fits(rules: SchemeRules, of: Filter, each: CountedActivity) -> bool:
    """Every condition of the filter."""
    checks = [
        not of.types or each.type_code in of.types,
        not of.settings or each.setting in {str(setting) for setting in of.settings},
        not of.classes or class_of(rules, each) in of.classes,
        *(measure(rules, what, each) >= Fraction(least) for what, least in of.least),
        *(each.attributes.get(name, "") in good for name, good in of.attributes),
    ]
    return all(checks)


def units(rules: SchemeRules, given: Sequence[CountedActivity]) -> list[Unit]:
    """Activities by themselves, and as many complete bundles as there can be."""
    in_bundle = {code for bundle in rules.bundles for code in bundle.types}
    found: list[Unit] = [(e.type_code, e.setting, (e,)) for e in given if e.type_code not in in_bundle]
    for bundle in rules.bundles:
        for setting in sorted({each.setting for each in given}):
            members = [e for e in given if e.type_code in bundle.types and e.setting == setting]
            found += [(f"bundle {bundle.id}", setting, tuple(members))] * min(12, _complete(bundle, members))
    return found


def _complete(bundle: Bundle, members: list[CountedActivity]) -> int:
    if bundle.by_occasions:
        return sum(int(e.attributes.get("occasions", "1")) for e in members) // bundle.size
    if not bundle.distinct_days:
        return len(members) // bundle.size
    for number in range(len(members), 0, -1):
        for chosen in itertools.combinations(members, number):
            days = [each.starts_on for each in chosen]
            if None not in days and len(set(days)) == number:
                return number // bundle.size
    return 0


def meets(  # noqa: PLR0911 (a list of definitions)
    rules: SchemeRules, wanted: Requirement, given: Sequence[CountedActivity]
) -> bool:
    """Whether these activities, all able to count, meet the requirement."""
    match wanted:
        case Count():
            return len(units(rules, [e for e in given if fits(rules, wanted.of, e)])) >= wanted.need
        case Distinct():
            return distinct(rules, wanted, given) >= wanted.need
        case Settings():
            return all(
                sum(where == str(setting) for _, where, _ in units(rules, given)) >= need
                for setting, need in wanted.minimum
            )
        case Amount():
            return amount(rules, wanted, given) >= Fraction(wanted.need)
        case Classes():
            return best_classes(rules, wanted, given) == sum(need for _, need in wanted.minimum)
        case Separate():
            return best_sharing(rules, wanted, given) == sum(part.need for part in wanted.parts)
        case AllOf():
            return all(meets(rules, part, given) for part in wanted.parts)
        case AnyOf():
            return sum(meets(rules, part, given) for part in wanted.parts) >= wanted.need
        case Ordered():
            return _in_order(rules, wanted.parts, list(given))


def distinct(rules: SchemeRules, wanted: Distinct, given: Sequence[CountedActivity]) -> int:
    """How many different ones."""
    passing = [e for e in given if fits(rules, wanted.of, e)]
    if wanted.variety is Variety.TYPE:
        return len({code for code, _, _ in units(rules, passing)})
    names = {"goal": ("goals",), "competence": ("competences",), "country": ("country", "countries")}
    return len(
        {tag for e in passing for name in names[wanted.variety] for tag in e.attributes.get(name, "").split()}
    )


def amount(rules: SchemeRules, wanted: Amount, given: Sequence[CountedActivity]) -> Fraction:
    """The sum, where no type gives more points than its cap."""
    passing = [e for e in given if fits(rules, wanted.of, e)]
    total = Fraction(0)
    for code in {e.type_code for e in passing}:
        its = sum((measure(rules, wanted.measure, e) for e in passing if e.type_code == code), Fraction(0))
        if wanted.measure is Measure.POINTS and code in rules.points.at_most:
            its = min(its, Fraction(rules.points.at_most[code]))
        total += its
    return total


def best_classes(rules: SchemeRules, wanted: Classes, given: Sequence[CountedActivity]) -> int:
    """The most that any way of substituting serves."""
    names = {class_of(rules, e) for e in given} - {""}
    own = {name: len(units(rules, [e for e in given if class_of(rules, e) == name])) for name in names}
    seen: set[tuple[tuple[str, int], ...]] = set()

    def tried(held: dict[str, int]) -> int:
        key = tuple(sorted(held.items()))
        if key in seen:
            return 0
        seen.add(key)
        best = sum(min(held.get(name, 0), need) for name, need in wanted.minimum)
        for step in wanted.substitutes:
            if held.get(step.give, 0) >= step.number:
                after = dict(held)
                after[step.give] -= step.number
                after[step.serve_as] = after.get(step.serve_as, 0) + 1
                best = max(best, tried(after))
        return best

    return tried(own)


def best_sharing(rules: SchemeRules, wanted: Separate, given: Sequence[CountedActivity]) -> int:
    """The most that any way of handing out units to parts serves."""
    everything = units(rules, given)

    def tried(n: int, left: tuple[int, ...], used: frozenset[str]) -> int:
        if n == len(everything) or not any(left):
            return 0
        code, _, members = everything[n]
        best = tried(n + 1, left, used)
        if wanted.distinct_types and code in used:
            return best
        for part, lacking in enumerate(left):
            if lacking and all(fits(rules, wanted.parts[part].of, e) for e in members):
                fewer = (*left[:part], lacking - 1, *left[part + 1 :])
                best = max(best, 1 + tried(n + 1, fewer, used | {code}))
        return best

    return tried(0, tuple(part.need for part in wanted.parts), frozenset())


def _in_order(rules: SchemeRules, parts: tuple[Requirement, ...], given: list[CountedActivity]) -> bool:
    """Whether there are days that cut the activities so that every part is met in its turn."""
    if len(parts) == 1:
        return meets(rules, parts[0], given)
    for day in sorted({_end(e) for e in given} | {date.min}):
        if meets(rules, parts[0], [e for e in given if _end(e) <= day]):
            later = [e for e in given if e.starts_on is not None and e.starts_on >= day]
            if _in_order(rules, parts[1:], later):
                return True
    return False


def _end(each: CountedActivity) -> date:
    return max((day for day in (each.starts_on, each.ends_on) if day is not None), default=date.min)
