"""A platform's request for content: kept as a row, opened by a signed token, answered once.

The picker works without any cookie. Its address and its form carry a token that names the row and nothing
else (docs/decisions/012-the-pickers-address-is-its-proof.md). What is offered in the picker belongs to the
room of home; how the answer is written, to deep_link_answer.py. Source: LTI Deep Linking 2.0 §2–4.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import NotFound, Problem
from lti_app.lti.addresses import origin_of, origins
from lti_app.lti.deep_linking.answer import Answer, ContentItem
from lti_app.lti.deep_linking.models import DeepLinkRequest
from lti_app.lti.frame.look import look_of
from lti_app.lti.launch.arrivals import enter
from lti_app.lti.launch.claims import LaunchClaims
from lti_app.lti.launch.logins import PendingLogin
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Person, Platform
from lti_app.people.roles import Role, roles_in, words_of
from lti_app.web.sessions import Look

LIFETIME = timedelta(hours=1)
ANSWER_LIFETIME = timedelta(minutes=5)  # Canvas takes no answer that is older
_CLEAN_UP_ONE_IN = 20
_LONGEST_ORIGINS = 2000
_STAFF = frozenset({Role.TEACHER, Role.DESIGNER, Role.COORDINATOR})
_SALT = "deep-link request"


@dataclass(frozen=True)
class Asked:
    """An open request, and who answers it. `language` is the person's saved choice or empty; `is_in_tab` says
    that the picker lost the dialog it belongs to, since only a tab of its own could open it.
    """

    id: uuid.UUID
    actor: Actor
    course_id: uuid.UUID
    person_name: str
    language: str
    locale: str
    course_title: str
    accepts_several: bool
    accepts_line_items: bool
    frame_ancestors: str
    look: Look
    is_in_tab: bool
    is_answered: bool


def receive(
    session: Session,
    login: PendingLogin,
    institution_id: uuid.UUID,
    claims: LaunchClaims,
    *,
    development: bool,
) -> uuid.UUID:
    """Carry out a verified request for content, once; answers the id of its row.

    Raises Problem: launch-used, no-course, deep-link-staff-only.
    """
    settings = claims.deep_linking
    if settings is None:
        raise Problem("message-unsupported", "no deep-linking request")
    entered = enter(session, login, institution_id, claims, development=development)
    actor = entered.actor
    if actor.course_id is None:
        raise Problem("no-course")
    if not actor.roles & _STAFF or actor.is_test:
        raise Problem("deep-link-staff-only")
    look = look_of(claims.custom, entered.frame_ancestors, origin_of(claims.return_url), login.auth_url)
    moment = now()
    if secrets.randbelow(_CLEAN_UP_ONE_IN) == 0:
        session.execute(delete(DeepLinkRequest).where(DeepLinkRequest.expires_at < moment))
    row = DeepLinkRequest(
        institution_id=institution_id,
        platform_id=login.platform_id,
        person_id=actor.person_id,
        course_id=actor.course_id,
        roles=words_of(actor.roles),
        deployment_id=claims.deployment_id,
        locale=claims.locale,
        time_zone=look.time_zone,
        contrast=look.contrast,
        brand_url=look.brand_url,
        return_url=settings.return_url,
        data=settings.data,
        accepts_several=settings.accepts_several,
        accepts_line_items=settings.accepts_line_items,
        is_in_tab=login.is_in_tab,
        frame_ancestors=origins(
            (*entered.frame_ancestors.split(), settings.return_url), max_length=_LONGEST_ORIGINS
        ),
        expires_at=moment + LIFETIME,
    )
    session.add(row)
    session.flush()
    return row.id


def token_of(secret_key: str, request_id: uuid.UUID) -> str:
    """The token that opens this request's picker."""
    return str(URLSafeSerializer(secret_key, salt=_SALT).dumps(request_id.hex))


def request_id_of(secret_key: str, token: str) -> uuid.UUID:
    """The request that a token opens. Raises NotFound for a forged one."""
    try:
        return uuid.UUID(hex=URLSafeSerializer(secret_key, salt=_SALT).loads(token))
    except (BadSignature, ValueError, TypeError, AttributeError) as error:
        raise NotFound("deep-link token") from error


def asked(session: Session, request_id: uuid.UUID) -> Asked:
    """A request that is open, or was answered so recently that its answer may be asked for again.

    One query. Raises Problem("deep-link-over").
    """
    row = session.execute(
        select(DeepLinkRequest, Person.name, Person.language, Course.title)
        .join(Person, Person.id == DeepLinkRequest.person_id)
        .join(Course, Course.id == DeepLinkRequest.course_id)
        .where(DeepLinkRequest.id == request_id)
    ).one_or_none()
    if row is None or not _is_open(row[0], now()):
        raise Problem("deep-link-over")
    kept: DeepLinkRequest = row[0]
    return Asked(
        id=kept.id,
        actor=Actor(
            institution_id=kept.institution_id,
            platform_id=kept.platform_id,
            person_id=kept.person_id,
            course_id=kept.course_id,
            roles=roles_in(kept.roles),
        ),
        course_id=kept.course_id,
        person_name=row.name,
        language=row.language,
        locale=kept.locale,
        course_title=row.title,
        accepts_several=kept.accepts_several,
        accepts_line_items=kept.accepts_line_items,
        frame_ancestors=kept.frame_ancestors,
        is_in_tab=kept.is_in_tab,
        look=Look(kept.time_zone, kept.contrast, kept.brand_url),
        is_answered=kept.answered_at is not None,
    )


def first_answer(session: Session, request_id: uuid.UUID) -> Answer | None:
    """The answer that was given already, while its token would hold; a form sent twice gets it again.

    The row is locked, so that of two forms at once one waits. Raises Problem("deep-link-over").
    """
    row = session.get(DeepLinkRequest, request_id, with_for_update=True, populate_existing=True)
    if row is None or not _is_open(row, now()):
        raise Problem("deep-link-over")
    return _answer(session, row) if row.answered_at else None


def answer(session: Session, request_id: uuid.UUID, items: Iterable[ContentItem], *, message: str) -> Answer:
    """Close the request with these items, or with none. Call `first_answer` before, in this transaction."""
    row = session.get_one(DeepLinkRequest, request_id)
    chosen = {"items": [each.to_json() for each in items], "message": message}
    row.answer, row.answered_at = json.dumps(chosen, ensure_ascii=False), now().replace(microsecond=0)
    session.flush()
    return _answer(session, row)


def _is_open(row: DeepLinkRequest, moment: datetime) -> bool:
    if row.answered_at is not None:
        return moment < row.answered_at + ANSWER_LIFETIME
    return moment < row.expires_at


def _answer(session: Session, row: DeepLinkRequest) -> Answer:
    platform = session.get_one(Platform, row.platform_id)
    chosen: dict[str, Any] = json.loads(row.answer)
    given_at = row.answered_at or now()
    return Answer(
        return_url=row.return_url,
        issuer=platform.issuer,
        client_id=platform.client_id,
        deployment_id=row.deployment_id,
        nonce=row.id.hex,
        data=row.data,
        issued_at=given_at,
        expires_at=given_at + ANSWER_LIFETIME,
        items=tuple(chosen["items"]),
        message=chosen["message"],
    )
