"""A small Canvas over its WSGI test client, a tool's keys, and a real server that Canvas downloads from."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.demo import CanvasConfig, SmallCanvas
from lti_app.demo.launch.keys import KeyRing
from lti_app.demo.world.gradebook import Submission
from lti_app.demo.world.seed import SCOPES
from tests.served_canvas import canvas_app

BASE = "http://127.0.0.1:8001"
TOOL = "http://localhost:8000"
EXTENSION = "https://canvas.instructure.com/lti/submission"
SUBMISSION_TYPE = "https://canvas.instructure.com/lti/submission_type"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


class Clock:
    """Time that stands still until moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Answer:
    """What the file server says under one path."""

    body: bytes
    content_type: str = "application/octet-stream"
    status: int = 200
    delay_seconds: float = 0.0


@dataclass
class FileServer:
    """The tool's side of downloads: answers by path, and counts requests with their headers."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def offer(self, path: str, body: bytes, content_type: str = "application/pdf", **more: Any) -> str:
        self.answers[path] = Answer(body, content_type, **more)
        return f"{self.url}{path}"


@pytest.fixture(scope="session")
def tool_key() -> RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "signing_keys.json"
    KeyRing(path, NOON)
    return path


@pytest.fixture
def file_server() -> Iterator[FileServer]:
    state = FileServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.seen.append((self.path, dict(self.headers)))
            answer = state.answers.get(self.path, Answer(b"", status=404))
            time.sleep(answer.delay_seconds)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if answer.delay_seconds < 1:
                self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield state
        server.shutdown()
        thread.join()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def canvas(tmp_path: Path, clock: Clock, signing_keys: Path, tool_key: RSAPrivateKey) -> SmallCanvas:
    """A fresh small Canvas whose developer key holds the tool's public key itself."""
    shutil.copy(signing_keys, tmp_path / "signing_keys.json")
    app = canvas_app(CanvasConfig(base_url=BASE, data_dir=tmp_path, tool_url=TOOL, clock=clock))
    app.testing = True
    canvas: SmallCanvas = app.extensions["canvas"]
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(tool_key.public_key()))
    canvas.tools.change_key(canvas.client_id, public_jwk_url=None, public_jwk={**public, "kid": "tool-1"})
    canvas.app = app  # type: ignore[attr-defined]
    return canvas


@pytest.fixture
def client(canvas: SmallCanvas) -> FlaskClient:
    return canvas.app.test_client()  # type: ignore[attr-defined,no-any-return]


@dataclass
class Caller:
    """A tool calling the services with a valid access token."""

    canvas: SmallCanvas
    client: FlaskClient
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.canvas.tokens.issue(self.canvas.client_id, self.scopes)}"}

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(path, query_string=query or None, headers=self.headers())

    def send(self, method: str, path: str, body: Any, media_type: str = "application/json") -> TestResponse:
        return self.client.open(
            path, method=method, data=json.dumps(body), content_type=media_type, headers=self.headers()
        )

    def delete(self, path: str) -> TestResponse:
        return self.client.delete(path, headers=self.headers())

    def make_column(self, label: str = "Activities", maximum: float = 10, **more: Any) -> str:
        """A line item with a launchable assignment; returns its path."""
        body = {
            "label": label,
            "scoreMaximum": maximum,
            SUBMISSION_TYPE: {"type": "external_tool", "external_tool_url": f"{TOOL}/lti/launch?x=1"},
            **more,
        }
        answer = self.send("POST", "/api/lti/courses/1/line_items", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"]).removeprefix(BASE)

    def score(
        self, column: str, person: str = "asa", *, extension: Any = None, **fields: Any
    ) -> TestResponse:
        """Post a score: graded 8 of 10 unless told otherwise; fields given as None are left out."""
        body = {
            "userId": self.canvas.people.get(person).lti_id,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "timestamp": self.canvas.now().isoformat(),
            "scoreGiven": 8,
            "scoreMaximum": 10,
            EXTENSION: extension,
            **fields,
        }
        body = {name: value for name, value in body.items() if value is not None}
        return self.send("POST", f"{column}/scores", body, "application/vnd.ims.lis.v1.score+json")

    def submit(
        self, column: str, person: str = "asa", *, at: datetime | None = None, **more: Any
    ) -> TestResponse:
        """Post the score of a student handing in: no points, an existing grade preserved."""
        extension = {
            "submission_type": "basic_lti_launch",
            "submission_data": f"{TOOL}/lti/launch/submission/1",
            "preserve_score": True,
            **more.pop("extension", {}),
        }
        moment = (at or self.canvas.now()).isoformat()
        return self.score(
            column,
            person,
            extension=extension,
            activityProgress="Submitted",
            gradingProgress="PendingManual",
            scoreGiven=None,
            scoreMaximum=None,
            submission={"submittedAt": moment},
            **more,
        )


@pytest.fixture
def caller(canvas: SmallCanvas, client: FlaskClient) -> Caller:
    return Caller(canvas, client)


@pytest.fixture
def column(caller: Caller) -> str:
    """The path of a line item of 10 points with a published assignment."""
    return caller.make_column()


def submission_of(canvas: SmallCanvas, login: str = "asa") -> Submission:
    """What the gradebook has of this person for the first assignment of the course; it must be there."""
    found = canvas.submission_of(login, canvas.assignments.in_course(1)[0].id)
    assert found is not None
    return found
