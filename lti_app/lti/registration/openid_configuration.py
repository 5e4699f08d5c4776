"""A platform's OpenID configuration, read strictly into a typed value, or refused. Pure: nothing is fetched.

It comes from an address that a stranger gave, so every member may be anything. The registration endpoint must
share its host with the configuration; the issuer may be elsewhere, as Canvas in the cloud has one for all
schools. Source: OpenID Connect Discovery 1.0 §3, LTI Dynamic Registration 1.0 §3.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lti_app.errors import Problem
from lti_app.lti.addresses import origin_of
from lti_app.lti.platform_faults import fault_of
from lti_app.web.typed import clean_line

_PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
_ACCOUNT_NAME = "https://canvas.instructure.com/lti/account_name"
_ADDRESSES = {
    "issuer": "issuer",
    "auth_url": "authorization_endpoint",
    "token_url": "token_endpoint",
    "jwks_url": "jwks_uri",
    "registration_url": "registration_endpoint",
}
_MOST_LISTED = 1000
_ASKED = {
    "token_endpoint_auth_methods_supported": "private_key_jwt",
    "token_endpoint_auth_signing_alg_values_supported": "RS256",
    "id_token_signing_alg_values_supported": "RS256",
    "response_types_supported": "id_token",
}


@dataclass(frozen=True)
class OpenidConfiguration:
    """What a platform says of itself.

    `scopes` and `claims` are empty when it lists none, `placements` has its names for each message type that
    it supports, and `variables` have no `$`. `account_name` is empty for a platform that names no account.
    """

    issuer: str
    auth_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    product_family: str
    account_name: str
    scopes: frozenset[str]
    claims: frozenset[str]
    placements: dict[str, frozenset[str]]
    variables: frozenset[str]

    @property
    def is_canvas(self) -> bool:
        """Whether Canvas's own extensions mean anything there."""
        return self.product_family == "canvas"


def read_configuration(document: Any, *, url: str, development: bool) -> OpenidConfiguration:
    """The configuration that was found at `url`.

    Raises Problem("registration-configuration"), whose detail says what is wrong with it.
    """
    if not isinstance(document, dict):
        raise _wrong("it is no JSON object")
    addresses = {
        name: _address(document.get(member), name, development=development)
        for name, member in _ADDRESSES.items()
    }
    if origin_of(addresses["registration_url"]) != origin_of(url):
        raise _wrong("registration_endpoint is on another host than the configuration")
    for member, wanted in _ASKED.items():
        offered = _texts(document.get(member))
        if offered and wanted not in offered:
            raise _wrong(f"{member} lacks {wanted}")
    about = document.get(_PLATFORM)
    about = about if isinstance(about, dict) else {}
    return OpenidConfiguration(
        **addresses,
        product_family=_line(about.get("product_family_code"), 100, is_code=True),
        account_name=_line(about.get(_ACCOUNT_NAME), 200),
        scopes=_texts(document.get("scopes_supported")),
        claims=_texts(document.get("claims_supported")),
        placements=placements_in(about.get("messages_supported")),
        variables=frozenset(each.removeprefix("$") for each in _texts(about.get("variables"))),
    )


def _wrong(detail: str) -> Problem:
    return Problem("registration-configuration", detail)


def _address(value: Any, name: str, *, development: bool) -> str:
    member = _ADDRESSES[name]
    if not isinstance(value, str) or not value:
        raise _wrong(f"{member} is missing")
    fault = fault_of(name, value, development=development)
    if fault or not value.isascii():
        raise _wrong(f"{member} {fault or 'has characters that no address has'}")
    return value


def _texts(value: Any) -> frozenset[str]:
    """The texts of a list; whatever else stands in it is passed over."""
    listed = value[:_MOST_LISTED] if isinstance(value, list) else []
    return frozenset(each for each in listed if isinstance(each, str))


def placements_in(value: Any) -> dict[str, frozenset[str]]:
    """The names of placements in a list of messages, by message type. Moodle lists plain names of
    messages, Canvas objects with their placements.
    """
    found: dict[str, frozenset[str]] = {}
    for each in value[:_MOST_LISTED] if isinstance(value, list) else []:
        kind = each.get("type") if isinstance(each, dict) else each
        if isinstance(kind, str):
            named = _texts(each.get("placements")) if isinstance(each, dict) else frozenset()
            found[kind] = found.get(kind, frozenset()) | named
    return found


def _line(value: Any, longest: int, *, is_code: bool = False) -> str:
    text = clean_line(value) if isinstance(value, str) else ""
    return (text.lower() if is_code else text)[:longest].strip()  # some letters are longer in lower case
