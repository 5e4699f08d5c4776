"""A platform that signs whatever a test wants, and a server on loopback that publishes its keys.

It shares no code with the tool: tokens are put together byte by byte, so that wrong ones can be made too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.people.models import Deployment, Institution, Platform

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
LEARNER = MEMBERSHIP + "Learner"
TOOL = "http://localhost"
Claims = dict[str, Any]


@cache
def rsa_key(number: int) -> rsa.RSAPrivateKey:
    """One of a few keys of this run: making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def base64url(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def jwk(kid: str, number: int = 0) -> dict[str, str]:
    """The public part of a key, as platforms publish it."""
    numbers = rsa_key(number).public_key().public_numbers()
    members = {"n": numbers.n, "e": numbers.e}
    encoded = {
        name: base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))
        for name, value in members.items()
    }
    return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, **encoded}


def signed(payload: Claims | bytes, *, number: int = 0, **header: Any) -> str:
    """A compact token signed by RS256, whatever its header claims; members that are None are left out."""
    members = {"typ": "JWT", "alg": "RS256", "kid": "key-1"} | header
    first = json.dumps({name: value for name, value in members.items() if value is not None}).encode()
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    message = f"{base64url(first)}.{base64url(body)}"
    signature = rsa_key(number).sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{message}.{base64url(signature)}"


def signed_by_secret(payload: Claims, secret: bytes) -> str:
    """A token signed by HS256."""
    header = {"typ": "JWT", "alg": "HS256", "kid": "key-1"}
    message = f"{base64url(json.dumps(header).encode())}.{base64url(json.dumps(payload).encode())}"
    return f"{message}.{base64url(hmac.new(secret, message.encode(), hashlib.sha256).digest())}"


@dataclass
class KeyServer:
    """What the key server answers, and how often it was asked; change it while it runs."""

    url: str = ""
    keys: list[dict[str, str]] = field(default_factory=lambda: [jwk("key-1")])
    status: int = 200
    body: bytes | None = None
    location: str = ""
    delay_seconds: float = 0.0
    requests: int = 0

    def answer(self) -> bytes:
        return json.dumps({"keys": self.keys}).encode() if self.body is None else self.body


@contextmanager
def key_server() -> Iterator[KeyServer]:
    """A key server on a port of its own."""
    state = KeyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.requests += 1
            time.sleep(state.delay_seconds)
            body = state.answer()
            self.send_response(state.status)
            if state.location:
                self.send_header("Location", state.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/jwks"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Begun:
    """A login under way: what the tool sent the browser on with."""

    state: str
    nonce: str
    parameters: dict[str, str]
    response: TestResponse


@dataclass
class SigningPlatform:
    """A registered platform with one approved deployment, and the means to launch from it."""

    server: KeyServer
    issuer: str = "https://canvas.test"
    client_id: str = "10000000000001"
    deployment_id: str = "1:deployment"

    def register(self, database: Database, institution: str = "Lunds universitet") -> None:
        """Store the platform, its deployment and their institution."""
        with database.writing() as session:
            tenant = Institution(name=institution)
            platform = Platform(
                name=institution,
                issuer=self.issuer,
                client_id=self.client_id,
                auth_url=f"{self.issuer}/api/lti/authorize_redirect",
                token_url=f"{self.issuer}/login/oauth2/token",
                jwks_url=self.server.url,
            )
            session.add_all((tenant, platform))
            session.flush()
            session.add(
                Deployment(
                    platform_id=platform.id,
                    deployment_id=self.deployment_id,
                    institution_id=tenant.id,
                    is_approved=True,
                )
            )

    def login_parameters(self, **changes: str) -> dict[str, str]:
        """What Canvas posts to the login address."""
        return {
            "iss": self.issuer,
            "client_id": self.client_id,
            "lti_deployment_id": self.deployment_id,
            "login_hint": "535fa085f22b4655f48cd5a36a9215f64c062838",
            "lti_message_hint": "eyJhbGciOiJIUzI1NiJ9.e30.opaque",
            "target_link_uri": f"{TOOL}/lti/launch",
        } | changes

    def begin(self, client: FlaskClient, **changes: str) -> Begun:
        """Log in from this browser, which keeps cookies: as far as the platform."""
        response = client.post("/lti/login", data=self.login_parameters(**changes))
        assert response.status_code == 302, response.text
        if response.location.startswith("/lti/login/"):  # a browser that was never here is looked at first
            response = client.get(response.location)
            assert response.status_code == 302, response.text
        sent = {name: values[0] for name, values in parse_qs(urlsplit(response.location).query).items()}
        return Begun(sent["state"], sent["nonce"], sent, response)

    def claims(self, nonce: str, /, **changes: Any) -> Claims:
        """A student's launch from the course menu; a change to None removes a claim."""
        moment = int(time.time())
        claims: Claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "azp": self.client_id,
            "sub": "848b3a11-c7b6-4c05-9fb3-782a0c34ee43",
            "iat": moment,
            "exp": moment + 3600,
            "nonce": nonce,
            "name": "Åsa Öberg",
            "given_name": "Åsa",
            "family_name": "Öberg",
            "email": "asa@canvas.test",
            "locale": "sv",
            LTI + "message_type": "LtiResourceLinkRequest",
            LTI + "version": "1.3.0",
            LTI + "deployment_id": self.deployment_id,
            LTI + "target_link_uri": f"{TOOL}/lti/launch",
            LTI + "resource_link": {"id": "d3a2504b"},
            LTI + "roles": [LEARNER, "http://purl.imsglobal.org/vocab/lis/v2/system/person#User"],
            LTI + "context": {
                "id": "d3a2504b",
                "label": "INTM01",
                "title": "Internationella meriter",
                "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"],
            },
            LTI + "launch_presentation": {"return_url": "https://school.test/courses/3", "locale": "sv"},
            LTI + "tool_platform": {"guid": "x", "product_family_code": "canvas"},
            "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
                "lineitems": "https://school.test/api/lti/courses/3/line_items"
            },
            "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {
                "context_memberships_url": "https://school.test/api/lti/courses/3/names_and_roles"
            },
        }
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def launch(self, client: FlaskClient, **changes: Any) -> TestResponse:
        """Log in and launch, with these changes to the claims."""
        begun = self.begin(client)
        return post_launch(client, begun.state, signed(self.claims(begun.nonce, **changes)))


def post_launch(client: FlaskClient, state: str, id_token: str) -> TestResponse:
    """Post a token as Canvas does, with the extra fields of its form."""
    fields = {"utf8": "✓", "authenticity_token": "x", "state": state, "id_token": id_token}
    return client.post("/lti/launch", data=fields)
