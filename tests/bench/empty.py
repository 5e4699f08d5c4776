"""An empty Flask application, served as `cim serve` serves the tool: what a request costs whoever answers it.

`python -m tests.bench.empty PORT THREADS` serves it until SIGTERM.
"""

from __future__ import annotations

import sys

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def application() -> Flask:
    """Takes the same requests as the tool's entrance, and answers nothing."""
    app = Flask(__name__)

    @app.get("/lti/login")
    @app.post("/lti/launch")
    @app.get("/healthz")
    def empty() -> str:
        return ""

    return app


def main(port: int, threads: int) -> None:
    """Serve."""
    Granian(
        "tests.bench.empty:application",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
