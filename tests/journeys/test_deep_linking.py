"""A teacher adds assignments from Canvas's own dialogs, and what was added finds its way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import jwt
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.clock import now
from lti_app.db import Database
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.people.models import Course
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.queries import setup_of
from lti_app.settings import Settings
from lti_app.web.uploads import MOST_TEXT_BYTES
from tests.inspect_page import page
from tests.journeys.in_canvas import InCanvas, form_of, in_canvas

SETUP = {"scheme": "lund-medicine", "programme": "lakare"}
ALL = [kind.value for kind in LineItemKind]
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"


@pytest.fixture
def school(tmp_path: Path, settings: Settings, database: Database, client: FlaskClient) -> Iterator[InCanvas]:
    with in_canvas(tmp_path / "canvas", settings, database, client) as school:
        yield school


def line_items(school: InCanvas) -> dict[LineItemKind, LineItem]:
    """What the tool has of the only course."""
    with school.database.reading() as session:
        return {each.kind: each for each in session.scalars(select(LineItem))}


def claims_of(answer: TestResponse) -> dict[str, object]:
    token = form_of(answer.text)[1]["JWT"]
    return jwt.decode(token, options={"verify_signature": False})


def refusal(response: TestResponse, slug: str) -> None:
    page(response)
    assert f'data-error-code="{slug}"' in response.text, response.text
    assert "Set-Cookie" not in response.headers


def test_the_first_assignment_sets_the_course_up_and_is_the_one_that_results_go_to(
    school: InCanvas,
) -> None:
    picker = school.picker()
    assert picker.h1 == "Add to the course"
    assert "Internationella meriter – Läkarprogrammet" in picker.text
    assert "Tove Lärarsson" in picker.root.text
    taken = school.add(picker, kinds=["activities"], **SETUP)
    assert school.canvas.assignments.in_course(1) == []  # it exists when the form is saved
    school.save_assignment(taken)
    made = school.canvas.assignment_named("International merits: activities")
    assert (made.points_possible, made.submission_type) == (3, "external_tool")

    landing = school.landing("asa", assignment_id=made.id)
    assert "Åsa Öberg" in landing.text
    assert landing.request.path.endswith("/")
    (bound,) = line_items(school).values()
    (remote,) = school.canvas.line_items.of_client(school.canvas.client_id, 1)
    assert bound.url == f"{school.canvas.config.base_url}/api/lti/courses/1/line_items/{remote.id}"
    assert (bound.kind, bound.score_maximum) == (LineItemKind.ACTIVITIES, Decimal(3))
    assert remote.tag == "cim:activities"
    assert remote.resource_id == f"cim:{bound.course_id}:activities"


def test_what_is_too_long_for_the_picker_is_told_before_it_is_sent(school: InCanvas) -> None:
    picker = school.picker()
    scripts = [each.attributes["src"] for each in picker.root.all("script")]
    assert "/static/length.js" in scripts
    (body,) = picker.root.all("body")
    assert body.attributes["data-most-text"] == str(MOST_TEXT_BYTES)
    assert body.attributes["data-too-long"] == "This text is too long to be sent. Shorten it."


def test_what_the_teacher_then_lets_the_tool_create_is_only_what_is_missing(school: InCanvas) -> None:
    school.save_assignment(school.add(school.picker(), kinds=["activities"], **SETUP))
    status = page(school.landing("disa"))
    assert status.h1 == "Set-up of this course"
    assert status.text.count("Not in this course") == 3  # nobody has opened the new one yet
    sid = school.client.get(school.launch("tove").location).request.path
    where = f"/l/{sid.split('/')[2]}/set-up"
    fields = page(school.client.get(where)).form("/set-up/retry")
    assert school.client.post(f"{where}/retry", data=fields).status_code == 303
    school.work()
    labels = {each.label for each in school.canvas.line_items.of_client(school.canvas.client_id, 1)}
    assert len(school.canvas.line_items.of_client(school.canvas.client_id, 1)) == 3
    assert labels == {
        f"International merits: {what}" for what in ("activities", "final report", "certificate")
    }
    assert all(each.url for each in line_items(school).values())


def test_several_are_added_at_once_where_the_dialog_takes_several(school: InCanvas) -> None:
    picker = school.picker(placement="link_selection")
    school.add(
        picker,
        kinds=ALL,
        **SETUP,
        **{"final_report-label": "Slutrapport", "final_report-points": "10"},
        **{"final_report-due_on": "2030-06-03"},
    )
    made = {each.name: each for each in school.canvas.assignments.in_course(1)}
    assert set(made) == {
        "International merits: activities",
        "Slutrapport",
        "International merits: certificate",
    }
    report = made["Slutrapport"]
    assert report.points_possible == 10
    assert report.due_at is not None
    assert report.due_at.isoformat() == "2030-06-03T21:59:00+00:00"  # a minute before midnight in Sweden
    assert not report.is_published
    assert "Write your final report" in report.description
    link = school.canvas.links.of_assignment(report.id)
    assert link is not None
    assert link.custom == {
        "cim_kind": "final_report",
        "cim_scheme": "lund-medicine",
        "cim_programme": "lakare",
        "cim_points": "10",
    }
    assert link.url == "http://localhost/lti/launch/final_report"


def test_the_picker_looks_as_the_teachers_platform_does_and_knows_her_time_zone(school: InCanvas) -> None:
    tove = school.canvas.people.get("tove")
    school.canvas.people.change(tove.id, locale="en", timezone="Pacific/Auckland", prefers_high_contrast=True)
    picker = school.picker()
    assert picker.root.all("html")[0].attributes["data-contrast"] == "high"
    assert "Until 23:59 that day, New Zealand Time." in picker.text
    links = [each.attributes["href"] for each in picker.root.all("link")]
    (sheet,) = [each for each in links if each.endswith("/brand.css")]
    assert school.without_cookies.get(sheet).mimetype == "text/css"
    school.work()
    assert "--pico-primary" in school.without_cookies.get(sheet).text
    taken = school.add(picker, kinds=["activities"], **SETUP, **{"activities-due_on": "2030-06-03"})
    school.save_assignment(taken)
    due_at = school.canvas.assignment_named("International merits: activities").due_at
    assert due_at is not None
    assert due_at.isoformat() == "2030-06-03T11:59:00+00:00"  # a minute before midnight in New Zealand


def test_assignments_that_nobody_has_opened_are_found_after_a_while(school: InCanvas) -> None:
    school.add(school.picker(placement="link_selection"), kinds=ALL, **SETUP)
    school.work()
    assert {each.url for each in line_items(school).values()} == {""}
    with time_machine.travel(now() + timedelta(minutes=4)):
        school.work()
    assert all(each.url for each in line_items(school).values())


def test_one_that_the_course_has_is_added_again_as_a_plain_link(school: InCanvas) -> None:
    school.save_assignment(school.add(school.picker(), kinds=["activities"], **SETUP))
    school.landing("asa", assignment_id=school.canvas.assignments.in_course(1)[0].id)
    picker = school.picker(placement="link_selection")
    assert "The course runs Lund, Medicine for Study Programme in Medicine." in picker.text
    assert picker.text.count("Already in this course") == 1
    assert "activities-points" not in picker.form("/deep-link")
    school.add(picker, kinds=["activities"])
    (link,) = [each for each in school.canvas.links.in_course(1) if each.is_in_module]
    assert link.assignment_id is None
    assert "cim_points" not in link.custom
    school.publish_all()
    assert "Åsa Öberg" in school.landing("asa", link_id=link.id).text
    assert len(school.canvas.line_items.of_client(school.canvas.client_id, 1)) == 1


def test_the_answer_is_what_the_standard_and_canvas_ask_for(school: InCanvas) -> None:
    picker = school.picker()
    answer = school.choose(picker, kinds=["certificate"], **SETUP)
    claims = claims_of(answer)
    moment = now().timestamp()
    assert claims["iss"] == school.canvas.client_id
    assert claims["aud"] == school.canvas.config.issuer_url
    assert moment - 5 <= claims["iat"] <= moment  # type: ignore[operator]
    assert claims["exp"] == claims["iat"] + 300  # type: ignore[operator]
    assert claims["https://purl.imsglobal.org/spec/lti/claim/deployment_id"] == school.canvas.deployment_id
    assert claims["https://purl.imsglobal.org/spec/lti/claim/message_type"] == "LtiDeepLinkingResponse"
    assert DEEP_LINKING + "data" not in claims  # Canvas sends none
    (item,) = claims[DEEP_LINKING + "content_items"]  # type: ignore[misc,attr-defined]
    assert item["iframe"] == {"width": 1000, "height": 800}
    assert item["lineItem"]["tag"] == "cim:certificate"


def test_the_answers_page_may_post_to_the_platform_and_stands_in_its_frame_only(school: InCanvas) -> None:
    picker = school.picker()
    answer = school.choose(picker, kinds=["activities"], **SETUP)
    policy = answer.headers["Content-Security-Policy"]
    origin = school.canvas.config.base_url
    assert f"form-action 'self' {origin};" in policy
    assert policy.endswith(f"frame-ancestors 'self' {origin}")
    assert "script-src 'self' 'nonce-" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_form_sent_twice_is_answered_twice_the_same_and_later_not_at_all(school: InCanvas) -> None:
    picker = school.picker()
    first = school.choose(picker, kinds=["activities"], **SETUP)
    again = school.choose(picker, kinds=ALL[:1], **SETUP)
    assert form_of(first.text) == form_of(again.text)
    other = school.choose(picker, kinds=["certificate"], **SETUP)
    assert form_of(first.text) == form_of(other.text)
    refusal(school.without_cookies.get(f"/deep-link/{picker.form('/deep-link')['token']}"), "deep-link-over")
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)):
        refusal(school.choose(picker, kinds=["activities"], **SETUP), "deep-link-over")


def test_the_page_can_be_reloaded_until_something_is_chosen(school: InCanvas) -> None:
    location = school.launch("tove", placement="assignment_selection").location
    for _ in range(2):
        assert page(school.without_cookies.get(location)).h1.startswith("Add to")
    with time_machine.travel(now() + timedelta(minutes=61)):
        refusal(school.without_cookies.get(location), "deep-link-over")


def test_cancelling_adds_nothing_and_says_so(school: InCanvas) -> None:
    answer = school.cancel(school.picker())
    assert claims_of(answer)[DEEP_LINKING + "content_items"] == []
    taken = school.hand_back(answer)
    assert "Message from the tool: Nothing was added." in taken.text
    with school.database.reading() as session:
        assert session.scalars(select(CourseSetup)).all() == []


@pytest.mark.parametrize("person", ["tove", "tage", "disa", "astrid"])
def test_whoever_builds_the_course_may_add_to_it(school: InCanvas, person: str) -> None:
    school.add(school.picker(person), kinds=["activities"], **SETUP)


@pytest.mark.parametrize("person", ["asa", "olle", "student-view-1"])
def test_others_may_not(school: InCanvas, person: str) -> None:
    if person == "student-view-1":
        school.canvas.people.test_student_of(1)
    refused = school.launch(person, placement="assignment_selection")
    refusal(refused, "deep-link-staff-only")
    assert refused.status_code == 403
    assert "deep_linking_cancel" in refused.text  # the way back


def test_what_is_missing_or_wrong_is_said_beside_its_field(school: InCanvas) -> None:
    picker = school.picker()
    wrong = {"activities-points": "three", "activities-due_on": "2020-01-01"}
    answer = school.choose(picker, kinds=["activities"], scheme="lund-medicine", programme="", **wrong)
    assert answer.status_code == 422
    shown = page(answer)
    for words in ("Choose a programme.", "Write a whole number from 1 to 1000.", "Choose a day to come."):
        assert shown.text.count(words) == 2
    assert shown.form("/deep-link")["activities-points"] == "three"
    nothing = school.choose(picker, kinds=[], **SETUP)
    assert "Choose what to add." in page(nothing).text
    both = school.choose(picker, kinds=["activities", "certificate"], **SETUP)
    assert "Choose one only." in page(both).text
    unknown = school.choose(picker, kinds=["quiz"], **SETUP)
    assert unknown.status_code == 422


def test_a_forged_token_opens_nothing(school: InCanvas) -> None:
    token = school.picker().form("/deep-link")["token"]
    forged = token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:]  # the last letter has bits to spare
    refusal(school.without_cookies.get(f"/deep-link/{forged}"), "not-found")
    refusal(school.send({"token": forged, "kinds": "activities", **SETUP}), "not-found")
    refusal(school.send({}), "not-found")


def test_the_picker_speaks_the_teachers_language(school: InCanvas) -> None:
    teacher = school.canvas.people.add("sven", "Sven", "Svensson", locale="sv")
    school.canvas.people.enrol(teacher.id, 1, "TeacherEnrollment")
    picker = school.picker("sven")
    assert picker.language == "sv"
    token = picker.form("/deep-link")["token"]
    for language in ("en", "sv"):
        chosen = {"token": token, "language": language}
        picker = page(school.without_cookies.post("/deep-link/language", data=chosen, follow_redirects=True))
        assert picker.language == language
    taken = school.add(picker, kinds=["activities"], **SETUP)
    school.save_assignment(taken, "sven")
    assert school.canvas.assignment_named("Internationella meriter: aktiviteter")


def test_an_assignment_leads_to_what_belongs_to_it(school: InCanvas) -> None:
    school.add(school.picker(placement="link_selection"), kinds=ALL, **SETUP)
    school.publish_all()
    made = {each.name.rpartition(": ")[2]: each.id for each in school.canvas.assignments.in_course(1)}
    ends = {
        "activities": ("/", "/queue"),
        "final report": ("/", "/queue"),
        "certificate": ("/", "/queue"),
    }
    for name, (student, teacher) in ends.items():
        assert school.landing("asa", assignment_id=made[name]).request.path.endswith(student)
        assert school.landing("tove", assignment_id=made[name]).request.path.endswith(teacher)
    assert school.landing("tove", assignment_id=made["final report"]).request.args["kind"] == "final_report"
    assert set(line_items(school)) == set(LineItemKind)
    with school.database.reading() as session:
        course = session.scalars(select(Course)).one()
        setup = setup_of(session, course.id)
    assert setup is not None
    assert (setup.scheme_slug, setup.programme_code) == ("lund-medicine", "lakare")
