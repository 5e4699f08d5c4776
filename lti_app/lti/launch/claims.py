"""The claims of a launch, read strictly into a typed value: what leaves the verifier.

Nothing is verified here but shape. A claim that is missing, null, empty or an unresolved variable (`$…`) is
absent; a required one then has its own refusal. A claim of another type than the specification's is refused.
Ids are never cut, for a cut id could be somebody else's; names are. Longer than most: one reader per claim.
Source: LTI 1.3 core §5.3–5.4, Deep Linking 2.0 §4.4, AGS 2.0 §3.1, NRPS 2.0 §3.6, OpenID Connect Core §5.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lti_app.errors import Problem
from lti_app.lti.addresses import origin_of
from lti_app.lti.deep_linking.settings import DeepLinkSettings, read_settings
from lti_app.web.typed import is_blank

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
RESOURCE_LINK_MESSAGE = "LtiResourceLinkRequest"
DEEP_LINKING_MESSAGE = "LtiDeepLinkingRequest"
_AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
_NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
_AGS_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
_AGS_SCOPES = {"lineitem", "lineitem.readonly", "score", "result.readonly"}
_LONGEST_ID = 255
_MOST_OBSERVED = 100
_LONGEST_URL = 1000
_LONGEST_TITLE = 300
_MOST_ROLES = 100
_MOST_CUSTOM = 100
_LONGEST_CUSTOM = 2000
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class CourseContext:
    """The LTI context of a launch. Canvas sends an account as one too: that is no course."""

    id: str
    label: str
    title: str


@dataclass(frozen=True)
class Named:
    """The ids that a token names; None for one that is absent or malformed, which the verifier refuses."""

    deployment_id: str | None
    sub: str | None
    context_id: str | None


@dataclass(frozen=True)
class LaunchClaims:
    """One verified launch. Texts are clean, and empty where a claim that may be absent is.

    `deep_linking` is there when the platform asks for content instead of opening a link. `custom` has the
    custom parameters that were given a value, every value as text: `true`, `42`.
    """

    deployment_id: str
    sub: str
    roles: tuple[str, ...]
    target_link_uri: str
    resource_link_id: str
    resource_link_title: str
    deep_linking: DeepLinkSettings | None
    course: CourseContext | None
    name: str
    given_name: str
    family_name: str
    email: str
    locale: str
    return_url: str
    lineitems_url: str
    lineitem_url: str
    memberships_url: str
    product_family: str
    custom: Mapping[str, str]
    gradebook_scopes: str
    observed_subs: tuple[str, ...]


def read_claims(payload: Mapping[str, Any]) -> LaunchClaims:
    """The claims of a launch. Raises Problem with the slug of what is missing or malformed."""
    if _text(payload, LTI + "version") != "1.3.0":
        raise Problem("version-unsupported")
    message = _text(payload, LTI + "message_type")
    if message not in {RESOURCE_LINK_MESSAGE, DEEP_LINKING_MESSAGE}:
        raise Problem("message-unsupported")
    asks_for_content = message == DEEP_LINKING_MESSAGE
    resource_link = _object(payload, LTI + "resource_link")
    presentation = _object(payload, LTI + "launch_presentation")
    given, family = _name(payload, "given_name"), _name(payload, "family_name")
    return LaunchClaims(
        deployment_id=_id(payload, LTI + "deployment_id") or _missing("deployment-missing"),
        sub=_id(payload, "sub") or _missing("anonymous"),
        roles=_roles(payload),
        target_link_uri=_text(payload, LTI + "target_link_uri") or _missing("target-foreign"),
        resource_link_id=_id(resource_link, "id")
        or ("" if asks_for_content else _missing("resource-link-missing")),
        resource_link_title=" ".join(_text(resource_link, "title").split())[:_LONGEST_TITLE],
        deep_linking=read_settings(payload.get(DEEP_LINKING + "deep_linking_settings"))
        if asks_for_content
        else None,
        course=_course(payload),
        name=_name(payload, "name") or f"{given} {family}".strip(),
        given_name=given,
        family_name=family,
        email=_email(payload),
        locale=(_text(payload, "locale") or _text(presentation, "locale"))[:20],
        return_url=_url(presentation, "return_url", 2000),
        lineitems_url=_url(_object(payload, _AGS), "lineitems", _LONGEST_URL),
        lineitem_url=_url(_object(payload, _AGS), "lineitem", _LONGEST_URL),
        memberships_url=_url(_object(payload, _NRPS), "context_memberships_url", _LONGEST_URL),
        product_family=_text(_object(payload, LTI + "tool_platform"), "product_family_code")[:100],
        custom=_custom(payload),
        gradebook_scopes=_gradebook_scopes(payload),
        observed_subs=_observed_subs(payload),
    )


def _gradebook_scopes(payload: Mapping[str, Any]) -> str:
    """The last words of the gradebook's scopes (`lineitem score`), sorted; `-` for none, or empty."""
    endpoint = _object(payload, _AGS)
    scopes = _texts(endpoint, "scope")
    if scopes is None:
        return ""
    known = {each.removeprefix(_AGS_SCOPE) for each in scopes if each.startswith(_AGS_SCOPE)}
    return " ".join(sorted(known & _AGS_SCOPES)) or "-"


def _observed_subs(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom an observer observes: the claim of LTI 1.3 core §5.4.4, else Canvas's custom variable."""
    named = _texts(payload, LTI + "role_scope_mentor")
    if named is None:
        named = _custom(payload).get("observees", "").split(",")
    subs = (each.strip() for each in named)
    return tuple(dict.fromkeys(each for each in subs if 0 < len(each) <= _LONGEST_ID))[:_MOST_OBSERVED]


def claimed_text(payload: Mapping[str, Any], claim: str) -> str:
    """A text claim, clean; empty when it is absent. Raises Problem("claim-malformed") for another type."""
    return _text(payload, claim)


def claimed_id(payload: Mapping[str, Any], claim: str) -> str:
    """An id exactly as it stands; empty when absent. Raises Problem("claim-malformed") if it is none."""
    return _id(payload, claim)


def named_by(payload: Mapping[str, Any]) -> Named:
    """Whom and what a token names, so that they can be looked up before it is verified."""
    context = payload.get(LTI + "context")
    return Named(
        _id_or_none(payload, LTI + "deployment_id"),
        _id_or_none(payload, "sub"),
        _id_or_none(context, "id") if isinstance(context, dict) else None,
    )


def return_url_of(payload: Mapping[str, Any]) -> str:
    """The way back to the course that a verified token names, even one that is refused for something else."""
    try:
        return _url(_object(payload, LTI + "launch_presentation"), "return_url", 2000)
    except Problem:
        return ""


def _id_or_none(claims: Mapping[str, Any], claim: str) -> str | None:
    try:
        return _id(claims, claim) or None
    except Problem:
        return None


def _missing(slug: str) -> str:
    raise Problem(slug)


def _malformed(claim: str) -> Problem:
    return Problem("claim-malformed", claim.removeprefix(LTI))


def _text(claims: Mapping[str, Any], claim: str) -> str:
    value = claims.get(claim)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _malformed(claim)
    clean = (value if value.isprintable() else _UNSTORABLE.sub("", value)).strip()
    return "" if clean.startswith("$") else clean


def _object(claims: Mapping[str, Any], claim: str) -> Mapping[str, Any]:
    value = claims.get(claim)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _malformed(claim)
    return value


def _texts(claims: Mapping[str, Any], claim: str) -> list[str] | None:
    value = claims.get(claim)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise _malformed(claim)
    return value


def _id(claims: Mapping[str, Any], claim: str) -> str:
    value = _text(claims, claim)
    if value and (value != claims[claim] or len(value) > _LONGEST_ID):
        raise _malformed(claim)
    return value


def _roles(claims: Mapping[str, Any]) -> tuple[str, ...]:
    roles = _texts(claims, LTI + "roles")
    if roles is None:
        raise Problem("roles-missing")
    if len(roles) > _MOST_ROLES:
        raise _malformed(LTI + "roles")
    return tuple(roles)


def _course(claims: Mapping[str, Any]) -> CourseContext | None:
    context = _object(claims, LTI + "context")
    types = _texts(context, "type") or []
    if not (context_id := _id(context, "id")) or (types and all(kind.endswith("Account") for kind in types)):
        return None
    return CourseContext(context_id, _text(context, "label")[:300], _text(context, "title")[:500])


def _custom(claims: Mapping[str, Any]) -> Mapping[str, str]:
    """The custom parameters with a value. Platforms expand variables to JSON numbers and booleans too; one
    that is neither, or longer than any of ours, is left out, for no launch depends on one.
    """
    found: dict[str, str] = {}
    for name, value in list(_object(claims, LTI + "custom").items())[:_MOST_CUSTOM]:
        if isinstance(value, bool):
            text = str(value).lower()
        elif isinstance(value, int | float):
            text = str(value)
        else:
            text = _text({name: value}, name) if isinstance(value, str) else ""
        if text and len(text) <= _LONGEST_CUSTOM:
            found[name] = text
    return found


def _name(claims: Mapping[str, Any], claim: str) -> str:
    name = " ".join(_text(claims, claim).split())[:300]
    return "" if is_blank(name) else name


def _email(claims: Mapping[str, Any]) -> str:
    email = _text(claims, "email")
    return email if len(email) <= 320 and email.count("@") == 1 and " " not in email else ""


def _url(claims: Mapping[str, Any], claim: str, longest: int) -> str:
    """A clean http(s) address; anything else that is text counts as absent, for no launch depends on one."""
    url = _text(claims, claim)
    return url if len(url) <= longest and origin_of(url) else ""
