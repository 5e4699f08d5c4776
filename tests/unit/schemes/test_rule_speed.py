"""The rules within 5 ms of CPU time at 200 activities, next step included, for schemes of every kind."""

from __future__ import annotations

import pytest

from tests.bench.judging_schemes import SCHEMES, slowest_ms


@pytest.mark.parametrize("name", SCHEMES)
def test_two_hundred_activities_are_judged_in_five_milliseconds(name: str) -> None:
    assert slowest_ms(SCHEMES[name], 7) <= 5
