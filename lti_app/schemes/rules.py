"""What a scheme's rules say of a portfolio: `progress`, the one function that everybody asks.

Owns who can count at all (approved, of an accepted type, not excluded) and putting the answer together;
requirements.py has what can be asked, judging.py how far it is met, reasons.py why something did not count,
describing.py the next step. Knows no database, no page and no wording.

Approving one more activity never lowers progress, because no requirement looks for the absence of another
activity. The order in which activities are given changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from uuid import UUID

from lti_app.schemes.candidates import Asked
from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.describing import next_step
from lti_app.schemes.facts import CountedActivity, Facts, facts_of, in_time, passes
from lti_app.schemes.judging import Judge
from lti_app.schemes.reasons import reasons_of
from lti_app.schemes.requirements import Requirement
from lti_app.schemes.results import Kind, NotCounted, Progress, Result, Uncounted

__all__ = [
    "CountedActivity",
    "Kind",
    "NotCounted",
    "Progress",
    "Result",
    "Uncounted",
    "able_of",
    "progress",
    "required_total",
    "result_of",
    "result_with",
]


def progress(
    scheme: SchemeRules,
    activities: Iterable[CountedActivity],
    types: Mapping[str, str] | None = None,
    asked: Asked | None = None,
) -> Progress:
    """How far these activities meet the scheme, and which of them counted where.

    Total: any activities give an answer. An id given twice counts once. `types` are the activity types there
    are, with their settings, and `asked` what the form of each asks for; the next step picks among them, and
    counts on no answer that nobody is asked for. Without them it may wish for any.
    """
    known = _once(activities)
    reasons: dict[UUID, Uncounted] = {}
    able: list[Facts] = []
    for each in known:
        facts = facts_of(each, scheme)
        why = _kept_out(scheme, facts)
        if why is None:
            able.append(facts)
        else:
            reasons[each.id] = why
    given, judge = in_time(able), Judge.of(scheme)
    result = judge.judge(scheme.requirement, given)
    reasons |= reasons_of(judge, scheme.requirement, given, result.counted)
    ordered = {each.id: reasons[each.id] for each in known if each.id in reasons}
    return Progress(result, ordered, partial(next_step, judge, given, types, asked=asked))


def result_of(scheme: SchemeRules, activities: Iterable[CountedActivity]) -> Result:
    """The result that `progress` gives, for callers who do not ask why something did not count."""
    return result_with(scheme, able_of(scheme, activities))


def able_of(scheme: SchemeRules, activities: Iterable[CountedActivity]) -> list[Facts]:
    """Those activities that can count at all, ready to be judged again and again: see `result_with`."""
    facts = (facts_of(each, scheme) for each in _once(activities))
    return [each for each in facts if _kept_out(scheme, each) is None]


def result_with(scheme: SchemeRules, able: Iterable[Facts]) -> Result:
    """The result of activities that `able_of` found for this scheme, whatever its requirement was then."""
    return Judge.of(scheme).judge(scheme.requirement, in_time(able))


def required_total(requirement: Requirement) -> int:
    """The number of steps a requirement is worth, the same for every portfolio."""
    return Judge.of(SchemeRules(requirement)).judge(requirement, ()).required


def _once(activities: Iterable[CountedActivity]) -> list[CountedActivity]:
    """Each id once, by id; of two with the same id the one that says more for itself."""
    known: dict[UUID, CountedActivity] = {}
    for each in activities:
        other = known.get(each.id)
        known[each.id] = each if other is None else min(each, other, key=_standing)
    return [known[key] for key in sorted(known)]


def _standing(each: CountedActivity) -> tuple[bool, str, str, str, str, list[tuple[str, str]]]:
    days = (str(each.starts_on), str(each.ends_on))
    return (not each.approved, each.type_code, each.setting, *days, sorted(each.attributes.items()))


def _kept_out(scheme: SchemeRules, facts: Facts) -> Uncounted | None:
    if not facts.activity.approved:
        return Uncounted(NotCounted.NOT_APPROVED)
    if not scheme.accepts(facts.activity.type_code):
        return Uncounted(NotCounted.TYPE_NOT_ACCEPTED)
    for exclusion in scheme.exclusions:
        if passes(exclusion.of, facts, scheme):
            return Uncounted(NotCounted.EXCLUDED, exclusion.reason)
    return None
