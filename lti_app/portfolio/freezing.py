"""Making the snapshot of a submission out of an item as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lti_app.portfolio.models import Item, Portfolio
from lti_app.portfolio.questions import questions_of
from lti_app.portfolio.snapshots import FrozenAnswer, FrozenEvidence, Snapshot, frozen_fields
from lti_app.portfolio.states import ItemKind
from lti_app.schemes.catalogue import activity_types, form_fields
from lti_app.schemes.document import Question, SchemeDocument


def freeze(
    document: SchemeDocument,
    portfolio: Portfolio,
    item: Item,
    answers: Mapping[str, str],
    evidence: Sequence[FrozenEvidence],
) -> Snapshot:
    """The item as it is now, with the words of scheme and catalogue of today."""
    kind = activity_types().get(item.type_code)
    form = document.presentation.form(item.form)
    is_activity = item.kind is ItemKind.ACTIVITY
    questions = questions_of(document, item.kind, item.type_code, is_plan=item.is_plan)
    return Snapshot(
        kind=item.kind,
        title=item.title,
        type_code=item.type_code,
        type_label=kind.label if kind else None,
        setting=item.setting,
        starts_on=item.starts_on,
        ends_on=item.ends_on,
        form=item.form,
        form_label=form.name if form else None,
        printed_name="" if is_activity else portfolio.printed_name,
        fields=frozen_fields(form_fields(item.type_code) if is_activity else (), item.attributes),
        answers=_answers(questions, answers),
        evidence=tuple(evidence),
        is_plan=item.is_plan,
    )


def _answers(questions: Sequence[Question], answers: Mapping[str, str]) -> tuple[FrozenAnswer, ...]:
    return tuple(
        FrozenAnswer(each.id, each.text, answers[each.id]) for each in questions if answers.get(each.id)
    )
