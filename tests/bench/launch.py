"""What a login and launch cost, as a ratio of an empty Flask GET + POST pair measured in the same run.

`python -m tests.bench.launch [--pairs N] [--postgresql] [--server granian]` prints JSON: CPU milliseconds of
the tool's pair and of the empty one, their ratio, and how often the platform's keys were fetched meanwhile.
The browser is one that was here before; what a new one costs is printed beside it. Budgets: 2.5 on SQLite,
3.5 on PostgreSQL, under the server that comes with Flask, for there they were found; the ratio under the one
of `cim serve` is printed beside it.

Only servers are measured, by the CPU clocks of their processes: the tool as behind a web server, and an empty
application under the same server. What makes the requests, keeps the
cookies and signs the tokens is this process, and costs neither. Both get the same requests: the same login,
a form with a token of the same length, the same headers, each by a connection of its own, as most web servers
ask what is behind them. The tool's limits on requests count: requests come from many addresses. Rounds of
both are taken in turns, and the median round counts, for the best one is that in which no garbage happened
to be collected. Needs Linux. Why so: docs/decisions/017-how-a-launch-is-measured.md.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import logging
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import parse_qsl, urlencode

import structlog

from lti_app import migrations
from lti_app.db import Database
from tests.bench.installation import settings_in
from tests.bench.processes import Served, serving
from tests.bench.serving import SERVERS
from tests.database import has_postgresql, postgresql
from tests.signing_platform import KeyServer, SigningPlatform, key_server, signed

BUDGETS = {"sqlite": 2.5, "postgresql": 3.5}
KEY_FETCHES_IN_A_BURST = 2
WARM_UP = 30
_A_ROUND = 5
_BURST = 20
_STATE, _NONCE = "x" * 22, "x" * 32
_TOOL, _EMPTY = "lti_app.cli.serving:application", "tests.bench.empty:application"
_BROWSER = {
    "Host": "localhost",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "sv-SE,sv;q=0.8,en;q=0.5",
}


@dataclass(frozen=True)
class Cost:
    """CPU of one login and launch beside the empty pair of the same run. `key_fetches` are when warm."""

    database: str
    milliseconds: float
    first_visit_milliseconds: float
    reference_milliseconds: float
    key_fetches: int
    key_fetches_in_a_burst: int

    @property
    def ratio(self) -> float:
        return round(self.milliseconds / self.reference_milliseconds, 2)

    @property
    def first_visit_ratio(self) -> float:
        return round(self.first_visit_milliseconds / self.reference_milliseconds, 2)


def measure(pairs: int, kind: str, server: str = SERVERS[0]) -> Cost:
    """The costs on a database of this kind: of rounds taken in turns, each the median."""
    with tempfile.TemporaryDirectory() as folder, _database(kind, folder) as url, key_server() as keys:
        settings, platform = settings_in(folder, url, CIM_TRUSTED_PROXIES="1"), SigningPlatform(keys)
        database = Database(url)
        migrations.upgrade(database.engine)
        platform.register(database)
        database.engine.dispose()
        with serving(_TOOL, settings, server) as tool, serving(_EMPTY, settings, server) as empty:
            runs = (
                Launches(tool, platform),
                Launches(tool, platform, is_new=True),
                _Pairs(empty, platform),
            )
            for each in runs:
                each.run(min(WARM_UP, pairs))
            fetches = keys.requests
            rounds = [[each.run(_A_ROUND) for each in runs] for _ in range(max(1, pairs // _A_ROUND))]
            fetches = keys.requests - fetches
            burst = _fetches_for_unknown_keys(Launches(tool, platform), keys)
    usual = [round(1000 * median(spent) / _A_ROUND, 3) for spent in zip(*rounds, strict=True)]
    return Cost(kind, *usual, fetches, burst)


def many_addresses() -> Iterator[str]:
    """Where people come from, in turn: from different networks, as the tool's limits count them."""
    return itertools.cycle(f"2001:db8:0:{number:x}::1" for number in range(512))


class _Browser(ABC):
    """Asks a server as a web server in front of it does, each time for somebody at another address."""

    def __init__(self, served: Served, platform: SigningPlatform) -> None:
        self.served = served
        self.platform = platform
        self.addresses = many_addresses()
        self.cookies: dict[str, str] = {}

    def run(self, pairs: int) -> float:
        """CPU seconds of so many pairs."""
        started = self.served.cpu_seconds()
        for _ in range(pairs):
            self.pair()
        return self.served.cpu_seconds() - started

    @abstractmethod
    def pair(self) -> None:
        """One login and launch, or what stands for them."""

    def ask(self, method: str, address: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and Location of the answer; its cookies are kept."""
        headers = _BROWSER | {"X-Forwarded-For": next(self.addresses)}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=30)
        connection.request(method, address, urlencode(form) if form else None, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", "")

    def log_in(self) -> tuple[int, str]:
        return self.ask("GET", f"/lti/login?{urlencode(self.platform.login_parameters())}")

    def post(self, state: str, nonce: str, kid: str = "key-1") -> int:
        token = signed(self.platform.claims(nonce), kid=kid)
        form = {"utf8": "✓", "authenticity_token": "x", "state": state, "id_token": token}
        return self.ask("POST", "/lti/launch", form)[0]


class _Pairs(_Browser):
    """An empty GET and POST, sent as by a browser that was here before."""

    def pair(self) -> None:
        self.cookies = {"cim_cookies": "1"}
        self.log_in()
        self.cookies[f"cim_login_{_STATE}"] = _NONCE
        assert self.post(_STATE, _NONCE) == 200


class Launches(_Browser):
    """Logins and launches of one person. Her browser keeps the mark that cookies come back, or is new."""

    def __init__(self, served: Served, platform: SigningPlatform, *, is_new: bool = False) -> None:
        super().__init__(served, platform)
        self.is_new = is_new

    def pair(self) -> None:
        self.cookies = {} if self.is_new else {"cim_cookies": "1"}
        sent = self.begin()
        assert self.post(sent["state"], sent["nonce"]) == 303

    def begin(self) -> dict[str, str]:
        """Log in as far as the platform: what the browser is sent there with."""
        status, location = self.log_in()
        if location.startswith("/"):
            status, location = self.ask("GET", location)
        assert status == 302, status
        return dict(parse_qsl(location.partition("?")[2]))


def _fetches_for_unknown_keys(launches: Launches, server: KeyServer) -> int:
    """How often the platform is asked when twenty launches in a row name keys that it does not have."""
    before = server.requests
    for number in range(_BURST):
        sent = launches.begin()
        launches.post(sent["state"], sent["nonce"], kid=f"unknown-{number}")
    return server.requests - before


@contextmanager
def _database(kind: str, folder: str) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{Path(folder) / 'cim.sqlite3'}"
    else:
        with postgresql() as server:
            yield server.fresh()


def kinds() -> list[str]:
    """The databases that can be measured here."""
    return ["sqlite", "postgresql"] if has_postgresql() else ["sqlite"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=400)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--server", choices=SERVERS, help="only this one")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    kind = "postgresql" if arguments.postgresql else "sqlite"
    server, *others = [arguments.server] if arguments.server else SERVERS
    cost = measure(arguments.pairs, kind, server)
    beside = {f"ratio_under_{other}": measure(arguments.pairs, kind, other).ratio for other in others}
    ratios = {
        "ratio": cost.ratio,
        "first_visit_ratio": cost.first_visit_ratio,
        "budget": BUDGETS[cost.database],
    }
    print(json.dumps({"server": server} | vars(cost) | ratios | beside, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
