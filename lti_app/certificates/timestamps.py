"""The timestamp authority (RFC 3161 over HTTP): waited for ten seconds at most, left alone after a failure.

When it is down, every certificate would wait for it in a thread of the worker that others need too. So after
a failure it is not asked for half a minute, and then only once, before a certificate takes a number. An
answer that is no timestamp of what was asked is a failure, too. A claim on an issue must not end while it is
asked, so the ten seconds are for everything: looking its name up, connecting, and an answer that comes by
drops.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from functools import lru_cache, partial
from threading import Lock, Thread

import requests
from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError, dummy_digest
from urllib3.exceptions import ReadTimeoutError

from lti_app.lti.connections import at_most, guard

DIGEST = "sha256"

_PATIENCE_SECONDS = 10.0
_QUIET_SECONDS = 30.0
_LONGEST_TOKEN_BYTES = 100_000
_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class TimestampUnavailable(Exception):  # noqa: N818 (a fact about the other side)
    """The timestamp authority did not answer, or not with a timestamp; trying again may help."""


class Authority(TimeStamper):
    """One authority by its address. Safe for many threads."""

    def __init__(self, address: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._address = address
        self._failed_at: float | None = None
        self._lock = Lock()

    def require_awake(self) -> None:
        """Pass unless it failed when last asked; then ask anew. Raises TimestampUnavailable."""
        with self._lock:
            if self._failed_at is None:
                return
            now = time.monotonic()
            if now - self._failed_at < _QUIET_SECONDS:
                raise TimestampUnavailable("it failed a moment ago")
            self._failed_at = now  # one asks, and the others go by what they know
        self.ask()

    def ask(self) -> datetime:
        """Ask for a timestamp of nothing in particular; the time it tells. Raises TimestampUnavailable."""
        digest = dummy_digest(DIGEST)
        return _time_told(asyncio.run(self.async_timestamp(digest, DIGEST)), digest, DIGEST)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """As pyHanko's, and for nothing but this digest, with a time. Raises TimestampUnavailable."""
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            _time_told(token, message_digest, md_algorithm)
        except TimestampUnavailable:
            self._failed_at = time.monotonic()
            raise
        except (AttributeError, LookupError, TimestampRequestError, TypeError, ValueError) as error:
            # pyHanko stumbles over a token of another kind, or with another nonce.
            self._failed_at = time.monotonic()
            raise TimestampUnavailable("its answer is for something else") from error
        self._failed_at = None
        return token

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask once. Raises TimestampUnavailable."""
        return _in_time(partial(_asked, self._address, req.dump()))


def _time_told(token: cms.ContentInfo, digest: bytes, algorithm: str) -> datetime:
    told = token["content"]["encap_content_info"]["content"].parsed
    imprint = told["message_imprint"]
    found = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
    if found != (algorithm, digest):
        raise TimestampUnavailable("its answer is for something else")
    try:
        at: datetime = told["gen_time"].native
    except ValueError as error:  # such as a thirteenth month
        raise TimestampUnavailable("its answer tells no time") from error
    return at


def _in_time(ask: Callable[[], tsp.TimeStampResp]) -> tsp.TimeStampResp:
    """Wait no longer than it may take. What has not ended by then ends by itself, and nobody waits for it."""
    outcome: Future[tsp.TimeStampResp] = Future()

    def run() -> None:
        try:
            outcome.set_result(ask())
        except Exception as error:
            outcome.set_exception(error)

    Thread(target=run, name="timestamp", daemon=True).start()
    try:
        return outcome.result(_PATIENCE_SECONDS)
    except TimeoutError as error:
        raise TimestampUnavailable("it was too slow") from error


def _asked(address: str, request: bytes) -> tsp.TimeStampResp:
    try:
        # A second after nobody waits any more: what is cut looks like some other failure.
        with at_most(_PATIENCE_SECONDS + 1), requests.Session() as http:
            guard(http, development=True)  # the operator has named it: it may be near, and often has no TLS
            with http.post(
                address,
                data=request,
                headers=_HEADERS,
                timeout=_PATIENCE_SECONDS / 2,
                stream=True,
                allow_redirects=False,
            ) as answer:
                return _token(answer)
    except OSError as error:
        if isinstance(error, requests.Timeout) or any(isinstance(e, ReadTimeoutError) for e in error.args):
            raise TimestampUnavailable("it was too slow") from error
        raise TimestampUnavailable(f"it could not be asked: {type(error).__name__}") from error


def _token(answer: requests.Response) -> tsp.TimeStampResp:
    if answer.status_code != requests.codes.ok:
        raise TimestampUnavailable(f"it answered {answer.status_code}")
    token = bytearray()
    for part in answer.iter_content(8192):
        token += part
        if len(token) > _LONGEST_TOKEN_BYTES:
            raise TimestampUnavailable("its answer was too long")
    try:
        read = tsp.TimeStampResp.load(bytes(token))
        status = read["status"]["status"].native
    except ValueError as error:  # also a refusal, which comes without a token
        raise TimestampUnavailable("its answer is no timestamp") from error
    if status != "granted":
        raise TimestampUnavailable(f"it did not grant what was asked: {status}")
    return read


@lru_cache(maxsize=4)
def authority_at(address: str) -> Authority:
    """The authority at an address, one for the process."""
    return Authority(address)
