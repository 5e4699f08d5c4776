"""What holds of any scheme and portfolio: random ones of every kind, and answers that nobody should give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_app.i18n import catalogue
from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.facts import CountedActivity
from lti_app.schemes.limits import unsupported
from lti_app.schemes.reason_wording import not_counted_sentence
from lti_app.schemes.requirements import Amount, Count, Filter, Measure
from lti_app.schemes.result_wording import result_sentence
from lti_app.schemes.results import Kind, Result
from lti_app.schemes.rules import progress, required_total
from lti_app.schemes.step_wording import step_sentence

from . import made_up

randoms = st.integers(0, 2**32).map(Random)
strange = st.text(max_size=6) | st.sampled_from(
    ("-1", "0", "1e9", "NaN", "٣", "9" * 400, "1.2.3", " 7,5 ", "½", "", "\x00", "7 weeks", "1 2 3")
)
days = st.none() | st.dates()
NAMES = ("duration_weeks", "duration_days", "hours", "occasions", "credits", "goals", "country", "mode")


@settings(max_examples=150)
@given(randoms, st.integers(0, 7))
def test_approving_one_more_never_lowers_anything_nor_unmeets_it(random: Random, which: int) -> None:
    rules, portfolio = made_up.scheme(random), made_up.portfolio(random, 8)
    after = [replace(each, approved=each.approved or n == which) for n, each in enumerate(portfolio)]

    early, late = progress(rules, portfolio), progress(rules, after)

    assert late.achieved_total >= early.achieved_total
    for was, now in zip(_requirements(early.result), _requirements(late.result), strict=True):
        assert now.achieved >= was.achieved
        assert now.met or not was.met


@settings(max_examples=150)
@given(randoms)
def test_the_order_of_activities_changes_nothing(random: Random) -> None:
    rules, portfolio = made_up.scheme(random), made_up.portfolio(random, 8)
    shuffled = random.sample(portfolio, len(portfolio))

    one, other = progress(rules, portfolio, made_up.TYPES), progress(rules, shuffled, made_up.TYPES)

    assert one == other
    assert one.next_step == other.next_step


@settings(max_examples=200)
@given(randoms)
def test_the_figures_fit_together(random: Random) -> None:
    rules, portfolio = made_up.scheme(random), made_up.portfolio(random, 8)

    found = progress(rules, portfolio)

    assert not unsupported(rules)
    assert found.met is (found.achieved_total == found.required_total)
    assert found.required_total == required_total(rules.requirement) >= 1
    for each in _requirements(found.result):
        assert 0 <= each.achieved <= each.required
        assert each.met is (each.have >= each.need)
        assert (each.missing == 0) is each.met
    counted = set(found.result.counted)
    assert counted | set(found.not_counted) == {each.id for each in portfolio}
    assert not counted & set(found.not_counted)


@settings(max_examples=100)
@given(randoms)
def test_parts_that_do_not_share_are_served_by_different_activities(random: Random) -> None:
    rules, portfolio = made_up.scheme(random), made_up.portfolio(random, 8)
    if any(bundle.by_occasions for bundle in rules.bundles):
        return  # one activity of many occasions is several bundles

    for each in _requirements(progress(rules, portfolio).result):
        if each.kind in {Kind.SEPARATE, Kind.CLASSES}:
            served = [activity for part in each.parts for activity in part.counted]
            assert len(served) == len(set(served))


@settings(max_examples=50)
@given(randoms, st.dictionaries(st.sampled_from(NAMES), strange), days, days)
def test_any_answers_and_days_give_a_result(
    random: Random, answers: dict[str, str], starts: date | None, ends: date | None
) -> None:
    rules = made_up.scheme(random)
    portfolio = [
        replace(each, attributes=answers, starts_on=starts, ends_on=ends)
        for each in made_up.portfolio(random, 4)
    ]

    found = progress(rules, [*portfolio, *portfolio], made_up.TYPES)

    assert 0 <= found.achieved_total <= found.required_total


@pytest.mark.parametrize(
    ("told", "weeks"),
    [
        ({"duration_weeks": "7,5"}, "7.5"),
        ({"duration_weeks": " 7.50 "}, "7.5"),
        ({"weeks_abroad": "4", "weeks_home": "2"}, "6"),
        ({"duration_days": "35"}, "5"),
        ({"duration_weeks": "8", "duration_days": "7"}, "8"),
        ({"duration_weeks": "-8"}, "0"),
        ({"duration_weeks": "1000000"}, "0"),
        ({"duration_weeks": "1e3"}, "0"),
        ({"duration_weeks": "eight"}, "0"),
        ({}, "0"),
    ],
)
def test_weeks_are_read_from_whatever_the_form_asked(told: dict[str, str], weeks: str) -> None:
    one = replace(_activity(), attributes=told)

    found = progress(SchemeRules(Amount(Measure.WEEKS, Decimal(100))), [one])

    assert str(found.result.have) == weeks


def test_weeks_made_of_days_add_up_exactly() -> None:
    days = [replace(_activity(n), attributes={"duration_days": "10"}) for n in range(7)]

    assert progress(SchemeRules(Amount(Measure.WEEKS, Decimal(10))), days).met
    assert not progress(SchemeRules(Amount(Measure.WEEKS, Decimal("10.00001"))), days).met


@settings(max_examples=100)
@given(randoms, st.sampled_from(("sv", "en")))
def test_everything_has_a_sentence(random: Random, language: str) -> None:
    rules, portfolio = made_up.scheme(random), made_up.portfolio(random, 8)
    words, names = catalogue(language), {code: f"Type {code}" for code in made_up.TYPES}
    found = progress(rules, portfolio, made_up.TYPES)

    sentences = [result_sentence(each, words, names) for each in _requirements(found.result)]
    sentences += [not_counted_sentence(each, words) for each in found.not_counted.values()]
    if found.next_step:
        sentences.append(step_sentence(found.next_step, words, names))

    assert all(each.endswith(".") or each == {"sv": "sv", "en": "en"}[language] for each in sentences)
    assert not any("%" in each or "  " in each for each in sentences)


def test_an_open_filter_is_every_activity_however_it_is_made() -> None:
    assert progress(SchemeRules(Count(1, of=Filter())), [_activity()]).met


def _activity(n: int = 0) -> CountedActivity:
    return CountedActivity(UUID(int=n + 1), "a", "abroad", {}, True)


def _requirements(result: Result) -> Iterator[Result]:
    """Every requirement; of one whose parts do not share only the whole, as what serves which may change."""
    yield result
    if result.kind is not Kind.SEPARATE:
        for part in result.parts:
            yield from _requirements(part)
