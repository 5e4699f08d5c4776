"""At home a student follows what becomes of her certificate, and of one that a correction brings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from lti_app.certificates import afterwards
from lti_app.certificates.models import Certificate
from lti_app.clock import now
from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.roles import Role
from lti_app.portfolio import service as student_service
from lti_app.portfolio.models import Decision, Item, Submission
from lti_app.portfolio.states import ItemKind
from lti_app.review import service as review_service
from lti_app.web.context import Parts
from tests.classroom import TYPES, UNDO, a_classroom
from tests.inspect_page import Page
from tests.unit.certificates.issuing import NO_TIME, an_earner, deliver_due
from tests.visit import Visit

Visiting = Callable[..., Visit]


def asking(home: Page) -> list[str]:
    """What the page fetches again by itself."""
    return [each.attributes["hx-get"] for each in home.main.every() if "hx-get" in each.attributes]


def words(home: Page) -> str:
    """What the next step says."""
    (said,) = (each for each in home.main.every() if each.attributes.get("id") == "next-words")
    return said.text


def test_home_asks_again_until_the_certificate_is_there_and_reads_it_out(
    visit: Visiting, parts: Parts, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        an_earner(session, room, undo_for=UNDO)
    student = visit(room.learning)
    home = student.page("/mine")
    assert words(home).startswith(
        "You have done everything. Your certificate is being prepared. This takes a few minutes."
    )
    (again,) = asking(home)
    assert student.get(again).status_code == 204
    with time_machine.travel(now() + UNDO):
        deliver_due(parts)
        issued = student.page(again)
    assert words(issued).startswith("You have your certificate.")
    assert asking(issued) == []
    (region,) = (each for each in home.main.every() if each.attributes.get("id") == "next-words")
    assert region.attributes["role"] == "status", "it stays, and what is put in is read out"


def test_after_ten_minutes_home_asks_no_more(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        an_earner(session, room)
    student = visit(room.learning)
    (again,) = asking(student.page("/mine"))
    with time_machine.travel(now() + timedelta(minutes=11)):
        over = student.get(again)
    assert over.status_code == 286
    assert "hx-get" not in over.get_data(as_text=True)


def test_whose_approval_is_undone_reads_of_her_next_step_by_itself(
    visit: Visiting, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        an_earner(session, room, undo_for=UNDO)
    student = visit(room.learning)
    (again,) = asking(student.page("/mine"))
    with database.writing() as session:
        talk = session.scalars(select(Item).where(Item.kind == ItemKind.PRESENTATION)).one()
        submission = session.scalars(select(Submission).where(Submission.item_id == talk.id)).one()
        decision = session.scalars(select(Decision).where(Decision.submission_id == submission.id)).one()
        review_service.undo(session, room.teaching, decision.id, undo_for=UNDO)
    shown = student.page(again)
    assert words(shown).startswith("Nothing right now: a teacher is looking")
    assert asking(shown) == []


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_student_is_told_whose_turn_it_is_until_her_certificate_is_corrected(
    visit: Visiting,
    parts: Parts,
    database: Database,
    issued: Certificate,
    somebody: Callable[[Role], Actor],
    language: str,
) -> None:
    asa, tove = somebody(Role.STUDENT), somebody(Role.TEACHER)
    student, own = visit(asa, locale=language), "/certificate"
    with database.writing() as session:
        asked = afterwards.request_correction(session, asa, issued.id, note="Fel år.")
        afterwards.approve_correction(session, tove, asked.id)
    said = SAID[language]
    home = student.page("/mine")
    assert said["staff"] in words(home)
    assert home.text.count(said["staff"]) == 1, "not in the certificate's card, too"
    assert asking(home) == []
    assert said["staff on its page"] in student.page(own).text
    with database.writing() as session:
        item = session.scalars(select(Item).where(Item.type_code == TYPES[0])).one()
        approved = session.scalars(select(Submission).where(Submission.item_id == item.id)).one()
        review_service.reopen(session, tove, approved.id, undo_for=UNDO, reason="Rätta året.")
    home = student.page("/mine")
    assert said["comment"] in home.links
    assert said["again"] in words(home)
    assert said["again on its page"] in student.page(own).text
    with database.writing() as session:
        sent = student_service.submit(session, asa, item.id)
    home = student.page("/mine")
    assert said["waiting"] in words(home)
    assert said["again"] in words(home)
    with database.writing() as session:
        review_service.approve(session, tove, sent.id, undo_for=NO_TIME)
    home = student.page("/mine")
    assert said["prepared"] in words(home)
    (again,) = asking(home)
    assert student.get(again).status_code == 204
    deliver_due(parts)
    done = student.page(again)
    assert asking(done) == []
    assert "CIM-2" in done.text
    assert issued.number not in done.text


SAID = {
    "en": {
        "staff": "Staff still have to mend what is wrong; then the new one follows.",
        "staff on its page": "Staff still have to mend what is wrong; then a new certificate takes",
        "comment": "See the comment",
        "again": "The new one follows when everything is approved again.",
        "again on its page": "Once everything is approved again, a new certificate takes the place",
        "waiting": "a teacher is looking at what you submitted",
        "prepared": "The new one is being prepared. This takes a few minutes.",
    },
    "sv": {
        "staff": "Personalen har kvar att rätta det som är fel; sedan kommer det nya.",
        "staff on its page": "Personalen har kvar att rätta det som är fel; sedan ersätter ett nytt",
        "comment": "Se kommentaren",
        "again": "Det nya kommer när allt är godkänt igen.",
        "again on its page": "När allt är godkänt igen ersätter ett nytt certifikat det här.",
        "waiting": "en lärare granskar det du har skickat in",
        "prepared": "Det nya håller på att göras i ordning. Det tar några minuter.",
    },
}
