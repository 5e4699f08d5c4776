"""A student with two portfolios is caught up with in the order in which things happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session

from lti_app.certificates.models import Certificate
from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs.models import Delivery
from lti_app.lti.ags.gradebook import SCORE
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.ags.scores import HandedIn, Score
from lti_app.portfolio.models import Item, Portfolio
from lti_app.portfolio.service import work_towards
from lti_app.review.catching_up import catch_up
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.service import set_up_course
from tests.classroom import UNDO, Classroom, a_classroom, a_submitted_activity
from tests.unit.home.moving import certify
from tests.world import a_course, a_person, an_actor


def a_room_without_gradebook(session: Session) -> Classroom:
    """A course that has no assignments yet."""
    course = a_course(session)
    course.lineitems_url = ""
    return a_classroom(session, course)


def connected(session: Session, room: Classroom, kind: LineItemKind) -> LineItem:
    """An assignment that has just been connected."""
    inside = {"institution_id": room.course.institution_id, "course_id": room.course.id}
    line_item = LineItem(**inside, kind=kind, label="A", score_maximum=3, url="https://c.test/li/1")
    session.add(line_item)
    session.flush()
    return line_item


def handed_in(database: Database) -> list[HandedIn]:
    """What the platform is told was handed in, in its order."""
    with database.reading() as session:
        payloads = session.scalars(
            select(Delivery.payload).where(Delivery.kind == SCORE).order_by(Delivery.sequence)
        )
        return [score.handed_in for each in payloads if (score := Score.from_payload(each)).handed_in]


@pytest.mark.parametrize("is_first_the_latest", [True, False])
def test_the_latest_attempt_is_told_whichever_portfolio_it_is_in(
    database: Database, is_first_the_latest: bool
) -> None:
    with database.writing() as session:
        room = a_room_without_gradebook(session)
        sent = [a_submitted_activity(session, room.learning)]
        set_up_course(session, room.teaching, "malmo", "sjukskoterska")
        work_towards(session, room.learning, session.get_one(CourseSetup, room.course.id).scheme_id)
        sent.append(a_submitted_activity(session, room.learning))
        sent.sort(key=lambda each: session.get_one(Item, each.item_id).portfolio_id)
        sent[is_first_the_latest].submitted_at -= timedelta(days=1)
        line_item = connected(session, room, LineItemKind.ACTIVITIES)
    for _ in range(2):
        catch_up(database, line_item.id, UNDO)
    assert handed_in(database) == [HandedIn(submission_id=sent[not is_first_the_latest].id)]


@pytest.mark.parametrize("is_first_the_latest", [True, False])
def test_each_certificate_is_handed_in_once_the_last_issued_last(
    database: Database, is_first_the_latest: bool
) -> None:
    with database.writing() as session:
        room = a_room_without_gradebook(session)
        a_submitted_activity(session, room.learning)
        set_up_course(session, room.teaching, "malmo", "sjukskoterska")
        work_towards(session, room.learning, session.get_one(CourseSetup, room.course.id).scheme_id)
        for each in session.scalars(select(Portfolio)):
            certify(session, each)
        issued = session.scalars(select(Certificate).order_by(Certificate.portfolio_id)).all()
        issued[is_first_the_latest].issued_at = now() - timedelta(days=1)
        line_item = connected(session, room, LineItemKind.CERTIFICATE)
    for _ in range(2):
        catch_up(database, line_item.id, UNDO)
    order = (issued[is_first_the_latest], issued[not is_first_the_latest])
    assert [each.stored_file_id for each in handed_in(database)] == [each.stored_file_id for each in order]


def test_each_is_told_in_a_transaction_of_its_own_and_there_are_no_others(database: Database) -> None:
    with database.writing() as session:
        room = a_room_without_gradebook(session)
        line_item = connected(session, room, LineItemKind.ACTIVITIES)
        told_nothing = connected(session, room, LineItemKind.FINAL_REPORT)
        for student in (room.learning, an_actor(a_person(session, room.course), room.course)):
            a_submitted_activity(session, student)
    begun: list[str] = []

    def note(connection: Connection) -> None:
        begun.append(connection.get_execution_options()["cim_access"])

    event.listen(database.engine, "begin", note)
    catch_up(database, line_item.id, UNDO)
    catch_up(database, told_nothing.id, UNDO)
    event.remove(database.engine, "begin", note)
    assert begun == ["read", "write", "write", "read"]
