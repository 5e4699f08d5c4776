"""A teacher adds assignments from Canvas's own dialogs, and what was added finds its way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import jwt
import time_machine
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.clock import now
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.people.models import Course
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.queries import setup_of
from tests.inspect_page import page
from tests.journeys.in_canvas import SETUP, InCanvas, form_of

ALL = [kind.value for kind in LineItemKind]
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"


def line_items(school: InCanvas) -> dict[LineItemKind, LineItem]:
    """What the tool has of the only course."""
    with school.database.reading() as session:
        return {each.kind: each for each in session.scalars(select(LineItem))}


def claims_of(answer: TestResponse) -> dict[str, object]:
    token = form_of(answer.text)[1]["JWT"]
    return jwt.decode(token, options={"verify_signature": False})


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
    picker, year = school.picker(placement="link_selection"), now().year + 1
    school.add(
        picker,
        kinds=ALL,
        **SETUP,
        **{"final_report-label": "Slutrapport", "final_report-points": "10"},
        **{"final_report-due_on": f"{year}-06-03"},
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
    assert report.due_at.isoformat() == f"{year}-06-03T21:59:00+00:00"  # a minute before midnight in Sweden
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


def test_cancelling_adds_nothing_and_says_so(school: InCanvas) -> None:
    answer = school.cancel(school.picker())
    assert claims_of(answer)[DEEP_LINKING + "content_items"] == []
    taken = school.hand_back(answer)
    assert "Message from the tool: Nothing was added." in taken.text
    with school.database.reading() as session:
        assert session.scalars(select(CourseSetup)).all() == []


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
