"""What a tool calls during a dynamic registration: the platform's OpenID configuration, and registering.

Source: LTI Dynamic Registration 1.0 §3, and what Canvas documents of its own.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from lti_app.demo.current import the_canvas
from lti_app.demo.services.calls import json_object, refused
from lti_app.demo.services.gate import guard

from .registrations import InvalidRegistrationTokenError, Registration
from .tool_registration import CANVAS, TOOL, read_registration
from .wishes import PLACEMENTS, SCOPES, InvalidWishError

_STANDARD_NAMES = {"link_selection": "ContentArea", "editor_button": "RichTextEditor"}
_VARIABLES = (
    "ResourceLink.id",
    "ResourceLink.title",
    "Context.id",
    "Context.id.history",
    "Person.name.full",
    "Person.address.timezone",
    "Message.locale",
    "Canvas.user.id",
    "Canvas.user.prefersHighContrast",
    "Canvas.assignment.allowedAttempts",
    "com.instructure.brandConfigJSON.url",
    "com.instructure.User.observees",
)

blueprint = Blueprint("dynamic_registration", __name__, url_prefix="/api/lti")
guard(blueprint)


def configuration_url(token: str) -> str:
    """The address of the configuration as a tool is given it: with the token in it."""
    return f"{the_canvas().config.base_url}/api/lti/security/openid-configuration?registration_token={token}"


@blueprint.get("/security/openid-configuration")
def openid_configuration() -> Response:
    """What this platform is, for a tool that is about to register."""
    _registration_of(_bearer() or request.args.get("registration_token", ""))
    canvas = the_canvas()
    config, account = canvas.config, canvas.courses.account()
    return jsonify(
        {
            "issuer": config.issuer_url,
            "authorization_endpoint": config.auth_url,
            "registration_endpoint": f"{config.base_url}/api/lti/registrations",
            "jwks_uri": config.jwks_url,
            "token_endpoint": config.token_url,
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "scopes_supported": list(SCOPES),
            "response_types_supported": ["id_token"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "picture", "email", "name", "given_name", "family_name", "locale"],
            "subject_types_supported": ["public"],
            "authorization_server": config.issuer_url.partition("://")[2],
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                "product_family_code": "canvas",
                "version": "OpenSource",
                "messages_supported": [
                    {"type": kind, "placements": [_offered(name) for name in names]}
                    for kind, names in PLACEMENTS.items()
                ],
                "notice_types_supported": ["LtiHelloWorldNotice", "LtiContextCopyNotice"],
                "variables": list(_VARIABLES),
                f"{CANVAS}account_name": account.name,
                f"{CANVAS}account_lti_guid": account.guid,
            },
        }
    )


@blueprint.post("/registrations")
def register() -> Response:
    """Make a key of what the tool sends, off until an administrator has looked at it."""
    registration = _registration_of(_bearer())
    body = json_object()
    try:
        wish = read_registration(body)
        key, app = the_canvas().registrations.complete(
            registration, wish, with_app=the_canvas().switches.registration_installs
        )
    except InvalidWishError as error:
        raise refused(422, "; ".join(error.messages)) from error
    except InvalidRegistrationTokenError as error:
        raise refused(401, str(error)) from error
    answer: dict[str, Any] = {
        **body,
        "client_id": key.client_id,
        f"{CANVAS}registration_config_url": f"{the_canvas().config.base_url}/api/lti/registrations/"
        f"{registration.uuid}/view",
    }
    if app is not None:
        answer[TOOL] = {**body[TOOL], "deployment_id": app.deployment_id}
    return jsonify(answer)


def _bearer() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _registration_of(token: str) -> Registration:
    try:
        return the_canvas().registrations.read_token(token)
    except InvalidRegistrationTokenError as error:
        raise refused(401, str(error)) from error


def _offered(name: str) -> str:
    """A placement as this release lists it."""
    if not the_canvas().switches.registration_prefixes:
        return name
    return _STANDARD_NAMES.get(name, CANVAS + name)
