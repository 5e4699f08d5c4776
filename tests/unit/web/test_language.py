"""Choosing a language in the frame."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.roles import Role
from tests.inspect_page import page
from tests.journeys.reviewing import a_room_with_waiting
from tests.visit import Visit
from tests.world import a_course, a_person, an_actor

Visits = Callable[..., Visit]


def _a_teacher(session: Session) -> Actor:
    course = a_course(session)
    return an_actor(a_person(session, course, Role.TEACHER), course, Role.TEACHER)


@pytest.mark.parametrize("query", ["", "?show=sent", "?show=failed&after=x%26y"])
def test_the_page_comes_back_with_its_filters_in_the_other_language(
    visit: Visits, database: Database, query: str
) -> None:
    with database.writing() as session:
        teacher = _a_teacher(session)
    opened = visit(teacher)
    address = opened.path("/deliveries") + query
    answer = opened.post("/language", {"language": "sv", "back": address})
    assert (answer.status_code, answer.location) == (303, address)


def test_a_form_that_was_refused_comes_back_and_so_does_the_page_above_an_act(
    visit: Visits, database: Database
) -> None:
    room, (submission,) = a_room_with_waiting(database)
    opened = visit(room.teaching)
    above = f"/review/{submission.id}"
    refused = page(opened.post(f"{above}/decide?kind=activity", {"decision": "return"}))
    assert refused.form("/language")["back"] == opened.path(f"{above}?kind=activity")
    assert page(opened.post("/schemes/new")).form("/language")["back"] == opened.path("/schemes/new")


@pytest.mark.parametrize(
    "back",
    ["", "https://example.org/", "//example.org/", "/verify", "/l/other/queue", "?show=sent", "/\r\nx: y"],
)
def test_any_other_address_leads_to_the_first_page(visit: Visits, database: Database, back: str) -> None:
    with database.writing() as session:
        teacher = _a_teacher(session)
    opened = visit(teacher)
    answer = opened.post("/language", {"language": "sv", "back": back})
    assert (answer.status_code, answer.location) == (303, opened.path("/"))
