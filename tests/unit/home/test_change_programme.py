"""Another programme: the work stays, what counts is that programme's, and no student loses what is met."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.errors import Conflict, NotFound, Problem
from lti_app.home.change_queries import changes_of
from lti_app.home.programme_service import LONGEST_REASON, change_programme, programme_page
from lti_app.jobs.models import Delivery
from lti_app.lti.ags.gradebook import SCORE
from lti_app.lti.ags.scores import Score
from lti_app.people.models import Institution, Platform
from lti_app.people.roles import Role
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.queries import items_of, progress_of
from lti_app.portfolio.service import begin_portfolio
from lti_app.review.service import approve
from lti_app.schemes.catalogue import programmes
from lti_app.schemes.comparing import WHOLE
from lti_app.schemes.counting import SchemeRules, TypeList
from lti_app.schemes.requirements import Distinct
from lti_app.schemes.service import set_up_course
from tests.classroom import TYPES, UNDO, Classroom, a_submitted_activity
from tests.schemes_of_ours import a_room_with
from tests.unit.home.moving import certify
from tests.visit import Visit
from tests.world import a_course, a_person, an_actor

NURSING = TypeList(refused=frozenset({TYPES[0]}))


def a_room(session: Session) -> Classroom:
    """A scheme of one type, which refuses the first type to nurses; the student has it approved."""
    rules = SchemeRules(Distinct(1, "types"), per_programme={"sjukskoterska": NURSING})
    room = a_room_with(session, rules=rules)
    waiting = a_submitted_activity(session, room.learning, type_code=TYPES[0])
    approve(session, room.teaching, waiting.id, undo_for=UNDO)
    return room


def programme_of(session: Session, portfolio: Portfolio) -> str:
    return session.get_one(Portfolio, portfolio.id, populate_existing=True).programme_code


def test_a_student_may_change_where_nothing_met_is_lost(database: Database) -> None:
    with database.writing() as session:
        room = a_room(session)
        portfolio = begin_portfolio(session, room.learning)
        for _ in range(2):
            change_programme(session, room.learning, portfolio.id, "fysioterapeut")
        assert programme_of(session, portfolio) == "fysioterapeut"
        assert len(items_of(session, portfolio.id)) == 1
        assert progress_of(session, portfolio.id).met


def test_what_would_be_lost_is_shown_and_only_a_teacher_may_do_it(database: Database) -> None:
    with database.writing() as session:
        room = a_room(session)
        portfolio = begin_portfolio(session, room.learning)
        would = programme_page(session, room.learning, portfolio.id, "sjukskoterska", "en").would
        assert would is not None
        assert would.lost == ("types", WHOLE)
        assert [each.type_code for each in would.no_longer] == [TYPES[0]]
        for actor, confirmed in (
            (room.learning, would.lost),
            (room.teaching, ()),
            (room.teaching, would.lost[:1]),
        ):
            with pytest.raises(Conflict) as refused:
                change_programme(session, actor, portfolio.id, "sjukskoterska", confirmed=confirmed)
            assert refused.value.slug == "requirement-lost"
        assert programme_of(session, portfolio) == "lakare"
        change_programme(session, room.teaching, portfolio.id, "sjukskoterska", confirmed=would.lost)
        assert not progress_of(session, portfolio.id).met


def test_the_teacher_confirms_on_the_page_what_the_student_would_lose(
    database: Database, visit: Callable[..., Visit]
) -> None:
    with database.writing() as session:
        room = a_room(session)
        address = f"programme/{begin_portfolio(session, room.learning).id}"
    eva = visit(room.teaching)
    page = eva.page(f"{address}?programme=sjukskoterska")
    assert page.text.count("Confirm each") == 1
    back = page.form("/language")["back"]
    assert back == eva.path(f"{address}?programme=sjukskoterska"), "the other language shows the same"
    boxes = [each.attributes["value"] for each in page.main.all("input") if "required" in each.attributes]
    assert boxes == ["types", WHOLE]
    assert eva.post(address, {"programme": "sjukskoterska"}).status_code == 409
    assert eva.post(address, {"programme": "sjukskoterska", "lose": boxes}).status_code == 303
    with database.reading() as session:
        assert not progress_of(session, uuid.UUID(address.split("/")[1])).met


def test_who_changed_it_when_and_why_is_kept_and_shown_to_both(
    database: Database, visit: Callable[..., Visit]
) -> None:
    with database.writing() as session:
        room = a_room(session)
        portfolio = begin_portfolio(session, room.learning)
        for _ in range(2):
            change_programme(session, room.learning, portfolio.id, "fysioterapeut")
        would_lose = ("types", WHOLE)
        change_programme(
            session,
            room.teaching,
            portfolio.id,
            "sjukskoterska",
            reason="Byte till SSK",
            confirmed=would_lose,
        )
        own, staff = changes_of(session, portfolio.id)
        assert (own.before, own.after, own.by_id) == ("lakare", "fysioterapeut", room.student.id)
        assert (staff.before, staff.after, staff.by_id) == ("fysioterapeut", "sjukskoterska", room.teacher.id)
        assert (own.reason, staff.reason) == ("", "Byte till SSK")
        assert (own.has_lost, staff.has_lost) == (False, True)
        assert own.changed_at < staff.changed_at
    told = visit(room.teaching).page(f"class/{portfolio.id}").text
    assert "by the student" in told
    assert "Tove Lärare (something was lost, as confirmed)" in told
    assert "Reason: Byte till SSK" in told
    told = visit(room.learning).page("record").text
    names = [programmes()[code].label.en for code in ("lakare", "fysioterapeut", "sjukskoterska")]
    assert f"you changed your programme from {names[0]} to {names[1]}." in told
    assert f"Tove Lärare changed your programme from {names[1]} to {names[2]}." in told
    assert "Byte till SSK" in told


def test_a_reason_that_is_too_long_is_kept_in_the_form(
    database: Database, visit: Callable[..., Visit]
) -> None:
    with database.writing() as session:
        room = a_room(session)
        portfolio = begin_portfolio(session, room.learning)
        too_long = "x" * (LONGEST_REASON + 1)
        with pytest.raises(Problem, match="bad-request"):
            change_programme(session, room.learning, portfolio.id, "fysioterapeut", reason=too_long)
    sent = {"programme": "sjukskoterska", "reason": too_long, "lose": ["types", WHOLE]}
    answer = visit(room.teaching).post(f"programme/{portfolio.id}", sent)
    assert answer.status_code == 422
    assert too_long in answer.text
    assert answer.text.count(" checked") == 2
    with database.reading() as session:
        assert changes_of(session, portfolio.id) == ()


def test_once_certified_it_is_offered_nowhere_and_refused(
    database: Database, visit: Callable[..., Visit]
) -> None:
    with database.writing() as session:
        room = a_room(session)
        portfolio = begin_portfolio(session, room.learning)
    pages = [(visit(room.learning), "mine"), (visit(room.teaching), f"class/{portfolio.id}")]
    address = f"programme/{portfolio.id}"
    for who, page in pages:
        assert address in who.get(page).text
    with database.writing() as session:
        certify(session, session.get_one(Portfolio, portfolio.id))
    for who, page in pages:
        assert address not in who.get(page).text
        refused = who.get(address)
        assert refused.status_code == 409
        assert "The certificate is issued already" in refused.text


def test_the_gradebook_hears_of_the_share_that_is_left(database: Database) -> None:
    with database.writing() as session:
        rules = SchemeRules(Distinct(2, "types"), per_programme={"sjukskoterska": NURSING})
        room = a_room_with(session, rules=rules)
        for code in TYPES[:2]:
            sent = a_submitted_activity(session, room.learning, type_code=code)
            approve(session, room.teaching, sent.id, undo_for=UNDO)
        portfolio = begin_portfolio(session, room.learning)
        wanted = select(Delivery).where(Delivery.kind == SCORE).order_by(Delivery.sequence)
        before = session.scalars(wanted).all()
        change_programme(session, room.teaching, portfolio.id, "sjukskoterska", confirmed=("types", WHOLE))
        told = session.scalars(wanted).all()[len(before) :]
        assert [Score.from_payload(each.payload).points for each in told] == [Decimal(1)]


def test_nobody_else_may_and_no_other_programme_is_taken(database: Database) -> None:
    with database.writing() as session:
        room = a_room(session)
        portfolio = begin_portfolio(session, room.learning)
        other = an_actor(a_person(session, room.course), room.course)
        with pytest.raises(NotFound):
            change_programme(session, other, portfolio.id, "fysioterapeut")
        for wrong in ("nowhere", "sjukgymnast", "ext_su_kandidat_nutrition", ""):
            with pytest.raises(Problem, match="bad-request"):
                change_programme(session, room.learning, portfolio.id, wrong)


def test_one_portfolio_lives_across_courses_and_keeps_its_programme(database: Database) -> None:
    with database.writing() as session:
        room = a_room(session)
        first = begin_portfolio(session, room.learning)
        change_programme(session, room.learning, first.id, "fysioterapeut")
        later = a_course(
            session,
            session.get_one(Institution, room.course.institution_id),
            session.get_one(Platform, room.course.platform_id),
        )
        set_up_course(session, an_actor(room.teacher, later, Role.TEACHER), "ours", "lakare")
        again = begin_portfolio(session, an_actor(room.student, later))
        assert (again.id, again.course_id, again.programme_code) == (first.id, later.id, "fysioterapeut")
        assert progress_of(session, again.id).met
