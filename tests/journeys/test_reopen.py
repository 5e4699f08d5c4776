"""A teacher opens something decided again."""

from __future__ import annotations

from lti_app.db import Database
from lti_app.portfolio.states import ItemState
from tests.inspect_page import page
from tests.journeys.reviewing import Visiting, a_room_with_waiting, decisions_now, state_now


def test_something_approved_is_reopened_with_a_reason(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    teacher = visit(room.teaching)
    teacher.post(f"/review/{submission.id}/decide", {"decision": "approve"})
    assert "Reopen" in teacher.page(f"/review/{submission.id}").text
    done = teacher.post(f"/review/{submission.id}/reopen", {"reason": "Intyget gäller någon annan"})
    assert done.status_code == 303
    shown = teacher.page(done.location)
    assert "Intyget gäller någon annan" in shown.text
    assert "Undo" in shown.text
    assert state_now(database, submission) is ItemState.RETURNED


def test_a_missing_reason_is_asked_for_in_place(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    teacher = visit(room.teaching)
    teacher.post(f"/review/{submission.id}/decide", {"decision": "approve"})
    answer = teacher.post(f"/review/{submission.id}/reopen", {"reason": " "})
    assert answer.status_code == 422
    assert "#reason" in page(answer).links.values()
    assert state_now(database, submission) is ItemState.APPROVED


def test_what_still_waits_cannot_be_reopened_and_the_words_are_kept(
    visit: Visiting, database: Database
) -> None:
    room, (submission,) = a_room_with_waiting(database)
    answer = visit(room.teaching).post(f"/review/{submission.id}/reopen", {"reason": "Min tanke"})
    assert answer.status_code == 409
    assert "Min tanke" in page(answer).main.all("textarea")[0].text
    assert decisions_now(database) == []
