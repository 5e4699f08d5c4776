"""What judging 200 activities takes, next step included, for schemes of every kind: counted in calls, which a
busy machine does not change. `make bench` holds the milliseconds to their budget: 5 ms are 40,000 calls.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from tests.bench.judging_schemes import SCHEMES, choosing, judging


@pytest.mark.parametrize("name", SCHEMES)
def test_two_hundred_activities_take_forty_thousand_calls_at_most(name: str) -> None:
    for judge in judging(SCHEMES[name]):
        assert 1000 < calls_of(judge) <= 40_000


@pytest.mark.parametrize("name", SCHEMES)
def test_what_every_type_would_bring_takes_two_hundred_thousand_calls_at_most(name: str) -> None:
    for choose in choosing(SCHEMES[name]):
        assert 1000 < calls_of(choose) <= 200_000


def calls_of(work: Callable[[], object]) -> int:
    """How many calls it takes once what is read once is read."""
    work()
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls
