"""What the rules see of an activity, and what its own answers say: measures, tags, class, and filters. Pure.

Answers are text that people typed. Whatever is no plain number of a sensible size counts as nothing, never as
a fault. Measures are whole numbers of `SCALE`ths, in which weeks made of days, hours made of minutes and
decimals of up to five places are exact: sums do not depend on the order of adding.

The names of the answers come from config/attributes.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from uuid import UUID

from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.requirements import EVERY, Filter, Measure, Setting, Variety

SCALE = 4_200_000  # 7 days × 60 minutes × 10,000
MOST_OCCASIONS = 1000
_UNREACHABLE = 10**30
# Several tags in one answer stand with spaces between them.
TAGS = {
    Variety.COUNTRY: ("country", "countries"),
    Variety.GOAL: ("goals",),
    Variety.COMPETENCE: ("competences",),
}
_SEVERAL = frozenset({"countries", "goals", "competences"})
_NUMBER = re.compile(r"\s*([0-9]{1,5})(?:[.,]([0-9]{1,5})[0-9]*)?\s*")
_WHOLE = re.compile(r"\s*([0-9]{1,5})\s*")
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class CountedActivity:
    """What the rules are told of an activity. `setting` is one of Setting's values; any other fits none."""

    id: UUID
    type_code: str
    setting: str
    attributes: Mapping[str, str]
    approved: bool
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """An activity with what the scheme makes of it: the name of its class, or empty."""

    activity: CountedActivity
    class_name: str = ""
    amounts: dict[Measure, int] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> UUID:
        """The activity's id."""
        return self.activity.id

    @property
    def began_on(self) -> date | None:
        """The day it began; None when it tells none."""
        return self.activity.starts_on

    @property
    def ended_on(self) -> date | None:
        """The day it ended, which is never before it began; None when it tells no day at all."""
        days = [day for day in (self.activity.starts_on, self.activity.ends_on) if day is not None]
        return max(days) if days else None


def facts_of(activity: CountedActivity, rules: SchemeRules) -> Facts:
    """The activity, sorted into the first of the scheme's classes that it fits."""
    plain = Facts(activity)
    for each in rules.classes:
        if passes(each.of, plain, rules):
            return Facts(activity, each.name, plain.amounts)
    return plain


def passes(of: Filter, facts: Facts, rules: SchemeRules) -> bool:
    """Whether the activity meets every condition."""
    if of is EVERY:
        return True
    activity = facts.activity
    if (
        (of.types and activity.type_code not in of.types)
        or (of.settings and activity.setting not in of.settings)
        or (of.classes and facts.class_name not in of.classes)
    ):
        return False
    for measure, least in of.least:
        if amount(facts, measure, rules) < scaled(least):
            return False
    told = activity.attributes
    return not of.attributes or all(answers(told.get(name, ""), name, good) for name, good in of.attributes)


def answers(answer: str, name: str, good: frozenset[str]) -> bool:
    """Whether an answer is one that will do; of an answer with several tags one is enough."""
    return answer in good or (name in _SEVERAL and not good.isdisjoint(answer.split()))


def amount(facts: Facts, measure: Measure, rules: SchemeRules) -> int:
    """How much of a measure the activity brings by itself, in SCALEths."""
    found = facts.amounts.get(measure)
    if found is None:
        found = facts.amounts[measure] = _amount(facts.activity, measure, rules)
    return found


def tags(activity: CountedActivity, variety: Variety) -> frozenset[str]:
    """The countries, goals or competences that the activity names."""
    if variety is Variety.TYPE:
        return frozenset({activity.type_code})
    words = {word for name in TAGS[variety] for word in activity.attributes.get(name, "").split()}
    if variety is Variety.COUNTRY:
        words = {word for word in words if _COUNTRY.fullmatch(word)}
    return frozenset(words)


@lru_cache(maxsize=1024)
def scaled(number: Decimal) -> int:
    """A number of the scheme's in SCALEths, rounded up; what is no number is more than anybody reaches."""
    if not number.is_finite() or number > 10**12:
        return _UNREACHABLE
    return int((max(number, Decimal(0)) * SCALE).to_integral_value(ROUND_CEILING))


def unscaled(number: int, *, is_up: bool = False) -> Decimal:
    """SCALEths as a decimal for people, of two places: rounded down, so that nothing seems met too early."""
    hundredths = -(-number * 100 // SCALE) if is_up else number * 100 // SCALE
    whole = Decimal(hundredths) / 100
    return whole.normalize() if whole % 1 else whole.quantize(Decimal(1))


def occasions(activity: CountedActivity) -> int:
    """How many occasions the activity tells, at least one."""
    told = _WHOLE.fullmatch(activity.attributes.get("occasions", ""))
    number = int(told.group(1)) if told else 1
    return number if 1 <= number <= MOST_OCCASIONS else 1


def points(type_code: str, setting: str, rules: SchemeRules) -> int:
    """The points an activity of this type in this setting gives, before any cap, in SCALEths."""
    table = rules.points
    given = table.types.get(type_code)
    if given is None and setting in set(Setting):
        given = table.settings.get(Setting(setting))
    found = scaled(table.other if given is None else given)
    return found if found < _UNREACHABLE else 0


def cap(type_code: str, rules: SchemeRules) -> int:
    """The most points that all activities of one type give together, in SCALEths."""
    most = rules.points.at_most.get(type_code)
    return _UNREACHABLE if most is None else scaled(most)


def in_time(activities: Iterable[Facts]) -> list[Facts]:
    """In the order in which they are counted: as they began, those without a day last."""
    return sorted(activities, key=lambda each: (each.began_on or date.max, each.id))


def _amount(activity: CountedActivity, measure: Measure, rules: SchemeRules) -> int:
    told = activity.attributes
    match measure:
        case Measure.WEEKS:
            parts = _number(told.get("weeks_abroad", "")) + _number(told.get("weeks_home", ""))
            return (
                _number(told.get("duration_weeks", ""))
                or parts
                or _number(told.get("duration_days", "")) // 7
            )
        case Measure.HOURS:
            return _number(told.get("hours", "")) or _number(told.get("minutes", "")) // 60
        case Measure.CREDITS:
            return _number(told.get("credits", ""))
        case Measure.OCCASIONS:
            return occasions(activity) * SCALE
        case Measure.POINTS:
            return points(activity.type_code, activity.setting, rules)


def _number(answer: str) -> int:
    found = _NUMBER.fullmatch(answer)
    if not found:
        return 0
    whole, decimals = found.groups()
    return int(whole) * SCALE + int((decimals or "").ljust(5, "0")) * SCALE // 10**5
