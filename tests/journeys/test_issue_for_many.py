"""Staff issue for everybody who has earned a certificate, and are told beforehand who that is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lti_app.certificates import earned
from lti_app.db import Database
from tests import world
from tests.classroom import Classroom, a_classroom
from tests.filling import sent_by
from tests.inspect_page import Page
from tests.visit import Visit

Visiting = Callable[..., Visit]
BUTTON = "Issue all that are earned"


@pytest.fixture
def room(database: Database) -> Classroom:
    with database.writing() as session:
        return a_classroom(session)


def earn(database: Database, room: Classroom, *names: str) -> None:
    with database.writing() as session:
        for name in names:
            student = world.a_person(session, room.course, name=name)
            student.family_name = name
            world.an_earned_portfolio(session, student, room.course)


def buttons(shown: Page) -> list[str]:
    return [each.text for each in shown.main.all("button")]


def test_nobody_has_earned_one_and_there_is_nothing_to_press(visit: Visiting, room: Classroom) -> None:
    shown = visit(room.teaching).page("/certificates")
    assert "Nobody is waiting for a certificate now" in shown.text
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
