"""One bounded GET of a JSON document from a platform: its keys, or its configuration at a registration.

At most 5 seconds in all and 1 MB, redirects within the same host only, and outside of development only over
https to public addresses (`lti/connections.py`).
"""

from __future__ import annotations

import importlib.metadata
import json
import time
from typing import Any
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError

from lti_app.lti.addresses import origin_of, refusal_of
from lti_app.lti.connections import RefusedAddressError, at_most, guard

LONGEST_SECONDS = 5.0
LONGEST_ADDRESS = 4000  # Canvas puts a whole token into the address of its configuration
MAX_BYTES = 1_000_000
_MAX_REDIRECTS = 3
_REDIRECTS = {301, 302, 303, 307, 308}
USER_AGENT = f"cim-lti/{importlib.metadata.version('cim-lti')}"


class FetchError(Exception):
    """The document could not be had; the message says why, for the log and the administrator."""


def fetch_json(url: str, *, development: bool, bearer: str = "") -> Any:
    """The JSON document at `url`, asked for with this bearer token if there is one. Raises FetchError."""
    deadline = time.monotonic() + LONGEST_SECONDS
    with at_most(LONGEST_SECONDS), requests.Session() as http:
        guard(http, development=development)
        http.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        http.trust_env = False
        if bearer:
            http.headers["Authorization"] = f"Bearer {bearer}"
        try:
            body = _body(http, url, deadline, development)
        except RefusedAddressError as error:
            raise FetchError(str(error)) from error
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise FetchError(f"{origin_of(url)} did not answer ({type(error).__name__})") from error
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FetchError(f"{origin_of(url)} answered with something that is no JSON") from error


def _body(http: requests.Session, url: str, deadline: float, development: bool) -> bytes:
    for _ in range(_MAX_REDIRECTS + 1):
        if why := refusal_of(url, development=development, longest=LONGEST_ADDRESS):
            raise FetchError(f"the address {why}")
        timeout = max(0.1, deadline - time.monotonic())
        with http.get(url, timeout=timeout, stream=True, allow_redirects=False) as response:
            if response.status_code in _REDIRECTS:
                url = _same_host(url, response.headers.get("Location", ""))
                continue
            if response.status_code != 200:
                raise FetchError(f"{origin_of(url)} answered {response.status_code}")
            return _bounded(response, deadline)
    raise FetchError(f"{origin_of(url)} redirects without end")


def _same_host(url: str, location: str) -> str:
    target = urljoin(url, location)
    if origin_of(target) != origin_of(url):
        raise FetchError(f"{origin_of(url)} redirects to another host")
    return target


def _bounded(response: requests.Response, deadline: float) -> bytes:
    body = bytearray()
    while chunk := response.raw.read1(65_536, decode_content=True):
        body += chunk
        if len(body) > MAX_BYTES:
            raise FetchError(f"the answer is larger than {MAX_BYTES} bytes")
        _check_time(deadline)
    _check_time(deadline)  # what was cut off looks like an end
    return bytes(body)


def _check_time(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise FetchError(f"the answer took longer than {LONGEST_SECONDS:.0f} seconds")
