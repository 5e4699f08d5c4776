"""Every kind of requirement by example, judged by hand, and the words it gives in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from lti_app.i18n import catalogue
from lti_app.schemes.counting import (
    ActivityClass,
    Bundle,
    Effort,
    Exclusion,
    PointsTable,
    SchemeRules,
    TypeList,
)
from lti_app.schemes.facts import CountedActivity
from lti_app.schemes.reason_wording import not_counted_sentence
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
from lti_app.schemes.result_wording import result_sentence
from lti_app.schemes.rules import Progress, progress
from lti_app.schemes.step_wording import step_sentence
from lti_app.schemes.text import Text

TYPES = {
    "exchange": "abroad",
    "conference": "abroad",
    "fieldwork": "abroad",
    "cafe": "home",
    "lecture": "home",
    "club": "home",
    "course": "virtual",
    "blog": "own",
}
NAMES = {
    "sv": {"exchange": "Utbytesstudier", "fieldwork": "Fältarbete", "lecture": "Föreläsning"},
    "en": {"exchange": "Exchange studies", "fieldwork": "Fieldwork", "lecture": "Lecture"},
}
ABROAD, HOME = Filter(settings=frozenset({Setting.ABROAD})), Filter(settings=frozenset({Setting.HOME}))


def done(
    number: int, type_code: str, *, day: int | None = None, weeks: str = "", **told: str
) -> CountedActivity:
    """An approved activity with this number as its id, that took the one day of 2025 given, if any."""
    answers: Mapping[str, str] = {**told, **({"duration_weeks": weeks} if weeks else {})}
    on = date.fromordinal(date(2025, 1, 1).toordinal() + day) if day is not None else None
    return CountedActivity(UUID(int=number), type_code, TYPES[type_code], answers, True, on, on)


def judged(rules: SchemeRules, *portfolio: CountedActivity) -> Progress:
    return progress(rules, portfolio, TYPES)


def lines(found: Progress, language: str = "en") -> list[str]:
    return [result_sentence(line, catalogue(language), NAMES[language]) for line in found.lines]


def still(found: Progress, language: str = "en") -> str:
    step = found.next_step
    return step_sentence(step, catalogue(language), NAMES[language]) if step else ""


def reasons(found: Progress, language: str = "en") -> dict[int, str]:
    words = catalogue(language)
    return {key.int: not_counted_sentence(why, words) for key, why in found.not_counted.items()}


def served(found: Progress) -> dict[str, list[int]]:
    return {part.requirement_id: [each.int for each in part.counted] for part in found.result.parts}


# ---- counting, with a filter ----


def test_a_count_looks_at_what_passes_its_filter() -> None:
    long = Count(2, of=Filter(least=((Measure.WEEKS, Decimal(8)),)))

    found = judged(SchemeRules(long), done(1, "exchange", weeks="20"), done(2, "exchange", weeks="7,9"))

    assert lines(found) == [
        "1 of 2 approved activities; 1 more is needed. Counted here: only activities of at least 8 weeks."
    ]
    assert lines(found, "sv") == [
        "1 av 2 godkända aktiviteter; 1 till behövs. Här räknas bara aktiviteter på minst 8 veckor."
    ]
    assert still(found) == "Still needed: 1 approved activity, of at least 8 weeks."
    assert reasons(found) == {2: "Counts only when it is of at least 8 weeks."}
    assert reasons(found, "sv") == {2: "Räknas bara om den är på minst 8 veckor."}


def test_a_label_says_what_a_filter_asks() -> None:
    labelled = Count(1, of=Filter(types=frozenset({"fieldwork"})), label=Text("Fältstudie", "Field study"))

    found = judged(SchemeRules(labelled))

    assert lines(found) == ["Field study: 0 of 1 approved activities; 1 more is needed."]
    assert still(found) == "Still needed: 1 approved activity, for “Field study”, such as Fieldwork."
    assert still(found, "sv") == "Återstår: 1 godkänd aktivitet, till ”Fältstudie”, till exempel Fältarbete."


# ---- what must differ ----


@pytest.mark.parametrize(
    ("variety", "told", "en", "sv"),
    [
        (
            Variety.GOAL,
            {"goals": "3 4"},
            (
                "Global goals: 2 of 3; 1 missing.",
                "Still needed: 1 approved activity, with 1 new global goal.",
            ),
            ("Globala mål: 2 av 3; 1 saknas.", "Återstår: 1 godkänd aktivitet, med 1 nytt globalt mål."),
        ),
        (
            Variety.COUNTRY,
            {"country": "NO"},
            ("Countries: 1 of 3; 2 missing.", "Still needed: 1 approved activity, with 2 new countries."),
            ("Länder: 1 av 3; 2 saknas.", "Återstår: 1 godkänd aktivitet, med 2 nya länder."),
        ),
    ],
)
def test_tags_differ_however_many_activities_bring_them(
    variety: Variety, told: dict[str, str], en: tuple[str, str], sv: tuple[str, str]
) -> None:
    rules = SchemeRules(Distinct(3, variety=variety))

    found = judged(rules, done(1, "exchange", **told), done(2, "cafe", **told))

    assert (*lines(found), still(found)) == en
    assert (*lines(found, "sv"), still(found, "sv")) == sv
    assert reasons(found) == {2: "Adds nothing that the other activities have not given."}


def test_a_next_step_joins_what_one_activity_can_do() -> None:
    rules = SchemeRules(AllOf((Distinct(3), Settings(((Setting.ABROAD, 1), (Setting.HOME, 1))))))

    found = judged(rules, done(1, "cafe"), done(2, "lecture"))

    assert still(found) == "Still needed: 1 approved activity, abroad, of a type not used yet."
    assert still(found, "sv") == "Återstår: 1 godkänd aktivitet, utomlands, av en ny typ."


# ---- amounts ----


def test_credits_add_up_and_say_what_is_missing_with_a_decimal_comma() -> None:
    rules = SchemeRules(Amount(Measure.CREDITS, Decimal("7.5")))

    found = judged(rules, done(1, "course", credits="3"))

    assert (found.achieved_total, found.required_total) == (3, 8)
    assert (lines(found), still(found)) == (
        ["Credits: 3 of 7.5; 4.5 missing."],
        "Still needed: 4.5 credits more, in approved activities.",
    )
    assert (lines(found, "sv"), still(found, "sv")) == (
        ["Högskolepoäng: 3 av 7,5; 4,5 saknas."],
        "Återstår: 4,5 högskolepoäng till, i godkända aktiviteter.",
    )


POINTS = SchemeRules(
    Amount(Measure.POINTS, Decimal(100)),
    points=PointsTable(
        {"exchange": Decimal(60)},
        {Setting.ABROAD: Decimal(30)},
        Decimal(10),
        at_most={"cafe": Decimal(20)},
    ),
)


def test_points_come_by_type_then_setting_then_otherwise_and_a_type_has_a_cap() -> None:
    found = judged(POINTS, done(1, "exchange"), done(2, "cafe"), done(3, "cafe"), done(4, "cafe"))

    assert lines(found) == ["Points: 80 of 100; 20 missing."]
    assert reasons(found) == {4: "The other activities of this type have given all its points."}
    assert still(found).startswith(
        "Still needed: 1 approved activity, worth at least 20 points, such as Exch"
    )
    assert found.next_step is not None
    assert found.next_step.wanted[0].types == ("exchange", "conference", "fieldwork")


def test_of_equally_short_steps_the_one_of_least_effort_is_told() -> None:
    hard = Effort({"exchange": 9}, {Setting.ABROAD: 3}, 1)
    rules = SchemeRules(Amount(Measure.POINTS, Decimal(30)), points=POINTS.points, effort=hard)

    found = judged(rules)

    assert found.next_step is not None
    assert found.next_step.effort == 3
    assert found.next_step.wanted[0].types == ("conference", "fieldwork")


# ---- bundles ----

LECTURES = Bundle(
    "lectures", frozenset({"lecture"}), 3, Text("tre föreläsningar", "three lectures"), distinct_days=True
)


def test_three_lectures_on_three_days_are_one_activity() -> None:
    rules = SchemeRules(Count(2), bundles=(LECTURES,))

    short = judged(rules, done(1, "cafe"), done(2, "lecture", day=1), done(3, "lecture", day=2))
    full = judged(rules, *(done(n, "lecture", day=n) for n in (1, 2, 3)), done(4, "cafe"))

    assert not short.met
    assert reasons(short) == {
        2: "Counts together with others (three lectures): 1 more is missing.",
        3: "Counts together with others (three lectures): 1 more is missing.",
    }
    assert reasons(short, "sv")[2] == "Räknas tillsammans med andra (tre föreläsningar): 1 till saknas."
    assert full.met
    assert len(full.result.counted) == 4


def test_lectures_on_one_day_and_without_a_day_say_why_they_do_not_count() -> None:
    rules = SchemeRules(Count(1), bundles=(LECTURES,))

    found = judged(rules, done(1, "lecture", day=1), done(2, "lecture", day=1), done(3, "lecture"))

    assert reasons(found) == {
        1: "Counts together with others (three lectures): 2 more are missing.",
        2: "Another one on the same day counts already; days must differ.",
        3: "Counts together with others on different days, and has no day yet.",
    }


def test_one_activity_of_many_occasions_can_be_whole_bundles() -> None:
    cafe = Bundle("cafe", frozenset({"cafe"}), 3, Text("språkcafé", "language café"), by_occasions=True)
    rules = SchemeRules(Count(2), bundles=(cafe,))

    assert not judged(rules, done(1, "cafe", occasions="5")).met
    assert judged(rules, done(1, "cafe", occasions="5"), done(2, "cafe")).met


def test_a_complete_bundle_is_one_type_and_lies_in_its_setting() -> None:
    rules = SchemeRules(AllOf((Distinct(2), Settings(((Setting.HOME, 1),)))), bundles=(LECTURES,))

    found = judged(rules, *(done(n, "lecture", day=n) for n in range(1, 7)))

    assert lines(found)[0] == "1 of 2 different types of activity approved; 1 more is needed."
    assert lines(found)[1] == "Approved activities at home: 2 (at least 1 needed)."


# ---- classes ----

HUMANITIES = SchemeRules(
    Classes((("A", 1), ("B", 2)), (Substitute("C", 3, "B"),), id="classes"),
    classes=(
        ActivityClass("A", Filter(least=((Measure.WEEKS, Decimal(15)),)), Text("A", "A")),
        ActivityClass("B", Filter(least=((Measure.WEEKS, Decimal(4)),)), Text("B", "B")),
        ActivityClass("C", Filter(), Text("C", "C")),
    ),
)


def test_three_of_class_c_stand_for_one_of_class_b() -> None:
    portfolio = [
        done(1, "exchange", weeks="20"),
        done(2, "fieldwork", weeks="5"),
        *(done(n, "cafe") for n in (3, 4, 5, 6)),
    ]

    found = judged(HUMANITIES, *portfolio)

    assert found.met
    assert served(found) == {"classes.A": [1], "classes.B": [2, 3, 4, 5]}
    assert reasons(found) == {6: "Not needed for these requirements."}


def test_a_longer_activity_is_no_substitute_for_a_shorter_class() -> None:
    found = judged(
        HUMANITIES, *(done(n, "exchange", weeks="20") for n in (1, 2, 3)), done(4, "cafe"), done(5, "cafe")
    )

    assert lines(found) == [
        "A: 1 of 1 approved in this class.",
        "B: 0 of 2 approved in this class; 2 missing.",
    ]
    assert still(found).startswith("Still needed: 2 approved activities")


def test_the_last_of_three_is_nearer_than_one_of_the_class_itself_when_it_is_less_effort() -> None:
    eager = Effort({}, {Setting.HOME: 1}, 5)
    rules = SchemeRules(HUMANITIES.requirement, classes=HUMANITIES.classes, effort=eager)
    portfolio = [
        done(1, "exchange", weeks="20"),
        done(2, "fieldwork", weeks="5"),
        done(3, "cafe"),
        done(4, "cafe"),
    ]

    found = judged(rules, *portfolio)

    assert found.next_step is not None
    assert (found.next_step.activities, found.next_step.effort) == (1, 1)


# ---- parts that do not share ----


def test_what_suits_one_part_only_is_left_to_it() -> None:
    parts = (Count(1, id="any"), Count(1, id="abroad", of=ABROAD))

    found = judged(SchemeRules(Separate(parts)), done(1, "exchange"), done(2, "cafe"))

    assert found.met
    assert served(found) == {"any": [2], "abroad": [1]}


def test_no_type_serves_two_parts_where_types_are_to_differ() -> None:
    rules = SchemeRules(Separate((Count(1, of=ABROAD), Count(1, of=HOME), Count(1)), distinct_types=True))

    found = judged(rules, done(1, "exchange"), done(2, "exchange"), done(3, "cafe"))

    assert not found.met
    assert reasons(found) == {2: "Another activity of this type counts already; a type counts once."}
    assert still(found) == "Still needed: 1 approved activity, of a type not used yet."
    assert judged(rules, done(1, "exchange"), done(2, "blog"), done(3, "cafe")).met


# ---- alternatives and order ----

CREDITS = Text("Kurs I", "Course I")
KTH = SchemeRules(
    Ordered(
        (
            Amount(Measure.CREDITS, Decimal("4.5"), label=CREDITS),
            AnyOf(
                (
                    Count(1, of=Filter(types=frozenset({"exchange"}), least=((Measure.WEEKS, Decimal(12)),))),
                    Count(1, of=Filter(types=frozenset({"fieldwork"}), least=((Measure.WEEKS, Decimal(8)),))),
                )
            ),
            Amount(Measure.CREDITS, Decimal(3)),
        )
    )
)


def test_parts_in_order_count_what_began_when_the_part_before_was_met() -> None:
    first, away = done(1, "course", day=10, credits="4.5"), done(2, "fieldwork", day=20, weeks="8")

    assert judged(KTH, first, away, done(3, "course", day=30, credits="3")).met
    early = judged(KTH, first, away, done(3, "course", day=15, credits="3"))
    assert not early.met
    assert [part.met for part in early.result.parts] == [True, True, False]


def test_what_came_too_early_says_so() -> None:
    found = judged(KTH, done(1, "fieldwork", day=1, weeks="8"), done(2, "course", day=10, credits="4.5"))

    assert reasons(found) == {
        1: "Began before the part ahead of it was met; the parts come in order.",
    }
    assert lines(found)[1] == (
        "None of the alternatives is met yet; one is enough. "
        "(1) 0 of 1 approved activities; 1 more is needed. "
        "Counted here: only activities of the type Exchange studies, of at least 12 weeks. "
        "(2) 0 of 1 approved activities; 1 more is needed. "
        "Counted here: only activities of the type Fieldwork, of at least 8 weeks."
    )


def test_an_activity_without_days_counts_in_the_first_part_only() -> None:
    found = judged(KTH, done(1, "course", credits="4.5"), done(2, "fieldwork", weeks="8"))

    assert [part.met for part in found.result.parts] == [True, False, False]


def test_each_part_in_order_takes_a_new_activity_of_its_own() -> None:
    assert still(judged(KTH)) == (
        "Still needed: 3 approved activities: 1 for “Course I”, with 4.5 credits more in all; "
        "1 of at least 12 weeks, such as Exchange studies; 1 with 3 credits more in all."
    )


def test_at_least_two_of_three_alternatives() -> None:
    rules = SchemeRules(AnyOf((Count(1, of=ABROAD), Count(1, of=HOME), Count(5)), need=2))

    found = judged(rules, done(1, "cafe"))

    assert (found.met, found.achieved_total, found.required_total) == (False, 3, 6)
    assert lines(found, "sv")[0].startswith("1 av alternativen är uppfyllda; 2 krävs. (1) 0 av 1 godkända")
    assert still(found) == "Still needed: 1 approved activity, abroad."
    assert judged(rules, done(1, "cafe"), done(2, "exchange")).met


# ---- who can count at all ----


def test_an_exclusion_tells_its_reason() -> None:
    reason = Text("Obligatoriska moment räknas inte.", "What the programme requires does not count.")
    agreed = Filter(attributes=(("arranged", frozenset({"agreement"})),))
    rules = SchemeRules(Count(1), exclusions=(Exclusion(agreed, reason),))

    found = judged(rules, done(1, "exchange", arranged="agreement"))

    assert (found.met, reasons(found)) == (False, {1: "What the programme requires does not count."})
    assert reasons(found, "sv") == {1: "Obligatoriska moment räknas inte."}
    assert judged(rules, done(1, "exchange", arranged="self")).met


def test_a_programme_has_its_own_list_of_types() -> None:
    rules = SchemeRules(Count(1), per_programme={"nursing": TypeList(frozenset({"cafe"}))})

    assert judged(rules.for_programme("medicine"), done(1, "exchange")).met
    assert reasons(judged(rules.for_programme("nursing"), done(1, "exchange"))) == {
        1: "This type of activity does not count here."
    }


def test_what_no_activity_can_meet_has_no_next_step() -> None:
    assert judged(SchemeRules(Distinct(9))).next_step is None
    assert judged(SchemeRules(Count(1, of=Filter(types=frozenset({"unheard_of"}))))).next_step is None


# ---- which step is nearest ----


def _types(*codes: str) -> Filter:
    return Filter(types=frozenset(codes))


def test_a_cheap_first_step_is_not_taken_where_the_second_makes_up_for_it() -> None:
    cheap_then_dear = AllOf((Count(1, of=_types("blog")), Count(1, of=_types("exchange"))))
    both_middling = AllOf((Count(1, of=_types("cafe")), Count(1, of=_types("club"))))
    effort = Effort({"blog": 1, "exchange": 9, "cafe": 3, "club": 3})

    found = judged(SchemeRules(AnyOf((cheap_then_dear, both_middling)), effort=effort)).next_step

    assert found is not None
    assert (found.activities, found.effort) == (2, 6)
    assert [each.types for each in found.wanted] == [("cafe",), ("club",)]


def test_the_shorter_of_two_alternatives_is_nearest_whatever_kind_it_is() -> None:
    classes = HUMANITIES.classes
    two_long = Classes((("A", 2),))

    for other, activities in ((Count(3), 2), (Count(2), 2), (Count(1), 1)):
        found = judged(SchemeRules(AnyOf((two_long, other)), classes=classes)).next_step
        assert found is not None
        assert found.activities == activities
        assert found.is_shortest


def test_one_new_activity_may_serve_requirements_that_share_but_not_parts_that_do_not() -> None:
    parts = (Count(1, of=ABROAD), Count(2))

    sharing, separate = judged(SchemeRules(AllOf(parts))), judged(SchemeRules(Separate(parts)))

    assert sharing.next_step is not None
    assert separate.next_step is not None
    assert (sharing.next_step.activities, separate.next_step.activities) == (2, 3)


def test_four_easy_activities_are_not_nearer_than_three_hard_ones() -> None:
    away = (ActivityClass("A", ABROAD, Text("A", "A")),)
    easy = Effort(settings={Setting.HOME: 1}, other=5)
    rules = SchemeRules(AnyOf((Classes((("A", 3),)), Count(4))), classes=away, effort=easy)

    found = judged(rules).next_step

    assert found is not None
    assert (found.activities, found.effort) == (3, 15)


def test_a_type_that_serves_elsewhere_can_be_freed_by_another() -> None:
    parts = Separate((Count(1, of=ABROAD), Count(1, of=HOME)), distinct_types=True)
    rules = SchemeRules(parts, accepted=frozenset({"exchange", "cafe"}))
    exchange_at_home = CountedActivity(UUID(int=1), "exchange", "home", {}, True)

    found = judged(rules, exchange_at_home)

    assert not judged(rules, exchange_at_home, done(2, "exchange")).met
    assert judged(rules, exchange_at_home, done(2, "exchange"), done(3, "cafe")).met
    assert found.next_step is not None
    assert found.next_step.activities == 2
