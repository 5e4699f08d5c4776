"""*Test this platform*, against a platform that works and against what is wrong with others."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.lti.operating import trial
from lti_app.lti.operating.trial import (
    NO_ADDRESS,
    NO_COURSE,
    NO_TOKEN,
    Outcome,
    Part,
    Step,
    seconds_ahead,
    try_platform,
)
from lti_app.lti.registration.configuration import SCOPES
from lti_app.lti.services import LINE_ITEM_SCOPE, ROSTER_SCOPE
from lti_app.people.models import Course, Platform
from lti_app.settings import Settings
from tests import world
from tests.served_canvas import joined, served_canvas
from tests.signing_platform import jwk
from tests.unit.lti.faulty_platform import FaultyPlatform

LISTS = (Part.LINE_ITEMS, Part.ROSTER)


@pytest.fixture
def canvas(tmp_path: Path, settings: Settings, database: Database) -> Iterator[SmallCanvas]:
    with served_canvas(tmp_path / "canvas", settings, database) as canvas:
        with database.writing() as session:
            joined(session, canvas)
            platform = session.scalars(select(Platform)).one()
            platform.token_url = f"{canvas.config.base_url}/login/oauth2/token"
            platform.jwks_url = f"{canvas.config.base_url}/api/lti/security/jwks"
        yield canvas


@pytest.fixture
def faulty(platform: FaultyPlatform, url: str, database: Database) -> FaultyPlatform:
    """The platform of many faults, registered, with a course; so far there are none."""
    with database.writing() as session:
        row = world.a_platform(session, issuer=url)
        row.token_url, row.jwks_url = f"{url}/token", f"{url}/keys"
        course = world.a_course(session, platform=row)
        course.lineitems_url, course.memberships_url = f"{url}/items", f"{url}/members"
        world.a_person(session, course)
    platform.pages["/keys"] = ("200 OK", {}, json.dumps({"keys": [jwk("key-1")]}).encode())
    platform.pages["/items"] = ("200 OK", {}, b"[]")
    platform.pages["/members"] = ("200 OK", {}, b'{"members": [{}, {}]}')
    return platform


def tried(settings: Settings, database: Database) -> list[Step]:
    with database.reading() as session:
        platform_id = session.scalars(select(Platform.id)).one()
    return try_platform(settings, database, platform_id)


def outcome(steps: list[Step], part: Part) -> tuple[Outcome, int]:
    (step,) = (each for each in steps if each.part is part)
    return step.outcome, step.figure


def test_of_a_platform_that_works_everything_works(
    canvas: SmallCanvas, settings: Settings, database: Database
) -> None:
    steps = tried(settings, database)
    assert {step.outcome for step in steps} == {Outcome.OK}, steps
    assert [step.part for step in steps] == [Part.KEYS, Part.CLOCK, *[Part.TOKEN] * len(SCOPES), *LISTS]
    assert outcome(steps, Part.KEYS)[1] >= 1
    assert outcome(steps, Part.ROSTER)[1] > 1
    assert steps[-1].subject == "Internationella meriter"


def test_a_token_is_asked_for_anew_each_time(
    faulty: FaultyPlatform, settings: Settings, database: Database
) -> None:
    tried(settings, database)
    tried(settings, database)
    assert [each["scope"] for each in faulty.assertions] == [*SCOPES, *SCOPES]


def test_keys_that_cannot_be_used_fail(
    faulty: FaultyPlatform, settings: Settings, database: Database
) -> None:
    for body in (b'{"keys": []}', b"<html>", b'{"keys": [{"kty": "EC"}]}'):
        faulty.pages["/keys"] = ("200 OK", {}, body)
        assert outcome(tried(settings, database), Part.KEYS) == (Outcome.FAILED, 0)


def test_a_clock_that_is_wrong_is_measured() -> None:
    moment = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    assert seconds_ahead("Sun, 22 Nov 2026 03:00:00 GMT", moment) == 0
    assert seconds_ahead("Sun, 22 Nov 2026 03:00:45 GMT", moment) == 45
    assert seconds_ahead("Sun, 22 Nov 2026 03:00:00 +0100", moment) == -3600
    for told in ("", "yesterday", "Sun, 22 Nov 2026 03:00:00 -0000"):
        assert seconds_ahead(told, moment) is None


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [(29, Outcome.OK), (30, Outcome.FAILED), (-30, Outcome.FAILED), (None, Outcome.LEFT_OUT)],
)
def test_half_of_what_launches_tolerate_is_a_fault(
    ahead: int | None,
    expected: Outcome,
    url: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only what the platform tells is made up: a server of this process shares our clock."""
    monkeypatch.setattr(trial, "seconds_ahead", lambda _date, _moment: ahead)
    platform = Platform(jwks_url=f"{url}/keys")
    assert trial._clock(settings, platform) == Step(Part.CLOCK, expected, figure=ahead or 0)


def test_a_refused_scope_fails_alone_and_what_needs_it_is_left_out(
    faulty: FaultyPlatform, settings: Settings, database: Database
) -> None:
    refused = ("400 Bad Request", b'{"error": "invalid_scope"}')
    given = ("200 OK", b'{"access_token": "t", "expires_in": 3600}')
    faulty.token_answers = [refused if scope == LINE_ITEM_SCOPE else given for scope in SCOPES]
    steps = tried(settings, database)
    failed = [step for step in steps if step.outcome is Outcome.FAILED]
    assert [(step.part, step.subject) for step in failed] == [(Part.TOKEN, LINE_ITEM_SCOPE)]
    assert "invalid_scope" in failed[0].detail
    left_out = [step for step in steps if step.outcome is Outcome.LEFT_OUT]
    assert [(step.part, step.detail) for step in left_out] == [(Part.LINE_ITEMS, NO_TOKEN)]


def test_a_list_that_cannot_be_read_fails(
    faulty: FaultyPlatform, settings: Settings, database: Database
) -> None:
    for part, path, status, body in (
        (Part.LINE_ITEMS, "/items", "403 Forbidden", b'{"errors": "concluded"}'),
        (Part.LINE_ITEMS, "/items", "200 OK", b'{"not": "a list"}'),
        (Part.ROSTER, "/members", "404 Not Found", b""),
        (Part.ROSTER, "/members", "200 OK", b"no JSON"),
    ):
        whole = faulty.pages[path]
        faulty.pages[path] = (status, {}, body)
        steps = tried(settings, database)
        assert [step.part for step in steps if step.outcome is Outcome.FAILED] == [part]
        faulty.pages[path] = whole


def test_a_platform_that_is_away_is_not_asked_again_and_again(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "SECONDS_EACH", 0.2)
    with database.writing() as session:
        platform = world.a_platform(session, issuer="http://127.0.0.1:9")
        world.a_person(session, world.a_course(session, platform=platform))
    steps = tried(settings, database)
    assert [step.outcome for step in steps if step.part is Part.TOKEN] == [
        Outcome.FAILED,
        *[Outcome.LEFT_OUT] * (len(SCOPES) - 1),
    ]
    assert {step.outcome for step in steps if step.part in LISTS} == {Outcome.LEFT_OUT}


def test_without_a_course_or_its_services_the_lists_are_left_out(
    faulty: FaultyPlatform, settings: Settings, database: Database
) -> None:
    with database.writing() as session:
        session.scalars(select(Course)).one().memberships_url = ""
    assert tried(settings, database)[-1].detail == NO_ADDRESS
    with database.writing() as session:
        session.scalars(select(Course)).one().lineitems_url = ""
    assert {step.detail for step in tried(settings, database)[-2:]} == {NO_COURSE}


def test_the_course_is_the_one_last_seen(
    faulty: FaultyPlatform, url: str, settings: Settings, database: Database
) -> None:
    with database.writing() as session:
        platform = session.scalars(select(Platform)).one()
        later = world.a_course(session, platform=platform, title="Senare")
        later.lineitems_url = f"{url}/items"
        world.a_person(session, later)
    assert tried(settings, database)[-1].subject == "Senare"


def test_a_platform_that_there_is_not_is_said_to_be_so(settings: Settings, database: Database) -> None:
    with pytest.raises(NoResultFound):
        try_platform(settings, database, uuid.uuid4())


def test_what_the_lists_need_are_scopes_that_are_tried() -> None:
    assert {LINE_ITEM_SCOPE, ROSTER_SCOPE} <= set(SCOPES)
