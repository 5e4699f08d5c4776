"""Issuing for many at once: everybody who has earned it, once, also when the worker is killed in between."""

from __future__ import annotations

import uuid

import pytest
import time_machine

from lti_app.certificates import runs
from lti_app.certificates.badge import signing
from lti_app.certificates.issuing import claim, conclude
from lti_app.certificates.lists import Shown, certificates_in
from lti_app.certificates.permissions import Scope
from lti_app.certificates.runs import RUN, gather, latest_run, put_away, start_run
from lti_app.certificates.tasks import HANDLERS
from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Conflict, NotAllowed, NotFound
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.models import Person
from lti_app.people.roles import Role
from lti_app.portfolio.models import Portfolio
from lti_app.storage import Stored
from lti_app.web.context import Parts
from tests import world
from tests.classroom import Classroom, a_classroom
from tests.unit.certificates.issuing import NEW_YEARS_EVE, an_earner, certificates, deliver_due

EARNERS = 5


@pytest.fixture
def room(database: Database) -> Classroom:
    """A course with five who have earned a certificate, and two who have not."""
    with database.writing() as session:
        made = a_classroom(session)
        for number in range(EARNERS + 2):
            student = world.a_person(session, made.course, name=f"Student {number}")
            portfolio = world.an_earned_portfolio(session, student, made.course)
            if number >= EARNERS:
                portfolio.name_confirmed_at = portfolio.name_confirmed_by_id = None
        return made


def run_through(parts: Parts, database: Database) -> None:
    with database.reading() as session:
        queued = [each.id for each in session.query(Delivery).filter_by(kind=RUN)]
    for delivery_id in queued:
        Delivering(parts, HANDLERS).deliver(delivery_id)


def test_a_run_issues_for_everybody_who_has_earned_it(
    parts: Parts, database: Database, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_AT_ONCE", 2)
    scope = Scope(room.course.institution_id, room.course.id)
    with database.writing() as session:
        assert latest_run(session, scope) is None
        first = start_run(session, room.teaching)
        assert start_run(session, room.teaching).id == first.id, "it is under way"
    run_through(parts, database)
    with database.reading() as session:
        seen = latest_run(session, scope)
        assert seen is not None
        assert (seen.is_gathering, seen.total, seen.waiting) == (False, EARNERS, EARNERS)
    deliver_due(parts)
    with database.reading() as session:
        seen = latest_run(session, scope)
        assert seen is not None
        assert (seen.is_over, seen.done, seen.failed) == (True, EARNERS, 0)
        assert len(certificates(session)) == EARNERS
    with database.writing() as session:
        again = start_run(session, room.teaching)
        assert again.id != first.id
    run_through(parts, database)
    with database.reading() as session:
        seen = latest_run(session, scope)
        assert seen is not None
        assert (seen.is_over, seen.total) == (True, 0), "who has one gets no other"


def test_a_run_goes_on_where_a_killed_worker_left_it(
    parts: Parts, database: Database, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_AT_ONCE", 2)
    with database.writing() as session:
        run = start_run(session, room.teaching)
    settle, calls = runs.settle, iter(range(100))

    class Killed(BaseException):
        pass

    def killed(*args: object, **kwargs: object) -> bool:
        if next(calls) == 3:
            raise Killed
        return settle(*args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(runs, "settle", killed)
        with pytest.raises(Killed):
            run_through(parts, database)
    with database.writing() as session:
        delivery = session.query(Delivery).filter_by(kind=RUN).one()
        delivery.lease_until = None
        assert session.query(Delivery).filter_by(cause_id=run.id).count() == 2
    run_through(parts, database)
    deliver_due(parts)
    with database.reading() as session:
        assert len(certificates(session)) == EARNERS
        assert session.query(Delivery).filter_by(cause_id=run.id).count() == EARNERS


def test_the_next_run_tries_what_failed_again(parts: Parts, database: Database, room: Classroom) -> None:
    with database.writing() as session:
        portfolio = session.query(Portfolio).filter(Portfolio.name_confirmed_at.is_not(None)).first()
        assert portfolio is not None
        portfolio.printed_name = "Åsa \U00013080"
        run = start_run(session, room.teaching)
    run_through(parts, database)
    deliver_due(parts)
    scope = Scope(room.course.institution_id, room.course.id)
    with database.writing() as session:
        seen = latest_run(session, scope)
        assert seen is not None
        assert (seen.is_over, seen.done, seen.failed) == (True, EARNERS - 1, 1)
        session.get_one(Portfolio, portfolio.id).printed_name = "Åsa"
        again = start_run(session, room.teaching)
    run_through(parts, database)
    deliver_due(parts)
    with database.reading() as session:
        assert len(certificates(session)) == EARNERS
        seen = latest_run(session, scope)
        assert seen is not None
        assert (seen.id, seen.done, seen.failed) == (again.id, 1, 0)
        states = {each.state for each in session.query(Delivery).filter_by(cause_id=run.id)}
        assert DeliveryState.FAILED not in states, "nobody has to look at the first attempt any more"


def test_a_run_that_is_over_is_put_away_and_the_next_one_shown(
    parts: Parts, database: Database, room: Classroom
) -> None:
    scope = Scope(room.course.institution_id, room.course.id)
    with database.writing() as session:
        first = start_run(session, room.teaching)
        with pytest.raises(Conflict):
            put_away(session, room.teaching, first.id)
    run_through(parts, database)
    deliver_due(parts)
    with database.writing() as session:
        put_away(session, room.teaching, first.id)
        assert latest_run(session, scope) is None
        put_away(session, room.teaching, first.id)
        second = start_run(session, room.teaching)
        seen = latest_run(session, scope)
        assert seen is not None
        assert seen.id == second.id != first.id


def test_only_staff_run_and_only_their_own(database: Database, room: Classroom) -> None:
    with database.writing() as session:
        run = start_run(session, room.teaching)
        other = world.a_course(session, title="Another course")
        elsewhere = world.an_actor(world.a_person(session, other, Role.TEACHER), other, Role.TEACHER)
        student = world.an_actor(world.a_person(session, room.course), room.course)
        for actor, error in ((elsewhere, NotFound), (student, NotAllowed)):
            with pytest.raises(error):
                put_away(session, actor, run.id)
        with pytest.raises(NotAllowed):
            start_run(session, student)
        with pytest.raises(NotFound):
            put_away(session, room.teaching, uuid.uuid4())


def test_the_list_is_paged_by_place_and_filtered(parts: Parts, database: Database, room: Classroom) -> None:
    with database.writing() as session:
        start_run(session, room.teaching)
    run_through(parts, database)
    deliver_due(parts)
    scope = Scope(room.course.institution_id, room.course.id)
    with database.reading() as session:
        numbers: list[str] = []
        after = ""
        while True:
            page = certificates_in(session, scope, shown=Shown.ALL, after=after, rows=2)
            numbers += [each.number for each in page.rows]
            after = page.next_cursor
            if not after:
                break
        assert sorted(numbers) == [each.number for each in certificates(session)]
        assert certificates_in(session, scope, shown=Shown.REVOKED).rows == ()
        assert certificates_in(session, scope, shown=Shown.TO_CORRECT).rows == ()
        assert len(certificates_in(session, Scope(scope.institution_id, None), shown=Shown.ISSUED).rows) == 5
        assert gather is HANDLERS[RUN]


def test_certificates_are_found_by_name_and_by_number(
    parts: Parts, database: Database, room: Classroom
) -> None:
    with database.writing() as session:
        for number, portfolio in enumerate(session.query(Portfolio).order_by(Portfolio.id)):
            person = session.get_one(Person, portfolio.person_id)
            person.name = ("Åsa Öberg", "Bo 100% Öst", "Öberg Åsa", "Cia Dal", "Dan Ek", "Eva", "Åke")[number]
            portfolio.printed_name = person.name
        dan = session.query(Person).filter_by(name="Dan Ek").one()
        session.query(Portfolio).filter_by(person_id=dan.id).one().printed_name = "Daniela Éclair"
        for portfolio in session.query(Portfolio):
            portfolio.name_confirmed_at, portfolio.name_confirmed_by_id = now(), room.teacher.id
        start_run(session, room.teaching)
    run_through(parts, database)
    deliver_due(parts)
    scopes = Scope(room.course.institution_id, room.course.id), Scope(room.course.institution_id, None)
    expected = {
        "öberg": {"Åsa Öberg", "Öberg Åsa"},
        " åsa  ÖBERG ": {"Åsa Öberg", "Öberg Åsa"},
        "0%": {"Bo 100% Öst"},
        "daniela": {"Dan Ek"},
        "Nobody": set(),
    }
    with database.reading() as session:
        for scope in scopes:
            for sought, names in expected.items():
                found = certificates_in(session, scope, shown=Shown.ALL, sought=sought)
                assert {each.student_name for each in found.rows} == names, sought
            (third, *_) = certificates(session)[2:]
            for sought in (third.number, third.number.lower(), "3", "000003", f"{third.number[4:8]}-3"):
                (found_one,) = certificates_in(session, scope, shown=Shown.ALL, sought=sought).rows
                assert found_one.number == third.number
            first = certificates_in(session, scope, shown=Shown.ALL, sought="öberg", rows=1)
            second = certificates_in(
                session, scope, shown=Shown.ALL, sought="öberg", after=first.next_cursor, rows=1
            )
            assert {each.student_name for each in (*first.rows, *second.rows)} == expected["öberg"]
            assert second.next_cursor == ""


def test_a_number_of_the_new_year_is_found_from_its_first_minute_on(
    parts: Parts, database: Database, room: Classroom
) -> None:
    with time_machine.travel(NEW_YEARS_EVE):  # in Stockholm the year has turned
        with database.writing() as session:
            an_earner(session, room)
        deliver_due(parts)
        scope = Scope(room.course.institution_id, None)
        with database.reading() as session:
            (found,) = certificates_in(session, scope, shown=Shown.ALL, sought="1").rows
    assert found.number == "CIM-2027-000001"


def test_the_newest_number_comes_first_whichever_was_drawn_first(
    parts: Parts, database: Database, room: Classroom
) -> None:
    with database.writing() as session:
        portfolios = [
            each.id for each in session.query(Portfolio).filter(Portfolio.name_confirmed_at.is_not(None))
        ]
    taken = []
    for portfolio_id in portfolios[:3]:
        with database.writing() as session:
            taken.append(claim(session, parts.settings, portfolio_id))
    for each in reversed(taken):
        assert each is not None
        badge = signing.make(each.facts, each.badge)
        stored = Stored(f"{each.token}", 3, "0" * 64, b"")
        with database.writing() as session:
            conclude(session, each, stored, badge)
    with database.reading() as session:
        scope = Scope(room.course.institution_id, room.course.id)
        shown = [each.number for each in certificates_in(session, scope, shown=Shown.ISSUED).rows]
        assert shown == sorted(shown, reverse=True)
        assert len(shown) == 3
