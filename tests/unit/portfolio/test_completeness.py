"""What is missing before an item can be submitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from lti_app.portfolio.completeness import (
    Draft,
    Missing,
    Task,
    TaskState,
    Want,
    missing,
    task_states,
)
from lti_app.portfolio.states import ItemKind
from lti_app.schemes.document import AnswerFault, EvidenceKind, EvidenceRule, SchemeDocument
from lti_app.schemes.reading import from_yaml
from lti_app.settings import data_path

WORDS = " ".join(["ord"] * 60)


@cache
def lund() -> SchemeDocument:
    name = "lund-medicine.yaml"
    return from_yaml((data_path("config") / "schemes" / name).read_text("utf-8"), name)


CAFE = Draft(
    ItemKind.ACTIVITY,
    title="Språkcafé",
    type_code="language_cafe",
    starts_on=date(2026, 3, 1),
    attributes={"occasions": "6", "hours": "12"},
)


def required_attributes(type_code: str) -> dict[str, str]:
    from lti_app.schemes.catalogue import fields_for

    return {each.name: "1" for each in fields_for(type_code) if each.required}


@pytest.fixture
def cafe() -> Draft:
    return replace(CAFE, attributes=CAFE.attributes | required_attributes("language_cafe"))


def test_an_empty_activity_lacks_its_details_and_its_backing() -> None:
    found = missing(lund(), Draft(ItemKind.ACTIVITY, type_code="language_cafe"))
    assert Missing(Task.DETAILS, Want.TITLE) in found
    assert Missing(Task.DETAILS, Want.START) in found
    assert Missing(Task.EVIDENCE, Want.EVIDENCE) in found
    assert not any(each.task is Task.REFLECTION for each in found)


def test_required_fields_of_the_type_are_asked_for() -> None:
    found = missing(lund(), replace(CAFE, type_code="exchange_studies", evidence_count=1, attributes={}))
    assert Missing(Task.DETAILS, Want.FIELD, "duration_weeks") in found


def test_a_certificate_of_attendance_is_enough(cafe: Draft) -> None:
    assert missing(lund(), replace(cafe, evidence_count=1)) == ()


def test_a_reflection_is_enough_instead(cafe: Draft) -> None:
    assert missing(lund(), replace(cafe, answers={"what": WORDS, "learned": WORDS})) == ()


def test_a_reflection_that_stands_in_must_be_whole(cafe: Draft) -> None:
    found = missing(lund(), replace(cafe, answers={"what": "Kort."}))
    assert found == (
        Missing(Task.EVIDENCE, Want.EVIDENCE),
        Missing(Task.REFLECTION, Want.ANSWER, "what", AnswerFault.TOO_SHORT),
        Missing(Task.REFLECTION, Want.ANSWER, "learned", AnswerFault.UNANSWERED),
    )


def test_a_voluntary_reflection_beside_a_certificate_may_be_short(cafe: Draft) -> None:
    assert missing(lund(), replace(cafe, evidence_count=1, answers={"what": "Kort."})) == ()


def test_a_scheme_may_want_both(cafe: Draft) -> None:
    both = replace(lund(), evidence=EvidenceRule(tuple(EvidenceKind), needs_all=True))
    found = missing(both, replace(cafe, evidence_count=1))
    assert {each.task for each in found} == {Task.REFLECTION}
    assert missing(both, replace(cafe, evidence_count=1, answers={"what": WORDS, "learned": WORDS})) == ()


def test_a_type_that_the_scheme_does_not_take_is_named(cafe: Draft) -> None:
    narrow = replace(lund(), rules=replace(lund().rules, accepted=frozenset({"exchange_studies"})))
    assert missing(narrow, replace(cafe, evidence_count=1)) == (Missing(Task.DETAILS, Want.ACCEPTED_TYPE),)


def test_a_report_needs_every_answer_and_a_name() -> None:
    found = missing(lund(), Draft(ItemKind.FINAL_REPORT, answers={"q1": WORDS}))
    assert found == (
        Missing(Task.REPORT, Want.ANSWER, "q2", AnswerFault.UNANSWERED),
        Missing(Task.NAME, Want.NAME),
    )
    nobody = Draft(ItemKind.FINAL_REPORT, answers={"q1": WORDS, "q2": WORDS}, printed_name="\u200d")
    assert missing(lund(), nobody) == (Missing(Task.NAME, Want.NAME),)
    assert task_states(lund(), nobody)[Task.NAME] is TaskState.NOT_STARTED
    whole = Draft(ItemKind.FINAL_REPORT, answers={"q1": WORDS, "q2": WORDS}, printed_name="Åsa")
    assert missing(lund(), whole) == ()


def test_a_presentation_needs_form_title_and_day() -> None:
    unseen = "\u200d"
    found = missing(lund(), Draft(ItemKind.PRESENTATION, printed_name="Åsa", form="dance", title=unseen))
    assert [each.want for each in found] == [Want.FORM, Want.TITLE, Want.START]
    whole = Draft(
        ItemKind.PRESENTATION, printed_name="Åsa", form="film", title="Nairobi", starts_on=date(2026, 5, 1)
    )
    assert missing(lund(), whole) == ()


def test_tasks_tell_how_far_they_have_come(cafe: Draft) -> None:
    begun = replace(cafe, starts_on=None, answers={"what": WORDS})
    assert task_states(lund(), Draft(ItemKind.ACTIVITY, type_code="language_cafe")) == {
        Task.DETAILS: TaskState.NOT_STARTED,
        Task.EVIDENCE: TaskState.NOT_STARTED,
        Task.REFLECTION: TaskState.NOT_STARTED,
    }
    assert task_states(lund(), begun) == {
        Task.DETAILS: TaskState.IN_PROGRESS,
        Task.EVIDENCE: TaskState.NOT_STARTED,
        Task.REFLECTION: TaskState.IN_PROGRESS,
    }
    assert task_states(lund(), replace(cafe, evidence_count=2))[Task.DETAILS] is TaskState.COMPLETED
