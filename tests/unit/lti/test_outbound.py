"""One request to a platform: where it may go, how much may come back, and whether anything was sent."""

from __future__ import annotations

import pytest

from lti_app.lti import outbound
from lti_app.lti.outbound import NoAnswer, Outbound
from tests.unit.lti.faulty_platform import FaultyPlatform


def test_nobody_at_the_address_means_that_nothing_was_sent() -> None:
    with Outbound(development=True) as out, pytest.raises(NoAnswer) as caught:
        out.send("GET", "http://127.0.0.1:9/x", headers={})
    assert not caught.value.was_sent


@pytest.mark.parametrize(
    "address", ["http://canvas.example/x", "https://127.0.0.1/x", "https://[::1]/x", "ftp://c/x"]
)
def test_outside_of_development_only_public_https_is_called(address: str) -> None:
    with Outbound(development=False) as out, pytest.raises(NoAnswer) as caught:
        out.send("GET", address, headers={})
    assert not caught.value.was_sent


@pytest.mark.parametrize("name", ["a..example.com", "a" * 64 + ".example.com"])
def test_to_a_name_that_is_none_nothing_is_sent(name: str) -> None:
    with Outbound(development=False) as out, pytest.raises(NoAnswer) as caught:
        out.send("POST", f"https://{name}/x", headers={}, data=b"{}")
    assert not caught.value.was_sent


def test_an_answer_without_end_is_cut_off(
    platform: FaultyPlatform, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "MAX_BYTES", 10_000)
    platform.pages["/x"] = ("200 OK", {}, b"x" * 10_001)
    with Outbound(development=True) as out, pytest.raises(NoAnswer, match="larger") as caught:
        out.send("POST", f"{url}/x", headers={}, data=b"{}")
    assert caught.value.was_sent
