"""What passes between the tool and a platform during a dynamic registration: two requests, two answers.

Both are bounded (lti/fetching.py, lti/outbound.py), and neither is made to an address that was not checked.
Source: LTI Dynamic Registration 1.0 §3.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lti_app.errors import Problem
from lti_app.lti.addresses import origin_of, refusal_of
from lti_app.lti.fetching import LONGEST_ADDRESS, FetchError, fetch_json
from lti_app.lti.outbound import NoAnswer, Outbound
from lti_app.lti.registration.configuration import TOOL_CONFIGURATION, registration_request
from lti_app.lti.registration.openid_configuration import (
    OpenidConfiguration,
    placements_in,
    read_configuration,
)
from lti_app.lti.verdicts import said
from lti_app.settings import Settings

_LONGEST_TOKEN = 8000


@dataclass(frozen=True)
class Offer:
    """What a platform's page handed over: where its configuration is, and the token to register with."""

    configuration_url: str
    token: str

    @property
    def origin(self) -> str:
        """The platform's own host, as a browser writes it."""
        return origin_of(self.configuration_url)


@dataclass(frozen=True)
class Answered:
    """What the platform made: `deployment_id` is empty if it named none, `scopes` and `placements` (names as
    the platform writes them) are None if it listed none.
    """

    client_id: str
    deployment_id: str
    scopes: frozenset[str] | None
    placements: frozenset[str] | None = None


class PlatformSaid(Problem):
    """A refusal in the platform's own words, which are shown to the administrator and not logged."""

    def __init__(self, slug: str, detail: str, words: str) -> None:
        super().__init__(slug, detail)
        self.words = words


def check_offer(offer: Offer, *, development: bool) -> None:
    """Refuse what must not be fetched. Raises Problem: registration-incomplete, registration-address."""
    if not offer.configuration_url:
        raise Problem("registration-incomplete", "openid_configuration is missing")
    why = refusal_of(offer.configuration_url, development=development, longest=LONGEST_ADDRESS)
    if why or not offer.configuration_url.isascii():
        raise Problem("registration-address", why or "has characters that no address has")
    if len(offer.token) > _LONGEST_TOKEN or not (offer.token.isascii() and offer.token.isprintable()):
        raise Problem("registration-incomplete", "registration_token is none")


def fetch_configuration(offer: Offer, *, development: bool) -> OpenidConfiguration:
    """What the platform says of itself.

    Raises Problem: registration-unreachable, registration-configuration.
    """
    try:
        document = fetch_json(offer.configuration_url, development=development, bearer=offer.token)
    except FetchError as error:
        raise Problem("registration-unreachable", str(error)) from error
    return read_configuration(document, url=offer.configuration_url, development=development)


def ask_platform(offer: Offer, platform: OpenidConfiguration, settings: Settings) -> Answered:
    """Send the registration, once.

    Raises Problem: registration-unreachable when it did not leave, registration-refused, and
    registration-uncertain when the platform may have registered the tool.
    """
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if offer.token:
        headers["Authorization"] = f"Bearer {offer.token}"
    body = json.dumps(registration_request(platform, settings.public_url)).encode()
    try:
        with Outbound(development=settings.development) as outbound:
            answer = outbound.send("POST", platform.registration_url, headers=headers, data=body)
            if answer.status not in {200, 201}:
                slug = "registration-refused" if answer.status < 500 else "registration-uncertain"
                raise PlatformSaid(slug, f"it answered {answer.status}", said(answer.body))
            return read_answer(answer.json())
    except NoAnswer as failure:
        slug = "registration-uncertain" if failure.was_sent else "registration-unreachable"
        raise Problem(slug, failure.detail) from failure


def read_answer(document: Any) -> Answered:
    """What a platform answered a registration with. Raises Problem("registration-uncertain")."""
    if not isinstance(document, dict):
        raise Problem("registration-uncertain", "the answer is no JSON object")
    tool = document.get(TOOL_CONFIGURATION)
    tool = tool if isinstance(tool, dict) else {}
    client_id = _id(document.get("client_id"), 200)
    if not client_id:
        raise Problem("registration-uncertain", "the answer has no client_id")
    scope = document.get("scope")
    return Answered(
        client_id=client_id,
        deployment_id=_id(tool.get("deployment_id"), 255) or _id(document.get("deployment_id"), 255),
        scopes=frozenset(scope.split()) if isinstance(scope, str) else None,
        placements=frozenset().union(*placements_in(tool.get("messages")).values()) or None,
    )


def _id(value: Any, longest: int) -> str:
    """An id as text, also where a platform writes a number; empty for anything else."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or len(text) > longest or text != text.strip() or not text.isprintable():
        return ""
    return text
