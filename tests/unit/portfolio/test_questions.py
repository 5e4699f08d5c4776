"""Which questions and what evidence an activity of a type is asked, before and after its plan is approved."""

from __future__ import annotations

from datetime import date

from lti_app.portfolio.completeness import Draft, Task, Want, missing, task_states
from lti_app.portfolio.questions import PLAN, language_of, questions_of
from lti_app.portfolio.states import ItemKind
from lti_app.schemes.counting import SchemeRules, TypeList
from lti_app.schemes.document import (
    EvidenceKind,
    EvidenceRule,
    Phase,
    Question,
    ReflectionRule,
)
from lti_app.schemes.requirements import Count
from lti_app.schemes.text import Text
from tests.schemes_of_ours import our_scheme


def a_question(name: str, phase: Phase = Phase.AFTER, *types: str, required: bool = True) -> Question:
    return Question(name, Text(name, name), None, required, 0, 1000, phase, frozenset(types))


AFTER, DURING = a_question("after"), a_question("during", Phase.DURING)
BEFORE = a_question("before", Phase.BEFORE, "mooc")
FILE = EvidenceRule((EvidenceKind.ATTENDANCE_CERTIFICATE,))
REFLECTION = EvidenceRule((EvidenceKind.REFLECTION,))
SCHEME = our_scheme(
    reflection=ReflectionRule(False, (AFTER, BEFORE, DURING), "en"),
    evidence=REFLECTION,
    evidence_per_type={"language_cafe": FILE},
    final_report_language="sv",
)


def a_draft(type_code: str, **differences: object) -> Draft:
    fields = {"occasions": "6", "duration_weeks": "5", "hours": "20", "host": "X", "organiser": "X"}
    common = {"title": "X", "starts_on": date(2026, 3, 1), "attributes": fields, "type_code": type_code}
    return Draft(ItemKind.ACTIVITY, **(common | differences))  # type: ignore[arg-type]


def asked(type_code: str, *, is_plan: bool = False) -> list[str]:
    found = questions_of(SCHEME, ItemKind.ACTIVITY, type_code, is_plan=is_plan)
    return [each.id for each in found]


def test_questions_come_in_the_order_of_their_phases_and_only_those_of_the_type() -> None:
    assert asked("mooc") == ["before", "during", "after"]
    assert asked("language_cafe") == ["during", "after"]


def test_a_plan_is_asked_what_comes_before_or_else_what_and_why() -> None:
    assert asked("mooc", is_plan=True) == ["before"]
    assert asked("language_cafe", is_plan=True) == [PLAN.id]


def test_evidence_is_what_the_scheme_says_of_the_type() -> None:
    cafe = missing(SCHEME, a_draft("language_cafe"))
    assert [(each.task, each.want) for each in cafe] == [(Task.EVIDENCE, Want.EVIDENCE)]
    assert missing(SCHEME, a_draft("language_cafe", evidence_count=1)) == ()
    wanted = [each.name for each in missing(SCHEME, a_draft("mooc")) if each.want is Want.ANSWER]
    assert wanted == ["before", "during", "after"]


def test_a_type_off_the_programmes_list_must_be_changed() -> None:
    own = TypeList(accepted=frozenset({"mooc"}))
    scheme = our_scheme(rules=SchemeRules(Count(1, "one"), per_programme={"lakare": own}))
    for programme, is_fine in (("lakare", False), ("sjukskoterska", True)):
        lacks = {each.want for each in missing(scheme, a_draft("language_cafe", programme_code=programme))}
        assert (Want.ACCEPTED_TYPE not in lacks) is is_fine


def test_a_plan_needs_no_evidence_and_its_question_is_a_task() -> None:
    plan = a_draft("mooc", is_plan=True, attributes={})
    assert [each.name for each in missing(SCHEME, plan)] == ["before"]
    done = a_draft("mooc", is_plan=True, attributes={}, answers={"before": "För att."})
    assert missing(SCHEME, done) == ()
    assert task_states(SCHEME, done)[Task.REFLECTION] == "completed"


def test_reflection_and_report_have_their_languages() -> None:
    assert [language_of(SCHEME, kind) for kind in ItemKind] == ["en", "sv", "sv"]
