"""Two universities, on a platform each or both on one: no service does anything for the one with an id of the
other's, and no call carries a token that was not given for that very platform and scope.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import NotFound
from lti_app.home.class_queries import class_page, student_page
from lti_app.home.class_service import update_class
from lti_app.home.observed_queries import observed_by
from lti_app.jobs import outbox
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.models import ChangedGrade, LineItem, LineItemKind
from lti_app.lti.ags.results import HELD
from lti_app.lti.ags.scores import Activity, Grading, Score
from lti_app.lti.launch.noticing import note_observed
from lti_app.lti.services import Access, ServiceClient
from lti_app.lti.tasks import HANDLERS
from lti_app.people.actors import Actor
from lti_app.people.roles import Role
from lti_app.review.changed_grades import changed_grades
from lti_app.review.deliveries import keep_grade, mark_arrived, overwrite_grade, send_again
from lti_app.review.delivery_queries import Filter, deliveries_for
from lti_app.review.permissions import scope_of
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests.classroom import Classroom, a_classroom
from tests.unit.lti.faulty_platform import FaultyPlatform
from tests.world import a_course, a_person, a_platform, a_portfolio, an_actor, an_institution

PROPERTY = hypothesis_settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Act = Callable[[Session, Actor, uuid.UUID], Any]


@dataclass(frozen=True)
class Tenant:
    """A university: its course with teacher and student, an observer there, its ids."""

    room: Classroom
    observing: Actor
    line_item_id: uuid.UUID
    delivery_id: uuid.UUID
    portfolio_id: uuid.UUID


def a_tenant(session: Session, name: str, platform_name: str) -> Tenant:
    course = a_course(
        session, an_institution(session, name), a_platform(session, issuer=f"https://{platform_name}.test")
    )
    room = a_classroom(session, course)
    wanted = select(LineItem).where(LineItem.course_id == course.id, LineItem.kind == LineItemKind.ACTIVITIES)
    line_item = session.scalars(wanted).one()
    line_item.url = f"https://{platform_name}.test/li/{line_item.id}"
    held = gradebook.report_reviewed(
        session,
        course_id=course.id,
        person_id=room.student.id,
        kind=LineItemKind.ACTIVITIES,
        fraction=Decimal(1),
        comment=f"{name} only",
        cause_id=None,
    )
    assert held is not None
    held.state, held.reason = DeliveryState.FAILED, HELD
    session.add(
        ChangedGrade(
            line_item_id=line_item.id,
            person_id=room.student.id,
            institution_id=course.institution_id,
            points=Decimal(1),
            maximum=Decimal(3),
        )
    )
    observer = a_person(session, course, Role.OBSERVER, name="Olle Öberg")
    observing = an_actor(observer, course, Role.OBSERVER)
    portfolio = a_portfolio(session, room.student, course)
    return Tenant(room, observing, line_item.id, held.id, portfolio.id)


@pytest.fixture(params=["each has its platform", "both share one"])
def tenants(request: pytest.FixtureRequest, database: Database) -> tuple[Tenant, Tenant]:
    second = "one" if request.param == "both share one" else "two"
    with database.writing() as session:
        found = (a_tenant(session, "Lund", "one"), a_tenant(session, "Uppsala", second))
        for mine, theirs in (found, found[::-1]):
            subs = [theirs.room.student.sub]
            actor = mine.observing
            note_observed(session, actor.institution_id, actor.person_id, mine.room.course.id, subs)
    return found


def everything(session: Session) -> list[tuple[Any, ...]]:
    """Every delivery as it stands."""
    rows = session.execute(
        select(Delivery.id, Delivery.state, Delivery.payload, Delivery.reason).order_by(Delivery.sequence)
    )
    return [(row.id, row.state, str(row.payload), row.reason) for row in rows]


@PROPERTY
@given(
    st.sampled_from([send_again, mark_arrived, overwrite_grade, keep_grade]),
    st.sampled_from(["teacher", "coordinator", "coordinator elsewhere"]),
    st.booleans(),
)
def test_no_delivery_is_touched_by_the_other_university(
    tenants: tuple[Tenant, Tenant], database: Database, act: Act, role: str, turned: bool
) -> None:
    mine, theirs = tenants[::-1] if turned else tenants
    roles = frozenset({Role.TEACHER if role == "teacher" else Role.COORDINATOR})
    course_id = None if role == "coordinator elsewhere" else mine.room.course.id
    teacher = mine.room.teaching
    actor = Actor(teacher.institution_id, teacher.platform_id, teacher.person_id, course_id, roles)
    with database.reading() as session:
        before = everything(session)
    with pytest.raises(NotFound), database.writing() as session:
        act(session, actor, theirs.delivery_id)
    with database.reading() as session:
        assert everything(session) == before


@PROPERTY
@given(st.sampled_from(LineItemKind), st.booleans(), st.sampled_from(["submitted", "reviewed", "certified"]))
def test_nobody_is_reported_to_the_other_universitys_course(
    tenants: tuple[Tenant, Tenant], database: Database, kind: LineItemKind, turned: bool, what: str
) -> None:
    mine, theirs = tenants[::-1] if turned else tenants
    report, told = {
        "submitted": (gradebook.report_submitted, {"kind": kind, "submission_id": uuid.uuid4()}),
        "reviewed": (gradebook.report_reviewed, {"kind": kind, "fraction": None, "comment": ""}),
        "certified": (
            gradebook.report_certificate,
            {"stored_file_id": uuid.uuid4(), "file_title": "x", "comment": ""},
        ),
    }[what]
    about = {"course_id": mine.room.course.id, "person_id": theirs.room.student.id, "cause_id": None}
    with pytest.raises(NotFound), database.writing() as session:
        report(session, **about, **told)


@PROPERTY
@given(st.booleans(), st.booleans())
def test_lists_hold_nothing_of_the_other_university(
    tenants: tuple[Tenant, Tenant], database: Database, turned: bool, is_coordinator: bool
) -> None:
    mine, theirs = tenants[::-1] if turned else tenants
    teacher = mine.room.teaching
    role = Role.COORDINATOR if is_coordinator else Role.TEACHER
    course_id = None if is_coordinator else mine.room.course.id
    actor = Actor(
        teacher.institution_id, teacher.platform_id, teacher.person_id, course_id, frozenset({role})
    )
    with database.reading() as session:
        scope = scope_of(actor)
        listed = {each.delivery_id for each in deliveries_for(session, scope, shown=Filter.FAILED).rows}
        assert listed == {mine.delivery_id}
        assert changed_grades(session, scope, theirs.room.student.id) == ()
        assert len(changed_grades(session, scope, mine.room.student.id)) == 1
        assert class_page(session, actor.institution_id, theirs.room.course.id).rows == ()
        assert student_page(session, actor.institution_id, theirs.portfolio_id) is None
        assert observed_by(session, mine.observing) == ()


def test_a_class_is_updated_by_its_own_university_only(
    tenants: tuple[Tenant, Tenant], database: Database
) -> None:
    mine, theirs = tenants
    teacher = mine.room.teaching
    stray = Actor(
        teacher.institution_id,
        teacher.platform_id,
        teacher.person_id,
        theirs.room.course.id,
        frozenset({Role.TEACHER}),
    )
    with pytest.raises(NotFound), database.writing() as session:
        update_class(session, stray)


@pytest.mark.parametrize("swapped", ["line item", "person"])
def test_a_score_whose_ids_do_not_belong_together_goes_nowhere(
    tenants: tuple[Tenant, Tenant],
    database: Database,
    settings: Settings,
    storage: Storage,
    swapped: str,
) -> None:
    """Nothing makes such a delivery; if something did, no call would leave."""
    mine, theirs = tenants
    line_item_id = theirs.line_item_id if swapped == "line item" else mine.line_item_id
    person = theirs.room.student if swapped == "person" else mine.room.student
    score = Score(line_item_id, person.id, now(), Activity.SUBMITTED, Grading.PENDING_MANUAL)
    with database.writing() as session:
        delivery_id = outbox.enqueue(
            session,
            kind=gradebook.SCORE,
            payload=score.to_payload(),
            institution_id=mine.room.course.institution_id,
            order_key="stray",
        ).id
    Delivering(Parts(settings, database, storage), HANDLERS).deliver(delivery_id)
    with database.reading() as session:
        row = session.scalars(select(Delivery).where(Delivery.id == delivery_id)).one()
        assert (row.state, row.reason) == (
            DeliveryState.FAILED,
            "The course or the person is no longer known.",
        )
        assert session.scalar(select(func.count()).where(Delivery.state == DeliveryState.SENT)) == 0


calls = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans()), min_size=1, max_size=14)


@hypothesis_settings(PROPERTY, max_examples=15)
@given(calls)
def test_every_call_carries_a_token_of_its_own_platform_and_scope(
    platform: FaultyPlatform,
    url: str,
    settings: Settings,
    database: Database,
    calls: list[tuple[int, int, bool]],
) -> None:
    """Four registrations at one token endpoint; now and then all tokens are void, and all are renewed."""
    accesses = [Access(uuid.uuid4(), f"client-{n % 3}", f"{url}/token") for n in range(4)]
    platform.pages["/x"] = ("200 OK", {}, b"")
    platform.seen.clear()
    for number, scope, is_void in calls:
        if is_void:
            platform.void |= {f"t{n}" for n in range(1, platform.issued + 1)}
        with ServiceClient(settings, database, accesses[number]) as client:
            answer = client.call(
                "GET", f"{url}/x?as={number}&for={scope}", scopes=(f"scope-{scope}",), accept="a/b"
            )
        assert answer.status == 200
    holders: dict[int, str] = {}
    for seen in platform.seen:
        number, scope = (part.partition("=")[2] for part in seen["QUERY_STRING"].split("&"))
        issued = int(seen["HTTP_AUTHORIZATION"].removeprefix("Bearer t"))
        form = platform.assertions[issued - 1]
        claims = jwt.decode(form["client_assertion"], options={"verify_signature": False})
        assert claims["iss"] == accesses[int(number)].client_id
        assert form["scope"] == f"scope-{scope}"
        assert holders.setdefault(issued, number) == number
