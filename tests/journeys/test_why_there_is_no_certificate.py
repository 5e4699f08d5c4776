"""Why a certificate could not be issued: told to its student and to staff, each in her own language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lti_app.certificates import afterwards
from lti_app.certificates.hindrances import NO_TIMESTAMP
from lti_app.certificates.models import Certificate
from lti_app.certificates.service import settle
from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.states import ItemKind
from lti_app.schemes.queries import document_of
from lti_app.schemes.service import publish
from lti_app.schemes.text import Text
from lti_app.web.context import Parts
from tests.classroom import Classroom, a_classroom
from tests.unit.certificates.issuing import an_earner, deliver_due, issues
from tests.visit import Visit

Visiting = Callable[..., Visit]


@pytest.fixture
def room(database: Database) -> Classroom:
    """A course where somebody has earned a certificate."""
    with database.writing() as session:
        room = a_classroom(session)
        an_earner(session, room)
    return room


def pages(visit: Visiting, room: Classroom, language: str = "en") -> dict[str, str]:
    """What is read of it by the student, and by the teacher."""
    student, teacher = (visit(each, locale=language) for each in (room.learning, room.teaching))
    own = student.page("/certificate")
    (path,) = {each for each in teacher.page("/certificates").links.values() if "/certificate/" in each}
    return {
        "home": student.page("/mine").text,
        "certificate": own.text,
        "staff": teacher.page(path).text,
        "deliveries": teacher.page("/deliveries?show=failed").text,
    }


def test_a_student_reads_which_of_her_words_cannot_be_printed_and_whom_to_ask(
    visit: Visiting, parts: Parts, database: Database, room: Classroom
) -> None:
    with database.writing() as session:
        session.query(Portfolio).one().printed_name = "小明 Öberg"
        activities = session.query(Submission).join(Item).filter(Item.kind == ItemKind.ACTIVITY)
        submission = activities.order_by(Submission.submitted_at).limit(1).one()
        submission.snapshot = submission.snapshot | {"title": "茶 with friends"}
    deliver_due(parts)
    told = pages(visit, room)
    for where in told:
        assert "these characters: 小 明 茶. They stand in: 小明 Öberg · 茶 with friends." in told[where], (
            where
        )
    for where in ("home", "certificate"):
        assert "Ask your teacher to open it for you again" in told[where]
    assert "Reopen it from the student's page" in told["staff"]
    assert "Go to the student's page" in told["staff"]
    assert "Try again" not in told["staff"], "it would fail again"
    for where, text in pages(visit, room, "sv").items():
        assert "de här tecknen: 小 明 茶. De står i: 小明 Öberg · 茶 with friends." in text, where
        assert "CJK" not in text
        assert "typeface" not in text


def test_what_is_the_schemes_is_nothing_for_the_student_to_mend(
    visit: Visiting, parts: Parts, database: Database, room: Classroom
) -> None:
    with database.writing() as session:
        portfolio = session.query(Portfolio).one()
        document = document_of(session, portfolio.scheme_version_id)
        texts = replace(document.certificate, issuer=Text(sv="隆德大学", en="Lund University"))
        changed = publish(session, portfolio.institution_id, replace(document, certificate=texts))
        portfolio.scheme_version_id = changed.id
    deliver_due(parts)
    told = pages(visit, room)
    for where in ("home", "certificate"):
        assert "There is nothing for you to mend. Your teacher sees why" in told[where]
        assert "隆" not in told[where]
    assert "Reopen it" not in told["staff"]
    assert "Try again" in told["staff"]
    for where in ("staff", "deliveries"):
        assert "The scheme has characters that no certificate can show: 隆 德 大 学." in told[where]


def test_who_waits_for_what_may_last_is_not_promised_minutes(
    visit: Visiting, database: Database, room: Classroom
) -> None:
    student = visit(room.learning)
    assert "This takes a few minutes." in student.page("/certificate").text
    with database.writing() as session:
        (issue,) = issues(session)
        issue.reason, issue.attempts = f"{NO_TIMESTAMP}\nit answered 503", 1
    shown = student.page("/certificate").text
    assert "It takes longer than usual, and is tried again by itself." in shown
    assert "few minutes" not in shown


def test_a_correction_whose_certificate_fails_says_why_to_both(
    visit: Visiting,
    parts: Parts,
    database: Database,
    issued: Certificate,
    somebody: Callable[[Role], Actor],
) -> None:
    student, teacher = somebody(Role.STUDENT), somebody(Role.TEACHER)
    own = f"/certificate/{issued.portfolio_id}"
    with database.writing() as session:
        asked = afterwards.request_correction(session, student, issued.id, new_name="Åsa Ny")
        afterwards.approve_correction(session, teacher, asked.id)
        session.get_one(Portfolio, issued.portfolio_id).printed_name = "Åsa 小"
    deliver_due(parts)
    for reader, said in ((student, "Ask your teacher to open it"), (teacher, "See why, and try again")):
        shown = visit(reader).page(own).text
        assert "The new certificate could not be issued." in shown
        assert "these characters: 小. They stand in: Åsa 小." in shown
        assert said in shown


def test_what_was_approved_again_for_a_correction_is_being_prepared(
    visit: Visiting, database: Database, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    student, teacher = somebody(Role.STUDENT), somebody(Role.TEACHER)
    own = f"/certificate/{issued.portfolio_id}"
    with database.writing() as session:
        asked = afterwards.request_correction(session, student, issued.id, note="Fel år.")
        afterwards.approve_correction(session, teacher, asked.id)
    assert "Issue the certificate anew" in visit(teacher).page(own).links
    with database.writing() as session:
        assert settle(session, issued.portfolio_id)
    for reader in (student, teacher):
        shown = visit(reader).page(own)
        assert "The new certificate is being prepared." in shown.text
        assert "Issue the certificate anew" not in shown.links
        assert any("hx-get" in each.attributes for each in shown.main.every()), "it follows by itself"
