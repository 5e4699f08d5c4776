"""What is done over and over keeps no memory: a page, a launch, a certificate.

Where each act keeps something, one line of code has made as many more blocks of memory as there were more
acts, and they are still there when garbage is collected.
"""

from __future__ import annotations

import gc
import struct
import sys
import tracemalloc
import urllib.parse
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lti_app.certificates.service import settle
from lti_app.db import Database
from lti_app.jobs.models import DeliveryState
from lti_app.web.context import Parts
from tests import world
from tests.classroom import Classroom, a_classroom
from tests.signing_platform import SigningPlatform
from tests.unit.certificates.issuing import deliver_due
from tests.visit import Visit

TIMES = 15
FEWER = 6  # of what takes long
Act = Callable[[], object]
Finding = Callable[..., list[str]]


@pytest.fixture
def room(database: Database) -> Classroom:
    with database.writing() as session:
        return a_classroom(session)


@pytest.fixture
def lines_that_keep(database: Database) -> Finding:
    """Lines of code of whose memory a block or more stays with each act."""

    def find(act: Act, times: int = TIMES) -> list[str]:
        act()  # loads what is loaded the first time, which takes long when it is traced
        tracemalloc.start()
        try:
            before, after = (_kept_by(act, times, database) for _ in range(2))
        finally:
            tracemalloc.stop()
        return [str(each) for each in after.compare_to(before, "lineno") if each.count_diff >= times]

    return find


def _kept_by(act: Act, times: int, database: Database) -> tracemalloc.Snapshot:
    """What is there after so many more acts, but for what Python keeps up to a fixed number."""
    for _ in range(times):
        act()
    database.engine.dispose()  # a connection to SQLite remembers up to 200 cursors
    sys._clear_type_cache()  # names that attributes were asked by
    urllib.parse.clear_cache()
    struct._clearcache()  # type: ignore[attr-defined]
    gc.collect()
    return tracemalloc.take_snapshot()


def test_what_is_kept_is_found(lines_that_keep: Finding) -> None:
    kept: list[bytes] = []
    (line,) = lines_that_keep(lambda: kept.append(bytes(100)))
    assert __file__ in line


@pytest.mark.parametrize("path", ["/", "/activities/new"])
def test_a_students_page_keeps_nothing(
    lines_that_keep: Finding, visit: Callable[..., Visit], room: Classroom, path: str
) -> None:
    student = visit(room.learning)
    assert student.get(path).status_code == 200
    assert lines_that_keep(lambda: student.get(path)) == []


@pytest.mark.parametrize("path", ["/queue", "/class", "/certificates"])
def test_a_teachers_page_keeps_nothing(
    lines_that_keep: Finding, visit: Callable[..., Visit], room: Classroom, path: str
) -> None:
    teacher = visit(room.teaching)
    assert teacher.get(path).status_code == 200
    assert lines_that_keep(lambda: teacher.get(path)) == []


@pytest.mark.parametrize("path", ["/verify", "/verify/ABCD-EFGH-JKLM", "/lti/jwks.json"])
def test_a_page_for_anybody_keeps_nothing(lines_that_keep: Finding, client: FlaskClient, path: str) -> None:
    assert lines_that_keep(lambda: client.get(path)) == []


def test_a_launch_keeps_nothing(lines_that_keep: Finding, app: Flask, platform: SigningPlatform) -> None:
    def launch() -> None:
        assert platform.launch(app.test_client()).status_code == 303

    assert lines_that_keep(launch) == []


def test_a_certificate_keeps_nothing(
    lines_that_keep: Finding, parts: Parts, database: Database, room: Classroom
) -> None:
    def issue() -> None:
        with database.writing() as session:
            course = session.merge(room.course)
            portfolio = world.an_earned_portfolio(session, world.a_person(session, course), course)
            assert settle(session, portfolio.id)
        assert set(deliver_due(parts)) == {DeliveryState.SENT}

    assert lines_that_keep(issue, FEWER) == []
