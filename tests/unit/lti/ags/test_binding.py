"""Which assignment at the platform is a course's one of its kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs import outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.binding import Found, bind, expect_line_items, look_for_others, note_hint, note_launch
from lti_app.lti.ags.gradebook import SCORE, WantedLineItem
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.ags.spares import note_spare, spares_of, use_instead
from lti_app.lti.launch.carried import Carried
from lti_app.lti.models import CourseHint
from lti_app.lti.verdicts import GONE
from lti_app.people.models import Course
from tests import world
from tests.queries import counting_queries

URL = "https://school.test/api/lti/courses/1/line_items/7"
CARRIED = Carried(LineItemKind.ACTIVITIES, "lund-medicine", "lakare", Decimal(3), ())


def noted(
    session: Session, course: Course, carried: Carried = CARRIED, url: str = URL
) -> LineItemKind | None:
    return note_launch(
        session,
        institution_id=course.institution_id,
        course_id=course.id,
        carried=carried,
        line_item_url=url,
        title="Aktiviteter",
    )


def found_at(url: str, label: str = "") -> Found:
    return Found(LineItemKind.ACTIVITIES, url, label, Decimal(3))


def rows(session: Session) -> list[LineItem]:
    return list(session.scalars(select(LineItem).execution_options(populate_existing=True)))


def test_the_first_launch_brings_the_address_what_happened_is_told_and_others_are_looked_for(
    database: Database,
) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        assert noted(session, course) is LineItemKind.ACTIVITIES
        (row,) = rows(session)
        assert (row.url, row.label, row.score_maximum) == (URL, "Aktiviteter", Decimal(3))
        assert row.connected_at is not None
        assert {each.kind for each in session.scalars(select(Delivery))} == {"ags.line_item", "ags.find"}


def test_later_launches_change_nothing(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        for _ in range(3):
            noted(session, course)
        assert len(rows(session)) == 1
        assert len(session.scalars(select(Delivery)).all()) == 2


def test_a_second_assignment_of_the_kind_is_recognised_and_not_bound(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        noted(session, course)
        assert noted(session, course, url=URL + "0") is LineItemKind.ACTIVITIES
        assert [each.url for each in rows(session)] == [URL]


def test_a_second_assignment_can_take_over_and_is_told_what_happened_before(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        for _ in range(2):
            noted(session, course)
            noted(session, course, url=URL + "0")
        (spare,) = spares_of(session, course.id)
        assert (spare.url, spare.title, spare.kind) == (URL + "0", "Aktiviteter", LineItemKind.ACTIVITIES)
        first = rows(session)[0].connected_at
        for waiting in session.scalars(select(Delivery)):
            waiting.state, waiting.finished_at = DeliveryState.SENT, now()
        use_instead(session, course, spare)
        (row,) = rows(session)
        assert row.url == URL + "0"
        assert first is not None
        assert row.connected_at is not None
        assert row.connected_at > first  # so that all is told anew (review/catching_up.py)
        assert [each.url for each in spares_of(session, course.id)] == [URL]
        waiting = select(Delivery.kind).where(Delivery.state == DeliveryState.WAITING)
        assert session.scalars(waiting).all() == ["ags.line_item"]


def test_a_spare_one_is_none_once_it_gets_the_results(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        noted(session, course)
        noted(session, course, url=URL + "1")
        rows(session)[0].gone_at = now()
        session.flush()
        noted(session, course, url=URL + "1")
        assert spares_of(session, course.id) == []


def test_spare_ones_are_counted_and_odd_addresses_are_none(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        noted(session, course)
        for url in (URL.replace("https", "http"), URL + "å", URL + "x" * 500):
            note_spare(session, course, LineItemKind.ACTIVITIES, url, "Odd")
        assert spares_of(session, course.id) == []
        for number in range(25):
            note_spare(session, course, LineItemKind.ACTIVITIES, f"{URL}{number}", "One more")
        assert len(spares_of(session, course.id)) == 20


def test_a_class_that_opens_a_spare_one_writes_nothing_until_its_title_changes(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        noted(session, course)
        noted(session, course, url=URL + "0")
    with counting_queries(database.engine) as seen, database.writing() as session:
        noted(session, course, url=URL + "0")
    assert not [each for each in seen.statements if "INSERT INTO spare_assignment" in each]
    with database.writing() as session:
        note_spare(session, course, LineItemKind.ACTIVITIES, URL + "0", "Meriter")
        assert [each.title for each in spares_of(session, course.id)] == ["Meriter"]


def test_titles_that_the_database_would_refuse_are_made_fit(database: Database) -> None:
    title = "M\0e\ud800" + "x" * 400
    with database.writing() as session:
        course = world.a_course(session)
        for url in (URL, URL + "0"):
            if not bind(session, course.institution_id, course.id, found_at(url, title)):
                note_spare(session, course, LineItemKind.ACTIVITIES, url, title)
        assert rows(session)[0].label == "Me" + "x" * 298
        assert [each.title for each in spares_of(session, course.id)] == ["Me" + "x" * 298]


def test_an_address_that_is_known_says_the_kind_whatever_the_link_carries(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        noted(session, course)
        lying = replace(CARRIED, kind=LineItemKind.CERTIFICATE)
        assert noted(session, course, lying, URL.replace("https", "http")) is LineItemKind.ACTIVITIES
        assert noted(session, course, replace(CARRIED, kind=None)) is LineItemKind.ACTIVITIES
        assert len(rows(session)) == 1


def test_what_was_expected_keeps_the_name_and_points_that_the_teacher_gave(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        wanted = WantedLineItem(LineItemKind.ACTIVITIES, "Meriter", Decimal(12))
        expect_line_items(session, course=course, wanted=[wanted])
        noted(session, course)
        (row,) = rows(session)
        assert (row.url, row.label, row.score_maximum) == (URL, "Meriter", Decimal(12))


def test_one_that_the_platform_has_lost_is_replaced_by_the_next(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        noted(session, course)
        rows(session)[0].gone_at = now() - timedelta(days=1)
        session.flush()
        noted(session, course, url=URL + "1")
        (row,) = rows(session)
        assert (row.url, row.gone_at) == (URL + "1", None)


def test_what_failed_at_the_lost_one_waits_for_the_next(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        noted(session, course)
        row = rows(session)[0]
        row.gone_at = now()
        failed = outbox.enqueue(
            session,
            kind=SCORE,
            payload={},
            institution_id=course.institution_id,
            order_key=f"{row.id}:someone",
        )
        failed.state, failed.reason = DeliveryState.FAILED, f"{GONE}\n404"
        session.flush()
        noted(session, course, url=URL + "1")
        assert failed.state is DeliveryState.WAITING


def test_one_that_gets_the_results_already_is_only_no_spare_one_any_more(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        noted(session, course, url=URL + "1")
        note_spare(session, course, LineItemKind.ACTIVITIES, URL, "Meriter")
        (spare,) = spares_of(session, course.id)
        row = rows(session)[0]
        row.url = URL.replace("https", "http")
        before = row.connected_at
        use_instead(session, course, spare)
        assert spares_of(session, course.id) == []
        assert rows(session)[0].connected_at == before


def test_a_launch_without_a_line_item_says_its_kind_and_binds_nothing(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        assert noted(session, course, url="") is LineItemKind.ACTIVITIES
        assert rows(session) == []


def test_line_items_of_different_courses_do_not_meet(database: Database) -> None:
    with database.writing() as session:
        first, second = world.a_course(session), world.a_course(session)
        noted(session, first)
        noted(session, second, url=URL + "2")
        assert {each.course_id: each.url for each in rows(session)} == {first.id: URL, second.id: URL + "2"}


def test_a_look_is_queued_once_at_a_time(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        for _ in range(2):
            look_for_others(session, course)
        assert len(session.scalars(select(Delivery)).all()) == 1


@pytest.mark.parametrize("is_bound", [True, False])
def test_binding_says_whether_it_was_done(database: Database, is_bound: bool) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        found = Found(LineItemKind.CERTIFICATE, URL, "", Decimal(1))
        if not is_bound:
            bind(session, course.institution_id, course.id, found)
        assert bind(session, course.institution_id, course.id, found) is is_bound
        assert rows(session)[0].label == "cim:certificate"


def test_a_hint_is_kept_and_filled_up_by_later_launches(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        nothing = replace(CARRIED, scheme="", programme="")
        for carried in (
            nothing,
            replace(nothing, earlier_contexts=("aaa",)),
            CARRIED,
            replace(CARRIED, programme=""),
        ):
            note_hint(session, course.institution_id, course.id, carried)
        session.flush()
        hint = session.scalars(select(CourseHint)).one()
        assert (hint.scheme_slug, hint.programme_code) == ("lund-medicine", "lakare")
        assert hint.earlier_contexts == ["aaa"]
