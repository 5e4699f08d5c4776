"""Answers: of a reflection after an activity, and of the final report."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import NotFound, Problem
from lti_app.people.actors import Actor
from lti_app.portfolio.models import Answer
from lti_app.portfolio.questions import questions_of
from lti_app.portfolio.service.held import own_item


def write_answers(
    session: Session, actor: Actor, item_id: uuid.UUID, answers: Mapping[str, str], version: int
) -> int:
    """Write answers by question, and return the item's version. A question left out keeps its answer.

    Raises NotFound for a question that is not put, Problem("too-large") for an answer beyond its limit,
    Conflict when one of these answers was changed since `version`, unless it already reads the same.
    """
    held = own_item(session, actor, item_id)
    item = held.item
    asked = questions_of(held.document, item.kind, item.type_code, is_plan=item.is_plan)
    questions = {each.id: each for each in asked}
    if not set(answers) <= set(questions):
        raise NotFound("question")
    if any(len(text) > questions[question_id].max_chars for question_id, text in answers.items()):
        raise Problem("too-large", "answer")
    known = {
        each.question_id: each for each in session.scalars(select(Answer).where(Answer.item_id == item_id))
    }
    written = {question_id: kept.text for question_id, kept in known.items()}
    changed = {key: text for key, text in answers.items() if text != written.get(key, "")}
    if not changed:
        return held.item.version
    held.check_changeable()
    held.check_unchanged(version, *(known[key].version for key in changed if key in known))
    held.note_change()
    for question_id, text in changed.items():
        answer = known.get(question_id) or Answer(
            institution_id=held.item.institution_id, item_id=item_id, question_id=question_id
        )
        answer.text, answer.version, answer.updated_at = text, held.item.version, now()
        session.add(answer)
    return held.item.version
