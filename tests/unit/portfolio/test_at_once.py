"""Clicks that arrive at the same moment have the effect of one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.portfolio import service
from lti_app.portfolio.models import Activity, Portfolio, Submission
from tests.unit.portfolio.conftest import CAFE, WORDS, Class

CLICKS = 6


def at_once(database: Database, act: Callable[[Session], uuid.UUID]) -> set[uuid.UUID]:
    """What came of the act done by several threads at the same moment."""
    barrier = Barrier(CLICKS)

    def click() -> uuid.UUID:
        barrier.wait(60)
        with database.writing() as session:
            return act(session)

    with ThreadPoolExecutor(CLICKS) as pool:
        return {each.result() for each in [pool.submit(click) for _ in range(CLICKS)]}


def test_a_portfolio_an_activity_and_a_submission_are_made_once(database: Database, people: Class) -> None:
    item_id = uuid.uuid4()
    begun = at_once(database, lambda session: service.begin_portfolio(session, people.student).id)
    added = at_once(
        database,
        lambda session: (
            service.add_activity(session, people.student, "language_cafe", CAFE, item_id=item_id).id
        ),
    )
    with database.writing() as session:
        service.write_answers(session, people.student, item_id, {"what": WORDS, "learned": WORDS}, 1)
    sent = at_once(database, lambda session: service.submit(session, people.student, item_id, 2).id)
    assert (len(begun), added, len(sent)) == (1, {item_id}, 1)
    with database.reading() as session:
        for model in (Portfolio, Activity, Submission):
            assert session.scalar(select(func.count()).select_from(model)) == 1
