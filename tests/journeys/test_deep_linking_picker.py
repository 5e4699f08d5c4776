"""The picker in a dialog of Canvas: for whom it opens, how it looks, what it refuses, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from werkzeug.test import TestResponse

from lti_app.clock import now
from lti_app.web.uploads import MOST_TEXT_BYTES
from tests.inspect_page import page
from tests.journeys.in_canvas import SETUP, InCanvas, form_of


def refusal(response: TestResponse, slug: str) -> None:
    page(response)
    assert f'data-error-code="{slug}"' in response.text, response.text
    assert "Set-Cookie" not in response.headers


def test_what_is_too_long_for_the_picker_is_told_before_it_is_sent(school: InCanvas) -> None:
    picker = school.picker()
    scripts = [each.attributes["src"] for each in picker.root.all("script")]
    assert "/static/length.js" in scripts
    (body,) = picker.root.all("body")
    assert body.attributes["data-most-text"] == str(MOST_TEXT_BYTES)
    assert body.attributes["data-too-long"] == "This text is too long to be sent. Shorten it."


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
    year = now().year + 1
    taken = school.add(picker, kinds=["activities"], **SETUP, **{"activities-due_on": f"{year}-06-03"})
    school.save_assignment(taken)
    due_at = school.canvas.assignment_named("International merits: activities").due_at
    assert due_at is not None
    assert due_at.isoformat() == f"{year}-06-03T11:59:00+00:00"  # a minute before midnight in New Zealand


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


def test_the_page_can_be_reloaded_until_something_is_chosen(school: InCanvas) -> None:
    location = school.launch("tove", placement="assignment_selection").location
    for _ in range(2):
        assert page(school.without_cookies.get(location)).h1.startswith("Add to")
    with time_machine.travel(now() + timedelta(minutes=61)):
        refusal(school.without_cookies.get(location), "deep-link-over")


def test_a_form_sent_twice_is_answered_twice_the_same_and_later_not_at_all(school: InCanvas) -> None:
    picker = school.picker()
    first = school.choose(picker, kinds=["activities"], **SETUP)
    again = school.choose(picker, kinds=["activities"], **SETUP)
    assert form_of(first.text) == form_of(again.text)
    other = school.choose(picker, kinds=["certificate"], **SETUP)
    assert form_of(first.text) == form_of(other.text)
    refusal(school.without_cookies.get(f"/deep-link/{picker.form('/deep-link')['token']}"), "deep-link-over")
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)):
        refusal(school.choose(picker, kinds=["activities"], **SETUP), "deep-link-over")


def test_a_forged_token_opens_nothing(school: InCanvas) -> None:
    token = school.picker().form("/deep-link")["token"]
    forged = token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:]  # the last letter has bits to spare
    refusal(school.without_cookies.get(f"/deep-link/{forged}"), "not-found")
    refusal(school.send({"token": forged, "kinds": "activities", **SETUP}), "not-found")
    refusal(school.send({}), "not-found")
