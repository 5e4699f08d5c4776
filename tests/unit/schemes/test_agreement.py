"""The rules against brute force: thousands of random schemes and portfolios, always the same ones."""

from __future__ import annotations

from random import Random

import pytest

from lti_app.schemes.facts import CountedActivity
from lti_app.schemes.requirements import (
    AllOf,
    AnyOf,
    Classes,
    Ordered,
    Requirement,
    SchemeRules,
    Separate,
)
from lti_app.schemes.results import Result
from lti_app.schemes.rules import progress

from . import brute, made_up


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
