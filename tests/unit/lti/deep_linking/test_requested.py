"""A request for content from its row to its signed answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import jwt
import pytest
import time_machine
from sqlalchemy import select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import NotFound, Problem
from lti_app.lti.deep_linking import requested as deep_linking
from lti_app.lti.deep_linking.answer import ContentItem, OfferedLineItem
from lti_app.lti.deep_linking.models import DeepLinkRequest
from lti_app.lti.keys import current_key
from lti_app.people.roles import Role
from lti_app.settings import Settings
from tests import world

KEY = "a secret key of the tests, long enough"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LINK = ContentItem(
    "http://localhost/lti/launch/activities", "Aktiviteter", "Text", {"cim_kind": "activities"}
)


@pytest.fixture
def kept(database: Database) -> Callable[..., uuid.UUID]:
    def keep(data: str | None = None) -> uuid.UUID:
        with database.writing() as session:
            course = world.a_course(session)
            person = world.a_person(session, course, Role.TEACHER)
            row = DeepLinkRequest(
                institution_id=course.institution_id,
                platform_id=course.platform_id,
                person_id=person.id,
                course_id=course.id,
                roles="teacher",
                deployment_id="1:deployment",
                locale="sv",
                return_url="https://school.test/back?data=1",
                data=data,
                accepts_several=True,
                accepts_line_items=True,
                frame_ancestors="https://school.test",
                expires_at=now() + deep_linking.LIFETIME,
            )
            session.add(row)
            session.flush()
            return row.id

    return keep


def answered(database: Database, settings: Settings, request_id: uuid.UUID, *items: ContentItem) -> str:
    with database.writing() as session:
        assert deep_linking.first_answer(session, request_id) is None
        given = deep_linking.answer(session, request_id, items, message="")
    return given.signed(current_key(database, settings))


def test_the_token_names_one_request_and_cannot_be_made_without_the_key() -> None:
    request_id = uuid.uuid4()
    token = deep_linking.token_of(KEY, request_id)
    assert deep_linking.request_id_of(KEY, token) == request_id
    for forged in (
        token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:],
        request_id.hex,
        "",
        "a.b",
        deep_linking.token_of(KEY + "2", request_id),
    ):
        with pytest.raises(NotFound):
            deep_linking.request_id_of(KEY, forged)


@pytest.mark.parametrize("data", [None, "", "opaque {}"])
def test_the_platforms_data_goes_back_as_it_came_or_not_at_all(
    database: Database, settings: Settings, kept: Callable[..., uuid.UUID], data: str | None
) -> None:
    token = answered(database, settings, kept(data), LINK)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims.get(DL + "data") == data
    assert (DL + "data" in claims) == (data is not None)


def test_the_answer_is_signed_by_the_tools_current_key_for_the_issuer(
    database: Database, settings: Settings, kept: Callable[..., uuid.UUID]
) -> None:
    token = answered(database, settings, kept(), LINK)
    key = current_key(database, settings)
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT", "kid": key.kid}
    claims = jwt.decode(
        token,
        key.private_key.public_key(),
        algorithms=["RS256"],
        audience=world.ISSUER,
        issuer=world.CLIENT_ID,
        options={"require": ["exp", "iat", "nonce"]},
    )
    assert claims["exp"] - claims["iat"] == 300


def test_every_request_has_a_nonce_of_its_own(
    database: Database, settings: Settings, kept: Callable[..., uuid.UUID]
) -> None:
    tokens = [answered(database, settings, kept(), LINK) for _ in range(2)]
    nonces = {jwt.decode(token, options={"verify_signature": False})["nonce"] for token in tokens}
    assert len(nonces) == 2


def test_an_answer_is_given_again_for_five_minutes_and_never_another(
    database: Database, settings: Settings, kept: Callable[..., uuid.UUID]
) -> None:
    request_id = kept()
    token = answered(database, settings, request_id, LINK)
    with database.writing() as session:
        again = deep_linking.first_answer(session, request_id)
    assert again is not None
    assert again.signed(current_key(database, settings)) == token
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)), database.writing() as session:
        for look in (deep_linking.first_answer, deep_linking.asked):
            with pytest.raises(Problem) as refusal:
                look(session, request_id)
            assert refusal.value.slug == "deep-link-over"


def test_a_request_is_open_for_an_hour(database: Database, kept: Callable[..., uuid.UUID]) -> None:
    request_id = kept()
    with time_machine.travel(now() + timedelta(minutes=59)), database.reading() as session:
        assert deep_linking.asked(session, request_id).actor.is_teacher
    with time_machine.travel(now() + timedelta(minutes=61)), database.reading() as session:
        with pytest.raises(Problem):
            deep_linking.asked(session, request_id)
        assert session.scalars(select(DeepLinkRequest.answer)).all() == [""]


def test_an_item_says_only_what_it_has() -> None:
    plain = LINK.to_json()
    assert set(plain) == {"type", "url", "title", "text", "custom", "iframe"}
    column = OfferedLineItem(Decimal("3.00"), "Aktiviteter", "cim:x:activities", "cim:activities")
    due = datetime(2030, 6, 3, 21, 59, tzinfo=UTC)
    whole = ContentItem("u", "t", "x", {}, column, due).to_json()
    assert whole["lineItem"] == {
        "scoreMaximum": 3,
        "label": "Aktiviteter",
        "resourceId": "cim:x:activities",
        "tag": "cim:activities",
    }
    assert isinstance(whole["lineItem"]["scoreMaximum"], int)
    assert whole["submission"] == {"endDateTime": "2030-06-03T21:59:00Z"}
