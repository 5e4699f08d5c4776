"""Staff issue for everybody who has earned a certificate, or for one, and are told beforehand who that is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from lti_app.certificates import earned
from lti_app.clock import now
from lti_app.db import Database
from lti_app.web.context import Parts
from tests import world
from tests.classroom import UNDO, Classroom, a_classroom, leave_issuing_to_staff
from tests.filling import sent_by
from tests.inspect_page import Page
from tests.unit.certificates.issuing import an_earner, certificates, deliver_due, issues
from tests.unit.certificates.test_runs import run_through
from tests.visit import Visit

Visiting = Callable[..., Visit]
BUTTON = "Issue all that are earned"


@pytest.fixture
def room(database: Database) -> Classroom:
    with database.writing() as session:
        return a_classroom(session)


@pytest.fixture
def issuing_room(database: Database, room: Classroom) -> Classroom:
    """The same where the scheme leaves issuing to staff."""
    with database.writing() as session:
        leave_issuing_to_staff(session, room.course)
    return room


def earn(database: Database, room: Classroom, *names: str) -> None:
    with database.writing() as session:
        for name in names:
            student = world.a_person(session, room.course, name=name)
            student.family_name = name
            world.an_earned_portfolio(session, student, room.course)


def buttons(shown: Page) -> list[str]:
    """The buttons that do something."""
    return [each.text for each in shown.main.all("button") if each.text != "Search"]


def actions(shown: Page) -> list[str]:
    return [each.attributes["action"] for each in shown.main.all("form")]


def test_nobody_has_earned_one_and_there_is_nothing_to_press(visit: Visiting, room: Classroom) -> None:
    shown = visit(room.teaching).page("/certificates")
    assert "Nobody is waiting for a certificate now" in shown.text
    assert buttons(shown) == []


def test_what_comes_by_itself_once_it_cannot_be_undone_is_told_of_with_its_time(
    visit: Visiting, database: Database, room: Classroom
) -> None:
    with database.writing() as session:
        portfolio = an_earner(session, room, undo_for=UNDO)
        (queued,) = issues(session)
        year = now().year + 1
        queued.not_before = datetime(year, 11, 30, 14, 3, tzinfo=UTC)
    shown = visit(room.teaching).page("/certificates")
    assert "1 certificate is issued by itself, once the approval can no longer be undone:" in shown.text
    assert f"30 November {year}, 15:03" in shown.text
    assert shown.links["Åsa Öberg"].endswith(str(portfolio.id))
    assert "Nobody is waiting" not in shown.text
    assert buttons(shown) == []


def test_who_gets_one_is_said_before_it_is_pressed(
    visit: Visiting, database: Database, room: Classroom
) -> None:
    earn(database, room, "Åsa Berg")
    teacher = visit(room.teaching)
    shown = teacher.page("/certificates")
    assert "1 certificate is earned and not issued: Åsa Berg" in shown.text
    assert teacher.page(shown.links["Åsa Berg"]).h1 == "Certificate"
    assert buttons(shown) == [BUTTON]
    assert teacher.post("/certificates/run", sent_by(shown, "/run")).status_code == 303
    under_way = teacher.page("/certificates")
    assert "Looking for who has earned a certificate" in under_way.text
    assert "earned and not issued" not in under_way.text
    assert buttons(under_way) == []


def test_what_becomes_of_a_run_is_read_out_until_it_is_over(
    visit: Visiting, parts: Parts, database: Database, room: Classroom
) -> None:
    earn(database, room, "Åsa Berg")
    teacher = visit(room.teaching)
    teacher.post("/certificates/run")
    under_way = teacher.page("/certificates?show=all")
    (again,) = under_way.fetched_again.values()
    assert under_way.watched == {"run-words": "status", "run": "", "issued": ""}
    assert teacher.get(again).status_code == 204
    run_through(parts, database)
    deliver_due(parts)
    over = teacher.page(again)
    assert over.part("run-words").text.startswith("1 certificate was issued.")
    assert "Åsa Berg" in over.part("issued").text
    assert not over.fetched_again


def test_ten_are_named_and_the_others_counted(
    visit: Visiting, database: Database, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    earn(database, room, *(f"Student {number:02}" for number in range(12)))
    teacher = visit(room.teaching)
    shown = teacher.page("/certificates").text
    assert "12 certificates are earned and not issued: Student 00 " in shown
    assert "Student 09 and 2 more" in shown
    monkeypatch.setattr(earned, "MOST_JUDGED", 4)
    shown = teacher.page("/certificates").text
    assert "Very many certificates may be earned" in shown
    assert "Student 03 and more" in shown


def test_one_is_issued_alone_once_it_is_clear_whose_it_is_and_what_it_rests_on(
    visit: Visiting, parts: Parts, database: Database, issuing_room: Classroom
) -> None:
    earn(database, issuing_room, "Åsa Berg", "Bo Öst")
    teacher = visit(issuing_room.teaching)
    shown = teacher.page(teacher.page("/certificates").links["Åsa Berg"])
    assert "waits for you to issue it" in shown.text
    asked = teacher.page(shown.links["Issue this certificate"])
    for said in ("Åsa Berg · ", "Name on the certificate", "What it rests on", " · 2–6 March 2026"):
        assert said in asked.text
    with database.reading() as session:
        assert certificates(session) == [], "asking issues nothing"
    back = teacher.post(shown.links["Issue this certificate"], sent_by(asked, "/issue"))
    assert "being prepared" in teacher.page(back.headers["Location"]).text
    deliver_due(parts)
    with database.reading() as session:
        (issued,) = certificates(session)
    late = teacher.get(shown.links["Issue this certificate"])
    assert issued.number in teacher.page(late.headers["Location"]).text, "there is nothing to ask any more"


def test_what_failed_is_tried_again_by_one_button_and_the_summary_is_put_away(
    visit: Visiting, parts: Parts, database: Database, room: Classroom
) -> None:
    earn(database, room, "Åsa Berg", "\U00013080")
    teacher = visit(room.teaching)
    teacher.post("/certificates/run", {})
    run_through(parts, database)
    deliver_due(parts)
    shown = teacher.page("/certificates")
    assert "1 of 2 issued. 1 could not be issued." in shown.text
    assert buttons(shown) == ["Try those again", "Put the summary away"]
    earn(database, room, "Bo Öst")
    assert buttons(teacher.page("/certificates")) == [BUTTON, "Put the summary away"]
    teacher.post("/certificates/run", sent_by(shown, "/run"))
    run_through(parts, database)
    deliver_due(parts)
    shown = teacher.page("/certificates")
    assert "1 of 2 issued. 1 could not be issued." in shown.text
    teacher.post(next(each for each in actions(shown) if each.endswith("/put-away")))
    shown = teacher.page("/certificates")
    assert "could not be issued" not in shown.text
    assert "1 certificate is earned and not issued" in shown.text
    assert buttons(shown) == [BUTTON]
