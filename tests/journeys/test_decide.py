"""A teacher approves, returns or declines, and goes on to the next one."""

from __future__ import annotations

import uuid

import pytest

from lti_app.db import Database
from lti_app.portfolio.models import Portfolio, Submission
from lti_app.portfolio.service import withdraw
from lti_app.portfolio.states import DecisionKind, ItemState
from lti_app.review.service import decline
from tests.classroom import UNDO, a_classroom, a_submitted_presentation, with_report_approved
from tests.inspect_page import page
from tests.journeys.reviewing import Visiting, a_room_with_waiting, decisions_now, state_now


def test_approving_leads_to_the_next_one_and_the_last_to_the_empty_queue(
    visit: Visiting, database: Database
) -> None:
    room, (first, second) = a_room_with_waiting(database, 2)
    teacher = visit(room.teaching)
    on = teacher.post(f"/review/{first.id}/decide", {"decision": "approve"})
    assert on.status_code == 303
    assert f"/review/{second.id}" in on.location
    shown = teacher.page(on.location)
    assert shown.h1 == "Merit 2"
    assert "Merit 1, Åsa Öberg. Your decision is saved." in shown.text

    end = teacher.post(f"/review/{second.id}/decide", {"decision": "approve", "comment": "Fint"})
    assert "All caught up" in teacher.page(end.location).text
    assert [each.comment for each in decisions_now(database)] == ["", "Fint"]
    assert state_now(database, second) is ItemState.APPROVED


@pytest.mark.parametrize(
    ("word", "kind", "state"),
    [
        ("return", DecisionKind.RETURN, ItemState.RETURNED),
        ("decline", DecisionKind.DECLINE, ItemState.DECLINED),
    ],
)
def test_sending_back_keeps_the_comment(
    visit: Visiting, database: Database, word: str, kind: DecisionKind, state: ItemState
) -> None:
    room, (submission,) = a_room_with_waiting(database)
    teacher = visit(room.teaching)
    teacher.post(
        f"/review/{submission.id}/decide", {"decision": word, "comment": "Intyget saknas 🧾\r\nTack!"}
    )
    (decision,) = decisions_now(database)
    assert (decision.kind, decision.comment) == (kind, "Intyget saknas 🧾\nTack!")
    assert state_now(database, submission) is state
    assert "Intyget saknas" in teacher.page(f"/review/{submission.id}").text


@pytest.mark.parametrize("word", ["return", "decline"])
def test_sending_back_without_a_comment_is_asked_for_in_place(
    visit: Visiting, database: Database, word: str
) -> None:
    room, (submission,) = a_room_with_waiting(database)
    answer = visit(room.teaching).post(f"/review/{submission.id}/decide", {"decision": word, "comment": "  "})
    assert answer.status_code == 422
    shown = page(answer)
    assert "#comment" in shown.links.values()
    assert decisions_now(database) == []


def test_a_comment_that_is_too_long_is_kept_in_the_form(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    answer = visit(room.teaching).post(
        f"/review/{submission.id}/decide", {"decision": "approve", "comment": "å" * 10_001}
    )
    assert answer.status_code == 422
    assert "å" * 10_001 in answer.get_data(as_text=True)
    assert "at most 10000 characters" in page(answer).text


@pytest.mark.parametrize("word", ["", "undo", "APPROVE", "approve\0"])
def test_an_unknown_decision_is_refused(visit: Visiting, database: Database, word: str) -> None:
    room, (submission,) = a_room_with_waiting(database)
    answer = visit(room.teaching).post(f"/review/{submission.id}/decide", {"decision": word})
    assert answer.status_code in {400, 422}
    assert decisions_now(database) == []


def test_a_double_click_on_approve_is_one_decision(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    teacher = visit(room.teaching)
    for _ in range(2):
        assert teacher.post(f"/review/{submission.id}/decide", {"decision": "approve"}).status_code == 303
    assert len(decisions_now(database)) == 1


def test_deciding_on_what_was_withdrawn_meanwhile_loses_no_words(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    teacher = visit(room.teaching)
    with database.writing() as session:
        withdraw(session, room.learning, submission.item_id)
    answer = teacher.post(
        f"/review/{submission.id}/decide", {"decision": "return", "comment": "Mina noggranna ord"}
    )
    assert answer.status_code == 409
    shown = page(answer)
    assert shown.main.attributes["data-error-code"] == "changed-meanwhile"
    assert "withdrew this submission before you decided" in shown.text
    assert "Mina noggranna ord" in shown.main.all("textarea")[0].text


def test_deciding_after_a_colleague_shows_what_she_decided(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    with database.writing() as session:
        decline(session, room.teaching, submission.id, undo_for=UNDO, comment="Räknas inte")
    answer = visit(room.teaching).post(f"/review/{submission.id}/decide", {"decision": "approve"})
    assert answer.status_code == 409
    assert "Räknas inte" in page(answer).text
    assert state_now(database, submission) is ItemState.DECLINED


def test_approving_the_presentation_confirms_the_name_that_is_shown(
    visit: Visiting, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_report_approved(session, room)
        presentation = a_submitted_presentation(session, room)
    teacher = visit(room.teaching)
    shown = teacher.page(f"/review/{presentation.id}")
    assert "Name on the certificate:" in shown.text
    assert "Åsa Öberg" in [node.text for node in shown.main.all("strong")]
    fields = shown.form("/decide")
    assert fields["printed_name"] == "Åsa Öberg"
    teacher.post(f"/review/{presentation.id}/decide", fields | {"decision": "approve"})
    with database.reading() as session:
        assert session.get_one(Portfolio, portfolio.id).name_confirmed_by_id == room.teacher.id


def test_a_name_that_is_another_than_in_the_course_is_shown_beside_it(
    visit: Visiting, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_report_approved(session, room)
        presentation = a_submitted_presentation(session, room)
    teacher = visit(room.teaching)
    assert "In the course" not in teacher.page(f"/review/{presentation.id}").text
    with database.writing() as session:
        session.get_one(Portfolio, portfolio.id).printed_name = "Asa Öberg Lindström"
    shown = teacher.page(f"/review/{presentation.id}")
    for said in ("In the course:", "The names differ. Approving confirms the first one."):
        assert said in shown.text
    named = [node.text for node in shown.main.all("strong")]
    assert named[:2] == ["Asa Öberg Lindström", "Åsa Öberg"]


def test_without_a_name_approving_explains_what_to_do(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_report_approved(session, room)
        presentation = a_submitted_presentation(session, room)
        portfolio.printed_name = ""
    answer = visit(room.teaching).post(f"/review/{presentation.id}/decide", {"decision": "approve"})
    assert answer.status_code == 409
    assert page(answer).main.attributes["data-error-code"] == "name-missing"


def test_a_form_without_its_token_decides_nothing(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    answer = visit(room.teaching).post(
        f"/review/{submission.id}/decide", {"decision": "approve", "csrf_token": "x"}
    )
    assert answer.status_code == 400
    assert decisions_now(database) == []


def test_only_reviewers_decide(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    student = visit(room.learning)
    assert student.post(f"/review/{submission.id}/decide", {"decision": "approve"}).status_code == 403
    assert student.post(f"/review/{uuid.uuid4()}/decide", {"decision": "approve"}).status_code == 404
    assert decisions_now(database) == []


def test_asking_only_for_the_headers_of_a_submission_is_no_look_at_it(
    visit: Visiting, database: Database
) -> None:
    room, (submission,) = a_room_with_waiting(database)
    teacher = visit(room.teaching)
    place = f"/review/{submission.id}"
    assert teacher.client.head(teacher.path(place)).status_code == 200
    with database.reading() as session:
        assert session.get_one(Submission, submission.id).opened_at is None
    teacher.page(place)
    with database.reading() as session:
        assert session.get_one(Submission, submission.id).opened_at is not None
