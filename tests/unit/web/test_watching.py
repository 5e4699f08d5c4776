"""How long a page asks again by itself, and what it is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from lti_app.clock import now
from lti_app.web.watching import LONGEST_SECONDS, watching


@pytest.fixture
def app() -> Flask:
    return Flask(__name__)


def test_a_page_that_is_opened_begins_to_watch_now(app: Flask) -> None:
    with time_machine.travel(now(), tick=False), app.test_request_context("/"):
        watch = watching("coming")
        assert (watch.since, watch.is_over, watch.nothing_new, watch.status) == (
            int(now().timestamp()),
            False,
            None,
            200,
        )


def test_as_long_as_nothing_changes_the_answer_is_empty_and_then_it_is_over(app: Flask) -> None:
    begun = now()
    asked = f"/?seen=coming&since={int(begun.timestamp())}"
    with app.test_request_context(asked):
        with time_machine.travel(begun + timedelta(seconds=LONGEST_SECONDS - 2)):
            empty = watching("coming").nothing_new
            assert empty is not None
            assert empty.status_code == 204
        with time_machine.travel(begun + timedelta(seconds=LONGEST_SECONDS + 2)):
            watch = watching("coming")
            assert (watch.nothing_new, watch.is_over, watch.status) == (None, True, 286)


def test_news_are_answered_with_a_page(app: Flask) -> None:
    long_ago = int(now().timestamp()) - LONGEST_SECONDS - 2
    with app.test_request_context(f"/?seen=coming&since={long_ago}"):
        watch = watching("there")
        assert watch.nothing_new is None
        assert not watch.is_over, "the ten minutes begin anew"
        assert watch.since > long_ago
        assert watch.status == 286, "what asked so long, and could not put the news in, asks no more"


@pytest.mark.parametrize("since", ["", "-1", "x", "1" * 40, "²"])
def test_an_odd_time_is_taken_for_none(app: Flask, since: str) -> None:
    with app.test_request_context("/", query_string={"since": since}):
        assert not watching("x").is_over
