"""After a certificate is issued: a correction is asked for and decided, it is shared, it is revoked."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from lti_app.certificates.models import Certificate, CertificateState
from lti_app.db import Database
from lti_app.jobs.models import DeliveryState
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Person
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.states import ItemKind
from lti_app.review.service import reopen
from lti_app.web.context import Parts
from tests.classroom import UNDO, leave_issuing_to_staff
from tests.inspect_page import Page, page
from tests.unit.certificates.issuing import certificates, deliver_due, issues
from tests.visit import Visit

Visiting = Callable[..., Visit]


def test_a_student_asks_for_her_right_name_and_gets_a_new_certificate(
    visit: Visiting, parts: Parts, database: Database, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    student, teacher = visit(somebody(Role.STUDENT)), visit(somebody(Role.TEACHER))
    own = f"/certificate/{issued.portfolio_id}"
    asking = f"/certificates/{issued.id}/corrections"
    blank = page(student.post(asking, {"note": "  "}))
    assert "(optional)" not in blank.text
    for named, of in (("new_name", "The name as it should be printed"), ("note", "What is wrong")):
        (error,) = (each for each in blank.root.every() if each.attributes.get("id") == f"{named}-error")
        assert "Write the right name, or what else is wrong." in error.text
        assert any(text.startswith(of) and to.endswith(f"#{named}") for text, to in blank.links.items())
    for name, said in (
        ("Åsa Öberg", "has this name already"),
        ("Åsa \U00013080", "No certificate can show these"),
    ):
        refused = page(student.post(asking, {"new_name": name, "note": "As in my passport."}))
        assert said in refused.text
        assert "As in my passport." in refused.text, "what was written is not lost"
        (back,) = (each for each in refused.root.all("input") if each.attributes.get("name") == "back")
        assert back.attributes["value"] == student.path(own), "whoever changes the language stays here"
    student.post(asking, {"new_name": "Åsa Öberg Ek"})
    assert "You asked for a correction on" in student.page(own).text
    shown = teacher.page(own)
    assert "Åsa Öberg Ek" in shown.text
    asked = teacher.page(shown.links["Approve the correction"])
    assert "That cannot be undone." in asked.text
    teacher.post(action(asked, "/approve"), {})
    waiting = student.page(own)
    assert "The new certificate is being prepared." in waiting.text
    (again,) = waiting.fetched_again.values()
    assert waiting.watched == {"standing": "status", "correction": "status", "rest": ""}
    assert student.get(again).status_code == 204, "nothing has happened yet"
    deliver_due(parts)
    shown = student.page(again)
    assert shown.part("correction").text == ""
    assert "Åsa Öberg Ek" in shown.part("rest").text
    assert "rest" in shown.watched, "another may follow while this one is on its way to the course"
    assert f"{issued.number}, issued" in shown.text
    assert "replaced" in shown.text
    for reader in (student, teacher):
        assert f"Replaces {issued.number}." in reader.page(own).text


def action(shown: Page, ending: str) -> str:
    """Where the page's one form whose address ends like this is sent."""
    (form,) = (each for each in shown.main.all("form") if each.attributes["action"].endswith(ending))
    return form.attributes["action"]


def test_staff_see_who_asked_in_words_and_enter_the_name(
    visit: Visiting, parts: Parts, database: Database, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    holder = somebody(Role.STUDENT)
    with database.writing() as session:
        session.get_one(Person, holder.person_id).email = "asa@example.org"
    student, teacher = visit(holder), visit(somebody(Role.TEACHER))
    own = f"/certificate/{issued.portfolio_id}"
    student.post(f"/certificates/{issued.id}/corrections", {"note": "I am called Åsa Öberg Lind."})
    assert "A correction was asked for. Staff have not answered yet." in student.page("/mine").text
    for place in ("/queue", "/certificates"):
        assert "1 correction of a certificate waits for an answer." in teacher.page(place).text
    assert "waits for an answer" not in teacher.page("/certificates?show=to-correct").text
    shown = teacher.page(own)
    for said in ("Åsa Öberg asked for a correction on", "The certificate's holder, asa@example.org", "Åsa"):
        assert said in shown.text
    assert "asa@example.org" not in student.page(own).text
    (decline,) = (each for each in shown.links.values() if each.endswith("/decline"))
    asked = teacher.page(decline).text
    for said in (
        f"Certificate {issued.number} of Åsa Öberg",
        "asa@example.org",
        "I am called Åsa Öberg Lind.",
    ):
        assert said in asked, "whoever declines sees what, and whose it is"
    approving = action(teacher.page(shown.links["Approve the correction"]), "/approve")
    refused = page(teacher.post(approving, {"new_name": "x" * 301}))
    assert "Write at most 300 characters." in refused.text
    assert "has this name already" in page(teacher.post(approving, {"new_name": "Åsa Öberg"})).text
    assert student.post(approving.replace(teacher.sid, student.sid), {}).status_code == 403
    teacher.post(approving, {"new_name": " Åsa Öberg  Lind"})
    assert "waits for an answer" not in teacher.page("/queue").text
    deliver_due(parts)
    assert "Åsa Öberg Lind" in student.page(own).text
    assert "Nobody has asked for a correction" in teacher.page("/certificates?show=to-correct").text


def test_a_coordinator_revokes_and_whoever_verifies_is_told_why(
    visit: Visiting, client: FlaskClient, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    coordinator, student = visit(somebody(Role.COORDINATOR)), visit(somebody(Role.STUDENT))
    revoking, own = f"/certificates/{issued.id}/revoke", f"/certificate/{issued.portfolio_id}"
    assert issued.number in coordinator.page(revoking).text
    assert "Choose a reason." in page(coordinator.post(revoking, {})).text
    coordinator.post(revoking, {"reason": "misconduct", "note": "Only for staff"})
    answer = client.get(f"/verify/{issued.code}?lang=en").get_data(as_text=True)
    assert "What it rests on was not true" in answer
    assert "Only for staff" not in answer
    home = student.page("/mine").text
    assert "Your certificate has been revoked" in home
    assert "being prepared" not in home
    shown = student.page(own).text
    assert "has been revoked." in shown
    assert "Reason: What it rests on was not true." in shown
    assert "being prepared" not in shown
    assert "Only for staff" not in shown
    assert "Only for staff" in coordinator.page(own).text
    asked = coordinator.page(coordinator.page(own).links["Issue a new certificate"])
    for said in (issued.number, "What it rests on was not true", "is issued at once", "reopen that first"):
        assert said in asked.text
    assert "being prepared" not in student.page(own).text, "asking issues nothing"
    coordinator.post(action(asked, "/another"), {})
    assert "being prepared" in student.page(own).text
    assert coordinator.get(action(asked, "/another")).status_code == 409, (
        "asked again, there is nothing to say"
    )


def test_where_staff_issue_another_certificate_waits_for_them(
    visit: Visiting, database: Database, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    coordinator = visit(somebody(Role.COORDINATOR))
    own = f"/certificate/{issued.portfolio_id}"
    with database.writing() as session:
        portfolio = session.get_one(Portfolio, issued.portfolio_id)
        course = session.get_one(Course, portfolio.course_id)
        portfolio.scheme_version_id = leave_issuing_to_staff(session, course).id
    coordinator.post(f"/certificates/{issued.id}/revoke", {"reason": "misconduct"})
    asked = coordinator.page(coordinator.page(own).links["Issue a new certificate"])
    assert "then waits for you to issue it" in asked.text
    coordinator.post(action(asked, "/another"), {})
    with database.reading() as session:
        assert [each.state for each in issues(session)] == [DeliveryState.SENT]
    shown = coordinator.page(own)
    assert "waits for you to issue it" in shown.text
    assert "Issue this certificate" in shown.links


def test_an_approved_correction_stays_counted_and_its_approval_is_taken_back(
    visit: Visiting, parts: Parts, database: Database, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    student, teacher = visit(somebody(Role.STUDENT)), visit(somebody(Role.TEACHER))
    own = f"/certificate/{issued.portfolio_id}"
    student.post(f"/certificates/{issued.id}/corrections", {"note": "The year is wrong."})
    teacher.post(action(teacher.page(teacher.page(own).links["Approve the correction"]), "/approve"), {})
    for place in ("/queue", "/certificates"):
        text = teacher.page(place).text
        assert "1 approved correction waits for its new certificate." in text
        assert "waits for an answer" not in text
    shown = teacher.page(own)
    asked = teacher.page(shown.links["Issue the certificate anew"])
    assert "That cannot be undone." in asked.text
    back = teacher.post(action(shown, "/reconsider"), {})
    assert "Decline the correction" in teacher.page(back.headers["Location"]).links
    assert "1 correction of a certificate waits for an answer." in teacher.page("/queue").text
    late = page(teacher.post(action(asked, "/issue"), {}))
    assert teacher.page(late.links["See how it stands now"]).h1 == "Certificate"
    deliver_due(parts)
    with database.reading() as session:
        assert [each.number for each in certificates(session)] == [issued.number]


def test_once_something_is_reopened_the_approval_stays(
    visit: Visiting, database: Database, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    teaching = somebody(Role.TEACHER)
    teacher, own = visit(teaching), f"/certificate/{issued.portfolio_id}"
    teacher.post(f"/certificates/{issued.id}/corrections", {"note": "The talk was never held."})
    shown = teacher.page(own)
    teacher.post(shown.links["Approve the correction"], {})
    approved = teacher.page(own)
    taking_back, anew = action(approved, "/reconsider"), approved.links["Issue the certificate anew"]
    with database.writing() as session:
        talk = session.query(Item).filter_by(kind=ItemKind.PRESENTATION).one()
        sent = session.query(Submission).filter_by(item_id=talk.id).one()
        reopen(session, teaching, sent.id, undo_for=UNDO, reason="It was never held.")
    shown = teacher.page(own)
    assert "Something is reopened. Once everything is approved again, a new" in shown.text
    assert "Once what is wrong has been mended" not in shown.text
    for late in (teacher.get(anew), teacher.post(anew, {})):
        assert late.status_code == 409, "there is nothing to issue as things stand"
    assert "Take the approval back" not in shown.text
    assert teacher.post(taking_back, {}).status_code == 409


def test_what_was_withdrawn_meanwhile_leads_to_how_it_stands_now(
    visit: Visiting, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    student, teacher = visit(somebody(Role.STUDENT)), visit(somebody(Role.TEACHER))
    own = f"/certificate/{issued.portfolio_id}"
    student.post(f"/certificates/{issued.id}/corrections", {"note": "The year is wrong."})
    shown = teacher.page(own)
    asked = teacher.page(shown.links["Approve the correction"])
    student.post(action(student.page(own), "/withdraw"), {})
    for late in (
        teacher.post(action(asked, "/approve"), {}),
        teacher.get(shown.links["Approve the correction"]),
        teacher.post(shown.links["Decline the correction"], {"reply": "It is right."}),
    ):
        assert late.status_code == 409
        refused = page(late)
        assert "Nothing was saved" in refused.text
        assert refused.links["See how it stands now"] == teacher.path(own)


def test_a_holder_shows_her_name_and_merits_by_a_link_and_takes_it_back(
    visit: Visiting, client: FlaskClient, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    student = visit(somebody(Role.STUDENT))
    own = f"/certificate/{issued.portfolio_id}"
    refused = page(student.post(f"/certificates/{issued.id}/links", {}))
    assert "My full name: " not in refused.text
    assert "Choose at least one thing that the link shows." in refused.links
    made = student.post(f"/certificates/{issued.id}/links", {"shows_name": "y", "shows_merits": "y"})
    assert "The link works." in student.page(made.headers["Location"]).text
    shown = student.page(own)
    (field,) = (each for each in shown.main.all("input") if "readonly" in each.attributes)
    address = field.attributes["value"].removeprefix("http://localhost")
    answer = client.get(f"{address}?lang=en")
    assert "Åsa Öberg" in answer.get_data(as_text=True)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Merits" in page(answer).text
    assert "Åsa Öberg" not in client.get(f"/verify/{issued.code}").get_data(as_text=True)
    stopped = student.page(student.post(action(shown, "/stop"), {}).headers["Location"])
    assert "The link is taken back" in stopped.text
    student.post(action(stopped, "/again"), {})
    assert "Åsa Öberg" in client.get(f"{address}?lang=en").get_data(as_text=True), (
        "it was taken back in error"
    )
    student.post(action(shown, "/stop"), {})
    answer = client.get(f"{address}?lang=en").get_data(as_text=True)
    assert "Åsa Öberg" not in answer
    assert "This link does not work." in answer
    never = client.get(f"/verify/{issued.code}/never-made?lang=en").get_data(as_text=True)
    assert "This link does not work." in never
    assert issued.state is CertificateState.ISSUED
