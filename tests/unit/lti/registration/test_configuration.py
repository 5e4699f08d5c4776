"""What the tool tells platforms of itself: the same to Canvas in both ways, the standard part to others."""

from __future__ import annotations

import json
from typing import Any

from lti_app.demo.registration.key_json import read_key
from lti_app.demo.registration.tool_registration import read_registration
from lti_app.demo.registration.wishes import PLACEMENTS as CANVAS_PLACEMENTS
from lti_app.demo.registration.wishes import SCOPES as CANVAS_SCOPES
from lti_app.lti.registration.configuration import CANVAS, SCOPES, developer_key, registration_request
from lti_app.lti.registration.openid_configuration import OpenidConfiguration, read_configuration
from tests.registering_platform import PLATFORM, TOOL, moodle

OURS = "https://cim.example.se"
THEIRS = "https://school.example"


def offered(**changes: Any) -> OpenidConfiguration:
    return read_configuration({**moodle(THEIRS), **changes}, url=f"{THEIRS}/x", development=False)


def canvas(placements: dict[str, list[str]], **changes: Any) -> OpenidConfiguration:
    """A Canvas that lists these placements by message type."""
    messages = [{"type": kind, "placements": names} for kind, names in placements.items()]
    about = {"product_family_code": "canvas", "messages_supported": messages}
    return offered(**{PLATFORM: about, "scopes_supported": list(CANVAS_SCOPES), **changes})


def prefixed(names: tuple[str, ...]) -> list[str]:
    return ["ContentArea" if name == "link_selection" else CANVAS + name for name in names]


def placed(request: dict[str, Any]) -> list[str]:
    return [name for message in request[TOOL]["messages"] for name in message.get("placements", [])]


def test_canvas_makes_the_same_tool_of_the_key_and_of_the_registration() -> None:
    by_key = read_key(json.dumps(developer_key(OURS)), name="", redirect_uris=())
    listed = {kind: prefixed(names) for kind, names in CANVAS_PLACEMENTS.items()}
    by_registration = read_registration(registration_request(canvas(listed), OURS))
    assert by_key == by_registration
    assert by_key.privacy_level == "public"
    assert by_key.domain == "cim.example.se"
    assert by_key.redirect_uris == (f"{OURS}/lti/launch",)
    assert by_key.scopes == tuple(SCOPES)
    assert {each["placement"]: each.get("default") for each in by_key.placements} == {
        "course_navigation": "disabled",
        "account_navigation": None,
        "assignment_selection": None,
        "link_selection": None,
    }


def test_the_key_is_labelled_in_both_languages() -> None:
    settings = developer_key(OURS)["extensions"][0]["settings"]
    assert settings["labels"] == {"en": "International Merits", "sv": "Internationella meriter"}
    assert all(each["labels"] == settings["labels"] for each in settings["placements"])


def test_placements_are_named_as_the_platform_names_them() -> None:
    long = {kind: prefixed(names) for kind, names in CANVAS_PLACEMENTS.items()}
    bare = {kind: list(names) for kind, names in CANVAS_PLACEMENTS.items()}
    wanted = ["course_navigation", "account_navigation", "assignment_selection", "link_selection"]
    assert placed(registration_request(canvas(bare), OURS)) == wanted
    assert placed(registration_request(canvas(long), OURS)) == prefixed(tuple(wanted))
    assert placed(registration_request(canvas({}), OURS)) == [CANVAS + name for name in wanted]


def test_placements_that_the_platform_lacks_are_not_asked_for() -> None:
    listed = {"LtiResourceLinkRequest": [f"{CANVAS}course_navigation"]}
    request = registration_request(canvas(listed), OURS)
    assert placed(request) == [f"{CANVAS}course_navigation"]
    assert request[TOOL]["messages"][0][f"{CANVAS}course_navigation/default_enabled"] is False


def test_unknown_scopes_are_not_asked_for() -> None:
    few = registration_request(canvas({}, scopes_supported=["openid", *list(SCOPES)[:1]]), OURS)
    assert few["scope"].split() == list(SCOPES)[:1]
    silent = registration_request(canvas({}, scopes_supported=None), OURS)
    assert silent["scope"].split() == list(SCOPES)


def test_another_platform_is_sent_the_standard_part_only() -> None:
    request = registration_request(offered(), OURS)
    assert "canvas" not in json.dumps(request)
    assert request[TOOL]["custom_parameters"] == {"context_history": "$Context.id.history"}
    assert [each["type"] for each in request[TOOL]["messages"]] == [
        "LtiResourceLinkRequest",
        "LtiDeepLinkingRequest",
    ]
    assert "names" not in request["scope"]
    assert request["scope"].count("/score") == 1
    assert "locale" not in request[TOOL]["claims"]


def test_a_platform_without_deep_linking_is_offered_none() -> None:
    about = {"product_family_code": "plain", "messages_supported": [{"type": "LtiResourceLinkRequest"}]}
    messages = registration_request(offered(**{PLATFORM: about}), OURS)[TOOL]["messages"]
    assert [each["type"] for each in messages] == ["LtiResourceLinkRequest"]
