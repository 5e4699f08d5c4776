"""The schemes that come with the tool: portfolios judged by hand, and what the tool says of them.

ready/<scheme>.yaml has the portfolios: activities in order with their answers, whether the scheme is met, the
figures of its lines, why an activity (by its position) did not count, and the sentences in both languages. Of
at least one that is not met, it has the next step, too.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from lti_app.i18n import catalogue as translations
from lti_app.schemes.catalogue import activity_types, type_answers, type_names, type_settings
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.result_wording import result_sentence
from lti_app.schemes.rules import CountedActivity, progress
from lti_app.schemes.step_wording import step_sentence

FOLDER = Path(__file__).parent / "ready"
PORTFOLIOS = [
    (path.stem, portfolio)
    for path in sorted(FOLDER.glob("*.yaml"))
    for portfolio in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
]


def test_every_scheme_is_tried_with_six_portfolios_or_more_and_says_a_next_step() -> None:
    tried = Counter(scheme for scheme, _ in PORTFOLIOS)
    assert {slug for slug, number in tried.items() if number >= 6} == set(bundled_schemes())
    assert {scheme for scheme, portfolio in PORTFOLIOS if "step" in portfolio} == set(bundled_schemes())


@pytest.mark.parametrize(
    ("scheme", "portfolio"), PORTFOLIOS, ids=[f"{scheme}: {each['name']}" for scheme, each in PORTFOLIOS]
)
def test_a_portfolio_is_judged_as_by_hand_and_explained(scheme: str, portfolio: dict[str, Any]) -> None:
    rules = bundled_schemes()[scheme].rules.for_programme(portfolio.get("programme", ""))
    activities = [an_activity(n, each) for n, each in enumerate(portfolio["activities"])]

    found = progress(rules, activities, type_settings(), type_answers())

    assert found.met is portfolio["met"]
    figures = {line.requirement_id: line.have for line in found.lines}
    assert figures == {key: Decimal(str(have)) for key, have in portfolio["figures"].items()}
    if "not_counted" in portfolio:
        reasons = {each.int: str(reason.why) for each, reason in found.not_counted.items()}
        assert reasons == portfolio["not_counted"]
    assert (found.next_step is None) is found.met
    for language in ("en", "sv"):
        words = translations(language)
        assert [result_sentence(line, words) for line in found.lines] == portfolio[language]
        if "step" in portfolio:
            assert found.next_step
            said = step_sentence(found.next_step, words, type_names(language))
            assert said == portfolio["step"][language]


def an_activity(number: int, written: str | dict[str, dict[str, Any]]) -> CountedActivity:
    """`language_cafe`, or `{language_cafe: {occasions: "3", days: 2026-02-02..2026-03-01}}`, and so on."""
    ((code, told),) = written.items() if isinstance(written, dict) else [(written, {})]
    answers = dict(told)
    first, _, last = str(answers.pop("days", "")).partition("..")
    return CountedActivity(
        id=UUID(int=number),
        type_code=code,
        setting=str(activity_types()[code].setting),
        approved=answers.pop("approved", True),
        attributes=answers,
        starts_on=date.fromisoformat(first) if first else None,
        ends_on=date.fromisoformat(last or first) if first else None,
    )
