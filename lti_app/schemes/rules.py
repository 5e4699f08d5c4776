"""What a scheme asks for, and how far a portfolio has come: arithmetic on plain values.

Owns `progress` and what it answers; requirements.py has what can be asked. Knows no database, no page and
no wording (wording.py turns a result into a sentence). Requirements share activities: one approved
conference abroad is at once an activity, a type and something abroad. Within one requirement a type
counts once.

Approving one more activity never lowers progress, because no requirement looks for the absence of another
activity. The order in which activities are given changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from lti_app.schemes.requirements import (
    AllOf,
    AnyOf,
    Count,
    Distinct,
    Requirement,
    SchemeRules,
    Setting,
    Settings,
)
from lti_app.schemes.steps import Demand, cheapest, combined


class Kind(StrEnum):
    """What a result is about; a `settings` requirement has one part of kind `setting` for each setting."""

    COUNT = "count"
    DISTINCT_TYPES = "distinct_types"
    SETTINGS = "settings"
    SETTING = "setting"
    ALL_OF = "all_of"
    ANY_OF = "any_of"


class NotCounted(StrEnum):
    """Why an activity served no requirement."""

    NOT_APPROVED = "not_approved"
    TYPE_NOT_ACCEPTED = "type_not_accepted"
    SAME_TYPE = "same_type"
    NOT_ASKED_FOR = "not_asked_for"


@dataclass(frozen=True, slots=True)
class CountedActivity:
    """What the rules see of an activity. `setting` is one of Setting's values; any other fits none."""

    id: UUID
    type_code: str
    setting: str
    attributes: Mapping[str, str]
    approved: bool
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one requirement.

    `have` and `need` are its own figures (activities, types, or parts met) and `have` may exceed `need`;
    `achieved` of `required` is its share of the progress bar. `counted` are the activities that served it.
    """

    requirement_id: str
    kind: Kind
    have: int
    need: int
    required: int
    achieved: int
    counted: tuple[UUID, ...]
    setting: Setting | None = None
    parts: tuple[Result, ...] = ()

    @property
    def met(self) -> bool:
        """Whether nothing is missing here."""
        return self.have >= self.need

    @property
    def missing(self) -> int:
        """How many activities, types or parts are still wanted; 0 when met."""
        return max(0, self.need - self.have)

    def lines(self) -> Iterator[Result]:
        """The results to show one per line: the innermost ones, in the scheme's order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.lines()


@dataclass(frozen=True, slots=True)
class Progress:
    """What the rules say of a portfolio: met or missing, and why.

    `achieved_total` of `required_total` are whole numbers, equal exactly when `met`; `required_total`
    depends on the scheme alone, so a gradebook column can use it as its maximum.
    `next_step` is the fewest new approved activities that would meet everything; None when met.
    """

    result: Result
    not_counted: Mapping[UUID, NotCounted] = field(default_factory=dict)
    next_step: Demand | None = None

    @property
    def met(self) -> bool:
        """Whether the whole requirement is met."""
        return self.result.met

    @property
    def required_total(self) -> int:
        """The number of steps in the whole scheme, at least 1."""
        return self.result.required

    @property
    def achieved_total(self) -> int:
        """The number of those steps done."""
        return self.result.achieved

    @property
    def lines(self) -> tuple[Result, ...]:
        """The innermost results in the scheme's order, one per line of a page."""
        return tuple(self.result.lines())

    @property
    def missing(self) -> tuple[Result, ...]:
        """The lines that are not met yet."""
        return tuple(line for line in self.lines if not line.met)


def progress(scheme: SchemeRules, activities: Iterable[CountedActivity]) -> Progress:
    """How far these activities meet the scheme, and which of them counted where.

    Total: any activities give an answer. An id given twice counts once.
    """
    given = sorted(activities, key=lambda each: (each.id, not each.approved, each.type_code, each.setting))
    known = {each.id: each for each in given[::-1]}
    in_order = [known[each] for each in sorted(known)]
    eligible = [each for each in in_order if each.approved and scheme.accepts(each.type_code)]
    result = _judge(scheme.requirement, eligible)
    demand = cheapest(_demands(result))
    return Progress(result, _not_counted(scheme, known, result), demand if demand.activities else None)


def required_total(requirement: Requirement) -> int:
    """The number of steps a requirement is worth, the same for every portfolio."""
    return _judge(requirement, []).required


def _judge(requirement: Requirement, eligible: list[CountedActivity]) -> Result:
    match requirement:
        case Count(need, name):
            return _line(Kind.COUNT, name, need, [each.id for each in eligible])
        case Distinct(need, name):
            first_of = {each.type_code: each.id for each in reversed(eligible)}
            return _line(Kind.DISTINCT_TYPES, name, need, sorted(first_of.values()))
        case Settings(minimum, name):
            return _whole(
                Kind.SETTINGS, name, tuple(_in(setting, name, need, eligible) for setting, need in minimum)
            )
        case AllOf(inner, name):
            return _whole(Kind.ALL_OF, name, tuple(_judge(part, eligible) for part in inner))
        case AnyOf(inner, name):
            return _choice(name, tuple(_judge(part, eligible) for part in inner))
        case _:
            assert_never(requirement)


def _line(kind: Kind, name: str, need: int, counted: list[UUID], setting: Setting | None = None) -> Result:
    have = len(counted)
    return Result(name, kind, have, need, need, min(have, need), tuple(counted), setting)


def _in(setting: Setting, name: str, need: int, eligible: list[CountedActivity]) -> Result:
    counted = [each.id for each in eligible if each.setting == setting]
    return _line(Kind.SETTING, f"{name}.{setting}", need, counted, setting)


def _whole(kind: Kind, name: str, parts: tuple[Result, ...]) -> Result:
    met = sum(part.met for part in parts)
    required = sum(part.required for part in parts)
    achieved = sum(part.achieved for part in parts)
    return Result(name, kind, met, len(parts), required, achieved, _ids(parts), None, parts)


def _choice(name: str, parts: tuple[Result, ...]) -> Result:
    """One part is enough: worth the largest part's steps, filled by the part that has come furthest."""
    required = max(part.required for part in parts)
    achieved = max(required * part.achieved // part.required for part in parts)
    met = sum(part.met for part in parts)
    return Result(name, Kind.ANY_OF, met, 1, required, achieved, _ids(parts), None, parts)


def _ids(parts: tuple[Result, ...]) -> tuple[UUID, ...]:
    return tuple(sorted({each for part in parts for each in part.counted}))


def _demands(result: Result) -> frozenset[Demand]:
    if result.met:
        return frozenset({Demand()})
    match result.kind:
        case Kind.COUNT:
            return frozenset({Demand(any_type=result.missing)})
        case Kind.DISTINCT_TYPES:
            return frozenset({Demand(new_types=result.missing)})
        case Kind.SETTING:
            return frozenset({Demand(settings=((str(result.setting), result.missing),))})
        case Kind.SETTINGS | Kind.ALL_OF:
            return combined([_demands(part) for part in result.parts])
        case Kind.ANY_OF:
            return frozenset(demand for part in result.parts for demand in _demands(part))
        case _:
            assert_never(result.kind)


def _not_counted(
    scheme: SchemeRules, known: Mapping[UUID, CountedActivity], result: Result
) -> dict[UUID, NotCounted]:
    counted = set(result.counted)
    types = {known[each].type_code for each in counted}
    reasons: dict[UUID, NotCounted] = {}
    for _, each in sorted(known.items()):
        if each.id in counted:
            continue
        if not each.approved:
            reasons[each.id] = NotCounted.NOT_APPROVED
        elif not scheme.accepts(each.type_code):
            reasons[each.id] = NotCounted.TYPE_NOT_ACCEPTED
        elif each.type_code in types:
            reasons[each.id] = NotCounted.SAME_TYPE
        else:
            reasons[each.id] = NotCounted.NOT_ASKED_FOR
    return reasons
