"""The rules against brute force: thousands of random schemes and portfolios, always the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import product
from random import Random
from uuid import UUID

import pytest

from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.facts import CountedActivity, facts_of, in_time
from lti_app.schemes.judging import Judge
from lti_app.schemes.nearest import Search
from lti_app.schemes.requirements import AllOf, AnyOf, Classes, Ordered, Requirement, Separate
from lti_app.schemes.results import Result
from lti_app.schemes.rules import progress

from . import brute, made_up

LATER = made_up.FIRST + timedelta(days=100)
GOALS = {"goals": " ".join(f"g{n}" for n in range(9))}


@pytest.mark.parametrize("seed", range(8))
def test_every_requirement_is_judged_as_by_trying_everything(seed: int) -> None:
    random = Random(seed)
    for _ in range(300):
        rules, portfolio = made_up.scheme(random), made_up.portfolio(random)
        given = brute.able(rules, portfolio)

        found = progress(rules, portfolio)

        _agree(rules, rules.requirement, found.result, given)


def _agree(rules: SchemeRules, wanted: Requirement, result: Result, given: list[CountedActivity]) -> None:
    assert result.met is brute.meets(rules, wanted, given), (rules, given, result)
    if isinstance(wanted, Separate):
        assert result.achieved == brute.best_sharing(rules, wanted, given), (rules, given)
    elif isinstance(wanted, Classes):
        assert result.achieved == brute.best_classes(rules, wanted, given), (rules, given)
    elif isinstance(wanted, AllOf | AnyOf):
        for part, its in zip(wanted.parts, result.parts, strict=True):
            _agree(rules, part, its, given)
    elif isinstance(wanted, Ordered):
        for n in range(1, len(wanted.parts) + 1):
            assert all(part.met for part in result.parts[:n]) is brute.meets(
                rules, Ordered(wanted.parts[:n]), given
            ), (rules, given)


@pytest.mark.parametrize("seed", range(2))
def test_no_smaller_and_no_easier_set_of_new_activities_would_do(seed: int) -> None:
    random = Random(1000 + seed)
    compared = 0
    for _ in range(100):
        rules, portfolio = made_up.scheme(random), made_up.portfolio(random, 5)
        compared += _compare(rules, portfolio)
    assert compared > 40


def _compare(rules: SchemeRules, portfolio: list[CountedActivity]) -> bool:
    """Whether there was something to compare: a step of at most two activities, or none at all."""
    judge, given = Judge.of(rules), brute.able(rules, portfolio)
    if brute.meets(rules, rules.requirement, given):
        return False
    facts = in_time(facts_of(each, rules) for each in given)
    found = Search.begin(judge, rules.requirement, facts, made_up.TYPES).run(20_000)
    forms = list(_forms(rules))
    if found is not None:
        steps, is_shortest = found
        new = [_dated(each.code, each.move.facts.activity.attributes, n) for n, each in enumerate(steps)]
        assert brute.meets(rules, rules.requirement, [*given, *new]), (rules, portfolio, steps)
        assert progress(rules, [*portfolio, *new]).met
        effort = sum(each.move.effort for each in steps)
        if not is_shortest:
            return False
    most = 2 if found is None else min(2, len(steps) - 1)
    most = min(most, 1 if len(forms) > 20 else 2)
    for number in range(1, most + 1):
        assert not any(_tried(rules, given, forms, number)), (rules, portfolio, found)
    if found is not None and len(steps) <= most + 1 and len(forms) ** len(steps) < 400:
        assert min(_tried(rules, given, forms, len(steps))) == effort, (rules, portfolio, steps)
    return True


def _tried(
    rules: SchemeRules, given: list[CountedActivity], forms: list[tuple[str, dict[str, str]]], number: int
) -> Iterator[int]:
    """The effort of each set of so many new activities that would do."""
    for chosen in product(forms, repeat=number):
        new = [_dated(code, attributes, n) for n, (code, attributes) in enumerate(chosen)]
        if len(brute.able(rules, new)) == number and brute.meets(rules, rules.requirement, [*given, *new]):
            yield sum(rules.effort.of(each.type_code, each.setting) for each in new)


def _dated(code: str, attributes: dict[str, str], n: int) -> CountedActivity:
    starts = LATER + timedelta(days=10 * n)
    told = {**attributes, **GOALS}
    return CountedActivity(
        UUID(int=n + 1), code, made_up.TYPES[code], told, True, starts, starts + timedelta(days=5)
    )


def _forms(rules: SchemeRules) -> Iterator[tuple[str, dict[str, str]]]:
    """Every type with every combination of answers that the made-up schemes can tell apart."""
    limits = [each.of.least for each in (*rules.classes, *rules.exclusions)]
    below = {str(number - Decimal("0.00001")) for least in limits for _, number in least}
    weeks = ["99", *sorted(below)]
    modes = ("physical", "virtual", "") if "mode" in repr(rules) else ("",)
    for code, week, mode in product(made_up.TYPES, weeks, modes):
        yield code, {"duration_weeks": week, "mode": mode, "credits": "99", "occasions": "20"}
