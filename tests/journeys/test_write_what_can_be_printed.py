"""Characters that no certificate can show: told when they are written, not when everything is approved."""

from __future__ import annotations

import uuid

from lti_app.db import Database
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.states import ItemState
from tests.classroom import a_classroom, a_submitted_presentation, with_report_approved
from tests.inspect_page import page
from tests.journeys.filling_in import begin, follow, send_file, submit
from tests.journeys.reviewing import Visiting, a_room_with_waiting, state_now
from tests.unit.portfolio.conftest import a_pdf
from tests.visit import Visit

TEA = "No certificate can show these characters: 茶. Write them in another way."


def test_an_activity_is_saved_with_a_warning_and_not_submitted_before_it_is_mended(at_home: Visit) -> None:
    item = begin(at_home, title="茶 with friends")
    follow(send_file(at_home, item, a_pdf(), "närvaro.pdf"))
    saved = at_home.page(f"{item}?done=saved")
    assert "But a certificate cannot show all the characters" in saved.text
    assert saved.links[f"Title: {TEA}"].endswith("/details#title")
    assert "cannot show all" not in at_home.page(item).text, "said once, and listed until it is mended"
    assert f"Title: {TEA}" in at_home.page(f"{item}/check").text
    refused = at_home.post(f"{item}/submit", {"version": "99"})
    assert refused.status_code in {409, 422}
    assert "Submit for review" not in page(refused).text
    changed = at_home.page(f"{item}/details").form("/details") | {"title": "Tea (茶, chá) with friends"}
    assert TEA in at_home.page(follow(at_home.post(f"{item}/details", changed))).text
    changed = at_home.page(f"{item}/details").form("/details") | {"title": "Tea with friends"}
    mended = at_home.page(follow(at_home.post(f"{item}/details", changed)))
    assert "No certificate can show" not in mended.text
    assert "Saved." in mended.text
    assert "Submitted for review." in at_home.page(follow(submit(at_home, item))).text


def test_it_is_not_submitted_by_whoever_sends_the_form_all_the_same(
    at_home: Visit, database: Database
) -> None:
    item = begin(at_home, title="Tea")
    follow(send_file(at_home, item, a_pdf(), "närvaro.pdf"))
    sent = at_home.page(f"{item}/check").form("/submit")
    item_id = uuid.UUID(item.rsplit("/", 1)[-1])
    with database.writing() as session:
        session.get_one(Item, item_id).title = "茶"
    refused = at_home.post(f"{item}/submit", sent)
    assert refused.status_code == 422
    assert f"Title: {TEA}" in page(refused).text
    with database.reading() as session:
        assert session.get_one(Item, item_id).state is ItemState.DRAFT


def test_where_it_was_is_named_by_the_field_in_the_readers_language(at_home: Visit, visit: Visiting) -> None:
    item = begin(
        at_home, "conference_abroad", field_event="茶 Forum", field_country="JP", field_duration_days="2"
    )
    link = next(text for text in at_home.page(item).links if text.endswith(TEA))
    assert link == f"Name of the event: {TEA}"
    assert at_home.page(item).links[link].endswith("/details#field_event")
    swedish = visit(at_home.actor, locale="sv").page(item.partition(at_home.sid)[2])
    assert "Evenemangets namn: Inget certifikat kan visa de här tecknen: 茶." in swedish.text


def test_a_name_is_refused_at_its_field(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        with_report_approved(session, room)
        talk = a_submitted_presentation(session, room)
        session.get_one(Item, talk.item_id).state = ItemState.RETURNED
    student, path = visit(room.learning), f"/items/{talk.item_id}/name"
    refused = student.post(path, {"name": "小明 Öberg"})
    assert refused.status_code == 422
    assert "these characters: 小 明. Write them in another way." in page(refused).text
    assert page(refused).form("/name")["name"] == "小明 Öberg"
    with database.writing() as session:
        session.get_one(Portfolio, session.get_one(Item, talk.item_id).portfolio_id).printed_name = "小明"
    waiting = student.page(f"/items/{talk.item_id}")
    assert waiting.links[next(text for text in waiting.links if "小 明" in text)].endswith("/name")
    follow(student.post(path, {"name": "Xiao Ming Öberg"}))
    assert "No certificate can show" not in student.page(f"/items/{talk.item_id}").text


def test_a_reviewer_is_told_above_approve_of_what_was_submitted_before(
    visit: Visiting, database: Database
) -> None:
    room, (submission,) = a_room_with_waiting(database)
    teacher, path = visit(room.teaching), f"/review/{submission.id}"
    assert "No certificate can show" not in teacher.page(path).text
    with database.writing() as session:
        kept = session.get_one(Submission, submission.id)
        kept.snapshot = kept.snapshot | {"title": "茶 with friends"}
    told = teacher.page(path).text
    assert "No certificate can show these characters, so this cannot be approved yet: Title: 茶" in told
    refused = teacher.post(f"{path}/decide", {"decision": "approve"})
    assert refused.status_code == 409
    assert page(refused).main.attributes["data-error-code"] == "cannot-be-printed"
    assert "Titel: 茶" in visit(room.teaching, locale="sv").page(path).text
    follow(teacher.post(f"{path}/decide", {"decision": "return", "comment": "Skriv 茶 på svenska."}))
    assert state_now(database, submission) is ItemState.RETURNED


def test_a_reviewer_is_told_of_the_name_with_the_step_that_confirms_it(
    visit: Visiting, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_report_approved(session, room)
        talk = a_submitted_presentation(session, room)
        session.get_one(Portfolio, portfolio.id).printed_name = "小明 Öberg"
    told = visit(room.teaching).page(f"/review/{talk.id}").text
    assert "this cannot be approved yet: Name on the certificate: 小 明" in told
