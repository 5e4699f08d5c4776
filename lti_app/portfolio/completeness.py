"""What is still missing before an item can be submitted, and how far each of its tasks has come. Pure.

Answers in values; forms and pages put them into words. The scheme decides what is asked for: an activity may
need a certificate of attendance or a reflection, so either can make the other unneeded. A plan needs only
what can be known before: what, when and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lti_app import glyphs
from lti_app.portfolio.printed import NAME, unprintable_of
from lti_app.portfolio.questions import questions_of
from lti_app.portfolio.states import ItemKind
from lti_app.schemes.catalogue import fields_for
from lti_app.schemes.document import AnswerFault, EvidenceKind, Question, SchemeDocument
from lti_app.schemes.fields import unanswered
from lti_app.web.typed import is_blank


class Task(StrEnum):
    """The places where an item is worked on."""

    DETAILS = "details"
    EVIDENCE = "evidence"
    REFLECTION = "reflection"
    REPORT = "report"
    NAME = "name"
    PRESENTATION = "presentation"


class TaskState(StrEnum):
    """How far a task has come."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


class Want(StrEnum):
    """What is missing."""

    ACCEPTED_TYPE = "accepted_type"
    TITLE = "title"
    START = "start"
    FIELD = "field"
    EVIDENCE = "evidence"
    ANSWER = "answer"
    FORM = "form"
    NAME = "name"
    CHARACTERS = "characters"  # others: a certificate cannot show these


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: where, what, and for a field or an answer which and why. `characters` are
    those that no certificate can show.
    """

    task: Task
    want: Want
    name: str = ""
    fault: AnswerFault | None = None
    characters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """An item as it stands. `evidence_count` counts files and links; `answers` are by question."""

    kind: ItemKind
    title: str = ""
    type_code: str = ""
    starts_on: date | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    evidence_count: int = 0
    printed_name: str = ""
    programme_code: str = ""
    is_plan: bool = False


def missing(document: SchemeDocument, draft: Draft) -> tuple[Missing, ...]:
    """Everything that keeps the item from being submitted, in the order of its pages; empty when complete."""
    match draft.kind:
        case ItemKind.ACTIVITY if draft.is_plan:
            return (
                *_details(document, draft),
                *_answers(Task.REFLECTION, _questions(document, draft), draft),
            )
        case ItemKind.ACTIVITY:
            return (*_details(document, draft), *_backing(document, draft))
        case ItemKind.FINAL_REPORT:
            return (*_answers(Task.REPORT, document.final_report, draft), *_name(draft))
        case ItemKind.PRESENTATION:
            return (*_presentation(document, draft), *_name(draft))


def task_states(document: SchemeDocument, draft: Draft) -> Mapping[Task, TaskState]:
    """How far each task of the item has come."""
    lacks = {each.task for each in missing(document, draft)}
    match draft.kind:
        case ItemKind.ACTIVITY:
            is_begun = bool(draft.title or draft.starts_on or any(draft.attributes.values()))
            questions = _questions(document, draft)
            reflection = _state(_has_begun(questions, draft), not _is_answered(questions, draft))
            return {
                Task.DETAILS: _state(is_begun, Task.DETAILS in lacks),
                Task.EVIDENCE: _state(draft.evidence_count > 0, lacks_more=False),
                Task.REFLECTION: reflection,
            }
        case ItemKind.FINAL_REPORT:
            is_begun = _has_begun(document.final_report, draft)
            return {
                Task.REPORT: _state(is_begun, Task.REPORT in lacks),
                Task.NAME: _state(not is_blank(draft.printed_name), Task.NAME in lacks),
            }
        case ItemKind.PRESENTATION:
            is_begun = bool(draft.form or draft.title or draft.starts_on)
            return {
                Task.PRESENTATION: _state(is_begun, Task.PRESENTATION in lacks),
                Task.NAME: _state(not is_blank(draft.printed_name), Task.NAME in lacks),
            }


def evidence_at_hand(document: SchemeDocument, draft: Draft) -> frozenset[EvidenceKind]:
    """Which kinds of evidence the activity has: files or links, and a reflection that answers enough."""
    found = set()
    if draft.evidence_count:
        found.add(EvidenceKind.ATTENDANCE_CERTIFICATE)
    if _is_answered(_questions(document, draft), draft):
        found.add(EvidenceKind.REFLECTION)
    return frozenset(found)


def _details(document: SchemeDocument, draft: Draft) -> list[Missing]:
    found = []
    if not document.accepts(draft.type_code, draft.programme_code):
        found.append(Missing(Task.DETAILS, Want.ACCEPTED_TYPE))
    if is_blank(draft.title):
        found.append(Missing(Task.DETAILS, Want.TITLE))
    if draft.starts_on is None:
        found.append(Missing(Task.DETAILS, Want.START))
    found += _characters(document, draft)
    if draft.is_plan:  # how long it became and how it went is known afterwards
        return found
    blank = unanswered(fields_for(draft.type_code), draft.attributes)
    return found + [Missing(Task.DETAILS, Want.FIELD, each.name) for each in blank]


def _characters(document: SchemeDocument, draft: Draft) -> list[Missing]:
    found = unprintable_of(document, draft.title, draft.type_code, draft.attributes)
    return [
        Missing(Task.DETAILS, Want.CHARACTERS, name, characters=lacking) for name, lacking in found.items()
    ]


def _backing(document: SchemeDocument, draft: Draft) -> list[Missing]:
    rule = document.evidence_for(draft.type_code)
    wanted = rule.missing(evidence_at_hand(document, draft))
    found = []
    if EvidenceKind.ATTENDANCE_CERTIFICATE in wanted:
        found.append(Missing(Task.EVIDENCE, Want.EVIDENCE))
    questions = _questions(document, draft)
    is_meant = rule.needs_all or len(wanted) == 1 or _has_begun(questions, draft)
    if document.reflection.required or (EvidenceKind.REFLECTION in wanted and is_meant):
        found += _answers(Task.REFLECTION, questions, draft)
    if wanted and not found:  # a reflection without any required question, not begun
        found.append(Missing(Task.REFLECTION if questions else Task.EVIDENCE, Want.EVIDENCE))
    return found


def _questions(document: SchemeDocument, draft: Draft) -> tuple[Question, ...]:
    return questions_of(document, draft.kind, draft.type_code, is_plan=draft.is_plan)


def _answers(task: Task, questions: Sequence[Question], draft: Draft) -> list[Missing]:
    judged = ((each.id, each.fault(draft.answers.get(each.id, ""))) for each in questions)
    return [Missing(task, Want.ANSWER, name, fault) for name, fault in judged if fault is not None]


def _presentation(document: SchemeDocument, draft: Draft) -> list[Missing]:
    found = []
    if document.presentation.form(draft.form) is None:
        found.append(Missing(Task.PRESENTATION, Want.FORM))
    if is_blank(draft.title):
        found.append(Missing(Task.PRESENTATION, Want.TITLE))
    if draft.starts_on is None:
        found.append(Missing(Task.PRESENTATION, Want.START))
    return found


def _name(draft: Draft) -> list[Missing]:
    if is_blank(draft.printed_name):
        return [Missing(Task.NAME, Want.NAME)]
    lacking = glyphs.missing([draft.printed_name])
    return [Missing(Task.NAME, Want.CHARACTERS, NAME, characters=lacking)] if lacking else []


def _has_begun(questions: Sequence[Question], draft: Draft) -> bool:
    return any(draft.answers.get(each.id, "").strip() for each in questions)


def _is_answered(questions: Sequence[Question], draft: Draft) -> bool:
    return _has_begun(questions, draft) and not _answers(Task.REFLECTION, questions, draft)


def _state(is_begun: bool, lacks_more: bool) -> TaskState:
    if not is_begun:
        return TaskState.NOT_STARTED
    return TaskState.IN_PROGRESS if lacks_more else TaskState.COMPLETED
