"""Traffic of the services: a log of what came in, and trouble on demand.

A `Fault` hits the next service calls whose path matches. `delay` sleeps first; `status_500`,
`rate_limit_403`, `rate_limit_429` and `drop` strike before anything is done; `process_then_500` and
`process_then_drop` do the work and then leave the sender without an answer, as a lost connection does.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Request, Response

FAULTS = (
    "delay",
    "status_500",
    "rate_limit_403",
    "rate_limit_429",
    "drop",
    "process_then_500",
    "process_then_drop",
)
LONGEST_LOG = 10_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of trouble for the next `times` calls whose path contains `path`."""

    kind: str
    times: int = 1
    path: str = "/scores"
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in FAULTS:
            raise ValueError(f"unknown fault {self.kind!r}; known: {', '.join(FAULTS)}")
        if not (1 <= self.times <= 10_000 and 0 <= self.seconds <= 600):
            raise ValueError("times is 1 to 10000, seconds 0 to 600")


class Trouble:
    """Faults waiting for calls; each call takes at most one, the oldest that matches."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def make(self, kind: str, *, times: int = 1, path: str = "/scores", seconds: float = 0.0) -> None:
        """Prepare trouble; ValueError for an unknown kind or absurd numbers."""
        fault = Fault(kind, times, path, seconds)
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forget all trouble that has not struck yet."""
        with self._lock:
            self._waiting.clear()

    @property
    def waiting(self) -> list[Fault]:
        """What has not struck yet."""
        with self._lock:
            return list(self._waiting)

    def take(self, path: str) -> Fault | None:
        """The fault that strikes a call to this path, using it up once."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if fault.path in path:
                    if fault.times > 1:
                        self._waiting[index] = replace(fault, times=fault.times - 1)
                    else:
                        del self._waiting[index]
                    return fault
        return None


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """One service call as it arrived; `status` is what was answered, or 0 when the connection was dropped."""

    method: str
    path: str
    query: str
    body: Any
    at: datetime
    status: int


class CallLog:
    """The latest service calls, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[ServiceCall] = []

    def note(self, request: Request, status: int, at: datetime) -> None:
        """Write one call down."""
        body: Any = request.get_data(as_text=True, cache=True)
        if request.mimetype.endswith("json"):
            with contextlib.suppress(ValueError):
                body = json.loads(body)
        call = ServiceCall(
            request.method, request.path, request.query_string.decode("latin-1"), body, at, status
        )
        with self._lock:
            self._calls.append(call)
            del self._calls[:-LONGEST_LOG]

    def all(self, path: str = "") -> list[ServiceCall]:
        """Every call whose path contains `path`."""
        with self._lock:
            return [call for call in self._calls if path in call.path]

    def clear(self) -> None:
        """Start a new log."""
        with self._lock:
            self._calls.clear()


def before_processing(fault: Fault) -> Response | None:
    """Sleep if the fault says so, and answer at once if it strikes before processing."""
    if fault.seconds:
        time.sleep(fault.seconds)
    if fault.kind == "status_500":
        return Response("Internal Server Error", status=500)
    if fault.kind.startswith("rate_limit_"):
        return rate_limited(int(fault.kind.rpartition("_")[2]))
    if fault.kind == "drop":
        return Response()  # nobody gets it
    return None


def after_processing(fault: Fault, response: Response) -> Response:
    """Replace the answer of a call that was processed, if the fault says so."""
    if fault.kind == "process_then_500":
        return Response("Internal Server Error", status=500)
    return response


def rate_limited(status: int) -> Response:
    """Canvas's throttling answer."""
    response = Response(f"{status} Rate Limit Exceeded\n", status=status)
    response.headers["X-Rate-Limit-Remaining"] = "0.0"
    return response


def dropped(request: Request) -> Response:
    """No answer: cut the socket where the server shows it, else break the body off before its announced
    length.
    """
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
        return Response(status=200)

    def broken() -> Iterator[bytes]:
        yield b"{"
        raise ConnectionResetError("the simulator drops this connection on purpose")

    response = Response(broken(), status=200, content_type="application/json")
    response.headers["Content-Length"] = "4096"
    return response
