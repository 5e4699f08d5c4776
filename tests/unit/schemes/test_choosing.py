"""What a type of activity is worth to a student: counts, barred, met or refused, and why."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal
from unittest.mock import Mock

import pytest

from lti_app.i18n import catalogue as translations
from lti_app.schemes import gaining
from lti_app.schemes.asking import asking_of
from lti_app.schemes.catalogue import activity_types, type_answers, type_settings
from lti_app.schemes.choosing import Standing, Use, standings
from lti_app.schemes.choosing_wording import standing_sentences
from lti_app.schemes.counting import ActivityClass, Bundle, Exclusion, PointsTable, SchemeRules, TypeList
from lti_app.schemes.document import PlanRule, SchemeDocument
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.requirements import (
    AllOf,
    Amount,
    Classes,
    Count,
    Distinct,
    Filter,
    Measure,
    Setting,
    Settings,
    Variety,
)
from lti_app.schemes.rules import CountedActivity, progress, result_with
from lti_app.schemes.text import Text

TODAY = date(2026, 5, 4)


def having(*types: str, approved: bool = False) -> list[CountedActivity]:
    return [
        CountedActivity(uuid.UUID(int=number), code, activity_types()[code].setting, {}, approved)
        for number, code in enumerate(types, 1)
    ]


def a_document(rules: SchemeRules, plans: PlanRule = PlanRule()) -> SchemeDocument:  # noqa: B008 (frozen)
    return replace(bundled_schemes()["lund-medicine"], rules=rules, plans=plans)


def standing_of(document: SchemeDocument, code: str, *own: str) -> Standing:
    (found,) = standings(document, "lakare", [activity_types()[code]], having(*own), TODAY)
    return found


THREE = a_document(SchemeRules(Distinct(3, "types")))


@pytest.mark.parametrize(
    ("own", "code", "use"),
    [
        ([], "language_cafe", Use.COUNTS),
        (["language_cafe"], "language_cafe", Use.SAME_TYPE),
        (["language_cafe"], "journal_club", Use.COUNTS),
        (["language_cafe", "journal_club", "mooc"], "conference_abroad", Use.MET),
        (["language_cafe", "journal_club", "mooc"], "mooc", Use.MET),
    ],
)
def test_a_type_counts_once_and_no_more_than_is_asked_for(own: list[str], code: str, use: Use) -> None:
    assert standing_of(THREE, code, *own).use is use


def test_it_says_which_requirement_would_come_further() -> None:
    rules = SchemeRules(AllOf((Count(1, "any"), Settings(((Setting.ABROAD, 1), (Setting.HOME, 1)), "where"))))
    found = standing_of(a_document(rules), "conference_abroad", "language_cafe")
    assert [each.requirement_id for each in found.towards] == ["where.abroad"]


def test_a_programmes_own_list_refuses_and_says_so() -> None:
    own = TypeList(accepted=frozenset({"mooc"}))
    document = a_document(SchemeRules(Count(1, "one"), per_programme={"lakare": own}))
    refused = standing_of(document, "language_cafe")
    assert refused.use is Use.REFUSED
    assert standing_of(document, "mooc").use is Use.COUNTS
    asking = asking_of(document, "lakare", translations("en"), "en")
    assert standing_sentences(refused, asking) == (
        "Does not count here: it is not on the list of what counts for your programme.",
    )


def test_three_small_ones_in_place_of_a_larger_one_count_together() -> None:
    document = bundled_schemes()["lund-humanities"]
    first = standing_of(document, "conference_abroad")
    assert (first.use, first.is_useful) == (Use.TOGETHER, True)
    said = standing_sentences(first, asking_of(document, "lakare", translations("en"), "en"))
    assert said[0].startswith("Would count together with others, towards: B")
    assert said[-1].startswith("3 of C")
    assert "can stand for one of B" in said[-1]
    third = standing_of(document, "conference_abroad", "conference_abroad", "conference_abroad")
    assert third.use is Use.COUNTS


def test_only_where_types_must_differ_does_a_type_count_once() -> None:
    own = ("inspiration_lecture", "conference_abroad", "conference_abroad")
    assert standing_of(bundled_schemes()["lund-humanities"], "inspiration_lecture", *own).use is Use.TOGETHER


def test_a_lecture_alone_counts_together_with_others() -> None:
    talks = Bundle("talks", frozenset({"language_cafe"}), 3, Text("Föreläsningar", "Lectures"))
    document = a_document(SchemeRules(Distinct(2, "types"), bundles=(talks,)))
    assert standing_of(document, "language_cafe").use is Use.TOGETHER
    assert standing_of(document, "language_cafe", "language_cafe", "language_cafe").use is Use.COUNTS
    assert standing_of(document, "language_cafe", "mooc", "journal_club").use is Use.MET


def test_the_sentences_tell_bundle_exclusion_and_plan() -> None:
    label = Text("Föreläsningar", "Lectures")
    excluded = Exclusion(Filter(settings=frozenset({Setting.HOME})), Text("Bara mat.", "Only food."))
    rules = SchemeRules(
        Count(2, "two", label=Text("Två saker", "Two things")),
        bundles=(Bundle("talks", frozenset({"language_cafe"}), 3, label),),
        exclusions=(excluded,),
    )
    document = a_document(rules, PlanRule(types=frozenset({"language_cafe"})))
    asking = asking_of(document, "lakare", translations("en"), "en")
    said = standing_sentences(standing_of(document, "language_cafe"), asking)
    assert said[1:] == (
        "Lectures: 3 of these count as one activity.",
        "Does not count: Only food.",
        "You send a plan first, which is approved before you begin.",
    )


@pytest.mark.parametrize(
    ("scheme", "asked"),
    [
        ("university-west", 4),  # one for each setting
        ("lund-humanities", 90),
    ],
)
def test_types_that_the_rules_cannot_tell_apart_are_judged_once(
    monkeypatch: pytest.MonkeyPatch, scheme: str, asked: int
) -> None:
    judged = Mock(side_effect=result_with)
    monkeypatch.setattr(gaining, "result_with", judged)
    codes = [code for code in activity_types() for _ in range(2)][:200]
    found = standings(bundled_schemes()[scheme], "", activity_types().values(), having(*codes), TODAY)
    assert len(found) == 110
    assert judged.call_count <= asked


def test_goals_that_have_to_differ_can_be_reached_by_any_type() -> None:
    document = a_document(SchemeRules(Distinct(3, "goals", Variety.GOAL)))
    found = standing_of(document, "mooc", "language_cafe")
    assert [each.requirement_id for each in found.towards] == ["goals"]


def test_a_class_is_named_with_what_it_asks_and_points_are_told() -> None:
    long = Filter(types=frozenset({"exchange_studies"}), least=((Measure.WEEKS, Decimal(15)),))
    rules = SchemeRules(
        AllOf((Classes((("a", 1),), id="classes"), Amount(Measure.POINTS, Decimal(100), "points"))),
        classes=(ActivityClass("a", long, Text("Klass A", "Class A")),),
        points=PointsTable(types={"exchange_studies": Decimal("60")}),
    )
    document = a_document(rules)
    asking = asking_of(document, "lakare", translations("en"), "en")
    said = standing_sentences(standing_of(document, "exchange_studies"), asking)
    assert said == (
        "Would count towards: Class A, Points.",
        "Each at least 15 weeks long.",
        "Gives 60 points.",
    )
    assert "Gives no points." in standing_sentences(standing_of(document, "mooc"), asking)


CREDITS = SchemeRules(Amount(Measure.CREDITS, Decimal(3), "credits"))
LONG = SchemeRules(Count(1, "long", of=Filter(least=((Measure.WEEKS, Decimal(2)),))))


@pytest.mark.parametrize(
    ("rules", "code", "use"),
    [
        (CREDITS, "intercultural_competence_course", Use.COUNTS),
        (CREDITS, "language_cafe", Use.NEVER),
        (LONG, "exchange_studies", Use.COUNTS),
        (LONG, "language_cafe", Use.NEVER),
    ],
)
def test_a_type_counts_only_by_answers_that_its_form_asks_for(
    rules: SchemeRules, code: str, use: Use
) -> None:
    assert standing_of(a_document(rules), code).use is use


@pytest.mark.parametrize(
    ("scheme", "code", "own", "use", "sv", "en"),
    [
        (
            "kth-global-competence",
            "exchange_studies",
            [],
            Use.LATER,
            "Räknas senare: först måste ”Del I: interkulturell kompetens” vara uppfyllt.",
            "Counts later: “Part I: intercultural competence” has to be met first.",
        ),
        (
            "lund-social-sciences",
            "international_lecture",
            [],
            Use.TOGETHER,
            "Skulle tillsammans med andra bidra till: ",
            "Would count together with others, towards: ",
        ),
        (
            "lund-social-sciences",
            "english_taught_course_home",
            ["exchange_studies"],
            Use.NEVER,
            "Räknas inte mot något som efterfrågas här.",
            "Counts towards nothing that is asked for here.",
        ),
        (
            "lund-humanities",
            "language_cafe",
            [],
            Use.TOGETHER,
            "Skulle tillsammans med andra bidra till: ",
            "Would count together with others, towards: ",
        ),
    ],
)
def test_what_does_not_count_now_is_never_said_to_be_met_or_under_way(
    scheme: str, code: str, own: list[str], use: Use, sv: str, en: str
) -> None:
    document = bundled_schemes()[scheme]
    found = standing_of(document, code, *own)
    assert found.use is use
    for language, sentence in (("sv", sv), ("en", en)):
        asking = asking_of(document, "lakare", translations(language), language)
        assert standing_sentences(found, asking)[0].startswith(sentence)


def test_occasions_of_one_activity_fill_a_bundle_by_themselves() -> None:
    document = bundled_schemes()["lund-medicine-today"]
    assert standing_of(document, "language_cafe").use is Use.COUNTS
    lectures = bundled_schemes()["lund-social-sciences"]
    assert standing_of(lectures, "international_lecture").use is Use.TOGETHER


def test_the_next_step_names_only_types_whose_form_asks_for_what_is_lacking() -> None:
    of = Filter(types=frozenset({"language_cafe", "intercultural_competence_course"}))
    rules = SchemeRules(Amount(Measure.CREDITS, Decimal(3), "credits", of=of))
    step = progress(rules, (), type_settings(), type_answers()).next_step
    assert step is not None
    assert [each.types for each in step.wanted] == [("intercultural_competence_course",)]
    never = SchemeRules(
        Amount(Measure.CREDITS, Decimal(3), "credits", of=Filter(types=frozenset({"language_cafe"})))
    )
    assert progress(never, (), type_settings(), type_answers()).next_step is None


def test_days_tell_weeks_in_the_next_step_too() -> None:
    by_days = next(
        code
        for code, asked in type_answers().items()
        if "duration_days" in asked and "duration_weeks" not in asked
    )
    of = Filter(types=frozenset({by_days}), least=((Measure.WEEKS, Decimal(2)),))
    rules = SchemeRules(Count(1, "long", of=of))
    step = progress(rules, (), type_settings(), type_answers()).next_step
    assert step is not None
    assert step.activities == 1
    assert standing_of(a_document(rules), by_days).use is Use.COUNTS


def test_a_pair_counts_for_a_type_whose_other_half_is_there() -> None:
    bundle = Bundle("talks", frozenset({"language_cafe"}), 3, Text("Tre", "Three"))
    document = a_document(SchemeRules(Count(1, "one", of=Filter()), bundles=(bundle,)))
    assert standing_of(document, "language_cafe", "language_cafe").use is Use.TOGETHER
    assert standing_of(document, "language_cafe", "language_cafe", "language_cafe").use is Use.COUNTS
