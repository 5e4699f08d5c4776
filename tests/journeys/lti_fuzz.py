"""Requests that nobody sends who means well, to everything below /lti/, made from a seed and described.

Longer than most: it is one list of what can be odd about a request, which is read as a whole.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes

from flask.testing import FlaskClient
from werkzeug.routing import Map
from werkzeug.test import TestResponse

from tests.journeys.nasties import ADDRESSES, BODIES, HEADERS, METHODS, TEXTS
from tests.signing_platform import LTI, SigningPlatform, jwk, signed

FORM = "application/x-www-form-urlencoded"
Pairs = list[tuple[str, bytes]]
_DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
_NAMES = (
    *("iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce", "name", "given_name", "email", "locale"),
    "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint",
    "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice",
    "https://www.instructure.com/placement",
    *(f"{_DL}{name}" for name in ("deep_linking_settings", "data", "content_items")),
    *(
        LTI + name
        for name in (
            *("message_type", "version", "deployment_id", "target_link_uri", "resource_link", "roles"),
            *(
                "context",
                "launch_presentation",
                "tool_platform",
                "custom",
                "role_scope_mentor",
                "lis",
                "for_user",
            ),
        )
    ),
)
_MEMBERS = (
    *("id", "title", "label", "type", "return_url", "lineitems", "lineitem", "scope", "locale", "guid"),
    *("product_family_code", "context_memberships_url", "service_versions", "deep_link_return_url"),
    *("accept_types", "accept_multiple", "brand_url", "scheme", "placement", "document_target"),
)
_WORDS = (
    *(
        "LtiDeepLinkingRequest",
        "LtiResourceLinkRequest",
        "LtiSubmissionReviewRequest",
        "1.3.0",
        "1:deployment",
    ),
    *("http://localhost/lti/launch", "http://localhost/lti/launch/submission/x", "https://canvas.test"),
    *(
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor",
        "Instructor",
        "$Person.name.full",
        "Account",
    ),
    *("http://[::1", "https://10.0.0.1/x", "javascript:alert(1)", "\ud800", "\x00", "x" * 9000),
)


_MESSAGES: tuple[dict[str, Any], ...] = (
    {},
    {},
    {
        LTI + "message_type": "LtiDeepLinkingRequest",
        LTI + "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
        f"{_DL}deep_linking_settings": {
            "deep_link_return_url": "https://canvas.test/courses/3/deep_linking_response",
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe", "window"],
            "accept_multiple": True,
            "data": "opaque",
        },
    },
    {
        LTI + "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor"],
        LTI + "role_scope_mentor": ["x"],
    },
)
_BROWSER_LIVES = 10  # requests, for each login leaves a cookie


@dataclass
class Shot:
    """One request; `what` tells what is odd about it."""

    what: str
    path: str
    method: str = "POST"
    query: Pairs = field(default_factory=list)
    form: Pairs = field(default_factory=list)
    body: bytes | None = None
    content_type: str = FORM
    headers: dict[str, str] = field(default_factory=dict)

    def fire(self, client: FlaskClient) -> TestResponse:
        """Send it."""
        body = _encoded(self.form) if self.body is None else self.body
        has_body = self.method not in {"GET", "HEAD", "OPTIONS"}
        return client.open(
            self.path,
            method=self.method,
            query_string=_encoded(self.query).decode("ascii"),
            data=body if has_body else None,
            headers={"Content-Type": self.content_type, **self.headers} if has_body else self.headers,
        )


def _encoded(pairs: Pairs) -> bytes:
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs).encode()


class Fuzz:
    """Makes shots out of one seed, against one registered platform."""

    def __init__(self, seed: str, platform: SigningPlatform, client: FlaskClient) -> None:
        self.random = random.Random(seed)
        self.platform = platform
        self.client = client
        self.rules = _lti_rules(client.application.url_map)

    def shots(self, kind: str, count: int) -> Iterator[Shot]:
        """So many shots of one kind."""
        make: Callable[[], Shot] = getattr(self, kind)
        for number in range(count):
            if number % _BROWSER_LIVES == 0:
                self.client = self.client.application.test_client()
            shot = make()
            shot.what = f"{kind} {number}: {shot.what}"
            yield shot

    # --- what is shot

    def logins(self) -> Shot:
        """A login whose parameters are changed, doubled, left out, or come twice."""
        pairs = [(name, value.encode()) for name, value in self.platform.login_parameters().items()]
        pairs.append(("lti_storage_target", b"post_message_forwarding"))
        told = [self._bend(pairs) for _ in range(self.random.randint(1, 3))]
        shot = Shot(", ".join(told), "/lti/login", self.random.choice(("GET", "POST", "POST")))
        for pair in pairs:
            is_in_query = shot.method == "GET" or self.random.random() < 0.2
            (shot.query if is_in_query else shot.form).append(pair)
        return shot

    def mangled_tokens(self) -> Shot:
        """A token of a good launch that was cut, turned, or given another header."""
        begun = self.platform.begin(self.client)
        claims = self.platform.claims(begun.nonce)
        what = self.random.choice(("header", "header", "bytes", "parts", "text"))
        if what == "header":
            members = {self._header_name(): self._json() for _ in range(self.random.randint(1, 3))}
            token = signed(claims, number=self.random.randint(0, 1), **members)
            what = f"header {str(members)[:200]}"
        elif what == "bytes":
            token = self._mangled(signed(claims))
        elif what == "parts":
            parts = signed(claims).split(".")
            self.random.shuffle(parts)
            token = self.random.choice(("", ".", "..")).join(
                self.random.choices(parts, k=self.random.randint(0, 5))
            )
        else:
            token = self._text().decode("latin-1")
        return self._launch(what, begun.state, token.encode("utf-8", "surrogatepass"))

    def signed_claims(self) -> Shot:
        """A launch signed by the platform's true key, with claims that no platform sends."""
        begun = self.platform.begin(self.client)
        claims = self.platform.claims(begun.nonce, **self.random.choice(_MESSAGES))
        told = [self._bend_claims(claims) for _ in range(self.random.choice((1, 1, 2, 4)))]
        payload = json.dumps(claims).encode()
        if self.random.random() < 0.15:
            payload = self._bitten(payload)
            told.append(f"bytes {payload[:300]!r}")
        return self._launch("; ".join(told), begun.state, signed(payload).encode())

    def junk_bodies(self) -> Shot:
        """Bodies that are no form, or none that can be read; some of them huge."""
        path = self.random.choice([path for path, methods in self.rules if "POST" in methods])
        path = self._filled(path)
        if self.random.random() < 0.5:
            name = self.random.choice(sorted(BODIES))
            content_type, body = BODIES[name]
            return Shot(
                f"{name} to {path}", path, body=body, content_type=content_type.encode().decode("latin-1")
            )
        size = self.random.choice((0, 1, 50, 5000, 300_000))
        content_type = self.random.choice(
            (FORM, "application/json", "multipart/form-data; boundary=x", "", "x")
        )
        body = self.random.randbytes(size)
        return Shot(
            f"{size} random bytes as {content_type!r} to {path}", path, body=body, content_type=content_type
        )

    def odd_addresses(self) -> Shot:
        """Every route below /lti/ with odd parts, methods, headers and query strings."""
        path, _ = self.random.choice(self.rules)
        shot = Shot("", self._filled(path), self.random.choice(METHODS))
        if self.random.random() < 0.2:
            shot.path = "/lti" + self.random.choice([each for each in ADDRESSES if each.startswith("/")])
        for _ in range(self.random.randint(0, 4)):
            shot.query.append((self._parameter(), self._text()))
        for name in self.random.sample(sorted(HEADERS), self.random.randint(0, 2)):
            shot.headers[name] = self.random.choice(HEADERS[name])
        shot.what = f"{shot.method} {shot.path[:200]!r} {shot.query!r:.200} {shot.headers!r:.200}"
        return shot

    def odd_launches(self) -> Shot:
        """Launch forms whose fields are odd, come twice, or do not belong together."""
        begun = self.platform.begin(self.client)
        token = signed(self.platform.claims(begun.nonce)).encode()
        pairs = [("state", begun.state.encode()), ("id_token", token)]
        told = [self._bend(pairs) for _ in range(self.random.randint(1, 2))]
        shot = Shot(", ".join(told), "/lti/launch", form=pairs)
        if self.random.random() < 0.3:
            shot.headers["Cookie"] = f"cim_login_{begun.state}={self._text().decode('latin-1')!r}"
        if self.random.random() < 0.3:
            shot.form.append(("error", self._text()))
        return shot

    # --- what it is made of

    def _launch(self, what: str, state: str, token: bytes) -> Shot:
        return Shot(what, "/lti/launch", form=[("state", state.encode()), ("id_token", token)])

    def _bend(self, pairs: Pairs) -> str:
        """Change one of the pairs, or their number; says how."""
        at = self.random.randrange(len(pairs)) if pairs else 0
        what = self.random.choice(("value", "value", "value", "twice", "gone", "new", "array"))
        if not pairs or what == "new":
            pairs.append((self._parameter(), self._text()))
            return f"new {pairs[-1]!r:.100}"
        name, value = pairs[at]
        if what == "value":
            pairs[at] = (name, self._text())
        elif what == "twice":
            pairs.insert(self.random.randrange(len(pairs) + 1), (name, self._text()))
        elif what == "array":
            pairs[at] = (f"{name}[]", value)
        else:
            del pairs[at]
        return f"{what} {name} {pairs[min(at, len(pairs) - 1)][1]!r:.100}" if pairs else f"{what} {name}"

    def _bend_claims(self, claims: dict[str, Any]) -> str:
        """Change one claim, or one member of one that is an object; says how."""
        name = self.random.choice(_NAMES)
        settings = f"{_DL}deep_linking_settings"
        if settings in claims and self.random.random() < 0.6:
            name = settings
        inside = claims.get(name)
        if self.random.random() < 0.1:
            claims.pop(name, None)
            return f"no {name}"
        if isinstance(inside, dict) and self.random.random() < 0.6:
            member = self.random.choice((*inside, *_MEMBERS))
            claims[name] = inside | {member: self._json()}
        else:
            claims[name] = self._json()
        return f"{name}: {claims[name]!r:.200}"

    def _json(self, depth: int = 0) -> Any:
        """Any JSON value, mostly a small one."""
        kind = self.random.choice(
            ("word", "text", "number", "null", "list", "object") if depth < 3 else ("word",)
        )
        if kind == "word":
            return self.random.choice(_WORDS)
        if kind == "text":
            return self._text()[:2000].decode("utf-8", "replace")
        if kind == "number":
            return self.random.choice((0, -1, 1.5, 10**400, 2**63, 1e300, True, False))
        if kind == "null":
            return None
        if kind == "list":
            return [self._json(depth + 1) for _ in range(self.random.choice((0, 1, 2, 4)))]
        return {self.random.choice(_MEMBERS): self._json(depth + 1) for _ in range(self.random.randint(0, 4))}

    def _text(self) -> bytes:
        if self.random.random() < 0.6:
            return self.random.choice(sorted(TEXTS.values()))
        if self.random.random() < 0.5:
            return self.random.choice(_WORDS).encode("utf-8", "surrogatepass")
        return self.random.randbytes(self.random.randint(1, 40))

    def _parameter(self) -> str:
        names = (
            *("iss", "client_id", "login_hint", "lti_message_hint", "target_link_uri", "lti_deployment_id"),
            *(
                "state",
                "id_token",
                "error",
                "error_description",
                "lti_storage_target",
                "tab",
                "ticket",
                "page",
            ),
            *("openid_configuration", "registration_token", "JWT", "secret", "csrf_token"),
        )
        return self.random.choice(names)

    def _header_name(self) -> str:
        return self.random.choice(
            ("alg", "kid", "typ", "crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc")
        )

    def _mangled(self, token: str) -> str:
        at = self.random.randrange(len(token))
        what = self.random.choice(("cut", "turn", "repeat", "insert"))
        if what == "cut":
            return token[:at]
        if what == "turn":
            return token[:at] + self.random.choice("Aa0_-.=+/%\u00e5") + token[at + 1 :]
        if what == "repeat":
            return token[:at] + token[at:] * self.random.randint(2, 40)
        return token[:at] + self._text().decode("latin-1") + token[at:]

    def _bitten(self, payload: bytes) -> bytes:
        at = self.random.randrange(len(payload))
        junk = self.random.choice(
            (b"", b"\xff", b"\x00", b'"', b"{" * 3000, b'"sub":"x",', b"NaN", b"\xed\xa0\x80")
        )
        return payload[:at] + junk + payload[at + self.random.randint(0, 3) :]

    def _filled(self, rule: str) -> str:
        parts = (
            "x" * 22,
            "../..",
            "%00",
            "%ff%fe",
            "a" * 3000,
            "00000000-0000-4000-8000-000000000000",
            jwk("x")["n"],
        )
        return re.sub(r"<[^<>]+>", lambda _: self.random.choice(parts), rule)


def _lti_rules(url_map: Map) -> list[tuple[str, set[str]]]:
    """Every route below /lti/ with its methods, in a fixed order."""
    found = [
        (rule.rule, set(rule.methods or ())) for rule in url_map.iter_rules() if rule.rule.startswith("/lti/")
    ]
    return sorted(found, key=lambda each: (each[0], sorted(each[1])))
