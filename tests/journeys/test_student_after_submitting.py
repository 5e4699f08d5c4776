"""After a student has submitted: withdrawn, returned, looked at; then the report and the presentation."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.states import DecisionKind, ItemKind, ItemState
from tests import world
from tests.inspect_page import page
from tests.journeys.filling_in import begin, decide, follow, send_file, submit
from tests.unit.portfolio.conftest import WORDS, a_pdf, an_image
from tests.visit import Visit

Open = Callable[..., Visit]


def test_a_returned_activity_can_be_mended_and_resubmitted(at_home: Visit, database: Database) -> None:
    item = begin(at_home)
    follow(send_file(at_home, item, a_pdf(), "a.pdf"))
    follow(submit(at_home, item))
    decide(database, item, DecisionKind.RETURN, ItemState.RETURNED, "När var det?")
    home = at_home.page()
    assert "was returned to you" in home.text
    assert "När var det?" in home.text
    tasks = at_home.page(item)
    assert "What the reviewer asks for" in tasks.text
    assert "Delete this draft" not in tasks.links
    form = at_home.page(f"{item}/details").form("/details") | {"ends_on": "2026-05-30"}
    follow(at_home.post(f"{item}/details", form))
    follow(submit(at_home, item))
    record = at_home.page("/record")
    assert "När var det?" in record.text
    assert "Tore Lärare" in record.text
    assert "submission 2" in record.text


def test_a_submission_can_be_withdrawn_until_somebody_opens_it(at_home: Visit, database: Database) -> None:
    item = begin(at_home)
    follow(send_file(at_home, item, a_pdf(), "a.pdf"))
    follow(submit(at_home, item))
    assert "It is a draft again" in at_home.page(follow(at_home.post(f"{item}/withdraw"))).text
    follow(submit(at_home, item))
    with database.writing() as session:
        for submission in session.query(Submission):
            submission.opened_at = submission.submitted_at
    assert "cannot be changed until it is decided" in at_home.page(item).text
    refused = at_home.post(f"{item}/withdraw")
    assert refused.status_code == 409
    assert 'data-error-code="already-opened"' in refused.get_data(as_text=True)


def test_the_final_report_and_the_presentation_open_in_their_turn(
    at_home: Visit, database: Database, student: Actor, course: Course
) -> None:
    assert at_home.post("/report").status_code == 404
    item = begin(at_home)
    assert at_home.post("/report").status_code == 409
    with database.writing() as session:
        kept = session.get_one(Item, uuid.UUID(item.rsplit("/", 1)[-1]))
        portfolio = session.get_one(Portfolio, kept.portfolio_id)
        for type_code in ("conference_abroad", "journal_club", "exchange_studies"):
            world.a_submitted_item(session, portfolio, type_code)
    assert "Now write your final report." in at_home.page().text
    report = follow(at_home.post("/report"))
    questions = at_home.page(f"{report}/answers")
    assert "How can the experiences be applied in different intercultural situations?" in questions.text
    form = questions.form("/answers") | {"answer_q1": WORDS, "answer_q2": "Kort."}
    follow(at_home.post(f"{report}/answers", form))
    assert "Write at least 50 words." in at_home.page(report).text
    form = at_home.page(f"{report}/answers").form("/answers") | {"answer_q2": WORDS}
    follow(at_home.post(f"{report}/answers", form))
    name = at_home.page(f"{report}/name").form("/name")
    assert name["name"] == "Åsa Öberg"
    unseen = at_home.post(f"{report}/name", name | {"name": "\u200d \u200b"})
    assert unseen.status_code == 422
    assert "Write the name to print on the certificate." in page(unseen).text
    follow(at_home.post(f"{report}/name", name | {"name": "Åsa Öberg-Lind"}))
    assert "Åsa Öberg-Lind" in at_home.page(f"{report}/check").text
    follow(submit(at_home, report))
    assert at_home.post("/presentation").status_code == 409
    decide(database, report, DecisionKind.APPROVE, ItemState.APPROVED, "")
    assert "Now present what you have done." in at_home.page().text
    presentation = follow(at_home.post("/presentation"))
    form = at_home.page(f"{presentation}/presentation").form("/presentation")
    form |= {"form": "poster", "title": "Nairobi", "held_on": "2026-05-20"}
    follow(at_home.post(f"{presentation}/presentation", form))
    refused = at_home.post(f"{presentation}/presentation", form | {"title": "Other", "held_on": "soon"})
    assert refused.status_code == 422
    mended = page(refused).form("/presentation") | {"held_on": "2026-05-21"}
    in_another_tab = at_home.post(f"{presentation}/presentation", mended)
    assert in_another_tab.status_code == 409, "mended after a refusal, it still meets what is saved"
    follow(send_file(at_home, presentation, an_image("JPEG"), "poster.png"))
    assert "poster.png.jpg" in at_home.page(f"{presentation}/evidence").links
    follow(submit(at_home, presentation))
    decide(database, presentation, DecisionKind.APPROVE, ItemState.APPROVED, "")
    assert "Your certificate is being prepared." in at_home.page().text


def test_a_reviewer_is_led_from_a_submission_to_the_review_page(
    at_home: Visit, database: Database, course: Course, visit: Open
) -> None:
    item = begin(at_home)
    follow(send_file(at_home, item, a_pdf(), "a.pdf"))
    follow(submit(at_home, item))
    seen = next(href for href in at_home.page("/record").links.values() if "/submissions/" in href)
    submission_id = re.findall(r"submissions/(.+)", seen)[0]
    assert "a.pdf" in at_home.page(f"/submissions/{submission_id}").text
    with database.writing() as session:
        teacher = world.an_actor(world.a_person(session, course, Role.TEACHER), course, Role.TEACHER)
        classmate = world.an_actor(world.a_person(session, course), course)
        elsewhere = world.a_course(session)
        stranger = world.an_actor(world.a_person(session, elsewhere, Role.TEACHER), elsewhere, Role.TEACHER)
    there = follow(visit(teacher).get(f"/submissions/{submission_id}"))
    assert there.endswith(f"/review/{submission_id}")
    for actor in (classmate, stranger):
        assert visit(actor).get(f"/submissions/{submission_id}").status_code == 404
        assert visit(actor).get(item.split("/", 3)[-1]).status_code == 404
    assert visit(teacher).get(item.split("/", 3)[-1]).status_code == 403


@pytest.mark.parametrize("kind", [ItemKind.FINAL_REPORT, ItemKind.PRESENTATION])
def test_closing_steps_have_no_pages_of_an_activity(
    at_home: Visit, database: Database, student: Actor, course: Course, kind: ItemKind
) -> None:
    begin(at_home)
    with database.writing() as session:
        portfolio = session.scalars(select(Portfolio)).one()
        item = world.a_submitted_item(session, portfolio, kind=kind, state=ItemState.RETURNED)
    for page_of_activity in ("details", "delete"):
        assert at_home.get(f"/items/{item.id}/{page_of_activity}").status_code == 404
    assert at_home.page(f"/items/{item.id}").h1
    wrong = "evidence" if kind is ItemKind.FINAL_REPORT else "answers"
    assert at_home.get(f"/items/{item.id}/{wrong}").status_code == 404
