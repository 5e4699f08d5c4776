"""Launches under way: the login initiation, the single-use message hint, the signed id_token.

A hint is an HS256 token that lives five minutes and is consumed by the first authentication request it
passes.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from lti_app.demo.config import CanvasConfig, Switches
from lti_app.demo.world.store import Store

from .claims import LaunchFacts, claims_of
from .jws import sign
from .keys import KeyRing

HINT_LIFETIME = timedelta(minutes=5)
TOKEN_LIFETIME_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class LoginInitiation:
    """The form a browser posts to the tool: where to, and the fields."""

    action: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class PendingLaunch:
    """What an authentic message hint stands for."""

    verifier: str
    session_id: str
    client_id: str
    storage_target: str | None


class InvalidHintError(Exception):
    """The message hint is not ours, was altered, or is older than five minutes."""


class Launches:
    """Starts launches and turns each into at most one id_token."""

    def __init__(
        self, config: CanvasConfig, store: Store, keys: KeyRing, secret: str, switches: Callable[[], Switches]
    ) -> None:
        self._config = config
        self._store = store
        self._keys = keys
        self._secret = secret
        self._switches = switches

    def begin(self, facts: LaunchFacts, session_id: str) -> LoginInitiation:
        """Store the launch of a logged-in person and give the form that starts it."""
        if facts.person is None:
            raise ValueError("a browser launch needs a person")
        switches = self._switches()
        verifier = secrets.token_hex(32)
        now = self._config.clock()
        with self._store.writing() as db:
            db.execute(
                "INSERT INTO launch (verifier, session_id, client_id, claims, created_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (verifier, session_id, facts.key.client_id, json.dumps(claims_of(facts)), now.isoformat()),
            )
        fields = {
            "iss": self._config.issuer_url,
            "login_hint": facts.person.opaque_id,
            "client_id": facts.key.client_id,
            "lti_deployment_id": facts.tool.deployment_id,
            "target_link_uri": facts.target_link_uri,
            "lti_message_hint": self._hint(verifier, facts, session_id, now),
            "canvas_environment": switches.canvas_environment,
            "canvas_region": switches.canvas_region,
        }
        if switches.storage_target:
            fields["lti_storage_target"] = switches.storage_target
        return LoginInitiation(facts.key.oidc_initiation_url, fields)

    def _hint(self, verifier: str, facts: LaunchFacts, session_id: str, now: datetime) -> str:
        context = facts.course or facts.account
        payload = {
            "verifier": verifier,
            "canvas_domain": self._config.base_url.partition("://")[2],
            "context_type": "Course" if facts.course else "Account",
            "context_id": context.id,
            "canvas_locale": facts.person.locale if facts.person else "en",
            "include_storage_target": bool(self._switches().storage_target),
            "client_id": facts.key.client_id,
            "session": session_id,
            "exp": int((now + HINT_LIFETIME).timestamp()),
        }
        return jwt.encode(payload, self._secret, algorithm="HS256")

    def read_hint(self, hint: str) -> PendingLaunch:
        """The launch behind a hint, consumed or not; InvalidHintError when forged or expired."""
        try:
            payload = jwt.decode(hint, self._secret, algorithms=["HS256"], options={"verify_exp": False})
            expired = payload["exp"] <= self._config.clock().timestamp()
        except (jwt.InvalidTokenError, KeyError) as error:
            raise InvalidHintError from error
        if expired:
            raise InvalidHintError
        return PendingLaunch(
            verifier=payload["verifier"],
            session_id=payload["session"],
            client_id=payload["client_id"],
            storage_target=self._switches().storage_target if payload["include_storage_target"] else None,
        )

    def consume(self, pending: PendingLaunch, nonce: str) -> str | None:
        """The signed id_token, to exactly one caller; None when the launch was consumed before."""
        now = self._config.clock()
        with self._store.writing() as db:
            taken = db.execute(
                "UPDATE launch SET used_at = ? WHERE verifier = ? AND used_at IS NULL",
                (now.isoformat(), pending.verifier),
            ).rowcount
            row = db.execute("SELECT claims FROM launch WHERE verifier = ?", (pending.verifier,)).fetchone()
        if taken != 1:
            return None
        return self.signed({**json.loads(row["claims"]), "nonce": nonce})

    def timed(self, claims: dict[str, Any]) -> dict[str, Any]:
        """The claims with `iat` now and `exp` an hour later."""
        issued = int(self._config.clock().timestamp())
        return {**claims, "iat": issued, "exp": issued + TOKEN_LIFETIME_SECONDS}

    def signed(self, claims: dict[str, Any]) -> str:
        """An id_token issued now, signed with the present key."""
        present = self._keys.present
        return sign(self.timed(claims), key=present.private, headers={"kid": present.kid})
