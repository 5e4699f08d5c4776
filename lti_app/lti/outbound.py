"""HTTP to a platform's services: one request, one bounded answer.

Connecting takes at most 5 s, a read 15 s, an answer 30 s in all and 4 MB. Redirects are followed for a GET
and within the same origin only (Open edX asks for a final slash so): a token must not travel. Outside of
development only https and public addresses (`lti/connections.py`). The log has method, host, path, status and
time; never tokens or bodies.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import requests
import structlog
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError
from urllib3.exceptions import SSLError as TlsError

from lti_app.lti.addresses import at_same_origin, origin_of, refusal_of
from lti_app.lti.connections import RefusedAddressError, at_most, guard
from lti_app.lti.fetching import USER_AGENT

_LOG = structlog.get_logger("cim.lti")
CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
LONGEST_SECONDS = 30.0
MAX_BYTES = 4_000_000
_MOST_REDIRECTS = 3
_REDIRECTS = {301, 302, 303, 307, 308}


class NoAnswer(Exception):  # noqa: N818 (what happened, as a sentence says it)
    """The platform gave no usable answer. `was_sent`: the request may have reached it all the same."""

    def __init__(self, detail: str, *, was_sent: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.was_sent = was_sent


@dataclass(frozen=True)
class Answer:
    """What came back. `headers` ignores case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON, whatever the media type says. Raises NoAnswer."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise NoAnswer(f"{origin_of(self.url)} answered with no JSON", was_sent=True) from error


class Outbound:
    """A short-lived HTTP session; use it in a `with` block, in one thread.

    A shorter `longest_seconds` than usual is for when somebody waits for the answer.
    """

    def __init__(self, *, development: bool, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._development = development
        self._longest_seconds = longest_seconds
        self._http = requests.Session()
        self._http.trust_env = False  # a .netrc would replace the Authorization header
        self._http.headers["User-Agent"] = USER_AGENT
        guard(self._http, development=development)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], data: bytes | dict[str, str] | None = None
    ) -> Answer:
        """Send one request; a GET goes on to where the same host redirects it. Raises NoAnswer."""
        answer = self._send(method, url, headers, data)
        for _ in range(_MOST_REDIRECTS):
            if method != "GET" or answer.status not in _REDIRECTS:
                break
            target = at_same_origin(answer.url, answer.headers.get("Location", ""))
            if target in {"", answer.url}:
                break
            answer = self._send(method, target, headers, None)
        return answer

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | dict[str, str] | None
    ) -> Answer:
        if why := refusal_of(url, development=self._development):
            raise NoAnswer(f"the address {why}", was_sent=False)
        started = time.monotonic()
        status = 0
        try:
            with (
                at_most(self._longest_seconds),
                self._http.request(
                    method,
                    url,
                    headers=dict(headers),
                    data=data,
                    timeout=(
                        min(CONNECT_SECONDS, self._longest_seconds),
                        min(READ_SECONDS, self._longest_seconds),
                    ),
                    stream=True,
                    allow_redirects=False,
                ) as response,
            ):
                status = response.status_code
                return Answer(
                    url, status, response.headers, _bounded(response, started, self._longest_seconds)
                )
        except RefusedAddressError as error:
            raise NoAnswer(str(error), was_sent=False) from error
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            detail = f"{origin_of(url)} did not answer ({type(error).__name__})"
            raise NoAnswer(detail, was_sent=_was_sent(error)) from error
        finally:
            _log(method, url, status, started)


def _bounded(response: requests.Response, started: float, longest_seconds: float) -> bytes:
    body = bytearray()
    while chunk := response.raw.read1(65_536, decode_content=True):
        body += chunk
        if len(body) > MAX_BYTES:
            raise NoAnswer(f"the answer is larger than {MAX_BYTES} bytes", was_sent=True)
        _check_time(started, longest_seconds)
    _check_time(started, longest_seconds)  # what was cut off looks like an end
    return bytes(body)


def _check_time(started: float, longest_seconds: float) -> None:
    if time.monotonic() - started > longest_seconds:
        raise NoAnswer(f"the answer took longer than {longest_seconds:.0f} seconds", was_sent=True)


def _was_sent(error: Exception) -> bool:
    """Whether the request may have left: not when no connection came about, or none with a good certificate.

    Any other fault of TLS can come after the request, such as an alert instead of an answer.
    """
    if isinstance(error, requests.ConnectTimeout):
        return False
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        fault = cause.reason
        if isinstance(fault, TlsError):
            return not (fault.args and isinstance(fault.args[0], ssl.SSLCertVerificationError))
        return not isinstance(fault, NewConnectionError)
    return not isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema)


def _log(method: str, url: str, status: int, started: float) -> None:
    parts = urlsplit(url)
    _LOG.info(
        "lti.service_call",
        method=method,
        host=parts.netloc,
        path=parts.path,
        status=status,
        milliseconds=round((time.monotonic() - started) * 1000),
    )
