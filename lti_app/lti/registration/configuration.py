"""What this tool tells a platform of itself: one description, written down in two ways.

`developer_key` is what Canvas reads as the JSON of an LTI key, `registration_request` what a platform is sent
in a dynamic registration. Canvas's own extensions go to Canvas only; another platform gets the standard part,
and of the variables those that it lists. Pure.
Sources: LTI Dynamic Registration 1.0 §4, Canvas's documentation of LTI developer keys and of registration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lti_app.errors import N_
from lti_app.i18n import translator
from lti_app.lti.registration.openid_configuration import OpenidConfiguration
from lti_app.lti.services import LINE_ITEM_SCOPE, RESULT_SCOPE, ROSTER_SCOPE, SCORE_SCOPE

CANVAS = "https://canvas.instructure.com/lti/"
TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
TOOL_ID = "international-merits"
PRIVACY_LEVEL = "public"
TITLE = N_("International Merits")
DESCRIPTION = N_("Collect international merits and earn the Certificate of International Merits.")
# What each is for, as a message for the administrator.
SCOPES = {
    LINE_ITEM_SCOPE: N_("make and find the three assignments of a course"),
    SCORE_SCOPE: N_("hand in, grade and comment in these assignments"),
    RESULT_SCOPE: N_("see when a teacher has changed one of these grades"),
    ROSTER_SCOPE: N_("see who takes part in a course"),
}
CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "email", "locale")
VARIABLES = {
    "context_history": "$Context.id.history",
    "brand_url": "$com.instructure.brandConfigJSON.url",
    "time_zone": "$Person.address.timezone",
    "high_contrast": "$Canvas.user.prefersHighContrast",
    "allowed_attempts": "$Canvas.assignment.allowedAttempts",
    "observees": "$com.instructure.User.observees",
}
_LAUNCH, _PICK = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"


@dataclass(frozen=True)
class Placement:
    """A place in Canvas where the tool shows up, by Canvas's own name; sizes in CSS pixels."""

    name: str
    message: str
    what: str
    visibility: str = ""
    is_off_at_first: bool = False
    size: tuple[int, int] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What platforms call it, best first."""
        standard = ("ContentArea",) if self.name == "link_selection" else ()
        return (*standard, CANVAS + self.name, self.name)


PLACEMENTS = (
    Placement("course_navigation", _LAUNCH, N_("the course menu"), "members", is_off_at_first=True),
    Placement("account_navigation", _LAUNCH, N_("the account's menu"), "admins"),
    Placement("assignment_selection", _PICK, N_("choosing for an assignment"), size=(900, 700)),
    Placement("link_selection", _PICK, N_("choosing for a module"), size=(900, 700)),
)


def developer_key(public_url: str) -> dict[str, Any]:
    """The configuration of an LTI key in Canvas."""
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "oidc_initiation_url": f"{public_url}/lti/login",
        "target_link_uri": f"{public_url}/lti/launch",
        "public_jwk_url": f"{public_url}/lti/jwks.json",
        "scopes": list(SCOPES),
        "custom_fields": dict(VARIABLES),
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": urlsplit(public_url).netloc,
                "tool_id": TOOL_ID,
                "privacy_level": PRIVACY_LEVEL,
                "settings": {
                    "text": TITLE,
                    "labels": _labels(),
                    "icon_url": _icon(public_url),
                    "placements": [_key_placement(each, public_url) for each in PLACEMENTS],
                },
            }
        ],
    }


def registration_request(platform: OpenidConfiguration, public_url: str) -> dict[str, Any]:
    """The registration to send to this platform."""
    return {
        "application_type": "web",
        "grant_types": ["client_credentials", "implicit"],
        "response_types": ["id_token"],
        "redirect_uris": [f"{public_url}/lti/launch"],
        "initiate_login_uri": f"{public_url}/lti/login",
        "jwks_uri": f"{public_url}/lti/jwks.json",
        "token_endpoint_auth_method": "private_key_jwt",
        "client_name": TITLE,
        "client_uri": public_url,
        "logo_uri": _icon(public_url),
        "scope": " ".join(wanted_scopes(platform)),
        TOOL_CONFIGURATION: _tool_configuration(platform, public_url),
    }


def wanted_scopes(platform: OpenidConfiguration) -> tuple[str, ...]:
    """The tool's scopes that the platform has; all when it lists none, for unknown ones are refused."""
    return tuple(scope for scope in SCOPES if not platform.scopes or scope in platform.scopes)


def wanted_placements(platform: OpenidConfiguration) -> dict[Placement, str]:
    """The places that the platform has, and its name for each. Those that it does not list are left out."""
    found = {}
    for each in PLACEMENTS:
        listed = platform.placements.get(each.message, frozenset())
        names = [name for name in each.names if name in listed]
        if names or not any(platform.placements.values()):
            found[each] = names[0] if names else CANVAS + each.name
    return found


def _tool_configuration(platform: OpenidConfiguration, public_url: str) -> dict[str, Any]:
    variables = {
        name: variable
        for name, variable in VARIABLES.items()
        if platform.is_canvas or variable.removeprefix("$") in platform.variables
    }
    standard = {
        "domain": urlsplit(public_url).netloc,
        "description": DESCRIPTION,
        "target_link_uri": f"{public_url}/lti/launch",
        "custom_parameters": variables,
        "claims": [
            each for each in CLAIMS if each == "iss" or not platform.claims or each in platform.claims
        ],
    }
    if not platform.is_canvas:
        return {**standard, "messages": _standard_messages(platform, public_url)}
    return {
        **standard,
        "messages": [
            _canvas_message(each, name, public_url) for each, name in wanted_placements(platform).items()
        ],
        f"{CANVAS}tool_id": TOOL_ID,
        f"{CANVAS}privacy_level": PRIVACY_LEVEL,
    }


def _standard_messages(platform: OpenidConfiguration, public_url: str) -> list[dict[str, Any]]:
    """The kinds of message that the platform has, placed nowhere in particular."""
    kinds = [kind for kind in (_LAUNCH, _PICK) if not platform.placements or kind in platform.placements]
    return [_message(kind, public_url) for kind in kinds]


def _canvas_message(placement: Placement, name: str, public_url: str) -> dict[str, Any]:
    message = {**_message(placement.message, public_url), "icon_uri": _icon(public_url), "placements": [name]}
    if placement.is_off_at_first:
        message[f"{CANVAS}course_navigation/default_enabled"] = False
    if placement.visibility:
        message[f"{CANVAS}visibility"] = placement.visibility
    if placement.size:
        message[f"{CANVAS}launch_width"], message[f"{CANVAS}launch_height"] = placement.size
    return message


def _message(kind: str, public_url: str) -> dict[str, Any]:
    named = {f"label#{language}": text for language, text in _labels().items() if language != "en"}
    return {"type": kind, "target_link_uri": f"{public_url}/lti/launch", "label": TITLE, **named}


def _key_placement(placement: Placement, public_url: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "placement": placement.name,
        "enabled": True,
        "message_type": placement.message,
        "target_link_uri": f"{public_url}/lti/launch",
        "text": TITLE,
        "labels": _labels(),
        "icon_url": _icon(public_url),
    }
    if placement.is_off_at_first:
        described["default"] = "disabled"
    if placement.visibility:
        described["visibility"] = placement.visibility
    if placement.size:
        described["selection_width"], described["selection_height"] = placement.size
    return described


def _labels() -> dict[str, str]:
    return {language: translator(language)(TITLE) for language in ("en", "sv")}


def _icon(public_url: str) -> str:
    return f"{public_url}/static/icon.svg"
