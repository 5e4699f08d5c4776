"""A teacher opens the queue and a submission in it."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from lti_app import i18n
from lti_app.certificates.service import issue_one
from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.service import withdraw
from lti_app.review.queries import waiting_statement
from lti_app.review.service import return_
from lti_app.web.context import Parts
from tests import world
from tests.classroom import UNDO, a_classroom, leave_issuing_to_staff, submitted_again
from tests.inspect_page import page
from tests.journeys.reviewing import Visiting, a_room_with_waiting
from tests.queries import counting_queries
from tests.unit.certificates.issuing import deliver_due
from tests.unit.review.test_queue import many_waiting
from tests.world import a_course, a_person, an_actor, an_institution


def test_an_empty_queue_says_so(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
    assert "All caught up" in visit(room.teaching).page("/queue").text


def test_the_queue_links_to_each_submission_and_starts_with_the_oldest(
    visit: Visiting, database: Database
) -> None:
    room, waiting = a_room_with_waiting(database, 2)
    queue = visit(room.teaching).page("/queue")
    assert queue.links["Merit 1"].endswith(f"/review/{waiting[0].id}")
    assert queue.links["Start reviewing"] == queue.links["Merit 1"]
    assert queue.text.index("Merit 1") < queue.text.index("Merit 2")
    assert "Today" in queue.text


def test_the_filter_is_kept_on_the_way_to_the_review_page_and_back(
    visit: Visiting, database: Database
) -> None:
    room, _ = a_room_with_waiting(database)
    teacher = visit(room.teaching)
    queue = teacher.page("/queue?kind=activity")
    review = teacher.page(queue.links["Merit 1"])
    assert review.links["Back to the queue"].endswith("/queue?kind=activity")
    assert "All caught up" in teacher.page("/queue?kind=final_report").text
    assert "Merit 1" in teacher.page("/queue?kind=nonsense").text


def test_a_page_of_fifty_costs_a_constant_number_of_queries(
    visit: Visiting, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        many_waiting(session, room, 120)
    teacher = visit(room.teaching)
    asked = Mock(wraps=i18n.get_locale)
    monkeypatch.setattr(i18n, "get_locale", asked)
    with counting_queries(database.engine) as seen:
        first = teacher.page("/queue")
    assert len(first.main.all("tr")) == 51
    assert seen.count <= 6
    assert asked.call_count == 1, "the language is looked up once, not for each word"
    built = waiting_statement.cache_info().misses
    second = teacher.page(first.links["Next page"])
    third = teacher.page(second.links["Next page"])
    assert len(third.main.all("tr")) == 21
    assert "Next page" not in third.links
    assert third.links["First page"].endswith("/queue")
    assert waiting_statement.cache_info().misses <= built + 1, "a statement is put together once"


def test_certificates_that_wait_for_staff_are_told_of_at_the_same_cost(
    visit: Visiting, parts: Parts, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        many_waiting(session, room, 3)
        elsewhere = a_classroom(session)
        made = [
            world.an_earned_portfolio(session, a_person(session, here.course, name=name), here.course)
            for here, name in ((room, "Åsa Berg"), (room, "Bo Öst"), (room, "Cia Dal"), (elsewhere, "Dan Ek"))
        ]
    teacher = visit(room.teaching)
    assert "to issue" not in teacher.page("/queue").text, "these come by themselves"
    with database.writing() as session:
        version = leave_issuing_to_staff(session, room.course)
        for each in made:
            session.get_one(Portfolio, each.id).scheme_version_id = version.id
    teacher.page("/queue")  # reads the new version, once in a process
    with counting_queries(database.engine) as seen:
        shown = teacher.page("/queue")
    assert "3 certificates are earned and wait for you to issue them." in shown.text
    assert seen.count <= 6
    assert "Åsa Berg" in teacher.page(shown.links["See whose, and issue"]).text
    with database.writing() as session:
        for each in made[:2]:
            issue_one(session, room.teaching, each.id)
    assert "1 certificate is earned and waits for you to issue it." in teacher.page("/queue").text
    deliver_due(parts)
    assert "1 certificate is earned and waits for you" in teacher.page("/queue").text
    with database.writing() as session:
        coordinator = an_actor(a_person(session, room.course, Role.COORDINATOR), None, Role.COORDINATOR)
    assert "2 certificates are earned" in visit(coordinator).page("/queue").text


def test_a_queue_that_is_empty_but_for_certificates_is_not_called_done(
    visit: Visiting, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        leave_issuing_to_staff(session, room.course)
        world.an_earned_portfolio(session, room.student, room.course)
    shown = visit(room.teaching).page("/queue").text
    assert shown.count("Nothing waits for review") == 1
    assert "All caught up" not in shown


@pytest.mark.parametrize("cursor", ["x", "%00", "å", "W10"])
def test_a_cursor_from_elsewhere_is_a_clear_refusal(visit: Visiting, database: Database, cursor: str) -> None:
    with database.writing() as session:
        room = a_classroom(session)
    for path in ("queue", "deliveries", "class"):
        assert visit(room.teaching).get(f"/{path}?after={cursor}").status_code == 400


def test_the_review_page_shows_what_was_sent_and_notes_the_first_look(
    visit: Visiting, database: Database
) -> None:
    room, (submission,) = a_room_with_waiting(database)
    shown = visit(room.teaching).page(f"/review/{submission.id}")
    assert shown.h1 == "Merit 1"
    assert "We compared how patients are met" in shown.text
    assert "2–6 March 2026" in shown.text
    with database.reading() as session:
        noted = session.get_one(Submission, submission.id)
    assert noted.opened_by_id == room.teacher.id


def test_a_colleague_sees_who_looked_first(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    with database.writing() as session:
        colleague = an_actor(
            a_person(session, room.course, Role.TEACHER, name="Kim Kollega"), room.course, Role.TEACHER
        )
    first, second = visit(room.teaching), visit(colleague)
    first.page(f"/review/{submission.id}")
    assert "Tove Lärare opened this just now" in second.page(f"/review/{submission.id}").text
    assert "opened this" not in first.page(f"/review/{submission.id}").text
    assert "Tove Lärare" in second.page("/queue").text


def test_a_resubmission_shows_the_comment_and_what_changed(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    with database.writing() as session:
        return_(session, room.teaching, submission.id, undo_for=UNDO, comment="Skriv mer om språket")
        item = session.get_one(Item, submission.item_id)
        again = submitted_again(session, room.learning, item, learned="Mycket om språket. " * 10)
    shown = visit(room.teaching).page(f"/review/{again.id}")
    assert "Skriv mer om språket" in shown.text
    assert "Mycket om språket" in " ".join(node.text for node in shown.main.all("ins"))
    assert "We compared" in " ".join(node.text for node in shown.main.all("del"))
    assert shown.links["Submission 1"].endswith(f"/review/{submission.id}")


def test_a_withdrawn_submission_is_no_longer_shown_to_the_teacher(
    visit: Visiting, database: Database
) -> None:
    room, (submission,) = a_room_with_waiting(database)
    with database.writing() as session:
        withdraw(session, room.learning, submission.item_id)
    shown = visit(room.teaching).page(f"/review/{submission.id}")
    assert "withdrew this submission" in shown.text
    assert "We compared" not in shown.text
    assert "Merit 1" not in shown.text


def test_only_its_reviewers_open_a_submission(visit: Visiting, database: Database) -> None:
    room, (submission,) = a_room_with_waiting(database)
    with database.writing() as session:
        other = a_course(session)
        foreign = a_course(session, an_institution(session, "KTH"))
        statuses = {
            "the student": (room.learning, 403),
            "another student": (an_actor(a_person(session, room.course), room.course), 404),
            "a designer": (
                an_actor(a_person(session, room.course, Role.DESIGNER), room.course, Role.DESIGNER),
                404,
            ),
            "another course": (an_actor(a_person(session, other, Role.TEACHER), other, Role.TEACHER), 404),
            "another institution": (
                an_actor(a_person(session, foreign, Role.TEACHER), foreign, Role.TEACHER),
                404,
            ),
        }
    for who, (actor, status) in statuses.items():
        answer = visit(actor).get(f"/review/{submission.id}")
        assert answer.status_code == status, who
        assert "We compared" not in answer.get_data(as_text=True)
        page(answer)


@pytest.mark.parametrize("path", ["/queue", "/class", "/deliveries"])
@pytest.mark.parametrize("role", [Role.STUDENT, Role.DESIGNER, Role.OBSERVER])
def test_staff_lists_are_not_for_others(visit: Visiting, database: Database, role: Role, path: str) -> None:
    with database.writing() as session:
        course = a_course(session)
        actor = an_actor(a_person(session, course, role), course, role)
    assert visit(actor).get(path).status_code == 403
