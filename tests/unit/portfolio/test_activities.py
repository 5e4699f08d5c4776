"""Beginning a portfolio and working on activities: who may, how often, and what happens twice."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.errors import Conflict, NotAllowed, NotFound, Problem
from lti_app.people.roles import Role
from lti_app.portfolio import service
from lti_app.portfolio.models import Activity, Answer, Item, Portfolio
from lti_app.portfolio.queries import answers_of, portfolio_here
from lti_app.portfolio.service import Details
from lti_app.portfolio.states import ItemState
from lti_app.storage import Storage
from tests import world
from tests.unit.portfolio.conftest import CAFE, WORDS, Class


def test_a_portfolio_is_begun_once_with_the_name_the_platform_gave(database: Database, people: Class) -> None:
    with database.writing() as session:
        first = service.begin_portfolio(session, people.student)
    with database.writing() as session:
        assert service.begin_portfolio(session, people.student).id == first.id
    assert first.printed_name == "Åsa Öberg"
    assert first.programme_code == "lakare"


def test_a_portfolio_moves_along_to_another_course_of_the_same_scheme(
    database: Database, people: Class
) -> None:
    with database.writing() as session:
        first = service.begin_portfolio(session, people.student)
        later = world.a_course(session, title="Termin 9")
        world.a_setup(session, later)
        there = replace(people.student, course_id=later.id)
        assert service.begin_portfolio(session, there).id == first.id
        assert first.course_id == later.id


def test_a_course_that_runs_nothing_yet_says_so(database: Database, people: Class) -> None:
    with database.writing() as session:
        bare = world.a_course(session)
        student = world.an_actor(world.a_person(session, bare), bare)
        with pytest.raises(Conflict) as refused:
            service.begin_portfolio(session, student)
    assert refused.value.slug == "not-set-up"


@pytest.mark.parametrize("who", ["teacher", "designer", "observer", "coordinator"])
def test_only_students_begin_a_portfolio(database: Database, people: Class, who: str) -> None:
    with database.writing() as session, pytest.raises(NotAllowed):
        service.begin_portfolio(session, getattr(people, who))


def test_a_test_student_has_a_portfolio_that_counts_nowhere(database: Database, people: Class) -> None:
    with database.writing() as session:
        assert service.begin_portfolio(session, people.test_student).is_test


def test_the_same_form_sent_twice_is_one_activity(database: Database, people: Class) -> None:
    given = uuid.uuid4()
    for _ in range(2):
        with database.writing() as session:
            service.add_activity(session, people.student, "language_cafe", CAFE, item_id=given)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Activity)) == 1
        kept = session.get_one(Item, given)
    assert (kept.title, kept.setting, kept.state) == ("Språkcafé", "home", ItemState.DRAFT)


def test_the_id_of_somebody_elses_activity_is_not_found(database: Database, people: Class) -> None:
    with database.writing() as session:
        theirs = service.add_activity(session, people.classmate, "language_cafe").id
    with database.writing() as session, pytest.raises(NotFound):
        service.add_activity(session, people.student, "language_cafe", item_id=theirs)


def test_a_type_that_is_not_in_the_catalogue_is_not_found(database: Database, people: Class) -> None:
    with database.writing() as session, pytest.raises(NotFound):
        service.add_activity(session, people.student, "time_travel")


@pytest.mark.parametrize(
    "details",
    [
        Details("x" * 201),
        Details("Sent", date(2026, 3, 2), date(2026, 3, 1)),
        Details("Tidigt", date(1949, 12, 31)),
        Details("Sent", date(2101, 1, 1)),
        Details("Fält", attributes={"occasions": "many"}),
    ],
)
def test_details_out_of_bounds_are_refused_by_the_service_too(
    database: Database, people: Class, details: Details
) -> None:
    with database.writing() as session, pytest.raises(Problem) as refused:
        service.add_activity(session, people.student, "language_cafe", details)
    assert refused.value.kind.status == 400


def test_a_change_is_kept_and_noticed_by_another_tab(database: Database, people: Class) -> None:
    with database.writing() as session:
        item_id = service.add_activity(session, people.student, "language_cafe", CAFE).id
    with database.writing() as session:
        service.change_activity(session, people.student, item_id, replace(CAFE, title="Café A"), 1)
    with database.writing() as session, pytest.raises(Conflict):
        service.change_activity(session, people.student, item_id, replace(CAFE, title="Café B"), 1)
    with database.writing() as session:
        same = service.change_activity(session, people.student, item_id, replace(CAFE, title="Café A"), 1)
    assert (same.title, same.version) == ("Café A", 2)


def test_another_type_brings_its_own_setting_and_fields(database: Database, people: Class) -> None:
    with database.writing() as session:
        item_id = service.add_activity(session, people.student, "language_cafe", CAFE).id
    with database.writing() as session:
        abroad = Details("Utbyte", date(2026, 3, 1), None, {"duration_weeks": "20", "country": "KE"})
        changed = service.change_activity(
            session, people.student, item_id, abroad, 1, type_code="exchange_studies"
        )
    assert changed.setting == "abroad"
    assert changed.attributes == {"duration_weeks": "20", "country": "KE"}


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("classmate", NotFound),
        ("teacher", NotAllowed),
        ("coordinator", NotAllowed),
        ("designer", NotFound),
        ("observer", NotFound),
        ("other_teacher", NotFound),
        ("foreign_teacher", NotFound),
        ("test_student", NotFound),
    ],
)
def test_nobody_else_changes_an_activity(
    database: Database, people: Class, storage: Storage, who: str, error: type[Problem]
) -> None:
    with database.writing() as session:
        item = service.add_activity(session, people.student, "language_cafe", CAFE)
        portfolio_id = item.portfolio_id
    actor = getattr(people, who)
    verbs = [
        lambda session: service.change_activity(session, actor, item.id, CAFE, 1),
        lambda session: service.write_answers(session, actor, item.id, {"what": WORDS}, 1),
        lambda session: service.add_link_evidence(session, actor, item.id, url="https://example.org"),
        lambda session: service.remove_evidence(session, storage, actor, item.id, uuid.uuid4()),
        lambda session: service.copy_activity(session, actor, item.id, new_id=uuid.uuid4()),
        lambda session: service.submit(session, actor, item.id),
        lambda session: service.withdraw(session, actor, item.id),
    ]
    for verb in verbs:
        with pytest.raises(error), database.writing() as session:
            verb(session)
    with pytest.raises(NotFound), database.writing() as session:
        service.discard_activity(session, storage, actor, portfolio_id, item.id)


def test_a_draft_can_be_discarded_twice(database: Database, people: Class, storage: Storage) -> None:
    with database.writing() as session:
        item = service.add_activity(session, people.student, "language_cafe", CAFE)
    with database.writing() as session:
        service.write_answers(session, people.student, item.id, {"what": WORDS}, 1)
    for _ in range(2):
        with database.writing() as session:
            service.discard_activity(session, storage, people.student, item.portfolio_id, item.id)
    with database.reading() as session:
        assert session.get(Item, item.id) is None
        assert session.scalar(select(func.count()).select_from(Answer)) == 0
        assert session.scalar(select(func.count()).select_from(Portfolio)) == 1


def test_a_copy_takes_the_texts_and_leaves_dates_and_history(database: Database, people: Class) -> None:
    with database.writing() as session:
        portfolio = service.begin_portfolio(session, people.student)
        declined = world.a_submitted_item(
            session, portfolio, "language_cafe", state=ItemState.DECLINED, title="Café"
        )
        session.add(
            Answer(
                institution_id=portfolio.institution_id, item_id=declined.id, question_id="what", text=WORDS
            )
        )
    new_id = uuid.uuid4()
    for _ in range(2):
        with database.writing() as session:
            service.copy_activity(session, people.student, declined.id, new_id=new_id)
    with database.reading() as session:
        copy = session.get_one(Item, new_id)
        answers = session.scalars(select(Answer.text).where(Answer.item_id == new_id)).all()
    assert (copy.title, copy.state, copy.starts_on) == ("Café", ItemState.DRAFT, None)
    assert answers == [WORDS]


def test_answers_are_kept_changed_and_taken_away(database: Database, people: Class) -> None:
    with database.writing() as session:
        item_id = service.add_activity(session, people.student, "language_cafe", CAFE).id
    with database.writing() as session:
        assert service.write_answers(session, people.student, item_id, {"what": "A", "learned": "B"}, 1) == 2
    with database.writing() as session:
        assert service.write_answers(session, people.student, item_id, {"what": "A", "learned": ""}, 2) == 3
    with database.writing() as session:
        same = service.write_answers(session, people.student, item_id, {"what": "A"}, 1)
        kept = answers_of(session, item_id)
    assert (same, kept) == (3, {"what": "A"})


def test_two_tabs_cannot_overwrite_each_others_answers(database: Database, people: Class) -> None:
    with database.writing() as session:
        item_id = service.add_activity(session, people.student, "language_cafe", CAFE).id
        service.write_answers(session, people.student, item_id, {"what": "A"}, 1)
    with database.writing() as session, pytest.raises(Conflict):
        service.write_answers(session, people.student, item_id, {"what": "B"}, 1)


def test_what_another_tab_changed_elsewhere_is_no_conflict(database: Database, people: Class) -> None:
    with database.writing() as session:
        item_id = service.add_activity(session, people.student, "language_cafe", CAFE).id
        service.add_link_evidence(session, people.student, item_id, url="https://example.org")
    with database.writing() as session:
        service.write_answers(session, people.student, item_id, {"what": "A"}, 1)
        service.write_answers(session, people.student, item_id, {"learned": "B"}, 1)
        service.change_activity(session, people.student, item_id, replace(CAFE, title="Café"), 1)
    with database.reading() as session:
        assert answers_of(session, item_id) == {"what": "A", "learned": "B"}


def test_an_answer_that_another_tab_took_away_is_a_conflict_too(database: Database, people: Class) -> None:
    with database.writing() as session:
        item_id = service.add_activity(session, people.student, "language_cafe", CAFE).id
        service.write_answers(session, people.student, item_id, {"what": "A"}, 1)
        service.write_answers(session, people.student, item_id, {"what": ""}, 2)
    with database.writing() as session, pytest.raises(Conflict):
        service.write_answers(session, people.student, item_id, {"what": "A, B"}, 2)


def test_a_question_that_is_not_put_and_a_text_too_long_are_refused(
    database: Database, people: Class
) -> None:
    with database.writing() as session:
        item_id = service.add_activity(session, people.student, "language_cafe", CAFE).id
    with database.writing() as session, pytest.raises(NotFound):
        service.write_answers(session, people.student, item_id, {"q1": "A"}, 1)
    with database.writing() as session, pytest.raises(Problem) as refused:
        service.write_answers(session, people.student, item_id, {"what": "x" * 5001}, 1)
    assert refused.value.slug == "too-large"


def test_a_teacher_who_is_also_a_student_has_a_portfolio_of_her_own(
    database: Database, people: Class
) -> None:
    both = replace(people.teacher, roles=frozenset({Role.TEACHER, Role.STUDENT}))
    with database.writing() as session:
        service.add_activity(session, both, "language_cafe", CAFE)
        assert portfolio_here(session, both) is not None
