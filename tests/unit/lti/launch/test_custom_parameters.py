"""What a launch's custom parameters are read as: texts, without what the platform could not fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from lti_app.errors import Problem
from lti_app.lti.launch.claims import LTI, read_claims
from tests.unit.lti.whole_claims import WHOLE


def custom(claim: Any) -> Mapping[str, str]:
    return read_claims({**WHOLE, LTI + "custom": claim}).custom


@pytest.mark.parametrize(
    ("value", "text"),
    [("Europe/Oslo", "Europe/Oslo"), (True, "true"), (False, "false"), (42, "42"), (0, "0"), (2.5, "2.5")],
)
def test_numbers_and_booleans_are_texts_too(value: Any, text: str) -> None:
    assert custom({"key": value}) == {"key": text}


@pytest.mark.parametrize(
    "value", ["", " ", "$Person.address.timezone", None, ["a"], {"a": "b"}, "\0", "x" * 2001]
)
def test_what_has_no_value_of_its_own_is_left_out(value: Any) -> None:
    assert custom({"key": value, "other": "there"}) == {"other": "there"}


def test_a_platform_may_send_none_at_all() -> None:
    assert custom(None) == {}
    assert read_claims(WHOLE).custom == {}


def test_more_than_anybody_needs_is_not_read() -> None:
    assert len(custom({str(number): "x" for number in range(5000)})) == 100


@pytest.mark.parametrize("claim", ["text", 1, ["a"], True])
def test_parameters_that_are_no_object_are_refused(claim: Any) -> None:
    with pytest.raises(Problem, match="claim-malformed"):
        custom(claim)
