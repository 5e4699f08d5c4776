"""A student and her teacher act at the same moment: they take turns, and nothing doubles."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.certificates.service import settle
from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.people.actors import Actor
from lti_app.portfolio import service as student_service
from lti_app.portfolio.models import Decision, Item, Portfolio, Submission
from lti_app.portfolio.states import SubmissionState
from lti_app.review import service as review_service
from lti_app.storage import Storage
from tests.classroom import TYPES, UNDO, Classroom, a_classroom, a_submitted_activity

Act = Callable[[Session], object]
ROUNDS = 5


def together(database: Database, *acts: Act) -> list[str]:
    """Do all acts at once, each in a transaction of its own; what each came to: its name, or its refusal."""
    ready = Barrier(len(acts))

    def do(act: Act) -> str:
        ready.wait()
        try:
            with database.writing() as session:
                act(session)
        except Problem as problem:
            return problem.slug
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


@pytest.fixture
def room(database: Database) -> Classroom:
    with database.writing() as session:
        return a_classroom(session)


def sent(database: Database, actor: Actor, type_code: str = TYPES[0]) -> Submission:
    with database.writing() as session:
        return a_submitted_activity(session, actor, type_code=type_code)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_student_adds_and_copies_while_her_teacher_decides(
    database: Database, room: Classroom, _round: int
) -> None:
    waiting = sent(database, room.learning)
    assert (
        together(
            database,
            lambda session: student_service.add_activity(session, room.learning, TYPES[1]),
            lambda session: review_service.approve(session, room.teaching, waiting.id, undo_for=UNDO),
            lambda session: student_service.copy_activity(
                session, room.learning, waiting.item_id, new_id=uuid.uuid4()
            ),
            lambda session: student_service.choose_printed_name(session, room.learning, "Åsa Öberg"),
            lambda session: settle(session, portfolio_of(session, room.learning)),
        )
        == ["done"] * 5
    )


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_withdrawing_and_deciding_one_comes_first(
    database: Database, room: Classroom, _round: int
) -> None:
    waiting = sent(database, room.learning)
    withdrawn, _opened, decided, _submitted = together(
        database,
        lambda session: student_service.withdraw(session, room.learning, waiting.item_id),
        lambda session: review_service.open_submission(session, room.teaching, waiting.id),
        lambda session: review_service.decline(
            session, room.teaching, waiting.id, undo_for=UNDO, comment="Nej"
        ),
        lambda session: student_service.submit(session, room.learning, waiting.item_id),
    )
    with database.reading() as session:
        kept = session.get_one(Submission, waiting.id)
        assert (kept.state is SubmissionState.WITHDRAWN) == (withdrawn == "done")
        assert (
            (kept.state is SubmissionState.DECIDED) == (decided == "done") == bool(count(session, Decision))
        )


def test_the_second_click_finds_what_the_first_one_made(database: Database, room: Classroom) -> None:
    """Every verb twice at once: one row, and no refusal that the person would have to understand."""
    new_id, learning, teaching = uuid.uuid4(), room.learning, room.teaching
    twice: list[Callable[[Session], object]] = [
        lambda session: student_service.begin_portfolio(session, learning),
        lambda session: student_service.add_activity(session, learning, TYPES[0], item_id=new_id),
    ]
    for act in twice:
        assert together(database, act, act, act) == ["done"] * 3
    waiting = sent(database, learning)
    for act in (
        lambda session: student_service.submit(session, learning, waiting.item_id),
        lambda session: review_service.open_submission(session, teaching, waiting.id),
        lambda session: review_service.approve(session, teaching, waiting.id, undo_for=UNDO),
    ):
        assert together(database, act, act, act) == ["done"] * 3
    with database.reading() as session:
        assert count(session, Portfolio) == 1
        assert count(session, Item) == 2
        assert count(session, Submission) == 1
        assert count(session, Decision) == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_draft_is_deleted_once_by_two_clicks(
    database: Database, storage: Storage, room: Classroom, _round: int
) -> None:
    with database.writing() as session:
        draft = student_service.add_activity(session, room.learning, TYPES[0])

    def delete(session: Session) -> None:
        student_service.discard_activity(session, storage, room.learning, draft.portfolio_id, draft.id)

    assert together(database, delete, delete) == ["done", "done"]


def portfolio_of(session: Session, actor: Actor) -> uuid.UUID:
    return session.scalars(select(Portfolio.id).where(Portfolio.person_id == actor.person_id)).one()


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0
