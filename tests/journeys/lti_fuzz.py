"""Requests that nobody sends who means well, to everything below /lti/, made from a seed and described."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes

from flask.testing import FlaskClient
from werkzeug.routing import Map
from werkzeug.test import TestResponse

from tests.journeys.lti_oddities import MESSAGES, Oddities, Pairs
from tests.journeys.nasties import ADDRESSES, BODIES, HEADERS, METHODS
from tests.signing_platform import SigningPlatform, signed

FORM = "application/x-www-form-urlencoded"
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
        self.odd = Oddities(self.random)
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

    def logins(self) -> Shot:
        """A login whose parameters are changed, doubled, left out, or come twice."""
        pairs = [(name, value.encode()) for name, value in self.platform.login_parameters().items()]
        pairs.append(("lti_storage_target", b"post_message_forwarding"))
        told = [self.odd.bend(pairs) for _ in range(self.random.randint(1, 3))]
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
            members = {self.odd.header_name(): self.odd.json() for _ in range(self.random.randint(1, 3))}
            token = signed(claims, number=self.random.randint(0, 1), **members)
            what = f"header {str(members)[:200]}"
        elif what == "bytes":
            token = self.odd.mangled(signed(claims))
        elif what == "parts":
            parts = signed(claims).split(".")
            self.random.shuffle(parts)
            token = self.random.choice(("", ".", "..")).join(
                self.random.choices(parts, k=self.random.randint(0, 5))
            )
        else:
            token = self.odd.text().decode("latin-1")
        return self._launch(what, begun.state, token.encode("utf-8", "surrogatepass"))

    def signed_claims(self) -> Shot:
        """A launch signed by the platform's true key, with claims that no platform sends."""
        begun = self.platform.begin(self.client)
        claims = self.platform.claims(begun.nonce, **self.random.choice(MESSAGES))
        told = [self.odd.bend_claims(claims) for _ in range(self.random.choice((1, 1, 2, 4)))]
        payload = json.dumps(claims).encode()
        if self.random.random() < 0.15:
            payload = self.odd.bitten(payload)
            told.append(f"bytes {payload[:300]!r}")
        return self._launch("; ".join(told), begun.state, signed(payload).encode())

    def junk_bodies(self) -> Shot:
        """Bodies that are no form, or none that can be read; some of them huge."""
        path = self.random.choice([path for path, methods in self.rules if "POST" in methods])
        path = self.odd.filled(path)
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
        shot = Shot("", self.odd.filled(path), self.random.choice(METHODS))
        if self.random.random() < 0.2:
            shot.path = "/lti" + self.random.choice([each for each in ADDRESSES if each.startswith("/")])
        for _ in range(self.random.randint(0, 4)):
            shot.query.append((self.odd.parameter(), self.odd.text()))
        for name in self.random.sample(sorted(HEADERS), self.random.randint(0, 2)):
            shot.headers[name] = self.random.choice(HEADERS[name])
        shot.what = f"{shot.method} {shot.path[:200]!r} {shot.query!r:.200} {shot.headers!r:.200}"
        return shot

    def odd_launches(self) -> Shot:
        """Launch forms whose fields are odd, come twice, or do not belong together."""
        begun = self.platform.begin(self.client)
        token = signed(self.platform.claims(begun.nonce)).encode()
        pairs = [("state", begun.state.encode()), ("id_token", token)]
        told = [self.odd.bend(pairs) for _ in range(self.random.randint(1, 2))]
        shot = Shot(", ".join(told), "/lti/launch", form=pairs)
        if self.random.random() < 0.3:
            shot.headers["Cookie"] = f"cim_login_{begun.state}={self.odd.text().decode('latin-1')!r}"
        if self.random.random() < 0.3:
            shot.form.append(("error", self.odd.text()))
        return shot

    def _launch(self, what: str, state: str, token: bytes) -> Shot:
        return Shot(what, "/lti/launch", form=[("state", state.encode()), ("id_token", token)])


def _lti_rules(url_map: Map) -> list[tuple[str, set[str]]]:
    """Every route below /lti/ with its methods, in a fixed order."""
    found = [
        (rule.rule, set(rule.methods or ())) for rule in url_map.iter_rules() if rule.rule.startswith("/lti/")
    ]
    return sorted(found, key=lambda each: (each[0], sorted(each[1])))
