"""The body of a dynamic registration, with Canvas's own checks. Source: LTI Dynamic Registration 1.0 §3.5."""

from __future__ import annotations

from typing import Any

from .wishes import (
    PLACEMENTS,
    InvalidWishError,
    Wish,
    fields_in,
    problems_with,
    text_in,
    texts_in,
)

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
CANVAS = "https://canvas.instructure.com/lti/"
_STANDARD_NAMES = {"ContentArea": "link_selection", "RichTextEditor": "editor_button"}
_FIXED = {"application_type": "web", "token_endpoint_auth_method": "private_key_jwt"}
_CONTAINED = {"grant_types": {"client_credentials", "implicit"}, "response_types": {"id_token"}}


def read_registration(body: dict[str, Any]) -> Wish:
    """The tool that this registration describes. Raises InvalidWishError."""
    problems: list[str] = []
    for name, wanted in _FIXED.items():
        if text_in(body, name, problems) not in {wanted, ""}:
            problems.append(f"{name} must be {wanted!r}")
    for name, needed in _CONTAINED.items():
        if not needed <= set(texts_in(body, name, problems)):
            problems.append(f"{name} must include {', '.join(sorted(needed))}")
    tool = body.get(TOOL)
    if not isinstance(tool, dict):
        raise InvalidWishError([*problems, f"{TOOL} is missing"])
    redirect_uris = texts_in(body, "redirect_uris", problems)
    if not redirect_uris:
        problems.append("redirect_uris is missing")
    target = text_in(tool, "target_link_uri", problems)
    claims = texts_in(tool, "claims", problems)
    if "claims" not in tool:
        problems.append("claims is missing")
    if not isinstance(body.get("scope"), str):
        problems.append("scope is missing")
    wish = Wish(
        name=text_in(body, "client_name", problems),
        redirect_uris=redirect_uris,
        oidc_initiation_url=text_in(body, "initiate_login_uri", problems),
        target_link_uri=target,
        public_jwk_url=text_in(body, "jwks_uri", problems),
        scopes=tuple(str(body.get("scope") or "").split()),
        domain=text_in(tool, "domain", problems),
        privacy_level=text_in(tool, f"{CANVAS}privacy_level", problems, needed=False)
        or inferred_level(claims),
        custom_fields=fields_in(tool, "custom_parameters", problems),
        placements=_placements(tool, target, problems),
    )
    if problems := problems + problems_with(wish):
        raise InvalidWishError(problems)
    return wish


def inferred_level(claims: tuple[str, ...]) -> str:
    """The privacy level of a tool that names none, from the claims that it asks for."""
    has_name = bool({"name", "given_name", "family_name"}.intersection(claims))
    has_email = "email" in claims
    if "picture" in claims or (has_name and has_email):
        return "public"
    if has_name:
        return "name_only"
    return "email_only" if has_email else "anonymous"


def _placements(tool: dict[str, Any], target: str, problems: list[str]) -> tuple[dict[str, Any], ...]:
    """One placement for each place of each message; a message without any is for link_selection."""
    messages = tool.get("messages")
    if not isinstance(messages, list) or not all(isinstance(each, dict) for each in messages):
        problems.append("messages is missing")
        return ()
    found: dict[str, dict[str, Any]] = {}
    for message in messages:
        kind = text_in(message, "type", problems)
        if kind and kind not in PLACEMENTS:
            problems.append(f"unknown message type {kind}")
        for name in texts_in(message, "placements", problems) or ("link_selection",):
            bare = _STANDARD_NAMES.get(name, name.removeprefix(CANVAS))
            found.setdefault(bare, _placement(bare, kind, message, target, problems))
    return tuple(found.values())


def _placement(
    name: str, kind: str, message: dict[str, Any], target: str, problems: list[str]
) -> dict[str, Any]:
    extras = {
        "icon_url": message.get("icon_uri"),
        "visibility": message.get(f"{CANVAS}visibility"),
        "selection_width": message.get(f"{CANVAS}launch_width"),
        "selection_height": message.get(f"{CANVAS}launch_height"),
    }
    if name == "course_navigation" and message.get(f"{CANVAS}course_navigation/default_enabled") is False:
        extras["default"] = "disabled"
    return {
        "placement": name,
        "message_type": kind,
        "target_link_uri": text_in(message, "target_link_uri", problems, needed=False) or target,
        "text": text_in(message, "label", problems, needed=False),
        "custom_fields": fields_in(message, "custom_parameters", problems),
        **{key: value for key, value in extras.items() if value is not None},
    }
