"""What is called out of reach is out of reach: whatever a very busy student meets is never refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings

from lti_app.schemes.catalogue import activity_types
from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.facts import CountedActivity
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.reachable import unreachable
from lti_app.schemes.requirements import Count, Filter, Setting, Settings
from lti_app.schemes.rules import progress

from .documents import TYPES, documents

FEW = {code: activity_types()[code] for code in TYPES}
BEST = {
    "duration_weeks": "200", "duration_days": "300", "credits": "99999", "hours": "99999", "occasions": "900",
    "contribution": "oral", "country": "NO",
}  # fmt: skip


def everything(copies: int) -> list[CountedActivity]:
    """So many activities of each of the few types, a day each, answered as well as their forms allow."""
    tags = {"goals": " ".join(map(str, range(1, 18))), "competences": " ".join(f"c{n}" for n in range(100))}
    return [
        CountedActivity(
            id=UUID(int=1000 * n + place),
            type_code=code,
            setting=str(found.setting),
            attributes={field.name: BEST[field.name] for field in found.fields if field.name in BEST} | tags,
            approved=True,
            starts_on=date(2020, 1, 1) + timedelta(days=n),
            ends_on=date(2020, 1, 1) + timedelta(days=n),
        )
        for n in range(copies)
        for place, (code, found) in enumerate(FEW.items())
    ]


BUSY = everything(60)


@settings(max_examples=20, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(documents)
def test_what_somebody_meets_is_never_called_out_of_reach(document: SchemeDocument) -> None:
    rules = replace(document.rules, per_programme={})
    if progress(rules, BUSY).met:
        assert unreachable(rules, FEW) == ()


@pytest.mark.parametrize("slug", sorted(bundled_schemes()))
def test_every_bundled_scheme_is_in_reach_for_every_programme(slug: str) -> None:
    assert unreachable(bundled_schemes()[slug].rules, activity_types()) == ()


def test_what_only_excluded_or_refused_types_could_give_is_out_of_reach() -> None:
    home = Settings(((Setting.HOME, 1),), "mix")
    assert unreachable(SchemeRules(home), FEW) == ()
    (found,) = unreachable(SchemeRules(home, accepted=frozenset({"mooc", "exchange_studies"})), FEW)
    assert found == ("mix", "asks for activities with setting home, but no accepted type has it")


def test_a_filter_that_contradicts_the_type_is_out_of_reach() -> None:
    asked = Count(1, "x", of=Filter(types=frozenset({"mooc"}), settings=frozenset({Setting.ABROAD})))
    (found,) = unreachable(SchemeRules(asked), FEW)
    assert found.why == "asks for activities, but no accepted type that passes `of` can give any"
