"""What another version of the rules would take from a portfolio, or ask of it anew."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from lti_app.schemes.comparing import WHOLE, counted, lost, new_questions
from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.document import Phase, Question
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.requirements import AllOf, AnyOf, Count, Distinct, Requirement, Setting, Settings
from lti_app.schemes.rules import CountedActivity, Progress, progress
from lti_app.schemes.text import Text

DONE = [
    CountedActivity(UUID(int=1), "conference_abroad", "abroad", {}, True),
    CountedActivity(UUID(int=2), "language_cafe", "home", {}, True),
]
TWO_TYPES = Distinct(2, "types")
ABROAD = Settings(((Setting.ABROAD, 1),), "where")


def judged(requirement: Requirement, **rules: frozenset[str]) -> Progress:
    return progress(SchemeRules(requirement, **rules), DONE)


@pytest.mark.parametrize(
    ("before", "after", "gone"),
    [
        (TWO_TYPES, TWO_TYPES, ()),
        (TWO_TYPES, Distinct(3, "types"), ("types", WHOLE)),
        (Distinct(3, "types"), Distinct(4, "types"), ()),
        (TWO_TYPES, Distinct(3, "kinds"), ("types", WHOLE)),
        (TWO_TYPES, Count(1, "number"), ()),
        (TWO_TYPES, Count(5, "number"), (WHOLE,)),
        (AllOf((TWO_TYPES, Count(5, "c")), "all"), AllOf((Count(6, "c"),), "all"), ()),
        (AllOf((TWO_TYPES, ABROAD), "all"), AllOf((TWO_TYPES, Distinct(9, "more")), "all"), (WHOLE,)),
        (AnyOf((TWO_TYPES, Count(9, "c")), "any"), AnyOf((Count(9, "c"),), "any"), (WHOLE,)),
    ],
)
def test_what_was_met_and_no_longer_is_counts_as_lost(
    before: Requirement, after: Requirement, gone: tuple[str, ...]
) -> None:
    assert lost(judged(before), judged(after)) == gone


def test_activities_of_a_type_that_is_no_longer_accepted_no_longer_count() -> None:
    before, after = judged(Count(1, "n")), judged(Count(1, "n"), refused=frozenset({"language_cafe"}))
    assert counted(before) - counted(after) == {UUID(int=2)}
    assert lost(before, after) == ()


def test_questions_that_are_new_or_worded_anew_are_told_where_somebody_would_meet_them() -> None:
    lund = bundled_schemes()["lund-medicine"]
    first, *rest = lund.reflection.questions
    asked = Question("asked", Text("Ny", "New"), None, True, 0, 500)
    elsewhere = replace(asked, id="elsewhere", phase=Phase.BEFORE, types=frozenset({"journal_club"}))
    reworded = replace(first, text=Text("Annat", "Other"))
    after = replace(
        lund,
        reflection=replace(lund.reflection, questions=(reworded, *rest, asked, elsewhere)),
        final_report=(*lund.final_report, replace(asked, id="q9")),
    )
    told = [each.id for each in new_questions(lund, after, {"language_cafe"})]
    assert told == [first.id, "asked", "q9"]
    assert new_questions(lund, lund, {"language_cafe"}) == ()
    assert [each.id for each in new_questions(lund, after, ())] == ["q9"]
