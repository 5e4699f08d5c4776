"""Writing: the reflection after an activity, and the final report."""

from __future__ import annotations

import uuid

from flask import render_template, request

from lti_app.errors import Conflict, NotFound
from lti_app.i18n import page_language, page_words
from lti_app.portfolio import service
from lti_app.portfolio.forms import ANSWER, AnswersForm, answers_form
from lti_app.portfolio.item_page import ItemPage
from lti_app.portfolio.queries import answers_by_item, items_of
from lti_app.portfolio.questions import language_of, questions_of
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.portfolio.views.frame import (
    Answer,
    conflict_page,
    evidence_words,
    is_reflection_voluntary,
    name_of,
    own_page,
    pages,
    to_item,
    version_read,
)
from lti_app.schemes.document import Question
from lti_app.schemes.form_wording import language_sentence
from lti_app.web.context import current_actor, reading, writing

Notes = list[tuple[str, list[tuple[str, str]]]]


@pages.get("/items/<uuid:item_id>/answers")
def answers(item_id: uuid.UUID) -> Answer:
    """The questions with what was written."""
    page = own_page(item_id)
    if not page.may_change:
        return to_item(item_id)
    form = answers_form(_questions(page), page_language(), answers=page.answers)
    return _form_page(page, form)


@pages.post("/items/<uuid:item_id>/answers")
def write(item_id: uuid.UUID) -> Answer:
    """Save what was written, finished or not."""
    page = own_page(item_id)
    form = answers_form(_questions(page), page_language(), request.form)
    if not form.validate():
        return _form_page(page, form), 422
    try:
        with writing() as session:
            service.write_answers(session, current_actor(), item_id, form.answers(), version_read(page))
    except Conflict as error:
        kept = {ANSWER + name: text for name, text in page.answers.items()}
        mine = {each.name: (str(each.label.text), each.data or "") for each in form}
        return conflict_page(error, page, kept, mine)
    return to_item(item_id, "saved")


def _questions(page: ItemPage) -> tuple[Question, ...]:
    row = page.row
    found = questions_of(page.document, row.kind, row.type_code, is_plan=row.is_plan)
    if not found:
        raise NotFound("questions")
    return found


def _form_page(page: ItemPage, form: AnswersForm) -> str:
    is_report = page.row.kind is ItemKind.FINAL_REPORT
    asked = _questions(page)
    phases = {} if is_report else {each.phase: ANSWER + each.id for each in reversed(asked)}
    return render_template(
        "portfolio/answers.html",
        page=page,
        version=version_read(page),
        name=name_of(page),
        form=form,
        questions={ANSWER + each.id: each for each in asked},
        phases=phases,
        is_voluntary=is_reflection_voluntary(page),
        evidence_rule=evidence_words(page),
        written_in=language_sentence(language_of(page.document, page.row.kind), page_words()),
        notes=_notes(page) if is_report else [],
    )


def _notes(page: ItemPage) -> Notes:
    """What was written after the approved activities, to have at hand."""
    questions = page.document.reflection.questions
    with reading() as session:
        items = [
            each
            for each in items_of(session, page.portfolio_id)
            if each.kind is ItemKind.ACTIVITY and each.state is ItemState.APPROVED
        ]
        written = answers_by_item(session, [each.id for each in items])
    return [
        (
            item.title,
            [
                (each.text.in_(page_language()), said)
                for each in questions
                if (said := written.get(item.id, {}).get(each.id))
            ],
        )
        for item in items
    ]
