"""What one more activity of a type would bring a portfolio, by asking the rules themselves. Pure.

The portfolio is what rules.able_of found in it, so that no question looks at its activities anew.

What the new activity would answer is not known yet. It is taken to answer what the scheme's conditions ask
for, as far as the form of its type asks for that at all.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from lti_app.schemes.catalogue import form_fields, tags
from lti_app.schemes.catalogue_files import ActivityType
from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.facts import TAGS, Facts, passes
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
from lti_app.schemes.rules import CountedActivity, Result, able_of, result_with

_FIRST_ID = 2**128 - 1
_ELSEWHERE = "ZZ"  # no country's code
# The answers that tell a measure, and how many of the answer's own unit make one of the measure's.
_ANSWERS = {
    Measure.WEEKS: {"duration_weeks": 1, "weeks_abroad": 1, "duration_days": 7},
    Measure.HOURS: {"hours": 1, "minutes": 60},
    Measure.CREDITS: {"credits": 1},
    Measure.OCCASIONS: {"occasions": 1},
    Measure.POINTS: {},
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A later part of ordered parts, as a scheme of its own, how far it is, and the part to be met first."""

    part: SchemeRules
    before: Result
    first: Result


def gains(
    rules: SchemeRules,
    under_way: Sequence[Facts],
    before: Result,
    kind: ActivityType,
    today: date,
    number: int = 1,
) -> tuple[Result, ...]:
    """The innermost requirements that so many more activities of the type bring further, under the best of
    their answers; each begins a day after the other.
    """
    asked = {each.name for each in form_fields(kind.code)}
    tried = set()
    for wished in _answers(rules):
        answers = {name: value for name, value in wished.items() if name in asked}
        key = tuple(sorted(answers.items()))
        if key in tried:
            continue
        tried.add(key)
        days = [today + timedelta(days=each) for each in range(number)]
        new = [
            CountedActivity(UUID(int=_FIRST_ID - at), kind.code, kind.setting, answers, True, day, day)
            for at, day in enumerate(days)
        ]
        able = able_of(rules, new)
        if any(_is_asked(rules, each) for each in able):
            after = result_with(rules, [*under_way, *able])
            if found := tuple(_further(before, after)):
                return found
    return ()


def gains_together(
    rules: SchemeRules,
    under_way: Sequence[Facts],
    before: Result,
    kind: ActivityType,
    today: date,
) -> tuple[Result, ...]:
    """The same for as many of the type as count as one: a whole bundle, or enough for another class."""
    sizes = {each.size for each in rules.bundles if kind.code in each.types}
    for wanted in inner(rules.requirement):
        if isinstance(wanted, Classes):
            sizes |= {each.number for each in wanted.substitutes}
    for size in sorted(sizes):
        if found := gains(rules, under_way, before, kind, today, size):
            return found
    return ()


def could_ever(rules: SchemeRules, kind: ActivityType, today: date) -> bool:
    """Whether there is any requirement that such activities help to meet."""
    for wanted in inner(rules.requirement):
        if not isinstance(wanted, AllOf | AnyOf | Ordered):
            alone = replace(rules, requirement=wanted)
            nothing = result_with(alone, ())
            if gains(alone, (), nothing, kind, today) or gains_together(alone, (), nothing, kind, today):
                return True
    return False


def waiting_parts(rules: SchemeRules, under_way: Sequence[Facts]) -> list[Waiting]:
    """The parts of ordered requirements that wait for one before them."""
    found = []
    for wanted in inner(rules.requirement):
        if isinstance(wanted, Ordered):
            alone = [replace(rules, requirement=part) for part in wanted.parts]
            results = [(each, result_with(each, under_way)) for each in alone]
            missing = [(each, result) for each, result in results if not result.met]
            found += [Waiting(part, before, missing[0][1]) for part, before in missing[1:]]
    return found


def waits_for(
    waiting: Sequence[Waiting], under_way: Sequence[Facts], kind: ActivityType, today: date
) -> Result | None:
    """The part that has to be met first, where one that waits for it is what the type would help."""
    return next(
        (each.first for each in waiting if gains(each.part, under_way, each.before, kind, today)), None
    )


def signs_of(
    rules: SchemeRules, kinds: Iterable[ActivityType], owned: Container[str]
) -> Mapping[str, tuple[object, ...]]:
    """What the rules can tell of each of these types: two of one sign would bring the same. `owned` are the
    types that are told from others because the student has one.
    """
    sets = [of.types for of in _filters(rules)] + [each.types for each in rules.bundles]
    table, told = rules.points, _told(rules)
    return {
        kind.code: (
            kind.code if kind.code in owned else "",
            kind.setting,
            tuple(kind.code in each for each in sets),
            table.types.get(kind.code),
            table.at_most.get(kind.code),
            told & {each.name for each in form_fields(kind.code)},
        )
        for kind in kinds
    }


def tells_types_apart(rules: SchemeRules) -> bool:
    """Whether having one of a type changes what another of it brings."""
    if rules.points.at_most:
        return True
    return any(
        each.variety is Variety.TYPE if isinstance(each, Distinct) else getattr(each, "distinct_types", False)
        for each in inner(rules.requirement)
    )


def inner(requirement: Requirement) -> Iterator[Requirement]:
    """A requirement and all that it is made of."""
    yield requirement
    if isinstance(requirement, AllOf | AnyOf | Ordered | Separate):
        for part in requirement.parts:
            yield from inner(part)


def _is_asked(rules: SchemeRules, able: Facts) -> bool:
    """Whether any requirement looks at such an activity at all."""
    return any(
        passes(each.of, able, rules)
        for each in inner(rules.requirement)
        if isinstance(each, Count | Distinct | Amount)
    ) or any(isinstance(each, Settings | Classes) for each in inner(rules.requirement))


def _further(before: Result, after: Result) -> Iterator[Result]:
    if before.met:
        return
    if not after.parts:
        if after.have > before.have:
            yield before
    elif len(before.parts) == len(after.parts):
        for was, now in zip(before.parts, after.parts, strict=True):
            yield from _further(was, now)


def _answers(rules: SchemeRules) -> Iterator[Mapping[str, str]]:
    """What a new activity may answer: as much as any condition asks, then each condition's own word."""
    filters = tuple(_filters(rules))
    amounts: dict[str, str] = {}
    for measure in Measure:
        least = max(
            (least for of in filters for each, least in of.least if each is measure), default=Decimal(1)
        )
        amounts |= {name: f"{(least * unit).normalize():f}" for name, unit in _ANSWERS[measure].items()}
    sizes = [Decimal(each.size) for each in rules.bundles if each.by_occasions]
    amounts["occasions"] = str(max([Decimal(amounts["occasions"]), *sizes]))
    amounts |= dict(_tags(rules))
    yield amounts
    words = {(name, min(values)) for of in filters for name, values in of.attributes if values}
    for name, value in sorted(words):
        yield amounts | {name: value}


def _tags(rules: SchemeRules) -> Iterator[tuple[str, str]]:
    """Every goal and competence there is, and a country of its own, where they have to differ."""
    for each in inner(rules.requirement):
        if isinstance(each, Distinct) and each.variety is Variety.COUNTRY:
            yield "country", _ELSEWHERE
        elif isinstance(each, Distinct) and each.variety is not Variety.TYPE:
            yield from ((tag.name, " ".join(choice.value for choice in tag.choices)) for tag in tags())


def _told(rules: SchemeRules) -> frozenset[str]:
    """The answers that matter to the rules; those that every type is asked tell no types apart."""
    names = {name for of in _filters(rules) for name, _ in of.attributes}
    measures = {each for of in _filters(rules) for each, _ in of.least}
    for each in inner(rules.requirement):
        if isinstance(each, Amount):
            measures.add(each.measure)
        elif isinstance(each, Distinct):
            names.update(TAGS.get(each.variety, ()))
    if any(each.by_occasions for each in rules.bundles):
        measures.add(Measure.OCCASIONS)
    names.update(name for each in measures for name in _ANSWERS[each])
    return frozenset(names)


def _filters(rules: SchemeRules) -> Iterator[Filter]:
    for each in inner(rules.requirement):
        if isinstance(each, Count | Distinct | Amount):
            yield each.of
    yield from (each.of for each in rules.classes)
    yield from (each.of for each in rules.exclusions)
