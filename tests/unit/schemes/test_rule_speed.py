"""What judging 200 activities takes, next step included, for schemes of every kind: counted in calls, which a
busy machine does not change. `make bench` holds the milliseconds to their budget: 5 ms are 40,000 calls.
"""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from tests.bench.judging_schemes import SCHEMES, judging


@pytest.mark.parametrize("name", SCHEMES)
def test_two_hundred_activities_take_forty_thousand_calls_at_most(name: str) -> None:
    for judge in judging(SCHEMES[name]):
        judge()  # what is read once is read
        calls = 0

        def count(_frame: FrameType, event: str, _argument: object) -> None:
            nonlocal calls
            calls += event in {"call", "c_call"}

        sys.setprofile(count)
        try:
            judge()
        finally:
            sys.setprofile(None)
        assert 1000 < calls <= 40_000
