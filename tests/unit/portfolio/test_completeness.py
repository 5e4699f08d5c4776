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
from lti_app.schemes.certificate_layout import Shown
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


def test_characters_that_no_certificate_can_show_are_named_where_they_stand(cafe: Draft) -> None:
    whole = replace(cafe, evidence_count=1)
    assert missing(lund(), replace(whole, title="茶 with 友 and 茶")) == (
        Missing(Task.DETAILS, Want.CHARACTERS, "title", characters=("茶", "友")),
    )
    attributes = required_attributes("conference_abroad") | {"event": "東京 Forum", "country": "JP"}
    away = replace(whole, type_code="conference_abroad", attributes=attributes)
    assert missing(lund(), away) == (
        Missing(Task.DETAILS, Want.CHARACTERS, "event", characters=("東", "京")),
    )
    assert task_states(lund(), away)[Task.DETAILS] is TaskState.IN_PROGRESS
    printing_no_places = replace(
        lund(),
        certificate=replace(
            lund().certificate,
            layout=replace(lund().certificate.layout, shows=frozenset(Shown) - {Shown.PLACES}),
        ),
    )
    assert missing(printing_no_places, away) == ()


def test_what_is_not_printed_may_have_any_character(cafe: Draft) -> None:
    """The title of a presentation, answers, and fields that say nothing of where it was."""
    written = replace(cafe, answers={"what": f"茶 {WORDS}", "learned": WORDS})
    assert missing(lund(), written) == ()
    talk = Draft(
        ItemKind.PRESENTATION, title="茶", printed_name="Åsa", form="talk", starts_on=date(2026, 5, 1)
    )
    assert missing(lund(), talk) == ()


@pytest.mark.parametrize("kind", [ItemKind.FINAL_REPORT, ItemKind.PRESENTATION])
def test_a_name_that_cannot_be_printed_is_asked_for_in_another_way(kind: ItemKind) -> None:
    draft = Draft(kind, printed_name="小明 Öberg")
    assert Missing(Task.NAME, Want.CHARACTERS, "name", characters=("小", "明")) in missing(lund(), draft)
    assert task_states(lund(), draft)[Task.NAME] is TaskState.IN_PROGRESS


def test_a_plan_is_told_of_its_title_before_the_activity_is(cafe: Draft) -> None:
    plan = replace(cafe, title="茶", is_plan=True)
    assert Missing(Task.DETAILS, Want.CHARACTERS, "title", characters=("茶",)) in missing(lund(), plan)
