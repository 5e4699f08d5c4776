"""What a new activity could be: every type there is, with the answers that matter to a scheme. Pure.

A new activity may have whatever answers serve best, as far as the form of its type asks for them, but its
type, its setting and what classes, points and exclusions make of it are the scheme's. Types that nothing
tells apart are looked at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, product
from uuid import UUID

from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.facts import MOST_OCCASIONS, CountedActivity, Facts, facts_of, passes
from lti_app.schemes.requirements import (
    AllOf,
    Amount,
    AnyOf,
    Count,
    Distinct,
    Filter,
    Measure,
    Ordered,
    Requirement,
    Separate,
    Setting,
)

_MOST_ANSWERS = 64
_MOST_TYPES = 200
_LARGE = "99999"
_NAMES = {
    Measure.WEEKS: "duration_weeks",
    Measure.HOURS: "hours",
    Measure.CREDITS: "credits",
    Measure.OCCASIONS: "occasions",
}
_OTHER_NAMES = {
    "duration_weeks": frozenset({"weeks_abroad", "weeks_home", "duration_days"}),
    "hours": frozenset({"minutes"}),
}
_STEPS = {Measure.OCCASIONS: Decimal(1)}
_STEP = Decimal("0.00001")


# The names of the answers that the form of each type asks for; of a type that is not there, all.
Asked = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """Types that the scheme does not tell apart, in one setting, and what an activity of them can be."""

    setting: str
    effort: int
    codes: tuple[str, ...]
    forms: tuple[Facts, ...]


def kinds_of(
    rules: SchemeRules, types: Mapping[str, str] | None, asked: Asked | None = None
) -> tuple[list[Kind], bool]:
    """The kinds of new activity that can count, and whether these are all answers that could matter."""
    filters = list(_filters(rules))
    told_names = _told(rules, filters)
    named = [each.types for each in filters if each.types] + [bundle.types for bundle in rules.bundles]
    groups: dict[tuple[str, int, object, frozenset[str]], list[str]] = {}
    for code, setting in _offered(rules, filters, types):
        if not rules.accepts(code):
            continue
        points = (rules.points.types.get(code), rules.points.at_most.get(code))
        told_apart = (tuple(code in each for each in named), points)
        mute = told_names - _answered(code, asked) if asked and code in asked else frozenset()
        key = (setting, rules.effort.of(code, setting), told_apart, mute)
        groups.setdefault(key, []).append(code)
    told, is_all = _answers(rules, filters)
    kinds = []
    for (setting, effort, _, mute), codes in groups.items():
        forms = tuple(_forms(rules, codes[0], setting, _without(told, mute)))
        if forms:
            kinds.append(Kind(setting, effort, tuple(codes), forms))
    return kinds, is_all


def as_type(facts: Facts, code: str) -> Facts:
    """The same activity of another type."""
    each = facts.activity
    if each.type_code == code:
        return facts
    other = CountedActivity(each.id, code, each.setting, each.attributes, True)
    return Facts(other, facts.class_name)


def _told(rules: SchemeRules, filters: Sequence[Filter]) -> frozenset[str]:
    """The answers that the rules look at."""
    measures = {measure for of in filters for measure, _ in of.least} | set(_sums(rules.requirement))
    if any(each.by_occasions for each in rules.bundles):
        measures.add(Measure.OCCASIONS)
    names = {name for of in filters for name, _ in of.attributes}
    return frozenset(names | {_NAMES[each] for each in measures if each in _NAMES})


def _sums(wanted: Requirement) -> Iterator[Measure]:
    match wanted:
        case Amount():
            yield wanted.measure
        case Separate() | AllOf() | AnyOf() | Ordered():
            for part in wanted.parts:
                yield from _sums(part)
        case _:
            return


def _answered(code: str, asked: Asked) -> frozenset[str]:
    """What the form of the type asks for; a measure that it asks in another unit under the name used here."""
    names = asked[code]
    return names | {name for name, others in _OTHER_NAMES.items() if names & others}


def _without(told: Sequence[Mapping[str, str]], mute: frozenset[str]) -> Sequence[Mapping[str, str]]:
    """The combinations of answers without these, each once."""
    if not mute:
        return told
    left = ({name: value for name, value in each.items() if name not in mute} for each in told)
    return list({tuple(each.items()): each for each in left}.values())


def _forms(rules: SchemeRules, code: str, setting: str, told: Sequence[Mapping[str, str]]) -> Iterator[Facts]:
    for answers in told:
        facts = facts_of(CountedActivity(UUID(int=0), code, setting, answers, True), rules)
        if not any(passes(each.of, facts, rules) for each in rules.exclusions):
            yield facts


def _answers(rules: SchemeRules, filters: Sequence[Filter]) -> tuple[list[dict[str, str]], bool]:
    """The combinations of answers that can matter, best first. Of a measure, more is better unless a class or
    an exclusion says from how much on it holds: then just below that matters too.
    """
    choices: list[list[tuple[str, str]]] = []
    limits = [each.of for each in rules.classes] + [each.of for each in rules.exclusions]
    for measure, name in _NAMES.items():
        step = _STEPS.get(measure, _STEP)
        below = {least - step for each in limits for found, least in each.least if found is measure}
        most = str(MOST_OCCASIONS) if measure is Measure.OCCASIONS else _LARGE
        choices.append(
            [(name, most)] + [(name, _text(number)) for number in sorted(below, reverse=True) if number > 0]
        )
        if any(number <= 0 for number in below):
            choices[-1].append((name, "0"))
    values: dict[str, set[str]] = {}
    for each in filters:
        for name, good in each.attributes:
            values.setdefault(name, set()).update(good)
    for name, found in sorted(values.items()):
        choices.append([(name, value) for value in sorted(found)] + [(name, "")])
    combined = [dict(each) for each in islice(product(*choices), _MOST_ANSWERS + 1)]
    return combined[:_MOST_ANSWERS], len(combined) <= _MOST_ANSWERS


def _text(number: Decimal) -> str:
    return f"{number:f}"


def _offered(
    rules: SchemeRules, filters: Sequence[Filter], types: Mapping[str, str] | None
) -> Iterable[tuple[str, str]]:
    """The types there are with their settings; if none are given, made-up ones and those the scheme names."""
    if types is not None:
        return types.items()
    named: set[str] = set(rules.accepted or ())
    named.update(*(each.types for each in filters), *(bundle.types for bundle in rules.bundles))
    named.update(rules.points.types, rules.points.at_most, rules.effort.types)
    enough = min(_MOST_TYPES, _most_types(rules.requirement)) if rules.accepted is None else 0
    made_up = [f"*{n}" for n in range(enough)]
    return [
        (f"{code}{setting}" if code.startswith("*") else code, str(setting))
        for setting in Setting
        for code in (*made_up, *sorted(named))
    ]


def _most_types(wanted: Requirement) -> int:
    """As many types as the requirement could ask for."""
    match wanted:
        case Count() | Distinct():
            return wanted.need
        case Separate() | AllOf() | AnyOf() | Ordered():
            return sum(_most_types(part) for part in wanted.parts)
        case _:
            return 1


def _filters(rules: SchemeRules) -> Iterator[Filter]:
    yield from (each.of for each in rules.classes)
    yield from (each.of for each in rules.exclusions)
    yield from filters_in(rules.requirement)


def filters_in(wanted: Requirement) -> Iterator[Filter]:
    """Every filter in a requirement."""
    match wanted:
        case Count() | Distinct() | Amount():
            yield wanted.of
        case Separate() | AllOf() | AnyOf() | Ordered():
            for part in wanted.parts:
                yield from filters_in(part)
        case _:
            return


def codes_of(kinds: Iterable[Kind]) -> Collection[str]:
    """Every type that could be added."""
    return {code for kind in kinds for code in kind.codes}
