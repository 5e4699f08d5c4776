"""The token endpoint: client credentials by a signed assertion (RFC 7523).

Moodle's answer is JSON that calls itself `text/html`; a token of Open edX may live for a minute.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta

import jwt
from flask import Response, request

from .school import SCOPES, PlainPlatform, the_platform

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def token() -> Response:
    """An access token for those of the scopes that the tool may have."""
    platform = the_platform()
    form = request.form
    if (form.get("grant_type"), form.get("client_assertion_type")) != ("client_credentials", ASSERTION_TYPE):
        return _said(platform, 400, error="unsupported_grant_type")
    if not _is_of_tool(platform, form.get("client_assertion", "")):
        return _said(platform, 400, error="invalid_client")
    scopes = [scope for scope in form.get("scope", "").split() if scope in SCOPES]
    if not scopes:
        return _said(platform, 400, error="invalid_scope")
    access_token, life = secrets.token_hex(16), platform.shape.token_seconds
    platform.tokens[access_token] = (frozenset(scopes), platform.now() + timedelta(seconds=life))
    return _said(
        platform,
        200,
        access_token=access_token,
        token_type="Bearer",  # noqa: S106 - a type
        expires_in=life,
        scope=" ".join(scopes),
    )


def _said(platform: PlainPlatform, status: int, **body: object) -> Response:
    media_type = f"{platform.shape.token_media_type}; charset=utf-8"
    return Response(json.dumps(body, indent=2), status=status, content_type=media_type)


def _is_of_tool(platform: PlainPlatform, assertion: str) -> bool:
    """Whether the tool signed it, for this endpoint, and it is not over."""
    address = platform.url(platform.shape.paths.token)
    try:
        kid = jwt.get_unverified_header(assertion).get("kid")
        for key in platform.config.tool_keys:
            if key.get("kid") == kid:
                public = jwt.PyJWK(dict(key), algorithm="RS256")
                options = {"require": ["exp", "iat", "jti", "sub"]}
                claims = jwt.decode(
                    assertion,
                    public,
                    algorithms=["RS256"],
                    audience=address,
                    options=options,  # type: ignore[arg-type]
                )
                return bool(claims["sub"] == claims.get("iss") == platform.shape.client_id)
    except (jwt.InvalidTokenError, jwt.PyJWKError):
        return False
    return False
