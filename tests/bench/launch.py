"""What a login and launch cost, as a ratio of an empty Flask GET + POST pair measured in the same run.

`python -m tests.bench.launch [--pairs N] [--database URL]` prints one JSON object: CPU milliseconds of the
tool's pair and of the empty one, and their ratio. The budget is 2.5 on SQLite and 3.5 on PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import structlog
from flask import Flask
from flask.testing import FlaskClient

from lti_app import create_app, migrations
from lti_app import settings as settings_module
from lti_app.db import Database
from tests.signing_platform import SigningPlatform, key_server, signed

BUDGETS = {"sqlite": 2.5, "postgresql": 3.5}
WARM_UP = 30
_A_ROUND = 20


def measure(pairs: int, database_url: str) -> dict[str, float | str]:
    """CPU milliseconds of a pair, ours and empty: each the best of rounds taken in turns."""
    with tempfile.TemporaryDirectory() as folder, key_server() as server:
        url = database_url or f"sqlite:///{Path(folder) / 'cim.sqlite3'}"
        app = _tool(folder, url)
        platform = SigningPlatform(server)
        platform.register(app.extensions["cim"].db)
        ours, empty = _Launches(app, platform), _Pairs(_empty_app())
        ours.run(WARM_UP)
        empty.run(WARM_UP)
        rounds = [(ours.run(_A_ROUND), empty.run(_A_ROUND)) for _ in range(max(1, pairs // _A_ROUND))]
        app.extensions["cim"].db.engine.dispose()
    each = [1000 * min(spent) / _A_ROUND for spent in zip(*rounds, strict=True)]
    name = url.partition(":")[0].partition("+")[0]
    return {
        "what": f"login + launch, CPU, {name}",
        "milliseconds": round(each[0], 3),
        "reference_milliseconds": round(each[1], 3),
        "ratio": round(each[0] / each[1], 2),
        "budget": BUDGETS[name],
    }


class _Pairs:
    """An empty GET and POST in one client, with a form as long as a launch's."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def run(self, pairs: int) -> float:
        token = "x" * 2500

        def pair() -> None:
            self.client.get("/empty?iss=https://canvas.test&login_hint=x&target_link_uri=y")
            self.client.post("/empty", data={"state": "x" * 22, "id_token": token})

        return _cpu_seconds(pair, pairs)


class _Launches:
    """Logins and launches of one person; signing the token is the platform's work and is not counted."""

    def __init__(self, app: Flask, platform: SigningPlatform) -> None:
        self.client: FlaskClient = app.test_client()
        self.platform = platform

    def run(self, pairs: int) -> float:
        spent = 0.0
        for _ in range(pairs):
            address = f"/lti/login?{urlencode(self.platform.login_parameters())}"
            started = time.process_time()
            answer = self.client.get(address)
            spent += time.process_time() - started
            sent = dict(part.split("=", 1) for part in answer.location.partition("?")[2].split("&"))
            token = signed(self.platform.claims(sent["nonce"]))
            form = {"state": sent["state"], "id_token": token}
            started = time.process_time()
            answer = self.client.post("/lti/launch", data=form)
            spent += time.process_time() - started
            assert answer.status_code == 303, answer.text
            self.client._cookies.clear()
        return spent


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


def _cpu_seconds(act: Callable[[], None], times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        act()
    return time.process_time() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=400)
    parser.add_argument("--database", default="", metavar="URL")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(json.dumps(measure(arguments.pairs, arguments.database), indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
