"""Whether a posted token is a launch that this tool asked for: pylti1p3's launch with its open ends closed.

The library gives the order of the checks, the look-ups of registration and deployment, and the message
validators. Ours are: the login row for state and nonce (consumed later, once), strict parsing, the signature
with cached keys, every audience, `azp`, times, and typed claims. Every refusal is a Problem with its slug.
Source: LTI 1.3 core §5, 1EdTech Security Framework 1.0 §5.1.3.
"""

from __future__ import annotations

import hmac
import math
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

import requests
from pylti1p3.cookie import CookieService
from pylti1p3.deployment import Deployment
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch, TJwtData
from pylti1p3.registration import Registration
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config.abstract import ToolConfAbstract

from lti_app.clock import now
from lti_app.errors import Problem
from lti_app.lti.addresses import launch_path
from lti_app.lti.launch.claims import LTI, LaunchClaims, claimed_id, claimed_text, read_claims, return_url_of
from lti_app.lti.launch.jws import SignedToken
from lti_app.lti.launch.logins import LOGIN_LIFETIME, PendingLogin
from lti_app.lti.launch.platform_keys import KeysUnreachableError, PlatformKeys

LEEWAY = timedelta(seconds=60)
_NO_HTTP = requests.Session()  # the library would open one per launch; ours fetches nothing through it


class DeploymentInactiveError(Problem):
    """A verified token of a deployment that nobody has approved yet."""

    def __init__(self, platform_id: uuid.UUID, deployment_id: str) -> None:
        super().__init__("deployment-inactive", f"deployment {deployment_id!r}")
        self.platform_id = platform_id
        self.deployment_id = deployment_id


def verify_launch(
    token: SignedToken, login: PendingLogin, browser_secret: str, keys: PlatformKeys, *, public_origin: str
) -> LaunchClaims:
    """The launch's claims, when everything about it is right; waits at most 5 s for the platform's keys.

    Raises Problem; once the signature is verified, with the way back to the course that the token names.
    """
    launch = _Launch(token, login, browser_secret, keys, public_origin)
    try:
        launch.validate()
        return launch.claims
    except LtiException as error:
        problem = Problem("claim-malformed", str(error)[:200])
        problem.return_url = launch.return_url
        raise problem from error
    except Problem as problem:
        problem.return_url = launch.return_url
        raise


class _Form(Request):
    """The posted form, as far as the library asks for it."""

    def __init__(self, login: PendingLogin) -> None:
        self._fields = {"state": login.state}

    def is_secure(self) -> bool:
        return True

    def get_param(self, key: str) -> str:
        return self._fields.get(key, "")


class _Login(SessionService):
    """The login row where the library expects its session: one nonce, and nothing kept."""

    def __init__(self, login: PendingLogin) -> None:
        self._nonce = login.nonce

    def check_nonce(self, nonce: str) -> bool:
        return hmac.compare_digest(self._nonce.encode(), nonce.encode("utf-8", "replace"))


class _StateCookie(CookieService):
    """The browser's cookie for this state, as the secret it holds."""

    def __init__(self, login: PendingLogin, secret: str) -> None:
        self._is_browser = login.is_browser(secret)

    def get_cookie(self, name: str) -> str | None:
        return name if self._is_browser else None

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        """Refuse: the login view alone sets the state cookie, and a refused launch sets none."""
        raise LtiException("verifying a launch sets no cookie")


class _PlatformOfLogin(ToolConfAbstract[_Form]):
    """The one platform and deployment that this launch can be of."""

    def __init__(self, login: PendingLogin) -> None:
        self._login = login

    def check_iss_has_one_client(self, iss: str) -> bool:
        return False

    def check_iss_has_many_clients(self, iss: str) -> bool:
        return True

    def find_registration_by_issuer(self, iss: str, *args: Any, **kwargs: Any) -> Registration:
        raise LtiException("an issuer alone names no platform")

    def find_registration_by_params(
        self, iss: str, client_id: str, *args: Any, **kwargs: Any
    ) -> Registration:
        if (iss, client_id) != (self._login.issuer, self._login.client_id):
            raise LtiException("not the platform that the login went to")
        registration = Registration().set_issuer(iss).set_client_id(client_id)
        return registration.set_key_set_url(self._login.jwks_url)

    def find_deployment(self, iss: str, deployment_id: str) -> None:
        return None

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *args: Any, **kwargs: Any
    ) -> Deployment | None:
        if deployment_id != self._login.deployment_id or not self._login.is_approved:
            return None
        return Deployment().set_deployment_id(deployment_id)


class _Launch(MessageLaunch[_Form, _PlatformOfLogin, _Login, _StateCookie]):
    """One posted token on its way through the checks; `claims` is there when it has passed them all."""

    claims: LaunchClaims

    def __init__(
        self, token: SignedToken, login: PendingLogin, secret: str, keys: PlatformKeys, public_origin: str
    ) -> None:
        super().__init__(
            _Form(login),
            _PlatformOfLogin(login),
            _Login(login),
            _StateCookie(login, secret),
            requests_session=_NO_HTTP,
        )
        self._token = token
        self._login = login
        self._keys = keys
        self._public_origin = public_origin
        self.return_url = ""

    def _get_request_param(self, key: str) -> str:
        return self._request.get_param(key)

    def validate_state(self) -> _Launch:
        if self._cookie_service.get_cookie(self._get_request_param("state")) is None:
            raise Problem("cookie-missing")
        return self

    def validate_jwt_format(self) -> _Launch:
        self._jwt = cast(TJwtData, {"header": {"kid": self._token.kid}, "body": self._token.payload})
        return self

    def validate_nonce(self) -> _Launch:
        if not self._session_service.check_nonce(claimed_text(self._token.payload, "nonce")):
            raise Problem("token-nonce")
        return self

    def get_client_id(self) -> str:
        return _checked_audience(self._token.payload, self._login.client_id)

    def validate_registration(self) -> _Launch:
        self.get_client_id()
        try:
            super().validate_registration()
        except LtiException:
            raise Problem("token-issuer") from None
        return self

    def validate_jwt_signature(self) -> _Launch:
        try:
            key = self._keys.find(self._login.jwks_url, self._token.kid)
        except KeysUnreachableError:
            raise Problem("platform-keys-unreachable") from None
        if key is None:
            raise Problem("token-key-unknown", "the platform publishes no such key")
        self._token.verify(key)
        self.return_url = return_url_of(self._token.payload)
        _check_times(self._token.payload)
        return self

    def validate_deployment(self) -> _Launch:
        deployment_id = claimed_id(self._token.payload, LTI + "deployment_id")
        if not deployment_id:
            raise Problem("deployment-missing")
        try:
            super().validate_deployment()
        except LtiException:
            raise DeploymentInactiveError(self._login.platform_id, deployment_id) from None
        return self

    def validate_message(self) -> _Launch:
        self.claims = read_claims(self._token.payload)
        super().validate_message()
        if launch_path(self.claims.target_link_uri, self._public_origin) is None:
            raise Problem("target-foreign")
        return self

    def save_launch_data(self) -> _Launch:
        return self


def _checked_audience(payload: Mapping[str, Any], client_id: str) -> str:
    """Our client id when the token is meant for it; several audiences need `azp`, and `azp` must be us."""
    audience = payload.get("aud")
    listed = [audience] if isinstance(audience, str) else audience
    if not isinstance(listed, list) or client_id not in listed:
        raise Problem("token-audience")
    authorized = payload.get("azp")
    if authorized != client_id and (authorized is not None or len(listed) > 1):
        raise Problem("token-audience", "azp")
    return client_id


def _check_times(payload: Mapping[str, Any]) -> None:
    """Not expired, and issued since the login could have begun; clocks may differ by a minute."""
    moment, leeway = now().timestamp(), LEEWAY.total_seconds()
    expires, issued = _moment(payload, "exp"), _moment(payload, "iat")
    if expires <= moment - leeway:
        raise Problem("token-time", "expired")
    if issued > moment + leeway or ("nbf" in payload and _moment(payload, "nbf") > moment + leeway):
        raise Problem("token-time", "issued in the future")
    if issued < moment - leeway - LOGIN_LIFETIME.total_seconds():
        raise Problem("token-time", "issued long ago")


def _moment(payload: Mapping[str, Any], claim: str) -> float:
    value = payload.get(claim)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < math.inf:
        raise Problem("token-time", f"{claim} is missing or no number")
    return value
