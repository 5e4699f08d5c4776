"""Serves an application for a measurement until SIGTERM, by the server that is asked for.

`python -m tests.bench.serving SERVER FACTORY PORT THREADS`, where the server is `werkzeug`, which comes with
Flask and answers one request at a time, or `granian`, as `cim serve` starts it, which costs less itself.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from werkzeug.serving import WSGIRequestHandler, run_simple
from werkzeug.utils import import_string

SERVERS = ("werkzeug", "granian")


class _Silent(WSGIRequestHandler):
    """Writes no line for each request, as granian writes none."""

    def log(self, *_: Any) -> None:
        pass


def main(server: str, factory: str, port: int, threads: int) -> None:
    """Serve."""
    if server == "werkzeug":
        application = import_string(factory)()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        run_simple("127.0.0.1", port, application, request_handler=_Silent)
        return
    Granian(
        factory,
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
