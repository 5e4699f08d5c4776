"""What custom parameters may say, in whatever way platforms and people have changed them."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest

from lti_app.lti.ags.models import LineItemKind
from lti_app.lti.launch.carried import Carried, carried_by
from lti_app.lti.launch.claims import LTI, read_claims
from tests.signing_platform import TOOL, KeyServer, SigningPlatform

OURS = {
    "cim_kind": "final_report",
    "cim_scheme": "lund-medicine",
    "cim_programme": "biomedicinsk_analytiker",
    "cim_points": "10",
    "context_history": "aaa,bbb",
}


def carried(custom: dict[str, Any] | None, target: str = "/lti/launch") -> Carried:
    claims = SigningPlatform(KeyServer()).claims(
        "n", **{LTI + "custom": custom, LTI + "target_link_uri": TOOL + target}, iat=int(time.time())
    )
    return carried_by(read_claims(claims), TOOL)


def test_what_a_deep_link_gave_comes_back() -> None:
    found = carried(OURS)
    assert found == Carried(
        LineItemKind.FINAL_REPORT, "lund-medicine", "biomedicinsk_analytiker", Decimal(10), ("aaa", "bbb")
    )
    assert found.says_setup


def test_a_launch_without_any_of_it_says_nothing() -> None:
    for custom in (None, {}, {"unrelated": "x"}):
        found = carried(custom)
        assert found == Carried(None, "", "", None, ())
        assert not found.says_setup


@pytest.mark.parametrize("kind", list(LineItemKind))
def test_the_address_names_the_assignment_where_custom_parameters_were_lost(kind: LineItemKind) -> None:
    assert carried({}, f"/lti/launch/{kind.value}").kind is kind


@pytest.mark.parametrize("target", ["/lti/launch", "/lti/launch/quiz", "/lti/launch/activities/2"])
def test_other_addresses_name_none(target: str) -> None:
    assert carried({}, target).kind is None


@pytest.mark.parametrize(
    "value",
    [
        "$Canvas.scheme",
        "Lund Medicine",
        "../../etc/passwd",
        "a" * 101,
        "",
        "x y",
        "lund'--",
        "{{7*7}}",
        "åäö",
    ],
)
def test_what_is_no_code_is_absent(value: str) -> None:
    assert carried(OURS | {"cim_scheme": value}).scheme == ""
    assert carried(OURS | {"cim_programme": value}).programme == ""
    assert carried(OURS | {"cim_kind": value}).kind is None


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ("3", Decimal(3)),
        (3, Decimal(3)),
        (3.0, Decimal(3)),
        ("1000", Decimal(1000)),
        ("1001", None),
        ("0", None),
        ("-1", None),
        ("2.5", None),
        ("1e3", None),
        ("NaN", None),
        (float("inf"), None),
        (True, None),
        (None, None),
        (["3"], None),
    ],
)
def test_points_are_whole_numbers_from_1_to_1000(value: Any, points: Decimal | None) -> None:
    assert carried(OURS | {"cim_points": value}).points == points


@pytest.mark.parametrize(
    ("value", "contexts"),
    [
        ("aaa", ("aaa",)),
        ("aaa, bbb ,,aaa", ("aaa", "bbb")),
        ("d3a2504b,aaa", ("aaa",)),  # itself
        ("$Context.id.history", ()),
        ("x" * 256 + ",aaa", ("aaa",)),
        (",".join(f"c{n}" for n in range(20)), ("c0", "c1", "c2", "c3", "c4")),
    ],
)
def test_earlier_courses_are_a_few_other_contexts(value: str, contexts: tuple[str, ...]) -> None:
    assert carried({"context_history": value}).earlier_contexts == contexts
