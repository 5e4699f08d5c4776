"""Schemes of every kind that universities run, with portfolios of 200 activities, for measuring the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from lti_app.schemes.catalogue import activity_types, type_answers, type_settings
from lti_app.schemes.choosing import standings
from lti_app.schemes.counting import ActivityClass, Bundle, PointsTable, SchemeRules
from lti_app.schemes.facts import CountedActivity
from lti_app.schemes.queries import bundled_schemes
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
    Separate,
    Setting,
    Settings,
    Substitute,
    Variety,
)
from lti_app.schemes.rules import progress
from lti_app.schemes.text import Text
from tests.bench.certificate_drawing import cpu_ms

ACTIVITIES = 200
_TEXT = Text("sv", "en")
_LECTURES = Bundle(
    "lectures", frozenset({"international_lecture", "language_cafe"}), 3, _TEXT, distinct_days=True
)
_BOTH = Settings(((Setting.ABROAD, 1), (Setting.HOME, 1)))


def _at_least(weeks: int, *types: str) -> Filter:
    return Filter(types=frozenset(types), least=((Measure.WEEKS, Decimal(weeks)),))


def _credits(number: str) -> Amount:
    return Amount(
        Measure.CREDITS, Decimal(number), of=Filter(attributes=(("course_code", frozenset({"SK1"})),))
    )


_ABROAD = AnyOf(
    (
        Count(1, of=_at_least(12, "exchange_studies")),
        Count(1, of=_at_least(8, "minor_field_study")),
        Count(1, of=_at_least(8, "degree_project_abroad", "placement_abroad")),
    )
)

SCHEMES: dict[str, SchemeRules] = {
    "three types": SchemeRules(Distinct(3)),
    "three types, both settings, lectures bundled": SchemeRules(
        AllOf((Distinct(3), _BOTH)), bundles=(_LECTURES,)
    ),
    "three that do not share": SchemeRules(
        Separate(
            (
                Count(1, of=Filter(settings=frozenset({Setting.ABROAD}))),
                Count(1, of=Filter(settings=frozenset({Setting.HOME}))),
                Count(1),
            ),
            distinct_types=True,
        )
    ),
    "a hundred points": SchemeRules(
        Amount(Measure.POINTS, Decimal(100)),
        points=PointsTable(
            {"exchange_studies": Decimal(60)},
            {Setting.ABROAD: Decimal(30), Setting.HOME: Decimal(10)},
            Decimal(5),
            {"language_cafe": Decimal(20)},
        ),
    ),
    "classes": SchemeRules(
        Classes((("A", 1), ("B", 2)), (Substitute("C", 3, "B"),)),
        classes=(
            ActivityClass("A", _at_least(15), _TEXT),
            ActivityClass("B", _at_least(4), _TEXT),
            ActivityClass("C", Filter(), _TEXT),
        ),
    ),
    "parts in order": SchemeRules(Ordered((_credits("4.5"), _ABROAD, _credits("3")))),
    "goals": SchemeRules(AllOf((Distinct(5, variety=Variety.GOAL), Count(3), _BOTH))),
}


def portfolios() -> dict[str, list[CountedActivity]]:
    """Every type twice, all of one type, and nothing that the schemes ask for."""
    types = list(type_settings().items())
    return {
        "mixed": [_made(n, *types[n % len(types)]) for n in range(ACTIVITIES)],
        "alike": [_made(n, "language_cafe", "home") for n in range(ACTIVITIES)],
        "beside": [_made(n, "journal_club", "elsewhere") for n in range(ACTIVITIES)],
    }


def slowest_ms(rules: SchemeRules, times: int) -> float:
    """CPU time of rules and next step over the portfolio that takes longest: the best of some times."""
    return max(_best(work, times) for work in judging(rules))


def judging(rules: SchemeRules) -> list[Callable[[], object]]:
    """Judging each of the portfolios, and looking for its next step."""
    return [
        lambda given=given: progress(rules, given, type_settings(), type_answers()).next_step
        for given in portfolios().values()
    ]


def slowest_choice_ms(rules: SchemeRules, times: int) -> float:
    """CPU time of telling what one more activity of each type would bring to these portfolios, or to none."""
    return max(_best(work, times) for work in choosing(rules))


def choosing(rules: SchemeRules) -> list[Callable[[], object]]:
    """Telling what one more activity of each type would bring to each of the portfolios and an empty one."""
    document = replace(bundled_schemes()["lund-medicine"], rules=rules)
    return [
        lambda given=given: standings(document, "", activity_types().values(), given, date(2026, 5, 4))
        for given in [*portfolios().values(), []]
    ]


def _best(work: Callable[[], object], times: int) -> float:
    return min(cpu_ms(work, 1)[0] for _ in range(times))


def _made(n: int, type_code: str, setting: str) -> CountedActivity:
    starts = date(2025, 1, 1) + timedelta(days=n)
    told = {"duration_weeks": str(n % 20), "credits": "1.5", "course_code": "SK1", "goals": "3 4"}
    return CountedActivity(
        UUID(int=n + 1), type_code, setting, told, True, starts, starts + timedelta(days=9)
    )
