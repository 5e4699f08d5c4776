"""A large file on its way in through `cim serve`: what the server spends, keeps in memory and writes.

This process makes the file up as it sends it, so that nothing but the server's own work is counted.
"""

from __future__ import annotations

import http.client
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.portfolio.service import Details, add_activity
from lti_app.web.context import Parts
from lti_app.web.frame import COOKIE
from lti_app.web.sessions import NewLaunch, load_launch, open_launch
from tests.bench.processes import Served
from tests.classroom import TYPES, a_classroom

_BLOCK = 2**20
_BOUNDARY = "a-boundary-that-no-file-contains"
_WARM_UP = 2


@dataclass(frozen=True)
class Cost:
    """Of one upload: CPU per gigabyte, what the worker's memory grew by at most, how often it was written."""

    cpu_seconds_per_gb: float
    growth_mb: float
    times_written: float


@dataclass(frozen=True)
class _Student:
    """Somebody in a launch, with an activity that takes files."""

    sid: str
    secret: str
    csrf_token: str
    item_id: uuid.UUID


def measure(served: Served, parts: Parts, megabytes: int) -> Cost:
    """Upload one file of so many megabytes, after small ones. Raises AssertionError when it is not kept."""
    size = megabytes * 1_000_000
    with parts.db.writing() as session:
        learning = a_classroom(session).learning
    student = _let_in(parts.db, learning, parts.settings.secret_key)
    for _ in range(_WARM_UP):
        _upload(served, student, _BLOCK)
    served.forget_the_peak()
    before = served.cpu_seconds(), served.peak_mb(), served.written_bytes()
    _upload(served, student, size)
    after = served.cpu_seconds(), served.peak_mb(), served.written_bytes()
    cpu, growth, written = (late - early for early, late in zip(before, after, strict=True))
    return Cost(cpu / (size / 1e9), growth, written / size)


def _let_in(database: Database, learning: Actor, secret_key: str) -> _Student:
    with database.writing() as session:
        details = Details("En stor fil", date(2026, 3, 2), date(2026, 3, 6))
        item = add_activity(session, learning, TYPES[0], details)
        sid, secret = open_launch(session, NewLaunch(learning, "en", "", ""))
    with database.reading() as session:
        return _Student(sid, secret, load_launch(session, sid, secret, secret_key).csrf_token, item.id)


def _upload(served: Served, student: _Student, size: int) -> None:
    """Send a file of this size as a browser does."""
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{student.csrf_token}\r\n'
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="large.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    tail = f"\r\n--{_BOUNDARY}--\r\n".encode()
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=300)
    headers = {
        "Host": "localhost",
        "Cookie": f"{COOKIE}={student.secret}",
        "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
        "Content-Length": str(len(head) + size + len(tail)),
    }
    address = f"/l/{student.sid}/items/{student.item_id}/evidence"
    connection.request("POST", address, _body(head, size, tail), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 303, answer.status


def _body(head: bytes, size: int, tail: bytes) -> Iterator[bytes]:
    """A form around a file that begins as a PDF does, and compresses as badly as most."""
    yield head
    first, block = b"%PDF-1.7\n", os.urandom(_BLOCK)
    yield first
    left = size - len(first)
    while left:
        yield block[:left]
        left -= min(left, _BLOCK)
    yield tail
