"""What `scheme check` refuses because it would not be judged exactly, and that all else passes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lti_app.schemes.counting import ActivityClass, Bundle, Effort, PointsTable, SchemeRules
from lti_app.schemes.limits import Refusal, unsupported
from lti_app.schemes.requirements import (
    AllOf,
    Amount,
    Classes,
    Count,
    Distinct,
    Filter,
    Measure,
    Requirement,
    Separate,
    Setting,
    Substitute,
    Variety,
)
from lti_app.schemes.text import Text

TEXT = Text("sv", "en")
PAIR = Bundle("pair", frozenset({"a", "b"}), 2, TEXT)
LONG = ((Measure.WEEKS, Decimal(2)),)


@pytest.mark.parametrize(
    "of",
    [
        Filter(),
        Filter(settings=frozenset({Setting.HOME})),
        Filter(types=frozenset({"a", "b", "c"})),
        Filter(types=frozenset({"c"}), least=LONG),
    ],
)
def test_parts_that_do_not_share_may_take_whole_bundles_or_none(of: Filter) -> None:
    assert unsupported(SchemeRules(Separate((Count(1, of=of),)), bundles=(PAIR,))) == ()


@pytest.mark.parametrize(
    "of",
    [
        Filter(types=frozenset({"a"})),
        Filter(least=LONG),
        Filter(classes=frozenset({"A"})),
        Filter(attributes=(("mode", frozenset({"virtual"})),)),
    ],
)
def test_parts_that_do_not_share_must_not_tell_members_of_a_bundle_apart(of: Filter) -> None:
    separate = Separate((Count(1, id="first"), Count(1, id="second", of=of)))

    assert [each.requirement_id for each in unsupported(SchemeRules(separate, bundles=(PAIR,)))] == ["second"]
    assert unsupported(SchemeRules(separate)) == ()
    assert unsupported(SchemeRules(separate.parts[1], bundles=(PAIR,))) == ()


@pytest.mark.parametrize(
    ("requirement", "reason"),
    [
        (Count(101, id="x"), "asks for 101; at most 100 can be asked for"),
        (Distinct(18, id="x", variety=Variety.GOAL), "asks for 18; at most 17 can be asked for"),
        (
            Amount(Measure.CREDITS, Decimal("1.000001"), id="x"),
            "an amount must have at most 5 decimals, unlike 1.000001",
        ),
        (Amount(Measure.CREDITS, Decimal("Infinity"), id="x"), "an amount must be a number"),
        (
            Amount(Measure.CREDITS, Decimal(2_000_000), id="x"),
            "an amount must be at most 1000000, not 2000000",
        ),
        (
            Classes((("A", 1),), (Substitute("B", 200, "A"),), id="x"),
            "asks for 200; at most 100 can be asked for",
        ),
        (
            Separate(tuple(Count(1) for _ in range(13)), id="x"),
            "has 13 parts; at most 12 are shared out",
        ),
    ],
)
def test_absurd_sizes_are_refused_by_name(requirement: Requirement, reason: str) -> None:
    assert unsupported(SchemeRules(AllOf((Count(1), requirement)))) == (Refusal("x", reason),)


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (
            SchemeRules(Count(1), points=PointsTable({"a": Decimal(-1)})),
            "points must not be below 0, as -1 is",
        ),
        (SchemeRules(Count(1), effort=Effort({"a": -1})), "an effort is below 0"),
        (
            SchemeRules(Count(1), classes=(ActivityClass("A", Filter(classes=frozenset({"B"})), TEXT),)),
            "class A is defined by classes; say what its activities are instead",
        ),
        (SchemeRules(AllOf((Count(1),) * 60)), "has 61 requirements; at most 60 are judged"),
    ],
)
def test_what_is_wrong_with_the_scheme_as_a_whole_names_no_requirement(
    rules: SchemeRules, reason: str
) -> None:
    assert unsupported(rules) == (Refusal("", reason),)


def test_requirements_within_requirements_end_somewhere() -> None:
    nested: Requirement = Count(1)
    for _ in range(6):
        nested = AllOf((nested,))

    assert [each.reason for each in unsupported(SchemeRules(nested))] == ["lies more than 6 levels deep"]
