"""What a scheme asks, in sentences that come out of its rules alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from lti_app.i18n import catalogue as translations
from lti_app.schemes.asking import Asked, asking_of
from lti_app.schemes.counting import ActivityClass, Bundle, Exclusion, SchemeRules
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
from lti_app.schemes.text import Text

LONG = Filter(settings=frozenset({Setting.ABROAD}), least=((Measure.WEEKS, Decimal("7.5")),))
RULES = SchemeRules(
    AllOf(
        (
            Distinct(3, "types"),
            Distinct(4, "goals", Variety.GOAL),
            Settings(((Setting.ABROAD, 1), (Setting.HOME, 2)), "places"),
            Amount(Measure.POINTS, Decimal(100), "points"),
            AnyOf(
                (Count(1, "stay", LONG, Text("Vistelse", "Stay")), Amount(Measure.CREDITS, Decimal(9), "hp")),
                "or",
            ),
            Classes((("a", 1), ("b", 2)), (Substitute("c", 3, "b"),), "classes"),
            Ordered(
                (Count(1, "first"), Separate((Count(1, "x"), Count(2, "y")), distinct_types=True, id="s")),
                "o",
            ),
        )
    ),
    bundles=(Bundle("lectures", frozenset({"international_lecture"}), 3, Text("Föreläsningar", "Lectures")),),
    classes=(
        ActivityClass("a", LONG, Text("Klass A", "Class A")),
        ActivityClass("b", Filter(types=frozenset({"language_cafe"})), Text("Klass B", "Class B")),
    ),
    exclusions=(
        Exclusion(Filter(attributes=(("mode", frozenset({"virtual"})),)), Text("på distans.", "online.")),
    ),
)


def _sentences(asked: Iterable[Asked]) -> list[str]:
    return [
        sentence
        for each in asked
        for sentence in (
            f"{each.label}: {each.sentence}" if each.label else each.sentence,
            *_sentences(each.parts),
        )
    ]


@pytest.fixture(params=["sv", "en"])
def said(request: pytest.FixtureRequest) -> tuple[str, list[str]]:
    document = replace(bundled_schemes()["lund-medicine"], rules=RULES)
    asking = asking_of(document, "lakare", translations(request.param), request.param)
    return request.param, _sentences(asking.all())


def test_every_kind_of_requirement_is_put_into_words(said: tuple[str, list[str]]) -> None:
    language, sentences = said
    wanted = {
        "en": [
            "Approved activities of at least 3 different types; a type counts once.",
            "Approved activities that concern at least 4 different ones of the UN's goals.",
            "At home: 2",
            "Approved activities that give at least 100 points in all.",
            "At least 1 of these:",
            "Stay: At least 1 approved activity. Only in this setting: Abroad. Each at least 7.5 weeks long.",
            "Class A: 1. Only in this setting: Abroad. Each at least 7.5 weeks long.",
            "3 of c can stand for one of Class B.",
            "These in this order: each begins when the one before it is done.",
            "All of these, each with activities and types of its own: none counts twice.",
            "Lectures: 3 of these count as one activity.",
            "Does not count: online.",
        ],
        "sv": [
            "Vistelse: Minst 1 godkänd aktivitet. Endast här: Utomlands. Var och en minst 7,5 veckor lång.",
            "Föreläsningar: 3 av dessa räknas som en aktivitet.",
            "Räknas inte: på distans.",
        ],
    }[language]
    assert [each for each in wanted if each not in sentences] == []
    assert not [each for each in sentences if "%" in each or not each]


def test_a_condition_on_an_answer_is_named_in_the_catalogues_words() -> None:
    document = replace(bundled_schemes()["lund-medicine"], rules=RULES)
    of = Filter(attributes=(("mode", frozenset({"virtual", "blended"})),))
    asking = asking_of(document, "", translations("sv"), "sv")
    assert asking.conditions(of) == [
        "Endast där ”På plats eller på distans” är något av: Både på plats och på distans, På distans."
    ]
