"""Why an approved activity that can count served no requirement: the most telling reason there is. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.facts import Facts, amount, passes, scaled, tags
from lti_app.schemes.judging import Judge
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
from lti_app.schemes.results import NotCounted, Uncounted
from lti_app.schemes.units import Pool, pools_of

# What helps the student most comes first: the scheme may give several reasons for one activity.
_RANK = {
    why: n
    for n, why in enumerate(
        (
            NotCounted.BUNDLE_INCOMPLETE,
            NotCounted.SAME_DAY,
            NotCounted.NO_DAY,
            NotCounted.SAME_TYPE,
            NotCounted.NOTHING_NEW,
            NotCounted.OVER_CAP,
            NotCounted.BELOW_LEAST,
            NotCounted.TOO_EARLY,
        )
    )
}
_NOT_ASKED_FOR = Uncounted(NotCounted.NOT_ASKED_FOR)

Leaf = Count | Distinct | Settings | Amount | Classes | Separate


@dataclass(frozen=True, slots=True)
class _Asked:
    """A requirement without parts, and what it could count: in an ordered part, what is late enough."""

    leaf: Leaf
    able: Mapping[UUID, Facts]
    bundled: Mapping[UUID, Uncounted]


def reasons_of(
    judge: Judge, wanted: Requirement, given: Sequence[Facts], counted: Iterable[UUID]
) -> dict[UUID, Uncounted]:
    """The reason of each of these activities that was not counted."""
    done = set(counted)
    left = [each for each in given if each.id not in done]
    used = {each.activity.type_code for each in given if each.id in done}
    asked = list(_asked(judge, wanted, given)) if left else []
    found = {}
    for each in left:
        reasons = [why for ask in asked if (why := _why(judge.rules, ask, each, used)) is not None]
        found[each.id] = min(reasons, key=lambda reason: _RANK[reason.why], default=_NOT_ASKED_FOR)
    return found


def _asked(judge: Judge, wanted: Requirement, given: Sequence[Facts]) -> Iterator[_Asked]:
    if isinstance(wanted, Ordered):
        for part, (_, able) in zip(wanted.parts, judge.in_order(wanted, given), strict=True):
            yield from _asked(judge, part, able)
    elif isinstance(wanted, AllOf | AnyOf):
        for part in wanted.parts:
            yield from _asked(judge, part, given)
    else:
        yield _Asked(wanted, {each.id: each for each in given}, _bundled(judge, wanted, given))


def _bundled(judge: Judge, leaf: Leaf, given: Sequence[Facts]) -> dict[UUID, Uncounted]:
    """Why what is bundled for this requirement is in no complete bundle."""
    if isinstance(leaf, Amount) or not judge.bundles:
        return {}
    if isinstance(leaf, Distinct) and leaf.variety is not Variety.TYPE:
        return {}
    found: dict[UUID, Uncounted] = {}
    for pool in _pools(judge, leaf, given):
        name = pool.bundle.label
        found |= {each.id: Uncounted(NotCounted.BUNDLE_INCOMPLETE, name, pool.missing) for each in pool.left}
        for each in pool.unusable:
            found[each.id] = Uncounted(NotCounted.SAME_DAY if each.began_on else NotCounted.NO_DAY, name)
    return found


def _pools(judge: Judge, leaf: Leaf, given: Sequence[Facts]) -> Iterator[Pool]:
    if isinstance(leaf, Classes):
        for name in {each.class_name for each in given if each.class_name}:
            yield from pools_of([each for each in given if each.class_name == name], judge.bundles)
    else:
        of = leaf.of if isinstance(leaf, Count | Distinct) else EVERY
        yield from pools_of(judge.passing(of, given), judge.bundles)


def _why(rules: SchemeRules, ask: _Asked, each: Facts, used: Collection[str]) -> Uncounted | None:
    """Why this requirement did not count the activity; None where it has nothing to say of it."""
    leaf = ask.leaf
    filters = _filters(leaf, each)
    if not any(passes(of, each, rules) for of in filters):
        return next((why for of in filters if (why := _below(of, each, rules)) is not None), None)
    if each.id not in ask.able:
        return Uncounted(NotCounted.TOO_EARLY)
    return ask.bundled.get(each.id) or _why_not_more(rules, leaf, each, used)


def _why_not_more(rules: SchemeRules, leaf: Leaf, each: Facts, used: Collection[str]) -> Uncounted | None:
    """Why one that passes and is in time added nothing."""
    match leaf:
        case Distinct(variety=Variety.TYPE) | Separate(distinct_types=True) if (
            each.activity.type_code in used
        ):
            return Uncounted(NotCounted.SAME_TYPE)
        case Distinct(variety=variety) if tags(each.activity, variety):
            return Uncounted(NotCounted.NOTHING_NEW)
        case Amount(Measure.POINTS) if amount(each, Measure.POINTS, rules):
            return Uncounted(NotCounted.OVER_CAP)
        case _:
            return None


def _filters(leaf: Leaf, each: Facts) -> tuple[Filter, ...]:
    match leaf:
        case Count() | Distinct() | Amount():
            return (leaf.of,)
        case Settings(minimum):
            return tuple(Filter(settings=frozenset({setting})) for setting, _ in minimum)
        case Classes():
            return (EVERY,) if each.class_name else ()
        case Separate(parts):
            return tuple(part.of for part in parts)


def _below(of: Filter, each: Facts, rules: SchemeRules) -> Uncounted | None:
    """The least that the activity does not reach, if that is all that keeps it out."""
    if not of.least or not passes(Filter(of.types, of.settings, of.classes, (), of.attributes), each, rules):
        return None
    for measure, least in of.least:
        if amount(each, measure, rules) < scaled(least):
            return Uncounted(NotCounted.BELOW_LEAST, measure=measure, least=least)
    return None
