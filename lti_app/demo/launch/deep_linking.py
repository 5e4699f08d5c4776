"""Deep linking on the platform's side: the settings of a request, and the checks of the answer.

Canvas sends no `data` member: its own is a token in the return address. Every check that it makes of an
answer ends in 400 with JSON. Source: LTI Deep Linking 2.0 §4.4–4.5, and what Canvas checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt

from lti_app.demo.config import CanvasConfig
from lti_app.demo.world.tools import DeveloperKey, Tools

from .client_keys import KeysNotFetchedError, public_keys

CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim/"
SEVERAL = ("link_selection",)
PLACEMENTS = ("assignment_selection", *SEVERAL)
DATA_LIFETIME = timedelta(hours=1)
OLDEST_IAT_SECONDS = 300
FUTURE_IAT_SECONDS = 30
_REQUIRED = ("aud", "exp", "iat", "nonce")


class AnswerRefusedError(Exception):
    """The answer is not taken; `errors` says why, by what is wrong."""

    def __init__(self, about: str, message: str) -> None:
        super().__init__(message)
        self.errors = {"errors": {about: [{"attribute": about, "type": message, "message": message}]}}


@dataclass(frozen=True, slots=True)
class ReturnData:
    """What the token in the return address says: for which placement of which tool, in which course."""

    placement: str
    tool_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A verified answer."""

    client_id: str
    items: tuple[dict[str, Any], ...]
    message: str
    error_message: str


def settings(config: CanvasConfig, secret: str, page: str, asked: ReturnData) -> dict[str, Any]:
    """The deep-linking settings of a request from the page (a course's address as its visitor)."""
    payload = {
        "placement": asked.placement,
        "tool": asked.tool_id,
        "course": asked.course_id,
        "exp": int((config.clock() + DATA_LIFETIME).timestamp()),
    }
    data = jwt.encode(payload, secret, algorithm="HS256")
    return {
        "deep_link_return_url": f"{page}/deep_linking_response?{urlencode({'data': data})}",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_media_types": "application/vnd.ims.lti.v1.ltilink",
        "auto_create": asked.placement in SEVERAL,
        "accept_multiple": asked.placement in SEVERAL,
    }


def read_data(data: str, secret: str, now: datetime) -> ReturnData:
    """What the token in the return address says. Raises AnswerRefusedError."""
    try:
        payload = jwt.decode(data, secret, algorithms=["HS256"], options={"verify_exp": False})
        found = ReturnData(str(payload["placement"]), int(payload["tool"]), int(payload["course"]))
        is_over = payload["exp"] <= now.timestamp()
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
        raise AnswerRefusedError("data", "the data of the return address is invalid") from error
    if is_over:
        raise AnswerRefusedError("data", "the data of the return address has expired")
    return found


def read_answer(compact: str, tools: Tools, issuer: str, now: datetime) -> Answered:
    """The answer, when everything about it is right. Raises AnswerRefusedError."""
    try:
        header = jwt.get_unverified_header(compact)
        claimed: dict[str, Any] = jwt.decode(compact, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise AnswerRefusedError("jwt", "JWT format is invalid") from error
    key = tools.key(str(claimed.get("iss", "")))
    if key is None:
        raise AnswerRefusedError("jwt", "Client not found")
    if header.get("alg") != "RS256":
        raise AnswerRefusedError("jwt", "JWT has unexpected alg")
    claims = _verified(compact, header, key)
    _check_standard(claims, issuer, now)
    if not key.is_active:
        raise AnswerRefusedError("developer_key", "Developer key inactive")
    items = claims.get(f"{CLAIM}content_items") or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise AnswerRefusedError("content_items", "content items are a list of objects")
    return Answered(
        key.client_id,
        tuple(items),
        str(claims.get(f"{CLAIM}msg", "")),
        str(claims.get(f"{CLAIM}errormsg", "")),
    )


def _verified(compact: str, header: dict[str, Any], key: DeveloperKey) -> dict[str, Any]:
    unchecked = {"verify_exp": False, "verify_iat": False, "verify_aud": False, "verify_nbf": False}
    try:
        candidates = [jwk for jwk in public_keys(key) if jwk.get("kid") == header.get("kid")]
        public = jwt.PyJWK(candidates[0], algorithm="RS256")
        found: dict[str, Any] = jwt.decode(compact, public, algorithms=["RS256"], options=unchecked)  # type: ignore[arg-type]
    except (jwt.InvalidTokenError, jwt.PyJWKError, KeysNotFetchedError, IndexError) as error:
        raise AnswerRefusedError("jwt", "JWT verification failure") from error
    return found


def _check_standard(claims: dict[str, Any], issuer: str, now: datetime) -> None:
    missing = [name for name in _REQUIRED if claims.get(name) in (None, "")]
    if missing:
        raise AnswerRefusedError("jwt", f"the following assertions are missing: {','.join(missing)}")
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if issuer not in audience:
        raise AnswerRefusedError("aud", "the 'aud' is invalid")
    issued, ends, moment = claims["iat"], claims["exp"], now.timestamp()
    if not _is_number(ends) or ends <= moment:
        raise AnswerRefusedError("exp", "the JWT has expired")
    if not _is_number(issued) or issued < moment - OLDEST_IAT_SECONDS:
        raise AnswerRefusedError("iat", f"the 'iat' must be less than {OLDEST_IAT_SECONDS} seconds old")
    if issued > moment + FUTURE_IAT_SECONDS:
        raise AnswerRefusedError("iat", "the 'iat' must not be in the future")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
