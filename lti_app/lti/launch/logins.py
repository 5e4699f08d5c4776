"""Logins under way: one row with state and nonce from the login request until the launch that consumes it.

The row is read before a token is verified, and deleted by one statement in the transaction that carries out
the launch: a forged or failing token burns nothing, and of many equal ones exactly one finds the row
(docs/decisions/007-a-launch-consumes-its-login.md). What the platform asked with stays in the row, so that
the same login can be begun again, with a state and a secret of its own, where the first found no cookie.
Source: 1EdTech Security Framework 1.0 §5.1.1. Longer than most: a third are the prepared statements.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from sqlalchemy import and_, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import table_of
from lti_app.db.direct import Direct, Prepared, Row
from lti_app.errors import Problem
from lti_app.lti.launch.attendance import IS_COURSE, KNOWN, is_person
from lti_app.lti.launch.claims import Named
from lti_app.lti.models import LoginState
from lti_app.people.models import Course, Deployment, Person, Platform

LOGIN_LIFETIME = timedelta(minutes=10)
_CLEAN_UP_ONE_IN = 50


@dataclass(frozen=True)
class LoginRequest:
    """What a platform asks with. Hints are opaque and go back as they came.

    `storage_target` names the frame beside ours that keeps values for us; empty if the platform offers none.
    """

    issuer: str
    client_id: str
    login_hint: str
    message_hint: str
    target_link_uri: str
    storage_target: str = ""


@dataclass(frozen=True)
class StartedLogin:
    """Where to send the browser, and the secret that will show that it is the same one."""

    authentication_url: str
    state: str
    browser_secret: str


@dataclass(frozen=True)
class WaitingLogin:
    """A login whose browser has not been sent on yet."""

    request: LoginRequest
    authentication_url: str
    browser_hash: str

    def is_browser(self, secret: str) -> bool:
        """Whether this is the secret that the login gave its browser."""
        return hmac.compare_digest(self.browser_hash, _hash(secret))


@dataclass(frozen=True)
class PendingLogin:
    """A login under way, its platform, and what else is known of what the token names.

    That is the platform's deployment, and there the person and the course: `known` is a row with the columns
    of `KNOWN`, None for somebody new. The token is not verified yet.
    """

    state: str
    nonce: str
    browser_hash: str
    storage_target: str
    uses_storage: bool
    is_in_tab: bool
    expires_at: datetime
    platform_id: uuid.UUID
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    product_family: str
    frame_ancestors: str
    deployment_row_id: uuid.UUID | None
    deployment_id: str | None
    institution_id: uuid.UUID | None
    is_approved: bool | None
    known: Row | None

    def is_browser(self, secret: str) -> bool:
        """Whether this is the secret that the login gave its browser."""
        return hmac.compare_digest(self.browser_hash, _hash(secret))


def start_login(
    direct: Direct,
    request: LoginRequest,
    *,
    redirect_uri: str,
    uses_storage: bool = False,
    is_in_tab: bool = False,
) -> StartedLogin:
    """Store a login and say where it continues. Raises Problem: platform-unknown or platform-inactive."""
    client_id = request.client_id or _only_client(direct, request.issuer)
    letters = secrets.token_urlsafe(66)  # 6 bits each
    state, nonce, secret = letters[:22], letters[22:54], letters[54:86]
    moment = now()
    login = {
        "issuer": request.issuer,
        "client_id": client_id,
        "state": state,
        "nonce": nonce,
        "browser_hash": _hash(secret),
        "target_link_uri": request.target_link_uri,
        "login_hint": request.login_hint,
        "message_hint": request.message_hint,
        "storage_target": request.storage_target,
        "uses_storage": uses_storage,
        "is_in_tab": is_in_tab,
        "expires_at": moment + LOGIN_LIFETIME,
    }
    platform = direct.one(_STORE, login)
    if platform is None:
        raise _not_to_be_used(direct, request.issuer, client_id)
    if hash(state) % _CLEAN_UP_ONE_IN == 0:  # as random as it is
        direct.do(_CLEAN_UP, {"moment": moment})
    address = _authentication_url(request, client_id, platform.auth_url, redirect_uri, state, nonce)
    return StartedLogin(address, state, secret)


def waiting_login(direct: Direct, state: str, *, redirect_uri: str) -> WaitingLogin:
    """The login of that state. Raises Problem("launch-used") for a used, expired or unknown one alike."""
    row = direct.one(_WAITING, {"state": state})
    if row is None or row.expires_at <= now():
        raise Problem("launch-used")
    request = LoginRequest(
        issuer=row.issuer,
        client_id=row.client_id,
        login_hint=row.login_hint,
        message_hint=row.message_hint,
        target_link_uri=row.target_link_uri,
        storage_target=row.storage_target,
    )
    address = _authentication_url(request, row.client_id, row.auth_url, redirect_uri, state, row.nonce)
    return WaitingLogin(request, address, row.browser_hash)


def pending_login(direct: Direct, state: str, named: Named) -> PendingLogin:
    """The login of that state. Raises Problem("launch-used") for a used, expired or unknown one alike."""
    row = direct.one(_PENDING, {"state": state, **vars(named)})
    if row is None or row.expires_at <= now():
        raise Problem("launch-used")
    values = [*row[: -len(KNOWN)], row if row.person_id else None]
    return PendingLogin(*values)


def consume_login(session: Session, state: str) -> None:
    """Delete the login; of all who try, one passes. Raises Problem("launch-used") for the others."""
    if session.execute(CONSUMPTION.returning(_LOGINS.state), {"consumed": state}).one_or_none() is None:
        raise Problem("launch-used")


def _authentication_url(
    request: LoginRequest, client_id: str, auth_url: str, redirect_uri: str, state: str, nonce: str
) -> str:
    """The OpenID Connect authentication request, with everything that Canvas demands."""
    hints = {"login_hint": request.login_hint}
    if request.message_hint:
        hints["lti_message_hint"] = request.message_hint
    # State and nonce are ours, of letters that need no quoting.
    return f"{_beginning(auth_url, client_id, redirect_uri)}&state={state}&nonce={nonce}&{urlencode(hints)}"


@lru_cache(maxsize=256)
def _beginning(auth_url: str, client_id: str, redirect_uri: str) -> str:
    """What a platform's authentication requests have in common."""
    parameters = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
    }
    return f"{auth_url}{'&' if '?' in auth_url else '?'}{urlencode(parameters)}"


def _only_client(direct: Direct, issuer: str) -> str:
    """The client of the issuer's only platform, for a login that names none. Raises as `start_login`."""
    found = direct.all(_CLIENTS, {"issuer": issuer})
    if len(found) != 1:
        raise _refusal("platform-unknown", issuer, "")
    client_id: str = found[0].client_id
    return client_id


def _not_to_be_used(direct: Direct, issuer: str, client_id: str) -> Problem:
    """Why no login could be stored for that platform."""
    known = direct.one(_IS_KNOWN, {"issuer": issuer, "client_id": client_id})
    return _refusal("platform-unknown" if known is None else "platform-inactive", issuer, client_id)


def _refusal(slug: str, issuer: str, client_id: str) -> Problem:
    return Problem(slug, f"issuer {issuer[:200]!r}, client {client_id[:200]!r}")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


_LOGINS, _PLATFORMS, _DEPLOYMENTS = table_of(LoginState).c, table_of(Platform).c, table_of(Deployment).c
_CLIENTS = Prepared(select(_PLATFORMS.client_id).where(_PLATFORMS.issuer == bindparam("issuer")).limit(2))
_THE_PLATFORM = and_(_PLATFORMS.issuer == bindparam("issuer"), _PLATFORMS.client_id == bindparam("client_id"))
_IS_KNOWN = Prepared(select(_PLATFORMS.id).where(_THE_PLATFORM))
_ITS_LOGIN = select(
    *(
        _PLATFORMS.id if each.key == "platform_id" else bindparam(each.key, type_=each.type)
        for each in _LOGINS
    )
).where(_THE_PLATFORM, _PLATFORMS.is_active)
_ITS_AUTH_URL = select(_PLATFORMS.auth_url).where(_THE_PLATFORM).scalar_subquery().label("auth_url")
# One statement looks the platform up and stores the login, if the platform is to be used.
_STORE = Prepared(
    insert(table_of(LoginState)).from_select(_LOGINS.keys(), _ITS_LOGIN).returning(_ITS_AUTH_URL),
    returns=[_ITS_AUTH_URL],
)
_CLEAN_UP = Prepared(delete(table_of(LoginState)).where(_LOGINS.expires_at < bindparam("moment")))
CONSUMPTION = delete(table_of(LoginState)).where(_LOGINS.state == bindparam("consumed"))
_OF_ACTIVE_PLATFORM = and_(_PLATFORMS.id == _LOGINS.platform_id, _PLATFORMS.is_active)
_WAITING = Prepared(
    select(
        _LOGINS.nonce,
        _LOGINS.browser_hash,
        _LOGINS.expires_at,
        _LOGINS.login_hint,
        _LOGINS.message_hint,
        _LOGINS.target_link_uri,
        _LOGINS.storage_target,
        _PLATFORMS.issuer,
        _PLATFORMS.client_id,
        _PLATFORMS.auth_url,
    )
    .select_from(table_of(LoginState))
    .join(table_of(Platform), _OF_ACTIVE_PLATFORM)
    .where(_LOGINS.state == bindparam("state"))
)
_PENDING = Prepared(
    select(
        _LOGINS.state,
        _LOGINS.nonce,
        _LOGINS.browser_hash,
        _LOGINS.storage_target,
        _LOGINS.uses_storage,
        _LOGINS.is_in_tab,
        _LOGINS.expires_at,
        _PLATFORMS.id.label("platform_id"),
        _PLATFORMS.issuer,
        _PLATFORMS.client_id,
        _PLATFORMS.auth_url,
        _PLATFORMS.token_url,
        _PLATFORMS.jwks_url,
        _PLATFORMS.product_family,
        _PLATFORMS.frame_ancestors,
        _DEPLOYMENTS.id.label("deployment_row_id"),
        _DEPLOYMENTS.deployment_id,
        _DEPLOYMENTS.institution_id,
        _DEPLOYMENTS.is_approved,
        *KNOWN,
    )
    .select_from(table_of(LoginState))
    .join(table_of(Platform), _OF_ACTIVE_PLATFORM)
    .outerjoin(
        table_of(Deployment),
        and_(
            _DEPLOYMENTS.platform_id == _PLATFORMS.id,
            _DEPLOYMENTS.deployment_id == bindparam("deployment_id"),
        ),
    )
    .outerjoin(table_of(Person), is_person(_DEPLOYMENTS.institution_id, _PLATFORMS.id))
    .outerjoin(table_of(Course), IS_COURSE)
    .where(_LOGINS.state == bindparam("state"))
)
