"""What a launch says of the services: what the gradebook lets the tool do, and whom an observer observes."""

from __future__ import annotations

from typing import Any

import pytest

from lti_app.errors import Problem
from lti_app.lti.launch.claims import LTI, LaunchClaims, read_claims
from tests.unit.lti.whole_claims import WHOLE

AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
MENTOR = LTI + "role_scope_mentor"


def read(**claims: Any) -> LaunchClaims:
    return read_claims({**WHOLE, **claims})


@pytest.mark.parametrize(
    ("scopes", "kept"),
    [
        ([f"{SCOPE}score", f"{SCOPE}lineitem", f"{SCOPE}result.readonly"], "lineitem result.readonly score"),
        ([f"{SCOPE}lineitem.readonly"], "lineitem.readonly"),
        (["https://elsewhere.test/scope/score", f"{SCOPE}other", "score"], "-"),
        ([], "-"),
        (None, ""),
    ],
)
def test_the_gradebooks_scopes_are_kept_by_their_last_words(scopes: list[str] | None, kept: str) -> None:
    assert read(**{AGS: {"lineitems": "https://c.test/li", "scope": scopes}}).gradebook_scopes == kept


def test_a_launch_without_a_gradebook_says_nothing_of_scopes() -> None:
    assert read().gradebook_scopes == ""


def test_observed_people_come_by_the_claim() -> None:
    assert read(**{MENTOR: ["a", "b", "a", "", "x" * 256]}).observed_subs == ("a", "b")


def test_or_by_canvass_variable() -> None:
    assert read(**{LTI + "custom": {"observees": "a, b,,a"}}).observed_subs == ("a", "b")


@pytest.mark.parametrize("custom", [{}, {"observees": "$com.instructure.User.observees"}, {"observees": ""}])
def test_or_not_at_all(custom: dict[str, str]) -> None:
    assert read(**{LTI + "custom": custom}).observed_subs == ()


def test_the_claim_outweighs_the_variable() -> None:
    assert read(**{MENTOR: [], LTI + "custom": {"observees": "a"}}).observed_subs == ()


@pytest.mark.parametrize("claim", ["a", {"a": "b"}, [1], [["a"]]])
def test_observed_people_that_are_no_list_of_texts_are_refused(claim: object) -> None:
    with pytest.raises(Problem) as refusal:
        read(**{MENTOR: claim})
    assert refusal.value.slug == "claim-malformed"
