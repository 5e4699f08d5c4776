"""What is told before a run is begun is what the run then finds, whatever became of each portfolio."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from lti_app.certificates import earned
from lti_app.certificates.afterwards import allow_another, revoke
from lti_app.certificates.earned import earned_in
from lti_app.certificates.erasing import erase
from lti_app.certificates.models import RevokeReason
from lti_app.certificates.permissions import Scope
from lti_app.certificates.runs import start_run
from lti_app.certificates.service import settle
from lti_app.db import Database
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.web.context import Parts
from tests import world
from tests.classroom import Classroom, a_classroom
from tests.queries import counting_queries
from tests.unit.certificates.issuing import certificates, deliver_due, issues
from tests.unit.certificates.test_runs import run_through


@pytest.fixture
def room(database: Database) -> Classroom:
    with database.writing() as session:
        return a_classroom(session)


def an_earner(session: Session, room: Classroom, name: str) -> Portfolio:
    student = world.a_person(session, room.course, name=name)
    student.given_name, _, student.family_name = name.partition(" ")
    return world.an_earned_portfolio(session, student, room.course)


def told(database: Database, scope: Scope) -> list[str]:
    with database.reading() as session:
        found = earned_in(session, scope)
    assert found.count == len(found.named)
    assert not found.may_be_more
    return [each.name for each in found.named]


def test_those_who_have_earned_one_are_named_by_family_name_and_nobody_else(
    database: Database, room: Classroom
) -> None:
    with database.writing() as session:
        for name in ("Bo Öst", "Eva Ängström", "Åsa Berg", "Eva Åkesson", "Can Çelik", "Ali berg"):
            an_earner(session, room, name)
        unconfirmed = an_earner(session, room, "Una Confirmed")
        unconfirmed.name_confirmed_at = unconfirmed.name_confirmed_by_id = None
        an_earner(session, room, "Test Student").is_test = True
        for kind in (ItemKind.FINAL_REPORT, ItemKind.PRESENTATION, ItemKind.ACTIVITY):
            portfolio = an_earner(session, room, f"Without {kind}")
            item = session.query(Item).filter_by(portfolio_id=portfolio.id, kind=kind).first()
            assert item is not None
            item.state = ItemState.RETURNED
    assert told(database, Scope(room.course.institution_id, room.course.id)) == [
        "Ali berg",
        "Åsa Berg",
        "Can Çelik",
        "Eva Åkesson",
        "Eva Ängström",
        "Bo Öst",
    ]


def test_what_is_told_is_what_a_run_finds(parts: Parts, database: Database, room: Classroom) -> None:
    scope = Scope(room.course.institution_id, room.course.id)
    with database.writing() as session:
        made = {
            name: an_earner(session, room, name).id
            for name in ("Never", "Standing", "Revoked", "Followed", "Erased", "Coming", "Failed")
        }
        for name in ("Standing", "Revoked", "Followed", "Erased"):
            settle(session, made[name])
    deliver_due(parts)
    with database.writing() as session:
        coordinator = world.an_actor(
            world.a_person(session, room.course, name="Karin Ko"), room.course, Role.COORDINATOR
        )
        of = {each.portfolio_id: each for each in certificates(session)}
        for name in ("Revoked", "Followed", "Erased"):
            revoke(session, coordinator, of[made[name]].id, reason=RevokeReason.ERROR)
        allow_another(session, coordinator, of[made["Followed"]].id)
        erase(session, of[made["Erased"]].id)
        settle(session, made["Failed"])
        for delivery in issues(session):
            if delivery.state is DeliveryState.WAITING:
                delivery.state, delivery.reason = DeliveryState.FAILED, "Somebody must look."
        settle(session, made["Coming"])
    expected = ["Failed", "Followed", "Never"]
    assert sorted(told(database, scope)) == expected
    with database.writing() as session:
        run = start_run(session, room.teaching)
    run_through(parts, database)
    with database.reading() as session:
        queued = session.query(Delivery).filter_by(cause_id=run.id, kind="certificate.issue")
        found = {each.payload["portfolio_id"] for each in queued}
    assert found == {str(made[name]) for name in expected}
    assert told(database, scope) == [], "they come by themselves now"


def test_a_course_tells_of_its_own_and_the_institution_of_all(database: Database, room: Classroom) -> None:
    with database.writing() as session:
        an_earner(session, room, "Åsa Berg")
        other = a_classroom(session, world.a_course(session, title="Another course"))
        an_earner(session, other, "Bo Öst")
        elsewhere = a_classroom(session, world.a_course(session, world.an_institution(session, "KTH")))
        an_earner(session, elsewhere, "Cia Dal")
    institution = room.course.institution_id
    assert told(database, Scope(institution, room.course.id)) == ["Åsa Berg"]
    assert told(database, Scope(institution, None)) == ["Åsa Berg", "Bo Öst"]


def test_however_many_there_are_it_takes_as_many_queries_and_names_the_first(
    database: Database, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = Scope(room.course.institution_id, room.course.id)
    counts = []
    for first, beyond in ((0, 1), (1, 13)):
        with database.writing() as session:
            for number in range(first, beyond):
                an_earner(session, room, f"Student {number:02}")
        with database.reading() as session:
            earned_in(session, scope)
            with counting_queries(database.engine) as queries:
                found = earned_in(session, scope)
        counts.append(queries.count)
    assert counts == [3, 3]
    assert (found.count, found.unnamed, found.may_be_more) == (13, 3, False)
    assert [each.name for each in found.named] == [f"Student {number:02}" for number in range(10)]
    monkeypatch.setattr(earned, "MOST_JUDGED", 5)
    with database.reading() as session:
        found = earned_in(session, scope)
    assert (found.count, found.may_be_more) == (5, True)
