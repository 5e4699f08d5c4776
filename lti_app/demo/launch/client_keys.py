"""The public keys of a client, from where its developer key says, fetched at each use."""

from __future__ import annotations

from typing import Any

import requests

from lti_app.demo.world.tools import DeveloperKey

FETCH_TIMEOUT_SECONDS = 5


class KeysNotFetchedError(Exception):
    """The client's key set is slow, gone or no key set; the text is the kind of failure."""


def public_keys(key: DeveloperKey) -> list[dict[str, Any]]:
    """Its JSON Web Keys. Raises KeysNotFetchedError."""
    if not key.public_jwk_url:
        return [key.public_jwk] if key.public_jwk else []
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(key.public_jwk_url, timeout=FETCH_TIMEOUT_SECONDS)
            answer.raise_for_status()
            keys = answer.json()["keys"]
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise KeysNotFetchedError(type(error).__name__) from error
    return [jwk for jwk in keys if isinstance(jwk, dict)]
