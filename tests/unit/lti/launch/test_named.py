"""What is looked up before a token is verified: whatever it holds, the look-up itself can take no harm."""

from __future__ import annotations

from typing import Any

import pytest

from lti_app.lti.launch.claims import LTI, Named, named_by


def named(deployment_id: Any = "1:d", sub: Any = "s", context: Any = None) -> Named:
    return named_by({LTI + "deployment_id": deployment_id, "sub": sub, LTI + "context": context})


def test_a_token_names_deployment_person_and_course() -> None:
    assert named(context={"id": "c"}) == Named("1:d", "s", "c")
    assert named_by({}) == Named(None, None, None)


@pytest.mark.parametrize(
    "odd", [None, "", 7, True, ["s"], {"id": "s"}, "s\0", "\ud800", " s", "$User.id", "s" * 256]
)
def test_what_is_malformed_names_nobody(odd: Any) -> None:
    assert named(odd, odd, {"id": odd}) == Named(None, None, None)
    assert named(context=odd).context_id == (odd["id"] if isinstance(odd, dict) else None)
