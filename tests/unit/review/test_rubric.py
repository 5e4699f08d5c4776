"""The scheme's rubric and its approver: what a decision needs, keeps, and passes on."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.errors import Conflict, Problem
from lti_app.jobs.models import Delivery
from lti_app.people.roles import Role
from lti_app.portfolio.models import Submission
from lti_app.portfolio.submission_queries import decisions_on
from lti_app.review.service import approve, decline, open_submission, return_, undo
from lti_app.review.submission_queries import undone_words
from lti_app.schemes.document import Approver, Criterion, Level
from lti_app.schemes.text import Text
from tests.classroom import UNDO, Classroom, a_submitted_activity
from tests.schemes_of_ours import a_room_with
from tests.world import a_person, an_actor

DEPTH = Criterion(
    "depth",
    Text("Djup", "Depth"),
    (Level("some", Text("Något", "Some")), Level("much", Text("Mycket", "Much"))),
    frozenset({"activity"}),
)
SPEECH = Criterion("speech", Text("Tal", "Speech"), DEPTH.levels, frozenset({"presentation"}))


def waiting(session: Session, **differences: object) -> tuple[Classroom, Submission]:
    room = a_room_with(session, **differences)
    return room, a_submitted_activity(session, room.learning)


def test_an_approval_needs_every_level_and_keeps_the_words_of_the_day(database: Database) -> None:
    with database.writing() as session:
        room, sent = waiting(session, rubric=(DEPTH, SPEECH))
        with pytest.raises(Conflict) as refused:
            approve(session, room.teaching, sent.id, undo_for=UNDO)
        assert refused.value.slug == "levels-missing"
        for wrong in ({"depth": "none"}, {"speech": "much"}, {"depth": "much", "breadth": "much"}):
            with pytest.raises(Problem, match="bad-request"):
                approve(session, room.teaching, sent.id, undo_for=UNDO, levels=wrong)
        first = approve(session, room.teaching, sent.id, undo_for=UNDO, levels={"depth": "much"})
        again = approve(session, room.teaching, sent.id, undo_for=UNDO, levels={"depth": "much"})
        assert first.id == again.id
        (view,) = decisions_on(session, [sent.id])
        assert [(each.criterion.sv, each.level.en) for each in view.levels] == [("Djup", "Much")]


def test_a_return_needs_no_level_and_may_have_one(database: Database) -> None:
    with database.writing() as session:
        room, sent = waiting(session, rubric=(DEPTH,))
        bare = return_(session, room.teaching, sent.id, undo_for=UNDO, comment="Mer.")
        undo(session, room.teaching, bare.id, undo_for=UNDO)
        some = decline(
            session, room.teaching, sent.id, undo_for=UNDO, comment="Nej.", levels={"depth": "some"}
        )
        undo(session, room.teaching, some.id, undo_for=UNDO)
        said = undone_words(session, sent.id, room.teaching.person_id, some.id)
        assert said == ("Nej.", {"depth": "some"})


def test_the_levels_go_along_with_the_comment_to_the_platform(database: Database) -> None:
    with database.writing() as session:
        room, sent = waiting(session, rubric=(DEPTH,))
        made = approve(
            session, room.teaching, sent.id, undo_for=UNDO, comment="Fint.", levels={"depth": "much"}
        )
        told = session.scalars(select(Delivery).where(Delivery.cause_id == made.id)).all()
        assert any("Fint.\\nDjup / Depth: Mycket / Much" in str(each.payload) for each in told)


def test_where_coordinators_approve_a_teacher_looks_and_does_not_decide(database: Database) -> None:
    with database.writing() as session:
        room, sent = waiting(session, approver=Approver.COORDINATOR)
        assert open_submission(session, room.teaching, sent.id)
        with pytest.raises(Problem) as refused:
            approve(session, room.teaching, sent.id, undo_for=UNDO)
        assert (refused.value.slug, refused.value.kind.status) == ("coordinators-decide", 403)
        with pytest.raises(Problem, match="coordinators-decide"):
            return_(session, room.teaching, sent.id, undo_for=UNDO, comment="Mer.")
        coordinator = an_actor(a_person(session, room.course), None, Role.COORDINATOR)
        made = approve(session, coordinator, sent.id, undo_for=UNDO)
        with pytest.raises(Problem, match="coordinators-decide"):
            undo(session, room.teaching, made.id, undo_for=UNDO)
