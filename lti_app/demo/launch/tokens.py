"""Access tokens: what a signed one says, whether it still holds, how all are revoked; not who gets one."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import jwt

from lti_app.demo.world.store import Store

LIFETIME_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a valid bearer token allows."""

    client_id: str
    scopes: frozenset[str]


class InvalidAccessTokenError(Exception):
    """The bearer token is forged, expired or revoked."""


class Tokens:
    """Issues and reads access tokens."""

    def __init__(self, store: Store, secret: str, audience: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._secret = secret
        self._audience = audience
        self._clock = clock

    def issue(self, client_id: str, scopes: list[str]) -> str:
        """A token for one hour."""
        issued = int(self._clock().timestamp())
        payload = {
            "iss": "Canvas",
            "sub": client_id,
            "aud": self._audience,
            "iat": issued,
            "exp": issued + LIFETIME_SECONDS,
            "jti": secrets.token_hex(16),
            "scopes": " ".join(scopes),
            "generation": self._generation(),
        }
        return jwt.encode(payload, self._secret, algorithm="HS256")

    def read(self, token: str) -> AccessToken:
        """What the token allows now; InvalidAccessTokenError otherwise."""
        options = {"verify_exp": False, "verify_iat": False}
        try:
            payload = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                audience=self._audience,
                options=options,  # type: ignore[arg-type]
            )
        except jwt.InvalidAudienceError as error:
            raise InvalidAccessTokenError("Invalid access token field/s: the 'aud' is invalid") from error
        except jwt.InvalidTokenError as error:
            raise InvalidAccessTokenError("Invalid access token") from error
        if payload["exp"] <= self._clock().timestamp():
            raise InvalidAccessTokenError("Access token expired")
        if payload["generation"] != self._generation():
            raise InvalidAccessTokenError("Access token revoked")
        return AccessToken(payload["sub"], frozenset(payload["scopes"].split()))

    def revoke_all(self) -> None:
        """Make every token issued so far worthless."""
        self._store.remember("token_generation", str(self._generation() + 1))

    def _generation(self) -> int:
        return int(self._store.setting("token_generation") or "0")
