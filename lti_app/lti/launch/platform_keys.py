"""The public keys of platforms, kept in this process and fetched as seldom as safety allows.

A key set is fetched when it is first needed, when it is an hour old, and when a token names a key that it
lacks (platforms rotate). The last is rationed by a bucket of two, refilled by one every 30 seconds: made-up
key names cost the platform nothing, while a rotation right after a fetch works at once. A failed fetch takes
nothing out of the bucket and is repeated half a second later, so an outage ends when the platform's does;
meanwhile a known key is good for a day. An answer without usable keys is a failure and replaces nothing.
Source: 1EdTech Security Framework 1.0 §6.3, RFC 7517.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from lti_app.clock import now
from lti_app.lti.fetching import LONGEST_SECONDS, FetchError, fetch_json

KEYS_FRESH_SECONDS = 3600.0
KEYS_USABLE_SECONDS = 86_400.0
BUCKET_SIZE = 2.0
REFILL_SECONDS = 30.0
RETRY_SECONDS = 0.5
STALE_RETRY_SECONDS = 30.0
_STUCK_SECONDS = 1.0
_MOST_FETCHES_AT_ONCE = 6
_SHORTEST_MODULUS_BITS = 2048
_LOG = structlog.get_logger("cim.lti")

Fetch = Callable[[str], Any]
KeySet = Mapping[str, RSAPublicKey]


class KeysUnreachableError(Exception):
    """The platform's keys cannot be had at the moment."""


class PlatformKeys:
    """Every platform's key set, by its address. One per process; safe for threads."""

    def __init__(self, *, development: bool) -> None:
        self._development = development
        self._sets: dict[str, _CachedSet] = {}
        self._lock = threading.Lock()

    def find(self, jwks_url: str, kid: str) -> RSAPublicKey | None:
        """The key of that name, waiting at most 5 seconds for the platform; None when it has no such key.

        Raises KeysUnreachableError.
        """
        with self._lock:
            kept = self._sets.get(jwks_url)
            if kept is None:
                kept = self._sets[jwks_url] = _CachedSet(jwks_url, self._fetch)
        return kept.find(kid)

    def _fetch(self, url: str) -> Any:
        return fetch_json(url, development=self._development)


@dataclass
class _CachedSet:
    """One platform's keys and what is known about fetching them. Times are in seconds since the epoch."""

    url: str
    fetch: Fetch
    keys: KeySet = field(default_factory=dict)
    fetched_at: float | None = None
    failed_at: float | None = None
    started_at: float | None = None
    under_way: int = 0
    successes: int = 0
    failures: int = 0
    tokens: float = BUCKET_SIZE
    refilled_at: float = field(default_factory=lambda: now().timestamp())
    changed: threading.Condition = field(default_factory=threading.Condition)

    def find(self, kid: str) -> RSAPublicKey | None:
        with self.changed:
            deadline = time.monotonic() + LONGEST_SECONDS
            successes, failures = self.successes, self.failures
            while not self._is_settled(kid, successes):
                if not self._start_fetch() and not self.under_way:
                    break
                if not self.changed.wait(self._patience(deadline)) and time.monotonic() >= deadline:
                    break
                if self.failures > failures and not self.under_way:
                    break
            return self._answer(kid, successes)

    def _is_settled(self, kid: str, successes_before: int) -> bool:
        """Whether there is nothing to fetch: the key is here and fresh, or the set has just been read."""
        if self.successes > successes_before:
            return True
        if kid not in self.keys:
            return False
        age = _since(self.fetched_at)
        is_retry_due = _since(self.failed_at) >= STALE_RETRY_SECONDS
        return age < KEYS_FRESH_SECONDS or (age < KEYS_USABLE_SECONDS and not is_retry_due)

    def _answer(self, kid: str, successes_before: int) -> RSAPublicKey | None:
        if kid in self.keys and _since(self.fetched_at) < KEYS_USABLE_SECONDS:
            return self.keys[kid]
        if self.successes == successes_before and (self._is_outage() or self.under_way or not self.keys):
            raise KeysUnreachableError(self.url)
        return None

    def _is_outage(self) -> bool:
        return self.failed_at is not None and self.failed_at >= (self.fetched_at or 0.0)

    def _start_fetch(self) -> bool:
        """Fetch in a thread of its own, unless the bucket is empty or one has just begun or failed."""
        moment = _moment()
        self.tokens = min(BUCKET_SIZE, self.tokens + max(0.0, moment - self.refilled_at) / REFILL_SECONDS)
        self.refilled_at = moment
        is_too_soon = (
            _since(self.failed_at) < RETRY_SECONDS
            or (self.under_way and _since(self.started_at) < _STUCK_SECONDS)
            or self.under_way >= _MOST_FETCHES_AT_ONCE
        )
        if is_too_soon or (self.tokens < 1.0 and not self._is_outage()):
            return False
        self.tokens = max(0.0, self.tokens - 1.0)
        self.under_way += 1
        self.started_at = moment
        threading.Thread(target=self._run_fetch, daemon=True).start()
        return True

    def _run_fetch(self) -> None:
        keys: KeySet = {}
        try:
            keys = usable_keys(self.fetch(self.url))
            why = "" if keys else "the answer holds no usable key"
        except FetchError as error:
            why = str(error)
        except Exception as error:  # a thread that dies silently would leave the others waiting
            why = type(error).__name__
        if why:
            _LOG.warning("platform_keys_unreachable", url=self.url, reason=why)
        with self.changed:
            self.under_way -= 1
            if keys:
                self.keys, self.fetched_at = keys, _moment()
                self.successes += 1
            else:
                self.failed_at = _moment()
                self.failures += 1
                self.tokens = min(BUCKET_SIZE, self.tokens + 1.0)
            self.changed.notify_all()

    def _patience(self, deadline: float) -> float:
        """How long to wait for a fetch before another may be begun beside it."""
        return max(0.0, min(deadline - time.monotonic(), _STUCK_SECONDS))


def usable_keys(document: object) -> KeySet:
    """The RS256 signing keys of a key set by their `kid`, without the malformed, weak and foreign."""
    entries = document.get("keys") if isinstance(document, dict) else None
    found: dict[str, RSAPublicKey] = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and _is_for_signing(entry) and (key := _rsa_key(entry)) is not None:
            found.setdefault(entry["kid"], key)
    return found


def _is_for_signing(entry: Mapping[str, object]) -> bool:
    kid = entry.get("kid")
    return (
        entry.get("kty") == "RSA"
        and isinstance(kid, str)
        and kid != ""
        and entry.get("use", "sig") == "sig"
        and entry.get("alg", "RS256") == "RS256"
    )


def _rsa_key(entry: Mapping[str, object]) -> RSAPublicKey | None:
    try:
        key = RSAPublicNumbers(_number(entry.get("e")), _number(entry.get("n"))).public_key()
    except ValueError:
        return None
    return key if key.key_size >= _SHORTEST_MODULUS_BITS else None


def _number(member: object) -> int:
    if not isinstance(member, str) or len(member) > 2000:
        raise ValueError("no base64url number")
    return int.from_bytes(base64.urlsafe_b64decode(member + "=" * (-len(member) % 4)), "big")


def _moment() -> float:
    return now().timestamp()


def _since(moment: float | None) -> float:
    return float("inf") if moment is None else _moment() - moment
