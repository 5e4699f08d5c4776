"""`POST /login/oauth2/token`.

The client-credentials grant with a signed assertion (RFC 7523), every check of Canvas.

The tool's public keys are fetched during the request, so that a tool whose key set is slow or gone is
noticed.
"""

from __future__ import annotations

from typing import Any

import jwt
from flask import Blueprint, Response, jsonify, request

from lti_app.demo.current import the_canvas
from lti_app.demo.services.gate import guard
from lti_app.demo.world.tools import DeveloperKey

from .client_keys import KeysNotFetchedError, public_keys
from .tokens import LIFETIME_SECONDS

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
REQUIRED_CLAIMS = ("aud", "exp", "iat", "iss", "jti", "sub")
OLDEST_IAT_SECONDS = 300
FUTURE_IAT_SECONDS = 30

blueprint = Blueprint("token_endpoint", __name__)
guard(blueprint)


class TokenRefusedError(Exception):
    """No token; carries the OAuth error, its description and the status."""

    def __init__(self, description: str, error: str = "invalid_request", status: int = 400) -> None:
        super().__init__(description)
        self.description = description
        self.error = error
        self.status = status


@blueprint.post("/login/oauth2/token")
def token() -> Response | tuple[Response, int]:
    """An access token for the scopes asked, all of which the developer key must have."""
    try:
        key = _authenticated_key()
        scopes = _granted_scopes(key)
    except TokenRefusedError as refusal:
        return jsonify(error=refusal.error, error_description=refusal.description), refusal.status
    response = jsonify(
        access_token=the_canvas().tokens.issue(key.client_id, scopes),
        token_type="Bearer",  # noqa: S106 - a type, not a secret
        expires_in=LIFETIME_SECONDS,
        scope=" ".join(scopes),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _authenticated_key() -> DeveloperKey:
    form = request.form
    if form.get("grant_type") != "client_credentials":
        raise TokenRefusedError(
            "The grant_type you requested is not currently supported", "unsupported_grant_type"
        )
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise TokenRefusedError("the client_assertion_type is invalid")
    assertion = form.get("client_assertion", "")
    try:
        header = jwt.get_unverified_header(assertion)
        claims: dict[str, Any] = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise TokenRefusedError("the client_assertion is not a JWT") from error
    key = the_canvas().tools.key(str(claims.get("sub", "")))
    if key is None or not key.is_active:
        raise TokenRefusedError("unknown client", "invalid_client", 401)
    _check_claims(claims)
    _check_signature(assertion, header, key)
    return key


def _check_claims(claims: dict[str, Any]) -> None:
    missing = [name for name in REQUIRED_CLAIMS if claims.get(name) in (None, "")]
    if missing:
        raise TokenRefusedError(f"the following assertions are missing: {','.join(missing)}")
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if the_canvas().config.token_url_at(request.host) not in audience:
        raise TokenRefusedError("the 'aud' is invalid")
    now = the_canvas().now().timestamp()
    if not _is_number(claims["exp"]) or claims["exp"] <= now:
        raise TokenRefusedError("the JWT has expired")
    if not _is_number(claims["iat"]) or claims["iat"] < now - OLDEST_IAT_SECONDS:
        raise TokenRefusedError(f"the 'iat' must be less than {OLDEST_IAT_SECONDS} seconds old")
    if claims["iat"] > now + FUTURE_IAT_SECONDS:
        raise TokenRefusedError("the 'iat' must not be in the future")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_signature(assertion: str, header: dict[str, Any], key: DeveloperKey) -> None:
    if header.get("alg") != "RS256":
        raise TokenRefusedError("JWS signature invalid.")
    candidates = [jwk for jwk in _public_keys(key) if jwk.get("kid") == header.get("kid")]
    if not header.get("kid") or not candidates:
        raise TokenRefusedError("JWK Error: no key with the kid of the assertion")
    try:
        public = jwt.PyJWK(candidates[0], algorithm="RS256")
        jwt.decode(
            assertion,
            public,
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False, "verify_aud": False, "verify_nbf": False},
        )
    except (jwt.InvalidTokenError, jwt.PyJWKError) as error:
        raise TokenRefusedError("JWS signature invalid.") from error


def _public_keys(key: DeveloperKey) -> list[dict[str, Any]]:
    try:
        return public_keys(key)
    except KeysNotFetchedError as error:
        raise TokenRefusedError(f"JWK Error: the keys could not be fetched ({error})") from error


def _granted_scopes(key: DeveloperKey) -> list[str]:
    asked = request.form.get("scope", "").split()
    refused = [scope for scope in asked if scope not in key.scopes]
    if not asked or refused:
        raise TokenRefusedError(
            "A requested scope is invalid, unknown, malformed, or exceeds the scope granted by the "
            "resource owner. "
            f"The following scopes were requested, but not granted: {', '.join(refused)}",
            "invalid_scope",
        )
    return asked
