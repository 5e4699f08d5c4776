"""The claims of a launch, but for its times and nonce, in the platform's shape."""

from __future__ import annotations

from typing import Any

from .school import DEPLOYMENT_ID, NRPS, SCOPES, Person, PlainPlatform

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"


def claims_of(platform: PlainPlatform, person: Person, target_link_uri: str) -> dict[str, Any]:
    """One launch of the course's one link."""
    shape, config = platform.shape, platform.config
    claims: dict[str, Any] = {
        "iss": config.base_url,
        "aud": shape.client_id,
        "sub": platform.sub_of(person.login),
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": DEPLOYMENT_ID,
        f"{LTI}target_link_uri": target_link_uri,
        f"{LTI}roles": roles_of(platform, person),
        f"{LTI}context": {
            "id": shape.context_id,
            "label": "INTM01",
            "title": "Internationella meriter",
            "type": [shape.context_type],
        },
        f"{LTI}resource_link": {"id": shape.resource_link_id, "title": "CIM"},
        f"{LTI}launch_presentation": {"document_target": "iframe"},
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
            "scope": [scope for scope in SCOPES if scope != NRPS],
            "lineitems": platform.service(shape.paths.line_items),
        },
        "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {
            "context_memberships_url": platform.url(shape.paths.memberships),
            "service_versions": ["1.0", "2.0"],
        },
    }
    if shape.has_azp:
        claims["azp"] = shape.client_id
    if shape.product_family is not None:
        claims[f"{LTI}tool_platform"] = {
            "product_family_code": shape.product_family,
            "version": "2026042000",
            "guid": "plain.test",
        }
        claims[f"{LTI}launch_presentation"] |= {
            "locale": "en",
            "return_url": f"{config.base_url}/mod/lti/return.php?course=2",
        }
    if shape.has_names:
        claims |= {"name": person.name, "email": person.email}
    if shape.has_names and shape.has_numeric_ids:
        claims |= {"given_name": person.given_name, "family_name": person.family_name}
    return claims


def roles_of(platform: PlainPlatform, person: Person) -> list[str]:
    """The roles claim: those of the context, or only those at the institution."""
    if not platform.shape.has_context_roles:
        kinds = ["Instructor", "Student"] if person.is_teacher else ["Student"]
        return [f"{VOCABULARY}institution/person#{kind}" for kind in kinds]
    role = f"{VOCABULARY}membership#" + ("Instructor" if person.is_teacher else "Learner")
    above = [f"{VOCABULARY}system/person#Administrator", f"{VOCABULARY}institution/person#Administrator"]
    return [role, *(above if person.is_administrator else ())]
