"""Choosing a language in the frame."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.roles import Role
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
    page = opened.path("/deliveries") + query
    answer = opened.post("/language", {"language": "sv", "back": page})
    assert (answer.status_code, answer.location) == (303, page)


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
