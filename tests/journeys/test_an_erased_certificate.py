"""A certificate whose holder was erased: every page says so plainly, and none offers what is gone."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from lti_app.certificates import afterwards, sharing
from lti_app.certificates.code import grouped
from lti_app.certificates.erasing import REMOVE_BYTES, erase
from lti_app.certificates.models import Certificate, RevokeReason
from lti_app.certificates.tasks import HANDLERS
from lti_app.db import Database
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery
from lti_app.people.actors import Actor
from lti_app.people.roles import Role
from lti_app.storage.models import StoredFile
from lti_app.web.context import Parts
from lti_app.web.signed import sign_file
from tests.inspect_page import Page, page
from tests.visit import Visit

Visiting = Callable[..., Visit]


@pytest.fixture
def whole(parts: Parts, database: Database, issued: Certificate) -> bytes:
    """The file as its holder has it."""
    with database.reading() as session:
        stored = session.get_one(StoredFile, issued.stored_file_id)
    with parts.storage.open(stored.key) as opened:
        return opened.read()


def erased(parts: Parts, issued: Certificate) -> None:
    """Erase it, and let the worker remove the bytes."""
    with parts.db.writing() as session:
        erase(session, issued.id)
    with parts.db.reading() as session:
        queued = [each.id for each in session.query(Delivery).filter_by(kind=REMOVE_BYTES)]
    for each in queued:
        Delivering(parts, HANDLERS).deliver(each)


def follow_all(visit: Visit, shown: Page) -> None:
    """Every link, frame and form of the page leads somewhere: nothing it offers is gone."""
    offered = [each.attributes["href"] for each in shown.root.all("a")]
    offered += [each.attributes["src"] for each in shown.root.all("iframe", "img")]
    for address in offered:
        path = urlsplit(address).path
        if path.startswith("/"):
            answer = visit.client.get(path, follow_redirects=True)
            assert answer.status_code == 200, f"{shown.path} offers {path}: {answer.status}"


@pytest.mark.parametrize("role", [Role.STUDENT, Role.TEACHER, Role.COORDINATOR])
def test_its_page_says_what_is_left_and_offers_nothing_that_is_gone(
    visit: Visiting, parts: Parts, issued: Certificate, somebody: Callable[[Role], Actor], role: Role
) -> None:
    erased(parts, issued)
    reader = visit(somebody(role))
    shown = reader.page(f"/certificate/{issued.portfolio_id}")
    assert "Everything personal in this certificate has been erased, and its file, too." in shown.text
    assert "It is still valid" in shown.text
    for said in (issued.number, grouped(issued.code), "Certificate of International Merits"):
        assert said in shown.text
    for gone in ("Download", "LinkedIn", "badge", "Show it to others", "correction", "on its way"):
        assert gone not in shown.text
    assert not shown.root.all("iframe")
    assert ("Revoke this certificate" in shown.links) is (role is Role.COORDINATOR)
    assert ("Only a coordinator can revoke it." in shown.text) is (role is Role.TEACHER)
    follow_all(reader, shown)


def test_who_comes_by_an_old_address_is_told_that_the_file_was_removed(
    visit: Visiting,
    client: FlaskClient,
    parts: Parts,
    issued: Certificate,
    somebody: Callable[[Role], Actor],
) -> None:
    student = visit(somebody(Role.STUDENT))
    own = f"/certificate/{issued.portfolio_id}"
    signed = sign_file(parts.settings, issued.stored_file_id, "x.pdf", lifetime=timedelta(hours=1))
    with parts.db.writing() as session:
        erase(session, issued.id)
    for part in ("view", "download", "badge.json", "badge.jwt"):
        answer = student.get(f"{own}/{part}")
        assert answer.status_code == 410, "not even while the worker has not removed it yet"
        assert page(answer).main.attributes["data-error-code"] == "file-removed"
        assert "This file has been removed" in page(answer).text
    erased(parts, issued)
    assert client.get(urlsplit(signed).path).status_code == 404, "a platform that comes late finds nothing"


def test_a_store_that_is_not_there_is_no_file_that_was_removed_for_good(
    visit: Visiting, parts: Parts, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    with parts.db.reading() as session:
        parts.storage.delete(session.get_one(StoredFile, issued.stored_file_id).key)
    answer = visit(somebody(Role.STUDENT)).get(f"/certificate/{issued.portfolio_id}/download")
    assert answer.status_code == 404


def test_forms_of_a_page_that_was_open_are_refused_politely(
    visit: Visiting, parts: Parts, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    student = visit(somebody(Role.STUDENT))
    erased(parts, issued)
    for path, form in (
        (f"/certificates/{issued.id}/corrections", {"note": "The year is wrong."}),
        (f"/certificates/{issued.id}/links", {"shows_name": "y"}),
    ):
        answer = student.post(path, form)
        assert answer.status_code == 409, path
        assert page(answer).main.attributes["data-error-code"] == "changed-meanwhile"


def test_home_record_class_and_list_know_of_it(
    visit: Visiting, parts: Parts, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    erased(parts, issued)
    student, teacher = visit(somebody(Role.STUDENT)), visit(somebody(Role.TEACHER))
    home = student.page("/mine")
    assert "Your certificate was issued. Everything personal in it has been erased since." in home.text
    assert "See your certificate" not in home.links
    assert "See what is left of it" in home.links
    follow_all(student, home)
    assert "Everything personal in it has been erased since." in student.page("/record").text
    for path, words in (
        ("/certificates", "Valid Erased"),
        ("/class", "Issued"),
        (f"/class/{issued.portfolio_id}", "Issued"),
        ("/deliveries", ""),
    ):
        shown = teacher.page(path)
        assert words in shown.text, path
        follow_all(teacher, shown)


def test_whoever_has_code_link_or_file_is_told_that_it_is_valid_and_whose_it_is_no_more(
    client: FlaskClient,
    parts: Parts,
    database: Database,
    issued: Certificate,
    whole: bytes,
    somebody: Callable[[Role], Actor],
) -> None:
    holder = somebody(Role.STUDENT)
    with database.writing() as session:
        link = sharing.share(session, holder, issued.id, shows_name=True, shows_merits=True)
    erased(parts, issued)
    by_code = page(client.get(f"/verify/{issued.code}?lang=en"))
    by_link = page(client.get(f"/verify/{issued.code}/{link.token}?lang=en"))
    by_file = page(client.post("/verify?lang=en", data={"file": (io.BytesIO(whole), "c.pdf")}))
    assert by_code.main.attributes["data-certificate-state"] == "issued"
    assert by_file.main.attributes["data-judgement"] == "genuine"
    for shown in (by_code, by_link, by_file):
        assert "Everything personal in it has been erased, so no name is shown." in shown.text
        assert issued.number in shown.text
        for gone in ("Holder", "Öberg", "Å•", "The name is masked", "can send you a link", "Ask the holder"):
            assert gone not in shown.text, f"{shown.path}: {gone}"
    assert by_link.text == by_code.text


def test_a_revoked_one_that_is_erased_stays_revoked_and_is_not_followed(
    visit: Visiting,
    client: FlaskClient,
    parts: Parts,
    database: Database,
    issued: Certificate,
    somebody: Callable[[Role], Actor],
) -> None:
    coordinating = somebody(Role.COORDINATOR)
    with database.writing() as session:
        afterwards.revoke(session, coordinating, issued.id, reason=RevokeReason.ERROR, note="Åsa never went.")
    erased(parts, issued)
    coordinator, student = visit(coordinating), visit(somebody(Role.STUDENT))
    for reader in (coordinator, student):
        shown = reader.page(f"/certificate/{issued.portfolio_id}")
        assert "has been revoked." in shown.text
        assert "so no other certificate follows it" in shown.text
        assert "No new one is issued automatically" not in shown.text, "that is said already"
        assert "Issue a new certificate" not in shown.text
        assert "Åsa never went" not in shown.text
        assert "still valid" not in shown.text
        follow_all(reader, shown)
    for ask in (coordinator.get, coordinator.post):
        assert ask(f"/certificates/{issued.id}/another").status_code == 409
    seen = page(client.get(f"/verify/{issued.code}?lang=en"))
    assert seen.main.attributes["data-certificate-state"] == "revoked"


def test_who_revokes_an_erased_one_writes_no_note_about_its_holder_and_is_sent_to_no_correction(
    visit: Visiting, parts: Parts, issued: Certificate, somebody: Callable[[Role], Actor]
) -> None:
    coordinator, revoking = visit(somebody(Role.COORDINATOR)), f"/certificates/{issued.id}/revoke"
    told = ("Note for staff", "ask for a correction instead")
    assert all(each in coordinator.page(revoking).text for each in told)
    erased(parts, issued)
    assert not any(each in coordinator.page(revoking).text for each in told)
    coordinator.post(revoking, {"reason": "misconduct", "note": "Åsa never went."})
    shown = coordinator.page(f"/certificate/{issued.portfolio_id}")
    assert "has been revoked." in shown.text
    assert "Åsa never went" not in shown.text
