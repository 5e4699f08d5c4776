"""A platform of our own making that a tool can be registered with, shaped as Moodle, and as odd as wanted.

Everything it says can be changed while it runs; `seen` has what it was asked.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

from tests.served_canvas import Server

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"


def moodle(url: str) -> dict[str, Any]:
    """The configuration of a Moodle at this address: messages are plain names, scopes few."""
    return {
        "issuer": url,
        "token_endpoint": f"{url}/mod/lti/token.php",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": f"{url}/mod/lti/certs.php",
        "authorization_endpoint": f"{url}/mod/lti/auth.php",
        "registration_endpoint": f"{url}/mod/lti/openid-registration.php",
        "scopes_supported": [
            f"{AGS}/score",
            f"{AGS}/result.readonly",
            f"{AGS}/lineitem.readonly",
            f"{AGS}/lineitem",
            "https://purl.imsglobal.org/spec/lti-ts/scope/toolsetting",
            "openid",
        ],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        PLATFORM: {
            "product_family_code": "moodle",
            "version": "4.5",
            "messages_supported": ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"],
            "placements": ["AddContentMenu"],
            "variables": ["basic-lti-launch-request", "Context.id", "Context.id.history", "User.id"],
        },
    }


@dataclass
class Asked:
    """One request that came in."""

    method: str
    path: str
    bearer: str
    body: Any


@dataclass
class RegisteringPlatform:
    """What the platform says; `raw` answers the configuration instead, `slow_seconds` before each answer.

    `meanwhile` is done while a tool waits to hear whether it is registered.
    """

    url: str
    configuration: dict[str, Any]
    answer: Any = field(default_factory=lambda: {"client_id": "a7Xk", TOOL: {"deployment_id": "3"}})
    status: int = 200
    raw: Response | None = None
    slow_seconds: float = 0.0
    location: str = ""
    meanwhile: Callable[[], None] | None = None
    seen: list[Asked] = field(default_factory=list)

    @property
    def configuration_url(self) -> str:
        """Where a tool finds the configuration."""
        return f"{self.url}/mod/lti/openid-configuration.php"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        body = request.get_json() if request.method == "POST" else None
        self.seen.append(Asked(request.method, request.path, bearer, body))
        time.sleep(self.slow_seconds)
        return self._response(request)(environ, start_response)

    def _response(self, request: Request) -> Response:
        if request.method == "POST":
            if self.meanwhile:
                self.meanwhile()
            said = self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
            headers = {"Location": self.location} if self.location else {}
            return Response(said, self.status, headers, content_type="application/json")
        return self.raw or Response(json.dumps(self.configuration), content_type="application/json")


@contextmanager
def registering_platform() -> Iterator[RegisteringPlatform]:
    """One on a port of its own."""
    server = Server()
    platform = RegisteringPlatform(server.url, moodle(server.url))
    with server.serving(platform):
        yield platform
