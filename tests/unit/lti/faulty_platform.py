"""A platform's token endpoint and services, as faulty as a test wants them."""

from __future__ import annotations

import json
import threading
import time
from typing import Any
from urllib.parse import parse_qs


class FaultyPlatform:
    """A WSGI application: a token endpoint, and whatever a test puts under a path."""

    def __init__(self) -> None:
        self.token_answers: list[tuple[str, bytes]] = []
        self.assertions: list[dict[str, str]] = []
        self.pages: dict[str, tuple[str, dict[str, str], bytes]] = {}
        self.seen: list[dict[str, Any]] = []
        self.issued = 0
        self.life: object = 3600
        self.void: set[str] = set()
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["PATH_INFO"] == "/token":
            return self._token(body, start_response)
        with self.lock:
            self.seen.append({"body": body, **environ})
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        if token in self.void:
            start_response("401 Unauthorized", [])
            return [b""]
        status, headers, answer = self.pages.get(environ["PATH_INFO"], ("404 Not Found", {}, b""))
        start_response(status, list(headers.items()))
        return [answer]

    def _token(self, body: bytes, start_response: Any) -> list[bytes]:
        time.sleep(0.02)
        with self.lock:
            self.assertions.append({name: values[0] for name, values in parse_qs(body.decode()).items()})
            if self.token_answers:
                status, answer = self.token_answers.pop(0)
                start_response(status, [])
                return [answer]
            self.issued += 1
            said = {"access_token": f"t{self.issued}", "expires_in": self.life, "token_type": "Bearer"}
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])  # as Moodle does
        return [json.dumps(said).encode()]
