"""What can be odd in a request to /lti/: names, texts, claims, tokens, addresses, each picked at random."""

from __future__ import annotations

import random
import re
from typing import Any

from tests.journeys.nasties import TEXTS
from tests.signing_platform import LTI, jwk

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
MESSAGES: tuple[dict[str, Any], ...] = (
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


class Oddities:
    """Picks oddities, and bends what was good, by one source of chance."""

    def __init__(self, chance: random.Random) -> None:
        self.random = chance

    def bend(self, pairs: Pairs) -> str:
        """Change one of the pairs, or their number; says how."""
        at = self.random.randrange(len(pairs)) if pairs else 0
        what = self.random.choice(("value", "value", "value", "twice", "gone", "new", "array"))
        if not pairs or what == "new":
            pairs.append((self.parameter(), self.text()))
            return f"new {pairs[-1]!r:.100}"
        name, value = pairs[at]
        if what == "value":
            pairs[at] = (name, self.text())
        elif what == "twice":
            pairs.insert(self.random.randrange(len(pairs) + 1), (name, self.text()))
        elif what == "array":
            pairs[at] = (f"{name}[]", value)
        else:
            del pairs[at]
        return f"{what} {name} {pairs[min(at, len(pairs) - 1)][1]!r:.100}" if pairs else f"{what} {name}"

    def bend_claims(self, claims: dict[str, Any]) -> str:
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
            claims[name] = inside | {member: self.json()}
        else:
            claims[name] = self.json()
        return f"{name}: {claims[name]!r:.200}"

    def json(self, depth: int = 0) -> Any:
        """Any JSON value, mostly a small one."""
        kind = self.random.choice(
            ("word", "text", "number", "null", "list", "object") if depth < 3 else ("word",)
        )
        if kind == "word":
            return self.random.choice(_WORDS)
        if kind == "text":
            return self.text()[:2000].decode("utf-8", "replace")
        if kind == "number":
            return self.random.choice((0, -1, 1.5, 10**400, 2**63, 1e300, True, False))
        if kind == "null":
            return None
        if kind == "list":
            return [self.json(depth + 1) for _ in range(self.random.choice((0, 1, 2, 4)))]
        return {self.random.choice(_MEMBERS): self.json(depth + 1) for _ in range(self.random.randint(0, 4))}

    def text(self) -> bytes:
        """A value of a parameter."""
        if self.random.random() < 0.6:
            return self.random.choice(sorted(TEXTS.values()))
        if self.random.random() < 0.5:
            return self.random.choice(_WORDS).encode("utf-8", "surrogatepass")
        return self.random.randbytes(self.random.randint(1, 40))

    def parameter(self) -> str:
        """The name of a parameter that something below /lti/ reads."""
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

    def header_name(self) -> str:
        """The name of a member of a token's header."""
        return self.random.choice(
            ("alg", "kid", "typ", "crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc")
        )

    def mangled(self, token: str) -> str:
        """The token, cut, with another letter, or longer."""
        at = self.random.randrange(len(token))
        what = self.random.choice(("cut", "turn", "repeat", "insert"))
        if what == "cut":
            return token[:at]
        if what == "turn":
            return token[:at] + self.random.choice("Aa0_-.=+/%\u00e5") + token[at + 1 :]
        if what == "repeat":
            return token[:at] + token[at:] * self.random.randint(2, 40)
        return token[:at] + self.text().decode("latin-1") + token[at:]

    def bitten(self, payload: bytes) -> bytes:
        """The bytes with junk in the place of a few."""
        at = self.random.randrange(len(payload))
        junk = self.random.choice(
            (b"", b"\xff", b"\x00", b'"', b"{" * 3000, b'"sub":"x",', b"NaN", b"\xed\xa0\x80")
        )
        return payload[:at] + junk + payload[at + self.random.randint(0, 3) :]

    def filled(self, rule: str) -> str:
        """The route's address with odd parts."""
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
