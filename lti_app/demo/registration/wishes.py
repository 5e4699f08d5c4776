"""What a tool asks to be registered as, checked as Canvas checks it, whichever way it came.

Owns the words Canvas knows (scopes, placements, privacy levels) and the shape both ways end in. Sources:
Canvas's documentation of LTI developer keys, placements and token scopes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope"
SCOPES = (
    f"{AGS}/lineitem",
    f"{AGS}/lineitem.readonly",
    f"{AGS}/result.readonly",
    f"{AGS}/score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
    "https://purl.imsglobal.org/spec/lti/scope/noticehandlers",
    "https://canvas.instructure.com/lti-ags/progress/scope/show",
    "https://canvas.instructure.com/lti/public_jwk/scope/update",
    "https://canvas.instructure.com/lti/account_lookup/scope/show",
    "https://canvas.instructure.com/lti/page_content/show",
)
RESOURCE_LINK, DEEP_LINKING = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"
PLACEMENTS = {
    RESOURCE_LINK: (
        "account_navigation",
        "assignment_edit",
        "assignment_menu",
        "assignment_view",
        "course_home_sub_navigation",
        "course_navigation",
        "course_settings_sub_navigation",
        "global_navigation",
        "module_menu",
        "student_context_card",
        "user_navigation",
    ),
    DEEP_LINKING: (
        "assignment_selection",
        "collaboration",
        "course_assignments_menu",
        "editor_button",
        "homework_submission",
        "link_selection",
        "migration_selection",
        "module_index_menu_modal",
        "module_menu_modal",
        "submission_type_selection",
    ),
}
PRIVACY_LEVELS = ("public", "name_only", "email_only", "anonymous")
_DOMAIN = re.compile(
    r"([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(:\d{1,5})?"
)


class InvalidWishError(Exception):
    """What a tool sent cannot be registered; `messages` say why, one each."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


@dataclass(frozen=True, slots=True)
class Wish:
    """A tool as it wants to be. `placements` are dictionaries as in Canvas's JSON configuration."""

    name: str
    redirect_uris: tuple[str, ...]
    oidc_initiation_url: str
    target_link_uri: str
    public_jwk_url: str | None
    scopes: tuple[str, ...]
    domain: str
    privacy_level: str
    custom_fields: dict[str, str] = field(default_factory=dict)
    placements: tuple[dict[str, Any], ...] = ()
    public_jwk: dict[str, Any] = field(default_factory=dict)


def problems_with(wish: Wish) -> list[str]:
    """What both ways refuse: unknown scopes, placements and levels, addresses and domains that are none."""
    found = []
    if unknown := [scope for scope in wish.scopes if scope not in SCOPES]:
        found.append(f"Invalid scopes: {', '.join(unknown)}")
    for placement in wish.placements:
        name, kind = placement["placement"], placement["message_type"]
        if not any(name in names for names in PLACEMENTS.values()):
            found.append(f"Unknown placement {name}")
        elif name not in PLACEMENTS.get(kind, ()):
            found.append(f"Placement {name} does not support message type {kind}")
    if wish.privacy_level not in PRIVACY_LEVELS:
        found.append(f"Unknown privacy level {wish.privacy_level}")
    if wish.domain and not _DOMAIN.fullmatch(wish.domain):
        found.append(f"{wish.domain} is no domain")
    addresses = (*wish.redirect_uris, wish.oidc_initiation_url, wish.target_link_uri, wish.public_jwk_url)
    found += [f"{url} is no address" for url in addresses if url and not is_address(url)]
    return found


def is_address(url: str) -> bool:
    """Whether a browser could go there."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def text_in(holder: dict[str, Any], name: str, problems: list[str], *, needed: bool = True) -> str:
    """A text member; its absence or another type is added to the problems."""
    value = holder.get(name)
    if value is None or value == "":
        problems += [f"{name} is missing"] if needed else []
        return ""
    if not isinstance(value, str):
        problems.append(f"{name} is no text")
        return ""
    return value


def texts_in(holder: dict[str, Any], name: str, problems: list[str]) -> tuple[str, ...]:
    """A list of texts; none when absent."""
    value = holder.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        problems.append(f"{name} is no list of texts")
        return ()
    return tuple(value)


def fields_in(holder: dict[str, Any], name: str, problems: list[str]) -> dict[str, str]:
    """Custom fields: an object of texts; none when absent."""
    value = holder.get(name) or {}
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        problems.append(f"{name} is no object of texts")
        return {}
    return value
