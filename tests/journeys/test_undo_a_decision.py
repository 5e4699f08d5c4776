"""A teacher pressed the wrong button and takes it back."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from lti_app.certificates.afterwards import approve_correction, request_correction
from lti_app.clock import now
from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.portfolio.models import Decision, Item, Submission
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.web.context import Parts
from tests.classroom import a_classroom
from tests.inspect_page import page
from tests.journeys.reviewing import Visiting, a_room_with_waiting, decided_in, decisions_now, state_now
from tests.unit.certificates.issuing import an_earner, certificates, deliver_due
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
    assert refused.links["See how it stands now"].endswith(f"/review/{submission.id}")
    assert state_now(database, submission) is ItemState.APPROVED


def test_undo_says_until_when_it_lasts_and_is_fetched_away_when_that_is_over(
    visit: Visiting, database: Database
) -> None:
    room, (first, second) = a_room_with_waiting(database, 2)
    teacher = visit(room.teaching)
    decided_at = (now() + timedelta(hours=1)).replace(minute=4, second=30, microsecond=0)
    with time_machine.travel(decided_at, tick=False):
        for submission in (first, second):
            on = teacher.post(f"/review/{submission.id}/decide", {"decision": "approve"})
    for where in (on.location, f"/review/{second.id}"):
        with time_machine.travel(decided_at + timedelta(seconds=20), tick=False):
            shown = teacher.page(where)
            (part,) = (each for each in shown.main.all("div") if each.attributes.get("id") == "undo")
            assert ":06." in shown.text
            assert part.attributes["hx-trigger"] == "load delay:101s"
        with time_machine.travel(decided_at + timedelta(seconds=121), tick=False):
            assert "Undo" not in teacher.page(part.attributes["hx-get"]).text, "so it is taken away"


def test_what_a_certificate_rests_on_leads_to_the_certificate_instead_of_to_reopening(
    visit: Visiting, parts: Parts, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = an_earner(session, room)
        presentation = session.query(Item).filter_by(kind=ItemKind.PRESENTATION).one()
        submission = session.query(Submission).filter_by(item_id=presentation.id).one()
        decision = session.query(Decision).filter_by(submission_id=submission.id).one()
        decision.decided_at -= timedelta(hours=1)
    teacher = visit(room.teaching)
    assert "/reopen" in str(teacher.get(f"/review/{submission.id}").data)
    deliver_due(parts)
    shown = teacher.page(f"/review/{submission.id}")
    assert "A certificate rests on this" in shown.text
    assert "/reopen" not in str(teacher.get(f"/review/{submission.id}").data)
    certificate = teacher.path(f"/certificate/{portfolio.id}")
    assert shown.links["Go to the certificate"] == certificate
    for path in (f"/review/{submission.id}/reopen", f"/decisions/{decision.id}/undo"):
        refused = page(teacher.post(path, {"reason": "Fel"}))
        assert refused.links["Go to the certificate"] == certificate
        assert "You can reopen it instead" not in refused.text
    with database.writing() as session:
        (issued,) = certificates(session)
        asked = request_correction(session, room.teaching, issued.id, note="The talk was never held.")
        approve_correction(session, room.teaching, asked.id)
    assert "/reopen" in str(teacher.get(f"/review/{submission.id}").data)


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
