"""What a login and launch cost, as a ratio of an empty Flask GET + POST pair measured in the same run.

`python -m tests.bench.launch [--pairs N] [--postgresql]` prints JSON: CPU milliseconds of the tool's pair and
of the empty one, their ratio, and how often the platform's keys were fetched meanwhile. The browser is one
that was here before; what a new one costs is printed beside it. The limits on requests count, as they do in
production: requests come from many addresses. The budget is 2.5 on SQLite, 3.5 on PostgreSQL.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import structlog
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app import create_app, migrations
from lti_app import settings as settings_module
from lti_app.db import Database
from tests.database import has_postgresql, postgresql
from tests.signing_platform import KeyServer, SigningPlatform, key_server, post_launch, signed

BUDGETS = {"sqlite": 2.5, "postgresql": 3.5}
KEY_FETCHES_IN_A_BURST = 2
WARM_UP = 30
_A_ROUND = 5
_BURST = 20


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


def measure(pairs: int, kind: str) -> Cost:
    """The costs on a database of this kind: each the best of rounds taken in turns."""
    with tempfile.TemporaryDirectory() as folder, _database(kind, folder) as url, key_server() as server:
        app = _tool(folder, url)
        platform = SigningPlatform(server)
        platform.register(app.extensions["cim"].db)
        runs = (
            _Launches(app, platform),
            _Launches(app, platform, is_new=True),
            _Pairs(_empty_app(), platform),
        )
        for each in runs:
            each.run(WARM_UP)
        fetches = server.requests
        rounds = [[each.run(_A_ROUND) for each in runs] for _ in range(max(1, pairs // _A_ROUND))]
        fetches = server.requests - fetches
        burst = _fetches_for_unknown_keys(app, platform, server)
        app.extensions["cim"].db.engine.dispose()
    best = [round(1000 * min(spent) / _A_ROUND, 3) for spent in zip(*rounds, strict=True)]
    return Cost(kind, *best, fetches, burst)


class _Browser(ABC):
    """A client whose requests are timed, each from another address."""

    def __init__(self, app: Flask, platform: SigningPlatform) -> None:
        self.client: FlaskClient = app.test_client()
        self.platform = platform
        self.addresses = itertools.cycle(f"2001:db8::{number:x}" for number in range(512))
        self.spent = 0.0

    def run(self, pairs: int) -> float:
        """CPU seconds of so many pairs."""
        self.spent = 0.0
        for _ in range(pairs):
            self.pair()
        return self.spent

    @abstractmethod
    def pair(self) -> None:
        """One login and launch, or what stands for them."""

    def ask(self, method: str, address: str, form: dict[str, str] | None = None) -> TestResponse:
        environ = {"REMOTE_ADDR": next(self.addresses)}
        started = time.process_time()
        answer = self.client.open(address, method=method, data=form, environ_base=environ)
        self.spent += time.process_time() - started
        return answer


class _Pairs(_Browser):
    """An empty GET and POST, with a token signed in between as for a launch: the caches are as cold."""

    def pair(self) -> None:
        self.ask("GET", "/empty?iss=https://canvas.test&login_hint=x&target_link_uri=y")
        token = signed(self.platform.claims("x" * 32))
        self.ask("POST", "/empty", {"state": "x" * 22, "id_token": token})


class _Launches(_Browser):
    """Logins and launches of one person; signing the token is the platform's work and is not counted.

    Her browser keeps the mark that cookies come back, or is new each time.
    """

    def __init__(self, app: Flask, platform: SigningPlatform, *, is_new: bool = False) -> None:
        super().__init__(app, platform)
        self.is_new = is_new

    def pair(self) -> None:
        answer = self.ask("GET", f"/lti/login?{urlencode(self.platform.login_parameters())}")
        if answer.location.startswith("/"):
            answer = self.ask("GET", answer.location)
        sent = dict(parse_qsl(answer.location.partition("?")[2]))
        token = signed(self.platform.claims(sent["nonce"]))
        answer = self.ask("POST", "/lti/launch", {"state": sent["state"], "id_token": token})
        assert answer.status_code == 303, answer.text
        self._close()

    def _close(self) -> None:
        mark = self.client.get_cookie("cim_cookies", path="/lti/")
        self.client._cookies.clear()
        if mark is not None and not self.is_new:
            self.client.set_cookie(mark.key, mark.value, path=mark.path)


def _fetches_for_unknown_keys(app: Flask, platform: SigningPlatform, server: KeyServer) -> int:
    """How often the platform is asked when twenty launches at once name keys that it does not have."""
    client, before = app.test_client(), server.requests
    for number in range(_BURST):
        begun = platform.begin(client)
        post_launch(client, begun.state, signed(platform.claims(begun.nonce), kid=f"unknown-{number}"))
    return server.requests - before


@contextmanager
def _database(kind: str, folder: str) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{Path(folder) / 'cim.sqlite3'}"
    else:
        with postgresql() as server:
            yield server.fresh()


def _tool(folder: str, url: str) -> Flask:
    settings = settings_module.load(
        {
            "CIM_PUBLIC_URL": "http://localhost",
            "CIM_SECRET_KEY": "a secret for this measurement only",
            "CIM_DEVELOPMENT": "1",
            "CIM_VAR_DIR": folder,
            "CIM_DATABASE_URL": url,
        }
    )
    database = Database(url)
    migrations.upgrade(database.engine)
    database.engine.dispose()
    return create_app(settings)


def _empty_app() -> Flask:
    app = Flask(__name__)

    @app.route("/empty", methods=["GET", "POST"])
    def empty() -> str:
        return ""

    return app


def kinds() -> list[str]:
    """The databases that can be measured here."""
    return ["sqlite", "postgresql"] if has_postgresql() else ["sqlite"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=400)
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    cost = measure(arguments.pairs, "postgresql" if arguments.postgresql else "sqlite")
    ratios = {
        "ratio": cost.ratio,
        "first_visit_ratio": cost.first_visit_ratio,
        "budget": BUDGETS[cost.database],
    }
    print(json.dumps(vars(cost) | ratios, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
