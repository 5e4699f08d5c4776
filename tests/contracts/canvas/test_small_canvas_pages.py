"""The pages around the tool: who sees what, grading by hand, Student View, what a second start remembers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lti_app.demo import CanvasConfig, SmallCanvas, create_canvas

from .conftest import BASE, TOOL, Caller, Clock, FileServer

COURSE = "courses/1"
EVERY_PAGE = (
    "/",
    "/as/tove/",
    "/as/astrid/",
    f"/as/tove/{COURSE}",
    f"/as/tove/{COURSE}/external_tools/1",
    f"/as/tove/{COURSE}/assignments",
    f"/as/asa/{COURSE}/assignments/1",
    f"/as/tove/{COURSE}/gradebook",
    f"/as/tove/{COURSE}/gradebook/speed_grader?assignment_id=1",
    f"/as/asa/{COURSE}/grades",
    f"/as/olle/{COURSE}/grades",
    f"/as/asa/{COURSE}/assignments/1/submissions/2",
    f"/as/tove/{COURSE}/people",
    "/as/astrid/accounts/1/external_tools/1",
    f"/as/asa/{COURSE}/external_tools/1/launch",
    "/as/asa/settings",
    "/as/nobody/",
    "/nowhere",
)


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_every_page_says_that_it_is_a_simulator(
    canvas: SmallCanvas, client: FlaskClient, caller: Caller, column: str, address: str
) -> None:
    caller.submit(column, comment="Hej")
    answer = client.get(address)
    assert answer.status_code == (404 if address in ("/as/nobody/", "/nowhere") else 200)
    assert "imulator" in answer.text
    assert "not Canvas" in answer.text
    assert "Content-Security-Policy" not in answer.headers
    assert "X-Frame-Options" not in answer.headers


def test_the_start_page_offers_everyone_but_the_test_student(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    canvas.people.test_student_of(1)
    text = client.get("/").text
    for name in ("Tove Lärarsson", "Åsa Öberg", "Björn Ängström", "Tage Ek", "Disa Formgren", "Astrid Admin"):
        assert f"<strong>{name}</strong>" in text
    assert "<strong>Test Student</strong>" not in text


def test_choosing_a_person_leads_to_her_pages_and_plain_addresses_follow_her(client: FlaskClient) -> None:
    assert client.get("/courses/1").headers["Location"] == "/"
    answer = client.post("/session", data={"login": "asa"})
    assert answer.headers["Location"] == "/as/asa/"
    cookie = client.get("/as/asa/").request.headers.get("Cookie", "")
    assert "small_canvas_session" in cookie
    assert client.get("/courses/1/grades?a=b").headers["Location"] == "/as/asa/courses/1/grades?a=b"
    assert client.post("/session", data={"login": "nobody"}).status_code == 404


def test_teacher_and_student_are_open_side_by_side(canvas: SmallCanvas, client: FlaskClient) -> None:
    for login in ("tove", "asa", "tove"):
        text = client.get(f"/as/{login}/courses/1/external_tools/1/launch").text
        assert canvas.people.get(login).opaque_id in text


def test_students_see_neither_gradebook_nor_each_other_s_work(
    canvas: SmallCanvas, client: FlaskClient, caller: Caller, column: str
) -> None:
    caller.submit(column)
    asa = canvas.people.get("asa").id
    assert client.get("/as/asa/courses/1/gradebook").status_code == 403
    assert client.get("/as/disa/courses/1/gradebook").status_code == 403
    assert client.get("/as/bjorn/courses/1/gradebook/speed_grader?assignment_id=1").status_code == 403
    assert client.get(f"/as/bjorn/courses/1/assignments/1/submissions/{asa}").status_code == 403
    assert client.get(f"/as/olle/courses/1/assignments/1/submissions/{asa}").status_code == 200
    assert client.post("/as/asa/courses/1/assignments/1/publish").status_code == 403
    assert client.post("/as/asa/courses/1/conclude").status_code == 403
    canvas.people.add("ursula", "Ursula", "Utanför")
    assert client.get("/as/ursula/courses/1").status_code == 403


def test_an_unpublished_assignment_is_hidden_from_students(
    canvas: SmallCanvas, client: FlaskClient, column: str
) -> None:
    assert "Activities" in client.get("/as/asa/courses/1/assignments").text
    client.post("/as/tove/courses/1/assignments/1/publish", data={"published": "0"})
    assert not canvas.assignment_named("Activities").is_published
    assert "Activities" not in client.get("/as/asa/courses/1/assignments").text
    assert client.get("/as/asa/courses/1/assignments/1").status_code == 404
    client.post("/as/tove/courses/1/assignments/1/publish", data={"published": "1"})
    assert client.get("/as/asa/courses/1/assignments/1").status_code == 200


def test_the_gradebook_shows_each_step(
    canvas: SmallCanvas, client: FlaskClient, caller: Caller, column: str, clock: Clock
) -> None:
    def words() -> str:
        return client.get("/as/tove/courses/1/gradebook").text

    assert "not submitted" in words()
    caller.submit(column)
    assert "needs review" in words()
    clock.move(minutes=1)
    caller.score(column, comment="Fine work", extension={"new_submission": False})
    assert "graded" in words()
    assert "“Fine work”" in words()
    clock.move(minutes=1)
    caller.submit(column)
    assert "2 attempts" in words()


def test_a_teacher_grades_and_comments_by_hand(
    canvas: SmallCanvas, client: FlaskClient, caller: Caller, column: str
) -> None:
    caller.submit(column)
    asa = canvas.people.get("asa")
    path = f"/as/tove/courses/1/assignments/1/submissions/{asa.id}/grade"
    client.post(path, data={"score": "7,5"})
    client.post(path, data={"comment": "Bra!"})
    submission = canvas.submission_of("asa", 1)
    assert submission is not None
    assert (submission.score, submission.state) == (7.5, "graded")
    assert submission.comments[-1].author == "Tove Lärarsson"
    assert "Bra!" in client.get(f"/as/asa/courses/1/assignments/1/submissions/{asa.id}").text
    client.post(path, data={"score": ""})
    submission = canvas.submission_of("asa", 1)
    assert submission is not None
    assert submission.score is None
    for wrong in ("much", "-1", "nan", "inf"):
        assert client.post(path, data={"score": wrong}).status_code == 400
    assert client.post(path.replace("tove", "asa"), data={"score": "10"}).status_code == 403
    assert client.post(path.replace(f"/{asa.id}/", "/999/"), data={"score": "1"}).status_code == 404


def test_student_view_becomes_the_test_student_and_comes_back(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    answer = client.post("/as/tove/courses/1/student_view")
    assert answer.headers["Location"] == "/as/student-view-1/courses/1"
    page = client.get(answer.headers["Location"]).text
    assert "Student View" in page
    back = client.post("/as/student-view-1/courses/1/leave_student_view")
    assert back.headers["Location"] == "/as/tove/courses/1"
    assert client.post("/as/asa/courses/1/student_view").status_code == 403


def test_files_are_served_exactly_to_those_who_may_see_them(
    canvas: SmallCanvas, client: FlaskClient, caller: Caller, column: str, file_server: FileServer
) -> None:
    url = file_server.offer("/f", b"%PDF-1.7 body")
    item = {"type": "file", "url": url, "title": "Intyg å.pdf", "media_type": "application/pdf"}
    caller.score(column, extension={"content_items": [item]})
    shown = client.get("/as/tove/courses/1/files/1")
    assert (shown.data, shown.mimetype) == (b"%PDF-1.7 body", "application/pdf")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert (
        client.get("/as/asa/courses/1/files/1?download=1")
        .headers["Content-Disposition"]
        .startswith("attachment")
    )
    assert client.get("/as/bjorn/courses/1/files/1").status_code == 404
    assert client.get("/as/tove/courses/1/files/2").status_code == 404


def test_a_tool_s_message_is_shown_on_the_way_back(client: FlaskClient) -> None:
    page = client.get("/as/asa/courses/1?lti_errormsg=<b>No</b>").text
    assert "&lt;b&gt;No&lt;/b&gt;" in page


def test_logging_out_ends_the_session_of_launches_under_way(canvas: SmallCanvas, client: FlaskClient) -> None:
    client.get("/as/asa/")
    with client.session_transaction() as session:
        browser = session["browser"]
    session_id = canvas.sessions.open(browser, canvas.people.get("asa"))
    assert canvas.sessions.person_of(session_id) == canvas.people.get("asa")
    client.post("/as/asa/logout")
    assert canvas.sessions.person_of(session_id) is None


def test_a_second_start_keeps_people_grades_keys_and_tokens(
    canvas: SmallCanvas, caller: Caller, column: str, clock: Clock
) -> None:
    caller.score(column)
    token = canvas.tokens.issue(canvas.client_id, ["a"])
    again = create_canvas(CanvasConfig(BASE, canvas.config.data_dir, TOOL, clock=clock)).extensions["canvas"]
    assert isinstance(again, SmallCanvas)
    assert again.people.all() == canvas.people.all()
    assert again.submission_of("asa", 1) == canvas.submission_of("asa", 1)
    assert again.keys.public_set() == canvas.keys.public_set()
    assert again.tokens.read(token).client_id == canvas.client_id
    assert again.deployment_id == canvas.deployment_id


def test_the_issuer_can_be_that_of_hosted_canvas(tmp_path: Path, signing_keys: Path) -> None:
    shutil.copy(signing_keys, tmp_path / "signing_keys.json")
    config = CanvasConfig(BASE, tmp_path, TOOL, issuer="https://canvas.instructure.com")
    hosted: SmallCanvas = create_canvas(config).extensions["canvas"]
    assert hosted.make_claims()["iss"] == "https://canvas.instructure.com"
    assert hosted.start_launch("asa").fields["iss"] == "https://canvas.instructure.com"
