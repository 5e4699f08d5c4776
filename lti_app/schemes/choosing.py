"""What a type of activity is worth to a student: would it count, towards what, and if not, why not. Pure.

Asks the rules themselves: what changes if one more activity of the type were approved, beyond what is
approved and under way? Types that the rules cannot tell apart are asked for once. Besides, it gathers what a
scheme says of a type: its class, its points, its bundle, what excludes it, whether it begins with a plan.

What the new activity would answer is not known yet. It is taken to answer what the scheme's conditions ask
for, so "would count" can depend on how long or where it turns out to be; the conditions are shown beside.
Above 250 lines: one question, asked of every kind of requirement.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from lti_app.schemes.catalogue import tags
from lti_app.schemes.catalogue_files import ActivityType
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.requirements import (
    ActivityClass,
    AllOf,
    Amount,
    AnyOf,
    Bundle,
    Classes,
    Count,
    Distinct,
    Exclusion,
    Filter,
    Measure,
    Ordered,
    Requirement,
    SchemeRules,
    Separate,
    Substitute,
    Variety,
)
from lti_app.schemes.rules import CountedActivity, Progress, Result, progress, result_of

_NEW = UUID(int=2**128 - 1)
_ELSEWHERE = "ZZ"  # no country's code
_ANSWERS = {
    Measure.WEEKS: ("duration_weeks", "weeks_abroad"),
    Measure.HOURS: ("hours",),
    Measure.CREDITS: ("credits",),
    Measure.OCCASIONS: ("occasions",),
    Measure.POINTS: (),
}


class Use(StrEnum):
    """What an activity of a type would do."""

    COUNTS = "counts"  # it would bring the student further
    TOGETHER = "together"  # it would with others like it: a bundle, or small ones in place of a larger one
    SAME_TYPE = "same_type"  # it would, were there not one of the type
    MET = "met"  # what it could count towards is met or under way
    REFUSED = "refused"  # the scheme takes no such type, for this programme


@dataclass(frozen=True)
class Standing:
    """One type for one student. `towards` are the requirements it would bring further; `owned` is how many
    the student has that were not declined.
    """

    kind: ActivityType
    use: Use
    towards: tuple[Result, ...] = ()
    owned: int = 0
    of_class: ActivityClass | None = None
    points: Decimal | None = None
    bundle: Bundle | None = None
    stands_for: Substitute | None = None
    exclusions: tuple[Exclusion, ...] = ()
    has_plan: bool = False

    @property
    def is_useful(self) -> bool:
        """Whether it would bring the student further, at once or in company."""
        return self.use in (Use.COUNTS, Use.TOGETHER)


def standings(
    document: SchemeDocument,
    programme_code: str,
    types: Iterable[ActivityType],
    own: Sequence[CountedActivity],
    today: date,
) -> tuple[Standing, ...]:
    """How each of these types stands for a student with these activities, of which none was declined."""
    rules = document.rules.for_programme(programme_code)
    under_way = [replace(each, approved=True) for each in own]
    before = progress(rules, under_way)
    number = Counter(each.type_code for each in own)
    # Once everything is met, nothing can bring anything further, and nothing needs to be asked.
    known: dict[tuple[object, ...], tuple[Result, ...]] = defaultdict(tuple) if before.met else {}
    tells_types_apart = _tells_types_apart(rules)
    found = []
    for kind in types:
        if not rules.accepts(kind.code):
            found.append(Standing(kind, Use.REFUSED, owned=number[kind.code]))
            continue
        is_own = kind.code in number and tells_types_apart
        sign = _sign(rules, kind, is_owned=is_own)
        if not before.met and sign not in known:
            known[sign] = _gains(rules, under_way, before.result, kind.code, kind.setting, today)
        towards = known[sign]
        is_barred = (
            not (before.met or towards) and is_own and _is_barred(rules, under_way, before, kind, today)
        )
        use = Use.COUNTS if towards else Use.SAME_TYPE if is_barred else Use.MET
        if use is Use.MET and not before.met and (size := _company(rules, kind)):
            if (sign, size) not in known:
                known[sign, size] = _gains(
                    rules, under_way, before.result, kind.code, kind.setting, today, size
                )
            towards = known[sign, size]
            use = Use.TOGETHER if towards else use
        found.append(_standing(document, rules, kind, use, towards, number[kind.code]))
    return tuple(found)


def _company(rules: SchemeRules, kind: ActivityType) -> int:
    """How many of the type could do together what one alone does not; 0 if one does all it can."""
    bundled = (each.size for each in rules.bundles if kind.code in each.types)
    standing_in = (each.number for each in _substitutes(rules, kind))
    return max((*bundled, *standing_in), default=0)


def _substitutes(rules: SchemeRules, kind: ActivityType) -> Iterator[Substitute]:
    """In which classes' place activities of the type's own class can stand."""
    own = next((each.name for each in rules.classes if _may_pass(each.of, kind)), None)
    for asked in _inner(rules.requirement):
        if isinstance(asked, Classes):
            yield from (each for each in asked.substitutes if each.give == own)


def _standing(
    document: SchemeDocument,
    rules: SchemeRules,
    kind: ActivityType,
    use: Use,
    towards: tuple[Result, ...],
    owned: int,
) -> Standing:
    excluded = (each for each in rules.exclusions if _may_pass(each.of, kind))
    gives = rules.points.types.get(kind.code, rules.points.settings.get(kind.setting, rules.points.other))
    return Standing(
        kind=kind,
        use=use,
        towards=towards,
        owned=owned,
        of_class=next((each for each in rules.classes if _may_pass(each.of, kind)), None),
        points=gives if asks_points(rules.requirement) else None,
        bundle=next((each for each in rules.bundles if kind.code in each.types), None),
        stands_for=next(_substitutes(rules, kind), None),
        exclusions=tuple(excluded),
        has_plan=document.plans.asks(kind.code, kind.setting),
    )


def asks_points(requirement: Requirement) -> bool:
    """Whether points are asked for anywhere in it."""
    return any(isinstance(each, Amount) and each.measure is Measure.POINTS for each in _inner(requirement))


def _is_barred(
    rules: SchemeRules,
    under_way: list[CountedActivity],
    before: Progress,
    kind: ActivityType,
    today: date,
) -> bool:
    """Whether only the student's own activities of the type keep one more from counting: without them it
    would bring something further that is still missing with them.
    """
    others = [each for each in under_way if each.type_code != kind.code]
    fresh = _gains(rules, others, result_of(rules, others), kind.code, kind.setting, today)
    missing = {each.requirement_id for each in before.missing}
    return any(each.requirement_id in missing for each in fresh)


def _gains(
    rules: SchemeRules,
    under_way: list[CountedActivity],
    before: Result,
    type_code: str,
    setting: str,
    today: date,
    number: int = 1,
) -> tuple[Result, ...]:
    """The innermost requirements that so many more bring further, under the best of their answers."""
    for answers in _answers(rules):
        new = [
            CountedActivity(UUID(int=_NEW.int - n), type_code, setting, answers, True, day, day)
            for n, day in enumerate(today - timedelta(n) for n in range(number))
        ]
        after = result_of(rules, [*under_way, *new])
        if found := tuple(_further(before, after)):
            return found
    return ()


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
        amounts |= {name: f"{least.normalize():f}" for name in _ANSWERS[measure]}
    amounts |= dict(_tags(rules))
    yield amounts
    words = {(name, min(values)) for of in filters for name, values in of.attributes if values}
    for name, value in sorted(words):
        yield amounts | {name: value}


def _tags(rules: SchemeRules) -> Iterator[tuple[str, str]]:
    """Every goal and competence there is, and a country of its own, where they have to differ."""
    for each in _inner(rules.requirement):
        if isinstance(each, Distinct) and each.variety is Variety.COUNTRY:
            yield "country", _ELSEWHERE
        elif isinstance(each, Distinct) and each.variety is not Variety.TYPE:
            yield from ((tag.name, " ".join(choice.value for choice in tag.choices)) for tag in tags())


def _sign(rules: SchemeRules, kind: ActivityType, *, is_owned: bool) -> tuple[object, ...]:
    """What the rules can tell of a type: two types of one sign would bring the same."""
    sets = [of.types for of in _filters(rules)] + [each.types for each in rules.bundles]
    table = rules.points
    return (
        kind.code if is_owned else "",
        kind.setting,
        tuple(kind.code in each for each in sets),
        table.types.get(kind.code),
        table.at_most.get(kind.code),
    )


def _tells_types_apart(rules: SchemeRules) -> bool:
    """Whether having one of a type changes what another of it brings."""
    return bool(rules.points.at_most) or any(
        isinstance(each, Distinct) or getattr(each, "distinct_types", False)
        for each in _inner(rules.requirement)
    )


def _filters(rules: SchemeRules) -> Iterator[Filter]:
    for each in _inner(rules.requirement):
        if isinstance(each, Count | Distinct | Amount):
            yield each.of
    yield from (each.of for each in rules.classes)
    yield from (each.of for each in rules.exclusions)


def _inner(requirement: Requirement) -> Iterator[Requirement]:
    yield requirement
    if isinstance(requirement, AllOf | AnyOf | Ordered | Separate):
        for part in requirement.parts:
            yield from _inner(part)


def _may_pass(of: Filter, kind: ActivityType) -> bool:
    """Whether an activity of the type can pass, whatever it answers."""
    return (not of.types or kind.code in of.types) and (not of.settings or kind.setting in of.settings)
