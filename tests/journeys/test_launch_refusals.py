"""Every token that must be refused, each with a page of its own; the topics of 1EdTech's certification.

Longer than most: the bad tokens are one table, which is read against that list.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.people.models import Deployment, Person
from lti_app.web.models import LaunchSession
from tests.journeys.launching import refused
from tests.signing_platform import (
    LTI,
    TOOL,
    Begun,
    Claims,
    SigningPlatform,
    base64url,
    jwk,
    key_server,
    post_launch,
    rsa_key,
    signed,
    signed_by_secret,
)

Forge = Callable[[SigningPlatform, Begun], str]


def changed(**changes: Any) -> Forge:
    """A proper token but for these claims."""
    return lambda platform, begun: signed(platform.claims(begun.nonce, **changes))


def claim(name: str, value: Any) -> Forge:
    """A proper token but for this LTI claim."""
    return changed(**{LTI + name: value})


def header(**members: Any) -> Forge:
    """A proper token but for its header."""
    return lambda platform, begun: signed(platform.claims(begun.nonce), **members)


def payload(make: Callable[[Claims], bytes]) -> Forge:
    """A properly signed token whose payload is made out of the claims."""
    return lambda platform, begun: signed(make(platform.claims(begun.nonce)))


def _unsigned(platform: SigningPlatform, begun: Begun) -> str:
    first = base64url(json.dumps({"alg": "none", "kid": "key-1"}).encode())
    return f"{first}.{base64url(json.dumps(platform.claims(begun.nonce)).encode())}."


def _by_public_key(platform: SigningPlatform, begun: Begun) -> str:
    public = (
        rsa_key(0)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return signed_by_secret(platform.claims(begun.nonce), public)


def _tampered(platform: SigningPlatform, begun: Begun) -> str:
    first, _, signature = signed(platform.claims(begun.nonce)).split(".")
    other = base64url(json.dumps(platform.claims(begun.nonce, sub="somebody else")).encode())
    return f"{first}.{other}.{signature}"


def _with_its_own_key(member: str, value: Any) -> Forge:
    return lambda platform, begun: signed(platform.claims(begun.nonce), number=1, **{member: value})


def _since(**times: int) -> Forge:
    """A proper token but for these times, in seconds from when it is made."""

    def forge(platform: SigningPlatform, begun: Begun) -> str:
        moments = {name: int(time.time()) + seconds for name, seconds in times.items()}
        return signed(platform.claims(begun.nonce, **moments))

    return forge


MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
BAD_TOKENS: dict[str, tuple[str, Forge]] = {
    "no kid": ("token-key-unknown", header(kid=None)),
    "kid of another type": ("token-key-unknown", header(kid=7)),
    "unknown kid": ("token-key-unknown", header(kid="key-9")),
    "key of somebody else": ("token-signature", lambda p, b: signed(p.claims(b.nonce), number=1)),
    "tampered payload": ("token-signature", _tampered),
    "no signature": ("token-signature", lambda p, b: signed(p.claims(b.nonce)).rpartition(".")[0] + "."),
    "alg none": ("token-algorithm", _unsigned),
    "HS256 with the public key": ("token-algorithm", _by_public_key),
    "RS512": ("token-algorithm", header(alg="RS512")),
    "alg in small letters": ("token-algorithm", header(alg="rs256")),
    "no alg": ("token-algorithm", header(alg=None)),
    "own jwk in the header": ("token-signature", _with_its_own_key("jwk", jwk("key-1", 1))),
    "own jku in the header": ("token-signature", _with_its_own_key("jku", "http://127.0.0.1:9/keys")),
    "own x5u in the header": ("token-signature", _with_its_own_key("x5u", "http://127.0.0.1:9/chain")),
    "own chain in the header": ("token-signature", _with_its_own_key("x5c", ["MIIC"])),
    "critical extension": ("token-malformed", header(crit=["x"], x=1)),
    "no token at all": ("token-malformed", lambda p, b: "not.a.token!"),
    "two parts": ("token-malformed", lambda p, b: "e30.e30"),
    "payload a list": ("token-malformed", payload(lambda c: b"[]")),
    "payload a text": ("token-malformed", payload(lambda c: b'"launch"')),
    "payload no JSON": ("token-malformed", payload(lambda c: b"{")),
    "payload no UTF-8": ("token-malformed", payload(lambda c: b'{"sub": "\xff"}')),
    "payload nested without end": ("token-malformed", payload(lambda c: b"[" * 100_000)),
    "payload with NaN": ("token-malformed", payload(lambda c: b'{"exp": NaN}')),
    "duplicate claims": (
        "token-malformed",
        payload(lambda c: json.dumps(c).encode()[:-1] + b', "sub": "somebody else"}'),
    ),
    "duplicate claims inside of a claim": (
        "token-malformed",
        payload(
            lambda c: json.dumps(c).replace('{"id": "d3a2504b"}', '{"id": "x", "id": "d3a2504b"}').encode()
        ),
    ),
    "issuer not the registration's": ("token-issuer", changed(iss="https://other.test")),
    "no issuer": ("token-issuer", changed(iss=None)),
    "issuer a number": ("token-issuer", changed(iss=5)),
    "other audience": ("token-audience", changed(aud="10000000000002", azp=None)),
    "no audience": ("token-audience", changed(aud=None)),
    "audience that begins like ours": ("token-audience", changed(aud="100000000000011", azp=None)),
    "audience an object": ("token-audience", changed(aud={"10000000000001": 1})),
    "several audiences without azp": ("token-audience", changed(aud=["10000000000001", "x"], azp=None)),
    "azp not our client id": ("token-audience", changed(azp="10000000000002")),
    "azp empty": ("token-audience", changed(azp="")),
    "several audiences, azp the other": ("token-audience", changed(aud=["10000000000001", "x"], azp="x")),
    "no exp": ("token-time", changed(exp=None)),
    "exp a text": ("token-time", changed(exp="tomorrow")),
    "exp true": ("token-time", changed(exp=True)),
    "exp beyond numbers": (
        "token-time",
        payload(lambda c: json.dumps(c | {"exp": 1}).replace('"exp": 1', '"exp": 1e999').encode()),
    ),
    "iat larger than any float": ("token-time", changed(iat=10**400)),
    "expired": ("token-time", _since(iat=-300, exp=-120)),
    "no iat": ("token-time", changed(iat=None)),
    "issued in the future": ("token-time", _since(iat=180)),
    "issued long ago": ("token-time", _since(iat=-7200)),
    "not valid yet": ("token-time", _since(nbf=180)),
    "no nonce": ("token-nonce", changed(nonce=None)),
    "other nonce": ("token-nonce", changed(nonce="x" * 32)),
    "nonce a list": ("claim-malformed", changed(nonce=["x"])),
    "no deployment": ("deployment-missing", claim("deployment_id", None)),
    "unknown deployment": ("deployment-inactive", claim("deployment_id", "2:other")),
    "deployment in other letters": ("deployment-inactive", claim("deployment_id", "1:Deployment")),
    "deployment with a blank": ("claim-malformed", claim("deployment_id", "1:deployment ")),
    "deployment a number": ("claim-malformed", claim("deployment_id", 1)),
    "deployment too long": ("claim-malformed", claim("deployment_id", "x" * 256)),
    "no version": ("version-unsupported", claim("version", None)),
    "wrong version": ("version-unsupported", claim("version", "1.2.0")),
    "version a number": ("claim-malformed", claim("version", 1.3)),
    "no message type": ("message-unsupported", claim("message_type", None)),
    "unknown message type": ("message-unsupported", claim("message_type", "LtiFancyRequest")),
    "deep linking without settings": ("deep-link-unusable", claim("message_type", "LtiDeepLinkingRequest")),
    "no sub": ("anonymous", changed(sub=None)),
    "empty sub": ("anonymous", changed(sub="")),
    "unresolved sub": ("anonymous", changed(sub="$User.id")),
    "sub a number": ("claim-malformed", changed(sub=7)),
    "sub too long": ("claim-malformed", changed(sub="x" * 256)),
    "sub with NUL": ("claim-malformed", changed(sub="a\x00b")),
    "sub with half a surrogate pair": ("claim-malformed", changed(sub="a\ud83db")),
    "no roles": ("roles-missing", claim("roles", None)),
    "roles a text": ("claim-malformed", claim("roles", MEMBERSHIP)),
    "roles of numbers": ("claim-malformed", claim("roles", [1, 2])),
    "roles without end": ("claim-malformed", claim("roles", [MEMBERSHIP] * 101)),
    "no resource link": ("resource-link-missing", claim("resource_link", None)),
    "resource link without id": ("resource-link-missing", claim("resource_link", {"title": "x"})),
    "resource link a list": ("claim-malformed", claim("resource_link", ["x"])),
    "no target": ("target-foreign", claim("target_link_uri", None)),
    "relative target": ("target-foreign", claim("target_link_uri", "/lti/launch")),
    "foreign target": ("target-foreign", claim("target_link_uri", "https://evil.test/lti/launch")),
    "target with our name in front": (
        "target-foreign",
        claim("target_link_uri", "http://localhost.evil.test/lti/launch"),
    ),
    "target with our name as user": (
        "target-foreign",
        claim("target_link_uri", "http://localhost@evil.test/lti/launch"),
    ),
    "target elsewhere on our host": ("target-foreign", claim("target_link_uri", f"{TOOL}/verify")),
    "target climbing out": ("target-foreign", claim("target_link_uri", f"{TOOL}/lti/launch/../../verify")),
    "target a script": ("target-foreign", claim("target_link_uri", "javascript:alert(1)")),
    "context a text": ("claim-malformed", claim("context", "course")),
    "context id a number": ("claim-malformed", claim("context", {"id": 5})),
    "context id too long": ("claim-malformed", claim("context", {"id": "x" * 256})),
    "context types nested": ("claim-malformed", claim("context", {"id": "c", "type": [["x"]]})),
    "name an object": ("claim-malformed", changed(name={"given": "Åsa"})),
    "email a list": ("claim-malformed", changed(email=["asa@canvas.test"])),
    "presentation a text": ("claim-malformed", claim("launch_presentation", "iframe")),
    "return address a number": ("claim-malformed", claim("launch_presentation", {"return_url": 5})),
    "no course for a student": ("no-course", claim("context", None)),
    "an account for a student": (
        "no-course",
        claim("context", {"id": "account", "type": ["Account"]}),
    ),
}


def test_a_bad_token_is_refused_by_its_own_page(
    client: FlaskClient, platform: SigningPlatform, database: Database, subtests: pytest.Subtests
) -> None:
    for case, (slug, forge) in BAD_TOKENS.items():
        with subtests.test(case):
            begun = platform.begin(client)
            refused(post_launch(client, begun.state, forge(platform, begun)), slug)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LaunchSession)) == 0
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_refused_token_does_not_burn_the_login(client: FlaskClient, platform: SigningPlatform) -> None:
    begun = platform.begin(client)
    refused(
        post_launch(client, begun.state, signed(platform.claims(begun.nonce), number=1)), "token-signature"
    )
    assert post_launch(client, begun.state, signed(platform.claims(begun.nonce))).status_code == 303


@pytest.mark.parametrize("seconds", [-59, 59])
def test_clocks_may_differ_by_a_minute(seconds: int, client: FlaskClient, platform: SigningPlatform) -> None:
    with time_machine.travel(now(), tick=False):
        moment = int(time.time())
        assert platform.launch(client, iat=moment + max(0, seconds), exp=moment + seconds).status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"azp": None},
        {"aud": ["10000000000001"], "azp": None},
        {"aud": ["10000000000001", "another"]},
    ],
)
def test_what_platforms_may_vary_is_accepted(
    claims: dict[str, Any], client: FlaskClient, platform: SigningPlatform
) -> None:
    assert platform.launch(client, **claims).status_code == 303


def test_a_moment_may_have_a_fraction(client: FlaskClient, platform: SigningPlatform) -> None:
    assert platform.launch(client, exp=int(time.time()) + 1000.5).status_code == 303


def test_a_key_of_another_platform_is_not_taken(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    with key_server() as server:
        server.keys = [jwk("key-2", 1)]
        SigningPlatform(server, issuer="https://other.test").register(database, "Uppsala universitet")
        begun = platform.begin(client)
        token = signed(platform.claims(begun.nonce), number=1, kid="key-2")
        refused(post_launch(client, begun.state, token), "token-key-unknown")


@pytest.mark.parametrize("member", ["jku", "x5u"])
def test_an_address_of_keys_in_the_header_is_never_fetched(
    member: str, client: FlaskClient, platform: SigningPlatform
) -> None:
    with key_server() as server:
        server.keys = [jwk("key-2", 1)]
        begun = platform.begin(client)
        token = signed(platform.claims(begun.nonce), number=1, kid="key-2", **{member: server.url})
        refused(post_launch(client, begun.state, token), "token-key-unknown")
        assert server.requests == 0


def test_a_state_of_another_platform_is_refused(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    other = SigningPlatform(platform.server, issuer="https://other.test")
    other.register(database, "Uppsala universitet")
    begun = other.begin(client)
    refused(post_launch(client, begun.state, signed(platform.claims(begun.nonce))), "token-issuer")


def test_unreachable_keys_are_said_to_be_so(client: FlaskClient, platform: SigningPlatform) -> None:
    platform.server.status = 500
    refused(platform.launch(client), "platform-keys-unreachable")


def test_a_key_server_that_sends_an_error_as_json_is_not_believed(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    platform.server.body = b'{"errors": [{"message": "try later"}]}'
    refused(platform.launch(client), "platform-keys-unreachable")
    platform.server.body = None
    time.sleep(0.6)
    assert platform.launch(client).status_code == 303


def test_an_unknown_deployment_waits_for_an_administrator(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    begun = platform.begin(client)
    token = signed(platform.claims(begun.nonce, **{LTI + "deployment_id": "2:new"}))
    for _ in range(2):
        refused(post_launch(client, begun.state, token), "deployment-inactive")
    with database.writing() as session:
        kept = session.scalars(select(Deployment).where(Deployment.deployment_id == "2:new")).one()
        assert (kept.is_approved, kept.institution_id) == (False, None)
        first = session.scalars(select(Deployment).where(Deployment.is_approved)).one()
        kept.institution_id, kept.is_approved = first.institution_id, True
    assert post_launch(client, begun.state, token).status_code == 303


def test_an_unverified_token_leaves_no_deployment(
    client: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    begun = platform.begin(client)
    token = signed(platform.claims(begun.nonce, **{LTI + "deployment_id": "2:new"}), number=1)
    refused(post_launch(client, begun.state, token), "token-signature")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Deployment)) == 1
