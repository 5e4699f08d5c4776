"""What activities students could ever bring under a scheme's rules, if they answer as well as can be. Pure.

An upper bound: whether an activity of a type could pass a filter, be of a class, or tell a measure.
reachable.py asks requirements of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lti_app.schemes.catalogue_files import ActivityType
from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.requirements import Filter, Measure, Setting

# The answers that tell a measure, one of which is needed; everything is at least one occasion.
_TOLD_BY = {
    Measure.WEEKS: {"duration_weeks", "duration_days", "weeks_abroad", "weeks_home"},
    Measure.HOURS: {"hours", "minutes"},
    Measure.CREDITS: {"credits"},
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Activities of one type; `counts_as` is the type, or the bundle in which alone they count."""

    code: str
    setting: Setting
    counts_as: str
    answers: Mapping[str, frozenset[str]]


class Possible:
    """The activities that could count, and what they could be."""

    def __init__(self, rules: SchemeRules, types: Mapping[str, ActivityType]) -> None:
        self.rules = rules
        self._bundles = {code: f"bundle {each.id}" for each in rules.bundles for code in each.types}
        self._asked = {field.name for each in types.values() for field in each.fields}
        accepted = [self._candidate(each) for each in types.values() if rules.accepts(each.code)]
        self.activities = [each for each in accepted if not self._is_excluded(each)]

    def among(self, of: Filter) -> list[Candidate]:
        """The activities that could pass."""
        return [each for each in self.activities if self.can_be(each, of)]

    def can_be(self, candidate: Candidate, of: Filter) -> bool:
        """Whether an activity of this type could pass."""
        return (
            (not of.types or candidate.code in of.types)
            and (not of.settings or candidate.setting in of.settings)
            and (not of.classes or bool(self.classes_of(candidate) & of.classes))
            and all(self.tells(candidate, measure) for measure, _ in of.least)
            and all(self._answers(candidate, name, good) for name, good in of.attributes)
        )

    def classes_of(self, candidate: Candidate) -> frozenset[str]:
        """The classes it could be of: up to the first that takes every activity of its type."""
        found: list[str] = []
        for each in self.rules.classes:
            if self.can_be(candidate, each.of):
                found.append(each.name)
                if not each.of.least and not each.of.attributes:
                    break
        return frozenset(found)

    def tells(self, candidate: Candidate, measure: Measure) -> bool:
        """Whether such an activity could have any of this measure."""
        if measure is Measure.POINTS:
            points = self.rules.points
            return points.types.get(candidate.code, points.settings.get(candidate.setting, points.other)) > 0
        return measure not in _TOLD_BY or not _TOLD_BY[measure].isdisjoint(candidate.answers)

    def _answers(self, candidate: Candidate, name: str, good: frozenset[str]) -> bool:
        """Whether it could be answered so; what no type asks by itself is asked of all, such as tags."""
        return name not in self._asked or not good.isdisjoint(candidate.answers.get(name, frozenset()))

    def _candidate(self, found: ActivityType) -> Candidate:
        answers = {each.name: frozenset(value for value, _ in each.options("en")) for each in found.fields}
        return Candidate(found.code, found.setting, self._bundles.get(found.code, found.code), answers)

    def _is_excluded(self, candidate: Candidate) -> bool:
        """Whether every activity of this type is excluded, whatever its student answers."""
        return any(
            not (each.of.least or each.of.attributes or each.of.classes) and self.can_be(candidate, each.of)
            for each in self.rules.exclusions
        )
