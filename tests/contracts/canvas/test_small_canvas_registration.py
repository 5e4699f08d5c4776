"""Registering a tool in the small Canvas: what its configuration offers, and what it refuses of a tool."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.demo import SmallCanvas
from lti_app.demo.registration.endpoints import configuration_url
from lti_app.demo.registration.tool_registration import CANVAS, TOOL, inferred_level
from lti_app.demo.registration.wishes import AGS

from .conftest import BASE, Clock
from .conftest import TOOL as TOOL_URL

REGISTRATION: dict[str, Any] = {
    "application_type": "web",
    "grant_types": ["client_credentials", "implicit"],
    "response_types": ["id_token"],
    "redirect_uris": [f"{TOOL_URL}/launch"],
    "initiate_login_uri": f"{TOOL_URL}/login",
    "client_name": "A tool",
    "jwks_uri": f"{TOOL_URL}/jwks",
    "token_endpoint_auth_method": "private_key_jwt",
    "scope": f"{AGS}/score",
    TOOL: {
        "domain": "localhost:8000",
        "target_link_uri": f"{TOOL_URL}/launch",
        "claims": ["sub", "name", "email"],
        "messages": [
            {"type": "LtiResourceLinkRequest", "placements": [f"{CANVAS}course_navigation"], "label": "Tool"}
        ],
    },
}
KEY: dict[str, Any] = {
    "title": "A tool",
    "description": "It does things.",
    "oidc_initiation_url": f"{TOOL_URL}/login",
    "target_link_uri": f"{TOOL_URL}/launch",
    "public_jwk_url": f"{TOOL_URL}/jwks",
    "scopes": [f"{AGS}/score"],
    "extensions": [
        {
            "platform": "canvas.instructure.com",
            "domain": "localhost:8000",
            "privacy_level": "public",
            "settings": {
                "placements": [{"placement": "course_navigation", "message_type": "LtiResourceLinkRequest"}]
            },
        }
    ],
}

# The path of a member, and what it is changed to; nothing takes it away.
REFUSED_REGISTRATIONS: list[tuple[str, Any]] = [
    *((name, None) for name in REGISTRATION),
    ("application_type", "native"),
    ("grant_types", ["implicit"]),
    ("response_types", ["code"]),
    ("token_endpoint_auth_method", "none"),
    ("redirect_uris", []),
    ("redirect_uris", ["nowhere"]),
    ("initiate_login_uri", "nowhere"),
    ("scope", f"{AGS}/score https://example.org/unknown"),
    (f"{TOOL}|domain", None),
    (f"{TOOL}|domain", "https://localhost"),
    (f"{TOOL}|claims", None),
    (f"{TOOL}|messages", None),
    (f"{TOOL}|target_link_uri", None),
    (f"{TOOL}|custom_parameters", {"a": 1}),
    (f"{TOOL}|messages|0|type", "LtiSubmissionReviewRequest"),
    (f"{TOOL}|messages|0|placements", ["nowhere"]),
    (f"{TOOL}|messages|0|placements", [f"{CANVAS}assignment_selection"]),
    (TOOL, {**REGISTRATION[TOOL], f"{CANVAS}privacy_level": "secret"}),
]
REFUSED_KEYS: list[tuple[str, Any]] = [
    ("title", None),
    ("description", None),
    ("target_link_uri", None),
    ("oidc_initiation_url", None),
    ("oidc_initiation_url", 7),
    ("public_jwk_url", None),
    ("scopes", ["https://example.org/unknown"]),
    ("scopes", "none"),
    ("custom_fields", [1]),
    ("extensions", {}),
    ("extensions|0|settings", None),
    ("extensions|0|platform", None),
    ("extensions|0|privacy_level", "secret"),
    ("extensions|0|settings|placements", ["course_navigation"]),
    ("extensions|0|settings|placements|0|placement", "nowhere"),
    ("extensions|0|settings|placements|0|message_type", "LtiDeepLinkingRequest"),
]


class Registering:
    """A registration that astrid has begun."""

    def __init__(self, canvas: SmallCanvas, client: FlaskClient) -> None:
        self.client = client
        started = canvas.registrations.begin(canvas.people.get("astrid"), f"{TOOL_URL}/register")
        self.token = canvas.registrations.token(started)
        with client.application.app_context():
            self.url = configuration_url(self.token).removeprefix(BASE)

    def send(self, body: Any, token: str | None = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        return self.client.post("/api/lti/registrations", json=body, headers=headers)


@pytest.fixture
def registering(canvas: SmallCanvas, client: FlaskClient) -> Registering:
    return Registering(canvas, client)


def changed(original: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy in which one member has another value, or is gone for None; numbers are places in lists."""
    copy = json.loads(json.dumps(original))
    *way, last = path.split("|")
    inner = copy
    for step in way:
        inner = inner[int(step) if step.isdigit() else step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return copy


def test_the_frame_hands_the_tool_a_configuration_with_its_token(client: FlaskClient) -> None:
    begun = client.post("/as/astrid/accounts/1/apps/registrations", data={"tool_url": f"{TOOL_URL}/r?a=1"})
    page = client.get(begun.location)
    source = page.text.partition(f'src="{TOOL_URL}')[2].partition('"')[0].replace("&amp;", "&")
    query = parse_qs(urlsplit(source).query)
    assert query["a"] == ["1"]
    assert query["openid_configuration"][0].endswith(f"?registration_token={query['registration_token'][0]}")


def test_the_configuration_is_canvass(registering: Registering) -> None:
    answer = registering.client.get(registering.url)
    assert answer.status_code == 200
    document = answer.json
    assert document["issuer"] == BASE
    assert document["registration_endpoint"] == f"{BASE}/api/lti/registrations"
    about = document["https://purl.imsglobal.org/spec/lti-platform-configuration"]
    assert about["product_family_code"] == "canvas"
    placements = {each["type"]: each["placements"] for each in about["messages_supported"]}
    assert f"{CANVAS}course_navigation" in placements["LtiResourceLinkRequest"]
    assert "ContentArea" in placements["LtiDeepLinkingRequest"]


def test_older_releases_list_bare_names(canvas: SmallCanvas, registering: Registering) -> None:
    canvas.switch(registration_prefixes=False)
    text = registering.client.get(registering.url).text
    assert '"course_navigation"' in text
    assert "ContentArea" not in text


def test_the_configuration_is_for_whom_it_was_begun(registering: Registering, clock: Clock) -> None:
    bare = registering.url.partition("?")[0]
    headers = {"Authorization": f"Bearer {registering.token}"}
    assert registering.client.get(bare).status_code == 401
    assert registering.client.get(f"{bare}?registration_token=x").status_code == 401
    assert registering.client.get(bare, headers=headers).status_code == 200
    clock.move(minutes=61)
    assert registering.client.get(registering.url).status_code == 401


def test_a_registration_makes_a_key_that_is_off_and_an_app_that_nobody_sees(
    canvas: SmallCanvas, registering: Registering
) -> None:
    answer = registering.send(REGISTRATION)
    assert answer.status_code == 200
    key, app = canvas.tools.all_keys()[0], canvas.tools.all()[-1]
    assert answer.json["client_id"] == key.client_id
    assert answer.json[TOOL]["deployment_id"] == app.deployment_id
    assert answer.json["client_name"] == "A tool"
    assert (key.is_active, app.is_available, app.privacy_level) == (False, False, "public")
    assert key.placement("course_navigation") is not None


def test_older_releases_install_nothing(canvas: SmallCanvas, registering: Registering) -> None:
    canvas.switch(registration_installs=False)
    before = canvas.tools.all()
    assert "deployment_id" not in registering.send(REGISTRATION).text
    assert canvas.tools.all() == before


def test_a_token_registers_once(canvas: SmallCanvas, registering: Registering) -> None:
    assert registering.send(REGISTRATION).status_code == 200
    assert registering.send(REGISTRATION).status_code == 401
    assert len(canvas.tools.all_keys()) == 2


@pytest.mark.parametrize("token", ["", "x"])
def test_without_its_token_nothing_registers(registering: Registering, token: str) -> None:
    assert registering.send(REGISTRATION, token).status_code == 401


def test_a_registration_that_canvas_would_not_take_is_refused(
    canvas: SmallCanvas, registering: Registering
) -> None:
    taken = []
    for path, value in REFUSED_REGISTRATIONS:
        answer = registering.send(changed(REGISTRATION, path, value))
        if answer.status_code != 422 or not answer.json["errors"]["message"]:
            taken.append((path, value, answer.text))
    assert taken == []
    assert len(canvas.tools.all_keys()) == 1
    assert registering.send(REGISTRATION).status_code == 200


@pytest.mark.parametrize(
    ("claims", "level"),
    [
        (("picture",), "public"),
        (("name", "email"), "public"),
        (("given_name",), "name_only"),
        (("email",), "email_only"),
        (("sub",), "anonymous"),
    ],
)
def test_without_a_privacy_level_it_follows_from_the_claims(claims: tuple[str, ...], level: str) -> None:
    assert inferred_level(claims) == level


def test_a_message_without_a_place_is_for_modules(canvas: SmallCanvas, registering: Registering) -> None:
    messages = [{"type": "LtiDeepLinkingRequest"}]
    registering.send(changed(REGISTRATION, f"{TOOL}|messages", messages))
    assert [each["placement"] for each in canvas.tools.all_keys()[0].placements] == ["link_selection"]


def save_key(client: FlaskClient, configuration: str) -> TestResponse:
    form = {"method": "json", "configuration": configuration, "key_name": "Mine"}
    return client.post("/as/astrid/accounts/1/developer_keys", data=form)


def test_a_pasted_key_is_off_until_it_is_switched_on(canvas: SmallCanvas, client: FlaskClient) -> None:
    assert save_key(client, json.dumps(KEY)).status_code == 302
    key = canvas.tools.all_keys()[0]
    assert (key.name, key.is_active, key.redirect_uris) == ("Mine", False, (f"{TOOL_URL}/launch",))
    client.post(f"/as/astrid/accounts/1/developer_keys/{key.client_id}/state", data={"state": "on"})
    assert canvas.tools.all_keys()[0].is_active


def test_a_key_that_canvas_would_not_take_is_refused(canvas: SmallCanvas, client: FlaskClient) -> None:
    taken = []
    for path, value in REFUSED_KEYS:
        answer = save_key(client, json.dumps(changed(KEY, path, value)))
        if answer.status_code != 422 or "The key was not saved." not in answer.text:
            taken.append((path, value, answer.status))
    assert taken == []
    assert len(canvas.tools.all_keys()) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"'])
def test_what_is_no_configuration_is_refused(client: FlaskClient, text: str) -> None:
    assert save_key(client, text).status_code == 422


def test_only_administrators_look_after_the_account(client: FlaskClient) -> None:
    for path in ("", "/apps", "/developer_keys"):
        assert client.get(f"/as/tove/accounts/1{path}").status_code == 403
    assert client.post("/as/tove/accounts/1/developer_keys", data={}).status_code == 403


def test_a_menu_shows_what_a_teacher_enables(canvas: SmallCanvas, client: FlaskClient) -> None:
    (entry,) = canvas.navigation.entries(1)
    assert entry.is_shown
    switch = f"/as/tove/courses/1/settings/navigation/{entry.tool.id}"
    assert client.post(switch.replace("tove", "asa"), data={"shown": "0"}).status_code == 403
    client.post(switch, data={"shown": "0"})
    assert "Open International Merits" not in client.get("/as/tove/courses/1").text
    client.post(switch, data={"shown": "1"})
    assert "Open International Merits" in client.get("/as/tove/courses/1").text


def test_an_app_whose_key_is_off_is_in_no_menu(canvas: SmallCanvas) -> None:
    canvas.tools.change_key(canvas.client_id, is_active=False)
    assert canvas.navigation.entries(1) == []
