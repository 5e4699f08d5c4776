"""What a type of activity is worth to a student: would it count, towards what, and if not, why not. Pure.

Asks the rules themselves: what changes if one more activity of the type were approved, beyond what is
approved and under way? Types that the rules cannot tell apart are asked for once. Besides, it gathers what a
scheme says of a type: its class, its points, its bundle, what excludes it, whether it begins with a plan.

"Would count" (gaining.py) can depend on how long or where it turns out to be; the conditions stand beside it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from lti_app.schemes.catalogue_files import ActivityType
from lti_app.schemes.counting import ActivityClass, Bundle, Exclusion, SchemeRules
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.facts import Facts
from lti_app.schemes.gaining import (
    Waiting,
    could_ever,
    gains,
    gains_together,
    inner,
    signs_of,
    tells_types_apart,
    waiting_parts,
    waits_for,
)
from lti_app.schemes.requirements import Amount, Classes, Filter, Measure, Requirement, Substitute
from lti_app.schemes.rules import CountedActivity, Result, able_of, result_with


class Use(StrEnum):
    """What an activity of a type would do."""

    COUNTS = "counts"  # it would bring the student further
    SAME_TYPE = "same_type"  # it would, were there not one of the type
    TOGETHER = "together"  # one alone would not, several that count as one would
    LATER = "later"  # it would, once the part before is met
    NEVER = "never"  # nothing that is asked for can be met by it
    MET = "met"  # what it could count towards is met or under way
    REFUSED = "refused"  # the scheme takes no such type, for this programme


@dataclass(frozen=True)
class Standing:
    """One type for one student. `towards` are the requirements it would bring further, or the one that has to
    be met first where it counts LATER; `owned` is how many the student has that were not declined; `has_plan`
    says that it begins with a plan, where others do not.
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
        """Whether it would bring the student further."""
        return self.use in {Use.COUNTS, Use.TOGETHER}


_Worth = tuple[Use, tuple[Result, ...]]


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
    able = able_of(rules, under_way)
    before = result_with(rules, able)
    waiting = waiting_parts(rules, able)
    number = Counter(each.type_code for each in own)
    # Once everything is met, nothing can bring anything further, and nothing needs to be asked.
    known: dict[tuple[object, ...], _Worth] = defaultdict(lambda: (Use.MET, ())) if before.met else {}
    kinds = tuple(types)
    signs = signs_of(rules, kinds, number if tells_types_apart(rules) else ())
    found = []
    for kind in kinds:
        if not rules.accepts(kind.code):
            found.append(Standing(kind, Use.REFUSED, owned=number[kind.code]))
            continue
        sign = signs[kind.code]
        if not before.met and sign not in known:
            known[sign] = _worth(rules, able, before, waiting, kind, today)
        found.append(_standing(document, rules, kind, known[sign], number[kind.code]))
    return tuple(found)


def _worth(
    rules: SchemeRules,
    under_way: list[Facts],
    before: Result,
    waiting: list[Waiting],
    kind: ActivityType,
    today: date,
) -> _Worth:
    """What one more of the type would do while something is missing, and to which requirements."""
    if found := gains(rules, under_way, before, kind, today):
        return Use.COUNTS, found
    is_owned = tells_types_apart(rules) and any(each.activity.type_code == kind.code for each in under_way)
    if is_owned and _is_barred(rules, under_way, before, kind, today):
        return Use.SAME_TYPE, ()
    if found := gains_together(rules, under_way, before, kind, today):
        return Use.TOGETHER, found
    if (first := waits_for(waiting, under_way, kind, today)) is not None:
        return Use.LATER, (first,)
    return (Use.MET if could_ever(rules, kind, today) else Use.NEVER), ()


def _standing(
    document: SchemeDocument,
    rules: SchemeRules,
    kind: ActivityType,
    worth: _Worth,
    owned: int,
) -> Standing:
    use, towards = worth
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
        has_plan=document.plans.asks(kind.code, kind.setting) and not document.plans.asks_all,
    )


def _substitutes(rules: SchemeRules, kind: ActivityType) -> Iterator[Substitute]:
    """In which classes' place activities of the type's own class can stand."""
    own = next((each.name for each in rules.classes if _may_pass(each.of, kind)), None)
    for asked in inner(rules.requirement):
        if isinstance(asked, Classes):
            yield from (each for each in asked.substitutes if each.give == own)


def asks_points(requirement: Requirement) -> bool:
    """Whether points are asked for anywhere in it."""
    return any(isinstance(each, Amount) and each.measure is Measure.POINTS for each in inner(requirement))


def _is_barred(
    rules: SchemeRules,
    under_way: list[Facts],
    before: Result,
    kind: ActivityType,
    today: date,
) -> bool:
    """Whether only the student's own activities of the type keep one more from counting: without them it
    would bring something further that is still missing with them.
    """
    others = [each for each in under_way if each.activity.type_code != kind.code]
    fresh = gains(rules, others, result_with(rules, others), kind, today)
    missing = {each.requirement_id for each in before.lines() if not each.met}
    return any(each.requirement_id in missing for each in fresh)


def _may_pass(of: Filter, kind: ActivityType) -> bool:
    """Whether an activity of the type can pass, whatever it answers."""
    return (not of.types or kind.code in of.types) and (not of.settings or kind.setting in of.settings)
