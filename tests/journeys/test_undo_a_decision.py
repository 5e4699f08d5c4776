"""A teacher pressed the wrong button and takes it back."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from lti_app.clock import now
from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.portfolio.states import ItemState
from tests.inspect_page import page
from tests.journeys.reviewing import Visiting, a_room_with_waiting, decided_in, decisions_now, state_now
from tests.world import a_person, an_actor


def test_undo_on_the_next_page_brings_the_submission_back(visit: Visiting, database: Database) -> None:
    room, (first, _second) = a_room_with_waiting(database, 2)
    teacher = visit(room.teaching)
    on = teacher.post(f"/review/{first.id}/decide", {"decision": "approve"})
    shown = teacher.page(on.location)
    undone = teacher.post(f"/decisions/{decided_in(on.location)}/undo", shown.form("/undo"))
    assert undone.status_code == 303
    assert teacher.page(undone.location).h1 == "Merit 1"
    assert state_now(database, first) is ItemState.SUBMITTED


def test_what_was_written_with_an_undone_decision_stands_in_the_form_again(
    visit: Visiting, database: Database
) -> None:
    room, (submission,) = a_room_with_waiting(database)
    teacher = visit(room.teaching)
    on = teacher.post(f"/review/{submission.id}/decide", {"decision": "return", "comment": "Skriv om värden"})
    undone = teacher.post(f"/decisions/{decided_in(on.location)}/undo")
    shown = teacher.page(undone.location)
    assert "The decision is undone" in shown.text
    assert shown.form("/decide")["comment"].strip() == "Skriv om värden"
    with database.writing() as session:
        colleague = an_actor(a_person(session, room.course, Role.TEACHER), room.course, Role.TEACHER)
    other = visit(colleague)
    assert (
        "Skriv om värden"
        not in other.get(f"/review/{submission.id}?{undone.location.partition('?')[2]}").text
    )


def test_the_decided_submission_offers_undo_too(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    teacher = visit(room.teaching)
    teacher.post(f"/review/{submission.id}/decide", {"decision": "decline", "comment": "Fel"})
    assert "Undo" in teacher.page(f"/review/{submission.id}").text


def test_after_two_minutes_nothing_offers_undo_and_the_form_explains(
    visit: Visiting, database: Database
) -> None:
    room, (submission,) = a_room_with_waiting(database)
    teacher = visit(room.teaching)
    on = teacher.post(f"/review/{submission.id}/decide", {"decision": "approve"})
    with time_machine.travel(now() + timedelta(minutes=3)):
        assert "Undo" not in teacher.page(on.location).text
        assert "Undo" not in teacher.page(f"/review/{submission.id}").text
        answer = teacher.post(f"/decisions/{decided_in(on.location)}/undo")
    assert answer.status_code == 409
    refused = page(answer)
    assert refused.main.attributes["data-error-code"] == "undo-too-late"
    assert refused.links["Queue"] == teacher.path("/queue"), "a refusal leads on, as every page of the frame"
    assert state_now(database, submission) is ItemState.APPROVED


def test_a_double_click_on_undo_undoes_once(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    teacher = visit(room.teaching)
    on = teacher.post(f"/review/{submission.id}/decide", {"decision": "approve"})
    for _ in range(2):
        assert teacher.post(f"/decisions/{decided_in(on.location)}/undo").status_code == 303
    assert len(decisions_now(database)) == 1


def test_somebody_elses_decision_in_the_address_offers_nothing(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    other, _ = a_room_with_waiting(database)
    on = visit(room.teaching).post(f"/review/{submission.id}/decide", {"decision": "approve"})
    stranger = visit(other.teaching)
    for word in (decided_in(on.location), "x", ""):
        assert "Undo" not in stranger.page(f"/queue?decided={word}").text
    assert stranger.post(f"/decisions/{decided_in(on.location)}/undo").status_code == 404
