"""The rules by small examples; test_kinds.py has every kind, test_rule_properties.py what holds of all."""

from __future__ import annotations

import time
from gettext import NullTranslations

import pytest

from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.requirements import AllOf, AnyOf, Count, Distinct, Setting, Settings
from lti_app.schemes.result_wording import result_sentence
from lti_app.schemes.rules import CountedActivity, Kind, NotCounted, progress
from lti_app.schemes.step_wording import step_sentence
from lti_app.schemes.steps import Wanted
from lti_app.schemes.wording import setting_name

from .portfolios import activity

ENGLISH = NullTranslations()
MIXED = AllOf((Distinct(3), Settings(((Setting.ABROAD, 1), (Setting.HOME, 1)))))


def test_settings_ask_for_a_minimum_in_each() -> None:
    found = progress(SchemeRules(MIXED), [activity("a"), activity("b"), activity("c")])

    assert not found.met
    assert [(line.kind, line.setting, line.met) for line in found.lines] == [
        (Kind.DISTINCT_TYPES, None, True),
        (Kind.SETTING, Setting.ABROAD, False),
        (Kind.SETTING, Setting.HOME, True),
    ]
    assert found.next_step is not None
    assert found.next_step.wanted == (Wanted(1, Setting.ABROAD),)
    assert (found.achieved_total, found.required_total) == (4, 5)
    assert [result_sentence(line, ENGLISH) for line in found.missing] == [
        "0 of 1 approved activities abroad; 1 missing."
    ]
    assert step_sentence(found.next_step, ENGLISH) == "Still needed: 1 approved activity, abroad."


def test_a_type_and_a_setting_can_be_served_by_the_same_new_activity() -> None:
    found = progress(SchemeRules(MIXED), [activity("a"), activity("b")])

    assert found.next_step is not None
    assert found.next_step.wanted == (Wanted(1, Setting.ABROAD, is_new_type=True),)


def test_the_nearest_of_two_alternatives_is_the_next_step() -> None:
    scheme = SchemeRules(AnyOf((Distinct(5), Settings(((Setting.ABROAD, 2),)))))

    step = progress(scheme, [activity("a", "abroad")]).next_step

    assert step is not None
    assert step.wanted == (Wanted(1, Setting.ABROAD),)


def test_only_accepted_types_count() -> None:
    scheme = SchemeRules(Count(1), accepted=frozenset({"a", "b"}), refused=frozenset({"b"}))
    refused = activity("b")

    assert _reasons(scheme, refused) == [NotCounted.TYPE_NOT_ACCEPTED]
    assert progress(scheme, [activity("a")]).met


def test_an_activity_in_a_setting_nobody_asked_for_says_so() -> None:
    virtual = activity("a", "virtual")

    assert _reasons(SchemeRules(Settings(((Setting.HOME, 1),))), virtual) == [NotCounted.NOT_ASKED_FOR]


def test_the_same_id_twice_counts_once() -> None:
    once = activity("a")

    assert progress(SchemeRules(Count(2)), [once, once]).result.have == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: Count(0),
        lambda: Distinct(-1),
        lambda: Settings(()),
        lambda: Settings(((Setting.HOME, 0),)),
        lambda: Settings(((Setting.HOME, 1), (Setting.HOME, 2))),
        lambda: AllOf(()),
        lambda: AnyOf(()),
    ],
)
def test_a_requirement_that_asks_for_nothing_cannot_be_made(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r"at least 1|twice"):
        make()


def test_settings_have_names_and_unknown_ones_keep_theirs() -> None:
    assert [setting_name(each, ENGLISH) for each in (*Setting, "elsewhere")] == [
        "Abroad",
        "At home",
        "Virtual",
        "Own activity",
        "elsewhere",
    ]


def test_ten_times_the_activities_take_nowhere_near_a_hundred_times_as_long() -> None:
    scheme = SchemeRules(MIXED)
    small = [activity(f"type{n % 110}", "home") for n in range(200)]
    large = [activity(f"type{n % 110}", "home") for n in range(2000)]

    assert _fastest(scheme, large) < 40 * _fastest(scheme, small)


def _reasons(scheme: SchemeRules, *portfolio: CountedActivity) -> list[NotCounted]:
    return [each.why for each in progress(scheme, portfolio).not_counted.values()]


def _fastest(scheme: SchemeRules, portfolio: list[CountedActivity]) -> float:
    times = []
    for _ in range(7):
        began = time.process_time()
        progress(scheme, portfolio)
        times.append(time.process_time() - began)
    return min(times)
