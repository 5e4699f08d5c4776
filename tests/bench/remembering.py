"""What a web worker keeps in memory under `cim serve`: after many launches, and as many pages are opened."""

from __future__ import annotations

import http.client
import itertools
from dataclasses import dataclass

from lti_app.web.context import Parts
from lti_app.web.frame import COOKIE
from lti_app.web.sessions import NewLaunch, open_launch
from tests.bench.launch import Launches, many_addresses
from tests.bench.many_submissions import fill
from tests.bench.processes import Served
from tests.signing_platform import KeyServer, SigningPlatform

_WARM = 5


@dataclass(frozen=True)
class Memory:
    """Megabytes of the worker after the launches, and what the requests after those added."""

    after_launches_mb: float
    growth_mb: float


def measure(served: Served, parts: Parts, keys: KeyServer, launches: int, requests: int) -> Memory:
    """So many launches, then so many requests for pages; a fifth as many go before, to fill what is kept."""
    platform = SigningPlatform(keys)
    platform.register(parts.db)
    school = fill(parts.db, 400)
    paths = ["/verify", "/lti/jwks.json", "/healthz"]
    with parts.db.writing() as session:
        for who, page in ((school.learning, ""), (school.teaching, "queue")):
            sid, secret = open_launch(session, NewLaunch(who, "sv", "", ""))
            paths.append(f"/l/{sid}/{page} {COOKIE}={secret}")
    Launches(served, platform).run(launches)
    after_launches = served.resident_mb()
    _open(served, paths, requests // _WARM)
    before = served.resident_mb()
    _open(served, paths, requests)
    return Memory(after_launches, served.resident_mb() - before)


def _open(served: Served, paths: list[str], requests: int) -> None:
    """Open pages in turn, over one connection, as a web server in front keeps it. Each must be there."""
    addresses = many_addresses()
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    for each in itertools.islice(itertools.cycle(paths), requests):
        path, _, cookie = each.partition(" ")
        told = {"Host": "localhost", "Cookie": cookie, "X-Forwarded-For": next(addresses)}
        connection.request("GET", path, headers=told)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"
    connection.close()
