"""The rules: properties over random schemes and portfolios, and the kinds that Lund does not use."""

from __future__ import annotations

import itertools
import time
from gettext import NullTranslations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from lti_app.schemes.result_wording import result_sentence
from lti_app.schemes.rules import CountedActivity, Kind, NotCounted, progress, required_total
from lti_app.schemes.step_wording import step_sentence
from lti_app.schemes.steps import Wanted
from lti_app.schemes.wording import setting_name

from .portfolios import activity

ENGLISH = NullTranslations()
TYPES = ("a", "b", "c", "d")
MIXED = AllOf((Distinct(3), Settings(((Setting.ABROAD, 1), (Setting.HOME, 1)))))

needs = st.integers(1, 4)
leaves: st.SearchStrategy[Requirement] = st.one_of(
    st.builds(Count, needs),
    st.builds(Distinct, needs),
    st.builds(
        Settings,
        st.dictionaries(st.sampled_from(Setting), st.integers(1, 2), min_size=1).map(
            lambda d: tuple(d.items())
        ),
    ),
)
requirements: st.SearchStrategy[Requirement] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
schemes = st.builds(
    SchemeRules,
    requirements,
    st.none() | st.frozensets(st.sampled_from(TYPES)),
    st.frozensets(st.sampled_from(TYPES), max_size=1),
)
portfolios = st.lists(
    st.builds(
        CountedActivity,
        st.uuids(),
        st.sampled_from(TYPES),
        st.sampled_from([*Setting, "elsewhere"]).map(str),
        st.just({}),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda each: each.id,
)


def is_met(requirement: Requirement, counted: list[CountedActivity]) -> bool:
    """The requirement read out plainly, without figures or shares."""
    match requirement:
        case Count(need):
            return len(counted) >= need
        case Distinct(need):
            return any(
                len({each.type_code for each in chosen}) == need
                for chosen in itertools.combinations(counted, need)
            )
        case Settings(minimum):
            return all(sum(each.setting == setting for each in counted) >= need for setting, need in minimum)
        case AllOf(parts):
            return all(is_met(part, counted) for part in parts)
        case AnyOf(parts):
            return any(is_met(part, counted) for part in parts)


@settings(max_examples=300, deadline=None)
@given(schemes, portfolios)
def test_met_agrees_with_the_plain_reading(scheme: SchemeRules, portfolio: list[CountedActivity]) -> None:
    counted = [each for each in portfolio if each.approved and scheme.accepts(each.type_code)]

    found = progress(scheme, portfolio)

    assert found.met is is_met(scheme.requirement, counted)
    assert found.met is (found.achieved_total == found.required_total)
    assert not found.met or found.next_step is None
    assert found.required_total == required_total(scheme.requirement) >= 1
    assert 0 <= found.achieved_total <= found.required_total


@settings(max_examples=300, deadline=None)
@given(schemes, portfolios, st.integers(0, 7))
def test_approving_one_more_never_lowers_anything(
    scheme: SchemeRules, portfolio: list[CountedActivity], which: int
) -> None:
    after = [
        CountedActivity(each.id, each.type_code, each.setting, each.attributes, each.approved or n == which)
        for n, each in enumerate(portfolio)
    ]

    before_lines = progress(scheme, portfolio).lines
    after_lines = progress(scheme, after).lines

    assert progress(scheme, after).achieved_total >= progress(scheme, portfolio).achieved_total
    assert all(late.have >= early.have for early, late in zip(before_lines, after_lines, strict=True))


@settings(max_examples=200, deadline=None)
@given(schemes, portfolios, st.randoms())
def test_the_order_of_activities_changes_nothing(
    scheme: SchemeRules, portfolio: list[CountedActivity], random
) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(portfolio)
    random.shuffle(shuffled)

    assert progress(scheme, shuffled) == progress(scheme, portfolio)


@settings(max_examples=200, deadline=None)
@given(schemes, portfolios)
def test_every_activity_counted_somewhere_or_says_why_not(
    scheme: SchemeRules, portfolio: list[CountedActivity]
) -> None:
    found = progress(scheme, portfolio)
    counted, given_ids = set(found.result.counted), {each.id for each in portfolio}

    assert counted | set(found.not_counted) == given_ids
    assert not counted & set(found.not_counted)
    assert {each for line in found.lines for each in line.counted} == counted


@settings(max_examples=150, deadline=None)
@given(schemes, portfolios)
def test_every_result_has_a_sentence(scheme: SchemeRules, portfolio: list[CountedActivity]) -> None:
    found = progress(scheme, portfolio)
    sentences = [result_sentence(line, ENGLISH) for line in (found.result, *found.lines)]
    if found.next_step:
        sentences.append(step_sentence(found.next_step, ENGLISH))

    assert all(each.endswith(".") and "%" not in each for each in sentences)


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
