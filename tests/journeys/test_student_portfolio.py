"""A student's way through the pages without scripts, from nothing to a submitted presentation."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.portfolio.models import Decision, Item, Portfolio, Submission
from lti_app.portfolio.queries import submissions_of
from lti_app.portfolio.states import DecisionKind, ItemKind, ItemState, SubmissionState
from tests import world
from tests.inspect_page import page
from tests.unit.portfolio.conftest import WORDS, a_pdf, an_image
from tests.visit import Visit

Open = Callable[..., Visit]


@pytest.fixture
def course(database: Database) -> Course:
    with database.writing() as session:
        course = world.a_course(session)
        world.a_setup(session, course)
        return course


@pytest.fixture
def student(database: Database, course: Course) -> Actor:
    with database.writing() as session:
        return world.an_actor(world.a_person(session, course), course)


@pytest.fixture
def at_home(visit: Open, student: Actor) -> Visit:
    return visit(student)


def follow(response: TestResponse) -> str:
    assert response.status_code == 303, response.get_data(as_text=True)
    return response.headers["Location"]


def begin(visit: Visit, type_code: str = "language_cafe", **changes: str) -> str:
    """Add an activity by its form, and return the address of its task list."""
    sent = visit.page(f"/activities/new/{type_code}").form(f"/activities/new/{type_code}")
    sent |= {"title": "Språkcafé 🎓", "starts_on": "2026-03-01", "field_occasions": "6"} | changes
    return follow(visit.post(f"/activities/new/{type_code}", sent)).split("?")[0]


def send_file(visit: Visit, item: str, content: bytes, name: str) -> TestResponse:
    return visit.post(
        f"{item}/evidence", {"files": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


def submit(visit: Visit, item: str) -> TestResponse:
    sent = visit.page(f"{item}/check").form("/submit")
    return visit.post(f"{item}/submit", sent)


def decide(database: Database, item: str, kind: DecisionKind, state: ItemState, comment: str) -> None:
    item_id = uuid.UUID(item.rsplit("/", 1)[-1])
    with database.writing() as session:
        kept = session.get_one(Item, item_id)
        submission = session.get_one(Submission, submissions_of(session, [item_id])[-1].id)
        course = session.get_one(Course, submission.course_id)
        reviewer = world.a_person(session, course, Role.TEACHER, name="Tore Lärare")
        session.add(
            Decision(
                institution_id=kept.institution_id,
                submission_id=submission.id,
                kind=kind,
                comment=comment,
                reviewer_id=reviewer.id,
            )
        )
        kept.state, submission.state = state, SubmissionState.DECIDED


def test_an_empty_home_invites_to_begin(at_home: Visit) -> None:
    home = at_home.page()
    assert "Start with something you have already done" in home.text
    assert "Language café" in home.links
    assert "0 of 3 different types" in home.text
    assert "Opens when your final report is approved." in home.text


def test_a_course_without_set_up_gets_a_kind_page(database: Database, visit: Open) -> None:
    with database.writing() as session:
        bare = world.a_course(session)
        newcomer = world.an_actor(world.a_person(session, bare), bare)
    assert "has not been set up yet" in visit(newcomer).page().text


def test_types_are_found_by_words_and_by_setting(at_home: Visit) -> None:
    everything = at_home.page("/activities/new")
    assert len([href for href in everything.links.values() if "/activities/new/" in href]) == 110
    found = at_home.page("/activities/new?q=café&setting=home")
    assert "Language café" in found.links
    assert "Exchange studies under agreement" not in found.links
    assert "No type fits" in at_home.page("/activities/new?q=xyzzy").text
    assert at_home.page("/activities/new?setting=moon").h1 == "What kind of activity was it?"


def test_the_types_are_there_in_swedish_too(visit: Open, student: Actor) -> None:
    assert "Språkcafé" in visit(student, locale="sv-SE").page("/activities/new?q=cafe").links


def test_an_activity_grows_from_draft_to_submission(at_home: Visit) -> None:
    item = begin(at_home)
    tasks = at_home.page(item)
    assert tasks.h1 == "Språkcafé 🎓"
    assert "Add a certificate of attendance, or write a reflection instead." in tasks.text
    assert "Completed" in tasks.text
    follow(send_file(at_home, item, a_pdf(), "närvaro.pdf"))
    assert "närvaro.pdf" in at_home.page(f"{item}/evidence").links
    check = at_home.page(f"{item}/check")
    assert "närvaro.pdf" in check.text
    assert check.links["Change what and when"].endswith("/details")
    done = at_home.page(follow(submit(at_home, item)))
    assert "Submitted for review." in done.text
    assert "Withdraw" in done.text
    assert "a teacher is looking" not in at_home.page().text  # two more types are wanted
    assert "Språkcafé 🎓" in at_home.page("/record").text


def test_a_second_click_on_submit_changes_nothing(at_home: Visit, database: Database) -> None:
    item = begin(at_home)
    follow(send_file(at_home, item, a_pdf(), "a.pdf"))
    sent = at_home.page(f"{item}/check").form("/submit")
    first, second = (follow(at_home.post(f"{item}/submit", sent)) for _ in range(2))
    assert first == second
    with database.reading() as session:
        assert len(submissions_of(session, [uuid.UUID(item.rsplit("/", 1)[-1])])) == 1


def test_a_second_click_on_any_other_button_changes_nothing(at_home: Visit) -> None:
    new = at_home.page("/activities/new/language_cafe").form("/activities/new/language_cafe")
    first, second = (
        follow(at_home.post("/activities/new/language_cafe", new | {"title": "Café"})) for _ in range(2)
    )
    assert first == second
    item = first.split("?")[0]
    details = at_home.page(f"{item}/details").form("/details") | {"title": "Café 2"}
    answers = at_home.page(f"{item}/answers").form("/answers") | {"answer_what": WORDS}
    for path, form in ((f"{item}/details", details), (f"{item}/answers", answers)):
        assert [at_home.post(path, form).status_code for _ in range(2)] == [303, 303]
    for _ in range(2):
        follow(send_file(at_home, item, a_pdf(), "a.pdf"))
        follow(at_home.post(f"{item}/links", {"url": "https://example.org"}))
    files = at_home.page(f"{item}/evidence")
    assert sorted(name for name in files.links if name in {"a.pdf", "https://example.org"}) == [
        "a.pdf",
        "https://example.org",
    ]
    remove = next(
        form.attributes["action"] for form in files.root.all("form") if "remove" in form.attributes["action"]
    )
    assert [at_home.post(remove).status_code for _ in range(2)] == [303, 303]
    delete = at_home.page(f"{item}/delete").root.all("form")[-1].attributes["action"]
    assert [at_home.post(delete).status_code for _ in range(2)] == [303, 303]
    assert at_home.get(item).status_code == 404


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


def test_two_tabs_get_both_texts_to_choose_from(at_home: Visit) -> None:
    item = begin(at_home)
    tab = at_home.page(f"{item}/answers").form("/answers")
    follow(at_home.post(f"{item}/answers", tab | {"answer_what": "Från den ena fliken."}))
    conflict = at_home.post(f"{item}/answers", tab | {"answer_what": "Från den andra fliken."})
    assert conflict.status_code == 409
    both = page(conflict)
    assert "Från den ena fliken." in both.text
    assert "Från den andra fliken." in both.text
    kept = both.form("/answers")
    follow(at_home.post(f"{item}/answers", kept))
    assert "Från den andra fliken." in at_home.page(f"{item}/answers").text


def test_a_tab_that_left_a_question_empty_does_not_wipe_the_other_tabs_answer(at_home: Visit) -> None:
    item = begin(at_home)
    tab = at_home.page(f"{item}/answers").form("/answers")
    follow(
        at_home.post(f"{item}/answers", tab | {"answer_what": "Ena.", "answer_learned": "Bara i den ena."})
    )
    conflict = at_home.post(f"{item}/answers", tab | {"answer_what": "Andra."})
    follow(at_home.post(f"{item}/answers", page(conflict).form("/answers")))
    kept = at_home.page(f"{item}/answers").form("/answers")
    assert (kept["answer_what"].strip(), kept["answer_learned"].strip()) == ("Andra.", "Bara i den ena.")


def test_two_tabs_on_what_and_when_lose_nothing_either(at_home: Visit) -> None:
    item = begin(at_home)
    tab = at_home.page(f"{item}/details").form("/details")
    follow(at_home.post(f"{item}/details", tab | {"title": "Ena"}))
    conflict = at_home.post(f"{item}/details", tab | {"title": "Andra", "field_language": "sw"})
    assert conflict.status_code == 409
    both = page(conflict)
    assert "Swahili" in both.text
    follow(at_home.post(f"{item}/details", both.form("/details")))
    assert at_home.page(item).h1 == "Andra"


def test_the_type_can_be_changed_with_the_rest_kept(at_home: Visit) -> None:
    item = begin(at_home)
    assert "Journal club" in at_home.page(f"{item}/type?q=journal").links
    form = at_home.page(f"{item}/details?type=journal_club").form("/details")
    assert form["title"] == "Språkcafé 🎓"
    follow(at_home.post(f"{item}/details", form))
    assert "Journal club" in at_home.page(f"{item}/check").text


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
    follow(send_file(at_home, presentation, an_image("JPEG"), "poster.png"))
    assert "poster.png.jpg" in at_home.page(f"{presentation}/evidence").links
    follow(submit(at_home, presentation))
    decide(database, presentation, DecisionKind.APPROVE, ItemState.APPROVED, "")
    assert "Your certificate is being prepared." in at_home.page().text


def test_a_file_is_shown_in_the_page_without_our_origins_rights(at_home: Visit) -> None:
    item = begin(at_home)
    follow(send_file(at_home, item, an_image("PNG"), "intyg å.png"))
    address = at_home.page(f"{item}/evidence").links["intyg å.png"]
    shown = at_home.get(address, buffered=True)
    assert shown.mimetype == "image/png"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"].startswith("sandbox")
    assert shown.headers["Content-Disposition"] == (
        "inline; filename=\"intyg _.png\"; filename*=UTF-8''intyg%20%C3%A5.png"
    )
    saved = at_home.get(f"{address}?download=1", buffered=True)
    assert saved.headers["Content-Disposition"].startswith("attachment;")


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
