"""Developer keys made from wishes, and dynamic registrations under way with their tokens.

A registration token is an HS256 token that lives an hour and makes one key. A new key is off, and so is the
app that newer releases install together with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

from lti_app.demo.world.courses import Courses
from lti_app.demo.world.people import Person
from lti_app.demo.world.records import record
from lti_app.demo.world.store import Store
from lti_app.demo.world.tools import DeveloperKey, Tool, Tools

from .wishes import Wish

TOKEN_LIFETIME = timedelta(hours=1)
_FIRST_CLIENT_ID = 10_000_000_000_002


@dataclass(frozen=True, slots=True)
class Registration:
    """A dynamic registration; without `client_id` the tool has not registered yet."""

    uuid: str
    person_id: int
    tool_url: str
    started_at: datetime
    client_id: str | None


@dataclass(frozen=True, slots=True)
class KeyConfiguration:
    """What an installation takes over from its key."""

    client_id: str
    source: str
    domain: str
    privacy_level: str


class InvalidRegistrationTokenError(Exception):
    """The registration token is forged, expired, or has been used."""


class Registrations:
    """Makes keys, and turns each registration token into at most one."""

    def __init__(
        self, store: Store, tools: Tools, courses: Courses, secret: str, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._tools = tools
        self._courses = courses
        self._secret = secret
        self._clock = clock

    def begin(self, person: Person, tool_url: str) -> Registration:
        """Start a dynamic registration."""
        started = Registration(str(uuid.uuid4()), person.id, tool_url, self._clock(), None)
        with self._store.writing() as db:
            db.execute(
                "INSERT INTO registration (uuid, person_id, tool_url, started_at) VALUES (?, ?, ?, ?)",
                (started.uuid, started.person_id, started.tool_url, started.started_at.isoformat()),
            )
        return started

    def get(self, registration_uuid: str) -> Registration:
        """The registration; KeyError when there is none."""
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM registration WHERE uuid = ?", (registration_uuid,)).fetchone()
        if row is None:
            raise KeyError(registration_uuid)
        return record(Registration, row)

    def token(self, registration: Registration) -> str:
        """What the tool registers with."""
        payload = {
            "uuid": registration.uuid,
            "initiated_at": registration.started_at.isoformat(),
            "user_id": registration.person_id,
            "root_account_global_id": 10_000_000_000_001,
            "exp": int((registration.started_at + TOKEN_LIFETIME).timestamp()),
        }
        return jwt.encode(payload, self._secret, algorithm="HS256")

    def read_token(self, token: str) -> Registration:
        """The registration under way that a token is for; InvalidRegistrationTokenError otherwise."""
        try:
            payload = jwt.decode(token, self._secret, algorithms=["HS256"], options={"verify_exp": False})
            if payload["exp"] <= self._clock().timestamp():
                raise InvalidRegistrationTokenError("the registration token has expired")
            registration = self.get(payload["uuid"])
        except (jwt.InvalidTokenError, KeyError) as error:
            raise InvalidRegistrationTokenError("the registration token is invalid") from error
        if registration.client_id is not None:
            raise InvalidRegistrationTokenError("the registration token has been used")
        return registration

    def complete(
        self, registration: Registration, wish: Wish, *, with_app: bool
    ) -> tuple[DeveloperKey, Tool | None]:
        """Make the key that the tool asked for, off; newer releases install its app, not yet available."""
        with self._store.writing() as db:
            key = self.add_key(wish, "dynamic")
            taken = db.execute(
                "UPDATE registration SET client_id = ? WHERE uuid = ? AND client_id IS NULL",
                (key.client_id, registration.uuid),
            ).rowcount
            if taken != 1:
                raise InvalidRegistrationTokenError("the registration token has been used")
            app = self.install(key.client_id) if with_app else None
            return key, app and self._tools.change(app.id, is_available=False)

    def add_key(self, wish: Wish, source: str) -> DeveloperKey:
        """A new key under the next client id; it is off."""
        with self._store.writing() as db:
            last = db.execute("SELECT max(CAST(client_id AS INTEGER)) AS last FROM developer_key").fetchone()
            key = DeveloperKey(
                client_id=str(max(int(last["last"] or 0) + 1, _FIRST_CLIENT_ID)),
                name=wish.name,
                redirect_uris=wish.redirect_uris,
                oidc_initiation_url=wish.oidc_initiation_url,
                target_link_uri=wish.target_link_uri,
                public_jwk_url=wish.public_jwk_url,
                public_jwk=wish.public_jwk,
                scopes=wish.scopes,
                custom_fields=wish.custom_fields,
                placements=wish.placements,
                is_active=False,
            )
            self._tools.register(key)
            db.execute(
                "INSERT INTO key_configuration (client_id, source, domain, privacy_level) "
                "VALUES (?, ?, ?, ?)",
                (key.client_id, source, wish.domain, wish.privacy_level),
            )
        return key

    def configuration(self, client_id: str) -> KeyConfiguration:
        """What the key was made with; KeyError for one that was not made here."""
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM key_configuration WHERE client_id = ?", (client_id,)).fetchone()
        if row is None:
            raise KeyError(client_id)
        return record(KeyConfiguration, row)

    def choose_level(self, client_id: str, privacy_level: str) -> None:
        """Change the level that the next installation takes over."""
        with self._store.writing() as db:
            db.execute(
                "UPDATE key_configuration SET privacy_level = ? WHERE client_id = ?",
                (privacy_level, client_id),
            )

    def install(self, client_id: str) -> Tool:
        """Add the app of this key to the account; KeyError for a key that was not made here."""
        made = self.configuration(client_id)
        return self._tools.install(
            client_id,
            self._courses.account().opaque_id,
            course_id=None,
            domain=made.domain,
            privacy_level=made.privacy_level,
        )
