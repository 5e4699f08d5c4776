"""The JSON of an LTI key as an administrator pastes it, with Canvas's own checks."""

from __future__ import annotations

import json
from typing import Any

from .wishes import (
    PLACEMENTS,
    RESOURCE_LINK,
    InvalidWishError,
    Wish,
    fields_in,
    problems_with,
    text_in,
    texts_in,
)

_PLATFORM = "canvas.instructure.com"
_KEPT = ("text", "icon_url", "default", "visibility", "selection_height", "selection_width", "display_type")


def read_key(source: str, *, name: str, redirect_uris: tuple[str, ...]) -> Wish:
    """The key that this JSON describes. Raises InvalidWishError."""
    try:
        described = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise InvalidWishError(["Invalid JSON"]) from error
    if not isinstance(described, dict):
        raise InvalidWishError(["The configuration is no JSON object"])
    problems: list[str] = []
    title = text_in(described, "title", problems)
    text_in(described, "description", problems)
    target = text_in(described, "target_link_uri", problems)
    extension = _extension(described, problems)
    jwk = described.get("public_jwk")
    jwk_url = text_in(described, "public_jwk_url", problems, needed=False)
    if not jwk_url and not isinstance(jwk, dict):
        problems.append("tool configuration must have public jwk or public jwk url")
    wish = Wish(
        name=name or title,
        redirect_uris=redirect_uris or (target,),
        oidc_initiation_url=text_in(described, "oidc_initiation_url", problems),
        target_link_uri=target,
        public_jwk_url=jwk_url or None,
        scopes=texts_in(described, "scopes", problems),
        domain=text_in(extension, "domain", problems, needed=False),
        privacy_level=text_in(extension, "privacy_level", problems, needed=False) or "anonymous",
        custom_fields=fields_in(described, "custom_fields", problems),
        placements=_placements(extension, target, problems),
        public_jwk=jwk if isinstance(jwk, dict) else {},
    )
    if problems := problems + problems_with(wish):
        raise InvalidWishError(problems)
    return wish


def _extension(described: dict[str, Any], problems: list[str]) -> dict[str, Any]:
    """The extension that is meant for Canvas."""
    extensions = described.get("extensions", [])
    if not isinstance(extensions, list):
        problems.append("extensions is no list")
        return {}
    for each in extensions:
        if not isinstance(each, dict) or not isinstance(each.get("settings"), dict) or "platform" not in each:
            problems.append("an extension needs platform and settings")
        elif each["platform"] == _PLATFORM:
            return each
    return {}


def _placements(extension: dict[str, Any], target: str, problems: list[str]) -> tuple[dict[str, Any], ...]:
    listed = extension.get("settings", {}).get("placements", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        problems.append("placements is no list of objects")
        return ()
    found = []
    for each in listed:
        name = text_in(each, "placement", problems)
        kind = text_in(each, "message_type", problems, needed=False) or RESOURCE_LINK
        if kind not in PLACEMENTS:
            problems.append(f"unknown message type {kind}")
        if each.get("enabled", True):
            kept = {key: each[key] for key in _KEPT if each.get(key) is not None}
            found.append(
                {
                    "placement": name,
                    "message_type": kind,
                    "target_link_uri": text_in(each, "target_link_uri", problems, needed=False) or target,
                    "custom_fields": fields_in(each, "custom_fields", problems),
                    **kept,
                }
            )
    return tuple(found)
