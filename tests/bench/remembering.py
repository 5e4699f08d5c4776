"""What a web worker keeps in memory under `cim serve`: after many launches, and as many pages are opened.

A worker grows at first: templates and statements are made once, threads start, each connection to the
database fills its cache, and garbage in circles waits for its collection. What comes on top of that would go
on for ever: so the most of two stretches is compared, when everything has been full once. That worker has one
arena of memory (mallopt(3)): in those of the threads megabytes lie free, in which a leak would go unseen.
Why so: docs/decisions/040-what-a-worker-starts-with-stays.md.
"""

from __future__ import annotations

import http.client
import itertools
from concurrent.futures import ThreadPoolExecutor

from lti_app.web.context import Parts
from lti_app.web.frame import COOKIE
from lti_app.web.sessions import NewLaunch, open_launch
from tests.bench.installation import installation
from tests.bench.launch import Launches, many_addresses
from tests.bench.many_submissions import fill
from tests.bench.processes import Served, serving_as_installed
from tests.signing_platform import KeyServer, SigningPlatform

_STRETCHES = 10
_BY_EACH_AT_ONCE = 50


def after_launches_mb(served: Served, parts: Parts, keys: KeyServer, launches: int) -> float:
    """Megabytes of the worker after so many launches."""
    platform = SigningPlatform(keys)
    platform.register(parts.db)
    Launches(served, platform).run(launches)
    return served.resident_mb()


def growth_mb(requests: int) -> float:
    """Megabytes by which so many requests for pages make a worker grow; by chance less than none."""
    stretch = requests // _STRETCHES
    own = installation(CIM_TRUSTED_PROXIES="1")
    with own as parts, serving_as_installed(parts.settings, MALLOC_ARENA_MAX="1") as served:
        pages = _pages(parts)
        _open(served, pages, len(pages))
        _open_at_once(served, pages, parts.settings.server_threads)
        _open(served, pages, stretch)
        before = _peak_mb(served, pages, stretch)
        _open(served, pages, requests - stretch)
        return _peak_mb(served, pages, stretch) - before


def _pages(parts: Parts) -> list[str]:
    """Addresses of pages, those in a launch with its cookie behind."""
    school = fill(parts.db, 400)
    found = ["/verify", "/lti/jwks.json", "/healthz"]
    with parts.db.writing() as session:
        for who, page in ((school.learning, ""), (school.teaching, "queue")):
            sid, secret = open_launch(session, NewLaunch(who, "sv", "", ""))
            found.append(f"/l/{sid}/{page} {COOKIE}={secret}")
    return found


def _open_at_once(served: Served, pages: list[str], threads: int) -> None:
    """Give each of the worker's threads something to do at the same time, so that all are there."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: _open(served, pages, _BY_EACH_AT_ONCE), range(threads)))


def _peak_mb(served: Served, pages: list[str], requests: int) -> float:
    """The most that the worker has in memory during so many requests."""
    served.forget_the_peak()
    _open(served, pages, requests)
    return served.peak_mb()


def _open(served: Served, pages: list[str], requests: int) -> None:
    """Open pages in turn, over one connection, as a web server in front keeps it. Each must be there."""
    addresses = many_addresses()
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    for each in itertools.islice(itertools.cycle(pages), requests):
        path, _, cookie = each.partition(" ")
        told = {"Host": "localhost", "Cookie": cookie, "X-Forwarded-For": next(addresses)}
        connection.request("GET", path, headers=told)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"
    connection.close()
