"""From one day to another: written for people in the same way wherever they meet it."""

from __future__ import annotations

import pytest

from lti_app.db import Database
from tests.journeys.reviewing import Visiting, a_room_with_waiting


@pytest.mark.parametrize(("language", "span"), [("sv", "2–6 mars 2026"), ("en", "2–6 March 2026")])
def test_student_and_reviewer_read_the_days_of_an_activity_alike(
    database: Database, visit: Visiting, language: str, span: str
) -> None:
    room, (waiting,) = a_room_with_waiting(database)
    learning = visit(room.learning, locale=language)
    for path in ("/", f"/submissions/{waiting.id}"):
        assert span in learning.page(path).text, path
    teaching = visit(room.teaching, locale=language)
    assert span in teaching.page(f"/review/{waiting.id}").text
