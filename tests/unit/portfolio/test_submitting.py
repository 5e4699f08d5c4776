"""Submitting freezes; withdrawing thaws; the platform hears of it once."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Conflict, Problem
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.people.actors import Actor
from lti_app.portfolio import service
from lti_app.portfolio.models import Item, Submission
from lti_app.portfolio.service import Incomplete
from lti_app.portfolio.snapshots import Snapshot
from lti_app.portfolio.states import ItemKind, ItemState, SubmissionState
from lti_app.portfolio.submission_queries import submission_view
from tests import world
from tests.unit.portfolio.conftest import CAFE, WORDS, Class


@pytest.fixture(autouse=True)
def line_items(database: Database, people: Class) -> None:
    with database.writing() as session:
        for kind in LineItemKind:
            session.add(
                LineItem(
                    institution_id=people.course.institution_id,
                    course_id=people.course.id,
                    kind=kind,
                    label=kind,
                    url=f"https://canvas.test/{kind}",
                    score_maximum=3,
                )
            )


def a_whole_activity(database: Database, actor: Actor) -> uuid.UUID:
    with database.writing() as session:
        item_id = service.add_activity(session, actor, "language_cafe", CAFE).id
        service.write_answers(session, actor, item_id, {"what": WORDS, "learned": WORDS}, 1)
    return item_id


def deliveries(database: Database) -> list[Delivery]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.sequence)))


def test_a_submission_freezes_everything_with_the_words_of_the_day(database: Database, people: Class) -> None:
    item_id = a_whole_activity(database, people.student)
    with database.writing() as session:
        service.add_link_evidence(session, people.student, item_id, url="https://example.org", name="Bild")
        submission = service.submit(session, people.student, item_id)
    with database.reading() as session:
        view = submission_view(session, submission.id)
    assert view is not None
    frozen = view.snapshot
    assert (frozen.title, frozen.starts_on, frozen.setting) == ("Språkcafé", date(2026, 3, 1), "home")
    assert frozen.type_label is not None
    assert frozen.type_label.en
    assert [(each.name, each.value) for each in frozen.fields] == [("occasions", "6")]
    assert [each.text for each in frozen.answers] == [WORDS, WORDS]
    assert [(each.name, each.url) for each in frozen.evidence] == [("Bild", "https://example.org")]
    assert Snapshot.from_json(frozen.to_json()) == frozen
    assert (view.revision, view.course_id, view.student_name) == (1, people.course.id, "Åsa Öberg")


def test_two_clicks_are_one_submission_and_one_delivery(database: Database, people: Class) -> None:
    item_id = a_whole_activity(database, people.student)
    seen = set()
    for _ in range(2):
        with database.writing() as session:
            seen.add(service.submit(session, people.student, item_id, 2).id)
    assert len(seen) == 1
    (delivery,) = deliveries(database)
    assert delivery.cause_id == next(iter(seen))
    assert str(next(iter(seen))) in str(delivery.payload)


def test_what_is_incomplete_is_not_submitted_and_says_what_is_missing(
    database: Database, people: Class
) -> None:
    with database.writing() as session:
        item_id = service.add_activity(session, people.student, "language_cafe").id
    with pytest.raises(Incomplete) as refused, database.writing() as session:
        service.submit(session, people.student, item_id)
    assert {str(each.want) for each in refused.value.missing} >= {"title", "start", "evidence"}
    assert deliveries(database) == []
    with database.reading() as session:
        assert session.get_one(Item, item_id).state is ItemState.DRAFT


def test_what_changed_since_it_was_looked_at_is_not_submitted(database: Database, people: Class) -> None:
    item_id = a_whole_activity(database, people.student)
    with pytest.raises(Conflict), database.writing() as session:
        service.submit(session, people.student, item_id, 1)


def test_a_submission_is_withdrawn_until_somebody_opens_it(database: Database, people: Class) -> None:
    item_id = a_whole_activity(database, people.student)
    with database.writing() as session:
        first = service.submit(session, people.student, item_id)
    for _ in range(2):
        with database.writing() as session:
            service.withdraw(session, people.student, item_id)
    assert [each.state for each in deliveries(database)] == [DeliveryState.CANCELLED]
    with database.writing() as session:
        second = service.submit(session, people.student, item_id)
        assert second.revision == 2
        assert session.get_one(Submission, first.id).state is SubmissionState.WITHDRAWN
    with database.writing() as session:
        session.get_one(Submission, second.id).opened_at = now()
    with pytest.raises(Conflict) as refused, database.writing() as session:
        service.withdraw(session, people.student, item_id)
    assert refused.value.slug == "already-opened"


def test_a_returned_activity_can_be_changed_and_resubmitted(database: Database, people: Class) -> None:
    item_id = a_whole_activity(database, people.student)
    with database.writing() as session:
        submission = service.submit(session, people.student, item_id)
        session.get_one(Item, item_id).state = ItemState.RETURNED
        submission.state = SubmissionState.DECIDED
    with database.writing() as session:
        version = session.get_one(Item, item_id).version
        service.write_answers(session, people.student, item_id, {"what": WORDS + " mer"}, version)
        assert service.submit(session, people.student, item_id).revision == 2
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 2


def test_a_submission_remembers_the_course_it_was_made_from(database: Database, people: Class) -> None:
    item_id = a_whole_activity(database, people.student)
    with database.writing() as session:
        later = world.a_course(session, title="Termin 9")
        world.a_setup(session, later)
        unrelated = world.a_course(session)
        made = service.submit(session, replace(people.student, course_id=later.id), item_id)
        assert made.course_id == later.id
        service.withdraw(session, people.student, item_id)
        again = service.submit(session, replace(people.student, course_id=unrelated.id), item_id)
        assert again.course_id == later.id


def test_nothing_of_a_test_student_reaches_the_platform(database: Database, people: Class) -> None:
    item_id = a_whole_activity(database, people.test_student)
    with database.writing() as session:
        assert service.submit(session, people.test_student, item_id).is_test
    assert deliveries(database) == []


def test_the_report_opens_when_the_requirements_are_met(database: Database, people: Class) -> None:
    with database.writing() as session:
        portfolio = service.begin_portfolio(session, people.student)
        for type_code in ("conference_abroad", "language_cafe"):
            world.a_submitted_item(session, portfolio, type_code)
    with pytest.raises(Conflict) as refused, database.writing() as session:
        service.open_report(session, people.student)
    assert refused.value.slug == "not-open-yet"
    with database.writing() as session:
        world.a_submitted_item(session, portfolio, "journal_club")
    with database.writing() as session:
        report = service.open_report(session, people.student)
        assert service.open_report(session, people.student).id == report.id
        service.write_answers(session, people.student, report.id, {"q1": WORDS, "q2": WORDS}, 1)
        submission = service.submit(session, people.student, report.id)
    assert Snapshot.from_json(submission.snapshot).printed_name == "Åsa Öberg"
    assert [each.kind for each in deliveries(database)] == ["ags.score"]


def test_the_presentation_opens_when_the_report_is_approved(database: Database, people: Class) -> None:
    with database.writing() as session:
        portfolio = service.begin_portfolio(session, people.student)
        report = world.a_submitted_item(
            session, portfolio, kind=ItemKind.FINAL_REPORT, state=ItemState.SUBMITTED
        )
    with pytest.raises(Conflict) as refused, database.writing() as session:
        service.open_presentation(session, people.student)
    assert refused.value.slug == "not-open-yet"
    with database.writing() as session:
        session.get_one(Item, report.id).state = ItemState.APPROVED
    with database.writing() as session:
        item = service.open_presentation(session, people.student)
        service.change_presentation(
            session,
            people.student,
            item.id,
            form="film",
            title="Nairobi",
            held_on=date(2026, 5, 1),
            version=1,
        )
        submission = service.submit(session, people.student, item.id)
    frozen = Snapshot.from_json(submission.snapshot)
    assert (frozen.form, frozen.form_label and frozen.form_label.sv) == ("film", "Film")


def test_a_report_is_not_submitted_when_an_approval_was_taken_back(database: Database, people: Class) -> None:
    with database.writing() as session:
        portfolio = service.begin_portfolio(session, people.student)
        kept = [
            world.a_submitted_item(session, portfolio, type_code)
            for type_code in ("conference_abroad", "language_cafe", "journal_club")
        ]
        report = service.open_report(session, people.student)
        service.write_answers(session, people.student, report.id, {"q1": WORDS, "q2": WORDS}, 1)
        kept[0].state = ItemState.RETURNED
        session.flush()
    with pytest.raises(Conflict) as refused, database.writing() as session:
        service.submit(session, people.student, report.id)
    assert refused.value.slug == "not-open-yet"


def test_the_printed_name_is_the_students_until_a_teacher_confirms_it(
    database: Database, people: Class
) -> None:
    with database.writing() as session:
        portfolio = service.begin_portfolio(session, people.student)
        service.choose_printed_name(session, people.student, "Åsa Öberg-Lind")
        assert portfolio.printed_name == "Åsa Öberg-Lind"
        with pytest.raises(Problem, match="name"):
            service.choose_printed_name(session, people.student, "\u200d")
        portfolio.name_confirmed_at = now()
    with database.writing() as session:
        service.choose_printed_name(session, people.student, "Åsa Öberg-Lind")
        with pytest.raises(Conflict) as refused:
            service.choose_printed_name(session, people.student, "Kalle Anka")
    assert refused.value.slug == "name-confirmed"
