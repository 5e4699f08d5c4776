"""Counting in a window that slides."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lti_app.web.rates import Rate

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def hits(rate: Rate, times: int, key: str = "a") -> int:
    """How many of them were let through."""
    return [rate.hit(key) for _ in range(times)].count(0.0)


def test_so_many_pass_and_no_more_each_key_for_itself() -> None:
    rate = Rate.of("5 per minute")
    with time_machine.travel(NOON, tick=False):
        assert hits(rate, 8) == 5
        assert hits(rate, 8, "b") == 5
        assert rate.hit("a") == 60
        assert (rate.used("a"), rate.used("c")) == (5, 0)


@pytest.mark.parametrize(("seconds", "passes"), [(59, 0), (61, 1), (90, 5), (120, 10), (1000, 10)])
def test_what_is_used_up_comes_back_as_time_goes_by(seconds: int, passes: int) -> None:
    rate = Rate.of("10 per minute")
    with time_machine.travel(NOON, tick=False):
        assert hits(rate, 20) == 10
    with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
        assert hits(rate, 20) == passes


def test_a_burst_around_the_turn_of_a_window_does_not_pass_twice() -> None:
    rate = Rate.of("10 per minute")
    with time_machine.travel(NOON + timedelta(seconds=59), tick=False):
        first = hits(rate, 20)
    with time_machine.travel(NOON + timedelta(seconds=61), tick=False):
        assert first + hits(rate, 20) <= 11


def test_who_has_not_come_for_two_periods_is_forgotten() -> None:
    rate = Rate.of("1 per second")
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(100):
            rate.hit(str(number))
        clock.shift(2)
        rate.hit("later")
        assert (len(rate._now), len(rate._before)) == (1, 0)


def test_threads_count_together() -> None:
    rate, passed = Rate.of("50 per hour"), list[int]()
    threads = [threading.Thread(target=lambda: passed.append(hits(rate, 20))) for _ in range(8)]
    with time_machine.travel(NOON, tick=False):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(passed) == 50


@pytest.mark.parametrize("words", ["", "5", "five per minute", "5 per fortnight"])
def test_other_words_are_refused(words: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        Rate.of(words)
