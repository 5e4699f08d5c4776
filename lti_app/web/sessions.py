"""Launch sessions: opened by a verified launch, proved by a path-scoped cookie, ended by time.

The address says which launch (`/l/<sid>/`), the cookie proves it, so two tabs with two people live side by
side. A session lasts 8 hours after its last use and 24 hours at most. Only a hash of the secret is stored.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import table_of
from lti_app.db.direct import Direct, Exchange, Prepared, Values
from lti_app.errors import Problem
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Person
from lti_app.people.roles import roles_in, words_of
from lti_app.web.models import LaunchSession

TICKET_LIFETIME = timedelta(minutes=10)
IDLE = timedelta(hours=8)
LONGEST = timedelta(hours=24)
_TOUCH_EVERY = timedelta(minutes=5)
_CLEAN_UP_ONE_IN = 50
_SESSIONS = table_of(LaunchSession).c
# Made once, as every request asks it.
_LAUNCH = (
    select(LaunchSession, Person.name, Person.is_test, Person.language, Course.title)
    .join(Person, Person.id == LaunchSession.person_id)
    .outerjoin(Course, Course.id == LaunchSession.course_id)
    .where(LaunchSession.sid == bindparam("asked"))
)
_CLEAN_UP = delete(table_of(LaunchSession)).where(_SESSIONS.expires_at < bindparam("moment"))
_CLEAN_UP_DIRECTLY = Prepared(_CLEAN_UP)


@dataclass(frozen=True)
class Look:
    """How pages should look to one person; empty where nobody has told.

    `time_zone` is an IANA name, `contrast` is `high` or `normal`, `brand_url` leads to the school's colours.
    """

    time_zone: str = ""
    contrast: str = ""
    brand_url: str = ""


@dataclass(frozen=True)
class NewLaunch:
    """What a launch hands over to open a session. `frame_ancestors` are origins, separated by spaces;
    `deployment_id` is the row's own id of the installation that it came by.
    """

    actor: Actor
    locale: str
    return_url: str
    frame_ancestors: str
    look: Look = Look()
    deployment_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Launch:
    """The launch session a request belongs to. `language` is the person's saved choice or empty."""

    sid: str
    actor: Actor
    csrf_token: str
    person_name: str
    course_title: str
    language: str
    locale: str
    return_url: str
    frame_ancestors: str
    look: Look
    needs_touch: bool


def open_launch(session: Session, launch: NewLaunch) -> tuple[str, str]:
    """Store a new launch session and return its `sid` and the secret for its cookie."""
    sid, secret, row = _new_row(launch)
    if hash(sid) % _CLEAN_UP_ONE_IN == 0:  # as random as it is
        session.execute(_CLEAN_UP, {"moment": row["created_at"]})
    session.execute(insert(table_of(LaunchSession)), row)
    return sid, secret


def open_launch_directly(
    direct: Direct, launch: NewLaunch, given: Exchange, values: Values
) -> tuple[str, str] | None:
    """As `open_launch`, in exchange for the row that these values name; None if there is none."""
    sid, secret, row = _new_row(launch)
    if hash(sid) % _CLEAN_UP_ONE_IN == 0:  # as random as it is
        direct.do(_CLEAN_UP_DIRECTLY, {"moment": row["created_at"]})
    return (sid, secret) if direct.exchange(given, {**row, **values}) else None


def _new_row(launch: NewLaunch) -> tuple[str, str, dict[str, Any]]:
    sid, secret, moment = secrets.token_urlsafe(16), secrets.token_urlsafe(32), now()
    row = {
        "sid": sid,
        "secret_hash": _hash(secret),
        "institution_id": launch.actor.institution_id,
        "platform_id": launch.actor.platform_id,
        "person_id": launch.actor.person_id,
        "course_id": launch.actor.course_id,
        "deployment_id": launch.deployment_id,
        "roles": words_of(launch.actor.roles),
        "locale": launch.locale[:20],
        "time_zone": launch.look.time_zone,
        "contrast": launch.look.contrast,
        "brand_url": launch.look.brand_url,
        "return_url": launch.return_url,
        "frame_ancestors": launch.frame_ancestors,
        "created_at": moment,
        "last_used_at": moment,
        "expires_at": moment + IDLE,
    }
    return sid, secret, row


def load_launch(session: Session, sid: str, secret: str, secret_key: str) -> Launch:
    """The launch that this cookie proves, in one query. Raises Problem("session-missing")."""
    row = session.execute(_LAUNCH, {"asked": sid}).one_or_none()
    if (
        row is None
        or not hmac.compare_digest(row[0].secret_hash, _hash(secret))
        or row[0].expires_at <= now()
    ):
        raise Problem("session-missing")
    kept: LaunchSession = row[0]
    return Launch(
        sid=sid,
        actor=Actor(
            institution_id=kept.institution_id,
            platform_id=kept.platform_id,
            person_id=kept.person_id,
            course_id=kept.course_id,
            roles=roles_in(kept.roles),
            is_test=row.is_test,
        ),
        csrf_token=_csrf_token(secret_key, kept),
        person_name=row.name,
        course_title=row.title or "",
        language=row.language,
        locale=kept.locale,
        return_url=kept.return_url,
        frame_ancestors=kept.frame_ancestors,
        look=Look(kept.time_zone, kept.contrast, kept.brand_url),
        needs_touch=now() - kept.last_used_at > _TOUCH_EVERY,
    )


def enter_launch(session: Session, sid: str, ticket: str) -> str:
    """Exchange a launch's first secret, which no cookie has kept, for the secret of a cookie: once.

    Raises Problem("launch-used") for a ticket that was used, is older than ten minutes, or is none.
    """
    secret = secrets.token_urlsafe(32)
    entered = session.execute(
        update(LaunchSession)
        .where(
            LaunchSession.sid == sid,
            LaunchSession.secret_hash == _hash(ticket),
            LaunchSession.created_at > now() - TICKET_LIFETIME,
        )
        .values(secret_hash=_hash(secret))
        .returning(LaunchSession.sid)
    ).one_or_none()
    if entered is None:
        raise Problem("launch-used", "no such ticket")
    return secret


def touch(session: Session, sid: str) -> None:
    """Note that the session is in use, which moves its end, though never beyond 24 hours from the launch."""
    kept = session.get(LaunchSession, sid)
    if kept is not None:
        moment = now()
        session.execute(
            update(LaunchSession)
            .where(LaunchSession.sid == sid)
            .values(last_used_at=moment, expires_at=min(moment + IDLE, kept.created_at + LONGEST))
        )


def save_look(session: Session, sid: str, look: Look, locale: str) -> None:
    """Keep how this launch's pages should look, and the platform's language for it."""
    told = {
        "time_zone": look.time_zone,
        "contrast": look.contrast,
        "brand_url": look.brand_url,
        "locale": locale[:20],
    }
    session.execute(update(LaunchSession).where(LaunchSession.sid == sid).values(told))


def save_language(session: Session, person_id: uuid.UUID, language: str) -> None:
    """Keep the language somebody chose, for every later launch."""
    session.execute(update(Person).where(Person.id == person_id).values(language=language))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _csrf_token(secret_key: str, kept: LaunchSession) -> str:
    message = f"csrf:{kept.sid}:{kept.secret_hash}".encode()
    return hmac.new(secret_key.encode(), message, hashlib.sha256).hexdigest()
